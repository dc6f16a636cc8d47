/* A pass over the documents that hold all the required terms; see search.h. May use base, engine and native's
 * files.
 *
 * The shortest list is read block by block and the others are joined to it, shortest first, so that each
 * finds fewer candidates than the one before (block-max AND: Ding and Suel 2011). A block is skipped where
 * its bound and those of all other lists together stay below the threshold: no document of it can reach the
 * page. Lists that score but are not required come last. Where a match must hold one of a few scores, and
 * these have shorter lists than any required term, the few lead: their union is read, and the shortest list
 * is joined like the others. */
#include "native/filter.h"
#include "native/lead.h"
#include "native/sift.h"

#include <string.h>

struct conjunction {
    ks_sift sift;
    ks_pass *pass;
    const ks_leaf *leaf;
    ks_filter filter; /* the required terms, the shortest list first, and all other conditions */
    ks_list *extra;   /* lists that score but are not required */
    size_t extra_count;
    ks_lead lead;  /* the first of these, where they are read instead of the shortest needed list; or empty */
    double rest;   /* sum of the bounds of all lists except those that are read */
    uint64_t held; /* scores that all candidates hold */
    uint64_t held_of[KS_CANDIDATES]; /* and those that each holds besides */
};

/* The threshold for skipping: 0 as long as matches are counted, since then all must be seen. */
static double threshold_of(const struct conjunction *c) {
    return c->pass->counting ? 0 : (double)ks_sift_threshold(&c->sift);
}

/* ---- One block of the shortest list ---- */

/* Keeps a document that holds all the needed terms, if it meets the other conditions and may reach the page.
 * `counting`: it is to be counted as well, if it matches. */
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

/* Joins a list, whose bound no longer counts in *rest. */
static void join(struct conjunction *c, ks_list *list, bool must, double *rest) {
    *rest -= list->most;
    if (c->sift.candidates.count) ks_sift_join(&c->sift, list, must, (float)*rest, (float)threshold_of(c));
}

/* Makes candidates of the block of the shortest list, up to `last`, together with the second list where there
 * is one. Returns how many of the needed lists that are. */
static size_t read_shortest(struct conjunction *c, uint32_t last, double *rest) {
    ks_candidates *candidates = &c->sift.candidates;
    ks_list *needed = c->filter.needed;
    float least = (float)(threshold_of(c) - c->rest); /* what these lists must give */
    bool several = c->filter.needed_count > 1;
    if (several) {
        *rest -= needed[1].most;
        least += (float)needed[1].most;
        ks_sift_meet(&c->sift, &needed[0], &needed[1], last, least);
    } else {
        candidates->count = ks_sift_read(&c->sift, &needed[0], last, least, candidates->docs,
                                         candidates->scores, candidates->norms);
    }
    ks_sift_drop(&c->sift, least);
    return several ? 2 : 1;
}

/* Makes candidates of the documents of [low, last] with all needed terms, and joins all lists to them. */
static void find_candidates(struct conjunction *c, uint32_t low, uint32_t last) {
    ks_candidates *candidates = &c->sift.candidates;
    double rest = c->rest; /* what the lists not joined yet can add */
    size_t joined = 0;     /* of the needed lists */
    if (c->lead.count) {
        ks_lead_read(&c->lead, &c->sift, low, last);
        for (size_t i = 0; i < c->lead.count; i++) rest += c->lead.lists[i].most;
    } else {
        joined = read_shortest(c, last, &rest);
    }
    if (candidates->held) memset(candidates->held, 0, candidates->count * sizeof *candidates->held);
    for (size_t i = 0; i < c->lead.count; i++) join(c, &c->lead.lists[i], false, &rest);
    for (size_t i = joined; i < c->filter.needed_count; i++) join(c, &c->filter.needed[i], true, &rest);
    for (size_t i = c->lead.count; i < c->extra_count; i++) join(c, &c->extra[i], false, &rest);
}

/* Drops the candidates that do not meet the conditions that are decided by the scores held. */
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

/* Where there are no other conditions, all candidates match: they are counted at once, and only the best
 * stay. */
