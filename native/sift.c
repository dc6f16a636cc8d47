/* The likely documents of a leaf, and their exact scores; see sift.h. Adding up approximate scores is in
 * join.c.
 */
#include "native/sift.h"

#include <math.h>
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

/* The least of the bounds that were offered, if they fill a page; 0 where they are fewer. Forgets them. */
static float take_least(ks_sift *sift) {
    float least = sift->best_count == sift->best_capacity ? sift->best[0] : 0;
    sift->best_count = 0;
    return least;
}

/* The bounds of all groups, and which of them are among the best. */
static void bound_groups(ks_sift *sift, ks_list *list, uint32_t groups) {
    const ks_norm *norm = &sift->pass->factors->norm;
    for (uint32_t group = 0; group < groups; group++) {
        list->group_bounds[group] = (float)(list->factor * ks_cursor_group_bound(list->cursor, group, norm));
        offer(sift, list->group_bounds[group]);
    }
    list->bounded_from = take_least(sift);
}

/* The first block from `block` on that may be among the best: any, or one in the best groups. */
static uint32_t next_bounded(const ks_list *list, uint32_t block) {
    while (block < list->cursor->blocks && !ks_list_is_bounded(list, block))
        block = (block / KS_GROUP + 1) * KS_GROUP;
    return block;
}

/* The bounds of those blocks; the least of the best. */
static float bound_blocks(ks_sift *sift, ks_list *list) {
    const ks_norm *norm = &sift->pass->factors->norm;
    uint32_t blocks = list->cursor->blocks;
    for (uint32_t block = next_bounded(list, 0); block < blocks; block = next_bounded(list, block + 1)) {
        list->bounds[block] = (float)(list->factor * ks_cursor_bound(list->cursor, block, norm));
        offer(sift, list->bounds[block]);
    }
    return take_least(sift);
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
        (groups && !(list->group_bounds = ks_arena_alloc(arena, groups * sizeof *list->group_bounds))))
        return ks_error_nomem(err);
    bound_groups(sift, list, groups);
    least = fmaxf(bound_blocks(sift, list), sift->threshold);
    for (uint32_t block = next_bounded(list, 0); block < blocks && left > 0;
         block = next_bounded(list, block + 1)) {
        if (list->bounds[block] < least) continue;
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
static void drop_unlikely(ks_sift *sift) {
    float threshold = ks_sift_threshold(sift);
    size_t kept = 0;
    for (size_t i = 0; i < sift->likely_count; i++)
        if (sift->likely[i].score >= threshold) sift->likely[kept++] = sift->likely[i];
    sift->likely_count = kept;
}

ks_status ks_sift_keep(ks_sift *sift, uint32_t doc, float score, ks_error *err) {
    return ks_sift_keep_likely(sift, (ks_likely){doc, score, UINT64_MAX}, err);
}

ks_status ks_sift_keep_likely(ks_sift *sift, ks_likely likely, ks_error *err) {
    if (sift->likely_count == sift->likely_capacity) {
        size_t room;
        ks_status status;
        drop_unlikely(sift);
        room = 2 * sift->likely_count + 64;
        if ((status =
                 ks_array_reserve(&sift->likely, &sift->likely_capacity, room, sizeof *sift->likely, err)))
            return status;
    }
    sift->likely[sift->likely_count++] = likely;
    offer(sift, likely.score);
    raise_threshold(sift);
    return KS_OK;
}

/* Some of the likely documents, and what each list gives to them: by its place in the plan and then by
 * document. */
struct batch {
    const ks_likely *likely;
    size_t count;
    double *parts;
};

/* Parts of a batch, whose memory is bounded so: all documents of a leaf may be likely, where all are asked
 * for or all are alike, and the scores many. */
enum { PARTS = 1 << 17, LEAST_AT_ONCE = 128 };

/* A list that holds none of them is not even rewound. */
static void score_list(const ks_sift *sift, ks_list *list, const struct batch *batch) {
    bool rewound = false;
    for (size_t i = 0; i < batch->count; i++) {
        uint32_t doc = batch->likely[i].doc;
        if (!(batch->likely[i].held >> list->place % KS_HELD_SCORES & 1)) continue;
        if (!rewound) ks_cursor_rewind(list->cursor);
        rewound = true;
        if (ks_list_holds(list, doc))
            batch->parts[list->place * batch->count + i] =
                ks_list_part(list, ks_list_norm(sift->pass->factors, sift->leaf, doc));
    }
}

static void score_batch(const ks_sift *sift, const ks_sift_lists *lists, size_t count,
                        const struct batch *batch) {
    size_t scores = sift->pass->plan->score_count;
    for (size_t i = 0; i < scores * batch->count; i++) batch->parts[i] = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < lists[i].count; j++)
            if (lists[i].items[j].factor > 0) score_list(sift, &lists[i].items[j], batch);
    for (size_t i = 0; i < batch->count; i++) {
        double score = 0;
        uint64_t held = 0;
        for (size_t j = 0; j < scores; j++) { /* always in one order */
            double part = batch->parts[j * batch->count + i];
            score += part;
            held |= j < KS_HELD_SCORES && part > 0 ? UINT64_C(1) << j : 0;
        }
        ks_pass_offer(sift->pass, sift->leaf, batch->likely[i].doc, score, held);
    }
}

static int compare_docs(const void *left, const void *right) {
    const ks_likely *a = left, *b = right;
    return (a->doc > b->doc) - (a->doc < b->doc);
}

/* Lists only go forward. Mostly the documents came in order. */
static void sort_likely(ks_sift *sift) {
    size_t i = 1;
    while (i < sift->likely_count && sift->likely[i - 1].doc < sift->likely[i].doc) i++;
    if (i < sift->likely_count) qsort(sift->likely, sift->likely_count, sizeof *sift->likely, compare_docs);
}

ks_status ks_sift_finish(ks_sift *sift, ks_arena *arena, const ks_sift_lists *lists, size_t count,
                         ks_error *err) {
    size_t scores = sift->pass->plan->score_count, most = scores ? PARTS / scores : PARTS;
    struct batch batch = {0};
    ks_status status = KS_OK;
    drop_unlikely(sift);
    sort_likely(sift);
    if (most < LEAST_AT_ONCE) most = LEAST_AT_ONCE;
    if (most > sift->likely_count) most = sift->likely_count;
    if (!(batch.parts = ks_arena_alloc(arena, scores * most * sizeof *batch.parts + 1)))
        return ks_error_nomem(err);
    for (size_t from = 0; from < sift->likely_count; from += batch.count) {
        batch.likely = sift->likely + from;
        batch.count = sift->likely_count - from < most ? sift->likely_count - from : most;
        score_batch(sift, lists, count, &batch);
    }
    for (size_t i = 0; i < count && !status; i++)
        status = ks_lists_check(lists[i].items, lists[i].count, sift->leaf, err);
    return status;
}
