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

#include <string.h>

/* Bits in a word of marks; steps of the histogram of sums. */
enum { WORD = 64, STEPS = 256 };

_Static_assert(KS_GATHER_LANES *KS_GATHER_GROUP % WORD == 0, "interleaved groups have words of their own");

/* A document that may enter the page. */
struct scored {
    uint32_t doc;
    double norm, score;
    uint64_t held;
};

struct gathered {
    ks_gathering g;
    uint64_t *marks; /* a bit for each bucket: its sum is great enough for its postings to be picked */
    size_t words;
    uint32_t *picked; /* the postings of marked buckets, as indexes into g.docs, ascending */
    size_t picked_count;
    uint32_t *chosen; /* those of the picked that are scored together */
    size_t chosen_count;
    struct scored *scored; /* the documents of the chosen postings */
    uint32_t *slots;       /* a hash table by document: its index in `scored` + 1; 0: free */
    size_t scored_count, slot_count;
};

/* ---- Picking postings ---- */

/* Marks the buckets of a group whose sums reach `least`. The group's buckets are KS_GATHER_LANES apart, and
 * so are its bits in the words of marks. */
static void mark_group(struct gathered *f, size_t group, int16_t least) {
    const int16_t *sums = f->g.sums + ks_gather_bucket(group, 0);
    uint64_t *marks = f->marks + ks_gather_bucket(group, 0) / WORD;
    for (size_t word = 0; word < KS_GATHER_LANES * KS_GATHER_GROUP / WORD; word++) {
        uint64_t bits = 0;
        for (size_t at = 0; at < WORD; at += KS_GATHER_LANES)
            bits |= (uint64_t)(sums[word * WORD + at] >= least) << at;
        marks[word] |= bits << group % KS_GATHER_LANES;
    }
}

static void mark(struct gathered *f, int16_t least) {
    memset(f->marks, 0, f->words * sizeof *f->marks);
    for (size_t group = 0; group < f->g.groups; group++)
        if (f->g.tops[group] >= least) mark_group(f, group, least);
}

/* Picks the postings in buckets whose sums reach `least`. Every posting is written down, but only
 * those that are to stay are counted: so there is no branch to be mispredicted. */
