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
bool ks_shape_get(const uint8_t **at, const uint8_t *end, ks_shape *out);

/* Derives a posting's shape from its term frequency, its mask and its positions, encoded as in a ks_posting.
 * Returns false if they contradict each other. */
bool ks_shape_of(ks_shape *out, uint32_t tf, uint8_t mask, const uint8_t *positions, size_t size);

#endif
