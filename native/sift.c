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

static void note_score(ks_sift *sift, float score) {
    if (sift->best_count < sift->best_capacity) {
        sift->best[sift->best_count] = score;
        sift_up(sift->best, sift->best_count++);
    } else if (sift->best_count && score > sift->best[0]) {
        sift->best[0] = score;
        sift_down(sift->best, sift->best_count);
    }
    if (sift->best_count && sift->best_count == sift->best_capacity &&
        sift->best[0] / (float)KS_MARGIN > sift->threshold)
        sift->threshold = sift->best[0] / (float)KS_MARGIN;
}

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
    note_score(sift, score);
    return KS_OK;
}

/* What a list gives to the likely documents, by its place in the plan and then by document. */
static void score_list(const ks_sift *sift, ks_list *list, double *parts) {
    ks_cursor_rewind(list->cursor);
    for (size_t i = 0; i < sift->likely_count; i++) {
        uint32_t doc = sift->likely[i].doc;
        if (ks_list_holds(list, doc))
            parts[list->place * sift->likely_count + i] =
                ks_list_part(list, ks_list_norm(sift->pass->factors, sift->leaf, doc));
    }
}

ks_status ks_sift_finish(ks_sift *sift, ks_arena *arena, const ks_sift_lists *lists, size_t count,
                         ks_error *err) {
    size_t scores = sift->pass->plan->score_count, likely;
    double *parts;
    clear_up(sift);
    likely = sift->likely_count;
    if (!(parts = ks_arena_alloc(arena, scores * likely * sizeof *parts + 1))) return ks_error_nomem(err);
    for (size_t i = 0; i < scores * likely; i++) parts[i] = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < lists[i].count; j++)
            if (lists[i].items[j].factor > 0) score_list(sift, &lists[i].items[j], parts);
    for (size_t i = 0; i < likely; i++) {
        double score = 0;
        uint64_t held = 0;
        for (size_t j = 0; j < scores; j++) { /* always in one order */
            score += parts[j * likely + i];
            held |= j < 64 && parts[j * likely + i] > 0 ? UINT64_C(1) << j : 0;
        }
        ks_pass_offer(sift->pass, sift->leaf, sift->likely[i].doc, score, held);
    }
    for (size_t i = 0; i < count; i++) {
        ks_status status = ks_lists_check(lists[i].items, lists[i].count, sift->leaf, err);
        if (status) return status;
    }
    return KS_OK;
}
