/* Answering plans over a view. May use base, engine and native's files.
 *
 * A plan is answered in passes, each over one leaf after the other. Four kinds of pass give the same
 * answers, each of them exact:
 *   conjunction.c  where some terms must all be there, or one of a few: their lists are intersected block by
 *                  block
 *   disjunction.c  where one of the scoring terms must be there: MaxScore with block bounds
 *   gather.c       the same, where the lists are many and short together
 *   exhaustive.c   for all else, and as the simple version that the others are tested against */
#ifndef KS_NATIVE_SEARCH_H
#define KS_NATIVE_SEARCH_H

#include "native/lists.h"
#include "native/matcher.h"
#include "native/ranking.h"

/* What a search makes for itself. Kept from one to the next, as getting memory and giving it back takes
 * longer than many a search. Zero-initialise before use. */
typedef struct ks_search_memory {
    ks_arena plan; /* what it knows of all leaves */
    ks_arena leaf; /* of one after the other */
} ks_search_memory;

/* Gives back what is more than `most` bytes. */
void ks_search_memory_trim(ks_search_memory *memory, size_t most);
void ks_search_memory_free(ks_search_memory *memory);

/* Answers the plan. *out is written only on success. What was in the memory before is lost. */
ks_status ks_native_search(const ks_view *view, const ks_plan *plan, ks_search_memory *memory, ks_topk *out,
                           ks_error *err);

/* One pass: which documents, in which tier. */
typedef struct ks_pass {
    const ks_view *view;
    const ks_plan *plan;
    const ks_factors *factors;
    ks_search_memory *memory;
    ks_match match; /* of the words: KS_MATCH_ALL or KS_MATCH_ANY */
    ks_tier tier;   /* of the candidates */
    ks_sort sort;
    ks_candidate *ranked; /* documents that are ranked already and are left out, in the order of places */
    size_t ranked_count;
    bool counting;    /* matches are still counted: none may be skipped unseen */
    uint64_t counted; /* matches so far, those ranked already included */
    ks_ranking ranking;
} ks_pass;

/* Counts matches; counting ends when there are more than the plan asks for. */
static inline void ks_pass_count(ks_pass *pass, uint64_t matches) {
    pass->counted += matches;
    if (pass->counted > pass->plan->count_limit) pass->counting = false;
}

/* Whether the document is ranked already. */
bool ks_pass_is_ranked(const ks_pass *pass, const ks_leaf *leaf, uint32_t doc);

/* Offers a document that matches and is not ranked yet; `held` as in ks_candidate. */
void ks_pass_offer(ks_pass *pass, const ks_leaf *leaf, uint32_t doc, double score, uint64_t held);

/* A term that a match must hold, in `field`. */
typedef struct ks_need {
    ks_term term;
    ks_field field;
} ks_need;

/* How the matches of a plan can be found. */
typedef struct ks_route {
    ks_need *required; /* what every match holds */
    const ks_plan_node *
        *others; /* what it must match besides: phrases among them, whose terms are required */
    size_t required_count, other_count;
    bool alternatives; /* and a scoring term, which is in none of the two */
    bool scores;       /* one of the required terms does */
    uint64_t leads;    /* scores, as bits, of which every match holds one; 0: none are known */
    /* A match holds some scoring term; and whatever holds one matches (a whole tag aside, which brings a word
     * of the query with it: engine/plan.h). */
    bool covered, disjunction;
} ks_route;

/* Everything is in the arena. */
ks_status ks_route_make(ks_route *out, ks_arena *arena, const ks_factors *factors, ks_match match,
                        ks_error *err);

ks_status ks_pass_conjunction(ks_pass *pass, const ks_route *route, const ks_leaf *leaf, ks_arena *arena,
                              ks_error *err);
ks_status ks_pass_disjunction(ks_pass *pass, const ks_route *route, const ks_leaf *leaf, ks_arena *arena,
                              ks_error *err);
ks_status ks_pass_exhaustive(ks_pass *pass, const ks_leaf *leaf, ks_arena *arena, ks_error *err);

/* By so much approximate scores and sums of bounds may be off: thresholds are divided by it, so that rounding
 * never loses a document. */
#define KS_MARGIN (1 + 1e-4)

#endif
