/* The shape of a posting: how often the term occurs in each field of the document. May use base and engine.
 *
 * A shape is written as a varint, its code:
 *   1 + field + 6 * (count - 1) for a term in one field, where field 5 stands for an exact value, whose count
 *     is its term frequency;
 *   0 for a term in several fields; then u8 mask of the fields, and for each, ascending, a varint count.
 */
#ifndef KS_NATIVE_SHAPE_H
#define KS_NATIVE_SHAPE_H

#include "engine/fields.h"
#include "native/varint.h"

enum { KS_SHAPE_KINDS = KS_TEXT_FIELDS + 1 }; /* the fields, and the exact value */

typedef struct ks_shape {
    uint32_t tf;                     /* sum of count * field weight; for an exact value any number */
    uint32_t counts[KS_TEXT_FIELDS]; /* all 0 for an exact value */
    uint8_t mask;                    /* bit 1 << field for each field with a count */
} ks_shape;

/* How many positions a posting of this shape has. */
static inline uint64_t ks_shape_positions(const ks_shape *shape) {
    uint64_t sum = 0;
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++) sum += shape->counts[field];
    return sum;
}

/* Whether the mask has several fields. */
static inline bool ks_mask_has_many(uint8_t mask) {
    return (mask & (mask - 1)) != 0;
}

/* The code, and what follows it. */
uint64_t ks_shape_code(const ks_shape *shape);
void ks_shape_put_rest(ks_buffer *out, const ks_shape *shape);
void ks_shape_put(ks_buffer *out, const ks_shape *shape);

/* Return false if the bytes are no valid shape; *at may have moved then. */
bool ks_shape_get_rest(uint64_t code, const uint8_t **at, const uint8_t *end, ks_shape *out);

/* The shape of a code from 1 to 127, which is of one field. */
static inline void ks_shape_set_single(ks_shape *out, unsigned code) {
    unsigned kind = (code - 1) % KS_SHAPE_KINDS, count = (code - 1) / KS_SHAPE_KINDS + 1;
    *out = (ks_shape){.tf = count};
    if (kind == KS_TEXT_FIELDS) return;
    out->tf *= ks_field_weight((ks_field)kind);
    out->counts[kind] = count;
    out->mask = (uint8_t)(1u << kind);
}

/* The frequency and the mask of such a shape alone. */
static inline void ks_shape_skim_single(unsigned code, uint32_t *tf, uint8_t *mask) {
    unsigned kind = (code - 1) % KS_SHAPE_KINDS, count = (code - 1) / KS_SHAPE_KINDS + 1;
    *tf = kind == KS_TEXT_FIELDS ? count : count * ks_field_weight((ks_field)kind);
    *mask = (uint8_t)(kind == KS_TEXT_FIELDS ? 0 : 1u << kind);
}

static inline bool ks_shape_get(const uint8_t **at, const uint8_t *end, ks_shape *out) {
    uint64_t code = *at < end ? **at : 0;
    if (code > 0 && code < 0x80) { /* most shapes take one byte */
        ks_shape_set_single(out, (unsigned)code);
        ++*at;
        return true;
    }
    return ks_varint_get(at, end, &code) && ks_shape_get_rest(code, at, end, out);
}

/* Derives a posting's shape from its term frequency, its mask and its positions, encoded as in a ks_posting.
 * Returns false if they contradict each other. */
bool ks_shape_of(ks_shape *out, uint32_t tf, uint8_t mask, const uint8_t *positions, size_t size);

#endif
