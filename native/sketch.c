/* Sums of bounds in whole numbers, as many to a cache line as can be; see sketch.h. */
#include "native/sketch.h"

#include "native/sift_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of int16_t: what all lists give together, each rounded up. */
enum { MOST_SUM = 30000, FINE = 1024, CHUNK = 128 };

_Static_assert(KS_SKETCH_WINDOW % CHUNK == 0, "windows have whole chunks");

/* ---- Making ---- */

/* The bounds of a list by frequency, for the shortest documents, in units and rounded up. */
static void set_parts(const ks_sketch *sketch, const ks_sift *sift, const ks_list *list, int16_t *parts) {
    float k = (float)ks_norm_of(&sift->pass->factors->norm, 0), units = (float)KS_MARGIN / sketch->unit;
    float factor = (float)list->factor * units, most = (float)list->most * units;
    for (int tf = 0; tf < KS_SKETCH_PARTS; tf++) {
        float part = ks_sift_part(factor, (float)tf, k);
        parts[tf] = (int16_t)(1 + (int)(part < most ? part : most));
    }
    parts[KS_SKETCH_PARTS - 1] = (int16_t)(1 + (int)most);
}

ks_status ks_sketch_make(ks_sketch *out, ks_arena *arena, const ks_sift *sift, ks_list *lists, size_t count,
                         float threshold, ks_error *err) {
    double most = 0;
    out->lists = lists;
    out->parts = ks_arena_alloc(arena, count * sizeof *out->parts);
    out->runs = ks_arena_alloc(arena, count * sizeof *out->runs);
    if (!out->parts || !out->runs) return ks_error_nomem(err);
    for (size_t i = 0; i < count; i++) most += lists[i].most;
    out->unit = fmaxf(threshold / FINE, (float)(most / MOST_SUM));
    for (size_t i = 0; i < count; i++) set_parts(out, sift, &lists[i], out->parts[i]);
    memset(out->sums, 0, sizeof out->sums);
    out->low = out->high = 0;
    return KS_OK;
}

void ks_sketch_free(ks_sketch *sketch) {
    free(sketch->places);
    free(sketch->tfs);
}

/* ---- Adding ---- */

void ks_sketch_begin(ks_sketch *sketch, uint32_t low, uint32_t high) {
    memset(sketch->sums, 0, (sketch->high - sketch->low + 1) * sizeof *sketch->sums);
    sketch->low = low;
    sketch->high = high;
    sketch->added = sketch->run_count = 0;
}

/* Notes the postings of the block from where the cursor stands to the window's end: their number. */
static uint32_t note_block(ks_sketch *sketch, ks_list *list) {
    ks_cursor *cursor = list->cursor;
    uint32_t begin = cursor->in_block, count = ks_sift_block_end(cursor, sketch->high) - begin, kept = 0;
    uint16_t *places = sketch->places + sketch->added;
    uint32_t *tfs = sketch->tfs + sketch->added;
    ks_cursor_tf(cursor); /* unpacks them all */
    if (list->field == KS_FIELD_ANY) {
        for (uint32_t i = 0; i < count; i++) places[i] = (uint16_t)(cursor->docs[begin + i] - sketch->low);
        memcpy(tfs, cursor->tfs + begin, count * sizeof *tfs);
        return count;
    }
    for (uint32_t i = begin; i < begin + count; i++) {
        places[kept] = (uint16_t)(cursor->docs[i] - sketch->low);
        tfs[kept] = cursor->tfs[i];
        kept += (ks_cursor_mask_at(cursor, i) & 1u << list->field) != 0;
    }
    return kept;
}

static ks_status make_room(ks_sketch *sketch, ks_error *err) {
    size_t need = sketch->added + KS_BLOCK;
    ks_status status =
        ks_array_reserve(&sketch->places, &sketch->place_capacity, need, sizeof *sketch->places, err);
    return status ? status
                  : ks_array_reserve(&sketch->tfs, &sketch->tf_capacity, need, sizeof *sketch->tfs, err);
}

