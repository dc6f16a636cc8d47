/* Choosing the postings of a block whose frequency is high enough to matter. Private to the files of sift.h.
 * May use base, engine and native's files. */
#ifndef KS_NATIVE_SIFT_READ_H
#define KS_NATIVE_SIFT_READ_H

#include "native/sift.h"

/* The least frequency with which even the shortest document gets `need` from the list; UINT32_MAX where none
 * is enough. Postings below it can be skipped without looking up any length. */
uint32_t ks_sift_floor(const ks_sift *sift, const ks_list *list, float need);

/* Finds the postings of [begin, end) in the cursor's block whose frequency reaches the floor for `need`:
 * their indices in the block. Returns how many. */
uint32_t ks_sift_choose(const ks_sift *sift, ks_list *list, uint32_t begin, uint32_t end, float need,
                        uint32_t *in_block);

/* The index in the cursor's block behind the last document that is not greater than `high`. */
uint32_t ks_sift_block_end(const ks_cursor *cursor, uint32_t high);

/* What a list adds to the score of a document, in single precision. */
static inline float ks_sift_part(float factor, float tf, float norm) {
    return factor * tf / (tf + norm);
}

/* ks_norm_of in single precision. */
static inline float ks_sift_norm(const ks_norm *norm, float length) {
    const float base = (float)norm->base, slope = (float)norm->slope, least = (float)norm->least;
    return base + slope * (length > least ? length : least);
}

#endif
