/* The threshold, the likely hits of a leaf and their exact scores; see sift.h. Approximate scores are added
 * up in join.c and sift_read.c. May use base, engine and native's files. */
#include "native/sift.h"

#include <math.h>
#include <stdlib.h>

ks_status ks_sift_start(ks_sift *sift, ks_pass *pass, const ks_leaf *leaf, ks_error *err) {
    size_t page = pass->ranking.capacity;
    sift->pass = pass;
    sift->leaf = leaf;
    sift->candidates.count = 0;
    sift->candidates.held = NULL;
    sift->best_count = sift->likely_count = sift->likely_capacity = 0;
    sift->likely = NULL;
    sift->best_capacity = page < leaf->segment->documents ? page : leaf->segment->documents;
    sift->best = malloc((sift->best_capacity + 1) * sizeof *sift->best);
    sift->threshold = (float)(ks_ranking_threshold(&pass->ranking) / KS_MARGIN);
    return sift->best ? KS_OK : ks_error_nomem(err);
}

void ks_sift_free(ks_sift *sift) {
    free(sift->best);
    free(sift->likely);
}

/* ---- The threshold: a heap of the best scores so far ---- */

static void heap_up(float *heap, size_t at) {
    for (float moving = heap[at]; at > 0 && heap[(at - 1) / 2] > moving; at = (at - 1) / 2) {
        heap[at] = heap[(at - 1) / 2];
        heap[(at - 1) / 2] = moving;
    }
}

static void heap_down(float *heap, size_t count) {
    float moving = heap[0];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && heap[child + 1] < heap[child]) child++;
        if (heap[child] >= moving) break;
        heap[at] = heap[child];
    }
    heap[at] = moving;
}

/* Keeps the value if it is among the best. */
static void offer(ks_sift *sift, float value) {
    if (sift->best_count < sift->best_capacity) {
        sift->best[sift->best_count] = value;
        heap_up(sift->best, sift->best_count++);
    } else if (sift->best_count && value > sift->best[0]) {
        sift->best[0] = value;
        heap_down(sift->best, sift->best_count);
    }
}

/* With a full page, no document can enter that scores less than the last one on it. */
static void raise_threshold(ks_sift *sift) {
    if (sift->best_count && sift->best_count == sift->best_capacity &&
        sift->best[0] / (float)KS_MARGIN > sift->threshold)
        sift->threshold = sift->best[0] / (float)KS_MARGIN;
}

/* ---- The first threshold ---- */

/* Which blocks are read to prime with: those whose bound is among the k highest, for a page of k. Their
 * documents are likely to be among the best, and k of them make a threshold. */

/* The k-th highest of the bounds offered to the empty heap of scores; 0 where they are fewer. Empties it. */
static float take_kth_best(ks_sift *sift) {
    float least = sift->best_count == sift->best_capacity ? sift->best[0] : 0;
    sift->best_count = 0;
    return least;
}

/* Sets the bounds of all groups, and which of them are among the k best. */
static void bound_groups(ks_sift *sift, ks_list *list, uint32_t groups) {
    const ks_norm *norm = &sift->pass->factors->norm;
    for (uint32_t group = 0; group < groups; group++) {
        list->group_bounds[group] = (float)(list->factor * ks_cursor_group_bound(list->cursor, group, norm));
        offer(sift, list->group_bounds[group]);
    }
    list->bounded_from = take_kth_best(sift);
}

/* The first block from `block` on that may be among the k best: any, or where there are groups, one in the k
 * best of them, since a group's bound is at least that of each of its blocks. */
static uint32_t next_bounded(const ks_list *list, uint32_t block) {
    while (block < list->cursor->blocks && !ks_list_is_bounded(list, block))
        block = (block / KS_GROUP + 1) * KS_GROUP;
    return block;
}

/* Sets the bounds of those blocks. Returns the k-th highest. */
static float bound_blocks(ks_sift *sift, ks_list *list) {
    const ks_norm *norm = &sift->pass->factors->norm;
    uint32_t blocks = list->cursor->blocks;
    for (uint32_t block = next_bounded(list, 0); block < blocks; block = next_bounded(list, block + 1)) {
        list->bounds[block] = (float)(list->factor * ks_cursor_bound(list->cursor, block, norm));
        offer(sift, list->bounds[block]);
    }
    return take_kth_best(sift);
}

/* Offers the scores of a block's documents to the heap. The candidates serve as room to read them. */
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
    size_t blocks_left = ks_sift_prime_blocks(sift);
    float least;
    if (blocks_left == 0) return KS_OK;
    if (!(list->bounds = ks_arena_alloc(arena, blocks * sizeof *list->bounds)) ||
        (groups && !(list->group_bounds = ks_arena_alloc(arena, groups * sizeof *list->group_bounds))))
        return ks_error_nomem(err);
    bound_groups(sift, list, groups);
    least = fmaxf(bound_blocks(sift, list), sift->threshold);
    for (uint32_t block = next_bounded(list, 0); block < blocks && blocks_left > 0;
         block = next_bounded(list, block + 1)) {
        if (list->bounds[block] < least) continue;
        offer_block(sift, list, block);
        blocks_left--;
    }
    raise_threshold(sift);
    sift->best_count = sift->candidates.count = 0; /* these documents will come again */
    ks_cursor_rewind(list->cursor);
    return KS_OK;
}

/* ---- Likely hits ---- */

/* Drops the hits that the risen threshold rules out. */
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

/* Some of the likely hits, with a table of what each score of the plan gives to each of them: lists are
 * walked one after the other, but parts are summed in the order of the plan, so that a score does not depend
 * on the order of the lists. */
struct batch {
    const ks_likely *likely;
    size_t count;
    double *parts; /* [score_index * count + hit] */
};

/* The size of that table, and how many hits a batch has at least. A batch is bounded, since all documents of
 * a leaf may be likely and a plan may have many scores. */
enum { PARTS = 1 << 17, LEAST_AT_ONCE = 128 };

/* Sets the list's parts. A list that holds none of the hits is not even rewound. */
static void score_list(const ks_sift *sift, ks_list *list, const struct batch *batch) {
    bool rewound = false;
    for (size_t i = 0; i < batch->count; i++) {
        uint32_t doc = batch->likely[i].doc;
        if (!(batch->likely[i].held >> list->score_index % KS_HELD_SCORES & 1)) continue;
        if (!rewound) ks_cursor_rewind(list->cursor);
        rewound = true;
        if (ks_list_holds(list, doc))
            batch->parts[list->score_index * batch->count + i] =
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
        for (size_t j = 0; j < scores; j++) {
            double part = batch->parts[j * batch->count + i];
            score += part;
            held |= part > 0 ? ks_held_bit(j) : 0;
        }
        ks_pass_offer(sift->pass, sift->leaf, batch->likely[i].doc, score, held);
    }
}

static int compare_docs(const void *left, const void *right) {
    const ks_likely *a = left, *b = right;
    return (a->doc > b->doc) - (a->doc < b->doc);
}

/* Sorts by document, since cursors only go forward. Mostly the hits are sorted already. */
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
        status = ks_lists_check(lists[i].items, lists[i].count, err);
    return status;
}
