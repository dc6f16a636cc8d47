/* Reading the postings of a leaf, and adding up what they can score; see gather_read.h. */
#include "native/gather_read.h"

#include "native/gather.h"
#include "native/sketch.h"

#include <string.h>

enum { LEAST_BUCKETS = 1 << 12, MOST_BUCKETS = 1 << 16 };

/* ---- Which lists ---- */

bool ks_gather_is_long(const ks_gather_survey *survey, uint32_t documents, double factor) {
    enum { SHARE = 4 };
    return !survey->counting && survey->all > KS_GATHER_FEW && documents >= survey->all / SHARE &&
           factor <= survey->strongest / SHARE;
}

/* Adds up what two passes over the entries need: all lists first, then those that are not long. */
void ks_gather_look(ks_gather_survey *out, const ks_pass *pass, const ks_leaf *leaf) {
    const ks_factors *factors = pass->factors;
    const ks_dict_entry *entries = ks_factors_entries(factors, leaf);
    *out = (ks_gather_survey){.counting = pass->counting};
    for (size_t i = 0; i < factors->plan->score_count; i++) {
        if (!ks_factors_has_list(factors, entries, i)) continue;
        out->lists++;
        out->all += entries[i].documents;
        if (factors->values[i] > out->strongest) out->strongest = factors->values[i];
    }
    for (size_t i = 0; i < factors->plan->score_count; i++) {
        uint64_t documents = entries[i].documents;
        if (!ks_factors_has_list(factors, entries, i) ||
            ks_gather_is_long(out, entries[i].documents, factors->values[i]))
            continue;
        out->postings += documents;
        if (documents > out->longest) out->longest = documents;
    }
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
        if (g->cursor->doc != KS_NO_DOC) status = read_block(g, field, err);
    }
    return status ? status : ks_cursor_check(g->cursor, err);
}

/* The postings of a long list that there must be room for. */
static size_t long_room(const ks_gathering *g, const ks_dict_entry *entry) {
    return entry->documents < g->width ? entry->documents : g->width;
}

/* Reads the list of the run's score, or opens it if it is long. A list of one posting is held by the
 * dictionary entry itself. */
static ks_status read_run(ks_gathering *g, const ks_gather_survey *survey, ks_gather_run *run,
                          ks_error *err) {
    const ks_factors *factors = g->pass->factors;
    const ks_dict_entry *entry = &ks_factors_entries(factors, g->leaf)[run->score_index];
    ks_field field = factors->plan->scores[run->score_index].field;
    if (ks_gather_is_long(survey, entry->documents, ks_gather_factor(g, run)))
        return ks_gather_open_long(g, run, long_room(g, entry), err);
    if (entry->documents > 1 || entry->doc >= g->leaf->segment->documents)
        return read_blocks(g, entry, field, err);
    if (field != KS_FIELD_ANY && !(entry->shape.mask & 1u << field)) return KS_OK;
    return add_posting(g, entry->doc, entry->shape.tf, err);
}

static ks_status read_lists(ks_gathering *g, const ks_gather_survey *survey, ks_error *err) {
    const ks_factors *factors = g->pass->factors;
    const ks_dict_entry *entries = ks_factors_entries(factors, g->leaf);
    ks_status status = KS_OK;
    for (size_t i = 0; i < factors->plan->score_count && !status; i++) {
        ks_gather_run *run = &g->runs[g->run_count];
        if (!ks_factors_has_list(factors, entries, i)) continue;
        *run = (ks_gather_run){.begin = g->count, .to = g->count, .score_index = i};
        g->run_count++;
        status = read_run(g, survey, run, err);
        g->docs[g->count] = KS_NO_DOC;
        run->end = ++g->count;
    }
    return status;
}

/* ---- Room ---- */

/* Three times as many buckets as postings, or one for each document where that is fewer; within the
 * limits. */
static size_t buckets_for(size_t postings, size_t documents) {
    size_t many = postings < MOST_BUCKETS / 3 ? ks_gather_power(3 * postings) : MOST_BUCKETS;
    size_t all = documents < MOST_BUCKETS ? ks_gather_power(documents) : MOST_BUCKETS;
    size_t buckets = many < all ? many : all;
    return buckets < LEAST_BUCKETS ? LEAST_BUCKETS : buckets;
}

/* Sets the number of buckets and the documents of a window: as many as have a third as many postings as
 * there are buckets, and where there are many postings, as many as there are buckets. */
