/* Answering plans: passes over the leaves, then the page of hits; see search.h. */
#include "native/search.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

static ks_status run_exhaustive(ks_pass *pass, ks_error *err) {
    ks_status status = KS_OK;
    pass->counted = 0;
    pass->ranking.count = 0;
    for (size_t i = 0; i < pass->view->count && !status; i++) {
        ks_arena arena = {0};
        status = ks_pass_exhaustive(pass, &pass->view->leaves[i], &arena, err);
        ks_arena_free(&arena);
    }
    return status;
}

static bool same_term(ks_term a, ks_term b) {
    return a.size == b.size && memcmp(a.text, b.text, a.size) == 0;
}

/* Whether the tree is nothing but alternatives and has this term among them. */
static bool has_alternative(const ks_plan_node *node, const ks_plan_score *score) {
    if (node->kind == KS_PLAN_TERM)
        return node->field == score->field && same_term(node->terms[0], score->term);
    for (const ks_plan_node *child = node->child; child; child = child->next)
        if (has_alternative(child, score)) return true;
    return false;
}

static bool scores(const ks_pass *pass, const ks_plan_node *term) {
    for (size_t i = 0; i < pass->plan->score_count; i++) {
        const ks_plan_score *score = &pass->plan->scores[i];
        if (pass->factors[i] > 0 && score->field == term->field && same_term(score->term, term->terms[0]))
            return true;
    }
    return false;
}

/* Whether the node matches just what holds one of some terms, all of which score. */
static bool is_alternatives(const ks_pass *pass, const ks_plan_node *node) {
    if (node->kind == KS_PLAN_TERM) return scores(pass, node);
    if (!node->child || (node->kind == KS_PLAN_AND && node->child->next)) return false;
    if (node->kind != KS_PLAN_AND && node->kind != KS_PLAN_OR && node->kind != KS_PLAN_WORDS) return false;
    for (const ks_plan_node *child = node->child; child; child = child->next)
        if (!is_alternatives(pass, child)) return false;
    return true;
}

static bool is_tag(ks_term term) {
    const char *prefix = ks_exact_prefix(KS_EXACT_TAG);
    return term.size > strlen(prefix) && memcmp(term.text, prefix, strlen(prefix)) == 0;
}

/* Whether a document matches if, and only if, some term scores in it. A whole tag brings a word of the query
 * with it (engine/plan.h). */
static bool is_disjunction(const ks_pass *pass) {
    const ks_plan *plan = pass->plan;
    if (pass->some || !is_alternatives(pass, plan->root)) return false;
    for (size_t i = 0; i < plan->score_count; i++)
        if (!has_alternative(plan->root, &plan->scores[i]) && !is_tag(plan->scores[i].term)) return false;
    return true;
}

/* Of a disjunction: a term that alone is in more documents than are counted spares the counting. */
static void count_by_frequency(ks_pass *pass) {
    for (size_t i = 0; i < pass->plan->score_count; i++)
        if (pass->plan->scores[i].field == KS_FIELD_ANY && pass->documents[i] > pass->plan->count_limit)
            pass->counted = pass->documents[i];
}

/* Counts matches until there are more than the plan asks for. */
static ks_status count_matches(ks_pass *pass, const ks_leaf *leaf, ks_arena *arena, ks_error *err) {
    ks_matcher *matcher = NULL;
    bool here;
    ks_status status = ks_pass_matcher(&matcher, pass, leaf, arena, err);
    for (uint32_t doc = 0; !status && pass->counted <= pass->plan->count_limit; doc = matcher->doc + 1) {
        if ((status = ks_matcher_test(matcher, doc, &here, err)) || matcher->doc == KS_NO_DOC) break;
        pass->counted += !ks_leaf_is_deleted(leaf, matcher->doc);
    }
    ks_matcher_free(matcher);
    return status;
}

