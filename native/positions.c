/* Positions of a term in a document; the layout is in postings.h. May use base, engine and native's files. */
#include "native/postings.h"
#include "native/varint.h"

static unsigned fields_in(uint8_t mask) {
    unsigned count = 0;
    for (; mask; mask &= (uint8_t)(mask - 1)) count++;
    return count;
}

/* Reads one field's positions, or steps over them where out is NULL. */
static bool read_field(const uint8_t **at, const uint8_t *end, uint64_t count, uint32_t **out, size_t *n) {
    uint64_t position = UINT64_MAX, gap; /* -1, so that the first gap counts from there */
    for (uint64_t i = 0; i < count; i++) {
        if (!ks_varint_get(at, end, &gap)) return false;
        position += gap + 1;
        if (out) (*out)[(*n)++] = (uint32_t)position;
    }
    return true;
}

/* Reads or steps over all fields of one document. */
static ks_status read_document(const uint8_t **at, const uint8_t *end, uint8_t mask, uint32_t tf,
                               ks_field wanted, uint32_t **out, size_t *capacity, size_t *count, bool *good,
                               ks_error *err) {
    bool single = fields_in(mask) == 1;
    for (ks_field field = 0; field < KS_FIELD_ANY; field++) {
        bool keep = field == wanted && out;
        uint64_t here = tf / ks_field_weight(field);
        ks_status status;
        if (!(mask & 1u << field)) continue;
        *good = (single || ks_varint_get(at, end, &here)) && here <= (uint64_t)(end - *at);
        if (!*good) return KS_OK;
        if (keep && (status = ks_array_reserve(out, capacity, *count + (size_t)here, sizeof **out, err)))
            return status;
        *good = read_field(at, end, here, keep ? out : NULL, count);
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
        status = read_document(&at, end, ks_cursor_mask(cursor), ks_cursor_tf(cursor), field,
                               last ? out : NULL, capacity, count, &good, err);
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
    ks_status status = read_document(&walk->at, walk->end, ks_cursor_mask(cursor), ks_cursor_tf(cursor),
                                     KS_FIELD_ANY, NULL, NULL, NULL, &good, err);
    if (!status && !good)
        return ks_mapped_corrupt(cursor->segment->file, KS_SECTION_POSTINGS, cursor->positions,
                                 "positions make no sense", err);
    *out = begin;
    *size = (uint32_t)(walk->at - begin);
    return status;
}