static void lay_out(ks_gathering *g, const ks_gather_survey *survey) {
    uint32_t documents = g->leaf->segment->documents;
    size_t postings = (size_t)survey->postings, windows = 3 * postings / MOST_BUCKETS + 1;
    size_t buckets = buckets_for(postings, documents);
    g->bucket_mask = (uint32_t)buckets - 1;
    g->groups = buckets / KS_GATHER_GROUP;
    if (documents <= MOST_BUCKETS)
        g->width = documents;
    else if (survey->all > KS_GATHER_FEW)
        g->width = MOST_BUCKETS;
    else
        g->width = (uint32_t)((documents + windows - 1) / windows);
}

/* Entries of `docs`: for all postings that will be there at once, and one more for each list. */
static size_t entries_for(const ks_gathering *g, const ks_gather_survey *survey) {
    const ks_factors *factors = g->pass->factors;
    const ks_dict_entry *entries = ks_factors_entries(factors, g->leaf);
    size_t count = (size_t)survey->postings + survey->lists;
    for (size_t i = 0; i < factors->plan->score_count; i++)
        if (ks_factors_has_list(factors, entries, i) &&
            ks_gather_is_long(survey, entries[i].documents, factors->values[i]))
            count += long_room(g, &entries[i]);
    return count;
}

static ks_status make_room(ks_gathering *g, const ks_gather_survey *survey, ks_error *err) {
    size_t buckets, entries;
    lay_out(g, survey);
    buckets = (size_t)g->bucket_mask + 1;
    entries = entries_for(g, survey);
    g->cursor = ks_arena_alloc(g->arena, sizeof *g->cursor);
    g->docs = ks_arena_alloc(g->arena, entries * sizeof *g->docs);
    g->tfs = ks_arena_alloc(g->arena, entries * sizeof *g->tfs);
    g->runs = ks_arena_alloc(g->arena, survey->lists * sizeof *g->runs);
    g->sums = ks_arena_alloc(g->arena, buckets * sizeof *g->sums);
    g->tops = ks_arena_alloc(g->arena, g->groups * sizeof *g->tops);
    if (!g->cursor || !g->docs || !g->tfs || !g->runs || !g->sums || !g->tops) return ks_error_nomem(err);
    return KS_OK;
}

uint32_t ks_gather_tf(const ks_gathering *g, const ks_gather_run *run, size_t posting) {
    size_t low = 0, high = g->large_count;
    if (g->tfs[posting] < KS_GATHER_TF) return g->tfs[posting];
    if (run->cursor) return run->long_tfs[posting - run->begin];
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
    for (ks_gather_run *run = g->runs; run < g->runs + g->run_count; run++) {
        float factor = (float)ks_gather_factor(g, run);
        ks_sketch_parts(run->parts, factor, factor, k, g->unit);
        for (size_t tf = KS_SKETCH_PARTS; tf <= KS_GATHER_TF; tf++)
            run->parts[tf] = run->parts[KS_SKETCH_PARTS - 1];
    }
}

/* Moves a list to the window and adds up its postings. */
static ks_status add_window(ks_gathering *g, ks_gather_run *run, bool folded, ks_error *err) {
    ks_status status = run->cursor ? ks_gather_read_long(g, run, err) : KS_OK;
    run->from = run->cursor ? run->begin : run->to;
    run->to = folded ? add_run(g, run->parts, run->from, true) : add_run(g, run->parts, run->from, false);
    g->here += run->to - run->from;
    return status;
}

/* Long lists are left out once they can add no more than a fourth of the threshold, which never sinks: then
 * few documents come near enough to need them, and a document that only they hold cannot enter the page. */
ks_status ks_gather_next(ks_gathering *g, bool *more, ks_error *err) {
    uint32_t left = g->leaf->segment->documents - g->high;
    bool folded = ks_gather_is_folded(g);
    ks_status status = KS_OK;
    *more = left > 0;
    if (!*more) return KS_OK;
    g->low = g->high;
    g->high += left < g->width ? left : g->width;
    g->here = 0;
    g->left_out = g->long_most > 0 && ks_ranking_threshold(&g->pass->ranking) >= 4 * g->long_most;
    memset(g->sums, 0, ((size_t)g->bucket_mask + 1) * sizeof *g->sums);
    for (size_t i = 0; i < g->run_count && !status; i++) status = add_window(g, &g->runs[i], folded, err);
    find_tops(g);
    return status;
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

ks_status ks_gather_read(ks_gathering *g, const ks_gather_survey *survey, ks_error *err) {
    ks_status status = make_room(g, survey, err);
    if (!status) status = read_lists(g, survey, err);
    if (!status) make_parts(g);
    return status;
}
