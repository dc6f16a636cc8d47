/* Ranking the documents of gathered postings; see gather.h. May use base, engine and native's files.
 *
 * gather_read.c reads the postings and adds the most that each can score into a bucket, the document's number
 * modulo the number of buckets. A bucket's sum is an upper bound of the score of every document in it. Here
 * the documents with the greatest sums are scored exactly; the threshold that they set rules out most others.
 *
 * For example, with only 8 buckets, a page of one hit, and three lists:
 *
 *     pre:     documents 3, 9     at most 2 each     bucket 1: 2 + 4 = 6     document 9
 *     press:   documents 9, 12    at most 4 each     bucket 3: 2             document 3
 *     prefix:  document 4         at most 5          bucket 4: 4 + 5 = 9     documents 4 and 12
 *
 * Bucket 4 is looked at first: document 4 turns out to score 4.1, document 12 only 3.2. The threshold is 4.1
 * now. Bucket 1 may hold a better document and is looked at next; bucket 3, with a sum of 2, never is. That 4
 * and 12 share a bucket makes its bound less tight, but never wrong. */
#include "native/gather.h"

#include "native/gather_read.h"
#include "native/sketch.h"

#include <stdlib.h>
#include <string.h>

/* Steps of the histogram of sums; documents at most that are searched for one by one, and how many postings
 * are gone through in the time of one such search. */
enum { STEPS = 256, MOST_WANTED = 512, SEARCH = 16 };

/* A document that may enter the page. */
struct scored {
    uint32_t doc;
    bool dropped; /* it cannot enter the page */
    double norm, score;
    uint64_t held;
};

struct gathered {
    ks_gathering g;
    bool searching;               /* the next two are all documents whose postings are to be picked */
    uint32_t wanted[MOST_WANTED]; /* in no order */
    size_t wanted_count;
    uint32_t *picked; /* postings, list by list */
    size_t picked_count, picked_capacity;
    uint32_t *chosen; /* those of the picked that are scored together */
    size_t chosen_count;
    struct scored *scored; /* the documents of the chosen postings */
    uint32_t *slots;       /* a hash table by document: its index in `scored` + 1; 0: free */
    size_t scored_count, slot_count;
    uint64_t *near; /* document << 32 | index in `scored`, of those that lists left out are asked for */
    size_t near_count;
    size_t capacity; /* for so many picked postings there is room in these arrays */
};

/* ---- Picking postings ---- */

/* Notes the documents of the group's buckets whose sums reach `least`. */
static void want_group(struct gathered *f, size_t group, int16_t least) {
    for (size_t i = 0; i < KS_GATHER_GROUP; i++) {
        size_t bucket = ks_gather_bucket(group, i);
        if (f->g.sums[bucket] >= least) f->wanted[f->wanted_count++] = ks_gather_doc(&f->g, bucket);
    }
}

/* Whether any of KS_GATHER_LANES tops reaches `least`: all are compared, by vector instructions. */
static bool is_any_top(const int16_t *tops, int16_t least) {
    int16_t any = 0;
    for (size_t lane = 0; lane < KS_GATHER_LANES; lane++) any |= (int16_t) - (tops[lane] >= least);
    return any != 0;
}

/* Notes all documents whose sums reach `least`, and sets `searching` to whether it could: not where buckets
 * are shared or documents are too many. */
static void want_documents(struct gathered *f, int16_t least) {
    enum { LANES = KS_GATHER_LANES, ROOM = MOST_WANTED - LANES * KS_GATHER_GROUP };
    const int16_t *tops = f->g.tops;
    f->wanted_count = 0;
    f->searching = !ks_gather_is_folded(&f->g);
    for (size_t group = 0; f->searching && group < f->g.groups; group += LANES) {
        if (!is_any_top(tops + group, least)) continue;
        for (size_t i = group; i < group + LANES; i++)
            if (tops[i] >= least) want_group(f, i, least);
        f->searching = f->wanted_count <= ROOM;
    }
}

/* Picks the list's postings of the wanted documents, each by a binary search without branches that depend on
 * the data, so that the processor can overlap them. Every search writes a posting down, but only those that
 * are to stay are counted. */
static void search_run(struct gathered *f, const ks_gather_run *run) {
    const uint32_t *docs = f->g.docs;
    size_t count = f->picked_count;
    for (size_t i = 0; i < f->wanted_count; i++) {
        uint32_t doc = f->wanted[i];
        size_t at = run->from;
        for (size_t left = run->to - run->from; left > 1; left -= left / 2)
            at += left / 2 & -(size_t)(docs[at + left / 2 - 1] < doc);
        f->picked[count] = (uint32_t)at;
        count += docs[at] == doc;
    }
    f->picked_count = count;
}

