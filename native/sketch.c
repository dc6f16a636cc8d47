/* Sums of upper bounds in small whole numbers, so that many fit into a cache line; see sketch.h. */
#include "native/sketch.h"

#include "native/sift_read.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Where fewer postings than one for every SPARSE documents were added, the sums are cleared one by one. */
enum { SPARSE = 32 };

/* Bits in a word of marks; the index of a word where there is none. */
enum { WORD = 64, NO_WORD = KS_SKETCH_WINDOW / WORD };

/* Postings that there is room for at first: more than most windows have. */
enum { ROOM = 1 << 16 };

/* ---- Making ---- */

void ks_sketch_parts(int16_t parts[KS_SKETCH_PARTS], float factor, float most, float k, float unit) {
    float units = (float)KS_MARGIN / unit;
    factor *= units;
    most *= units;
    for (int tf = 0; tf < KS_SKETCH_PARTS; tf++) {
        float part = ks_sift_part(factor, (float)tf, k);
        parts[tf] = (int16_t)(1 + (int)(part < most ? part : most));
    }
    parts[KS_SKETCH_PARTS - 1] = (int16_t)(1 + (int)most);
}

int16_t ks_sketch_units(float score, float unit) {
    float sum = floorf(score / unit);
    return (int16_t)(sum < 1 ? 1 : sum > INT16_MAX ? INT16_MAX : sum);
}

/* Each list's part is rounded up, by less than 1. */
float ks_sketch_unit(double most, size_t lists) {
    double units = (INT16_MAX - (double)lists) / KS_MARGIN - 1;
    return fmaxf((float)(most / fmax(units, 1)), FLT_MIN);
}

ks_status ks_sketch_make(ks_sketch *out, ks_arena *arena, const ks_sift *sift, ks_list *lists, size_t count,
                         ks_error *err) {
    size_t documents = sift->leaf->segment->documents;
    size_t room = documents < KS_SKETCH_WINDOW ? documents : KS_SKETCH_WINDOW;
    size_t marks = (room / WORD + 1) * sizeof *out->marks;
    float k = (float)ks_norm_of(&sift->pass->factors->norm, 0);
    double most = 0;
    out->arena = arena;
    out->lists = lists;
    out->count = count;
    out->offsets = out->tfs = NULL;
    out->capacity = 0;
    out->parts = ks_arena_alloc(arena, count * sizeof *out->parts);
    out->reach = ks_arena_alloc(arena, count * sizeof *out->reach);
    out->runs = ks_arena_alloc(arena, count * sizeof *out->runs);
    out->sums = ks_arena_alloc(arena, room * sizeof *out->sums);
    out->marks = ks_arena_alloc(arena, marks);
    if (!out->parts || !out->reach || !out->runs || !out->sums || !out->marks) return ks_error_nomem(err);
    for (size_t i = 0; i < count; i++) out->reach[i] = most += lists[i].most;
    out->unit = ks_sketch_unit(most, count);
    for (size_t i = 0; i < count; i++)
        ks_sketch_parts(out->parts[i], (float)lists[i].factor, (float)lists[i].most, k, out->unit);
    memset(out->marks, 0, marks);
    memset(out->marked, 0, sizeof out->marked);
    out->low = out->high = out->initialised = 0;
    out->added = out->run_count = 0;
    return KS_OK;
}

/* ---- Adding ---- */

/* The first word of marks from `word` on that is not 0; NO_WORD if there is none. */
static uint32_t next_marked(const ks_sketch *sketch, uint32_t word) {
    for (; word < NO_WORD; word = (word / WORD + 1) * WORD) {
        uint64_t rest = sketch->marked[word / WORD] >> word % WORD;
        if (rest) return word + (uint32_t)__builtin_ctzll(rest);
    }
    return NO_WORD;
}

/* Clears the marks and sums of the window. */
static void forget(ks_sketch *sketch) {
    size_t width = sketch->high - sketch->low + 1;
    for (uint32_t word = next_marked(sketch, 0); word < NO_WORD; word = next_marked(sketch, word + 1))
        sketch->marks[word] = 0;
    memset(sketch->marked, 0, sizeof sketch->marked);
    if (sketch->added > width / SPARSE)
        memset(sketch->sums, 0, width * sizeof *sketch->sums);
    else
        for (size_t i = 0; i < sketch->added; i++) sketch->sums[sketch->offsets[i]] = 0;
    sketch->added = sketch->run_count = 0;
}

void ks_sketch_begin(ks_sketch *sketch, uint32_t low, uint32_t high, float least) {
    uint32_t width = high - low + 1;
    if (sketch->initialised > 0) forget(sketch);
    if (sketch->initialised < width) {
        memset(sketch->sums + sketch->initialised, 0, (width - sketch->initialised) * sizeof *sketch->sums);
        sketch->initialised = width;
    }
    sketch->low = low;
    sketch->high = high;
    sketch->least = ks_sketch_units(least, sketch->unit);
}

/* A block's postings are first noted, behind those already added; add_noted then adds them up and counts them
 * in sketch->added. */

