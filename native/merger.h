/* Keeps the segments that lanes flush, and merges them in the background. May use base and native's files.
 *
 * The rule: it only merges segments that lanes have flushed since the last join. The writer does not know
 * their documents yet and no generation names them, so nobody can delete or replace a document in them until
 * the writer takes them over, which waits for the merge under way. All other segments are merged by the
 * commit. */
#ifndef KS_NATIVE_MERGER_H
#define KS_NATIVE_MERGER_H

#include "native/merge.h"

#include <pthread.h>

typedef struct ks_merger {
    const char *folder; /* borrowed, like the next two */
    const ks_unpacker *unpacker;
    uint64_t *next_number; /* for the next file */
    pthread_mutex_t mutex; /* guards *next_number and all below */
    ks_manifest_segment *segments;
    size_t count, capacity;
    pthread_t thread;
    bool has_thread; /* the thread must be joined */
    bool merging;    /* the thread has not finished */
    bool failed; /* a merge has failed: no more are started; the commit tries again and reports the error */
} ks_merger;

ks_status ks_merger_init(ks_merger *merger, const char *folder, const ks_unpacker *unpacker,
                         uint64_t *next_number, ks_error *err);

/* Waits for the merge under way. Does nothing to a merger that is all zeros. */
void ks_merger_free(ks_merger *merger);

/* From any thread: returns a number for a new file; adds a flushed segment, which may start a merge. */
uint64_t ks_merger_number(ks_merger *merger);
ks_status ks_merger_add(ks_merger *merger, const ks_manifest_segment *segment, ks_error *err);

/* Waits for the merge under way. Until the next segment is added the caller may change the segments. */
void ks_merger_wait(ks_merger *merger);

#endif
