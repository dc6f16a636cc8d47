/* Gathering the postings of a leaf; see gather.h.
 *
 * What each posting can add at the most goes into one of so many sums, that of its document's number modulo
 * their number: a sum bounds the scores of all documents that share it. As there are more sums than postings
 * few do, and all of the sums stay near the processor, however large the leaf is. The documents of the
 * greatest sums are scored first, exactly; what they reach tells which others can enter the page at all. */
#include "native/gather.h"

#include "native/sketch.h"

#include <float.h>
#include <string.h>

/* Of the sums: how many share a word of marks, and of how many the greatest is known; how many there are. */
enum { WORD = 64, GROUP = 16, LANES = 8, LEAST_SUMS = 1 << 12, MOST_SUMS = 1 << 17 };

_Static_assert(LANES *GROUP % WORD == 0, "words are not shared between the groups of one turn and others");
/* The greatest sums are told apart by so many steps. */
enum { STEPS = 256 };

/* What all lists give together, in units: sums stop at INT16_MAX, which stands for anything above. */
enum { MOST_UNITS = 30000 };

/* A list's postings among all: they end here, where those of the next one begin. */
struct run {
    size_t end;
    size_t place; /* among the plan's scores */
};

struct scored {
    uint32_t doc;
    double norm, score;
    uint64_t held;
};

