/* Writing posting lists one posting or one block after the other; the layout is in postings.h. May use base,
 * engine and native's files.
 *
 * A list is gathered in compressed form, as what comes first in it is known last: a posting takes its share
 * of packed gaps and the two bytes of its shape. */
#ifndef KS_NATIVE_LIST_WRITER_H
#define KS_NATIVE_LIST_WRITER_H

#include "native/list_block.h"
#include "native/spill.h"

/* Zero-initialise, then set or initialise the first three; free with ks_list_writer_free. */
typedef struct ks_list_writer {
    uint32_t documents; /* of the segment */
    ks_spill lists;     /* the lists, one after the other, */
    ks_spill positions; /* and their positions, each until its section begins */
    /* The present list: */
    ks_list_block block; /* what no full block holds yet */
    ks_shape shape;      /* of the posting that ks_list_add added last, and its key */
    uint64_t key;
    uint32_t before;          /* the last document of the full blocks; UINT32_MAX: none */
    size_t blocks;            /* full ones */
    uint64_t positions_begin; /* of its positions */
    ks_pairs all, group;      /* of the list, and of the blocks that no group holds yet */
    ks_buffer head, skips, pairs, group_ends, group_pairs, data, gaps;
    uint16_t *shapes; /* of the full blocks' postings: indices into the table, or KS_SHAPE_UNSEEN, */
    size_t shape_capacity;
    ks_shape *others; /* and then the next of these */
    size_t other_count, other_capacity;
    ks_shape_table *table;
    ks_buffer scratch; /* scratch */
} ks_list_writer;

void ks_list_writer_free(ks_list_writer *writer);

/* Forgets the list before, if it was not ended. */
ks_status ks_list_begin(ks_list_writer *writer, ks_error *err);

/* The next posting: documents ascend. KS_ERR_ARGUMENT where its frequency, mask and positions contradict each
 * other; KS_ERR_TOO_LARGE where the list's data or positions pass 4 GiB, here and below. */
ks_status ks_list_add(ks_list_writer *writer, const ks_posting *posting, ks_error *err);

/* The same for a posting of one place, which most are. */
ks_status ks_list_add_single(ks_list_writer *writer, uint32_t doc, uint32_t length, ks_field field,
                             uint32_t position, ks_error *err);

/* The next postings: those with the numbers begin..end - 1 of a block. */
ks_status ks_list_add_range(ks_list_writer *writer, const ks_list_block *from, size_t begin, size_t end,
                            ks_error *err);

/* How many postings the list has so far. */
static inline uint64_t ks_list_count(const ks_list_writer *writer) {
    return (uint64_t)writer->blocks * KS_BLOCK + writer->block.size;
}

/* Appends the list, which must have a posting, to writer->lists and its positions to writer->positions.
 * *entry is valid until the next call. */
ks_status ks_list_end(ks_list_writer *writer, ks_dict_entry *entry, ks_error *err);

#endif
