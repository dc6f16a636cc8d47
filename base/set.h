/* A set of 128-bit hashes, which stand for ids of any length: 32 to 64 bytes a member. May use base only. */
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

/* *added (may be NULL): it was not there before. */
ks_status ks_set_add(ks_set *set, ks_hash128 member, bool *added, ks_error *err);

void ks_set_free(ks_set *set);

#endif
