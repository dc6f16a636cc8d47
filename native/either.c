/* Trees of terms in disjunctive normal form; see either.h. May use base, engine and native's files. */
#include "native/either.h"

#include <string.h>

enum { MOST = KS_EITHER_SETS };

struct sets {
    uint64_t items[MOST];
    size_t count;
};

static bool expand(struct sets *out, const ks_plan_node *node, ks_match match, const ks_factors *factors);

static bool expand_term(struct sets *out, const ks_plan_node *node, const ks_factors *factors) {
    size_t score_index = ks_factors_find(factors, node->terms[0], node->field);
    if (score_index >= factors->plan->score_count || score_index >= KS_HELD_SCORES ||
        factors->values[score_index] <= 0)
        return false;
    *out = (struct sets){{UINT64_C(1) << score_index}, 1};
    return true;
}

/* Any child: the sets of all of them. */
static bool expand_any(struct sets *out, const ks_plan_node *node, ks_match match,
                       const ks_factors *factors) {
    struct sets more;
    *out = (struct sets){0};
    for (const ks_plan_node *child = node->child; child; child = child->next) {
        if (!expand(&more, child, match, factors) || out->count + more.count > MOST) return false;
        memcpy(out->items + out->count, more.items, more.count * sizeof *more.items);
        out->count += more.count;
    }
    return true;
}

/* All children: each set of one united with each set of the others. */
static bool expand_all(struct sets *out, const ks_plan_node *node, ks_match match,
                       const ks_factors *factors) {
    struct sets more, product;
    *out = (struct sets){.count = 1};
    for (const ks_plan_node *child = node->child; child; child = child->next) {
        product.count = 0;
        if (!expand(&more, child, match, factors) || out->count * more.count > MOST) return false;
        for (size_t i = 0; i < out->count; i++)
            for (size_t j = 0; j < more.count; j++)
                product.items[product.count++] = out->items[i] | more.items[j];
        *out = product;
    }
    return true;
}

static bool expand(struct sets *out, const ks_plan_node *node, ks_match match, const ks_factors *factors) {
    switch (node->kind) {
    case KS_PLAN_TERM: return expand_term(out, node, factors);
    case KS_PLAN_AND: return expand_all(out, node, match, factors);
    case KS_PLAN_OR: return expand_any(out, node, match, factors);
    case KS_PLAN_WORDS:
        if (match == KS_MATCH_ALL && node->child) return expand_all(out, node, match, factors);
        return expand_any(out, node, match, factors);
    case KS_PLAN_ALL:
    case KS_PLAN_PHRASE:
    case KS_PLAN_NEAR:
    case KS_PLAN_DATES:
    case KS_PLAN_NOT: return false;
    }
    return false;
}

ks_status ks_either_make(ks_either *out, bool *told, ks_arena *arena, const ks_plan_node *node,
                         ks_match match, const ks_factors *factors, ks_error *err) {
    struct sets sets;
    *told = expand(&sets, node, match, factors);
    if (!*told) return KS_OK;
    out->count = sets.count;
    out->sets = ks_arena_alloc(arena, (sets.count + 1) * sizeof *out->sets);
    if (!out->sets) return ks_error_nomem(err);
    memcpy(out->sets, sets.items, sets.count * sizeof *out->sets);
    return KS_OK;
}

/* The index of the set's score that the fewest documents hold; KS_HELD_SCORES where the set is empty. */
static size_t rarest(uint64_t set, const ks_factors *factors) {
    size_t best = KS_HELD_SCORES;
    for (; set; set &= set - 1) {
        size_t score_index = (size_t)__builtin_ctzll(set);
        if (best == KS_HELD_SCORES || factors->documents[score_index] < factors->documents[best])
            best = score_index;
    }
    return best;
}

uint64_t ks_either_leads(const ks_either *either, const ks_factors *factors, uint64_t *documents) {
    uint64_t leads = 0;
    *documents = 0;
    for (size_t i = 0; i < either->count; i++) {
        size_t score_index = rarest(either->sets[i], factors);
        if (score_index == KS_HELD_SCORES) return 0;
        if (!(leads >> score_index & 1)) *documents += factors->documents[score_index];
        leads |= UINT64_C(1) << score_index;
    }
    return leads;
}
