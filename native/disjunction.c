/* A pass over the documents that hold one of the scoring terms, which skips what cannot reach the page:
 * MaxScore with block bounds (Turtle and Flood 1995; Ding and Suel 2011; Mallia, Siedlaczek, Suel 2019
 * compare the family). See search.h. May use base, engine and native's files.
 *
 * The pass goes through the leaf in windows that end where a block of some list ends. In each window the
 * lists are split into weak and strong ones: the bounds of all weak lists together stay below the threshold,
 * so that a document that only they hold cannot reach the page. Only the strong lists are read through; the
 * weak ones are joined to the documents that may still reach the threshold. At a threshold of 4, with
 * lists that add at most 1, 2 and 5, the first two are weak, as a document with both gets no more than 3.
 * Where many lists are strong they are sketched (sketch.h), in windows that do not depend on blocks. */
#include "native/filter.h"
#include "native/lead.h"
#include "native/sketch.h"

#include <string.h>

/* Bits in a word of marks; strong lists at most that are not sketched; the postings that a sketched window is
 * to have, once there is a threshold and before. */
enum { WORD = 64, NARROW = 8, MANY = 1 << 15, FEW = 2048 };

_Static_assert((int)NARROW <= (int)KS_EITHER_SETS, "lists that are not sketched may be read as a lead");

struct disjunction {
    ks_sift sift;
    ks_pass *pass;
    const ks_leaf *leaf;
    ks_arena *arena;
    ks_list *lists; /* by `most`, the weakest first */
    size_t count;
    uint64_t postings;           /* of all lists */
    bool plain;                  /* every document with one of the terms matches, and none is deleted */
    uint64_t joined;             /* bit score_index % 64 of each list that is not in the sketch */
    ks_filter filter;            /* empty where every document with one of the terms matches */
    size_t weak;                 /* how many of the lists are weak in the present window, */
    double weak_bound;           /* and what they can add together */
    double slack;                /* by how much the window's bounds together exceed the threshold */
    uint32_t low, high;          /* the present window */
    bool cleared;                /* the next two have been set to 0, which is done when first needed */
    float scores[KS_CANDIDATES]; /* by document - low; 0 between windows */
    uint64_t touched[KS_CANDIDATES / WORD]; /* a bit for each document that has a score */
    ks_sketch sketch;                       /* instead of those two where there are many lists */
};

/* The threshold for skipping: 0 as long as matches are counted, since then all must be seen. */
static double threshold_of(const struct disjunction *d) {
    return d->pass->counting ? 0 : (double)ks_sift_threshold(&d->sift);
}

/* ---- Reading the strong lists ---- */

/* With many strong lists some block ends every few documents: windows would be too short. */
static bool is_sketched(const struct disjunction *d) {
    return d->count - d->weak > NARROW;
}

static void read_single(struct disjunction *d, float least) {
    ks_candidates *c = &d->sift.candidates;
    c->count = ks_sift_read(&d->sift, &d->lists[d->weak], d->high, least, c->docs, c->scores, c->norms);
    ks_sift_drop(&d->sift, least);
}

/* Adds what the list gives to the scores of the window. A document to which it gives less than its bound -
 * slack cannot reach the threshold, even if all other lists give as much as their bounds. */
static void add_list(struct disjunction *d, ks_list *list) {
    uint32_t docs[KS_BLOCK];
    float scores[KS_BLOCK], norms[KS_BLOCK];
    float least = threshold_of(d) > 0 ? (float)(list->bound_used - d->slack) : 0;
    uint32_t count = ks_sift_read(&d->sift, list, d->high, least, docs, scores, norms);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = docs[i] - d->low;
        d->scores[at] += scores[i];
        d->touched[at / WORD] |= UINT64_C(1) << at % WORD;
    }
}

static void clear_scores(struct disjunction *d) {
    memset(d->scores, 0, sizeof d->scores);
    memset(d->touched, 0, sizeof d->touched);
    d->cleared = true;
}

