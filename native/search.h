/* Answering plans over a view. May use base, engine and native's files. */
#ifndef KS_NATIVE_SEARCH_H
#define KS_NATIVE_SEARCH_H

#include "native/matcher.h"
#include "native/ranking.h"

/* Answers the plan. *out is written only on success. */
ks_status ks_native_search(const ks_view *view, const ks_plan *plan, ks_topk *out, ks_error *err);

/* One pass over a leaf: which documents, in which tier. */
typedef struct ks_pass {
    const ks_view *view;
    const ks_plan *plan;
    const double *factors;     /* one for each of the plan's scores */
    const uint64_t *documents; /* and their document frequencies */
    bool some;                 /* documents with some of the words but not all of them */
    ks_match match;            /* of the words: KS_MATCH_ALL or KS_MATCH_ANY; with `some` ANY */
    ks_tier tier;              /* of the candidates */
    uint64_t counted;          /* matches so far */
    ks_ranking ranking;
} ks_pass;

/* The matcher of the pass over one leaf; to be freed on failure too. */
ks_status ks_pass_matcher(ks_matcher **out, const ks_pass *pass, const ks_leaf *leaf, ks_arena *arena,
                          ks_error *err);

/* Looks at every matching document: right for any plan. */
ks_status ks_pass_exhaustive(ks_pass *pass, const ks_leaf *leaf, ks_arena *arena, ks_error *err);

/* Ranks by score without counting, and leaves out what scores nothing. `matcher` says which documents match,
 * NULL: all that hold a scoring term. */
ks_status ks_pass_maxscore(ks_pass *pass, const ks_leaf *leaf, ks_matcher *matcher, ks_arena *arena,
                           ks_error *err);

#endif