static void count_candidates(struct conjunction *c) {
    const ks_candidates *candidates = &c->sift.candidates;
    uint32_t live = candidates->count;
    for (uint32_t i = 0; c->leaf->deleted && i < candidates->count; i++)
        live -= ks_leaf_is_deleted(c->leaf, candidates->docs[i]);
    ks_pass_count(c->pass, live);
    ks_sift_drop(&c->sift, ks_sift_threshold(&c->sift));
}

static ks_status run_block(struct conjunction *c, uint32_t low, uint32_t last, ks_error *err) {
    ks_candidates *candidates = &c->sift.candidates;
    bool checked = c->filter.other_count > 0, counting = c->pass->counting;
    ks_status status = KS_OK;
    if (last >= c->filter.end) last = c->filter.end - 1;
    ks_filter_begin(&c->filter);
    find_candidates(c, low, last);
    if (candidates->held) keep_holding(c);
    if ((status = ks_filter_status(&c->filter))) return status;
    if (counting && !checked) count_candidates(c);
    for (uint32_t i = 0; i < candidates->count && !status; i++)
        status = take_document(c, candidates->docs[i], candidates->scores[i], counting && checked, err);
    return status;
}

/* Looks at what is read next, from `low` on: returns its last document, and sets *bound to an upper bound of
 * its documents' scores. */
static uint32_t look_ahead(struct conjunction *c, uint32_t low, double *bound) {
    const ks_norm *norm = &c->pass->factors->norm;
    ks_list *shortest = &c->filter.needed[0];
    uint32_t last;
    if (c->lead.count) {
        last = ks_lead_look(&c->lead, low, norm, bound);
    } else {
        last = ks_list_look(shortest, low);
        *bound = threshold_of(c) > 0 ? ks_list_bound(shortest, norm) : 0;
    }
    *bound += c->rest;
    return last;
}

static ks_status run(struct conjunction *c, ks_error *err) {
    ks_status status = KS_OK;
    for (uint32_t low = c->filter.begin, last; !status && low < c->filter.end; low = last + 1) {
        double bound;
        if (c->pass->ranking.capacity == 0 && !c->pass->counting) break;
        last = look_ahead(c, low, &bound);
        if (last == KS_NO_DOC) break;
        if (threshold_of(c) > 0 && bound < threshold_of(c)) continue;
        if (!c->lead.count) ks_cursor_advance(c->filter.needed[0].cursor, low);
        status = run_block(c, low, last, err);
    }
    return status;
}

/* ---- The pass ---- */

static uint64_t needed_scores(const struct conjunction *c) {
    uint64_t held = 0;
    for (size_t i = 0; i < c->filter.needed_count; i++) held |= ks_held_bit(c->filter.needed[i].score_index);
    return held;
}

/* Chooses what is read: the shortest needed list, or the leads where they are shorter. Phrases are tested
 * while a needed list is read. Where the leaf has no list of a lead, nothing in it matches; where a lead is
 * needed anyway, the leads rule nothing out. */
static void choose_lead(struct conjunction *c, const ks_route *route) {
    if (!route->leads || (route->leads & c->held) || c->filter.phrase_count) return;
    ks_lead_make(&c->lead, c->extra, c->extra_count, route->leads);
    if (!c->lead.count) c->filter.none = true;
    if (c->filter.needed_count && c->lead.documents >= c->filter.needed[0].cursor->documents)
        c->lead.count = 0;
}

static void add_up_rest(struct conjunction *c) {
    c->rest = 0;
    for (size_t i = c->lead.count ? 0 : 1; i < c->filter.needed_count; i++)
        c->rest += c->filter.needed[i].most;
    for (size_t i = c->lead.count; i < c->extra_count; i++) c->rest += c->extra[i].most;
}

static ks_status open_lists(struct conjunction *c, const ks_route *route, ks_arena *arena, ks_error *err) {
    ks_status status;
    c->lead = (ks_lead){0};
    if ((status = ks_lists_open(&c->extra, &c->extra_count, arena, c->pass->factors, c->leaf, err)) ||
        (status = ks_filter_open(&c->filter, arena, c->pass, route, c->leaf, c->extra, &c->extra_count, true,
                                 err)) ||
        c->filter.none)
        return status;
    c->held = needed_scores(c);
    choose_lead(c, route);
    add_up_rest(c);
    if (c->filter.either_count) c->sift.candidates.held = c->held_of;
    return KS_OK;
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
