/* What deciding on merges and running them share. Private to native. */
#ifndef KS_NATIVE_MERGE_PRIVATE_H
#define KS_NATIVE_MERGE_PRIVATE_H

#include "native/merge.h"
#include "native/segment_writer.h"

typedef struct ks_merge_size {
    uint32_t documents; /* deleted ones included */
    uint32_t deleted;
} ks_merge_size;

/* Marks the segments of the next merge: those of a crowded tier and of all tiers below it, or one segment
 * with too many deletions. Returns false if there is nothing to merge. */
bool ks_merge_choose(const ks_merge_size *sizes, size_t count, bool *chosen);

/* Where a document of a leaf goes. It has its length, too, as both are needed for each of its postings. */
typedef struct ks_merge_target {
    uint32_t doc; /* number in the new segment; KS_NO_DOC if it is deleted */
    uint32_t length;
} ks_merge_target;

/* Documents of one leaf that are consecutive both there and in the new segment. */
typedef struct ks_merge_run {
    uint32_t leaf, first, count;
} ks_merge_run;

/* A merge. The caller sets the first three and leaves the rest zero. */
typedef struct ks_merge {
    const ks_unpacker *unpacker;
    const ks_leaf *const *leaves;
    size_t count;
    ks_merge_target **targets; /* by leaf and document */
    ks_merge_run *runs;        /* all live documents, in their new order */
    size_t run_count, run_capacity;
    uint32_t documents;    /* live ones */
    ks_segment **segments; /* by leaf, for the thread that copies documents */
    ks_segment_writer *writer;
} ks_merge;

/* Finds targets and runs. The caller frees them, even after an error. */
ks_status ks_merge_order(ks_merge *merge, ks_error *err);

/* Writes all documents, and what the segment keeps of them. */
ks_status ks_merge_documents(const ks_merge *merge, ks_error *err);

/* Writes all terms of live documents; may run at the same time. */
ks_status ks_merge_terms(const ks_merge *merge, ks_error *err);

/* Runs the merge: writes the live documents of the leaves, at least one, as segment `number`. `parallel`:
 * uses a second thread if it can be started; the bytes are the same. Frees all that *merge has. */
ks_status ks_merge_leaves(ks_manifest_segment *out, ks_merge *merge, const char *folder, uint64_t number,
                          bool parallel, ks_error *err);

#endif