static ks_status add_block(ks_sketch *sketch, size_t list, ks_error *err) {
    const int16_t *parts = sketch->parts[list];
    const uint16_t *places;
    const uint32_t *tfs;
    uint32_t count;
    ks_status status = make_room(sketch, err);
    if (status) return status;
    count = note_block(sketch, &sketch->lists[list]);
    places = sketch->places + sketch->added;
    tfs = sketch->tfs + sketch->added;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t tf = tfs[i] < KS_SKETCH_PARTS ? tfs[i] : KS_SKETCH_PARTS - 1;
        sketch->sums[places[i]] = (int16_t)(sketch->sums[places[i]] + parts[tf]);
    }
    sketch->added += count;
    return KS_OK;
}

ks_status ks_sketch_add(ks_sketch *sketch, size_t list, ks_error *err) {
    uint32_t high = sketch->high;
    ks_cursor *cursor = sketch->lists[list].cursor;
    ks_status status = KS_OK;
    while (cursor->doc <= high && cursor->doc != KS_NO_DOC && !(status = add_block(sketch, list, err))) {
        uint32_t last = cursor->docs[cursor->block_size - 1];
        if (last >= high) break;
        ks_cursor_advance(cursor, last + 1);
    }
    sketch->runs[sketch->run_count++] = (ks_sketch_run){&sketch->lists[list], sketch->added};
    return status;
}

/* ---- Taking ---- */

/* Whether one of some sums reaches the least. In a form that compilers make vectors of. */
static bool reaches(const int16_t *sums, int16_t least) {
    int16_t most = 0;
    for (unsigned i = 0; i < CHUNK; i++) most = sums[i] > most ? sums[i] : most;
    return most >= least;
}

/* In place of a candidate's sum stands its number then: -1 for the first. Returns where there was no more
 * room, or the window's end. */
static uint32_t find_candidates(ks_sketch *sketch, ks_sift *sift, uint32_t from, int16_t least) {
    ks_candidates *c = &sift->candidates;
    for (uint32_t at = from - sketch->low; at <= sketch->high - sketch->low; at++) {
        uint32_t doc = sketch->low + at;
        if (at % CHUNK == 0 && !reaches(sketch->sums + at, least)) at += CHUNK - 1;
        if (sketch->sums[at] < least) continue;
        if (c->count == KS_CANDIDATES) return doc;
        ks_segment_expect_length(sift->leaf->segment, doc);
        c->docs[c->count] = doc;
        c->scores[c->count] = 0;
        sketch->sums[at] = (int16_t)(-1 - (int)c->count++);
    }
    return sketch->high + 1;
}

static void score_candidates(ks_sketch *sketch, ks_sift *sift) {
    ks_candidates *c = &sift->candidates;
    const ks_norm *norm = &sift->pass->factors->norm;
    size_t i = 0;
    for (uint32_t j = 0; j < c->count; j++)
        c->norms[j] = (float)ks_norm_of(norm, ks_segment_length(sift->leaf->segment, c->docs[j]));
    for (size_t run = 0; run < sketch->run_count; run++) {
        float factor = (float)sketch->runs[run].list->factor;
        for (; i < sketch->runs[run].end; i++) {
            int candidate = -1 - sketch->sums[sketch->places[i]];
            if (candidate < 0) continue;
            c->scores[candidate] += ks_sift_part(factor, (float)(int32_t)sketch->tfs[i], c->norms[candidate]);
        }
    }
    for (uint32_t j = 0; j < c->count; j++) sketch->sums[c->docs[j] - sketch->low] = 0;
}

uint32_t ks_sketch_take(ks_sketch *sketch, ks_sift *sift, uint32_t from, float least) {
    float sum = floorf(least / sketch->unit);
    sift->candidates.count = 0;
    from = find_candidates(sketch, sift, from, (int16_t)(sum < 1 ? 1 : sum > INT16_MAX ? INT16_MAX : sum));
    if (sift->candidates.count) score_candidates(sketch, sift);
    return from;
}
