/* The leaves of a plan: words, phrases and prefixes as terms, and what they score. Private to the searcher.
 * May use base, text, engine. */
#ifndef KS_SEARCHER_PLAN_WORDS_H
#define KS_SEARCHER_PLAN_WORDS_H

#include "searcher/plan.h"

/* A plan has at most so many terms; the rest of the query is dropped, with a warning. */
enum { KS_PLAN_TERMS = 2048 };

/* A plan being made. */
typedef struct ks_planner {
    ks_query_plan *out;
    ks_query *query; /* takes the warnings */
    ks_index *index;
    double tag_boost;
    unsigned negated; /* > 0 inside a NOT: nothing scores there */
    size_t terms;     /* so far, at most KS_PLAN_TERMS */
    bool cut;         /* there would have been more */
    ks_term *run;     /* surface forms of successive words, for whole tags */
    size_t run_count, run_capacity;
} ks_planner;

ks_plan_node *ks_planner_node(ks_planner *planner, ks_plan_kind kind);

/* A TERM node; NULL when out of memory. */
ks_plan_node *ks_planner_term(ks_planner *planner, ks_term term, ks_field field);

/* Appends child to parent's children; NULL is skipped. */
void ks_planner_append(ks_plan_node *parent, ks_plan_node *child);

/* Counts one more term; false where there is no room for it. */
bool ks_planner_room(ks_planner *planner);

/* The nodes of a WORDS, PHRASE or PREFIX leaf; *out is NULL where the text holds no word. */
ks_status ks_planner_words(ks_planner *planner, ks_plan_node **out, const ks_query_node *leaf, ks_error *err);
ks_status ks_planner_phrase(ks_planner *planner, ks_plan_node **out, const ks_query_node *leaf,
                            ks_error *err);
ks_status ks_planner_prefix(ks_planner *planner, ks_plan_node **out, const ks_query_node *leaf,
                            ks_error *err);

/* A TERM node for an exact value, as the index holds it. */
ks_status ks_planner_exact(ks_planner *planner, ks_plan_node **out, ks_exact exact, const char *value,
                           ks_error *err);

/* Ends the run of successive words: whatever part of it is a whole tag somewhere scores. */
ks_status ks_planner_end_run(ks_planner *planner, ks_error *err);

/* Adds what a term scores; a term asked for twice counts twice. Nothing inside a NOT. */
ks_status ks_planner_score(ks_planner *planner, ks_term term, ks_field field, double weight, ks_error *err);

/* The same, of weight 1, where none but the first `known` of the plan's scores can have the term. */
ks_status ks_planner_score_new(ks_planner *planner, ks_term term, ks_field field, size_t known,
                               ks_error *err);

#endif
