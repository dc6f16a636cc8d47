/* What the matches of a plan have in common; see ks_route in search.h. May use base, engine and native's
 * files. */
#include "native/either.h"
#include "native/search.h"

#include <string.h>

/* Whether a term scores in the plan. */
static bool scores(const ks_factors *factors, ks_term term, ks_field field) {
    size_t score_index = ks_factors_find(factors, term, field);
    return score_index < factors->plan->score_count && factors->values[score_index] > 0;
}

/* Whether all of the node's children must match. */
static bool wants_all(const ks_plan_node *node, ks_match match) {
    if (node->kind == KS_PLAN_AND) return true;
    if (node->kind == KS_PLAN_WORDS && match == KS_MATCH_ALL) return true;
    return (node->kind == KS_PLAN_OR || node->kind == KS_PLAN_WORDS) && node->child && !node->child->next;
}

/* ---- What every match holds ---- */

static size_t count_nodes(const ks_plan_node *node) {
    size_t count = 1 + node->term_count;
    for (const ks_plan_node *child = node->child; child; child = child->next) count += count_nodes(child);
    return count;
}

static void require(ks_route *route, const ks_factors *factors, const ks_plan_node *node) {
    for (size_t i = 0; i < node->term_count; i++) {
        route->required[route->required_count++] = (ks_need){node->terms[i], node->field};
        if (scores(factors, node->terms[i], node->field)) route->scores = true;
    }
}

/* Collects the terms that every match of the node holds, and its other conditions. Ids have no posting lists,
 * so they are conditions. */
static void collect(ks_route *route, const ks_factors *factors, const ks_plan_node *node, ks_match match) {
    if (node->kind == KS_PLAN_PHRASE || node->kind == KS_PLAN_NEAR) {
        require(route, factors, node);
        route->others[route->other_count++] = node;
    } else if (node->kind == KS_PLAN_TERM && !ks_matcher_is_id(node)) {
        require(route, factors, node);
    } else if (node->child && wants_all(node, match)) {
        for (const ks_plan_node *child = node->child; child; child = child->next)
            collect(route, factors, child, match);
    } else if (node->kind != KS_PLAN_ALL && !(node->kind == KS_PLAN_AND && !node->child)) {
        route->others[route->other_count++] = node;
    }
}

/* ---- Whether matches score ---- */

static bool phrase_scores(const ks_factors *factors, const ks_plan_node *node) {
    for (size_t i = 0; i < node->term_count; i++)
        if (scores(factors, node->terms[i], node->field)) return true;
    return false;
}

/* Whether every match of the node holds a term that scores. */
static bool is_covered(const ks_factors *factors, const ks_plan_node *node, ks_match match) {
    bool every = wants_all(node, match);
    switch (node->kind) {
    case KS_PLAN_TERM: return scores(factors, node->terms[0], node->field);
    case KS_PLAN_PHRASE:
    case KS_PLAN_NEAR: return phrase_scores(factors, node);
    case KS_PLAN_AND:
    case KS_PLAN_OR:
    case KS_PLAN_WORDS:
        for (const ks_plan_node *child = node->child; child; child = child->next)
            if (is_covered(factors, child, match) == every) return every;
        return !every && node->child;
    case KS_PLAN_ALL:
    case KS_PLAN_DATES:
    case KS_PLAN_NOT: return false;
    }
    return false;
}

/* ---- Whether whatever scores matches ---- */

/* Marks the scores of the node's terms. */
static void mark_terms(const ks_factors *factors, const ks_plan_node *node, bool *marked) {
    if (node->kind == KS_PLAN_TERM) marked[ks_factors_find(factors, node->terms[0], node->field)] = true;
    for (const ks_plan_node *child = node->child; child; child = child->next)
        mark_terms(factors, child, marked);
}

/* Whether the node matches whatever holds one of certain terms, all of which score, and nothing else. Marks
 * these. */
static bool mark_alternatives(const ks_factors *factors, const ks_plan_node *node, ks_match match,
                              bool *marked) {
    if (node->kind == KS_PLAN_TERM) {
        size_t score_index = ks_factors_find(factors, node->terms[0], node->field);
        marked[score_index] = true;
        return score_index < factors->plan->score_count && factors->values[score_index] > 0;
    }
    if (node->kind != KS_PLAN_AND && node->kind != KS_PLAN_OR && node->kind != KS_PLAN_WORDS) return false;
    if (!node->child || (node->child->next && wants_all(node, match))) return false;
    for (const ks_plan_node *child = node->child; child; child = child->next)
        if (!mark_alternatives(factors, child, match, marked)) return false;
    return true;
}

