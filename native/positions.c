/* Positions of a term in a document; the layout is in postings.h. May use base, engine and native's files. */
#include "native/postings.h"

static ks_status damaged(const ks_cursor *cursor, ks_error *err) {
    return ks_mapped_corrupt(cursor->segment->file, KS_SECTION_POSITIONS, cursor->positions,
                             "positions make no sense", err);
}

/* The bytes of the block's positions: its skip says where they end, and without skips there are at most as
 * many as the code can take. */
static ks_status find_bytes(const ks_cursor *cursor, uint64_t count, const uint8_t **at, const uint8_t **end,
                            ks_error *err) {
    ks_mapped *file = cursor->segment->file;
    uint64_t whole = ks_mapped_size(file, KS_SECTION_POSITIONS), begin = cursor->positions, bytes;
    const uint8_t *skip = cursor->skips ? cursor->skips + (size_t)cursor->block * 16 + 12 : NULL;
    ks_status status;
    if (skip) {
        uint32_t before = cursor->block ? ks_get_u32(skip - 16) : 0;
        if (before > ks_get_u32(skip) || begin > whole) return damaged(cursor, err);
        begin += before;
        bytes = ks_get_u32(skip) - before;
    } else {
        if (begin > whole) return damaged(cursor, err);
        bytes = whole - begin;
        if (count < UINT32_MAX && ks_rice_limit(count) + 1 < bytes) bytes = ks_rice_limit(count) + 1;
    }
    if ((status = ks_mapped_span(file, KS_SECTION_POSITIONS, begin, bytes, at, err))) return status;
    *end = *at + bytes;
    return KS_OK;
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

/* Makes cursor->rice stand among the present block's positions, at or before number `index`. */
static ks_status enter_block(ks_cursor *cursor, uint32_t index, ks_error *err) {
    const uint8_t *at = NULL, *end = NULL;
    ks_status status;
    uint32_t count;
    if (cursor->placed == cursor->block && cursor->rice.index <= index) return KS_OK;
    if (cursor->placed == cursor->block) {
        ks_rice_rewind(&cursor->rice);
        return KS_OK;
    }
    count = cursor->starts[cursor->block_size];
    if ((status = find_bytes(cursor, count, &at, &end, err))) return status;
    if (at == end || !ks_rice_start(&cursor->rice, at + 1, end, count, *at)) return damaged(cursor, err);
    cursor->placed = cursor->block;
    return KS_OK;
}

/* Of the present document: those of one field, `before` of it standing before them. There is room. */
static ks_status read_stored(ks_cursor *cursor, uint32_t before, uint32_t count, uint32_t *out,
                             ks_error *err) {
    uint32_t index;
    ks_status status;
    if (cursor->placed != cursor->block && !find_starts(cursor)) return damaged(cursor, err);
    index = cursor->starts[cursor->in_block] + before;
    if ((status = enter_block(cursor, index, err))) return status;
    if (!ks_rice_seek(&cursor->rice, index)) return damaged(cursor, err);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t gap;
        if (!ks_rice_next(&cursor->rice, &gap)) return damaged(cursor, err);
        out[i] = (uint32_t)gap;
    }
    return KS_OK;
}

/* The same for those that stand in the dictionary, which has looked at them. */
static void read_held(const ks_cursor *cursor, uint32_t before, uint32_t count, uint32_t *out) {
    const uint8_t *at = cursor->places;
    uint64_t gap = 0;
    for (uint32_t i = 0; i < before + count; i++) {
        ks_varint_get(&at, at + KS_VARINT_LIMIT, &gap);
        if (i >= before) out[i - before] = (uint32_t)gap;
    }
}

/* The gaps between the positions of one field, of which there are `count`. */
static ks_status read_gaps(ks_cursor *cursor, const uint32_t counts[KS_TEXT_FIELDS], unsigned field,
                           uint32_t *out, ks_error *err) {
    uint32_t before = 0;
    for (unsigned i = 0; i < field; i++) before += counts[i];
    if (!cursor->places) return read_stored(cursor, before, counts[field], out, err);
    read_held(cursor, before, counts[field], out);
    return KS_OK;
}

/* A count that the positions' bytes cannot hold must not lead to memory being asked for. */
static bool is_possible(const ks_cursor *cursor, uint32_t count) {
    return cursor->places || count / 8 <= ks_mapped_size(cursor->segment->file, KS_SECTION_POSITIONS);
}

ks_status ks_cursor_positions(ks_cursor *cursor, ks_field field, uint32_t **out, size_t *capacity,
                              size_t *count, ks_error *err) {
    const uint32_t *counts;
    uint32_t position = UINT32_MAX, *items; /* -1, so that the first gap counts from there */
    ks_status status;
    if (!(ks_cursor_mask(cursor) & 1u << field)) return KS_OK;
    counts = cursor->shape_counts[cursor->slots[cursor->in_block]];
    if (!is_possible(cursor, counts[field])) return damaged(cursor, err);
    if ((status = ks_array_reserve(out, capacity, *count + counts[field], sizeof **out, err))) return status;
    items = *out + *count;
    if ((status = read_gaps(cursor, counts, field, items, err))) return status;
    for (uint32_t i = 0; i < counts[field]; i++) items[i] = position += items[i] + 1;
    *count += counts[field];
    return KS_OK;
}

/* Those that stand in the dictionary, or in the file. There is room for all that there can be. */
static ks_status read_block(ks_cursor *cursor, uint32_t **gaps, size_t *capacity, ks_error *err) {
    const uint8_t *at = NULL, *end = NULL;
    uint32_t count = cursor->starts[cursor->block_size];
    ks_rice rice;
    ks_status status = cursor->places ? KS_OK : find_bytes(cursor, count, &at, &end, err);
    if (status) return status;
    if (!cursor->places && (at == end || !ks_rice_start(&rice, at + 1, end, count, *at)))
        return damaged(cursor, err);
    if ((status = ks_array_reserve(gaps, capacity, count, sizeof **gaps, err))) return status;
    if (cursor->places)
        read_held(cursor, 0, count, *gaps);
    else if (!ks_rice_read(&rice, *gaps))
        return damaged(cursor, err);
    return KS_OK;
}

ks_status ks_cursor_gaps(ks_cursor *cursor, uint32_t **gaps, size_t *capacity, ks_error *err) {
    if (!find_starts(cursor)) return damaged(cursor, err);
    cursor->placed = KS_NO_DOC; /* `starts` is of this block, `rice` may be of another */
    if (cursor->starts[cursor->block_size] == 0) return KS_OK;
    return read_block(cursor, gaps, capacity, err);
}
