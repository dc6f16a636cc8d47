/* The best hits so far. May use base, engine and native's files. */
#ifndef KS_NATIVE_RANKING_H
#define KS_NATIVE_RANKING_H

#include "native/view.h"

/* A matching document with its exact score. */
typedef struct ks_scored {
    double score;
    const ks_leaf *leaf;
    uint32_t doc;
    ks_tier tier;
    uint64_t held; /* the ks_held_bit of each score that the document holds */
} ks_scored;

/* For qsort and bsearch: by leaf, then by document. */
int ks_scored_compare(const void *left, const void *right);

/* The best `capacity` documents offered so far: a heap with the worst one on top. */
typedef struct ks_ranking {
    ks_scored *heap;
    size_t count, capacity;
    ks_sort sort;
    ks_status status; /* KS_ERR_CORRUPT where ids could not be compared */
    ks_error *err;
} ks_ranking;

ks_status ks_ranking_init(ks_ranking *ranking, size_t capacity, ks_sort sort, ks_error *err);
void ks_ranking_free(ks_ranking *ranking);

/* Offers a document, which takes the place of the worst one if it is better. */
void ks_ranking_offer(ks_ranking *ranking, const ks_scored *offered);

/* A document with a lower score cannot enter: the score of the worst one; 0 while there is room, and where
 * hits are not sorted by score. */
double ks_ranking_threshold(const ks_ranking *ranking);

/* Sorts the heap, the best first. The ranking takes no offers afterwards. */
void ks_ranking_sort(ks_ranking *ranking);

#endif
