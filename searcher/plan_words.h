/* The leaves of a plan: words, phrases, prefixes, exact values, and what of them scores. Private to the
 * searcher. May use base, text, engine. */
#ifndef KS_SEARCHER_PLAN_WORDS_H
#define KS_SEARCHER_PLAN_WORDS_H

#include "searcher/plan.h"

/* A plan has at most this many terms; the rest of the query is dropped, with a warning. */
enum { KS_PLAN_TERMS = 2048 };

/* A plan being made. */
typedef struct ks_planner {
    ks_query_plan *out;
    ks_query *query; /* takes the warnings */
    ks_index *index;
    double tag_boost;
    unsigned negated; /* depth of NOTs; nothing scores inside one */
    size_t terms;     /* so far, at most KS_PLAN_TERMS */
    bool cut;         /* there was no room for a term */
    ks_term *run;     /* successive words as they were typed, which may form a whole tag */
    size_t run_count, run_capacity;
} ks_planner;

ks_plan_node *ks_planner_node(ks_planner *planner, ks_plan_kind kind);

/* A TERM node; NULL when out of memory. */
ks_plan_node *ks_planner_term(ks_planner *planner, ks_term term, ks_field field);

/* Appends a child; NULL is skipped. */
void ks_planner_append(ks_plan_node *parent, ks_plan_node *child);

/* Counts one more term; false if there is no room for it. */
bool ks_planner_room(ks_planner *planner);

/* Plan a WORDS, PHRASE or PREFIX leaf; *out is NULL if its text has no word. */
ks_status ks_planner_words(ks_planner *planner, ks_plan_node **out, const ks_query_node *leaf, ks_error *err);
ks_status ks_planner_phrase(ks_planner *planner, ks_plan_node **out, const ks_query_node *leaf,
                            ks_error *err);
ks_status ks_planner_prefix(ks_planner *planner, ks_plan_node **out, const ks_query_node *leaf,
                            ks_error *err);

/* A TERM node for an exact value. */
ks_status ks_planner_exact(ks_planner *planner, ks_plan_node **out, ks_exact exact, const char *value,
                           ks_error *err);

/* Ends the run of successive words, and lets each part of it that is a whole tag of some record score. */
ks_status ks_planner_end_run(ks_planner *planner, ks_error *err);

/* Lets a term score. A term asked for twice counts twice; inside a NOT nothing scores. */
ks_status ks_planner_score(ks_planner *planner, ks_term term, ks_field field, double weight, ks_error *err);

/* The same with weight 1, if only the first `known` scores of the plan can have this term already. */
ks_status ks_planner_score_new(ks_planner *planner, ks_term term, ks_field field, size_t known,
                               ks_error *err);

#endif
