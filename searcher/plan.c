/* The inner nodes of a plan; see plan.h. The leaves are in plan_words.c and plan_prefix.c. */
#include "searcher/plan.h"

#include "searcher/plan_words.h"

#include <stdlib.h>
#include <string.h>

ks_plan_node *ks_planner_node(ks_planner *planner, ks_plan_kind kind) {
    ks_plan_node *node = ks_arena_alloc(&planner->out->arena, sizeof *node);
    if (node) *node = (ks_plan_node){.kind = kind, .field = KS_FIELD_ANY};
    return node;
}

ks_plan_node *ks_planner_term(ks_planner *planner, ks_term term, ks_field field) {
    ks_plan_node *node = ks_planner_node(planner, KS_PLAN_TERM);
    ks_term *copy = ks_arena_alloc(&planner->out->arena, sizeof *copy);
    if (!node || !copy) return NULL;
    *copy = term;
    node->terms = copy;
    node->term_count = 1;
    node->field = field;
    return node;
}

void ks_planner_append(ks_plan_node *parent, ks_plan_node *child) {
    ks_plan_node **last = &parent->child;
    if (!child) return;
    while (*last) last = &(*last)->next;
    *last = child;
}

bool ks_planner_room(ks_planner *planner) {
    if (planner->terms == KS_PLAN_TERMS) planner->cut = true;
    if (!planner->cut) planner->terms++;
    return !planner->cut;
}

/* The score of this term and field among the first `count`; NULL if there is none. */
static ks_plan_score *find_score(const ks_query_plan *plan, size_t count, ks_term term, ks_field field) {
    for (size_t i = 0; i < count; i++) {
        ks_plan_score *score = &plan->scores[i];
        if (score->field == field && score->term.size == term.size &&
            memcmp(score->term.text, term.text, term.size) == 0)
            return score;
    }
    return NULL;
}

/* Adds a score, or adds its weight to that of the same term among the first `known` scores. */
static ks_status add_score(ks_planner *planner, ks_plan_score score, size_t known, ks_error *err) {
    ks_query_plan *plan = planner->out;
    ks_plan_score *same;
    ks_status status;
    if (planner->negated) return KS_OK;
    if ((same = find_score(plan, known, score.term, score.field))) {
        same->weight += score.weight;
        return KS_OK;
    }
    if ((status = ks_array_reserve(&plan->scores, &plan->score_capacity, plan->plan.score_count + 1,
                                   sizeof *plan->scores, err)))
        return status;
    plan->scores[plan->plan.score_count++] = score;
    plan->plan.scores = plan->scores;
    return KS_OK;
}

ks_status ks_planner_score(ks_planner *planner, ks_term term, ks_field field, double weight, ks_error *err) {
    ks_plan_score score = {term, field, weight};
    return add_score(planner, score, planner->out->plan.score_count, err);
}

ks_status ks_planner_score_new(ks_planner *planner, ks_term term, ks_field field, size_t known,
                               ks_error *err) {
    return add_score(planner, (ks_plan_score){term, field, 1}, known, err);
}

/* Filters hold whatever the match mode is: exact values, dates, negations, and groups of nothing else. */
static bool is_filter(const ks_query_node *node) {
    switch (node->kind) {
    case KS_QUERY_EXACT:
    case KS_QUERY_DATES:
    case KS_QUERY_NOT: return true;
    case KS_QUERY_PREFIX: return node->field == KS_FIELD_TAGS;
    case KS_QUERY_WORDS:
    case KS_QUERY_PHRASE: return false;
    case KS_QUERY_GROUP:
    case KS_QUERY_OR:
        for (const ks_query_node *child = node->child; child; child = child->next)
            if (!is_filter(child)) return false;
        return true;
    }
    return false;
}

static ks_status plan_node(ks_planner *planner, ks_plan_node **out, const ks_query_node *node, ks_error *err);

static ks_status plan_exact(ks_planner *planner, ks_plan_node **out, const ks_query_node *node,
                            ks_error *err) {
    ks_plan_node *any = ks_planner_node(planner, KS_PLAN_OR), *child;
    ks_status status = KS_OK;
    if (!any) return ks_error_nomem(err);
    for (size_t i = 0; i < node->values.count && !status; i++) {
        status = ks_planner_exact(planner, &child, node->exact, node->values.items[i], err);
        if (!status) ks_planner_append(any, child);
    }
    *out = any;
    return status;
}