static void pick_postings(struct gathered *f, int16_t least) {
    const uint32_t *docs = f->g.docs, mask = f->g.bucket_mask;
    const uint64_t *marks = f->marks;
    uint32_t *picked = f->picked;
    size_t count = 0;
    mark(f, least);
    for (size_t i = 0; i < f->g.count; i++) {
        uint32_t bucket = docs[i] & mask;
        picked[count] = (uint32_t)i;
        count += marks[bucket / WORD] >> bucket % WORD & 1;
    }
    f->picked_count = count;
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

/* Adds what a posting gives to its document's score. */
static void add_part(struct gathered *f, const ks_gather_run *run, size_t posting) {
    struct scored *scored = scored_of(f, f->g.docs[posting]);
    double tf = (double)f->g.tfs[posting], part = ks_gather_factor(&f->g, run) * tf / (tf + scored->norm);
    scored->score += part;
    scored->held |= part > 0 ? ks_held_bit(run->score_index) : 0;
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

/* Scores the documents of the chosen postings exactly. The postings are in the order of the plan's scores, in
 * which every pass adds: so the sums agree to the last bit. */
static void score_chosen(struct gathered *f) {
    const ks_gather_run *run = f->g.runs;
    f->scored_count = 0;
    memset(f->slots, 0, f->slot_count * sizeof *f->slots);
    /* Lengths are far apart in memory: prefetched like this, their cache misses overlap. */
    for (size_t i = 0; i < f->chosen_count; i++)
        ks_segment_prefetch_length(f->g.leaf->segment, f->g.docs[f->chosen[i]]);
    for (size_t i = 0; i < f->chosen_count; i++) {
        while (f->chosen[i] >= run->end) run++;
        add_part(f, run, f->chosen[i]);
    }
}

/* Room for choosing and scoring all picked postings. */
static ks_status make_scored(struct gathered *f, ks_error *err) {
    f->slot_count = ks_gather_power(2 * f->picked_count + 1);
    f->chosen = ks_arena_alloc(f->g.arena, (f->picked_count + 1) * sizeof *f->chosen);
    f->scored = ks_arena_alloc(f->g.arena, (f->picked_count + 1) * sizeof *f->scored);
    f->slots = ks_arena_alloc(f->g.arena, f->slot_count * sizeof *f->slots);
    return f->chosen && f->scored && f->slots ? KS_OK : ks_error_nomem(err);
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
    return ks_sketch_units((float)(ks_ranking_threshold(&f->g.pass->ranking) / KS_MARGIN), f->g.unit);
}

/* How many groups have which top, in steps of 1 << shift. */
struct histogram {
    unsigned shift;
    uint32_t counts[STEPS];
};

static void count_tops(struct histogram *out, const struct gathered *f) {
    size_t groups = f->g.groups;
    int16_t most = 0;
    for (size_t i = 0; i < groups; i++) most = f->g.tops[i] > most ? f->g.tops[i] : most;
    memset(out, 0, sizeof *out);
    while (most >> out->shift >= STEPS) out->shift++;
    for (size_t i = 0; i < groups; i++) out->counts[f->g.tops[i] >> out->shift]++;
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

/* Ranks whatever may enter the page. A sum is often tens of per cent above the scores, so the best groups
 * alone are not enough. As going through all postings costs more than picking some more of them, SPARE times
 * as many groups are picked at first as are scored at once: this nearly always suffices. Where it does not,
 * the rest is picked and scored afterwards. */
static ks_status rank(struct gathered *f, ks_error *err) {
    enum { MORE = 32, SPARE = 5 };
    size_t few = f->g.pass->ranking.capacity + MORE; /* groups that are scored at once */
    int16_t pick_from, least = least_sum(f);
    struct histogram histogram;
    ks_status status;
    if (f->g.pass->ranking.capacity == 0) return KS_OK;
    count_tops(&histogram, f);
    pick_from = cut_off(&histogram, SPARE * few, least);
    if ((status = rank_best(f, pick_from, cut_off(&histogram, few, pick_from), err))) return status;
    if ((least = least_sum(f)) >= pick_from) return KS_OK;
    pick_postings(f, least);
    if ((status = make_scored(f, err))) return status;
    rank_between(f, least, (int16_t)(pick_from - 1));
    return KS_OK;
}

static ks_status make_room(struct gathered *f, ks_error *err) {
    f->words = ((size_t)f->g.bucket_mask + 1) / WORD;
    f->marks = ks_arena_alloc(f->g.arena, f->words * sizeof *f->marks);
    f->picked = ks_arena_alloc(f->g.arena, (f->g.count + 1) * sizeof *f->picked);
    return f->marks && f->picked ? KS_OK : ks_error_nomem(err);
}

/* ---- The pass ---- */

bool ks_gather_suits(const ks_factors *factors, const ks_leaf *leaf) {
    uint64_t postings;
    return ks_gather_lists(factors, leaf, &postings) >= KS_GATHER_LISTS && postings <= KS_GATHER_POSTINGS;
}

ks_status ks_pass_gather(ks_pass *pass, const ks_leaf *leaf, ks_arena *arena, ks_error *err) {
    struct gathered f = {.g = {.pass = pass, .leaf = leaf, .arena = arena}};
    uint64_t postings;
    size_t lists = ks_gather_lists(pass->factors, leaf, &postings);
    ks_status status;
    if (lists == 0) return KS_OK;
    if ((status = ks_gather_read(&f.g, lists, (size_t)postings, err)) ||
        (status = ks_gather_count(&f.g, err)) || (status = make_room(&f, err)))
        return status;
    return rank(&f, err);
}