/* Notes the postings [first, end) of the block whose documents' sums reach `least`: their offsets, and for
 * now their indexes in the block where their frequencies will be. Returns how many they are. */
static uint32_t note_docs(ks_sketch *sketch, const ks_cursor *cursor, uint32_t first, uint32_t end,
                          int16_t least) {
    uint32_t *offsets = sketch->offsets + sketch->added, *indexes = sketch->tfs + sketch->added, kept = 0;
    for (uint32_t i = first; i < end; i++) {
        uint32_t offset = cursor->docs[i] - sketch->low;
        offsets[kept] = offset;
        indexes[kept] = i;
        kept += sketch->sums[offset] >= least;
    }
    return kept;
}

/* Keeps the noted postings that are in the list's field. Returns how many they are. */
static uint32_t keep_field(ks_sketch *sketch, ks_list *list, uint32_t count) {
    uint32_t *offsets = sketch->offsets + sketch->added, *indexes = sketch->tfs + sketch->added, kept = 0;
    if (list->field == KS_FIELD_ANY) return count;
    for (uint32_t i = 0; i < count; i++) {
        bool good = ks_cursor_mask_at(list->cursor, indexes[i]) & 1u << list->field;
        offsets[kept] = offsets[i];
        indexes[kept] = indexes[i];
        kept += good;
    }
    return kept;
}

/* Notes the postings [first, end) of the block that count, with their frequencies. Frequencies are unpacked
 * only if some posting needs them. Returns how many postings there are. */
static uint32_t note_block(ks_sketch *sketch, ks_list *list, uint32_t first, uint32_t end, int16_t least) {
    ks_cursor *cursor = list->cursor;
    uint32_t *offsets = sketch->offsets + sketch->added, *tfs = sketch->tfs + sketch->added, count;
    if (list->field == KS_FIELD_ANY && least <= 0) {
        ks_cursor_tf(cursor); /* unpacks them all */
        for (uint32_t i = first; i < end; i++) offsets[i - first] = cursor->docs[i] - sketch->low;
        memcpy(tfs, cursor->tfs + first, (end - first) * sizeof *tfs);
        return end - first;
    }
    count = keep_field(sketch, list, note_docs(sketch, cursor, first, end, least));
    if (count) ks_cursor_tf(cursor);
    for (uint32_t i = 0; i < count; i++) tfs[i] = cursor->tfs[tfs[i]];
    return count;
}

static inline void mark(uint64_t *marks, uint64_t *marked, uint32_t offset) {
    uint32_t word = offset / WORD;
    marks[word] |= UINT64_C(1) << offset % WORD;
    marked[word / WORD] |= UINT64_C(1) << word % WORD;
}

/* Adds the noted postings to their documents' sums, and marks those that reach the least. */
static void add_noted(ks_sketch *sketch, const int16_t *parts, uint32_t count) {
    const uint32_t *offsets = sketch->offsets + sketch->added, *tfs = sketch->tfs + sketch->added;
    uint64_t *marks = sketch->marks, *marked = sketch->marked;
    int16_t *sums = sketch->sums;
    int least = sketch->least;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t tf = tfs[i] < KS_SKETCH_PARTS ? tfs[i] : KS_SKETCH_PARTS - 1, offset = offsets[i];
        int sum = sums[offset] + parts[tf];
        sums[offset] = (int16_t)sum;
        if (__builtin_expect(sum >= least, 0)) mark(marks, marked, offset);
    }
    sketch->added += count;
}

/* Makes room for one more block of postings. Arrays that became too small stay in the arena until the search
 * ends. */
static ks_status make_room(ks_sketch *sketch, ks_error *err) {
    size_t capacity = 2 * sketch->capacity + ROOM;
    uint32_t *offsets, *tfs;
    if (sketch->capacity - sketch->added >= KS_BLOCK) return KS_OK;
    offsets = ks_arena_alloc(sketch->arena, capacity * sizeof *offsets);
    tfs = ks_arena_alloc(sketch->arena, capacity * sizeof *tfs);
    if (!offsets || !tfs) return ks_error_nomem(err);
    if (sketch->added) {
        memcpy(offsets, sketch->offsets, sketch->added * sizeof *offsets);
        memcpy(tfs, sketch->tfs, sketch->added * sizeof *tfs);
    }
    sketch->offsets = offsets;
    sketch->tfs = tfs;
    sketch->capacity = capacity;
    return KS_OK;
}

/* Moves the cursor to index `end` of its block. At the end of the list the last block stays decoded: exact
 * scores may need it once more. */
static void leave(ks_cursor *cursor, uint32_t end) {
    if (end == cursor->block_size && cursor->block + 1 == cursor->blocks) {
        cursor->doc = KS_NO_DOC;
        cursor->in_block = end;
        return;
    }
    cursor->in_block = end - 1;
    ks_cursor_next(cursor);
}

