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

/* Of the sums: how many share a word of marks, and how many there are. */
enum { WORD = 64, LEAST_SUMS = 1 << 10, MOST_SUMS = 1 << 17 };

/* What all lists give together, in units: sums stop at INT16_MAX, which stands for anything above. */
enum { MOST_UNITS = 30000 };

/* A list's postings among all: they end here, where those of the next one begin. */
struct run {
    size_t end;
    size_t place; /* among the plan's scores */
};

/* A posting of a document that may enter the page. */
struct hit {
    uint32_t doc, tf;
    uint32_t run;
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
    int16_t *tops;   /* the greatest of each WORD sums */
    uint64_t *marks; /* a bit for each sum whose documents are looked for */
    size_t words;
    struct hit *hits;
    size_t hit_count;
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

static ks_status read_list(struct gathering *g, size_t place, ks_error *err) {
    const ks_factors *factors = g->pass->factors;
    const ks_dict_entry *entry = &entries_of(factors, g->leaf)[place];
    ks_list list = {.cursor = g->cursor};
    ks_status status = ks_cursor_open(g->cursor, g->leaf->segment, entry, factors->view->unpacker, err);
    if (status) return status;
    for (uint32_t block = 0; block < g->cursor->blocks && !g->cursor->damaged; block++) {
        ks_cursor_enter(g->cursor, block);
        if (g->cursor->doc != KS_NO_DOC) read_block(g, factors->plan->scores[place].field);
    }
    g->runs[g->run_count++] = (struct run){g->count, place};
    return ks_lists_check(&list, 1, g->leaf, err);
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

/* Four times as many sums as postings, if that is not too many; or one for each document. */
static size_t sums_for(size_t postings, size_t documents) {
    size_t many = postings < MOST_SUMS / 4 ? power_from(4 * postings) : MOST_SUMS;
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
    g->tops = ks_arena_alloc(g->arena, g->words * sizeof *g->tops);
    g->marks = ks_arena_alloc(g->arena, g->words * sizeof *g->marks);
    if (!g->cursor || !g->docs || !g->tfs || !g->runs || !g->sums || !g->tops || !g->marks)
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

static void find_tops(struct gathering *g) {
    for (size_t word = 0; word < g->words; word++) {
        const int16_t *sums = g->sums + word * WORD;
        int16_t top = 0;
        for (size_t i = 0; i < WORD; i++) top = sums[i] > top ? sums[i] : top;
        g->tops[word] = top;
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

/* Marks the sums from `least` up to `most`. */
static void mark(struct gathering *g, int16_t least, int16_t most) {
    for (size_t word = 0; word < g->words; word++) {
        const int16_t *sums = g->sums + word * WORD;
        g->marks[word] = 0;
        if (g->tops[word] < least) continue;
        for (size_t i = 0; i < WORD; i++)
            g->marks[word] |= (uint64_t)(sums[i] >= least && sums[i] <= most) << i;
    }
}

static bool is_marked(const struct gathering *g, uint32_t doc) {
    uint32_t at = doc & g->mask;
    return g->marks[at / WORD] >> at % WORD & 1;
}

static size_t count_hits(const struct gathering *g) {
    size_t count = 0;
    for (size_t i = 0; i < g->count; i++) count += is_marked(g, g->docs[i]);
    return count;
}

/* The lengths of the documents stand far apart in memory and will be waited for together. */
static ks_status find_hits(struct gathering *g, ks_error *err) {
    size_t i = 0;
    g->hit_count = 0;
    if (!(g->hits = ks_arena_alloc(g->arena, (count_hits(g) + 1) * sizeof *g->hits)))
        return ks_error_nomem(err);
    for (size_t run = 0; run < g->run_count; run++) {
        for (; i < g->runs[run].end; i++) {
            if (!is_marked(g, g->docs[i])) continue;
            ks_segment_prefetch_length(g->leaf->segment, g->docs[i]);
            g->hits[g->hit_count++] = (struct hit){g->docs[i], g->tfs[i], (uint32_t)run};
        }
    }
    return KS_OK;
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

/* Hits come by place, and so parts are added in the order in which they always are. */
static void add_hit(struct gathering *g, const struct hit *hit) {
    struct scored *scored = scored_of(g, hit->doc);
    size_t place = g->runs[hit->run].place;
    double tf = (double)hit->tf, part = factor_of(g, &g->runs[hit->run]) * tf / (tf + scored->norm);
    scored->score += part;
    scored->held |= place < KS_HELD_SCORES && part > 0 ? UINT64_C(1) << place : 0;
}

static ks_status score_hits(struct gathering *g, ks_error *err) {
    g->slot_count = power_from(2 * g->hit_count + 1);
    g->scored_count = 0;
    g->scored = ks_arena_alloc(g->arena, (g->hit_count + 1) * sizeof *g->scored);
    g->slots = ks_arena_alloc(g->arena, g->slot_count * sizeof *g->slots);
    if (!g->scored || !g->slots) return ks_error_nomem(err);
    memset(g->slots, 0, g->slot_count * sizeof *g->slots);
    for (size_t i = 0; i < g->hit_count; i++) add_hit(g, &g->hits[i]);
    return KS_OK;
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

/* The greatest sum that at least so many words of sums reach; 1 where they are fewer. */
static int16_t sum_of_best(const struct gathering *g, size_t words) {
    int low = 1, high = INT16_MAX;
    while (low < high) {
        int middle = high - (high - low) / 2;
        size_t reach = 0;
        for (size_t i = 0; i < g->words; i++) reach += g->tops[i] >= middle;
        if (reach >= words)
            low = middle;
        else
            high = middle - 1;
    }
    return (int16_t)low;
}

/* Ranks the documents whose sums are `least` to `most`. */
static ks_status rank_between(struct gathering *g, int16_t least, int16_t most, ks_error *err) {
    ks_status status;
    mark(g, least, most);
    if ((status = find_hits(g, err)) || (status = score_hits(g, err))) return status;
    offer_scored(g);
    return KS_OK;
}

/* Bounds exceed scores by some tenths: a few times as many documents as the page has mostly are enough. */
static ks_status rank(struct gathering *g, ks_error *err) {
    int16_t least, first;
    ks_status status;
    if (g->pass->ranking.capacity == 0) return KS_OK;
    least = least_sum(g);
    first = sum_of_best(g, 2 * g->pass->ranking.capacity + WORD);
    if (first < least) first = least;
    if ((status = rank_between(g, first, INT16_MAX, err))) return status;
    least = least_sum(g);
    return least < first ? rank_between(g, least, (int16_t)(first - 1), err) : KS_OK;
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
