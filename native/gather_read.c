/* Reading the postings of a leaf, and adding up what they can score; see gather_read.h. */
#include "native/gather_read.h"

#include "native/sketch.h"

#include <float.h>
#include <string.h>

enum { LEAST_BUCKETS = 1 << 12, MOST_BUCKETS = 1 << 17 };

/* What all lists can add to one document, in units. The sum of a shared bucket may be greater. */
enum { MOST_UNITS = 30000 };

/* ---- Which lists ---- */

/* The leaf's dictionary entries, by score. */
static const ks_dict_entry *entries_of(const ks_factors *factors, const ks_leaf *leaf) {
    return factors->entries + (size_t)(leaf - factors->view->leaves) * factors->plan->score_count;
}

/* Whether the leaf has a list for the score, and it adds anything. */
static bool has_list(const ks_factors *factors, const ks_dict_entry *entries, size_t score_index) {
    return entries[score_index].documents > 0 && factors->values[score_index] > 0;
}

size_t ks_gather_lists(const ks_factors *factors, const ks_leaf *leaf, uint64_t *postings) {
    const ks_dict_entry *entries = entries_of(factors, leaf);
    size_t lists = 0;
    *postings = 0;
    for (size_t i = 0; i < factors->plan->score_count; i++) {
        if (!has_list(factors, entries, i)) continue;
        *postings += entries[i].documents;
        lists++;
    }
    return lists;
}

/* ---- Reading ---- */

