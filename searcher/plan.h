/* From a query's syntax tree to a plan: words become terms, prefixes their expansions. May use base, text,
 * engine. */
#ifndef KS_SEARCHER_PLAN_H
#define KS_SEARCHER_PLAN_H

#include "searcher/index.h"
#include "searcher/query.h"

/* A prefix stands for at most so many terms, those of most documents. */
enum { KS_PREFIX_TERMS = 100 };

/* A plan and the memory it lives in. */
typedef struct ks_query_plan {
    ks_arena arena;
    ks_plan plan; /* root, scores; the rest is the caller's to set */
    ks_plan_score *scores;
    size_t score_capacity;
    bool empty; /* the query asks for nothing: no word, no filter */
} ks_query_plan;

/* Plans the query. Adds warnings to it where a word has no letters or digits, or a prefix was cut. Free with
 * ks_query_plan_free in any case. */
ks_status ks_query_plan_make(ks_query_plan *out, ks_query *query, ks_index *index, double tag_boost,
                             ks_error *err);

void ks_query_plan_free(ks_query_plan *plan);

#endif
