/* Writing posting lists, posting by posting or in runs; the layout is in postings.h. May use base, engine and
 * native's files.
 *
 * A list begins with what is known last: its most frequent shapes, its pairs and its skips. Until then its
 * full blocks wait in compressed form, as packed gaps and two bytes for the shape of each posting. */
#ifndef KS_NATIVE_LIST_WRITER_H
#define KS_NATIVE_LIST_WRITER_H

#include "native/list_block.h"
#include "native/spill.h"

/* Zero-initialise, then set `documents` and initialise the spills; free with ks_list_writer_free. */
typedef struct ks_list_writer {
    uint32_t documents; /* in the segment */
    ks_spill lists;     /* the finished lists, */
    ks_spill positions; /* and all positions, until their sections begin */
    /* Of the present list: */
    ks_list_block block;      /* the postings after the full blocks */
    ks_shape shape;           /* of the posting that ks_list_add added last, */
    uint64_t key;             /* and its key */
    uint32_t before;          /* the last document of the full blocks; UINT32_MAX: none */
    size_t blocks;            /* full ones */
    uint64_t positions_begin; /* where its positions begin among all */
    ks_pairs all, group;      /* of the list, and of the blocks in the present group */
    ks_buffer head, skips, pairs, group_ends, group_pairs, data; /* parts of the list, as in postings.h */
    ks_buffer gaps;   /* of the full blocks: what ks_list_block_put_gaps appends */
    uint16_t *shapes; /* of the full blocks' postings: slots of the table, or KS_SHAPE_UNSEEN, */
    size_t shape_capacity;
    ks_shape *others; /* for the next of these */
    size_t other_count, other_capacity;
    ks_shape_table *table;
    ks_buffer scratch;
} ks_list_writer;

void ks_list_writer_free(ks_list_writer *writer);

/* Begins a list. Drops the one before if it was not ended. */
ks_status ks_list_begin(ks_list_writer *writer, ks_error *err);

/* Adds a posting; documents ascend. KS_ERR_ARGUMENT if its frequency, mask and positions contradict each
 * other; KS_ERR_TOO_LARGE, here and below, if the list's data or positions pass 4 GiB. */
ks_status ks_list_add(ks_list_writer *writer, const ks_posting *posting, ks_error *err);

/* Adds a posting with a single position, as most postings are. */
ks_status ks_list_add_single(ks_list_writer *writer, uint32_t doc, uint32_t length, ks_field field,
                             uint32_t position, ks_error *err);

/* Adds postings begin..end - 1 of a block. */
ks_status ks_list_add_range(ks_list_writer *writer, const ks_list_block *from, size_t begin, size_t end,
                            ks_error *err);

/* How many postings the list has so far. */
static inline uint64_t ks_list_count(const ks_list_writer *writer) {
    return (uint64_t)writer->blocks * KS_BLOCK + writer->block.size;
}

/* Ends the list, which must have a posting: appends it to writer->lists, unless its only posting goes into
 * *entry, which is valid until the next call. */
ks_status ks_list_end(ks_list_writer *writer, ks_dict_entry *entry, ks_error *err);

#endif