/* Picks those of the postings [from, end) whose buckets' sums reach `least`. All are written down, but only
 * those that are to stay are counted. */
static inline void pick_range(struct gathered *f, size_t from, size_t end, int16_t least) {
    const uint32_t *docs = f->g.docs, mask = f->g.bucket_mask;
    const int16_t *sums = f->g.sums;
    uint32_t *picked = f->picked;
    size_t count = f->picked_count;
    for (size_t i = from; i < end; i++) {
        picked[count] = (uint32_t)i;
        count += sums[docs[i] & mask] >= least;
    }
    f->picked_count = count;
}

/* The same for a list. Of many postings few are picked: then four sums are looked at together, whose
 * differences to `least` are all negative where none of them reaches it. Of fewer postings a greater share is
 * picked, which would make that branch unpredictable. */
static void scan_run(struct gathered *f, const ks_gather_run *run, int16_t least) {
    enum { SPARSE = 1 << 15 };
    const uint32_t *docs = f->g.docs, mask = f->g.bucket_mask;
    const int16_t *sums = f->g.sums;
    bool sparse = f->searching || f->g.here >= SPARSE;
    size_t i = run->from;
    for (; sparse && i + 4 <= run->to; i += 4) {
        int first = (sums[docs[i] & mask] - least) & (sums[docs[i + 1] & mask] - least);
        int second = (sums[docs[i + 2] & mask] - least) & (sums[docs[i + 3] & mask] - least);
        if (__builtin_expect((first & second) >= 0, 0)) pick_range(f, i, i + 4, least);
    }
    pick_range(f, i, run->to, least);
}

/* Picks the window's postings in buckets whose sums reach `least`, as want_documents was told. */
static void pick_wanted(struct gathered *f, int16_t least) {
    f->picked_count = 0;
    if (f->searching && f->wanted_count == 0) return;
    for (const ks_gather_run *run = f->g.runs; run < f->g.runs + f->g.run_count; run++) {
        if (f->searching && run->to - run->from > SEARCH * f->wanted_count)
            search_run(f, run);
        else
            scan_run(f, run, least);
    }
}

static void pick_postings(struct gathered *f, int16_t least) {
    want_documents(f, least);
    pick_wanted(f, least);
}

/* ---- Scores ---- */

/* The document's entry in `scored`, which is made if there is none. */
static struct scored *scored_of(struct gathered *f, uint32_t doc) {
    size_t slot = ks_gather_hash(doc, f->slot_count);
    while (f->slots[slot] && f->scored[f->slots[slot] - 1].doc != doc)
        slot = (slot + 1) & (f->slot_count - 1);
    if (!f->slots[slot]) {
        f->scored[f->scored_count] =
            (struct scored){.doc = doc, .norm = ks_list_norm(f->g.pass->factors, f->g.leaf, doc)};
        f->slots[slot] = (uint32_t)++f->scored_count;
    }
    return &f->scored[f->slots[slot] - 1];
}

static void add_part(struct scored *scored, const ks_gather_run *run, double part) {
    scored->score += part;
    scored->held |= part > 0 ? ks_held_bit(run->score_index) : 0;
}

/* Adds what a posting gives to its document's score. */
static void add_posting(struct gathered *f, const ks_gather_run *run, size_t posting) {
    struct scored *scored = scored_of(f, f->g.docs[posting]);
    double tf = (double)ks_gather_tf(&f->g, run, posting);
    if (!scored->dropped) add_part(scored, run, ks_gather_factor(&f->g, run) * tf / (tf + scored->norm));
}

/* Chooses the picked postings in buckets whose sums are `least` to `most`. */
static void choose_between(struct gathered *f, int16_t least, int16_t most) {
    f->chosen_count = 0;
    for (size_t i = 0; i < f->picked_count; i++) {
        int16_t sum = f->g.sums[f->g.docs[f->picked[i]] & f->g.bucket_mask];
        f->chosen[f->chosen_count] = f->picked[i];
        f->chosen_count += (sum >= least) & (sum <= most);
    }
}

/* Adds what a long list that is left out gives to the documents that are not dropped. */
static void add_long(struct gathered *f, const ks_gather_run *run) {
    ks_cursor_rewind(run->cursor);
    for (size_t i = 0; i < f->near_count; i++) {
        struct scored *scored = &f->scored[(uint32_t)f->near[i]];
        add_part(scored, run, ks_gather_long_part(&f->g, run, scored->doc, scored->norm));
    }
}

