/* Answering plans: passes over the leaves, then the page of hits; see search.h. May use base, engine and
 * native's files. */
#include "native/search.h"

#include "base/clock.h"
#include "native/either.h"
#include "native/gather.h"
#include "native/page.h"

#include <stdlib.h>
#include <string.h>

static int compare_hits(const void *left, const void *right) {
    return ks_scored_compare(*(const ks_scored *const *)left, *(const ks_scored *const *)right);
}

bool ks_pass_is_ranked(const ks_pass *pass, const ks_leaf *leaf, uint32_t doc) {
    ks_scored wanted = {.leaf = leaf, .doc = doc};
    return pass->ranked_count &&
           bsearch(&wanted, pass->ranked, pass->ranked_count, sizeof *pass->ranked, ks_scored_compare);
}

void ks_pass_offer(ks_pass *pass, const ks_leaf *leaf, uint32_t doc, double score, uint64_t held) {
    ks_scored candidate = {.score = score, .leaf = leaf, .doc = doc, .tier = pass->tier, .held = held};
    ks_ranking_offer(&pass->ranking, &candidate);
}

/* ---- Passes ---- */

/* For a disjunction: where one term is in more documents than are to be counted, no counting is needed. */
static void count_disjunction(ks_pass *pass) {
    for (size_t i = 0; i < pass->plan->score_count && pass->counting; i++)
        if (pass->plan->scores[i].field == KS_FIELD_ANY)
            if (pass->factors->documents[i] > pass->plan->count_limit)
                ks_pass_count(pass, pass->factors->documents[i]);
}

/* The matches of a single term are as many as the documents that hold it. */
static ks_status count_term(ks_pass *pass, const ks_need *need, ks_error *err) {
    size_t score_index = ks_factors_find(pass->factors, need->term, need->field);
    uint64_t documents = 0;
    ks_status status = KS_OK;
    if (score_index < pass->plan->score_count)
        documents = pass->factors->documents[score_index];
    else
        status = ks_view_documents(pass->view, need->term, &documents, err);
    pass->counted = documents;
    pass->counting = false;
    return status;
}

/* Counts by document frequencies where these are enough, so that the pass is free to skip. */
static ks_status count_by_frequency(ks_pass *pass, const ks_route *route, ks_error *err) {
    if (!pass->counting) return KS_OK;
    if (route->required_count == 1 && route->other_count == 0 && !route->alternatives &&
        route->required[0].field == KS_FIELD_ANY)
        return count_term(pass, &route->required[0], err);
    if (route->disjunction) count_disjunction(pass);
    return KS_OK;
}

/* Chooses the pass over a leaf. Only hits sorted by score can be skipped by bounds. Where no required term
 * scores but every match holds another one that does, the scoring lists are read and the required ones joined
 * to them. */
static ks_status run_leaf(ks_pass *pass, const ks_route *route, const ks_leaf *leaf, ks_error *err) {
    bool intersects = route->leads || (route->required_count && (route->scores || !route->covered));
    ks_arena *arena = &pass->memory->leaf;
    ks_arena_reset(arena);
    if (pass->sort != KS_SORT_SCORE) return ks_pass_exhaustive(pass, leaf, arena, err);
    if (route->disjunction && ks_gather_suits(pass, leaf)) return ks_pass_gather(pass, leaf, arena, err);
    if (route->disjunction) return ks_pass_disjunction(pass, route, leaf, arena, err);
    if (intersects) return ks_pass_conjunction(pass, route, leaf, arena, err);
    if (route->covered) return ks_pass_disjunction(pass, route, leaf, arena, err);
    return ks_pass_exhaustive(pass, leaf, arena, err);
}

/* Fills the pass's ranking with the best `capacity` documents. Where nothing scores all documents are equal,
 * and the newest come first. */
static ks_status run_pass(ks_pass *pass, size_t capacity, ks_error *err) {
    ks_route route;
    ks_status status;
    pass->sort = pass->plan->sort;
    if (pass->sort == KS_SORT_SCORE && pass->plan->score_count == 0) pass->sort = KS_SORT_NEW;
    if ((status = ks_ranking_init(&pass->ranking, capacity, pass->sort, err)) ||
        (status = ks_route_make(&route, &pass->memory->plan, pass->factors, pass->match, err)) ||
        (status = count_by_frequency(pass, &route, err)))
        return status;
    for (size_t i = 0; i < pass->view->count && (capacity || pass->counting) && !status; i++)
        status = run_leaf(pass, &route, &pass->view->leaves[i], err);
    if (!status) status = pass->ranking.status;
    ks_ranking_sort(&pass->ranking);
    return status;
}

/* How many hits are to be ranked: the end of the page. */
static size_t page_end(const ks_view *view, const ks_plan *plan) {
    uint64_t end = plan->limit > view->records ? view->records : plan->limit;
    end += plan->offset > view->records ? view->records : plan->offset;
    return (size_t)(end > view->records ? view->records : end);
}

/* Lets the second pass leave out what the first one has ranked. Where the first one has filled the page there
 * may be more of its matches, but then the second pass only counts. */
static ks_status leave_out(ks_pass *pass, const ks_pass *first, ks_arena *arena, ks_error *err) {
    size_t count = first->ranking.count;
    if (count == 0 || count == first->ranking.capacity) return KS_OK;
    if (!(pass->ranked = ks_arena_alloc(arena, count * sizeof *pass->ranked))) return ks_error_nomem(err);
    memcpy(pass->ranked, first->ranking.heap, count * sizeof *pass->ranked);
    qsort(pass->ranked, count, sizeof *pass->ranked, ks_scored_compare);
    pass->ranked_count = count;
    return KS_OK;
}

