/* What deciding on merges and carrying them out share. Private to native. */
#ifndef KS_NATIVE_MERGE_PRIVATE_H
#define KS_NATIVE_MERGE_PRIVATE_H

#include "native/merge.h"
#include "native/segment_writer.h"

/* Of a segment. */
typedef struct ks_merge_size {
    uint32_t documents, deleted; /* deleted ones are included in the first */
} ks_merge_size;

/* Marks the segments that are due for one merge: those of a crowded tier and below, or one with too many
 * deletions. False where none are. */
bool ks_merge_choose(const ks_merge_size *sizes, size_t count, bool *chosen);

/* A document of a leaf, as its postings ask for it. */
typedef struct ks_merge_target {
    uint32_t doc; /* in the new segment; KS_NO_DOC where it is deleted */
    uint32_t length;
} ks_merge_target;

/* Documents of one leaf that follow upon each other there and in the new segment. */
typedef struct ks_merge_run {
    uint32_t leaf, first, count;
} ks_merge_run;

/* A merge under way. */
typedef struct ks_merge {
    const ks_unpacker *unpacker;
    const ks_leaf *const *leaves;
    size_t count;
    ks_merge_target **targets; /* by leaf and document */
    ks_merge_run *runs;        /* all live documents, in their new order */
    size_t run_count, run_capacity;
    uint32_t documents;    /* live ones */
    ks_segment **segments; /* of the leaves, for the thread that copies documents */
    ks_segment_writer *writer;
} ks_merge;

/* Finds out targets and runs. What *merge has then is released by the caller, on an error too. */
ks_status ks_merge_order(ks_merge *merge, ks_error *err);

/* Writes all documents, and what the segment keeps of them. */
ks_status ks_merge_documents(const ks_merge *merge, ks_error *err);

/* Writes all terms that live documents hold; may run at the same time. */
ks_status ks_merge_terms(const ks_merge *merge, ks_error *err);

/* Writes the live documents of the leaves, of which there must be some, as segment `number`. `parallel`: in
 * two threads, where the system has another one to give; the bytes are the same. */
ks_status ks_merge_leaves(ks_manifest_segment *out, const char *folder, uint64_t number,
                          const ks_leaf *const *leaves, size_t count, const ks_unpacker *unpacker,
                          bool parallel, ks_error *err);

#endif
