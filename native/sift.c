/* The likely documents of a leaf, and their exact scores; see sift.h. Adding up approximate scores is in
 * join.c.
 */
#include "native/sift.h"

#include <stdlib.h>

ks_status ks_sift_start(ks_sift *sift, ks_pass *pass, const ks_leaf *leaf, ks_error *err) {
    size_t most = pass->ranking.capacity;
    sift->pass = pass;
    sift->leaf = leaf;
    sift->candidates.count = 0;
    sift->candidates.held = NULL;
    sift->best_count = sift->likely_count = sift->likely_capacity = 0;
    sift->likely = NULL;
    sift->best_capacity = most < leaf->segment->documents ? most : leaf->segment->documents;
    sift->best = malloc((sift->best_capacity + 1) * sizeof *sift->best);
    sift->threshold = (float)(ks_ranking_threshold(&pass->ranking) / KS_MARGIN);
    return sift->best ? KS_OK : ks_error_nomem(err);
}

void ks_sift_free(ks_sift *sift) {
    free(sift->best);
    free(sift->likely);
}

static void sift_up(float *heap, size_t at) {
    for (float moving = heap[at]; at > 0 && heap[(at - 1) / 2] > moving; at = (at - 1) / 2) {
        heap[at] = heap[(at - 1) / 2];
        heap[(at - 1) / 2] = moving;
    }
}

static void sift_down(float *heap, size_t count) {
    float moving = heap[0];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && heap[child + 1] < heap[child]) child++;
        if (heap[child] >= moving) break;
        heap[at] = heap[child];
    }
    heap[at] = moving;
}

static void offer(ks_sift *sift, float value) {
    if (sift->best_count < sift->best_capacity) {
        sift->best[sift->best_count] = value;
        sift_up(sift->best, sift->best_count++);
    } else if (sift->best_count && value > sift->best[0]) {
        sift->best[0] = value;
        sift_down(sift->best, sift->best_count);
    }
}

static void raise_threshold(ks_sift *sift) {
    if (sift->best_count && sift->best_count == sift->best_capacity &&
        sift->best[0] / (float)KS_MARGIN > sift->threshold)
        sift->threshold = sift->best[0] / (float)KS_MARGIN;
}

/* ---- The first threshold ---- */

/* The k-th best of `count` bounds, for a page of k; 0 where they are fewer. */
static float least_of(ks_sift *sift, const float *bounds, uint32_t count) {
    float least = 0;
    for (uint32_t i = 0; i < count; i++) offer(sift, bounds[i]);
    if (sift->best_count == sift->best_capacity) least = sift->best[0];
    sift->best_count = 0;
    return least;
}

static void bound_blocks(ks_sift *sift, ks_list *list, uint32_t begin, uint32_t end) {
    const ks_norm *norm = &sift->pass->factors->norm;
    for (uint32_t block = begin; block < end && block < list->cursor->blocks; block++)
        list->bounds[block] = (float)(list->factor * ks_cursor_bound(list->cursor, block, norm));
}

/* Sets the bounds of the blocks that may be among the best: all, or those of the groups that are among the
 * best groups. */
static void bound_best(ks_sift *sift, ks_list *list) {
    uint32_t groups = ks_cursor_groups(list->cursor), blocks = list->cursor->blocks;
    float least;
    if (!groups) {
        bound_blocks(sift, list, 0, blocks);
        return;
    }
    for (uint32_t block = 0; block < blocks; block++) list->bounds[block] = -1;
    for (uint32_t group = 0; group < groups; group++)
        list->group_bounds[group] =
            (float)(list->factor * ks_cursor_group_bound(list->cursor, group, &sift->pass->factors->norm));
    least = least_of(sift, list->group_bounds, groups);
    for (uint32_t group = 0; group < groups; group++)
        if (list->group_bounds[group] >= least)
            bound_blocks(sift, list, group * KS_GROUP, (group + 1) * KS_GROUP);
}

static void offer_block(ks_sift *sift, ks_list *list, uint32_t block) {
    ks_candidates *c = &sift->candidates;
    float least = sift->best_count == sift->best_capacity ? sift->best[0] : 0;
    ks_cursor_enter(list->cursor, block);
    c->count =
        ks_sift_read(sift, list, sift->leaf->segment->documents - 1, least, c->docs, c->scores, c->norms);
    for (uint32_t i = 0; i < c->count; i++)
        if (!ks_leaf_is_deleted(sift->leaf, c->docs[i]) &&
            !ks_pass_is_ranked(sift->pass, sift->leaf, c->docs[i]))
            offer(sift, c->scores[i]);
}

