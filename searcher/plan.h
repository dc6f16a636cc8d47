/* Planning: from a query's syntax tree to a plan. Words become terms, prefixes become the terms they expand
 * to. May use base, text, engine. */
#ifndef KS_SEARCHER_PLAN_H
#define KS_SEARCHER_PLAN_H

#include "searcher/index.h"
#include "searcher/query.h"

/* A prefix expands to at most this many terms, those with the highest document frequencies. */
enum { KS_PREFIX_TERMS = 100 };

/* A plan and the memory it lives in. */
typedef struct ks_query_plan {
    ks_arena arena;
    ks_plan plan; /* its root and scores; the caller sets the rest */
    ks_plan_score *scores;
    size_t score_capacity;
    bool empty; /* the query has neither words nor filters; the root then matches every record */
} ks_query_plan;

/* Plans the query, and adds a warning to it if a prefix or the query itself had to be cut. Free with
 * ks_query_plan_free in any case. */
ks_status ks_query_plan_make(ks_query_plan *out, ks_query *query, ks_index *index, double tag_boost,
                             ks_error *err);

void ks_query_plan_free(ks_query_plan *plan);

#endif