/* Makes candidates of the window's documents whose scores by the strong lists reach `least`. */
static void read_several(struct disjunction *d, float least) {
    ks_candidates *c = &d->sift.candidates;
    const ks_norm *norm = &d->pass->factors->norm;
    c->count = 0;
    if (!d->cleared) clear_scores(d);
    for (size_t i = d->weak; i < d->count; i++) add_list(d, &d->lists[i]);
    for (uint32_t word = 0; word <= (d->high - d->low) / WORD; word++) {
        for (uint64_t bits = d->touched[word]; bits; bits &= bits - 1) {
            uint32_t at = word * WORD + (uint32_t)__builtin_ctzll(bits);
            c->docs[c->count] = d->low + at;
            c->scores[c->count] = d->scores[at];
            c->count += d->scores[at] >= least;
            d->scores[at] = 0;
        }
        d->touched[word] = 0;
    }
    for (uint32_t i = 0; i < c->count; i++)
        c->norms[i] = (float)ks_norm_of(norm, ks_segment_length(d->leaf->segment, c->docs[i]));
}

/* The same where several lists have few documents in a window too wide for `scores`: their union is read, and
 * then each list is joined to it. */
static void read_sparse(struct disjunction *d) {
    ks_lead strong = {.lists = d->lists + d->weak, .count = d->count - d->weak};
    double rest = d->weak_bound;
    ks_lead_read(&strong, &d->sift, d->low, d->high);
    for (size_t i = 0; i < strong.count; i++) rest += strong.lists[i].bound_used;
    for (size_t i = strong.count; i > 0 && d->sift.candidates.count; i--) {
        rest -= strong.lists[i - 1].bound_used;
        ks_sift_join(&d->sift, &strong.lists[i - 1], false, (float)rest, (float)threshold_of(d));
    }
}

/* ---- A window ---- */

static void join_needed(struct disjunction *d) {
    for (size_t i = 0; i < d->filter.needed_count && d->sift.candidates.count; i++)
        ks_sift_join(&d->sift, &d->filter.needed[i], true, (float)d->weak_bound, 0);
}

/* Counts the candidates that match, and drops the others. */
static ks_status count_candidates(struct disjunction *d, ks_error *err) {
    ks_candidates *c = &d->sift.candidates;
    uint32_t kept = 0;
    join_needed(d);
    for (uint32_t i = 0; i < c->count; i++) {
        bool here = !ks_leaf_is_deleted(d->leaf, c->docs[i]);
        ks_status status;
        if (here && (status = ks_filter_check(&d->filter, c->docs[i], &here, err))) return status;
        if (!here) continue;
        c->docs[kept] = c->docs[i];
        c->scores[kept] = c->scores[i];
        if (c->held) c->held[kept] = c->held[i];
        c->norms[kept++] = c->norms[i];
    }
    c->count = kept;
    ks_pass_count(d->pass, kept);
    return KS_OK;
}

static void join_weak(struct disjunction *d) {
    double rest = d->weak_bound;
    for (size_t i = d->weak; i > 0 && d->sift.candidates.count; i--) {
        ks_list *list = &d->lists[i - 1];
        rest -= list->bound_used;
        ks_sift_join(&d->sift, list, false, (float)rest, (float)threshold_of(d));
    }
}

/* Keeps candidate i if it may reach the page and matches. `counted`: it is known to match. */
static ks_status take_document(struct disjunction *d, uint32_t i, bool counted, ks_error *err) {
    const ks_candidates *c = &d->sift.candidates;
    uint64_t held = c->held ? c->held[i] | d->joined : UINT64_MAX;
    uint32_t doc = c->docs[i];
    float score = c->scores[i];
    bool here = true;
    ks_status status;
    if (score < ks_sift_threshold(&d->sift) || ks_leaf_is_deleted(d->leaf, doc)) return KS_OK;
    if (!counted && ((status = ks_filter_check(&d->filter, doc, &here, err)) || !here)) return status;
    if (ks_pass_is_ranked(d->pass, d->leaf, doc)) return KS_OK;
    return ks_sift_keep_likely(&d->sift, (ks_likely){doc, score, held}, err);
}

