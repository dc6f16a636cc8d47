/* Gathering the postings of a leaf; see gather.h. They are read and added up in gather_read.c. Here the
 * documents of the greatest sums are scored first, exactly; what they reach tells which others can enter the
 * page at all. */
#include "native/gather.h"

#include "native/gather_read.h"
#include "native/sketch.h"

#include <string.h>

/* Bits of a word of marks; by how many steps the greatest sums are told apart. */
enum { WORD = 64, STEPS = 256 };

_Static_assert(KS_GATHER_LANES *KS_GATHER_GROUP % WORD == 0, "the groups of a turn have words of their own");

/* A document that may enter the page. */
struct scored {
    uint32_t doc;
    double norm, score;
    uint64_t held;
};

/* What was found in a gathering so far. */
struct gathered {
    ks_gathering g;
    uint64_t *marks; /* a bit for each sum whose documents are looked for */
    size_t words;
    uint32_t *hits; /* the postings of those, by number */
    size_t hit_count;
    uint32_t *chosen; /* some of the hits, which are scored together */
    size_t chosen_count;
    struct scored *scored;
    uint32_t *slots; /* a hash table of them by document, counting from 1; 0: free */
    size_t scored_count, slot_count;
};

/* ---- Hits ---- */

/* Marks the sums of a group that reach `least`, in the words where they stand. */
static void mark_group(struct gathered *f, size_t group, int16_t least) {
    const int16_t *sums = f->g.sums + ks_gather_sum_of(group, 0);
    uint64_t *marks = f->marks + ks_gather_sum_of(group, 0) / WORD;
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

/* Notes the postings of the documents whose sums reach `least`. Few do: there is no branch, as in all loops
 * over postings. */
static void find_hits(struct gathered *f, int16_t least) {
    const uint32_t *docs = f->g.docs, mask = f->g.mask;
    const uint64_t *marks = f->marks;
    uint32_t *hits = f->hits;
    size_t count = 0;
    mark(f, least);
    for (size_t i = 0; i < f->g.count; i++) {
        uint32_t at = docs[i] & mask;
        hits[count] = (uint32_t)i;
        count += marks[at / WORD] >> at % WORD & 1;
    }
    f->hit_count = count;
}

/* ---- Scores ---- */

static struct scored *scored_of(struct gathered *f, uint32_t doc) {
    size_t at = ks_gather_hash(doc, f->slot_count);
    while (f->slots[at] && f->scored[f->slots[at] - 1].doc != doc) at = (at + 1) & (f->slot_count - 1);
    if (!f->slots[at]) {
        f->scored[f->scored_count] =
            (struct scored){.doc = doc, .norm = ks_list_norm(f->g.pass->factors, f->g.leaf, doc)};
        f->slots[at] = (uint32_t)++f->scored_count;
    }
    return &f->scored[f->slots[at] - 1];
}

/* What a posting adds. */
static void add_part(struct gathered *f, const ks_gather_run *run, size_t posting) {
    struct scored *scored = scored_of(f, f->g.docs[posting]);
    double tf = (double)f->g.tfs[posting], part = ks_gather_factor(&f->g, run) * tf / (tf + scored->norm);
    scored->score += part;
    scored->held |= run->place < KS_HELD_SCORES && part > 0 ? UINT64_C(1) << run->place : 0;
}

/* Leaves, of the hits, those of the documents whose sums are `least` to `most`. */
static void choose_hits(struct gathered *f, int16_t least, int16_t most) {
    f->chosen_count = 0;
    for (size_t i = 0; i < f->hit_count; i++) {
        int16_t sum = f->g.sums[f->g.docs[f->hits[i]] & f->g.mask];
        f->chosen[f->chosen_count] = f->hits[i];
        f->chosen_count += (sum >= least) & (sum <= most);
    }
}

/* Of the hits chosen. They come by place: parts are added in the order in which they always are. */
static void score_hits(struct gathered *f) {
    const ks_gather_run *run = f->g.runs;
    f->scored_count = 0;
    memset(f->slots, 0, f->slot_count * sizeof *f->slots);
    /* Lengths stand far apart in memory, and are waited for together. */
    for (size_t i = 0; i < f->chosen_count; i++)
        ks_segment_prefetch_length(f->g.leaf->segment, f->g.docs[f->chosen[i]]);
    for (size_t i = 0; i < f->chosen_count; i++) {
        while (f->chosen[i] >= run->end) run++;
        add_part(f, run, f->chosen[i]);
    }
}

/* Room for all hits. */
static ks_status make_scored(struct gathered *f, ks_error *err) {
    f->slot_count = ks_gather_power(2 * f->hit_count + 1);
    f->chosen = ks_arena_alloc(f->g.arena, (f->hit_count + 1) * sizeof *f->chosen);
    f->scored = ks_arena_alloc(f->g.arena, (f->hit_count + 1) * sizeof *f->scored);
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

/* The least sum that a document of the page may have, 1 where any may. */
static int16_t least_sum(const struct gathered *f) {
    return ks_sketch_units((float)(ks_ranking_threshold(&f->g.pass->ranking) / KS_MARGIN), f->g.unit);
}

/* How many groups have which greatest sum, in steps of 1 << shift. */
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

/* A sum that is reached in so many groups, and hardly more; at least `least`. */
static int16_t sum_of_best(const struct histogram *histogram, size_t wanted, int16_t least) {
    size_t step = STEPS, reach = 0;
    while (step > 0 && reach < wanted) reach += histogram->counts[--step];
    step <<= histogram->shift;
    return step > (size_t)least ? (int16_t)step : least;
}

/* Ranks the documents whose sums are `least` to `most`, of which the hits are found. */
static void rank_between(struct gathered *f, int16_t least, int16_t most) {
    choose_hits(f, least, most);
    score_hits(f);
    offer_scored(f);
}

/* Those that reach `first`, and then those that still may enter the page: none of them has less than `found`.
 */
static ks_status rank_found(struct gathered *f, int16_t found, int16_t first, ks_error *err) {
    int16_t least;
    ks_status status;
    find_hits(f, found);
    if ((status = make_scored(f, err))) return status;
    rank_between(f, first, INT16_MAX);
    least = least_sum(f) > found ? least_sum(f) : found;
    if (least < first) rank_between(f, least, (int16_t)(first - 1));
    return KS_OK;
}

/* Sums exceed scores by some tenths. To look through the postings takes longer than to note some more of
 * them: so many are found that they are enough nearly always, and of these the best are scored first. */
static ks_status rank(struct gathered *f, ks_error *err) {
    enum { MORE = 32, SPARE = 5 };
    size_t few = f->g.pass->ranking.capacity + MORE;
    int16_t found, least = least_sum(f);
    struct histogram histogram;
    ks_status status;
    if (f->g.pass->ranking.capacity == 0) return KS_OK;
    count_tops(&histogram, f);
    found = sum_of_best(&histogram, SPARE * few, least);
    if ((status = rank_found(f, found, sum_of_best(&histogram, few, found), err))) return status;
    if ((least = least_sum(f)) >= found) return KS_OK;
    find_hits(f, least);
    if ((status = make_scored(f, err))) return status;
    rank_between(f, least, (int16_t)(found - 1));
    return KS_OK;
}

static ks_status make_room(struct gathered *f, ks_error *err) {
    f->words = ((size_t)f->g.mask + 1) / WORD;
    f->marks = ks_arena_alloc(f->g.arena, f->words * sizeof *f->marks);
    f->hits = ks_arena_alloc(f->g.arena, (f->g.count + 1) * sizeof *f->hits);
    return f->marks && f->hits ? KS_OK : ks_error_nomem(err);
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
