/* Sifting a leaf's documents by approximate scores, so that only the few that may enter the page get an exact
 * one. May use base, engine and native's files.
 *
 * A pass goes through the leaf in windows. In each it makes candidates of some documents and joins one list
 * after the other to them, which adds to their scores. A candidate is dropped as soon as its score and the
 * upper bounds of the lists still to come stay below the threshold. Those that survive are kept as likely
 * hits; their scores raise the threshold. At the end of the leaf the likely hits are scored by the exact
 * formula.
 *
 * Approximate scores are summed in single precision. The threshold is divided by KS_MARGIN, which is more
 * than the rounding can amount to, so that no document is lost to it. */
#ifndef KS_NATIVE_SIFT_H
#define KS_NATIVE_SIFT_H

#include "native/search.h"

enum { KS_CANDIDATES = 4096 };

/* The documents of a window, ascending, with what the lists joined so far give to their scores. */
typedef struct ks_candidates {
    uint32_t count;
    uint32_t docs[KS_CANDIDATES];
    float scores[KS_CANDIDATES];
    float norms[KS_CANDIDATES]; /* ks_norm_of their lengths */
    uint64_t *held; /* or NULL: the ks_held_bit of each list that was joined to them and need not hold them;
                     * from a sketch (sketch.h): bit score_index % 64 of each list that holds them */
} ks_candidates;

/* A matching document that may enter the page. */
typedef struct ks_likely {
    uint32_t doc;
    float score;
    uint64_t held; /* bit score_index % 64 of each list that may hold it: no other need be asked */
} ks_likely;

typedef struct ks_sift {
    ks_pass *pass;
    const ks_leaf *leaf;
    ks_candidates candidates; /* of the current window */
    float *best;              /* heap of the best approximate scores of the leaf, the least on top */
    size_t best_count, best_capacity;
    float threshold;
    ks_likely *likely; /* in the order in which they were found */
    size_t likely_count, likely_capacity;
} ks_sift;

/* Sets up an empty sift. To be freed in any case. */
ks_status ks_sift_start(ks_sift *sift, ks_pass *pass, const ks_leaf *leaf, ks_error *err);
void ks_sift_free(ks_sift *sift);

/* How many blocks ks_sift_prime reads at most. */
static inline size_t ks_sift_prime_blocks(const ks_sift *sift) {
    return 2 * sift->best_capacity;
}

/* Finds a first threshold before anything is read in order: the score that the k-th best document, for a page
 * of k, reaches by this list alone, as far as the blocks with the highest bounds show. It is safe where every
 * live document that holds the term matches, so that k matches with such scores do exist; documents that are
 * ranked already do not count. Before any document is kept. The cursor stands at the first document, before
 * and after. */
ks_status ks_sift_prime(ks_sift *sift, ks_list *list, ks_arena *arena, ks_error *err);

/* What an approximate score must reach; 0 as long as the page is not full. */
static inline float ks_sift_threshold(const ks_sift *sift) {
    return sift->threshold;
}

/* Reads the documents of the cursor's block, from where it stands up to `high`, with what the list gives to
 * their scores; returns how many. Documents to which the list gives less than `least` may be left out.
 * `docs`, `scores` and `norms` have room for KS_BLOCK. The cursor does not move. */
uint32_t ks_sift_read(const ks_sift *sift, ks_list *list, uint32_t high, float least, uint32_t *docs,
                      float *scores, float *norms);

/* Makes candidates of the documents in the first list's block, from where its cursor stands up to `high`,
 * that the second list holds as well, with what both give. Documents to which both together give less than
 * `least` may be left out. The first list's cursor does not move; it stands in the block that the list looks
 * at. */
void ks_sift_meet(ks_sift *sift, ks_list *first, ks_list *second, uint32_t high, float least);

/* Adds what the list gives to each candidate. Drops those that do not hold the term, if they `must`, and
 * those that cannot reach `threshold` even with `rest`, the bounds of all lists still to come. */
void ks_sift_join(ks_sift *sift, ks_list *list, bool must, float rest, float threshold);

/* Drops the candidates that do not reach `least`. */
void ks_sift_drop(ks_sift *sift, float least);

/* Keeps a matching document as a likely hit: in any order, each once. */
ks_status ks_sift_keep(ks_sift *sift, uint32_t doc, float score, ks_error *err);

/* The same where it is known which lists may hold it. */
ks_status ks_sift_keep_likely(ks_sift *sift, ks_likely likely, ks_error *err);

/* An array of lists that the pass has walked. */
typedef struct ks_sift_lists {
    ks_list *items;
    size_t count;
} ks_sift_lists;

/* Scores the likely hits exactly, by the lists of all `count` arrays, and offers them to the pass.
 * KS_ERR_CORRUPT where a list turned out to be damaged. */
ks_status ks_sift_finish(ks_sift *sift, ks_arena *arena, const ks_sift_lists *lists, size_t count,
                         ks_error *err);

#endif
