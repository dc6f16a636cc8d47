/* Shapes of postings; see shape.h. */
#include "native/shape.h"

uint64_t ks_shape_code(const ks_shape *shape) {
    unsigned field = shape->mask ? (unsigned)__builtin_ctz(shape->mask) : KS_TEXT_FIELDS;
    uint64_t count = shape->mask ? shape->counts[field] : shape->tf;
    if (ks_mask_has_many(shape->mask)) return 0;
    return 1 + field + KS_SHAPE_KINDS * (count - 1);
}

void ks_shape_put_rest(ks_buffer *out, const ks_shape *shape) {
    if (!ks_mask_has_many(shape->mask)) return;
    ks_buffer_char(out, (char)shape->mask);
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++)
        if (shape->mask & 1u << field) ks_varint_put(out, shape->counts[field]);
}

void ks_shape_put(ks_buffer *out, const ks_shape *shape) {
    ks_varint_put(out, ks_shape_code(shape));
    ks_shape_put_rest(out, shape);
}

/* Adds a field that the shape does not have yet. */
static bool add_field(ks_shape *shape, unsigned field, uint64_t count) {
    uint64_t tf = shape->tf + count * ks_field_weight((ks_field)field);
    if (count == 0 || count > UINT32_MAX || tf > UINT32_MAX) return false;
    shape->tf = (uint32_t)tf;
    shape->counts[field] = (uint32_t)count;
    shape->mask |= (uint8_t)(1u << field);
    return true;
}

static bool get_many(const uint8_t **at, const uint8_t *end, ks_shape *out) {
    uint8_t mask;
    if (*at == end) return false;
    mask = *(*at)++;
    if (!ks_mask_has_many(mask) || mask >> KS_TEXT_FIELDS) return false;
    for (unsigned left = mask; left; left &= left - 1) {
        uint64_t count;
        if (!ks_varint_get(at, end, &count) || !add_field(out, (unsigned)__builtin_ctz(left), count))
            return false;
    }
    return true;
}

bool ks_shape_get_rest(uint64_t code, const uint8_t **at, const uint8_t *end, ks_shape *out) {
    unsigned kind = (unsigned)((code - 1) % KS_SHAPE_KINDS);
    uint64_t count = (code - 1) / KS_SHAPE_KINDS + 1;
    *out = (ks_shape){0};
    if (code == 0) return get_many(at, end, out);
    if (kind < KS_TEXT_FIELDS) return add_field(out, kind, count);
    out->tf = (uint32_t)count;
    return count <= UINT32_MAX;
}

/* Skips `count` varints. */
static bool skip_varints(const uint8_t **at, const uint8_t *end, uint64_t count) {
    const uint8_t *p = *at;
    for (; count > 0 && p < end; p++) count -= !(*p & 0x80);
    *at = p;
    return count == 0;
}

static bool read_counts(ks_shape *out, uint8_t mask, const uint8_t *at, const uint8_t *end) {
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++) {
        uint64_t count;
        if (!(mask & 1u << field)) continue;
        if (!ks_varint_get(&at, end, &count) || !add_field(out, field, count) ||
            !skip_varints(&at, end, count))
            return false;
    }
    return at == end;
}

bool ks_shape_of(ks_shape *out, uint32_t tf, uint8_t mask, const uint8_t *positions, size_t size) {
    unsigned field = mask ? (unsigned)__builtin_ctz(mask) : 0;
    *out = (ks_shape){0};
    if (tf == 0 || mask >> KS_TEXT_FIELDS) return false;
    if (ks_mask_has_many(mask)) {
        if (!read_counts(out, mask, positions, positions + size)) return false;
    } else if (mask) {
        if (!add_field(out, field, tf / ks_field_weight((ks_field)field))) return false;
    } else {
        out->tf = tf;
    }
    return out->tf == tf;
}
