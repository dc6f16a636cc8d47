/* A pass over the documents that hold all the required terms: their lists are intersected block by block, and
 * blocks whose bounds together cannot reach the page are skipped (block-max AND: Ding and Suel 2011). See
 * search.h. */
#include "native/search.h"

#include <string.h>

struct conjunction {
    ks_pass *pass;
    const ks_leaf *leaf;
    ks_list *needed; /* the shortest first; those that do not score have the factor 0 */
    size_t needed_count;
    ks_list *extra; /* what scores where it is there, but need not be */
    size_t extra_count;
    double extra_bound;
    ks_matcher **others; /* what a match must be like besides */
    size_t other_count;
    double *parts;      /* of the score, by place in the plan */
    uint32_t low, high; /* the present window */
};

static double threshold_of(const struct conjunction *c) {
    return ks_ranking_threshold(&c->pass->ranking) / KS_MARGIN;
}

/* ---- One document ---- */

/* The score of a document that holds all needed terms; false where it does not, or cannot reach the page. */
static bool score_document(struct conjunction *c, uint32_t doc, double *out) {
    double k = ks_list_norm(c->pass->factors, c->leaf, doc), score = 0, rest = c->extra_bound;
    double threshold = c->pass->counting ? 0 : threshold_of(c);
    for (size_t i = 0; i < c->needed_count; i++) {
        ks_list *list = &c->needed[i];
        if (!ks_list_holds(list, doc)) return false;
        if (list->factor > 0) score += c->parts[list->place] = ks_list_part(list, k);
    }
    for (size_t i = 0; i < c->extra_count; i++) {
        ks_list *list = &c->extra[i];
        if (score + rest < threshold) return false;
        rest -= list->most;
        c->parts[list->place] = ks_list_holds(list, doc) ? ks_list_part(list, k) : 0;
        score += c->parts[list->place];
    }
    if (score < threshold) return false;
    *out = 0;
    for (size_t i = 0; i < c->pass->plan->score_count; i++) *out += c->parts[i];
    return true;
}

/* A document that is in all the needed lists. */
static ks_status take_document(struct conjunction *c, uint32_t doc, ks_error *err) {
    double score;
    if (ks_leaf_is_deleted(c->leaf, doc) || !score_document(c, doc, &score)) return KS_OK;
    if (!c->pass->counting && score < ks_ranking_threshold(&c->pass->ranking)) return KS_OK;
    for (size_t i = 0; i < c->other_count; i++) {
        bool here;
        ks_status status = ks_matcher_check(c->others[i], doc, &here, err);
        if (status || !here) return status;
    }
    if (c->pass->counting) ks_pass_count(c->pass, 1);
    ks_pass_offer(c->pass, c->leaf, doc, score);
    return KS_OK;
}

/* ---- One window: each needed list has a single block there ---- */

/* The list's documents in the window, from where its cursor stands. */
static uint32_t in_window(const struct conjunction *c, const ks_cursor *cursor, const uint32_t **docs) {
    uint32_t count = cursor->block_size - cursor->in_block;
    *docs = cursor->docs + cursor->in_block;
    if (cursor->doc > c->high) return 0;
    while ((*docs)[count - 1] > c->high) count--;
    return count;
}

/* Keeps of the `count` documents those that are among the `others` too; both ascend. Without branches: which
 * of two documents comes first is as good as random. */
static uint32_t intersect(uint32_t *docs, uint32_t count, const uint32_t *others, uint32_t other_count) {
    uint32_t kept = 0;
    for (uint32_t i = 0, j = 0; i < count && j < other_count;) {
        uint32_t doc = docs[i], other = others[j];
        docs[kept] = doc;
        kept += doc == other;
        i += doc <= other;
        j += other <= doc;
    }
    return kept;
}

static ks_status run_window(struct conjunction *c, ks_error *err) {
    uint32_t common[KS_BLOCK], count = 0;
    const uint32_t *docs;
    ks_status status = KS_OK;
    for (size_t i = 0; i < c->needed_count; i++) {
        ks_cursor *cursor = c->needed[i].cursor;
        uint32_t here;
        ks_cursor_advance(cursor, i == 0 ? c->low : common[0]);
        here = in_window(c, cursor, &docs);
        if (i > 0)
            count = intersect(common, count, docs, here);
        else
            memcpy(common, docs, (count = here) * sizeof *common);
        if (count == 0) return KS_OK;
    }
    for (uint32_t i = 0; i < count && !status; i++) status = take_document(c, common[i], err);
    return status;
}

/* Looks at the blocks from `low` on: the window's end, and what its documents can score at most. False where
 * some list has come to its end. */
static bool look_ahead(struct conjunction *c, double *bound) {
    c->high = KS_NO_DOC - 1;
    *bound = c->extra_bound;
    for (size_t i = 0; i < c->needed_count; i++) {
        uint32_t last = ks_list_look(&c->needed[i], c->low, &c->pass->factors->norm);
        if (last == KS_NO_DOC) return false;
        if (last < c->high) c->high = last;
        *bound += c->needed[i].bound;
    }
    return true;
}

static ks_status run(struct conjunction *c, ks_error *err) {
    const ks_pass *pass = c->pass;
    ks_cursor *shortest = c->needed[0].cursor;
    ks_status status = KS_OK;
    for (c->low = 0; !status; c->low = c->high + 1) {
        double bound;
        if (pass->ranking.capacity == 0 && !pass->counting) break;
        if (!look_ahead(c, &bound)) break;
        if (!pass->counting && bound < threshold_of(c)) continue;
        ks_cursor_advance(shortest, c->low);
        c->low = shortest->doc;
        if (c->low == KS_NO_DOC || !look_ahead(c, &bound)) break;
        if (!pass->counting && bound < threshold_of(c)) continue;
        status = run_window(c, err);
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
    struct conjunction c = {.pass = pass, .leaf = leaf};
    size_t bytes = (pass->plan->score_count + 1) * sizeof(double);
    bool none;
    ks_status status;
    if (!(c.parts = ks_arena_alloc(arena, bytes))) return ks_error_nomem(err);
    memset(c.parts, 0, bytes);
    if ((status = ks_lists_open(&c.extra, &c.extra_count, arena, pass->factors, leaf, err)) ||
        (status = open_needed(&c, shape, arena, &none, err)) || none ||
        (status = open_others(&c, shape, arena, err)))
        goto done;
    for (size_t i = 0; i < c.extra_count; i++) c.extra_bound += c.extra[i].most;
    sort_by_length(&c);
    status = run(&c, err);
    if (!status) status = ks_lists_check(c.needed, c.needed_count, leaf, err);
    if (!status) status = ks_lists_check(c.extra, c.extra_count, leaf, err);
done:
    for (size_t i = 0; i < c.other_count; i++) ks_matcher_free(c.others[i]);
    return status;
}