/* Keeps the candidates that may reach the page. `counted`: they are known to match. */
static ks_status rank_candidates(struct disjunction *d, bool counted, ks_error *err) {
    const ks_candidates *c = &d->sift.candidates;
    ks_status status = KS_OK;
    if (d->pass->ranking.capacity == 0) return KS_OK;
    join_weak(d);
    if (!counted) join_needed(d);
    for (uint32_t i = 0; i < c->count && !status; i++) status = take_document(d, i, counted, err);
    return status;
}

/* Counts and ranks the candidates. */
static ks_status use_candidates(struct disjunction *d, ks_error *err) {
    bool counted = d->pass->counting;
    ks_status status = counted ? count_candidates(d, err) : KS_OK;
    return status ? status : rank_candidates(d, counted, err);
}

static ks_status run_window(struct disjunction *d, ks_error *err) {
    float least = (float)(threshold_of(d) - d->weak_bound);
    if (d->count - d->weak == 1)
        read_single(d, least);
    else if (d->high - d->low >= KS_CANDIDATES)
        read_sparse(d);
    else
        read_several(d, least);
    return use_candidates(d, err);
}

/* ---- Sketches ---- */

/* The threshold that candidates of a sketch must reach. In a plain leaf the sketch itself counts all matches,
 * so that even then nothing below it need become a candidate. */
static double least_of(const struct disjunction *d) {
    return d->plain ? (double)ks_sift_threshold(&d->sift) : threshold_of(d);
}

/* How many documents a window has, so that it has about MANY postings; FEW as long as there is no threshold,
 * since then every document may become a candidate. */
static uint32_t width_of(const struct disjunction *d) {
    uint64_t postings = least_of(d) > 0 ? MANY : FEW;
    uint64_t width = postings * d->leaf->segment->documents / d->postings;
    return (uint32_t)(width < FEW ? FEW : width > KS_SKETCH_WINDOW ? KS_SKETCH_WINDOW : width);
}

/* Bit score_index % 64 of each list. */
static uint64_t score_bits(const ks_list *lists, size_t count) {
    uint64_t bits = 0;
    for (size_t i = 0; i < count; i++) bits |= UINT64_C(1) << lists[i].score_index % KS_HELD_SCORES;
    return bits;
}

/* Adds the strong lists to a sketch of the window. `least` may be a guess, which can be lowered later.
 * Postings are only left out by the real threshold, and none are while matches are counted. */
static ks_status add_lists(struct disjunction *d, double least, ks_error *err) {
    ks_status status = KS_OK;
    d->joined = score_bits(d->lists, d->weak) | score_bits(d->filter.needed, d->filter.needed_count);
    if (d->sketch.unit == 0) status = ks_sketch_make(&d->sketch, d->arena, &d->sift, d->lists, d->count, err);
    if (status) return status;
    ks_sketch_begin(&d->sketch, d->low, d->high, (float)(least - d->weak_bound));
    status = ks_sketch_add_from(&d->sketch, d->weak, threshold_of(d), err);
    if (!status && d->plain && d->pass->counting) ks_pass_count(d->pass, ks_sketch_documents(&d->sketch));
    return status;
}

/* Takes the candidates of the sketch, some thousands at a time: the threshold rises meanwhile. */
static ks_status take_candidates(struct disjunction *d, double least, ks_error *err) {
    ks_status status = KS_OK;
    for (uint32_t from = d->low; from <= d->high && !status;) {
        if (least_of(d) > least) least = least_of(d);
        from = ks_sketch_take(&d->sketch, &d->sift, from, (float)(least - d->weak_bound));
        status = d->plain ? rank_candidates(d, true, err) : use_candidates(d, err);
    }
    d->sift.candidates.held = NULL;
    return status;
}