/* Adds the postings that the cursor's block has in the window, and moves past them. */
static ks_status add_block(ks_sketch *sketch, size_t number, int16_t least, ks_error *err) {
    ks_list *list = &sketch->lists[number];
    ks_cursor *cursor = list->cursor;
    uint32_t end = ks_sift_block_end(cursor, sketch->high);
    ks_status status = make_room(sketch, err);
    if (status) return status;
    add_noted(sketch, sketch->parts[number], note_block(sketch, list, cursor->in_block, end, least));
    leave(cursor, end);
    return KS_OK;
}

ks_status ks_sketch_add(ks_sketch *sketch, size_t list, float least, ks_error *err) {
    ks_cursor *cursor = sketch->lists[list].cursor;
    int16_t units = least > 0 ? ks_sketch_units(least, sketch->unit) : 0;
    size_t before = sketch->added;
    ks_status status = KS_OK;
    ks_cursor_advance(cursor, sketch->low);
    while (cursor->doc <= sketch->high && cursor->doc != KS_NO_DOC && !status)
        status = add_block(sketch, list, units, err);
    if (sketch->added > before)
        sketch->runs[sketch->run_count++] = (ks_sketch_run){&sketch->lists[list], sketch->added};
    return status;
}

ks_status ks_sketch_add_from(ks_sketch *sketch, size_t first, double least, ks_error *err) {
    ks_status status = KS_OK;
    for (size_t i = sketch->count; i > first && !status; i--)
        status = ks_sketch_add(sketch, i - 1, (float)(least - sketch->reach[i - 1]), err);
    return status;
}

uint32_t ks_sketch_documents(const ks_sketch *sketch) {
    uint32_t width = sketch->high - sketch->low + 1, documents = 0;
    for (uint32_t offset = 0; offset < width; offset++) documents += sketch->sums[offset] > 0;
    return documents;
}

void ks_sketch_lower(ks_sketch *sketch, float least) {
    int units = sketch->least = ks_sketch_units(least, sketch->unit);
    for (size_t i = 0; i < sketch->added; i++)
        if (sketch->sums[sketch->offsets[i]] >= units)
            mark(sketch->marks, sketch->marked, sketch->offsets[i]);
}

/* ---- Taking ---- */

/* Makes candidates of the marked documents whose sums reach `least`, without scores. Each one's sum is
 * replaced by -1 - its index among the candidates, so that its postings find it. Returns the first document
 * that there was no more room for, or high + 1. */
static uint32_t find_candidates(ks_sketch *sketch, ks_sift *sift, uint32_t from, int16_t least) {
    ks_candidates *c = &sift->candidates;
    uint32_t first = from - sketch->low, word = next_marked(sketch, first / WORD);
    for (; word < NO_WORD; word = next_marked(sketch, word + 1)) {
        uint64_t bits = sketch->marks[word];
        if (word == first / WORD) bits &= UINT64_MAX << first % WORD;
        for (; bits; bits &= bits - 1) {
            uint32_t offset = word * WORD + (uint32_t)__builtin_ctzll(bits), doc = sketch->low + offset;
            if (sketch->sums[offset] < least) continue;
            if (c->count == KS_CANDIDATES) return doc;
            ks_segment_prefetch_length(sift->leaf->segment, doc);
            c->docs[c->count] = doc;
            c->scores[c->count] = 0;
            c->held[c->count] = 0;
            sketch->sums[offset] = (int16_t)(-1 - (int)c->count++);
        }
    }
    return sketch->high + 1;
}

/* Adds the postings of each candidate to its score. The sums become 0, so that none is taken again. */
static void score_candidates(ks_sketch *sketch, ks_sift *sift) {
    ks_candidates *c = &sift->candidates;
    const ks_norm *norm = &sift->pass->factors->norm;
    size_t i = 0;
    for (uint32_t j = 0; j < c->count; j++)
        c->norms[j] = (float)ks_norm_of(norm, ks_segment_length(sift->leaf->segment, c->docs[j]));
    for (size_t run = 0; run < sketch->run_count; run++) {
        float factor = (float)sketch->runs[run].list->factor;
        uint64_t held = UINT64_C(1) << sketch->runs[run].list->score_index % KS_HELD_SCORES;
        for (; i < sketch->runs[run].end; i++) {
            uint32_t offset = sketch->offsets[i];
            int candidate;
            /* Few are marked, and the marks are more likely to be cached than the sums. */
            if (!(sketch->marks[offset / WORD] >> offset % WORD & 1)) continue;
            candidate = -1 - sketch->sums[offset];
            if (candidate < 0) continue;
            c->scores[candidate] += ks_sift_part(factor, (float)(int32_t)sketch->tfs[i], c->norms[candidate]);
            c->held[candidate] |= held;
        }
    }
    for (uint32_t j = 0; j < c->count; j++) sketch->sums[c->docs[j] - sketch->low] = 0;
}

uint32_t ks_sketch_take(ks_sketch *sketch, ks_sift *sift, uint32_t from, float least) {
    sift->candidates.count = 0;
    sift->candidates.held = sketch->held;
    from = find_candidates(sketch, sift, from, ks_sketch_units(least, sketch->unit));
    if (sift->candidates.count) score_candidates(sketch, sift);
    return from;
}
