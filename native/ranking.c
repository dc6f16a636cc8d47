/* The heap of hits and the scoring of documents; see ranking.h. */
#include "native/ranking.h"

#include "engine/bm25.h"
#include "native/segment_writer.h"

#include <stdlib.h>

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

/* Newer first, then by id. Within a segment that is the order of the documents. */
static int compare_recency(ks_ranking *ranking, const ks_candidate *a, const ks_candidate *b) {
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
static bool is_better(ks_ranking *ranking, const ks_candidate *a, const ks_candidate *b) {
    int order;
    if (ranking->sort == KS_SORT_SCORE && a->score != b->score) return a->score > b->score;
    order = compare_recency(ranking, a, b);
    return ranking->sort == KS_SORT_OLD ? order > 0 : order < 0;
}

static void sift_down(ks_ranking *ranking, size_t at, size_t count) {
    ks_candidate moving = ranking->heap[at];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && is_better(ranking, &ranking->heap[child], &ranking->heap[child + 1]))
            child++;
        if (!is_better(ranking, &moving, &ranking->heap[child])) break;
        ranking->heap[at] = ranking->heap[child];
    }
    ranking->heap[at] = moving;
}

static void sift_up(ks_ranking *ranking, size_t at) {
    ks_candidate moving = ranking->heap[at];
    while (at > 0 && is_better(ranking, &ranking->heap[(at - 1) / 2], &moving)) {
        ranking->heap[at] = ranking->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    ranking->heap[at] = moving;
}

void ks_ranking_offer(ks_ranking *ranking, const ks_candidate *candidate) {
    if (ranking->count < ranking->capacity) {
        ranking->heap[ranking->count] = *candidate;
        sift_up(ranking, ranking->count++);
    } else if (ranking->capacity && is_better(ranking, candidate, &ranking->heap[0])) {
        ranking->heap[0] = *candidate;
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
        ks_candidate worst = ranking->heap[0];
        ranking->heap[0] = ranking->heap[left - 1];
        ranking->heap[left - 1] = worst;
        sift_down(ranking, 0, left - 1);
    }
}

ks_status ks_scorers_factors(double **factors, uint64_t **documents, ks_arena *arena, const ks_plan *plan,
                             const ks_view *view, ks_error *err) {
    *factors = ks_arena_alloc(arena, (plan->score_count + 1) * sizeof **factors);
    *documents = ks_arena_alloc(arena, (plan->score_count + 1) * sizeof **documents);
    if (!*factors || !*documents) return ks_error_nomem(err);
    for (size_t i = 0; i < plan->score_count; i++) {
        ks_status status = ks_view_documents(view, plan->scores[i].term, &(*documents)[i], err);
        if (status) return status;
        (*factors)[i] =
            plan->scores[i].weight * ks_bm25_idf(view->records, (*documents)[i]) * (KS_BM25_K1 + 1);
    }
    return KS_OK;
}

ks_status ks_scorers_make(ks_scorers *out, ks_arena *arena, const ks_plan *plan, const double *factors,
                          const ks_leaf *leaf, const ks_view *view, ks_error *err) {
    double average = ks_view_average(view);
    out->count = 0;
    out->norm = (ks_norm){.base = KS_BM25_K1 * (1 - KS_BM25_B),
                          .slope = KS_BM25_K1 * KS_BM25_B / average,
                          .least = KS_BM25_LEAST_LENGTH * average};
    if (!(out->items = ks_arena_alloc(arena, (plan->score_count + 1) * sizeof *out->items)))
        return ks_error_nomem(err);
    for (size_t i = 0; i < plan->score_count; i++) {
        ks_dict_entry entry;
        ks_cursor *cursor;
        bool found;
        ks_status status = ks_dict_find(&leaf->segment->dict, plan->scores[i].term, &found, &entry, err);
        if (status) return status;
        if (!found || factors[i] == 0) continue;
        if (!(cursor = ks_arena_alloc(arena, sizeof *cursor))) return ks_error_nomem(err);
        if ((status = ks_cursor_open(cursor, leaf->segment, &entry, view->unpacker, err))) return status;
        out->items[out->count++] = (ks_scorer){cursor, plan->scores[i].field, factors[i]};
    }
    return KS_OK;
}

double ks_scorers_score(ks_scorers *scorers, const ks_segment *segment, uint32_t doc) {
    double norm = ks_norm_of(&scorers->norm, ks_segment_length(segment, doc)), score = 0;
    for (size_t i = 0; i < scorers->count; i++) {
        ks_scorer *scorer = &scorers->items[i];
        ks_cursor_advance(scorer->cursor, doc);
        if (scorer->cursor->doc != doc) continue;
        if (scorer->field != KS_FIELD_ANY && !(ks_cursor_mask(scorer->cursor) & 1u << scorer->field))
            continue;
        double tf = (double)ks_cursor_tf(scorer->cursor);
        score += scorer->factor * tf / (tf + norm);
    }
    return score;
}
