/* A pass over the documents that hold one of the scoring terms, which skips what cannot reach the page:
 * MaxScore with block bounds (Turtle and Flood 1995; Ding and Suel 2011; Mallia, Siedlaczek, Suel 2019
 * compare the family). See search.h.
 *
 * The documents go by in windows that end where a block of some list ends. In each window the lists are
 * split: the documents that only the weak lists hold cannot reach the page, even with the sum of those lists'
 * bounds. So only the strong lists are read through, for approximate scores; the weak ones are looked up for
 * the documents that may still make it; and those few that do get their exact score. */
#include "native/search.h"

#include <string.h>

enum { WINDOW = 4096, WORD = 64 };

struct disjunction {
    ks_pass *pass;
    const ks_shape *shape;
    const ks_leaf *leaf;
    ks_list *lists; /* by `most`, the weakest first */
    size_t count;
    ks_matcher *matcher;  /* NULL: whatever holds one of the terms matches */
    double *parts;        /* of the exact score, by place in the plan: always summed in one order */
    size_t weak;          /* lists that are only looked up in the present window, */
    double weak_bound;    /* and what they can add together */
    uint32_t low, high;   /* the present window */
    float scores[WINDOW]; /* by document less `low`; 0 where none is */
    uint64_t touched[WINDOW / WORD];
};

/* What a score must reach; 0 where all do. */
static double threshold_of(const struct disjunction *d) {
    return ks_ranking_threshold(&d->pass->ranking) / KS_MARGIN;
}

/* ---- Documents that may make it ---- */

/* Adds what the weak lists give, the strongest first; false as soon as the document cannot make it. */
static bool look_up(struct disjunction *d, uint32_t doc, double score, double k) {
    double threshold = threshold_of(d), rest = d->weak_bound;
    for (size_t i = d->weak; i > 0; i--) {
        ks_list *list = &d->lists[i - 1];
        if (score + rest < threshold) return false;
        rest -= list->reckoned;
        ks_list_look(list, doc, &d->pass->factors->norm);
        if (score + rest + list->bound < threshold) return false;
        d->parts[list->place] = ks_list_holds(list, doc) ? ks_list_part(list, k) : 0;
        score += d->parts[list->place];
    }
    return score >= threshold;
}

static double exact_score(struct disjunction *d, uint32_t doc, double k) {
    double score = 0;
    for (size_t i = d->weak; i < d->count; i++) {
        ks_list *list = &d->lists[i];
        d->parts[list->place] = ks_list_holds(list, doc) ? ks_list_part(list, k) : 0;
    }
    for (size_t i = 0; i < d->pass->plan->score_count; i++) score += d->parts[i];
    return score;
}

/* A document of the window, whose strong lists give about `score`. */
static ks_status consider(struct disjunction *d, uint32_t doc, double score, ks_error *err) {
    double k = ks_list_norm(d->pass->factors, d->leaf, doc);
    bool here = true;
    ks_status status;
    if (ks_leaf_is_deleted(d->leaf, doc) || !look_up(d, doc, score, k)) return KS_OK;
    score = exact_score(d, doc, k);
    if (score < ks_ranking_threshold(&d->pass->ranking)) return KS_OK;
    if (d->matcher && ((status = ks_matcher_test(d->matcher, doc, &here, err)) || !here)) return status;
    ks_pass_offer(d->pass, d->leaf, doc, score);
    return KS_OK;
}

/* ---- Reading the strong lists ---- */

/* Approximate scores of the block's documents within the window; their number. The cursor stays at the first
 * of them, so that survivors can be looked up again. */