static ks_status prune_leaf(ks_pass *pass, const ks_leaf *leaf, bool all_score, ks_error *err) {
    ks_matcher *matcher = NULL;
    ks_arena arena = {0};
    ks_status status = count_matches(pass, leaf, &arena, err);
    if (!status && !all_score) status = ks_pass_matcher(&matcher, pass, leaf, &arena, err);
    if (!status) status = ks_pass_maxscore(pass, leaf, matcher, &arena, err);
    ks_matcher_free(matcher);
    ks_arena_free(&arena);
    return status;
}

/* By score, with pruning. Where the page is not filled, documents that match but score nothing may belong on
 * it. */
static ks_status run_pruned(ks_pass *pass, ks_error *err) {
    bool all_score = is_disjunction(pass);
    const ks_ranking *ranking = &pass->ranking;
    ks_status status = KS_OK;
    if (all_score) count_by_frequency(pass);
    for (size_t i = 0; i < pass->view->count && !status; i++)
        status = prune_leaf(pass, &pass->view->leaves[i], all_score, err);
    if (!status && !all_score && ranking->count < ranking->capacity &&
        (pass->counted > pass->plan->count_limit || pass->counted > ranking->count))
        return run_exhaustive(pass, err);
    return status;
}

static ks_status run_pass(ks_pass *pass, ks_error *err) {
    bool prune = pass->plan->sort == KS_SORT_SCORE && pass->match == KS_MATCH_ANY &&
                 pass->ranking.capacity > 0 && pass->plan->score_count > 0;
    ks_status status = prune ? run_pruned(pass, err) : run_exhaustive(pass, err);
    if (!status) status = pass->ranking.status;
    ks_ranking_sort(&pass->ranking);
    return status;
}

static size_t page_end(const ks_view *view, const ks_plan *plan) {
    uint64_t end = plan->limit > view->records ? view->records : plan->limit;
    end += plan->offset > view->records ? view->records : plan->offset;
    return (size_t)(end > view->records ? view->records : end);
}

/* The first tier, and the second where the plan asks for both. */
static ks_status run_passes(ks_pass passes[2], const ks_pass *common, ks_error *err) {
    const ks_plan *plan = common->plan;
    bool tiers = ks_plan_has_tiers(plan->root), any = plan->match == KS_MATCH_ANY && tiers;
    size_t end = page_end(common->view, plan);
    ks_status status;
    passes[0] = passes[1] = *common;
    passes[0].match = any || !tiers ? KS_MATCH_ANY : KS_MATCH_ALL; /* without tiers both say the same */
    passes[0].tier = any ? KS_TIER_SOME : KS_TIER_ALL;
    passes[1].match = KS_MATCH_ANY;
    passes[1].tier = KS_TIER_SOME;
    passes[1].some = true;
    if ((status = ks_ranking_init(&passes[0].ranking, end, plan->sort, err)) ||
        (status = run_pass(&passes[0], err)))
        return status;
    if (plan->match != KS_MATCH_AUTO || !tiers) return KS_OK;
    if ((status = ks_ranking_init(&passes[1].ranking, end - passes[0].ranking.count, plan->sort, err)))
        return status;
    return run_pass(&passes[1], err);
}

static int compare_places(const void *left, const void *right) {
    const ks_candidate *const *a = left, *const *b = right;
    if ((*a)->leaf != (*b)->leaf) return (*a)->leaf < (*b)->leaf ? -1 : 1;
    return ((*a)->doc > (*b)->doc) - ((*a)->doc < (*b)->doc);
}

