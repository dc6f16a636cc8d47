/* Reading one leaf's posting list for a merge, a block at a time: without deleted documents, and with the
 * numbers of the new segment. May use base, engine and native's files. Private to merging. */
#ifndef KS_NATIVE_MERGE_SOURCE_H
#define KS_NATIVE_MERGE_SOURCE_H

#include "native/list_block.h"
#include "native/merge_private.h"

/* Big, as cursor and block are. Zero-initialise and set the first two; free with ks_merge_source_free. */
typedef struct ks_merge_source {
    const ks_leaf *leaf;
    const ks_merge_target *targets;
    const ks_dict_entry *entry; /* of the present term */
    ks_list_block block;        /* live postings, at least one; empty at the end of the list */
    uint32_t at;                /* index in the block of the next posting to be merged */
    uint64_t keys[KS_SHAPES];   /* of the list's numbered shapes, by number */
    ks_cursor cursor;           /* at the first posting after the block */
} ks_merge_source;

/* Opens a term's list and reads its first block. */
ks_status ks_merge_source_open(ks_merge_source *source, const ks_dict_entry *entry,
                               const ks_unpacker *unpacker, ks_error *err);

/* Reads the next block. */
ks_status ks_merge_source_next(ks_merge_source *source, ks_error *err);

void ks_merge_source_free(ks_merge_source *source);

#endif
