/* A set of 128-bit hashes, each of which stands for an id of any length: two ids with one hash are too
 * unlikely to be considered. Takes 32 to 64 bytes for each member. May use base. */
#ifndef KS_BASE_SET_H
#define KS_BASE_SET_H

#include "base/hash.h"
#include "base/memory.h"

/* Zero-initialise before use. */
typedef struct ks_set {
    ks_hash128 *slots; /* all zero: free */
    size_t capacity, used;
} ks_set;

bool ks_set_has(const ks_set *set, ks_hash128 member);

/* *added, which may be NULL, tells whether it is new. */
ks_status ks_set_add(ks_set *set, ks_hash128 member, bool *added, ks_error *err);

void ks_set_free(ks_set *set);

#endif
