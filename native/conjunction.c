/* A pass over the documents that hold all the required terms: their lists are intersected block by block, and
 * blocks whose bounds together cannot reach the page are skipped (block-max AND: Ding and Suel 2011). See
 * search.h. */
#include "native/sift.h"

#include <string.h>

struct conjunction {
    ks_sift sift;
    ks_pass *pass;
    const ks_leaf *leaf;
    ks_list *needed; /* the shortest first; those that do not score have the factor 0 */
    size_t needed_count;
    ks_list *extra; /* what scores where it is there, but need not be */
    size_t extra_count;
    double rest;         /* what all lists but the shortest can add together */
    ks_matcher **others; /* what a match must be like besides */
    size_t other_count;
};

/* What decides about skipping: nothing is skipped as long as matches are counted. */
static double threshold_of(const struct conjunction *c) {
    return c->pass->counting ? 0 : (double)ks_sift_threshold(&c->sift);
}

/* ---- One block of the shortest list ---- */

/* A document that holds all the needed terms. */
static ks_status take_document(struct conjunction *c, uint32_t doc, float score, ks_error *err) {
    float threshold = ks_sift_threshold(&c->sift);
    if (ks_leaf_is_deleted(c->leaf, doc) || (!c->pass->counting && score < threshold)) return KS_OK;
    for (size_t i = 0; i < c->other_count; i++) {
        bool here;
        ks_status status = ks_matcher_check(c->others[i], doc, &here, err);
        if (status || !here) return status;
    }
    if (c->pass->counting) ks_pass_count(c->pass, 1);
    if (score < threshold || c->pass->ranking.capacity == 0 || ks_pass_is_ranked(c->pass, c->leaf, doc))
        return KS_OK;
    return ks_sift_keep(&c->sift, doc, score, err);
}

static void join_lists(struct conjunction *c) {
    float threshold = (float)threshold_of(c);
    double rest = c->rest;
    for (size_t i = 1; i < c->needed_count && c->sift.candidates.count; i++) {
        rest -= c->needed[i].most;
        ks_sift_join(&c->sift, &c->needed[i], true, (float)rest, threshold);
    }
    for (size_t i = 0; i < c->extra_count && c->sift.candidates.count; i++) {
        rest -= c->extra[i].most;
        ks_sift_join(&c->sift, &c->extra[i], false, (float)rest, threshold);
    }
}

static ks_status run_block(struct conjunction *c, uint32_t last, ks_error *err) {
    ks_candidates *candidates = &c->sift.candidates;
    ks_status status = KS_OK;
    candidates->count =
        ks_sift_read(&c->sift, &c->needed[0], last, candidates->docs, candidates->scores, candidates->norms);
    ks_sift_drop(&c->sift, (float)(threshold_of(c) - c->rest));
    join_lists(c);
    for (uint32_t i = 0; i < candidates->count && !status; i++)
        status = take_document(c, candidates->docs[i], candidates->scores[i], err);
    return status;
}

static ks_status run(struct conjunction *c, ks_error *err) {
    ks_list *shortest = &c->needed[0];
    ks_status status = KS_OK;
    for (uint32_t low = 0, last; !status; low = last + 1) {
        if (c->pass->ranking.capacity == 0 && !c->pass->counting) break;
        last = ks_list_look(shortest, low, &c->pass->factors->norm);
        if (last == KS_NO_DOC) break;
        if (shortest->bound + c->rest < threshold_of(c)) continue;
        ks_cursor_advance(shortest->cursor, low);
        status = run_block(c, last, err);
    }
    return status;
}

/* ---- The pass ---- */

/* Takes the scoring list of the need out of the extra ones. */
static bool take_scoring(struct conjunction *c, const ks_need *need, size_t place) {
    for (size_t i = 0; i < c->extra_count; i++) {
        if (c->extra[i].place != place || c->extra[i].field != need->field) continue;
        c->needed[c->needed_count++] = c->extra[i];
        c->extra[i] = c->extra[--c->extra_count];
        return true;
    }
    return false;
}

