/* Competitive pairs of frequency and length (called impacts elsewhere), which bound what the documents of a
 * block can score. May use base.
 *
 * They are written as
 *   u8 count
 *   for each u8 frequency, ascending; 255 stands for any greater one
 *   for each u16 length, ascending; 65,535 stands for any greater one
 */
#ifndef KS_NATIVE_PAIRS_H
#define KS_NATIVE_PAIRS_H

#include "base/buffer.h"

/* How many pairs a block keeps, and a group of blocks or a list. */
enum { KS_PAIRS = 8, KS_PAIRS_OF_MANY = 16, KS_PAIRS_ROOM = 128 };

/* What stands for all that is greater. */
enum { KS_PAIR_TF = 255, KS_PAIR_LENGTH = 65535 };

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

/* Appends the pairs: `most` of them, at most, so that neighbours may be joined into one that bounds both. */
void ks_pairs_put(const ks_pairs *pairs, size_t most, ks_buffer *out);

/* How many bytes the pairs at `at` take; 0 where they do not end before `end`. */
static inline size_t ks_pairs_bytes(const uint8_t *at, const uint8_t *end) {
    size_t bytes = at == end ? 0 : 1 + 3 * (size_t)*at;
    return bytes > (size_t)(end - at) ? 0 : bytes;
}

/* How a length tells on a score: of a document that has a term tf times it is the share tf / (tf + k). */
typedef struct ks_norm {
    double base, slope, least; /* k(length) = base + slope * max(length, least) */
} ks_norm;

static inline double ks_norm_of(const ks_norm *norm, uint32_t length) {
    double l = (double)length;
    return norm->base + norm->slope * (l > norm->least ? l : norm->least);
}

/* The greatest share that the written pairs at `at` promise; 1 where they do not end before `end`, and 0
 * where there are none. */
typedef double ks_pairs_best(const uint8_t *at, const uint8_t *end, const ks_norm *norm);

ks_pairs_best ks_pairs_best_portable;

/* Only for processors that have AVX2. */
#if defined(__x86_64__) || defined(__i386__)
ks_pairs_best ks_pairs_best_avx2;
#endif

#endif
