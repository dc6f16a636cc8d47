/* A block of postings that is being written, as parallel arrays, and its encoding. May use base, engine and
 * native's files. Private to writing and merging lists. */
#ifndef KS_NATIVE_LIST_BLOCK_H
#define KS_NATIVE_LIST_BLOCK_H

#include "native/postings.h"
#include "native/shape_table.h"

/* Free with ks_list_block_free. */
typedef struct ks_list_block {
    uint32_t size;
    uint32_t docs[KS_BLOCK], lengths[KS_BLOCK], tfs[KS_BLOCK];
    uint64_t keys[KS_BLOCK];       /* of the shapes, see ks_shape_key; 0: see `shapes` */
    ks_shape shapes[KS_BLOCK];     /* set only for shapes without a key */
    uint32_t starts[KS_BLOCK + 1]; /* index of each posting's first gap, and the end */
    uint32_t *gaps;                /* between positions, less 1, field by field in ascending order */
    size_t gap_capacity;
} ks_list_block;

void ks_list_block_clear(ks_list_block *block);
void ks_list_block_free(ks_list_block *block);

/* Makes room for `more` gaps. KS_ERR_TOO_LARGE if a u32 cannot count them. */
ks_status ks_list_block_reserve(ks_list_block *block, uint64_t more, ks_error *err);

static inline ks_shape ks_list_block_shape(const ks_list_block *block, size_t i) {
    return block->keys[i] ? ks_shape_of_key(block->keys[i]) : block->shapes[i];
}

/* Appends the documents of a full block as packed gaps, after a u8 with their bits. `before` is the document
 * before the block, UINT32_MAX for the first block. */
void ks_list_block_put_gaps(ks_buffer *out, const ks_list_block *block, uint32_t before);

/* Appends the data of a tail; `documents` is the number of documents in the segment. */
void ks_list_block_put_tail(ks_buffer *out, const ks_list_block *block, uint32_t before, uint32_t documents);

/* The shapes of a full block: slots of the shape table, or KS_SHAPE_UNSEEN for the next of `others`. */
typedef struct ks_block_shapes {
    const uint16_t *slots;
    const ks_shape *others;
} ks_block_shapes;

/* Appends the data of a full block. *gaps points to what ks_list_block_put_gaps has appended for it; the
 * table must be settled. Moves *gaps and *shapes on to the next block. */
void ks_list_block_put_full(ks_buffer *out, const uint8_t **gaps, ks_block_shapes *shapes,
                            const ks_shape_table *table);

#endif
