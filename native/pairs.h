/* Competitive pairs of frequency and length, while a list is written; see postings.h. May use base. */
#ifndef KS_NATIVE_PAIRS_H
#define KS_NATIVE_PAIRS_H

#include "base/buffer.h"

/* How many pairs a block keeps, and a group of blocks or a list. */
enum { KS_PAIRS = 8, KS_PAIRS_OF_MANY = 16, KS_PAIRS_ROOM = 128 };

typedef struct ks_pair {
    uint32_t tf, length;
} ks_pair;

/* Pairs of which none beats another: less tf has less length. By tf downwards. Empty with count 0. */
typedef struct ks_pairs {
    size_t count;
    ks_pair items[KS_PAIRS_ROOM];
} ks_pairs;

/* Adds a pair, unless another beats it, and forgets those that it beats. Where there is no more room, the
 * set is thinned out as for ks_pairs_put. */
void ks_pairs_add(ks_pairs *pairs, uint32_t tf, uint32_t length);

/* Adds all pairs of another set. */
void ks_pairs_join(ks_pairs *pairs, const ks_pairs *more);

/* Appends the pairs as postings.h says: `most` of them, at most, so that neighbours may be joined into one
 * that bounds both. */
void ks_pairs_put(const ks_pairs *pairs, size_t most, ks_buffer *out);

#endif
