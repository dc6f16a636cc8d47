/* The segments that lanes flush, and merging them meanwhile. May use base and native's files.
 *
 * The rule: only segments are merged behind the writer's back whose documents the writer does not know yet,
 * that is, those that lanes have flushed since the last join. No generation names them, and nobody can delete
 * or replace a document in them before the writer takes them over, which waits for the merge under way. What
 * was committed, what the writer flushed itself and what it has taken over is merged when it commits. */
#ifndef KS_NATIVE_MERGER_H
#define KS_NATIVE_MERGER_H

#include "native/merge.h"

#include <pthread.h>

typedef struct ks_merger {
    const char *folder; /* borrowed, as what stands below it */
    const ks_unpacker *unpacker;
    uint64_t *next_number; /* of files */
    pthread_mutex_t mutex; /* guards *next_number and all below */
    ks_manifest_segment *segments;
    size_t count, capacity;
    pthread_t thread;
    bool has_thread; /* to be joined */
    bool merging;    /* it has not come to its end */
    bool failed;     /* a merge did: none is tried any more before the commit, which reports what is wrong */
} ks_merger;

ks_status ks_merger_init(ks_merger *merger, const char *folder, const ks_unpacker *unpacker,
                         uint64_t *next_number, ks_error *err);

/* Waits for the merge under way. A merger that is all zeros is none. */
void ks_merger_free(ks_merger *merger);

/* From any thread: a number for a new file; a segment that was flushed, which may make a merge start. */
uint64_t ks_merger_number(ks_merger *merger);
ks_status ks_merger_add(ks_merger *merger, const ks_manifest_segment *segment, ks_error *err);

/* Waits for the merge under way. Until the next segment is added the segments can be read and taken out. */
void ks_merger_wait(ks_merger *merger);

#endif
