/* Positions of a term in a document; the layout is in postings.h. May use base, engine and native's files. */
#include "native/postings.h"

static ks_status damaged(const ks_cursor *cursor, ks_error *err) {
    return ks_mapped_corrupt(cursor->segment->file, KS_SECTION_POSITIONS, cursor->positions,
                             "positions make no sense", err);
}

/* Where the skips say that a block's positions stand. */
static void find_skipped(const ks_cursor *cursor, uint32_t block, uint32_t *begin, uint32_t *end) {
    *begin = block ? ks_cursor_skip(cursor, block - 1, KS_SKIP_PLACES) : 0;
    *end = ks_cursor_skip(cursor, block, KS_SKIP_PLACES);
}

/* The bytes of the block's positions: its skip says where they end, and without skips there are at most as
 * many as the code can take. */
static ks_status find_bytes(const ks_cursor *cursor, uint64_t count, const uint8_t **at, const uint8_t **end,
                            ks_error *err) {
    ks_mapped *file = cursor->segment->file;
    uint64_t whole = ks_mapped_size(file, KS_SECTION_POSITIONS), begin = cursor->positions, bytes;
    ks_status status;
    if (cursor->skips) {
        uint32_t from, to;
        find_skipped(cursor, cursor->block, &from, &to);
        if (from > to || begin > whole) return damaged(cursor, err);
        begin += from;
        bytes = to - from;
    } else {
        if (begin > whole) return damaged(cursor, err);
        bytes = whole - begin;
        if (count < UINT32_MAX && ks_rice_limit(count) + 1 < bytes) bytes = ks_rice_limit(count) + 1;
    }
    if ((status = ks_mapped_span(file, KS_SECTION_POSITIONS, begin, bytes, at, err))) return status;
    *end = *at + bytes;
    return KS_OK;
}

void ks_cursor_prefetch_positions(const ks_cursor *cursor, uint32_t block) {
    enum { LINE = 64, MOST = 16 * LINE };
    ks_mapped *file = cursor->segment->file;
    uint64_t whole = ks_mapped_size(file, KS_SECTION_POSITIONS);
    const uint8_t *at;
    uint32_t begin, end;
    if (!cursor->skips) return;
    find_skipped(cursor, block, &begin, &end);
    if (begin > end || end > whole || cursor->positions > whole - end ||
        ks_mapped_span(file, KS_SECTION_POSITIONS, cursor->positions + begin, 0, &at, NULL))
        return;
    if (end - begin > MOST) end = begin + MOST;
    for (uint32_t i = 0; i < end - begin; i += LINE) __builtin_prefetch(at + i);
}

/* Where each document's positions begin among those of the block; false where they cannot be so many. */
static bool find_starts(ks_cursor *cursor) {
    uint64_t sum = 0;
    if (!cursor->has_slots) ks_cursor_load_slots(cursor);
    for (uint32_t i = 0; i < cursor->block_size; i++) {
        cursor->starts[i] = (uint32_t)sum;
        sum += cursor->shape_places[cursor->slots[i]];
    }
    cursor->starts[cursor->block_size] = (uint32_t)sum;
    return !cursor->damaged && sum <= UINT32_MAX;
}

/* Makes cursor->rice that of the present block. */
static ks_status enter_block(ks_cursor *cursor, ks_error *err) {
    const uint8_t *at = NULL, *end = NULL;
    ks_status status;
    uint32_t count;
    if (!find_starts(cursor)) return damaged(cursor, err);
    count = cursor->starts[cursor->block_size];
    if ((status = find_bytes(cursor, count, &at, &end, err))) return status;
    if (at == end || !ks_rice_start(&cursor->rice, at + 1, end, count, *at)) return damaged(cursor, err);
    cursor->placed = cursor->block;
    return KS_OK;
}

/* The gaps of those that stand in the dictionary, which has looked at them. */
static void read_held_gaps(const ks_cursor *cursor, uint32_t before, uint32_t count, uint32_t *out) {
    const uint8_t *at = cursor->places;
    uint64_t gap = 0;
    for (uint32_t i = 0; i < before + count; i++) {
        ks_varint_get(&at, at + KS_VARINT_LIMIT, &gap);
        if (i >= before) out[i - before] = (uint32_t)gap;
    }
}

static ks_status make_room(ks_places *out, uint32_t count, ks_error *err) {
    if (out->count + count <= out->capacity) return KS_OK;
    return ks_array_reserve(&out->items, &out->capacity, out->count + count, sizeof *out->items, err);
}

/* Of the only document. */
static ks_status read_held(const ks_cursor *cursor, uint32_t before, uint32_t count, ks_places *out,
                           ks_error *err) {
    uint32_t position = UINT32_MAX, *items; /* -1, so that the first gap counts from there */
    ks_status status = make_room(out, count, err);
    if (status) return status;
    items = out->items + out->count;
    read_held_gaps(cursor, before, count, items);
    for (uint32_t i = 0; i < count; i++) items[i] = position += items[i] + 1;
    out->count += count;
    return KS_OK;
}

/* No block is entered whose bytes cannot hold all its positions: there are as many as memory is asked for. */
ks_status ks_cursor_places(ks_cursor *cursor, uint32_t in_block, ks_field field, uint32_t last,
                           ks_places *out, ks_error *err) {
    const uint32_t *ends;
    uint32_t count;
    ks_status status;
    if (!cursor->has_slots) ks_cursor_load_slots(cursor);
    ends = cursor->shape_ends[cursor->slots[in_block]];
    if ((count = ends[field + 1] - ends[field]) == 0) return KS_OK;
    if (cursor->placed != cursor->block) {
        if (cursor->places) return read_held(cursor, ends[field], count, out, err);
        if ((status = enter_block(cursor, err))) return status;
    }
    if ((status = make_room(out, count, err))) return status;
    if (!cursor->unpacker->sums(&cursor->rice, cursor->starts[in_block] + ends[field], &count, last,
                                out->items + out->count))
        return damaged(cursor, err);
    out->count += count;
    return KS_OK;
}

ks_status ks_cursor_positions(ks_cursor *cursor, ks_field field, uint32_t **out, size_t *capacity,
                              size_t *count, ks_error *err) {
    ks_places places = {*out, *count, *capacity};
    ks_status status = ks_cursor_places(cursor, cursor->in_block, field, UINT32_MAX, &places, err);
    *out = places.items;
    *count = places.count;
    *capacity = places.capacity;
    return status;
}

ks_status ks_cursor_gaps(ks_cursor *cursor, uint32_t **gaps, size_t *capacity, ks_error *err) {
    uint32_t count;
    ks_status status;
    if (!find_starts(cursor)) return damaged(cursor, err);
    count = cursor->starts[cursor->block_size];
    cursor->placed = KS_NO_DOC; /* `starts` is of this block, `rice` may be of another */
    if (count == 0) return KS_OK;
    if (!cursor->places && (status = enter_block(cursor, err))) return status;
    if ((status = ks_array_reserve(gaps, capacity, count, sizeof **gaps, err))) return status;
    if (cursor->places)
        read_held_gaps(cursor, 0, count, *gaps);
    else if (!ks_rice_read(&cursor->rice, *gaps))
        return damaged(cursor, err);
    return KS_OK;
}
