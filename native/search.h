/* Answering plans over a view. May use base, engine and native's files.
 *
 * A plan is answered in one pass or in two (documents with all of the words, then those with some). A pass
 * goes over one leaf after the other and fills a ranking, whose threshold rises on the way. A route tells
 * what the matches of the plan have in common, and so which of four kinds of pass is fastest. All of them
 * are exact and give the same answers:
 *   conjunction.c  where every match holds certain terms, or one of a few: their lists are intersected block
 *                  by block
 *   disjunction.c  where every match holds one of the scoring terms: MaxScore with block bounds
 *   gather.c       the same, where the lists are many and none of them has most postings
 *   exhaustive.c   for all else, and as the simple version that the others are tested against */
#ifndef KS_NATIVE_SEARCH_H
#define KS_NATIVE_SEARCH_H

#include "native/lists.h"
#include "native/matcher.h"
#include "native/ranking.h"

/* Memory of a search. Kept for the next one, since allocating and freeing it takes longer than many a search.
 * Zero-initialise before use. */
typedef struct ks_search_memory {
    ks_arena plan; /* for the whole search */
    ks_arena leaf; /* for one leaf at a time */
} ks_search_memory;

/* Frees an arena that has grown beyond `most` bytes. */
void ks_search_memory_trim(ks_search_memory *memory, size_t most);
void ks_search_memory_free(ks_search_memory *memory);

/* Answers the plan. *out is written only on success. Whatever the memory holds is overwritten. */
ks_status ks_native_search(const ks_view *view, const ks_plan *plan, ks_search_memory *memory, ks_topk *out,
                           ks_error *err);

/* One pass: which documents match, and in which tier its hits are. */
typedef struct ks_pass {
    const ks_view *view;
    const ks_plan *plan;
    const ks_factors *factors;
    ks_search_memory *memory;
    ks_match match; /* of the words: KS_MATCH_ALL or KS_MATCH_ANY */
    ks_tier tier;   /* of the hits */
    ks_sort sort;
    ks_scored *ranked; /* what the pass before has ranked, to be left out; by leaf and document */
    size_t ranked_count;
    bool counting;    /* matches are still counted: none may be skipped */
    uint64_t counted; /* matches so far, including those that are left out */
    ks_ranking ranking;
} ks_pass;

/* Counts matches. Counting ends when there are more than the plan wants counted. */
static inline void ks_pass_count(ks_pass *pass, uint64_t matches) {
    pass->counted += matches;
    if (pass->counted > pass->plan->count_limit) pass->counting = false;
}

/* Whether the pass before has ranked the document. */
bool ks_pass_is_ranked(const ks_pass *pass, const ks_leaf *leaf, uint32_t doc);

/* Offers a matching document to the ranking; `held` as in ks_scored. It is not ranked already. */
void ks_pass_offer(ks_pass *pass, const ks_leaf *leaf, uint32_t doc, double score, uint64_t held);

/* A term that a match must hold in a field. */
typedef struct ks_need {
    ks_term term;
    ks_field field;
} ks_need;

/* What is known of the matches of a plan, by which they can be found. */
typedef struct ks_route {
    ks_need *required; /* the terms that every match holds */
    size_t required_count;
    const ks_plan_node **others; /* all other conditions; the terms of a phrase are required besides */
    size_t other_count;
    bool alternatives; /* besides, a match must hold some scoring term: `others` does not say so again */
    bool scores;       /* some required term scores */
    uint64_t leads;    /* mask of scores (ks_held_bit) of which every match holds one; 0: none are known */
    bool covered;      /* every match holds some scoring term */
    bool disjunction;  /* the matches are just the documents that hold one (whole tags: engine/plan.h) */
} ks_route;

/* The memory is the arena's. */
ks_status ks_route_make(ks_route *out, ks_arena *arena, const ks_factors *factors, ks_match match,
                        ks_error *err);

ks_status ks_pass_conjunction(ks_pass *pass, const ks_route *route, const ks_leaf *leaf, ks_arena *arena,
                              ks_error *err);
ks_status ks_pass_disjunction(ks_pass *pass, const ks_route *route, const ks_leaf *leaf, ks_arena *arena,
                              ks_error *err);
ks_status ks_pass_exhaustive(ks_pass *pass, const ks_leaf *leaf, ks_arena *arena, ks_error *err);

/* More than the factor by which approximate scores and sums of bounds may be off: thresholds are divided by
 * it, so that no document is lost to rounding. */
#define KS_MARGIN (1 + 1e-4)

#endif
