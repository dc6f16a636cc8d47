/* Reading the postings of a leaf, and adding up what they can score; see gather_read.h. */
#include "native/gather_read.h"

#include "native/sketch.h"

#include <string.h>

/* Buckets, and the postings from which on none is shared. */
enum { LEAST_BUCKETS = 1 << 12, MOST_BUCKETS = 1 << 16, MANY = 1 << 16 };

/* ---- Which lists ---- */

/* The leaf's dictionary entries, by score. */
static const ks_dict_entry *entries_of(const ks_factors *factors, const ks_leaf *leaf) {
    return factors->entries + (size_t)(leaf - factors->view->leaves) * factors->plan->score_count;
}

/* Whether the leaf has a list for the score, and it adds anything. */
static bool has_list(const ks_factors *factors, const ks_dict_entry *entries, size_t score_index) {
    return entries[score_index].documents > 0 && factors->values[score_index] > 0;
}

size_t ks_gather_lists(const ks_factors *factors, const ks_leaf *leaf, uint64_t *postings,
                       uint64_t *longest) {
    const ks_dict_entry *entries = entries_of(factors, leaf);
    size_t lists = 0;
    *postings = *longest = 0;
    for (size_t i = 0; i < factors->plan->score_count; i++) {
        if (!has_list(factors, entries, i)) continue;
        *postings += entries[i].documents;
        if (entries[i].documents > *longest) *longest = entries[i].documents;
        lists++;
    }
    return lists;
}

/* ---- Reading ---- */

/* Notes a term frequency that does not fit into its byte. */
static ks_status add_large(ks_gathering *g, size_t posting, uint32_t tf, ks_error *err) {
    if (g->large_count == g->large_capacity) { /* the old array stays in the arena until the search ends */
        size_t capacity = 2 * g->large_capacity + KS_BLOCK;
        ks_gather_large *large = ks_arena_alloc(g->arena, capacity * sizeof *large);
        if (!large) return ks_error_nomem(err);
        if (g->large_count) memcpy(large, g->large, g->large_count * sizeof *large);
        g->large = large;
        g->large_capacity = capacity;
    }
    g->large[g->large_count++] = (ks_gather_large){posting, tf};
    return KS_OK;
}

static ks_status add_posting(ks_gathering *g, uint32_t doc, uint32_t tf, ks_error *err) {
    size_t posting = g->count++;
    g->docs[posting] = doc;
    g->tfs[posting] = (uint8_t)(tf < KS_GATHER_TF ? tf : KS_GATHER_TF);
    return tf < KS_GATHER_TF ? KS_OK : add_large(g, posting, tf, err);
}

/* Copies term frequencies; the compiler turns the loop into vector instructions. False if some are not below
 * KS_GATHER_TF. */
static bool copy_tfs(uint8_t *restrict to, const uint32_t *restrict from, uint32_t count) {
    uint32_t all = 0;
    for (uint32_t i = 0; i < count; i++) {
        all |= from[i];
        to[i] = (uint8_t)from[i];
    }
    return all < KS_GATHER_TF;
}

/* Appends the postings of the cursor's block that are in the field. */
static ks_status read_block(ks_gathering *g, ks_field field, ks_error *err) {
    ks_cursor *cursor = g->cursor;
    uint32_t size = cursor->block_size;
    ks_status status = KS_OK;
    ks_cursor_tf(cursor); /* unpacks them all */
    if (field == KS_FIELD_ANY && copy_tfs(g->tfs + g->count, cursor->tfs, size)) {
        memcpy(g->docs + g->count, cursor->docs, size * sizeof *g->docs);
        g->count += size;
        return KS_OK;
    }
    for (uint32_t i = 0; i < size && !status; i++)
        if (field == KS_FIELD_ANY || ks_cursor_mask_at(cursor, i) & 1u << field)
            status = add_posting(g, cursor->docs[i], cursor->tfs[i], err);
    return status;
}

