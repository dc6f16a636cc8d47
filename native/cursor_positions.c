/* The positions of a term in its documents; the layout is in postings.h. May use base, engine and native's
 * files. */
#include "native/postings.h"

static ks_status damaged(const ks_cursor *cursor, ks_error *err) {
    return ks_mapped_corrupt(cursor->segment->file, KS_SECTION_POSITIONS, cursor->positions,
                             "positions make no sense", err);
}

/* Where the positions of a block begin and end, by the skips. */
static void find_by_skips(const ks_cursor *cursor, uint32_t block, uint32_t *begin, uint32_t *end) {
    *begin = block ? ks_cursor_skip(cursor, block - 1, KS_SKIP_POSITIONS) : 0;
    *end = ks_cursor_skip(cursor, block, KS_SKIP_POSITIONS);
}

/* Finds the bytes of the block's `count` positions. Its skip says where they end; without skips the greatest
 * size that the code can take will do. */
static ks_status find_bytes(const ks_cursor *cursor, uint64_t count, const uint8_t **at, const uint8_t **end,
                            ks_error *err) {
    ks_mapped *file = cursor->segment->file;
    uint64_t whole = ks_mapped_size(file, KS_SECTION_POSITIONS), begin = cursor->positions, bytes;
    ks_status status;
    if (cursor->skips) {
        uint32_t from, to;
        find_by_skips(cursor, cursor->block, &from, &to);
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
    find_by_skips(cursor, block, &begin, &end);
    if (begin > end || end > whole || cursor->positions > whole - end ||
        ks_mapped_span(file, KS_SECTION_POSITIONS, cursor->positions + begin, 0, &at, NULL))
        return;
    if (end - begin > MOST) end = begin + MOST;
    for (uint32_t i = 0; i < end - begin; i += LINE) __builtin_prefetch(at + i);
}

/* Sets `starts` by the shapes of the block's postings. False where the block is damaged. */
static bool find_starts(ks_cursor *cursor) {
    uint64_t sum = 0;
    if (!cursor->has_slots) ks_cursor_load_slots(cursor);
    for (uint32_t i = 0; i < cursor->block_size; i++) {
        cursor->starts[i] = (uint32_t)sum;
        sum += cursor->shape_positions[cursor->slots[i]];
    }
    cursor->starts[cursor->block_size] = (uint32_t)sum;
    return !cursor->damaged && sum <= UINT32_MAX;
}

/* Sets `starts` and `rice` for the current block. */
static ks_status enter_block(ks_cursor *cursor, ks_error *err) {
    const uint8_t *at = NULL, *end = NULL;
    ks_status status;
    uint32_t count;
    if (!find_starts(cursor)) return damaged(cursor, err);
    count = cursor->starts[cursor->block_size];
    if ((status = find_bytes(cursor, count, &at, &end, err))) return status;
    if (at == end || !ks_rice_start(&cursor->rice, at + 1, end, count, *at)) return damaged(cursor, err);
    cursor->positions_block = cursor->block;
    return KS_OK;
}

/* Reads `count` of the gaps that the dictionary holds, after `before` others. The dictionary's reader has
 * checked them. */
static void read_single_gaps(const ks_cursor *cursor, uint32_t before, uint32_t count, uint32_t *out) {
    const uint8_t *at = cursor->single_gaps;
    uint64_t gap = 0;
    for (uint32_t i = 0; i < before + count; i++) {
        ks_varint_get(&at, at + KS_VARINT_LIMIT, &gap);
        if (i >= before) out[i - before] = (uint32_t)gap;
    }
}

static ks_status make_room(ks_positions *out, uint32_t count, ks_error *err) {
    if (out->count + count <= out->capacity) return KS_OK;
    return ks_array_reserve(&out->items, &out->capacity, out->count + count, sizeof *out->items, err);
}

/* Appends positions that the dictionary holds. */
static ks_status read_single(const ks_cursor *cursor, uint32_t before, uint32_t count, ks_positions *out,
                             ks_error *err) {
    uint32_t position = UINT32_MAX, *items; /* -1: the first gap counts from there */
    ks_status status = make_room(out, count, err);
    if (status) return status;
    items = out->items + out->count;
    read_single_gaps(cursor, before, count, items);
    for (uint32_t i = 0; i < count; i++) items[i] = position += items[i] + 1;
    out->count += count;
    return KS_OK;
}

/* A block is entered only if its bytes can hold all its positions, so a damaged count cannot ask for more
 * memory than the file has bits. */
ks_status ks_cursor_positions_at(ks_cursor *cursor, uint32_t in_block, ks_field field, uint32_t last,
                                 ks_positions *out, ks_error *err) {
    const uint32_t *ends;
    uint32_t count;
    ks_status status;
    if (!cursor->has_slots) ks_cursor_load_slots(cursor);
    ends = cursor->shape_ends[cursor->slots[in_block]];
    if ((count = ends[field + 1] - ends[field]) == 0) return KS_OK;
    if (cursor->positions_block != cursor->block) {
        if (cursor->single_gaps) return read_single(cursor, ends[field], count, out, err);
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
    ks_positions positions = {*out, *count, *capacity};
    ks_status status = ks_cursor_positions_at(cursor, cursor->in_block, field, UINT32_MAX, &positions, err);
    *out = positions.items;
    *count = positions.count;
    *capacity = positions.capacity;
    return status;
}

ks_status ks_cursor_gaps(ks_cursor *cursor, uint32_t **gaps, size_t *capacity, ks_error *err) {
    uint32_t count;
    ks_status status;
    if (!find_starts(cursor)) return damaged(cursor, err);
    count = cursor->starts[cursor->block_size];
    cursor->positions_block = KS_NO_DOC; /* `starts` is of this block, `rice` may be of another */
    if (count == 0) return KS_OK;
    if (!cursor->single_gaps && (status = enter_block(cursor, err))) return status;
    if ((status = ks_array_reserve(gaps, capacity, count, sizeof **gaps, err))) return status;
    if (cursor->single_gaps)
        read_single_gaps(cursor, 0, count, *gaps);
    else if (!ks_rice_read(&cursor->rice, *gaps))
        return damaged(cursor, err);
    return KS_OK;
}