static uint32_t score_block(const struct disjunction *d, ks_list *list, float scores[KS_BLOCK]) {
    const ks_cursor *cursor = list->cursor;
    const ks_norm *norm = &d->pass->factors->norm;
    const float base = (float)norm->base, slope = (float)norm->slope, least = (float)norm->least;
    const float factor = (float)list->factor;
    const uint32_t *docs = cursor->docs + cursor->in_block, *tfs = cursor->tfs + cursor->in_block;
    uint32_t count = cursor->block_size - cursor->in_block;
    float lengths[KS_BLOCK];
    if (cursor->doc > d->high) return 0; /* KS_NO_DOC as well */
    while (docs[count - 1] > d->high) count--;
    ks_cursor_tf(list->cursor); /* unpacks them all */
    for (uint32_t i = 0; i < count; i++)
        lengths[i] = (float)(int32_t)ks_segment_length(d->leaf->segment, docs[i]);
    for (uint32_t i = 0; i < count; i++) {
        float tf = (float)(int32_t)tfs[i], length = lengths[i] > least ? lengths[i] : least;
        scores[i] = factor * tf / (tf + base + slope * length);
    }
    return count;
}

/* Takes out what does not hold the term in the list's field. */
static uint32_t keep_field(ks_list *list, uint32_t docs[KS_BLOCK], float scores[KS_BLOCK], uint32_t count) {
    ks_cursor *cursor = list->cursor;
    uint32_t kept = 0, first = cursor->in_block;
    for (uint32_t i = 0; i < count; i++) {
        cursor->in_block = first + i;
        if (!(ks_cursor_mask(cursor) & 1u << list->field)) continue;
        docs[kept] = docs[i];
        scores[kept++] = scores[i];
    }
    cursor->in_block = first;
    return kept;
}

/* Documents and approximate scores of one list in the window; their number. */
static uint32_t read_list(struct disjunction *d, ks_list *list, uint32_t docs[KS_BLOCK],
                          float scores[KS_BLOCK]) {
    uint32_t count = score_block(d, list, scores);
    memcpy(docs, list->cursor->docs + list->cursor->in_block, count * sizeof *docs);
    return list->field == KS_FIELD_ANY ? count : keep_field(list, docs, scores, count);
}

/* Counts one document, if it matches; what does not is not considered. */
static ks_status count_document(struct disjunction *d, uint32_t doc, bool *here, ks_error *err) {
    ks_status status = KS_OK;
    *here = !ks_leaf_is_deleted(d->leaf, doc);
    if (*here && d->matcher) status = ks_matcher_test(d->matcher, doc, here, err);
    if (!status && *here) ks_pass_count(d->pass, 1);
    return status;
}

static ks_status take_document(struct disjunction *d, uint32_t doc, double score, ks_error *err) {
    ks_status status = KS_OK;
    bool here = true;
    if (d->pass->counting) status = count_document(d, doc, &here, err);
    if (status || !here || d->pass->ranking.capacity == 0 || score + d->weak_bound < threshold_of(d))
        return status;
    return consider(d, doc, score, err);
}

/* The window of a single strong list: its documents come in order by themselves. */
static ks_status run_single(struct disjunction *d, ks_error *err) {
    uint32_t docs[KS_BLOCK];
    float scores[KS_BLOCK];
    uint32_t count = read_list(d, &d->lists[d->weak], docs, scores);
    float need = (float)(threshold_of(d) - d->weak_bound);
    ks_status status = KS_OK;
    for (uint32_t i = 0; i < count && !status; i++)
        if (scores[i] >= need || d->pass->counting) status = take_document(d, docs[i], scores[i], err);
    return status;
}

/* Adds one list's scores up in the window. */
static void add_list(struct disjunction *d, ks_list *list) {
    uint32_t docs[KS_BLOCK];
    float scores[KS_BLOCK];
    uint32_t count = read_list(d, list, docs, scores);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = docs[i] - d->low;
        d->scores[at] += scores[i];
        d->touched[at / WORD] |= UINT64_C(1) << at % WORD;
    }
}

static ks_status run_several(struct disjunction *d, ks_error *err) {
    float need = (float)(threshold_of(d) - d->weak_bound);
    ks_status status = KS_OK;
    for (size_t i = d->weak; i < d->count; i++) add_list(d, &d->lists[i]);
    for (uint32_t word = 0; word <= (d->high - d->low) / WORD; word++) {
        for (uint64_t bits = d->touched[word]; bits; bits &= bits - 1) {
            uint32_t at = word * WORD + (uint32_t)__builtin_ctzll(bits);
            float score = d->scores[at];
            d->scores[at] = 0;
            if ((score >= need || d->pass->counting) && !status)
                status = take_document(d, d->low + at, score, err);
        }
        d->touched[word] = 0;
    }
    return status;
}