/* Appends the postings of the cursor's block that are in the field. */
static void read_block(ks_gathering *g, ks_field field) {
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

/* A list of one posting, which the dictionary entry holds itself. */
static void read_single(ks_gathering *g, const ks_dict_entry *entry, ks_field field) {
    if (field != KS_FIELD_ANY && !(entry->shape.mask & 1u << field)) return;
    g->docs[g->count] = entry->doc;
    g->tfs[g->count++] = entry->shape.tf;
}

static ks_status read_blocks(ks_gathering *g, const ks_dict_entry *entry, ks_field field, ks_error *err) {
    const ks_factors *factors = g->pass->factors;
    ks_list list = {.cursor = g->cursor};
    ks_status status = ks_cursor_open(g->cursor, g->leaf->segment, entry, factors->view->unpacker, err);
    if (status) return status;
    for (uint32_t block = 0; block < g->cursor->blocks && !g->cursor->damaged; block++) {
        ks_cursor_enter(g->cursor, block);
        if (g->cursor->doc != KS_NO_DOC) read_block(g, field);
    }
    return ks_lists_check(&list, 1, err);
}

static ks_status read_list(ks_gathering *g, size_t score_index, ks_error *err) {
    const ks_factors *factors = g->pass->factors;
    const ks_dict_entry *entry = &entries_of(factors, g->leaf)[score_index];
    ks_field field = factors->plan->scores[score_index].field;
    ks_status status = KS_OK;
    if (entry->documents == 1 && entry->doc < g->leaf->segment->documents)
        read_single(g, entry, field);
    else
        status = read_blocks(g, entry, field, err);
    g->runs[g->run_count++] = (ks_gather_run){g->count, score_index};
    return status;
}

static ks_status read_lists(ks_gathering *g, ks_error *err) {
    const ks_factors *factors = g->pass->factors;
    const ks_dict_entry *entries = entries_of(factors, g->leaf);
    ks_status status = KS_OK;
    for (size_t i = 0; i < factors->plan->score_count && !status; i++)
        if (has_list(factors, entries, i)) status = read_list(g, i, err);
    return status;
}

/* ---- Room ---- */

/* Twice as many buckets as postings, or one for each document where that is fewer; within the limits. */
static size_t buckets_for(size_t postings, size_t documents) {
    size_t many = postings < MOST_BUCKETS / 2 ? ks_gather_power(2 * postings) : MOST_BUCKETS;
    size_t all = documents < MOST_BUCKETS ? ks_gather_power(documents) : MOST_BUCKETS;
    size_t buckets = many < all ? many : all;
    return buckets < LEAST_BUCKETS ? LEAST_BUCKETS : buckets;
}

static ks_status make_room(ks_gathering *g, size_t lists, size_t postings, ks_error *err) {
    size_t buckets = buckets_for(postings, g->leaf->segment->documents);
    g->bucket_mask = (uint32_t)buckets - 1;
    g->groups = buckets / KS_GATHER_GROUP;
    g->cursor = ks_arena_alloc(g->arena, sizeof *g->cursor);
    g->docs = ks_arena_alloc(g->arena, (postings + 1) * sizeof *g->docs);
    g->tfs = ks_arena_alloc(g->arena, (postings + 1) * sizeof *g->tfs);
    g->runs = ks_arena_alloc(g->arena, (lists + 1) * sizeof *g->runs);
    g->sums = ks_arena_alloc(g->arena, buckets * sizeof *g->sums);
    g->tops = ks_arena_alloc(g->arena, g->groups * sizeof *g->tops);
    if (!g->cursor || !g->docs || !g->tfs || !g->runs || !g->sums || !g->tops) return ks_error_nomem(err);
    memset(g->sums, 0, buckets * sizeof *g->sums);
    return KS_OK;
}

/* ---- Sums ---- */

/* Adds a list's postings to their buckets. A sum stops at INT16_MAX, which is safe: no document is ever
 * required to reach more units than that. */
static void add_run(ks_gathering *g, const int16_t *parts, size_t from, size_t end) {
    const uint32_t *docs = g->docs, *tfs = g->tfs, mask = g->bucket_mask;
    int16_t *sums = g->sums;
    for (size_t i = from; i < end; i++) {
        uint32_t tf = tfs[i] < KS_SKETCH_PARTS ? tfs[i] : KS_SKETCH_PARTS - 1;
        int sum = sums[docs[i] & mask] + parts[tf];
        sums[docs[i] & mask] = (int16_t)(sum < INT16_MAX ? sum : INT16_MAX);
    }
}

static void find_tops(ks_gathering *g) {
    for (size_t from = 0; from < g->groups; from += KS_GATHER_LANES) {
        const int16_t *sums = g->sums + ks_gather_bucket(from, 0);
        int16_t tops[KS_GATHER_LANES] = {0};
        for (size_t i = 0; i < KS_GATHER_GROUP; i++, sums += KS_GATHER_LANES)
            for (size_t lane = 0; lane < KS_GATHER_LANES; lane++)
                tops[lane] = sums[lane] > tops[lane] ? sums[lane] : tops[lane];
        memcpy(g->tops + from, tops, sizeof tops);
    }
}

/* Lengths are not looked at: every document counts as the shortest possible, which gives an upper bound. */
static void add_up(ks_gathering *g) {
    float k = (float)ks_norm_of(&g->pass->factors->norm, 0);
    double most = 0;
    size_t from = 0;
    for (size_t i = 0; i < g->run_count; i++) most += ks_gather_factor(g, &g->runs[i]);
    g->unit = (float)(most / MOST_UNITS) > FLT_MIN ? (float)(most / MOST_UNITS) : FLT_MIN;
    for (size_t i = 0; i < g->run_count; from = g->runs[i++].end) {
        int16_t parts[KS_SKETCH_PARTS];
        float factor = (float)ks_gather_factor(g, &g->runs[i]);
        ks_sketch_parts(parts, factor, factor, k, g->unit);
        add_run(g, parts, from, g->runs[i].end);
    }
    find_tops(g);
}

/* ---- Counting ---- */

/* The buckets that hold documents: there are at least as many documents. */
static uint64_t count_buckets(const ks_gathering *g) {
    uint32_t count = 0;
    for (size_t i = 0; i <= g->bucket_mask; i++) count += g->sums[i] > 0;
    return count;
}

/* How many live documents have a posting. */
static ks_status count_documents(const ks_gathering *g, uint64_t *out, ks_error *err) {
    size_t slots = ks_gather_power(2 * g->count + 1);
    uint32_t *table = ks_arena_alloc(g->arena, slots * sizeof *table);
    if (!table) return ks_error_nomem(err);
    memset(table, 0xFF, slots * sizeof *table); /* KS_NO_DOC */
    *out = 0;
    for (size_t i = 0; i < g->count; i++) {
        uint32_t doc = g->docs[i];
        size_t slot = ks_gather_hash(doc, slots);
        while (table[slot] != doc && table[slot] != KS_NO_DOC) slot = (slot + 1) & (slots - 1);
        *out += table[slot] != doc && !ks_leaf_is_deleted(g->leaf, doc);
        table[slot] = doc;
    }
    return KS_OK;
}

/* Documents are told apart only if the buckets alone do not exceed the limit: beyond it no exact count is
 * wanted. */
ks_status ks_gather_count(ks_gathering *g, ks_error *err) {
    uint64_t limit = g->pass->plan->count_limit, matches;
    ks_status status = KS_OK;
    if (!g->pass->counting) return KS_OK;
    matches = g->leaf->deleted ? 0 : count_buckets(g);
    if (g->pass->counted + matches <= limit) status = count_documents(g, &matches, err);
    if (!status) ks_pass_count(g->pass, matches);
    return status;
}

ks_status ks_gather_read(ks_gathering *g, size_t lists, size_t postings, ks_error *err) {
    ks_status status = make_room(g, lists, postings, err);
    if (status || (status = read_lists(g, err))) return status;
    add_up(g);
    return KS_OK;
}