/* Adds the parts of all lists: of those that are left out only where `with_long`. They come in the order of
 * the plan's scores, in which every pass adds: so the sums agree to the last bit. */
static void add_parts(struct gathered *f, bool with_long) {
    size_t i = 0;
    for (const ks_gather_run *run = f->g.runs; run < f->g.runs + f->g.run_count; run++) {
        if (with_long && run->cursor) add_long(f, run);
        for (; i < f->chosen_count && f->chosen[i] < run->end; i++) add_posting(f, run, f->chosen[i]);
    }
}

static int compare_near(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* Drops the documents that the lists left out cannot bring onto the page. Those that remain are to be scored
 * again: they are sorted, and what they have is forgotten. */
static void drop_far(struct gathered *f) {
    double least = ks_ranking_threshold(&f->g.pass->ranking) / KS_MARGIN - ks_gather_left_out(&f->g);
    f->near_count = 0;
    for (size_t i = 0; i < f->scored_count; i++) {
        struct scored *scored = &f->scored[i];
        scored->dropped = scored->score < least;
        if (!scored->dropped) f->near[f->near_count++] = (uint64_t)scored->doc << 32 | i;
        scored->score = 0;
        scored->held = 0;
    }
    if (f->near_count) qsort(f->near, f->near_count, sizeof *f->near, compare_near);
}

/* Scores the documents of the chosen postings exactly, as far as they may enter the page. */
static void score_chosen(struct gathered *f) {
    f->scored_count = 0;
    memset(f->slots, 0, f->slot_count * sizeof *f->slots);
    /* Lengths are far apart in memory: prefetched like this, their cache misses overlap. */
    for (size_t i = 0; i < f->chosen_count; i++)
        ks_segment_prefetch_length(f->g.leaf->segment, f->g.docs[f->chosen[i]]);
    add_parts(f, false);
    if (!f->g.left_out) return;
    drop_far(f);
    if (f->near_count) add_parts(f, true);
}

/* Room for choosing and scoring all picked postings. */
static ks_status make_scored(struct gathered *f, ks_error *err) {
    f->slot_count = ks_gather_power(2 * f->picked_count + 1);
    if (f->picked_count < f->capacity) return KS_OK;
    f->capacity = ks_gather_power(f->picked_count + 1);
    f->chosen = ks_arena_alloc(f->g.arena, f->capacity * sizeof *f->chosen);
    f->scored = ks_arena_alloc(f->g.arena, f->capacity * sizeof *f->scored);
    f->near = ks_arena_alloc(f->g.arena, f->capacity * sizeof *f->near);
    f->slots = ks_arena_alloc(f->g.arena, 2 * f->capacity * sizeof *f->slots);
    return f->chosen && f->scored && f->near && f->slots ? KS_OK : ks_error_nomem(err);
}

static void offer_scored(struct gathered *f) {
    for (size_t i = 0; i < f->scored_count; i++) {
        const struct scored *it = &f->scored[i];
        if (it->score < ks_ranking_threshold(&f->g.pass->ranking) || ks_leaf_is_deleted(f->g.leaf, it->doc) ||
            ks_pass_is_ranked(f->g.pass, f->g.leaf, it->doc))
            continue;
        ks_pass_offer(f->g.pass, f->g.leaf, it->doc, it->score, it->held);
    }
}

/* ---- Ranking ---- */

/* The least sum with which a document may still enter the page; 1 while any document may. */
static int16_t least_sum(const struct gathered *f) {
    double least = ks_ranking_threshold(&f->g.pass->ranking) / KS_MARGIN - ks_gather_left_out(&f->g);
    return ks_sketch_units((float)least, f->g.unit);
}

/* How many groups have which top, in steps of 1 << shift. */
struct histogram {
    unsigned shift;
    uint32_t counts[STEPS];
};

static void count_tops(struct histogram *out, const struct gathered *f) {
    const int16_t *tops = f->g.tops;
    size_t groups = f->g.groups;
    int16_t most = 0;
    for (size_t i = 0; i < groups; i++) most = tops[i] > most ? tops[i] : most;
    memset(out, 0, sizeof *out);
    while (most >> out->shift >= STEPS) out->shift++;
    for (size_t i = 0; i < groups; i++) out->counts[tops[i] >> out->shift]++;
}

/* The greatest step that the tops of `wanted` groups reach; not below `least`. */
static int16_t cut_off(const struct histogram *histogram, size_t wanted, int16_t least) {
    size_t step = STEPS, reach = 0;
    while (step > 0 && reach < wanted) reach += histogram->counts[--step];
    step <<= histogram->shift;
    return step > (size_t)least ? (int16_t)step : least;
}

/* Ranks the documents in buckets whose sums are `least` to `most`; their postings have been picked. */
static void rank_between(struct gathered *f, int16_t least, int16_t most) {
    choose_between(f, least, most);
    score_chosen(f);
    offer_scored(f);
}

/* Picks all postings that reach `pick_from`. Ranks the documents that reach `first`, and then those of the
 * rest that may still enter the page. */
static ks_status rank_best(struct gathered *f, int16_t pick_from, int16_t first, ks_error *err) {
    int16_t least;
    ks_status status;
    pick_postings(f, pick_from);
    if ((status = make_scored(f, err))) return status;
    rank_between(f, first, INT16_MAX);
    least = least_sum(f) > pick_from ? least_sum(f) : pick_from;
    if (least < first) rank_between(f, least, (int16_t)(first - 1));
    return KS_OK;
}

/* Ranks the wanted documents, which are all that may enter the page and reach `least`. */
static ks_status rank_wanted(struct gathered *f, int16_t least, ks_error *err) {
    ks_status status;
    pick_wanted(f, least);
    if ((status = make_scored(f, err))) return status;
    rank_between(f, least, INT16_MAX);
    return KS_OK;
}

/* Ranks whatever may enter the page. A sum is often tens of per cent above the scores, so the best groups
 * alone are not enough. As going through all postings costs more than picking some more of them, SPARE times
 * as many groups are picked at first as are scored at once: this nearly always suffices. Where it does not,
 * the rest is picked and scored afterwards. Once there is a threshold, hardly more documents than are scored
 * at once may reach the page in a window. */
static ks_status rank(struct gathered *f, ks_error *err) {
    enum { MORE = 32, SPARE = 5 };
    size_t few = f->g.pass->ranking.capacity + MORE; /* groups that are scored at once */
    int16_t pick_from, least = least_sum(f);
    struct histogram histogram;
    ks_status status;
    if (f->g.pass->ranking.capacity == 0) return KS_OK;
    want_documents(f, least);
    if (f->searching && f->wanted_count <= few) return rank_wanted(f, least, err);
    count_tops(&histogram, f);
    pick_from = cut_off(&histogram, SPARE * few, least);
    if ((status = rank_best(f, pick_from, cut_off(&histogram, few, pick_from), err))) return status;
    if ((least = least_sum(f)) >= pick_from) return KS_OK;
    pick_postings(f, least);
    if ((status = make_scored(f, err))) return status;
    rank_between(f, least, (int16_t)(pick_from - 1));
    return KS_OK;
}

/* Room for picking all of the window's postings, and one more. */
static ks_status make_room(struct gathered *f, ks_error *err) {
    if (f->g.here < f->picked_capacity) return KS_OK;
    f->picked_capacity = f->g.here + f->g.here / 4 + 1;
    f->picked = ks_arena_alloc(f->g.arena, f->picked_capacity * sizeof *f->picked);
    return f->picked ? KS_OK : ks_error_nomem(err);
}

/* ---- The pass ---- */

bool ks_gather_suits(const ks_pass *pass, const ks_leaf *leaf) {
    ks_gather_survey survey;
    ks_gather_look(&survey, pass, leaf);
    if (survey.lists < KS_GATHER_LISTS) return false;
    if (survey.all <= KS_GATHER_FEW) return true;
    if (survey.postings > KS_GATHER_MANY || survey.longest > survey.postings / 2) return false;
    return survey.postings == survey.all || survey.postings > 2 * KS_GATHER_FEW;
}

/* Ranks the documents of the present window. */
static ks_status run_window(struct gathered *f, ks_error *err) {
    ks_status status = ks_gather_count(&f->g, err);
    if (!status) status = make_room(f, err);
    return status ? status : rank(f, err);
}

ks_status ks_pass_gather(ks_pass *pass, const ks_leaf *leaf, ks_arena *arena, ks_error *err) {
    struct gathered f = {.g = {.pass = pass, .leaf = leaf, .arena = arena}};
    ks_gather_survey survey;
    bool more = true;
    ks_status status;
    ks_gather_look(&survey, pass, leaf);
    if (survey.lists == 0) return KS_OK;
    status = ks_gather_read(&f.g, &survey, err);
    while (!status && !(status = ks_gather_next(&f.g, &more, err)) && more) status = run_window(&f, err);
    for (size_t i = 0; i < f.g.run_count && !status; i++)
        if (f.g.runs[i].cursor) status = ks_cursor_check(f.g.runs[i].cursor, err);
    return status;
}
