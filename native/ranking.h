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
} ks_candidate;

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

/* What one term adds: the cursor is NULL where the segment does not have it. */
typedef struct ks_scorer {
    ks_cursor *cursor;
    ks_field field;
    double factor; /* weight * idf * (k1 + 1) */
} ks_scorer;

/* The scorers of a plan over one leaf. */
typedef struct ks_scorers {
    ks_scorer *items;
    size_t count;
    ks_norm norm;
} ks_scorers;

/* `factors`: one for each of the plan's scores. Cursors live in the arena. */
ks_status ks_scorers_make(ks_scorers *out, ks_arena *arena, const ks_plan *plan, const double *factors,
                          const ks_leaf *leaf, const ks_view *view, ks_error *err);

/* The document's score: documents come in ascending order. */
double ks_scorers_score(ks_scorers *scorers, const ks_segment *segment, uint32_t doc);

/* The factors of all of a plan's scores, and their document frequencies, in the arena. */
ks_status ks_scorers_factors(double **factors, uint64_t **documents, ks_arena *arena, const ks_plan *plan,
                             const ks_view *view, ks_error *err);

#endif