/* Records with all the words, then those with some. The second pass counts for both: whatever has all has
 * some. */
static ks_status run_tiers(ks_pass passes[2], const ks_pass *common, size_t end, ks_arena *arena,
                           ks_error *err) {
    ks_status status;
    passes[0] = passes[1] = *common;
    passes[0].match = KS_MATCH_ALL;
    passes[0].tier = KS_TIER_ALL;
    passes[1].match = KS_MATCH_ANY;
    passes[1].tier = KS_TIER_SOME;
    passes[1].counting = true;
    if ((status = run_pass(&passes[0], end, err)) || (status = leave_out(&passes[1], &passes[0], arena, err)))
        return status;
    return run_pass(&passes[1], end - passes[0].ranking.count, err);
}

/* Runs the passes that the plan asks for; the second one stays empty where there is only one. */
static ks_status run_passes(ks_pass passes[2], const ks_pass *common, ks_arena *arena, ks_error *err) {
    const ks_plan *plan = common->plan;
    bool tiers = ks_plan_has_tiers(plan->root), any = plan->match == KS_MATCH_ANY && tiers;
    size_t end = page_end(common->view, plan);
    if (tiers && plan->match == KS_MATCH_AUTO) return run_tiers(passes, common, end, arena, err);
    passes[0] = *common;
    passes[0].match = any || !tiers ? KS_MATCH_ANY : KS_MATCH_ALL; /* without tiers both say the same */
    passes[0].tier = any ? KS_TIER_SOME : KS_TIER_ALL;
    passes[0].counting = true;
    return run_pass(&passes[0], end, err);
}

/* ---- Which hits of an any-word search hold all the words ---- */

/* Marks them by the scores that they hold, where these decide: *told. */
static ks_status mark_by_scores(ks_pass *pass, bool *told, ks_arena *arena, ks_error *err) {
    ks_either words;
    ks_status status =
        ks_either_make(&words, told, arena, pass->plan->root, KS_MATCH_ALL, pass->factors, err);
    for (size_t i = 0; i < pass->ranking.count && !status && *told; i++)
        if (ks_either_holds(&words, pass->ranking.heap[i].held)) pass->ranking.heap[i].tier = KS_TIER_ALL;
    return status;
}

/* Marks them by matching them against the plan: in the order of the documents, leaf by leaf. */
static ks_status mark_by_matching(ks_pass *pass, ks_arena *arena, ks_error *err) {
    size_t count = pass->ranking.count;
    ks_scored **hits = ks_arena_alloc(arena, (count + 1) * sizeof(ks_scored *));
    ks_matcher *matcher = NULL;
    ks_status status = KS_OK;
    if (!hits) return ks_error_nomem(err);
    for (size_t i = 0; i < count; i++) hits[i] = &pass->ranking.heap[i];
    if (count) qsort(hits, count, sizeof(ks_scored *), compare_hits);
    for (size_t i = 0; i < count && !status; i++) {
        bool full = false;
        if (i == 0 || hits[i]->leaf != hits[i - 1]->leaf) {
            ks_matcher_free(matcher);
            matcher = NULL;
            status = ks_matcher_make(&matcher, arena, pass->plan->root, KS_MATCH_ALL, hits[i]->leaf,
                                     pass->view->unpacker, err);
        }
        if (!status) status = ks_matcher_test(matcher, hits[i]->doc, &full, err);
        if (full) hits[i]->tier = KS_TIER_ALL;
    }
    ks_matcher_free(matcher);
    return status;
}

static ks_status mark_full_matches(ks_pass *pass, ks_arena *arena, ks_error *err) {
    bool told = false;
    ks_status status = mark_by_scores(pass, &told, arena, err);
    return status || told ? status : mark_by_matching(pass, arena, err);
}

void ks_search_memory_free(ks_search_memory *memory) {
    ks_arena_free(&memory->plan);
    ks_arena_free(&memory->leaf);
}

void ks_search_memory_trim(ks_search_memory *memory, size_t most) {
    if (memory->plan.size > most) ks_arena_free(&memory->plan);
    if (memory->leaf.size > most) ks_arena_free(&memory->leaf);
}

ks_status ks_native_search(const ks_view *view, const ks_plan *plan, ks_search_memory *memory, ks_topk *out,
                           ks_error *err) {
    ks_pass passes[2] = {0};
    ks_topk topk = {.generation = view->manifest.generation, .records = view->records};
    ks_arena *arena = &memory->plan;
    ks_factors factors;
    uint64_t counted;
    ks_status status;
    ks_arena_reset(arena);
    if ((status = ks_factors_make(&factors, arena, view, plan, err))) goto done;
    ks_pass common = {.view = view, .plan = plan, .factors = &factors, .memory = memory};
    if ((status = run_passes(passes, &common, arena, err)) ||
        (passes[0].tier == KS_TIER_SOME && (status = mark_full_matches(&passes[0], arena, err))))
        goto done;
    topk.ranked_us = ks_clock_us();
    counted = passes[0].counted + passes[1].counted;
    topk.total_is_exact = counted <= plan->count_limit;
    topk.total = topk.total_is_exact ? counted : plan->count_limit;
    status = ks_page_copy(&topk, passes, err);
done:
    ks_ranking_free(&passes[0].ranking);
    ks_ranking_free(&passes[1].ranking);
    if (status)
        ks_topk_free(&topk);
    else
        *out = topk;
    return status;
}
