/* The heap of hits; see ranking.h. May use base, engine and native's files. */
#include "native/ranking.h"

#include "native/segment_writer.h"

#include <stdlib.h>

int ks_scored_compare(const void *left, const void *right) {
    const ks_scored *a = left, *b = right;
    if (a->leaf != b->leaf) return a->leaf < b->leaf ? -1 : 1;
    return (a->doc > b->doc) - (a->doc < b->doc);
}

ks_status ks_ranking_init(ks_ranking *ranking, size_t capacity, ks_sort sort, ks_error *err) {
    *ranking = (ks_ranking){.capacity = capacity, .sort = sort, .err = err};
    if (capacity > SIZE_MAX / sizeof *ranking->heap - 1) return ks_error_nomem(err);
    ranking->heap = malloc((capacity + 1) * sizeof *ranking->heap);
    return ranking->heap ? KS_OK : ks_error_nomem(err);
}

void ks_ranking_free(ks_ranking *ranking) {
    free(ranking->heap);
    ranking->heap = NULL;
}

/* Newer first, then by id. Documents of a segment are stored in this order. */
static int compare_recency(ks_ranking *ranking, const ks_scored *a, const ks_scored *b) {
    uint64_t order_a, order_b;
    ks_term id_a, id_b;
    ks_status status;
    if (a->leaf == b->leaf) return (a->doc > b->doc) - (a->doc < b->doc);
    order_a = ks_segment_order(a->leaf->segment, a->doc);
    order_b = ks_segment_order(b->leaf->segment, b->doc);
    if (order_a != order_b) return order_a > order_b ? -1 : 1;
    if ((status = ks_segment_id(a->leaf->segment, a->doc, &id_a, ranking->err)) ||
        (status = ks_segment_id(b->leaf->segment, b->doc, &id_b, ranking->err))) {
        ranking->status = status;
        return 0;
    }
    return ks_segment_compare(order_a, id_a, order_b, id_b);
}

/* Whether a is a better hit than b. */
static bool is_better(ks_ranking *ranking, const ks_scored *a, const ks_scored *b) {
    int order;
    if (ranking->sort == KS_SORT_SCORE && a->score != b->score) return a->score > b->score;
    order = compare_recency(ranking, a, b);
    return ranking->sort == KS_SORT_OLD ? order > 0 : order < 0;
}

static void sift_down(ks_ranking *ranking, size_t at, size_t count) {
    ks_scored moving = ranking->heap[at];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && is_better(ranking, &ranking->heap[child], &ranking->heap[child + 1]))
            child++;
        if (!is_better(ranking, &moving, &ranking->heap[child])) break;
        ranking->heap[at] = ranking->heap[child];
    }
    ranking->heap[at] = moving;
}

static void sift_up(ks_ranking *ranking, size_t at) {
    ks_scored moving = ranking->heap[at];
    while (at > 0 && is_better(ranking, &ranking->heap[(at - 1) / 2], &moving)) {
        ranking->heap[at] = ranking->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    ranking->heap[at] = moving;
}

void ks_ranking_offer(ks_ranking *ranking, const ks_scored *offered) {
    if (ranking->count < ranking->capacity) {
        ranking->heap[ranking->count] = *offered;
        sift_up(ranking, ranking->count++);
    } else if (ranking->capacity && is_better(ranking, offered, &ranking->heap[0])) {
        ranking->heap[0] = *offered;
        sift_down(ranking, 0, ranking->count);
    }
}

double ks_ranking_threshold(const ks_ranking *ranking) {
    if (ranking->sort != KS_SORT_SCORE || ranking->count < ranking->capacity || ranking->capacity == 0)
        return 0;
    return ranking->heap[0].score;
}

void ks_ranking_sort(ks_ranking *ranking) {
    for (size_t left = ranking->count; left > 1; left--) {
        ks_scored worst = ranking->heap[0];
        ranking->heap[0] = ranking->heap[left - 1];
        ranking->heap[left - 1] = worst;
        sift_down(ranking, 0, left - 1);
    }
}
