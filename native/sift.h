/* Sifting candidates by approximate scores, so that only the few that may enter the page get an exact one.
 * May use base, engine and native's files.
 *
 * Scores are summed in single precision, list by list, for many documents at once; KS_MARGIN makes up for the
 * rounding. What is left of a leaf at its end is scored by the exact formula. */
#ifndef KS_NATIVE_SIFT_H
#define KS_NATIVE_SIFT_H

#include "native/search.h"

enum { KS_CANDIDATES = 4096 };

/* Documents, ascending, with what has been added to their scores so far. */
typedef struct ks_candidates {
    uint32_t count;
    uint32_t docs[KS_CANDIDATES];
    float scores[KS_CANDIDATES];
    float norms[KS_CANDIDATES]; /* ks_norm_of their lengths */
    uint64_t *held; /* of the plan's first 64 scores those that were joined and need not be there; or NULL.
                     * From a sketch (sketch.h): bit place % 64 of each list that gave to the score */
} ks_candidates;

/* A document that may enter the page. */
typedef struct ks_likely {
    uint32_t doc;
    float score;
    uint64_t held; /* bit place % 64 of each list that may hold it */
} ks_likely;

typedef struct ks_sift {
    ks_pass *pass;
    const ks_leaf *leaf;
    ks_candidates candidates; /* of the present window */
    float *best;              /* the best approximate scores of the leaf, the least one on top */
    size_t best_count, best_capacity;
    float threshold;
    ks_likely *likely;
    size_t likely_count, likely_capacity;
} ks_sift;

/* Sets all of it up; to be freed in any case. */
ks_status ks_sift_start(ks_sift *sift, ks_pass *pass, const ks_leaf *leaf, ks_error *err);
void ks_sift_free(ks_sift *sift);

/* So many blocks are read at most to prime with. */
static inline size_t ks_sift_prime_blocks(const ks_sift *sift) {
    return 2 * sift->best_capacity;
}

/* Raises the threshold to what the list alone gives to the best documents of its best blocks. For when every
 * live document that holds the term matches, and none is kept yet; those that are ranked are left out. The
 * cursor stands at the first document, before and after. */
ks_status ks_sift_prime(ks_sift *sift, ks_list *list, ks_arena *arena, ks_error *err);

/* What an approximate score must reach; 0 where all do. */
static inline float ks_sift_threshold(const ks_sift *sift) {
    return sift->threshold;
}

/* The approximate scores of the documents in the cursor's block, from where it stands up to `high`; their
 * number. Left out may be those to which the list gives less than `least`. `docs`, `scores` and `norms` have
 * room for KS_BLOCK. The cursor does not move. */
uint32_t ks_sift_read(const ks_sift *sift, ks_list *list, uint32_t high, float least, uint32_t *docs,
                      float *scores, float *norms);

/* Makes candidates of the documents in the first list's block, from where its cursor stands up to `high`,
 * that the second list holds as well, with what both give. Left out may be those to which both give less than
 * `least`. The first list's cursor does not move; what ks_list_look has found is its block. */
void ks_sift_meet(ks_sift *sift, ks_list *first, ks_list *second, uint32_t high, float least);

/* Adds what the list gives to each candidate. Dropped are those that do not hold the term, if they `must`,
 * and those that cannot reach `threshold` with at most `rest` more from other lists. */
void ks_sift_join(ks_sift *sift, ks_list *list, bool must, float rest, float threshold);

/* Drops the candidates that do not reach `least`. */
void ks_sift_drop(ks_sift *sift, float least);

/* Takes note of a matching document, in any order and of each once; any list may hold it. */
ks_status ks_sift_keep(ks_sift *sift, uint32_t doc, float score, ks_error *err);

/* The same where it is known which lists do not. */
ks_status ks_sift_keep_likely(ks_sift *sift, ks_likely likely, ks_error *err);

/* Lists that the pass has walked. */
typedef struct ks_sift_lists {
    ks_list *items;
    size_t count;
} ks_sift_lists;

/* Scores what is left exactly by all the lists that score, which are `count` groups, and offers it to the
 * pass. KS_ERR_CORRUPT where a list turned out to be damaged. */
ks_status ks_sift_finish(ks_sift *sift, ks_arena *arena, const ks_sift_lists *lists, size_t count,
                         ks_error *err);

#endif
