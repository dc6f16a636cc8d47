/* A block of postings on its way into a list, one array for each of their parts. May use base, engine and
 * native's files. Private to writing and merging lists. */
#ifndef KS_NATIVE_LIST_BLOCK_H
#define KS_NATIVE_LIST_BLOCK_H

#include "native/postings.h"
#include "native/shape_table.h"

/* Free with ks_list_block_free. */
typedef struct ks_list_block {
    uint32_t size;
    uint32_t docs[KS_BLOCK], lengths[KS_BLOCK], tfs[KS_BLOCK];
    uint64_t keys[KS_BLOCK];       /* of the shapes, see ks_shape_key; 0: `shapes` has it */
    ks_shape shapes[KS_BLOCK];     /* only where a shape has no key */
    uint32_t starts[KS_BLOCK + 1]; /* where each posting's gaps begin, and the end */
    uint32_t *gaps;                /* between positions, less 1: of each field, upwards */
    size_t gap_capacity;
} ks_list_block;

void ks_list_block_clear(ks_list_block *block);
void ks_list_block_free(ks_list_block *block);

/* Makes room for `more` gaps behind the present ones. KS_ERR_TOO_LARGE where they cannot be counted. */
ks_status ks_list_block_reserve(ks_list_block *block, uint64_t more, ks_error *err);

/* The shape of posting i. */
static inline ks_shape ks_list_block_shape(const ks_list_block *block, size_t i) {
    return block->keys[i] ? ks_shape_of_key(block->keys[i]) : block->shapes[i];
}

/* Appends what postings.h says of the documents of a full block, after the document `before`: bits of the
 * gaps, packed gaps. */
void ks_list_block_put_gaps(ks_buffer *out, const ks_list_block *block, uint32_t before);

/* Appends the data of a tail, in a segment of so many documents. */
void ks_list_block_put_tail(ks_buffer *out, const ks_list_block *block, uint32_t before, uint32_t documents);

/* The shapes of a full block: indices into the table, or KS_SHAPE_UNSEEN for the next of `others`. */
typedef struct ks_block_shapes {
    const uint16_t *slots;
    const ks_shape *others;
} ks_block_shapes;

/* Appends the data of a full block, where `gaps` is what ks_list_block_put_gaps gave; the table is settled.
 * Moves both on to the next block. */
void ks_list_block_put_full(ks_buffer *out, const uint8_t **gaps, ks_block_shapes *shapes,
                            const ks_shape_table *table);

#endif
