/* Reading and writing columns; see column.h. */
#include "native/column.h"

ks_status ks_column_open(ks_column *out, ks_mapped *file, unsigned section, uint64_t *offset, uint64_t count,
                         ks_error *err) {
    const uint8_t *head, *values;
    uint64_t bytes;
    ks_status status = ks_mapped_span(file, section, *offset, KS_COLUMN_HEAD, &head, err);
    if (status) return status;
    if (head[4] > 4 || head[5] > 31 || head[6] != 0 || head[7] != 0)
        return ks_mapped_corrupt(file, section, *offset, "an impossible column", err);
    bytes = count * head[4] + KS_COLUMN_PAD;
    if ((status = ks_mapped_span_unverified(file, section, *offset + KS_COLUMN_HEAD, bytes, &values, err)))
        return status;
    *out = (ks_column){.values = values,
                       .verified = ks_mapped_all_verified(file, section),
                       .base = ks_get_u32(head),
                       .mask = (uint32_t)((UINT64_C(1) << head[4] * 8) - 1),
                       .width = head[4],
                       .shift = head[5],
                       .section = section,
                       .file = file,
                       .offset = *offset + KS_COLUMN_HEAD};
    *offset += KS_COLUMN_HEAD + bytes;
    return KS_OK;
}

ks_status ks_column_verify(const ks_column *column, uint32_t first, uint64_t count, ks_error *err) {
    const uint8_t *values;
    return ks_mapped_span(column->file, column->section, column->offset + (uint64_t)first * column->width,
                          count * column->width + KS_COLUMN_PAD, &values, err);
}

bool ks_column_touch(const ks_column *column, uint32_t number) {
    return ks_mapped_touch(column->file, column->section, column->offset + (uint64_t)number * column->width,
                           KS_COLUMN_PAD);
}

static unsigned trailing_zeros(uint32_t bits) {
    unsigned count = 0;
    for (; bits != 0 && (bits & 1) == 0; bits >>= 1) count++;
    return count;
}

/* Finds the base, the shift, and the bytes that the largest value needs after both. */
static void measure(const ks_buffer *values, uint32_t *base, unsigned *shift, unsigned *width) {
    uint32_t least = UINT32_MAX, greatest = 0, bits = 0;
    *base = *shift = *width = 0;
    if (values->size == 0) return;
    for (size_t at = 0; at < values->size; at += 4) {
        uint32_t value = ks_get_u32(values->data + at);
        if (value < least) least = value;
        if (value > greatest) greatest = value;
    }
    for (size_t at = 0; at < values->size; at += 4) bits |= ks_get_u32(values->data + at) - least;
    *base = least;
    *shift = trailing_zeros(bits);
    for (uint32_t rest = (greatest - least) >> *shift; rest > 0; rest >>= 8) ++*width;
}

void ks_column_put(ks_buffer *out, const ks_buffer *values) {
    uint32_t base;
    unsigned shift, width;
    uint8_t head[KS_COLUMN_HEAD] = {0};
    measure(values, &base, &shift, &width);
    ks_put_u32(head, base);
    head[4] = (uint8_t)width;
    head[5] = (uint8_t)shift;
    ks_buffer_add(out, head, sizeof head);
    for (size_t at = 0; width > 0 && at < values->size; at += 4) {
        uint8_t value[4];
        ks_put_u32(value, (ks_get_u32(values->data + at) - base) >> shift);
        ks_buffer_add(out, value, width);
    }
    ks_add_u32(out, 0); /* KS_COLUMN_PAD */
    out->failed = out->failed || values->failed;
}