struct gathering {
    ks_pass *pass;
    const ks_leaf *leaf;
    ks_arena *arena;
    ks_cursor *cursor; /* of one list after the other */
    uint32_t *docs, *tfs;
    size_t count;
    struct run *runs; /* by place */
    size_t run_count;
    float unit;      /* what 1 in a sum stands for */
    int16_t *sums;   /* by document & mask */
    uint32_t mask;   /* their number less 1 */
    int16_t *tops;   /* the greatest of each GROUP of sums: see find_tops */
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

/* ---- Which lists ---- */

static const ks_dict_entry *entries_of(const ks_factors *factors, const ks_leaf *leaf) {
    return factors->entries + (size_t)(leaf - factors->view->leaves) * factors->plan->score_count;
}

static bool is_there(const ks_factors *factors, const ks_dict_entry *entries, size_t place) {
    return entries[place].documents > 0 && factors->values[place] > 0;
}

/* How many lists there are, and their postings together. */
static size_t count_lists(const ks_factors *factors, const ks_leaf *leaf, uint64_t *postings) {
    const ks_dict_entry *entries = entries_of(factors, leaf);
    size_t lists = 0;
    *postings = 0;
    for (size_t i = 0; i < factors->plan->score_count; i++) {
        if (!is_there(factors, entries, i)) continue;
        *postings += entries[i].documents;
        lists++;
    }
    return lists;
}

bool ks_gather_suits(const ks_factors *factors, const ks_leaf *leaf) {
    uint64_t postings;
    return count_lists(factors, leaf, &postings) >= KS_GATHER_LISTS && postings <= KS_GATHER_POSTINGS;
}

/* ---- Reading ---- */

static void read_block(struct gathering *g, ks_field field) {
    ks_cursor *cursor = g->cursor;
    uint32_t *docs = g->docs + g->count, *tfs = g->tfs + g->count, kept = 0;
    ks_cursor_tf(cursor); /* unpacks them all */
    if (field == KS_FIELD_ANY) {
        memcpy(docs, cursor->docs, cursor->block_size * sizeof *docs);
        memcpy(tfs, cursor->tfs, cursor->block_size * sizeof *tfs);
        g->count += cursor->block_size;
        return;
    }
    for (uint32_t i = 0; i < cursor->block_size; i++) {
        if (!(ks_cursor_mask_at(cursor, i) & 1u << field)) continue;
        docs[kept] = cursor->docs[i];
        tfs[kept++] = cursor->tfs[i];
    }
    g->count += kept;
}

/* The posting that the dictionary holds itself. */
static void read_single(struct gathering *g, const ks_dict_entry *entry, ks_field field) {
    if (field != KS_FIELD_ANY && !(entry->shape.mask & 1u << field)) return;
    g->docs[g->count] = entry->doc;
    g->tfs[g->count++] = entry->shape.tf;
}

static ks_status read_blocks(struct gathering *g, const ks_dict_entry *entry, ks_field field, ks_error *err) {
    const ks_factors *factors = g->pass->factors;
    ks_list list = {.cursor = g->cursor};
    ks_status status = ks_cursor_open(g->cursor, g->leaf->segment, entry, factors->view->unpacker, err);
    if (status) return status;
    for (uint32_t block = 0; block < g->cursor->blocks && !g->cursor->damaged; block++) {
        ks_cursor_enter(g->cursor, block);
        if (g->cursor->doc != KS_NO_DOC) read_block(g, field);
    }
    return ks_lists_check(&list, 1, g->leaf, err);
}

static ks_status read_list(struct gathering *g, size_t place, ks_error *err) {
    const ks_factors *factors = g->pass->factors;
    const ks_dict_entry *entry = &entries_of(factors, g->leaf)[place];
    ks_field field = factors->plan->scores[place].field;
    ks_status status = KS_OK;
    if (entry->documents == 1 && entry->doc < g->leaf->segment->documents)
        read_single(g, entry, field);
    else
        status = read_blocks(g, entry, field, err);
    g->runs[g->run_count++] = (struct run){g->count, place};
    return status;
}

static ks_status read_lists(struct gathering *g, ks_error *err) {
    const ks_factors *factors = g->pass->factors;
    const ks_dict_entry *entries = entries_of(factors, g->leaf);
    ks_status status = KS_OK;
    for (size_t i = 0; i < factors->plan->score_count && !status; i++)
        if (is_there(factors, entries, i)) status = read_list(g, i, err);
    return status;
}

/* ---- Room ---- */

static size_t power_from(size_t least) {
    size_t power = 1;
    while (power < least) power *= 2;
    return power;
}

/* At least twice as many sums as postings, if that is not too many; or one for each document. */
static size_t sums_for(size_t postings, size_t documents) {
    size_t many = postings < MOST_SUMS / 2 ? power_from(2 * postings) : MOST_SUMS;
    size_t all = documents < MOST_SUMS ? power_from(documents) : MOST_SUMS;
    size_t sums = many < all ? many : all;
    return sums < LEAST_SUMS ? LEAST_SUMS : sums;
}

static ks_status make_room(struct gathering *g, size_t lists, size_t postings, ks_error *err) {
    size_t sums = sums_for(postings, g->leaf->segment->documents);
    g->mask = (uint32_t)sums - 1;
    g->words = sums / WORD;
    g->cursor = ks_arena_alloc(g->arena, sizeof *g->cursor);
    g->docs = ks_arena_alloc(g->arena, (postings + 1) * sizeof *g->docs);
    g->tfs = ks_arena_alloc(g->arena, (postings + 1) * sizeof *g->tfs);
    g->runs = ks_arena_alloc(g->arena, (lists + 1) * sizeof *g->runs);
    g->sums = ks_arena_alloc(g->arena, sums * sizeof *g->sums);
    g->tops = ks_arena_alloc(g->arena, sums / GROUP * sizeof *g->tops);
    g->marks = ks_arena_alloc(g->arena, g->words * sizeof *g->marks);
    g->hits = ks_arena_alloc(g->arena, (postings + 1) * sizeof *g->hits);
    if (!g->hits || !g->cursor || !g->docs || !g->tfs || !g->runs || !g->sums || !g->tops || !g->marks)
        return ks_error_nomem(err);
    memset(g->sums, 0, sums * sizeof *g->sums);
    return KS_OK;
}

/* ---- Sums ---- */

static double factor_of(const struct gathering *g, const struct run *run) {
    return g->pass->factors->values[run->place];
}

static void add_run(struct gathering *g, const int16_t *parts, size_t from, size_t end) {
    const uint32_t *docs = g->docs, *tfs = g->tfs, mask = g->mask;
    int16_t *sums = g->sums;
    for (size_t i = from; i < end; i++) {
        uint32_t tf = tfs[i] < KS_SKETCH_PARTS ? tfs[i] : KS_SKETCH_PARTS - 1;
        int sum = sums[docs[i] & mask] + parts[tf];
        sums[docs[i] & mask] = (int16_t)(sum < INT16_MAX ? sum : INT16_MAX);
    }
}

static size_t groups_of(const struct gathering *g) {
    return g->words * (WORD / GROUP);
}

/* The sums of LANES groups stand in turns, so that they are compared side by side. */
static size_t sum_of_group(size_t group, size_t i) {
    return group / LANES * LANES * GROUP + i * LANES + group % LANES;
}

static void find_tops(struct gathering *g) {
    for (size_t from = 0; from < groups_of(g); from += LANES) {
        const int16_t *sums = g->sums + sum_of_group(from, 0);
        int16_t tops[LANES] = {0};
        for (size_t i = 0; i < GROUP; i++, sums += LANES)
            for (size_t lane = 0; lane < LANES; lane++)
                tops[lane] = sums[lane] > tops[lane] ? sums[lane] : tops[lane];
        memcpy(g->tops + from, tops, sizeof tops);
    }
}

static void add_up(struct gathering *g) {
    float k = (float)ks_norm_of(&g->pass->factors->norm, 0);
    double most = 0;
    size_t from = 0;
    for (size_t i = 0; i < g->run_count; i++) most += factor_of(g, &g->runs[i]);
    g->unit = (float)(most / MOST_UNITS) > FLT_MIN ? (float)(most / MOST_UNITS) : FLT_MIN;
    for (size_t i = 0; i < g->run_count; from = g->runs[i++].end) {
        int16_t parts[KS_SKETCH_PARTS];
        float factor = (float)factor_of(g, &g->runs[i]);
        ks_sketch_parts(parts, factor, factor, k, g->unit);
        add_run(g, parts, from, g->runs[i].end);
    }
    find_tops(g);
}

/* ---- Counting ---- */

/* No more than there are documents: where sums are shared there may be more of those. */
static uint64_t count_sums(const struct gathering *g) {
    uint64_t count = 0;
    for (size_t word = 0; word < g->words; word++) {
        const int16_t *sums = g->sums + word * WORD;
        uint16_t here = 0;
        for (size_t i = 0; i < WORD; i++) here = (uint16_t)(here + (sums[i] > 0));
        count += here;
    }
    return count;
}

/* The slot of a document in a hash table of so many, a power of two: by multiplicative hashing (Knuth). */
static size_t hash_of(uint32_t doc, size_t slots) {
    return (size_t)((doc * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (slots - 1);
}

/* How many live documents the postings are of. */
static ks_status count_documents(const struct gathering *g, uint64_t *out, ks_error *err) {
    size_t slots = power_from(2 * g->count + 1);
    uint32_t *table = ks_arena_alloc(g->arena, slots * sizeof *table);
    if (!table) return ks_error_nomem(err);
    memset(table, 0xFF, slots * sizeof *table); /* KS_NO_DOC */
    *out = 0;
    for (size_t i = 0; i < g->count; i++) {
        uint32_t doc = g->docs[i];
        size_t at = hash_of(doc, slots);
        while (table[at] != doc && table[at] != KS_NO_DOC) at = (at + 1) & (slots - 1);
        *out += table[at] != doc && !ks_leaf_is_deleted(g->leaf, doc);
        table[at] = doc;
    }
    return KS_OK;
}

static ks_status count_matches(struct gathering *g, ks_error *err) {
    uint64_t limit = g->pass->plan->count_limit, matches;
    ks_status status = KS_OK;
    if (!g->pass->counting) return KS_OK;
    matches = g->leaf->deleted ? 0 : count_sums(g);
    if (g->pass->counted + matches <= limit) status = count_documents(g, &matches, err);
    if (!status) ks_pass_count(g->pass, matches);
    return status;
}

/* ---- Hits ---- */

/* Marks the sums of a group that reach `least`, in the words where they stand. */
static void mark_group(struct gathering *g, size_t group, int16_t least) {
    const int16_t *sums = g->sums + sum_of_group(group, 0);
    uint64_t *marks = g->marks + sum_of_group(group, 0) / WORD;
    for (size_t word = 0; word < LANES * GROUP / WORD; word++) {
        uint64_t bits = 0;
        for (size_t at = 0; at < WORD; at += LANES) bits |= (uint64_t)(sums[word * WORD + at] >= least) << at;
        marks[word] |= bits << group % LANES;
    }
}

static void mark(struct gathering *g, int16_t least) {
    memset(g->marks, 0, g->words * sizeof *g->marks);
    for (size_t group = 0; group < groups_of(g); group++)
        if (g->tops[group] >= least) mark_group(g, group, least);
}

/* Notes the postings of the documents whose sums reach `least`. Few do: there is no branch, as in all loops
 * over postings. */
static void find_hits(struct gathering *g, int16_t least) {
    const uint32_t *docs = g->docs, mask = g->mask;
    const uint64_t *marks = g->marks;
    uint32_t *hits = g->hits;
    size_t count = 0;
    mark(g, least);
    for (size_t i = 0; i < g->count; i++) {
        uint32_t at = docs[i] & mask;
        hits[count] = (uint32_t)i;
        count += marks[at / WORD] >> at % WORD & 1;
    }
    g->hit_count = count;
}

/* ---- Scores ---- */

static struct scored *scored_of(struct gathering *g, uint32_t doc) {
    size_t at = hash_of(doc, g->slot_count);
    while (g->slots[at] && g->scored[g->slots[at] - 1].doc != doc) at = (at + 1) & (g->slot_count - 1);
    if (!g->slots[at]) {
        g->scored[g->scored_count] =
            (struct scored){.doc = doc, .norm = ks_list_norm(g->pass->factors, g->leaf, doc)};
        g->slots[at] = (uint32_t)++g->scored_count;
    }
    return &g->scored[g->slots[at] - 1];
}

/* What a posting adds. */
static void add_part(struct gathering *g, const struct run *run, size_t posting) {
    struct scored *scored = scored_of(g, g->docs[posting]);
    double tf = (double)g->tfs[posting], part = factor_of(g, run) * tf / (tf + scored->norm);
    scored->score += part;
    scored->held |= run->place < KS_HELD_SCORES && part > 0 ? UINT64_C(1) << run->place : 0;
}

/* Leaves, of the hits, those of the documents whose sums are `least` to `most`. */
static void choose_hits(struct gathering *g, int16_t least, int16_t most) {
    g->chosen_count = 0;
    for (size_t i = 0; i < g->hit_count; i++) {
        int16_t sum = g->sums[g->docs[g->hits[i]] & g->mask];
        g->chosen[g->chosen_count] = g->hits[i];
        g->chosen_count += (sum >= least) & (sum <= most);
    }
}

/* Of the hits chosen. They come by place: parts are added in the order in which they always are. */
static void score_hits(struct gathering *g) {
    const struct run *run = g->runs;
    g->scored_count = 0;
    memset(g->slots, 0, g->slot_count * sizeof *g->slots);
    /* Lengths stand far apart in memory, and are waited for together. */
    for (size_t i = 0; i < g->chosen_count; i++)
        ks_segment_prefetch_length(g->leaf->segment, g->docs[g->chosen[i]]);
    for (size_t i = 0; i < g->chosen_count; i++) {
        while (g->chosen[i] >= run->end) run++;
        add_part(g, run, g->chosen[i]);
    }
}

/* Room for all hits. */
static ks_status make_scored(struct gathering *g, ks_error *err) {
    g->slot_count = power_from(2 * g->hit_count + 1);
    g->chosen = ks_arena_alloc(g->arena, (g->hit_count + 1) * sizeof *g->chosen);
    g->scored = ks_arena_alloc(g->arena, (g->hit_count + 1) * sizeof *g->scored);
    g->slots = ks_arena_alloc(g->arena, g->slot_count * sizeof *g->slots);
    return g->chosen && g->scored && g->slots ? KS_OK : ks_error_nomem(err);
}

static void offer_scored(struct gathering *g) {
    for (size_t i = 0; i < g->scored_count; i++) {
        const struct scored *it = &g->scored[i];
        if (it->score < ks_ranking_threshold(&g->pass->ranking) || ks_leaf_is_deleted(g->leaf, it->doc) ||
            ks_pass_is_ranked(g->pass, g->leaf, it->doc))
            continue;
        ks_pass_offer(g->pass, g->leaf, it->doc, it->score, it->held);
    }
}

/* ---- Ranking ---- */

/* The least sum that a document of the page may have, 1 where any may. */
static int16_t least_sum(const struct gathering *g) {
    return ks_sketch_units((float)(ks_ranking_threshold(&g->pass->ranking) / KS_MARGIN), g->unit);
}

/* How many groups have which greatest sum, in steps of 1 << shift. */
struct histogram {
    unsigned shift;
    uint32_t counts[STEPS];
};

static void count_tops(struct histogram *out, const struct gathering *g) {
    size_t groups = groups_of(g);
    int16_t most = 0;
    for (size_t i = 0; i < groups; i++) most = g->tops[i] > most ? g->tops[i] : most;
    memset(out, 0, sizeof *out);
    while (most >> out->shift >= STEPS) out->shift++;
    for (size_t i = 0; i < groups; i++) out->counts[g->tops[i] >> out->shift]++;
}

/* A sum that is reached in so many groups, and hardly more; at least `least`. */
static int16_t sum_of_best(const struct histogram *histogram, size_t wanted, int16_t least) {
    size_t step = STEPS, reach = 0;
    while (step > 0 && reach < wanted) reach += histogram->counts[--step];
    step <<= histogram->shift;
    return step > (size_t)least ? (int16_t)step : least;
}

/* Ranks the documents whose sums are `least` to `most`, of which the hits are found. */
static void rank_between(struct gathering *g, int16_t least, int16_t most) {
    choose_hits(g, least, most);
    score_hits(g);
    offer_scored(g);
}

/* Those that reach `first`, and then those that still may enter the page: none of them has less than `found`.
 */
static ks_status rank_found(struct gathering *g, int16_t found, int16_t first, ks_error *err) {
    int16_t least;
    ks_status status;
    find_hits(g, found);
    if ((status = make_scored(g, err))) return status;
    rank_between(g, first, INT16_MAX);
    least = least_sum(g) > found ? least_sum(g) : found;
    if (least < first) rank_between(g, least, (int16_t)(first - 1));
    return KS_OK;
}

/* Sums exceed scores by some tenths. To look through the postings takes longer than to note some more of
 * them: so many are found that they are enough nearly always, and of these the best are scored first. */
static ks_status rank(struct gathering *g, ks_error *err) {
    enum { SPARE = 2 };
    size_t few = 2 * g->pass->ranking.capacity + WORD;
    int16_t found, least = least_sum(g);
    struct histogram histogram;
    ks_status status;
    if (g->pass->ranking.capacity == 0) return KS_OK;
    count_tops(&histogram, g);
    found = sum_of_best(&histogram, SPARE * few, least);
    if ((status = rank_found(g, found, sum_of_best(&histogram, few, found), err))) return status;
    if ((least = least_sum(g)) >= found) return KS_OK;
    find_hits(g, least);
    if ((status = make_scored(g, err))) return status;
    rank_between(g, least, (int16_t)(found - 1));
    return KS_OK;
}

ks_status ks_pass_gather(ks_pass *pass, const ks_leaf *leaf, ks_arena *arena, ks_error *err) {
    struct gathering g = {.pass = pass, .leaf = leaf, .arena = arena};
    uint64_t postings;
    size_t lists = count_lists(pass->factors, leaf, &postings);
    ks_status status;
    if (lists == 0) return KS_OK;
    if ((status = make_room(&g, lists, (size_t)postings, err)) || (status = read_lists(&g, err)))
        return status;
    add_up(&g);
    if ((status = count_matches(&g, err))) return status;
    return rank(&g, err);
}