/* Which hits of an any-word search hold all the words: in the order of the documents, leaf by leaf. */
static ks_status find_full_matches(ks_pass *pass, ks_error *err) {
    size_t count = pass->ranking.count;
    ks_candidate **places = malloc((count + 1) * sizeof(ks_candidate *));
    ks_matcher *matcher = NULL;
    ks_arena arena = {0};
    ks_status status = places ? KS_OK : ks_error_nomem(err);
    for (size_t i = 0; i < count && !status; i++) places[i] = &pass->ranking.heap[i];
    if (!status && count) qsort(places, count, sizeof(ks_candidate *), compare_places);
    for (size_t i = 0; i < count && !status; i++) {
        bool full = false;
        if (i == 0 || places[i]->leaf != places[i - 1]->leaf) {
            ks_matcher_free(matcher);
            matcher = NULL;
            status = ks_matcher_make(&matcher, &arena, pass->plan->root, KS_MATCH_ALL, places[i]->leaf,
                                     pass->view->unpacker, err);
        }
        if (!status) status = ks_matcher_test(matcher, places[i]->doc, &full, err);
        if (full) places[i]->tier = KS_TIER_ALL;
    }
    ks_matcher_free(matcher);
    ks_arena_free(&arena);
    free(places);
    return status;
}

static ks_status copy_term(ks_arena *arena, ks_term *out, const char *text, size_t size, ks_error *err) {
    *out = (ks_term){ks_arena_copy(arena, text, size), (uint32_t)size};
    return out->text ? KS_OK : ks_error_nomem(err);
}

static ks_status copy_hit(ks_topk *out, const ks_view *view, const ks_plan *plan, const ks_candidate *from,
                          ks_error *err) {
    ks_found *found = &out->items[out->count];
    ks_buffer stored = {0};
    ks_status status;
    ks_term id;
    uint64_t leaf = (uint64_t)(from->leaf - view->leaves);
    *found = (ks_found){.doc = (leaf << 32 | from->doc) + 1, .score = from->score, .tier = from->tier};
    if ((status = ks_segment_id(from->leaf->segment, from->doc, &id, err)) ||
        (status = copy_term(&out->arena, &found->id, id.text, id.size, err)))
        return status;
    if (plan->want_stored && !(status = ks_store_get(from->leaf->segment->store, from->doc, &stored, err)))
        status = copy_term(&out->arena, &found->stored, stored.data, stored.size, err);
    ks_buffer_free(&stored);
    if (!status) out->count++;
    return status;
}

static ks_status copy_page(ks_topk *out, const ks_pass passes[2], ks_error *err) {
    const ks_plan *plan = passes[0].plan;
    size_t first = passes[0].ranking.count, all = first + passes[1].ranking.count;
    ks_status status = KS_OK;
    out->items = ks_arena_alloc(&out->arena, (all + 1) * sizeof *out->items);
    if (!out->items) return ks_error_nomem(err);
    for (size_t i = plan->offset; i < all && !status; i++)
        status = copy_hit(out, passes[0].view, plan,
                          i < first ? &passes[0].ranking.heap[i] : &passes[1].ranking.heap[i - first], err);
    return status;
}

ks_status ks_native_search(const ks_view *view, const ks_plan *plan, ks_topk *out, ks_error *err) {
    ks_pass passes[2] = {0};
    ks_topk topk = {.generation = view->manifest.generation, .records = view->records};
    ks_arena arena = {0};
    double *factors = NULL;
    uint64_t counted, *documents = NULL;
    ks_status status;
    if ((status = ks_scorers_factors(&factors, &documents, &arena, plan, view, err))) goto done;
    ks_pass common = {.view = view, .plan = plan, .factors = factors, .documents = documents};
    if ((status = run_passes(passes, &common, err)) ||
        (passes[0].tier == KS_TIER_SOME && (status = find_full_matches(&passes[0], err))))
        goto done;
    topk.ranked_us = ks_clock_us();
    counted = passes[0].counted + passes[1].counted;
    topk.total_is_exact = counted <= plan->count_limit;
    topk.total = topk.total_is_exact ? counted : plan->count_limit;
    status = copy_page(&topk, passes, err);
done:
    ks_ranking_free(&passes[0].ranking);
    ks_ranking_free(&passes[1].ranking);
    ks_arena_free(&arena);
    if (status)
        ks_topk_free(&topk);
    else
        *out = topk;
    return status;
}