ks_status ks_sift_prime(ks_sift *sift, ks_list *list, ks_arena *arena, ks_error *err) {
    uint32_t blocks = list->cursor->blocks, groups = ks_cursor_groups(list->cursor);
    size_t left = ks_sift_prime_blocks(sift);
    float least;
    if (left == 0) return KS_OK;
    if (!(list->bounds = ks_arena_alloc(arena, blocks * sizeof *list->bounds)) ||
        !(list->group_bounds = ks_arena_alloc(arena, (groups + 1) * sizeof *list->group_bounds)))
        return ks_error_nomem(err);
    bound_best(sift, list);
    least = least_of(sift, list->bounds, blocks);
    for (uint32_t block = 0; block < blocks && left > 0; block++) {
        if (list->bounds[block] < least || list->bounds[block] < sift->threshold) continue;
        offer_block(sift, list, block);
        left--;
    }
    raise_threshold(sift);
    sift->best_count = sift->candidates.count = 0;
    ks_cursor_rewind(list->cursor);
    return KS_OK;
}

/* ---- What is likely ---- */

/* Forgets what is no longer likely. */
static void clear_up(ks_sift *sift) {
    float threshold = ks_sift_threshold(sift);
    size_t kept = 0;
    for (size_t i = 0; i < sift->likely_count; i++)
        if (sift->likely[i].score >= threshold) sift->likely[kept++] = sift->likely[i];
    sift->likely_count = kept;
}

ks_status ks_sift_keep(ks_sift *sift, uint32_t doc, float score, ks_error *err) {
    if (sift->likely_count == sift->likely_capacity) {
        size_t room;
        ks_status status;
        clear_up(sift);
        room = 2 * sift->likely_count + 64;
        if ((status =
                 ks_array_reserve(&sift->likely, &sift->likely_capacity, room, sizeof *sift->likely, err)))
            return status;
    }
    sift->likely[sift->likely_count++] = (ks_likely){doc, score};
    offer(sift, score);
    raise_threshold(sift);
    return KS_OK;
}

/* Some of the likely documents, and what each list gives to them: by its place in the plan and then by
 * document. */
struct some {
    const ks_likely *likely;
    size_t count;
    double *parts;
};

/* The documents of one leaf may all be likely, where they are asked for or alike, and the scores many. */
enum { PARTS = 1 << 17, LEAST_AT_ONCE = 128 };

static void score_list(const ks_sift *sift, ks_list *list, const struct some *some) {
    for (size_t i = 0; i < some->count; i++) {
        uint32_t doc = some->likely[i].doc;
        if (ks_list_holds(list, doc))
            some->parts[list->place * some->count + i] =
                ks_list_part(list, ks_list_norm(sift->pass->factors, sift->leaf, doc));
    }
}

static void score_some(const ks_sift *sift, const ks_sift_lists *lists, size_t count,
                       const struct some *some) {
    size_t scores = sift->pass->plan->score_count;
    for (size_t i = 0; i < scores * some->count; i++) some->parts[i] = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < lists[i].count; j++)
            if (lists[i].items[j].factor > 0) score_list(sift, &lists[i].items[j], some);
    for (size_t i = 0; i < some->count; i++) {
        double score = 0;
        uint64_t held = 0;
        for (size_t j = 0; j < scores; j++) { /* always in one order */
            double part = some->parts[j * some->count + i];
            score += part;
            held |= j < 64 && part > 0 ? UINT64_C(1) << j : 0;
        }
        ks_pass_offer(sift->pass, sift->leaf, some->likely[i].doc, score, held);
    }
}

static void rewind_lists(const ks_sift_lists *lists, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < lists[i].count; j++)
            if (lists[i].items[j].factor > 0) ks_cursor_rewind(lists[i].items[j].cursor);
}

ks_status ks_sift_finish(ks_sift *sift, ks_arena *arena, const ks_sift_lists *lists, size_t count,
                         ks_error *err) {
    size_t scores = sift->pass->plan->score_count, most = scores ? PARTS / scores : PARTS;
    struct some some = {0};
    ks_status status = KS_OK;
    clear_up(sift);
    if (most < LEAST_AT_ONCE) most = LEAST_AT_ONCE;
    if (most > sift->likely_count) most = sift->likely_count;
    if (!(some.parts = ks_arena_alloc(arena, scores * most * sizeof *some.parts + 1)))
        return ks_error_nomem(err);
    rewind_lists(lists, count);
    for (size_t from = 0; from < sift->likely_count; from += some.count) {
        some.likely = sift->likely + from;
        some.count = sift->likely_count - from < most ? sift->likely_count - from : most;
        score_some(sift, lists, count, &some);
    }
    for (size_t i = 0; i < count && !status; i++)
        status = ks_lists_check(lists[i].items, lists[i].count, sift->leaf, err);
    return status;
}