/* Sketches a window. While there is no threshold, the strongest list's bound is a first guess: the documents
 * that reach it, mostly held by several lists, set a threshold that rules out most others. */
static ks_status run_sketch(struct disjunction *d, ks_error *err) {
    bool guess = d->plain && least_of(d) <= 0;
    double least = guess ? d->lists[d->count - 1].most : least_of(d);
    uint32_t width = width_of(d);
    ks_status status;
    d->high = d->filter.end - d->low < width ? d->filter.end - 1 : d->low + width - 1;
    if ((status = add_lists(d, least, err)) || (status = take_candidates(d, least, err)) || !guess ||
        least_of(d) >= least)
        return status;
    ks_sketch_lower(&d->sketch, (float)least_of(d));
    return take_candidates(d, 0, err);
}

/* ---- From window to window ---- */

/* Splits the lists: as many are weak as have bounds that together stay below `allowed`. */
static void split_below(struct disjunction *d, double allowed) {
    d->weak_bound = 0;
    for (d->weak = 0; d->weak < d->count && d->weak_bound + d->lists[d->weak].most < allowed; d->weak++) {
        d->lists[d->weak].bound_used = d->lists[d->weak].most;
        d->weak_bound += d->lists[d->weak].most;
    }
}

/* Splits the lists by their bounds. If they are to be sketched, fewer are weak: the more lists are in the
 * sketch, the fewer candidates it leaves for the others to be joined to. */
static void split(struct disjunction *d) {
    split_below(d, threshold_of(d));
    if (is_sketched(d)) split_below(d, threshold_of(d) / 4);
}

/* Makes more lists weak in the window where the bounds of their blocks allow it. */
static void split_window(struct disjunction *d) {
    double threshold = threshold_of(d);
    for (; d->weak < d->count; d->weak++) {
        ks_list *list = &d->lists[d->weak];
        double bound = ks_list_bound(list, &d->pass->factors->norm);
        if (d->weak_bound + bound >= threshold) break;
        list->bound_used = bound;
        d->weak_bound += bound;
    }
}

/* Looks at the strong lists' blocks from `low` on, and ends the window where the first of them ends. Sets
 * *bound to an upper bound of its scores. False if there are no more documents. */
static bool look_ahead(struct disjunction *d, double *bound) {
    bool more = false;
    d->high = d->filter.end - 1;
    *bound = d->weak_bound;
    for (size_t i = d->weak; i < d->count; i++) {
        uint32_t last = ks_list_look(&d->lists[i], d->low);
        if (last == KS_NO_DOC) continue;
        more = true;
        if (last < d->high) d->high = last;
        d->lists[i].bound_used = ks_list_bound(&d->lists[i], &d->pass->factors->norm);
        *bound += d->lists[i].bound_used;
    }
    return more;
}

/* Moves the strong lists' cursors to the window, and its beginning to the first document that any of them
 * holds. False if that is not before the pass's end. */
static bool find_first(struct disjunction *d) {
    uint32_t least = KS_NO_DOC;
    for (size_t i = d->weak; i < d->count; i++) {
        ks_cursor_advance(d->lists[i].cursor, d->low);
        if (d->lists[i].cursor->doc < least) least = d->lists[i].cursor->doc;
    }
    d->low = least;
    return least < d->filter.end;
}

/* Where only one list is strong: moves `low` past all its next blocks that cannot reach the page. False if no
 * block is left. */
