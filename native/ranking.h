/* The best hits so far, and what a document scores. May use base, engine and native's files. */
#ifndef KS_NATIVE_RANKING_H
#define KS_NATIVE_RANKING_H

#include "native/view.h"

/* A document that may be a hit. */
typedef struct ks_candidate {
    double score;
    const ks_leaf *leaf;
    uint32_t doc;
    ks_tier tier;
    uint64_t held; /* a bit for each of the plan's first 64 scores that the document holds */
} ks_candidate;

/* The order of the documents, leaf by leaf, of two candidates; for qsort and bsearch. */
int ks_candidate_compare(const void *left, const void *right);

/* The best `capacity` candidates: a heap with the worst one on top. */
typedef struct ks_ranking {
    ks_candidate *heap;
    size_t count, capacity;
    ks_sort sort;
    ks_status status; /* KS_ERR_CORRUPT where ids could not be compared */
    ks_error *err;
} ks_ranking;

ks_status ks_ranking_init(ks_ranking *ranking, size_t capacity, ks_sort sort, ks_error *err);
void ks_ranking_free(ks_ranking *ranking);

/* Offers a candidate; only the better ones stay. */
void ks_ranking_offer(ks_ranking *ranking, const ks_candidate *candidate);

/* A score that is less than this cannot enter; 0 while there is room or when scores do not decide. */
double ks_ranking_threshold(const ks_ranking *ranking);

/* Puts the best first. The ranking takes no offers afterwards. */
void ks_ranking_sort(ks_ranking *ranking);

#endif
