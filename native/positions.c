/* Positions of a term in a document; the layout is in postings.h. May use base, engine and native's files. */
#include "native/postings.h"
#include "native/varint.h"

static unsigned fields_in(uint8_t mask) {
    unsigned count = 0;
    for (; mask; mask &= (uint8_t)(mask - 1)) count++;
    return count;
}

/* Where the positions of one field go. */
struct reading {
    ks_field field;
    uint32_t **items;
    size_t *capacity, *count;
};

static bool step_over(const uint8_t **at, const uint8_t *end, uint64_t count) {
    uint64_t gap;
    while (count-- > 0)
        if (!ks_varint_get(at, end, &gap)) return false;
    return true;
}

/* There is room for them. */
static bool read_field(const uint8_t **at, const uint8_t *end, uint64_t count,
                       const struct reading *reading) {
    uint64_t position = UINT64_MAX, gap; /* -1, so that the first gap counts from there */
    while (count-- > 0) {
        if (!ks_varint_get(at, end, &gap)) return false;
        position += gap + 1;
        (*reading->items)[(*reading->count)++] = (uint32_t)position;
    }
    return true;
}

/* Steps over all fields of one document, and reads the wanted one; `reading` may be NULL. */
static ks_status read_document(const uint8_t **at, const uint8_t *end, uint8_t mask, uint32_t tf,
                               const struct reading *reading, bool *good, ks_error *err) {
    bool single = fields_in(mask) == 1;
    for (ks_field field = 0; field < KS_FIELD_ANY; field++) {
        uint64_t here = tf / ks_field_weight(field);
        ks_status status;
        if (!(mask & 1u << field)) continue;
        *good = (single || ks_varint_get(at, end, &here)) && here <= (uint64_t)(end - *at);
        if (*good && reading && reading->field == field) {
            if ((status = ks_array_reserve(reading->items, reading->capacity, *reading->count + (size_t)here,
                                           sizeof **reading->items, err)))
                return status;
            *good = read_field(at, end, here, reading);
        } else if (*good) {
            *good = step_over(at, end, here);
        }
        if (!*good) return KS_OK;
    }
    return KS_OK;
}

ks_status ks_cursor_positions(ks_cursor *cursor, ks_field field, uint32_t **out, size_t *capacity,
                              size_t *count, ks_error *err) {
    const ks_segment *segment = cursor->segment;
    const uint8_t *skips = cursor->skips, *at, *end;
    uint32_t here = cursor->in_block;
    uint64_t size = ks_mapped_size(segment->file, KS_SECTION_POSTINGS), begin = 0, bytes;
    const struct reading reading = {field, out, capacity, count};
    bool good = true;
    ks_status status;
    if (!(ks_cursor_mask(cursor) & 1u << field)) return KS_OK;
    if (skips && cursor->block) begin = ks_get_u32(skips + (size_t)(cursor->block - 1) * 16 + 12);
    bytes = skips ? ks_get_u32(skips + (size_t)cursor->block * 16 + 12) - begin : cursor->positions_size;
    if (cursor->positions + begin > size) bytes = size; /* the span below then fails, and says where */
    if ((status =
             ks_mapped_span(segment->file, KS_SECTION_POSTINGS, cursor->positions + begin, bytes, &at, err)))
        return status;
    end = at + bytes;
    for (cursor->in_block = 0; cursor->in_block <= here && good && !status; cursor->in_block++) {
        bool last = cursor->in_block == here;
        status = read_document(&at, end, ks_cursor_mask(cursor), ks_cursor_tf(cursor), last ? &reading : NULL,
                               &good, err);
    }
    cursor->in_block = here;
    if (!status && !good)
        return ks_mapped_corrupt(segment->file, KS_SECTION_POSTINGS, cursor->positions + begin,
                                 "positions make no sense", err);
    return status;
}

ks_status ks_position_walk_start(ks_position_walk *walk, const ks_cursor *cursor, ks_error *err) {
    ks_status status = ks_mapped_span(cursor->segment->file, KS_SECTION_POSTINGS, cursor->positions,
                                      cursor->positions_size, &walk->at, err);
    if (!status) walk->end = walk->at + cursor->positions_size;
    return status;
}

ks_status ks_position_walk_next(ks_position_walk *walk, ks_cursor *cursor, const uint8_t **out,
                                uint32_t *size, ks_error *err) {
    const uint8_t *begin = walk->at;
    bool good = true;
    ks_status status =
        read_document(&walk->at, walk->end, ks_cursor_mask(cursor), ks_cursor_tf(cursor), NULL, &good, err);
    if (!status && !good)
        return ks_mapped_corrupt(cursor->segment->file, KS_SECTION_POSTINGS, cursor->positions,
                                 "positions make no sense", err);
    *out = begin;
    *size = (uint32_t)(walk->at - begin);
    return status;
}
