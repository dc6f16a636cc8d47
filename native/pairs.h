/* Competitive pairs of frequency and length (called impacts elsewhere), which bound what the documents of a
 * block can score. May use base.
 *
 * One posting beats another if its tf is at least as great and its document at most as long: it scores at
 * least as much, whatever the average length is. Of (3, 100), (1, 40), (2, 120) the first beats the last, and
 * the pairs kept are (3, 100), (1, 40). Only these need be looked at to bound the scores of the three.
 *
 * Pairs are written as
 *   u8 count
 *   for each u8 frequency, ascending; 255 stands for any greater one
 *   for each u16 length, ascending; 65,535 stands for any greater one
 */
#ifndef KS_NATIVE_PAIRS_H
#define KS_NATIVE_PAIRS_H

#include "base/buffer.h"

/* How many pairs are written for a block, and for a group or a list; how many a set has room for. */
enum { KS_PAIRS = 8, KS_PAIRS_OF_MANY = 16, KS_PAIRS_ROOM = 128 };

/* The values that stand for all greater ones. */
enum { KS_PAIR_TF = 255, KS_PAIR_LENGTH = 65535 };

typedef struct ks_pair {
    uint32_t tf, length;
} ks_pair;

/* A set of pairs of which none beats another, in descending order of tf and so of length. */
typedef struct ks_pairs {
    size_t count;
    ks_pair items[KS_PAIRS_ROOM];
} ks_pairs;

/* Adds a pair, unless another one beats it, and removes those that it beats. Where there is no room left, the
 * set is thinned out as for ks_pairs_put. */
void ks_pairs_add(ks_pairs *pairs, uint32_t tf, uint32_t length);

/* Adds all pairs of another set. */
void ks_pairs_join(ks_pairs *pairs, const ks_pairs *more);

/* Appends at most `most` pairs: where there are more, neighbours are joined into one pair that beats both. */
void ks_pairs_put(const ks_pairs *pairs, size_t most, ks_buffer *out);

/* How many bytes the pairs at `at` take; 0 where they do not end before `end`. */
static inline size_t ks_pairs_bytes(const uint8_t *at, const uint8_t *end) {
    size_t bytes = at == end ? 0 : 1 + 3 * (size_t)*at;
    return bytes > (size_t)(end - at) ? 0 : bytes;
}

/* How the length of a document enters its scores: a term that it holds tf times scores the share tf / (tf +
 * k) of the term's factor, where k is the document's norm. */
typedef struct ks_norm {
    double base, slope, least; /* k(length) = base + slope * max(length, least) */
} ks_norm;

static inline double ks_norm_of(const ks_norm *norm, uint32_t length) {
    double l = (double)length;
    return norm->base + norm->slope * (l > norm->least ? l : norm->least);
}

/* The greatest share that the written pairs at `at` allow: an upper bound for all documents that they stand
 * for. 1 where the pairs do not end before `end`, 0 where there are none. */
typedef double ks_pairs_best(const uint8_t *at, const uint8_t *end, const ks_norm *norm);

ks_pairs_best ks_pairs_best_portable;

/* Only for processors that have AVX2. */
#if defined(__x86_64__) || defined(__i386__)
ks_pairs_best ks_pairs_best_avx2;
#endif

#endif
