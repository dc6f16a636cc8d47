/* A pass over the documents that hold all the required terms: their lists are intersected block by block, and
 * blocks whose bounds together cannot reach the page are skipped (block-max AND: Ding and Suel 2011). See
 * search.h. */
#include "native/filter.h"
#include "native/sift.h"

#include <string.h>

struct conjunction {
    ks_sift sift;
    ks_pass *pass;
    const ks_leaf *leaf;
    ks_filter filter; /* its first list is the shortest, the others are joined to it */
    ks_list *extra;   /* what scores where it is there, but need not be */
    size_t extra_count;
    double rest;   /* what all lists but the shortest can add together */
    uint64_t held; /* scores that all candidates hold */
    uint64_t notes[KS_CANDIDATES];
};

/* What decides about skipping: nothing is skipped as long as matches are counted. */
static double threshold_of(const struct conjunction *c) {
    return c->pass->counting ? 0 : (double)ks_sift_threshold(&c->sift);
}

/* ---- One block of the shortest list ---- */

/* A document that holds all the needed terms. */
static ks_status take_document(struct conjunction *c, uint32_t doc, float score, bool counting,
                               ks_error *err) {
    float threshold = ks_sift_threshold(&c->sift);
    bool here;
    ks_status status;
    if ((!counting && score < threshold) || ks_leaf_is_deleted(c->leaf, doc)) return KS_OK;
    if ((status = ks_filter_check(&c->filter, doc, &here, err)) || !here) return status;
    if (counting && c->pass->counting) ks_pass_count(c->pass, 1);
    if (score < threshold || c->pass->ranking.capacity == 0 || ks_pass_is_ranked(c->pass, c->leaf, doc))
        return KS_OK;
    return ks_sift_keep(&c->sift, doc, score, err);
}

/* Reads the block of the shortest list as far as `last`, together with the second one. */
static void read_first(struct conjunction *c, uint32_t last) {
    ks_candidates *candidates = &c->sift.candidates;
    ks_list *needed = c->filter.needed;
    float least = (float)(threshold_of(c) - c->rest);
    if (c->filter.needed_count > 1) {
        least += (float)needed[1].most;
        ks_sift_meet(&c->sift, &needed[0], &needed[1], last, least);
    } else {
        candidates->count =
            ks_sift_read(&c->sift, &needed[0], last, candidates->docs, candidates->scores, candidates->norms);
    }
    ks_sift_drop(&c->sift, least);
}

static void join_others(struct conjunction *c) {
    float threshold = (float)threshold_of(c);
    double rest = c->rest;
    if (c->filter.needed_count > 1) rest -= c->filter.needed[1].most;
    for (size_t i = 2; i < c->filter.needed_count && c->sift.candidates.count; i++) {
        rest -= c->filter.needed[i].most;
        ks_sift_join(&c->sift, &c->filter.needed[i], true, (float)rest, threshold);
    }
    for (size_t i = 0; i < c->extra_count && c->sift.candidates.count; i++) {
        rest -= c->extra[i].most;
        ks_sift_join(&c->sift, &c->extra[i], false, (float)rest, threshold);
    }
}

/* Drops what does not hold the scores that decide. */
static void keep_holding(struct conjunction *c) {
    ks_candidates *candidates = &c->sift.candidates;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < candidates->count; i++) {
        bool good = ks_filter_holds(&c->filter, c->held | candidates->held[i]);
        candidates->docs[kept] = candidates->docs[i];
        candidates->scores[kept] = candidates->scores[i];
        kept += good;
    }
    candidates->count = kept;
}

/* Where nothing else is asked for, all candidates match: they are counted together, and only the best stay.
 */
static void count_candidates(struct conjunction *c) {
    const ks_candidates *candidates = &c->sift.candidates;
    uint32_t live = candidates->count;
    for (uint32_t i = 0; c->leaf->deleted && i < candidates->count; i++)
        live -= ks_leaf_is_deleted(c->leaf, candidates->docs[i]);
    ks_pass_count(c->pass, live);
    ks_sift_drop(&c->sift, ks_sift_threshold(&c->sift));
}

static ks_status run_block(struct conjunction *c, uint32_t last, ks_error *err) {
    ks_candidates *candidates = &c->sift.candidates;
    ks_status status = KS_OK;
    bool counting;
    if (last >= c->filter.end) last = c->filter.end - 1;
    ks_filter_begin(&c->filter);
    read_first(c, last);
    if (candidates->held) memset(candidates->held, 0, candidates->count * sizeof *candidates->held);
    join_others(c);
    if (candidates->held) keep_holding(c);
    if ((status = ks_filter_status(&c->filter))) return status;
    counting = c->pass->counting && c->filter.other_count > 0;
    if (c->pass->counting && !counting) count_candidates(c);
    for (uint32_t i = 0; i < candidates->count && !status; i++)
        status = take_document(c, candidates->docs[i], candidates->scores[i], counting, err);
    return status;
}

static ks_status run(struct conjunction *c, ks_error *err) {
    ks_list *shortest = &c->filter.needed[0];
    ks_status status = KS_OK;
    for (uint32_t low = c->filter.begin, last; !status && low < c->filter.end; low = last + 1) {
        if (c->pass->ranking.capacity == 0 && !c->pass->counting) break;
        last = ks_list_look(shortest, low);
        if (last == KS_NO_DOC) break;
        if (threshold_of(c) > 0 &&
            ks_list_bound(shortest, &c->pass->factors->norm) + c->rest < threshold_of(c))
            continue;
        ks_cursor_advance(shortest->cursor, low);
        status = run_block(c, last, err);
    }
    return status;
}

/* ---- The pass ---- */

static ks_status open_lists(struct conjunction *c, const ks_route *route, ks_arena *arena, ks_error *err) {
    ks_status status = ks_lists_open(&c->extra, &c->extra_count, arena, c->pass->factors, c->leaf, err);
    if (!status)
        status =
            ks_filter_open(&c->filter, arena, c->pass, route, c->leaf, c->extra, &c->extra_count, true, err);
    c->rest = 0;
    c->held = 0;
    for (size_t i = 1; !status && i < c->filter.needed_count; i++) c->rest += c->filter.needed[i].most;
    for (size_t i = 0; !status && i < c->extra_count; i++) c->rest += c->extra[i].most;
    for (size_t i = 0; !status && i < c->filter.needed_count; i++)
        if (c->filter.needed[i].place < 64) c->held |= UINT64_C(1) << c->filter.needed[i].place;
    if (c->filter.either_count) c->sift.candidates.held = c->notes;
    return status;
}

ks_status ks_pass_conjunction(ks_pass *pass, const ks_route *route, const ks_leaf *leaf, ks_arena *arena,
                              ks_error *err) {
    struct conjunction *c = ks_arena_alloc(arena, sizeof *c);
    ks_status status;
    if (!c) return ks_error_nomem(err);
    c->pass = pass;
    c->leaf = leaf;
    c->filter = (ks_filter){0};
    if ((status = ks_sift_start(&c->sift, pass, leaf, err))) return status;
    if ((status = open_lists(c, route, arena, err)) || c->filter.none) goto done;
    if (!(status = run(c, err)))
        status = ks_sift_finish(
            &c->sift, arena,
            (ks_sift_lists[]){{c->filter.needed, c->filter.needed_count}, {c->extra, c->extra_count}}, 2,
            err);
done:
    ks_filter_close(&c->filter);
    ks_sift_free(&c->sift);
    return status;
}