static bool skip_blocks(struct disjunction *d) {
    ks_list *strong = &d->lists[d->weak];
    if (d->count - d->weak > 1 || threshold_of(d) <= 0) return true;
    if (ks_list_look_for(strong, d->low, threshold_of(d) - d->weak_bound, &d->pass->factors->norm) ==
        KS_NO_DOC)
        return false;
    if (strong->block) {
        uint32_t before = ks_cursor_skip(strong->cursor, strong->block - 1, KS_SKIP_LAST);
        if (before >= d->low) d->low = before + 1;
    }
    return true;
}

static ks_status run(struct disjunction *d, ks_error *err) {
    ks_status status = KS_OK;
    for (d->low = d->filter.begin; !status && d->low < d->filter.end; d->low = d->high + 1) {
        double bound;
        if (d->pass->ranking.capacity == 0 && !d->pass->counting) break;
        split(d);
        if (is_sketched(d)) {
            status = run_sketch(d, err);
            continue;
        }
        if (d->weak == d->count || !skip_blocks(d) || !look_ahead(d, &bound)) break;
        if (bound < threshold_of(d)) continue;
        if (!find_first(d) || !look_ahead(d, &bound)) break;
        d->slack = bound - threshold_of(d);
        split_window(d);
        if (d->weak < d->count) status = run_window(d, err);
    }
    return status;
}

/* ---- The pass ---- */

static void sort_by_most(struct disjunction *d) {
    for (size_t i = 1; i < d->count; i++) {
        ks_list moving = d->lists[i];
        size_t at = i;
        for (; at > 0 && d->lists[at - 1].most > moving.most; at--) d->lists[at] = d->lists[at - 1];
        d->lists[at] = moving;
    }
}

/* Whether priming may save more blocks than it reads. */
static bool is_worth_priming(const struct disjunction *d, const ks_route *route) {
    uint32_t longest = 0;
    if (!route->disjunction || d->pass->counting) return false;
    for (size_t i = 0; i < d->count; i++)
        if (d->lists[i].cursor->blocks > longest) longest = d->lists[i].cursor->blocks;
    return longest > ks_sift_prime_blocks(&d->sift);
}

/* Finds a first threshold by the strongest list that alone can fill the page. */
static ks_status prepare(struct disjunction *d, const ks_route *route, ks_arena *arena, ks_error *err) {
    size_t best = d->count - 1;
    for (size_t i = 0; i < d->count; i++) d->postings += d->lists[i].cursor->documents;
    if (!is_worth_priming(d, route)) return KS_OK;
    while (best > 0 && d->lists[best].cursor->documents < d->sift.best_capacity) best--;
    return ks_sift_prime(&d->sift, &d->lists[best], arena, err);
}

ks_status ks_pass_disjunction(ks_pass *pass, const ks_route *route, const ks_leaf *leaf, ks_arena *arena,
                              ks_error *err) {
    struct disjunction *d = ks_arena_alloc(arena, sizeof *d);
    ks_status status;
    if (!d) return ks_error_nomem(err);
    d->pass = pass;
    d->leaf = leaf;
    d->arena = arena;
    d->filter = (ks_filter){.end = leaf->segment->documents};
    d->postings = 0;
    d->cleared = false;
    d->plain = route->disjunction && !leaf->deleted;
    d->sketch.unit = 0;
    if ((status = ks_sift_start(&d->sift, pass, leaf, err))) return status;
    if ((status = ks_lists_open(&d->lists, &d->count, arena, pass->factors, leaf, err)) || d->count == 0)
        goto done;
    sort_by_most(d);
    if (!route->disjunction &&
        ((status = ks_filter_open(&d->filter, arena, pass, route, leaf, d->lists, &d->count, false, err)) ||
         d->filter.none))
        goto done;
    if (!(status = prepare(d, route, arena, err)) && !(status = run(d, err)))
        status = ks_sift_finish(
            &d->sift, arena,
            (ks_sift_lists[]){{d->lists, d->count}, {d->filter.needed, d->filter.needed_count}}, 2, err);
done:
    ks_filter_close(&d->filter);
    ks_sift_free(&d->sift);
    return status;
}
