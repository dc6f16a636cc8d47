/* One leaf's list of a term, on its way into a merged one a block at a time. May use base, engine and
 * native's files. Private to merging. */
#ifndef KS_NATIVE_MERGE_SOURCE_H
#define KS_NATIVE_MERGE_SOURCE_H

#include "native/list_block.h"
#include "native/merge_private.h"

/* Big, as the cursor and the block are. Zero-initialise and set the first two; free with
 * ks_merge_source_free. */
typedef struct ks_merge_source {
    const ks_leaf *leaf;
    const ks_merge_target *targets;
    const ks_dict_entry *entry; /* of the present term */
    ks_list_block block;        /* live postings with their new numbers; none at the list's end */
    uint32_t at;                /* the next of them */
    uint64_t keys[KS_SHAPES];   /* of the shapes that the list numbers */
    ks_cursor cursor;           /* before the first posting that was not in a block so far */
} ks_merge_source;

/* To the first block of a term's list. */
ks_status ks_merge_source_open(ks_merge_source *source, const ks_dict_entry *entry,
                               const ks_unpacker *unpacker, ks_error *err);

/* To the next block. */
ks_status ks_merge_source_next(ks_merge_source *source, ks_error *err);

void ks_merge_source_free(ks_merge_source *source);

#endif