static ks_status read_blocks(ks_gathering *g, const ks_dict_entry *entry, ks_field field, ks_error *err) {
    const ks_factors *factors = g->pass->factors;
    ks_status status = ks_cursor_open(g->cursor, g->leaf->segment, entry, factors->view->unpacker, err);
    for (uint32_t block = 0; !status && block < g->cursor->blocks && !g->cursor->damaged; block++) {
        ks_cursor_enter(g->cursor, block);
        __builtin_prefetch(g->cursor->block_end + 768);
        __builtin_prefetch(g->cursor->block_end + 832);
        if (g->cursor->doc != KS_NO_DOC) status = read_block(g, field, err);
    }
    return status ? status : ks_cursor_check(g->cursor, err);
}

/* A list of one posting is held by the dictionary entry itself. */
static ks_status read_list(ks_gathering *g, size_t score_index, ks_error *err) {
    const ks_factors *factors = g->pass->factors;
    const ks_dict_entry *entry = &entries_of(factors, g->leaf)[score_index];
    ks_field field = factors->plan->scores[score_index].field;
    ks_gather_run *run = &g->runs[g->run_count++];
    ks_status status = KS_OK;
    run->score_index = score_index;
    run->to = g->count;
    if (entry->documents > 1 || entry->doc >= g->leaf->segment->documents)
        status = read_blocks(g, entry, field, err);
    else if (field == KS_FIELD_ANY || entry->shape.mask & 1u << field)
        status = add_posting(g, entry->doc, entry->shape.tf, err);
    g->docs[g->count] = KS_NO_DOC;
    run->end = ++g->count;
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

/* Four times as many buckets as postings, or one for each document where that is fewer; within the limits. */
static size_t buckets_for(size_t postings, size_t documents) {
    size_t many = postings < MOST_BUCKETS / 4 ? ks_gather_power(4 * postings) : MOST_BUCKETS;
    size_t all = documents < MOST_BUCKETS ? ks_gather_power(documents) : MOST_BUCKETS;
    size_t buckets = many < all ? many : all;
    return buckets < LEAST_BUCKETS ? LEAST_BUCKETS : buckets;
}

/* How many documents a window has: so many that a fourth of the buckets would do for their postings. */
static uint32_t width_for(size_t postings, uint32_t documents) {
    uint32_t windows = (uint32_t)(4 * postings / MOST_BUCKETS) + 1;
    if (postings > MANY || documents < MOST_BUCKETS) return MOST_BUCKETS;
    return (documents + windows - 1) / windows;
}

static ks_status make_room(ks_gathering *g, size_t lists, size_t postings, ks_error *err) {
    size_t buckets = buckets_for(postings, g->leaf->segment->documents), entries = postings + lists;
    g->bucket_mask = (uint32_t)buckets - 1;
    g->groups = buckets / KS_GATHER_GROUP;
    g->width = width_for(postings, g->leaf->segment->documents);
    g->cursor = ks_arena_alloc(g->arena, sizeof *g->cursor);
    g->docs = ks_arena_alloc(g->arena, (entries + 3) * sizeof *g->docs);
    g->tfs = ks_arena_alloc(g->arena, entries * sizeof *g->tfs);
    g->runs = ks_arena_alloc(g->arena, lists * sizeof *g->runs);
    g->sums = ks_arena_alloc(g->arena, buckets * sizeof *g->sums);
    g->tops = ks_arena_alloc(g->arena, g->groups * sizeof *g->tops);
    if (!g->cursor || !g->docs || !g->tfs || !g->runs || !g->sums || !g->tops) return ks_error_nomem(err);
    return KS_OK;
}

uint32_t ks_gather_tf(const ks_gathering *g, size_t posting) {
    size_t low = 0, high = g->large_count;
    if (g->tfs[posting] < KS_GATHER_TF) return g->tfs[posting];
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (g->large[middle].posting <= posting)
            low = middle;
        else
            high = middle;
    }
    return g->large[low].tf;
}

/* ---- Sums ---- */

/* Adds a list's postings before document `high`, from number `at` on, to their buckets, and returns the
 * number of the next one. The sum of a shared bucket stops at INT16_MAX, which is safe: no document is ever
 * required to reach more units than that. Other sums cannot become so great. */