static bool is_tag(ks_term term) {
    const char *prefix = ks_exact_prefix(KS_EXACT_TAG);
    return term.size > strlen(prefix) && memcmp(term.text, prefix, strlen(prefix)) == 0;
}

/* Marks by score index, for the terms of the whole plan and for those of one node. One entry more is for the
 * terms that do not score. */
struct marks {
    bool *in_plan, *in_node;
    bool ready; /* in_plan is set: it is seldom needed */
};

static ks_status make_marks(struct marks *out, ks_arena *arena, const ks_factors *factors, ks_error *err) {
    size_t bytes = (factors->plan->score_count + 1) * sizeof(bool);
    out->in_plan = ks_arena_alloc(arena, bytes);
    out->in_node = ks_arena_alloc(arena, bytes);
    if (!out->in_plan || !out->in_node) return ks_error_nomem(err);
    out->ready = false;
    return KS_OK;
}

static bool is_in_plan(const ks_factors *factors, struct marks *marks, size_t score_index) {
    if (!marks->ready) {
        memset(marks->in_plan, 0, factors->plan->score_count + 1);
        mark_terms(factors, factors->plan->root, marks->in_plan);
        marks->ready = true;
    }
    return marks->in_plan[score_index];
}

/* Whether the node matches where, and only where, some term of the plan scores. A whole tag that scores but
 * no node asks for is no exception: when any word will do, a record that has it matches anyway
 * (engine/plan.h). */
static bool is_disjunction(const ks_factors *factors, const ks_plan_node *node, ks_match match,
                           struct marks *marks) {
    const ks_plan *plan = factors->plan;
    memset(marks->in_node, 0, plan->score_count + 1);
    if (!mark_alternatives(factors, node, match, marks->in_node)) return false;
    for (size_t i = 0; i < plan->score_count; i++) {
        if (marks->in_node[i]) continue;
        if (plan->match == KS_MATCH_ALL || !is_tag(plan->scores[i].term) || is_in_plan(factors, marks, i))
            return false;
    }
    return true;
}

/* Takes out a condition that only asks for one of the scoring terms: walking their lists tests it. */
static void leave_alternatives_out(ks_route *route, const ks_factors *factors, ks_match match,
                                   struct marks *marks) {
    for (size_t i = 0; i < route->other_count; i++) {
        if (!is_disjunction(factors, route->others[i], match, marks)) continue;
        route->alternatives = true;
        route->others[i] = route->others[--route->other_count];
        return;
    }
}

/* ---- Scores that lead to all matches ---- */

/* The sum of all scores' document frequencies. */
static uint64_t documents_of_all(const ks_factors *factors) {
    uint64_t sum = 0;
    for (size_t i = 0; i < factors->plan->score_count; i++) sum += factors->documents[i];
    return sum;
}

/* Takes the leads of the condition that the fewest documents may meet, of those that scores decide. Where no
 * term is required, they must have at most half of all postings: otherwise a disjunction, which skips weak
 * lists, is faster. */
static ks_status find_leads(ks_route *route, ks_arena *arena, const ks_factors *factors, ks_match match,
                            ks_error *err) {
    uint64_t least = route->required_count ? UINT64_MAX : documents_of_all(factors) / 2;
    for (size_t i = 0; i < route->other_count; i++) {
        uint64_t leads, documents;
        ks_either either;
        bool told;
        ks_status status = ks_either_make(&either, &told, arena, route->others[i], match, factors, err);
        if (status) return status;
        if (!told || !(leads = ks_either_leads(&either, factors, &documents)) || documents > least) continue;
        route->leads = leads;
        least = documents;
    }
    return KS_OK;
}

ks_status ks_route_make(ks_route *out, ks_arena *arena, const ks_factors *factors, ks_match match,
                        ks_error *err) {
    const ks_plan_node *root = factors->plan->root;
    size_t most = count_nodes(root);
    struct marks marks;
    ks_status status;
    *out = (ks_route){.required = ks_arena_alloc(arena, most * sizeof(ks_need)),
                      .others = ks_arena_alloc(arena, most * sizeof(ks_plan_node *))};
    if (!out->required || !out->others) return ks_error_nomem(err);
    if ((status = make_marks(&marks, arena, factors, err))) return status;
    collect(out, factors, root, match);
    out->covered = is_covered(factors, root, match);
    out->disjunction = is_disjunction(factors, root, match, &marks);
    leave_alternatives_out(out, factors, match, &marks);
    return find_leads(out, arena, factors, match, err);
}
