/* Reading the block where a list's cursor stands, as far as it may be worth it. For sift.h. */
#ifndef KS_NATIVE_SIFT_READ_H
#define KS_NATIVE_SIFT_READ_H

#include "native/sift.h"

/* The least frequency with which a document, however short, gets `need` from the list; UINT32_MAX where none
 * is enough. */
uint32_t ks_sift_floor(const ks_sift *sift, const ks_list *list, float need);

/* The places from `begin` to `end`, the end left out, of the documents whose frequency reaches the floor:
 * their number. */
uint32_t ks_sift_choose(const ks_sift *sift, ks_list *list, uint32_t begin, uint32_t end, float need,
                        uint32_t *places);

/* The end of the documents of the cursor's block that are not behind `high`. */
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