static bool is_needed_already(const struct conjunction *c, const ks_need *need, size_t place) {
    for (size_t i = 0; i < c->needed_count; i++)
        if (c->needed[i].factor > 0 && c->needed[i].place == place && c->needed[i].field == need->field)
            return true;
    return false;
}

/* *none where the leaf does not have a needed term. */
static ks_status open_needed(struct conjunction *c, const ks_shape *shape, ks_arena *arena, bool *none,
                             ks_error *err) {
    const ks_factors *factors = c->pass->factors;
    *none = false;
    if (!(c->needed = ks_arena_alloc(arena, shape->required_count * sizeof *c->needed)))
        return ks_error_nomem(err);
    for (size_t i = 0; i < shape->required_count; i++) {
        const ks_need *need = &shape->required[i];
        size_t place = ks_factors_find(factors, need->term, need->field);
        ks_dict_entry entry;
        bool found;
        ks_status status;
        if (is_needed_already(c, need, place) || take_scoring(c, need, place)) continue;
        if ((status = ks_dict_find(&c->leaf->segment->dict, need->term, &found, &entry, err))) return status;
        *none = !found;
        if (!found) return KS_OK;
        if ((status = ks_list_open(&c->needed[c->needed_count], arena, factors, c->leaf, &entry,
                                   factors->plan->score_count, need->field, err)))
            return status;
        c->needed_count++;
    }
    return KS_OK;
}

static void sort_by_length(struct conjunction *c) {
    for (size_t i = 1; i < c->needed_count; i++) {
        ks_list moving = c->needed[i];
        size_t at = i;
        for (; at > 0 && c->needed[at - 1].cursor->documents > moving.cursor->documents; at--)
            c->needed[at] = c->needed[at - 1];
        c->needed[at] = moving;
    }
}

static ks_status open_others(struct conjunction *c, const ks_shape *shape, ks_arena *arena, ks_error *err) {
    ks_status status = KS_OK;
    if (!(c->others = ks_arena_alloc(arena, (shape->other_count + 1) * sizeof(ks_matcher *))))
        return ks_error_nomem(err);
    for (size_t i = 0; i < shape->other_count && !status; i++) {
        c->others[c->other_count] = NULL;
        status = ks_matcher_make(&c->others[c->other_count++], arena, shape->others[i], c->pass->match,
                                 c->leaf, c->pass->view->unpacker, err);
    }
    return status;
}

ks_status ks_pass_conjunction(ks_pass *pass, const ks_shape *shape, const ks_leaf *leaf, ks_arena *arena,
                              ks_error *err) {
    struct conjunction *c = ks_arena_alloc(arena, sizeof *c);
    bool none;
    ks_status status;
    if (!c) return ks_error_nomem(err);
    c->pass = pass;
    c->leaf = leaf;
    c->needed_count = c->other_count = 0;
    c->rest = 0;
    if ((status = ks_sift_start(&c->sift, pass, leaf, err))) return status;
    if ((status = ks_lists_open(&c->extra, &c->extra_count, arena, pass->factors, leaf, err)) ||
        (status = open_needed(c, shape, arena, &none, err)) || none ||
        (status = open_others(c, shape, arena, err)))
        goto done;
    sort_by_length(c);
    for (size_t i = 1; i < c->needed_count; i++) c->rest += c->needed[i].most;
    for (size_t i = 0; i < c->extra_count; i++) c->rest += c->extra[i].most;
    if ((status = run(c, err)) || (status = ks_lists_check(c->needed, c->needed_count, leaf, err)) ||
        (status = ks_lists_check(c->extra, c->extra_count, leaf, err)))
        goto done;
    status = ks_sift_finish(&c->sift, arena, err);
done:
    for (size_t i = 0; i < c->other_count; i++) ks_matcher_free(c->others[i]);
    ks_sift_free(&c->sift);
    return status;
}