static ks_status plan_dates(ks_planner *planner, ks_plan_node **out, const ks_query_node *node,
                            ks_error *err) {
    ks_plan_node *dates = ks_planner_node(planner, KS_PLAN_DATES);
    if (!dates) return ks_error_nomem(err);
    dates->first = node->first;
    dates->last = node->last;
    *out = dates;
    return KS_OK;
}

/* Nodes side by side: the words become one WORDS node, which stands in an AND with the filters. Successive
 * words form runs, which are looked up as whole tags; anything else ends a run. */
static ks_status plan_group(ks_planner *planner, ks_plan_node **out, const ks_query_node *group,
                            ks_error *err) {
    ks_plan_node *words = ks_planner_node(planner, KS_PLAN_WORDS),
                 *and = ks_planner_node(planner, KS_PLAN_AND);
    ks_status status = KS_OK;
    if (!words || !and) return ks_error_nomem(err);
    for (const ks_query_node *node = group->child; node && !status; node = node->next) {
        ks_plan_node *child = NULL;
        if (node->kind != KS_QUERY_WORDS || node->field != KS_FIELD_ANY)
            status = ks_planner_end_run(planner, err);
        if (!status) status = plan_node(planner, &child, node, err);
        if (!status) ks_planner_append(is_filter(node) ? and : words, child);
        if (!status && node->kind != KS_QUERY_WORDS) status = ks_planner_end_run(planner, err);
    }
    if (!status) status = ks_planner_end_run(planner, err);
    if (words->child) {
        words->next = and->child;
        and->child = words;
    }
    *out = and->child ? and : NULL;
    return status;
}

static ks_status plan_or(ks_planner *planner, ks_plan_node **out, const ks_query_node *node, ks_error *err) {
    ks_plan_node *any = ks_planner_node(planner, KS_PLAN_OR);
    ks_status status = KS_OK;
    if (!any) return ks_error_nomem(err);
    for (const ks_query_node *choice = node->child; choice && !status; choice = choice->next) {
        ks_plan_node *child = NULL;
        status = plan_node(planner, &child, choice, err);
        if (!status) ks_planner_append(any, child);
        if (!status) status = ks_planner_end_run(planner, err);
    }
    *out = any->child ? any : NULL;
    return status;
}

static ks_status plan_not(ks_planner *planner, ks_plan_node **out, const ks_query_node *node, ks_error *err) {
    ks_plan_node *not = ks_planner_node(planner, KS_PLAN_NOT), *child = NULL;
    ks_status status;
    if (!not ) return ks_error_nomem(err);
    planner->negated++;
    status = plan_node(planner, &child, node->child, err);
    planner->negated--;
    ks_planner_append(not, child);
    *out = child && !planner->cut ? not : NULL; /* what is left of a cut child would exclude too much */
    return status;
}

static ks_status plan_node(ks_planner *planner, ks_plan_node **out, const ks_query_node *node,
                           ks_error *err) {
    switch (node->kind) {
    case KS_QUERY_WORDS: return ks_planner_words(planner, out, node, err);
    case KS_QUERY_PHRASE: return ks_planner_phrase(planner, out, node, err);
    case KS_QUERY_PREFIX: return ks_planner_prefix(planner, out, node, err);
    case KS_QUERY_EXACT: return plan_exact(planner, out, node, err);
    case KS_QUERY_DATES: return plan_dates(planner, out, node, err);
    case KS_QUERY_GROUP: return plan_group(planner, out, node, err);
    case KS_QUERY_OR: return plan_or(planner, out, node, err);
    case KS_QUERY_NOT: return plan_not(planner, out, node, err);
    }
    return KS_OK;
}

ks_status ks_query_plan_make(ks_query_plan *out, ks_query *query, ks_index *index, double tag_boost,
                             ks_error *err) {
    ks_planner planner = {.out = out, .query = query, .index = index, .tag_boost = tag_boost};
    ks_plan_node *root = NULL;
    ks_status status = plan_node(&planner, &root, query->root, err);
    if (!status && !root) {
        out->empty = true;
        root = ks_planner_node(&planner, KS_PLAN_ALL);
        if (!root) status = ks_error_nomem(err);
    }
    if (!status && planner.cut)
        status = ks_query_warn_first(query, err, "the query is too long; it was cut after %d terms",
                                     KS_PLAN_TERMS);
    out->plan.root = root;
    free(planner.run);
    return status;
}

void ks_query_plan_free(ks_query_plan *plan) {
    ks_arena_free(&plan->arena);
    free(plan->scores);
    *plan = (ks_query_plan){0};
}
