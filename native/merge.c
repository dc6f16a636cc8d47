/* Merging several segments into one; see merge.h. First comes the order of all documents (merge_order.c).
 * Then documents (merge_documents.c) and terms (merge_terms.c) are written, at the same time if possible.
 * Which segments are merged is decided in merge_policy.c. */
#include "native/merge_private.h"

#include "native/both.h"

#include <stdlib.h>

/* Columns are read from end to end: verifies them at once. */
static ks_status prepare_leaves(const ks_merge *merge, ks_error *err) {
    ks_status status = KS_OK;
    for (size_t i = 0; i < merge->count && !status; i++)
        status = ks_segment_verify_columns(merge->leaves[i]->segment, err);
    return status;
}

/* Sets the segments that documents are read from. With two threads they are opened a second time, since a
 * mapping is for one thread at a time. */
static ks_status open_segments(ks_merge *merge, const char *folder, bool parallel, ks_error *err) {
    ks_status status = KS_OK;
    if (!(merge->segments = calloc(merge->count, sizeof(ks_segment *)))) return ks_error_nomem(err);
    for (size_t i = 0; i < merge->count && !status; i++) {
        ks_segment *segment = merge->leaves[i]->segment;
        if (parallel && (status = ks_segment_open(&segment, folder, segment->number, err))) break;
        merge->segments[i] = segment;
        if (parallel) status = ks_segment_verify_columns(segment, err);
    }
    return status;
}

static void merge_free(const ks_merge *merge) {
    ks_segment_writer_free(merge->writer);
    for (size_t i = 0; i < merge->count; i++) {
        if (merge->segments && merge->segments[i] != merge->leaves[i]->segment)
            ks_segment_close(merge->segments[i]);
        if (merge->targets) free(merge->targets[i]);
    }
    free(merge->segments);
    free(merge->targets);
    free(merge->runs);
}

static ks_status write_documents(void *context, ks_error *err) {
    return ks_merge_documents(context, err);
}

static ks_status write_terms(void *context, ks_error *err) {
    return ks_merge_terms(context, err);
}

ks_status ks_merge_leaves(ks_manifest_segment *out, ks_merge *merge, const char *folder, uint64_t number,
                          bool parallel, ks_error *err) {
    ks_status status;
    if ((status = prepare_leaves(merge, err)) || (status = ks_merge_order(merge, err)) ||
        (status = open_segments(merge, folder, parallel, err)) ||
        (status = ks_segment_writer_open(&merge->writer, folder, number, err)))
        goto done;
    ks_segment_writer_set_documents(merge->writer, merge->documents);
    if (!(status = ks_run_both(write_documents, write_terms, merge, parallel, err)) &&
        !(status = ks_segment_writer_finish(merge->writer, err)))
        *out = (ks_manifest_segment){.number = number, .documents = merge->documents};
done:
    merge_free(merge);
    return status;
}