/* ---- Windows ---- */

/* The weak lists among all: their bounds together stay below the threshold. */
static void split(struct disjunction *d) {
    double threshold = d->pass->counting ? 0 : threshold_of(d);
    d->weak = 0;
    d->weak_bound = 0;
    for (; d->weak < d->count && d->weak_bound + d->lists[d->weak].most < threshold; d->weak++) {
        d->lists[d->weak].reckoned = d->lists[d->weak].most;
        d->weak_bound += d->lists[d->weak].most;
    }
}

/* With the blocks' bounds some more lists may be weak in the window. */
static void split_window(struct disjunction *d) {
    double threshold = d->pass->counting ? 0 : threshold_of(d);
    for (; d->weak < d->count && d->weak_bound + d->lists[d->weak].bound < threshold; d->weak++) {
        d->lists[d->weak].reckoned = d->lists[d->weak].bound;
        d->weak_bound += d->lists[d->weak].bound;
    }
}

/* Looks at the blocks of the strong lists from `low` on: sets the window's end and their bounds' sum. False
 * where there are no more documents. */
static bool look_ahead(struct disjunction *d, double *bound) {
    bool more = false;
    d->high = UINT32_MAX - 1;
    if (d->count - d->weak > 1 && d->low < UINT32_MAX - WINDOW) d->high = d->low + WINDOW - 1;
    *bound = d->weak_bound;
    for (size_t i = d->weak; i < d->count; i++) {
        uint32_t last = ks_list_look(&d->lists[i], d->low, &d->pass->factors->norm);
        if (last == KS_NO_DOC) continue;
        more = true;
        if (last < d->high) d->high = last;
        *bound += d->lists[i].bound;
    }
    return more;
}

/* Moves the strong lists to the window, which then begins where the first of them has a document. */
static bool find_first(struct disjunction *d) {
    uint32_t least = KS_NO_DOC;
    for (size_t i = d->weak; i < d->count; i++) {
        ks_cursor_advance(d->lists[i].cursor, d->low);
        if (d->lists[i].cursor->doc < least) least = d->lists[i].cursor->doc;
    }
    d->low = least;
    return least != KS_NO_DOC;
}

static ks_status run(struct disjunction *d, ks_error *err) {
    ks_status status = KS_OK;
    for (d->low = 0; !status; d->low = d->high + 1) {
        double bound;
        split(d);
        if (d->weak == d->count || !look_ahead(d, &bound)) break;
        if (!d->pass->counting && bound < threshold_of(d)) continue;
        if (!find_first(d) || !look_ahead(d, &bound)) break;
        split_window(d);
        if (d->weak == d->count) continue;
        status = d->count - d->weak == 1 ? run_single(d, err) : run_several(d, err);
        if (d->pass->ranking.capacity == 0 && !d->pass->counting) break;
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

ks_status ks_pass_disjunction(ks_pass *pass, const ks_shape *shape, const ks_leaf *leaf, ks_arena *arena,
                              ks_error *err) {
    struct disjunction *d = ks_arena_alloc(arena, sizeof *d);
    size_t bytes = (pass->plan->score_count + 1) * sizeof(double);
    ks_status status;
    if (!d) return ks_error_nomem(err);
    memset(d, 0, sizeof *d);
    d->pass = pass;
    d->shape = shape;
    d->leaf = leaf;
    if (!(d->parts = ks_arena_alloc(arena, bytes))) return ks_error_nomem(err);
    memset(d->parts, 0, bytes);
    if ((status = ks_lists_open(&d->lists, &d->count, arena, pass->factors, leaf, err)) || d->count == 0)
        return status;
    sort_by_most(d);
    if (!shape->disjunction)
        status = ks_matcher_make(&d->matcher, arena, pass->plan->root, pass->match, leaf,
                                 pass->view->unpacker, err);
    if (!status) status = run(d, err);
    if (!status) status = ks_lists_check(d->lists, d->count, leaf, err);
    ks_matcher_free(d->matcher);
    return status;
}
