/* The shape of a posting: how often a term stands in each field of a document. May use base and engine.
 *
 * A shape is written as varints, the first of them
 *   1 + field + 6 * (count - 1) for a term in one field, where 5 stands for an exact value, whose count is
 *     its tf;
 *   0 for a term in several fields: then u8 mask, and a count for each of its fields, upwards.
 */
#ifndef KS_NATIVE_SHAPE_H
#define KS_NATIVE_SHAPE_H

#include "engine/fields.h"
#include "native/varint.h"

enum { KS_SHAPE_KINDS = KS_TEXT_FIELDS + 1 };

typedef struct ks_shape {
    uint32_t tf;                     /* sum of count times the field's weight; of an exact value any number */
    uint32_t counts[KS_TEXT_FIELDS]; /* all 0 for an exact value */
    uint8_t mask;                    /* bit 1 << field for every field with a count */
} ks_shape;

/* How many positions belong to it. */
static inline uint64_t ks_shape_places(const ks_shape *shape) {
    uint64_t sum = 0;
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++) sum += shape->counts[field];
    return sum;
}

/* Whether a mask says that there are several fields. */
static inline bool ks_mask_has_many(uint8_t mask) {
    return (mask & (mask - 1)) != 0;
}

/* The first number of a shape, and what follows it. */
uint64_t ks_shape_code(const ks_shape *shape);
void ks_shape_put_rest(ks_buffer *out, const ks_shape *shape);
void ks_shape_put(ks_buffer *out, const ks_shape *shape);

/* False where the bytes make no shape; *at may have moved then. */
bool ks_shape_get_rest(uint64_t code, const uint8_t **at, const uint8_t *end, ks_shape *out);

/* The shape of a first number that says all: a few occurrences in one field. */
static inline void ks_shape_set_single(ks_shape *out, unsigned code) {
    unsigned kind = (code - 1) % KS_SHAPE_KINDS, count = (code - 1) / KS_SHAPE_KINDS + 1;
    *out = (ks_shape){.tf = count};
    if (kind == KS_TEXT_FIELDS) return;
    out->tf *= ks_field_weight((ks_field)kind);
    out->counts[kind] = count;
    out->mask = (uint8_t)(1u << kind);
}

/* Most shapes take one byte. */
static inline bool ks_shape_get(const uint8_t **at, const uint8_t *end, ks_shape *out) {
    uint64_t code;
    if (*at<end &&* * at> 0 && **at < 0x80) {
        ks_shape_set_single(out, *(*at)++);
        return true;
    }
    return ks_varint_get(at, end, &code) && ks_shape_get_rest(code, at, end, out);
}

/* The shape of a posting from its frequency, its mask and its positions, encoded as in postings.h. False
 * where they contradict each other. */
bool ks_shape_of(ks_shape *out, uint32_t tf, uint8_t mask, const uint8_t *positions, size_t size);

#endif