static inline size_t add_run(ks_gathering *g, const int16_t *parts, size_t at, bool folded) {
    const uint32_t *docs = g->docs, mask = g->bucket_mask, high = g->high;
    const uint8_t *tfs = g->tfs;
    int16_t *sums = g->sums;
    for (; docs[at] < high; at++) {
        int sum = sums[docs[at] & mask] + parts[tfs[at]];
        sums[docs[at] & mask] = (int16_t)(folded && sum > INT16_MAX ? INT16_MAX : sum);
    }
    return at;
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
static void make_parts(ks_gathering *g) {
    float k = (float)ks_norm_of(&g->pass->factors->norm, 0);
    double most = 0;
    for (size_t i = 0; i < g->run_count; i++) most += ks_gather_factor(g, &g->runs[i]);
    g->unit = ks_sketch_unit(most, g->run_count);
    for (size_t i = 0; i < g->run_count; i++) {
        float factor = (float)ks_gather_factor(g, &g->runs[i]);
        ks_sketch_parts(g->runs[i].parts, KS_GATHER_TF + 1, factor, factor, k, g->unit);
    }
}

bool ks_gather_next(ks_gathering *g) {
    uint32_t left = g->leaf->segment->documents - g->high;
    bool folded = ks_gather_is_folded(g);
    if (left == 0) return false;
    g->low = g->high;
    g->high += left < g->width ? left : g->width;
    g->here = 0;
    memset(g->sums, 0, ((size_t)g->bucket_mask + 1) * sizeof *g->sums);
    for (ks_gather_run *run = g->runs; run < g->runs + g->run_count; run++) {
        run->from = run->to;
        run->to = folded ? add_run(g, run->parts, run->from, true) : add_run(g, run->parts, run->from, false);
        g->here += run->to - run->from;
    }
    find_tops(g);
    return true;
}

/* ---- Counting ---- */

/* The buckets of the window that hold documents: there are at least as many documents. */
static uint64_t count_buckets(const ks_gathering *g) {
    uint32_t count = 0;
    for (size_t i = 0; i <= g->bucket_mask; i++) count += g->sums[i] > 0;
    return count;
}

/* How many live documents of the window have a posting. */
static ks_status count_documents(const ks_gathering *g, uint64_t *out, ks_error *err) {
    size_t slots = ks_gather_power(2 * g->here + 1);
    uint32_t *table = ks_arena_alloc(g->arena, slots * sizeof *table);
    if (!table) return ks_error_nomem(err);
    memset(table, 0xFF, slots * sizeof *table); /* KS_NO_DOC */
    *out = 0;
    for (const ks_gather_run *run = g->runs; run < g->runs + g->run_count; run++) {
        for (size_t i = run->from; i < run->to; i++) {
            uint32_t doc = g->docs[i];
            size_t slot = ks_gather_hash(doc, slots);
            while (table[slot] != doc && table[slot] != KS_NO_DOC) slot = (slot + 1) & (slots - 1);
            *out += table[slot] != doc && !ks_leaf_is_deleted(g->leaf, doc);
            table[slot] = doc;
        }
    }
    return KS_OK;
}

/* Documents are told apart only where they may share a bucket and the buckets alone do not exceed the limit:
 * beyond it no exact count is wanted. */
ks_status ks_gather_count(ks_gathering *g, ks_error *err) {
    uint64_t limit = g->pass->plan->count_limit, matches;
    ks_status status = KS_OK;
    if (!g->pass->counting) return KS_OK;
    matches = g->leaf->deleted ? 0 : count_buckets(g);
    if (g->leaf->deleted || (ks_gather_is_folded(g) && g->pass->counted + matches <= limit))
        status = count_documents(g, &matches, err);
    if (!status) ks_pass_count(g->pass, matches);
    return status;
}

ks_status ks_gather_read(ks_gathering *g, size_t lists, size_t postings, ks_error *err) {
    ks_status status = make_room(g, lists, postings, err);
    if (!status) status = read_lists(g, err);
    if (!status) make_parts(g);
    return status;
}
