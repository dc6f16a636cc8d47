/* Merging in a thread, which ends when there is nothing left to merge; see merger.h. */
#include "native/merger.h"

#include "native/folder.h"
#include "native/merge_private.h"

#include <signal.h>
#include <stdlib.h>

ks_status ks_merger_init(ks_merger *merger, const char *folder, const ks_unpacker *unpacker,
                         uint64_t *next_number, ks_error *err) {
    int fault = pthread_mutex_init(&merger->mutex, NULL);
    if (fault) return ks_error_nomem(err);
    merger->folder = folder;
    merger->unpacker = unpacker;
    merger->next_number = next_number;
    return KS_OK;
}

void ks_merger_wait(ks_merger *merger) {
    if (merger->has_thread) pthread_join(merger->thread, NULL);
    merger->has_thread = false;
}

void ks_merger_free(ks_merger *merger) {
    if (!merger->folder) return;
    ks_merger_wait(merger);
    pthread_mutex_destroy(&merger->mutex);
    free(merger->segments);
    *merger = (ks_merger){0};
}

uint64_t ks_merger_number(ks_merger *merger) {
    uint64_t number;
    pthread_mutex_lock(&merger->mutex);
    number = (*merger->next_number)++;
    pthread_mutex_unlock(&merger->mutex);
    return number;
}

/* ---- The thread ---- */

/* One merge. */
struct job {
    ks_manifest_segment *segments;
    size_t count;
    uint64_t number; /* of the new segment */
};

/* With the mutex held: makes the next job, without segments if there is nothing to merge. */
static ks_status next_job(ks_merger *merger, struct job *out, ks_error *err) {
    ks_merge_size *sizes = calloc(merger->count + 1, sizeof *sizes);
    bool *chosen = calloc(merger->count + 1, sizeof *chosen);
    ks_manifest_segment *segments = calloc(merger->count + 1, sizeof *segments);
    ks_status status = sizes && chosen && segments ? KS_OK : ks_error_nomem(err);
    *out = (struct job){0};
    for (size_t i = 0; i < merger->count && !status; i++) sizes[i].documents = merger->segments[i].documents;
    if (!status && ks_merge_choose(sizes, merger->count, chosen)) {
        for (size_t i = 0; i < merger->count; i++)
            if (chosen[i]) segments[out->count++] = merger->segments[i];
        out->number = (*merger->next_number)++;
        out->segments = segments;
        segments = NULL;
    }
    free(sizes);
    free(chosen);
    free(segments);
    return status;
}

static ks_status run_job(const ks_merger *merger, const struct job *job, ks_manifest_segment *merged,
                         ks_error *err) {
    ks_leaf *leaves = calloc(job->count, sizeof *leaves);
    const ks_leaf **pointers = calloc(job->count, sizeof(ks_leaf *));
    ks_merge merge = {.unpacker = merger->unpacker, .leaves = pointers, .count = job->count};
    ks_status status = leaves && pointers ? KS_OK : ks_error_nomem(err);
    size_t open = 0;
    for (; open < job->count && !status; open++) {
        if ((status = ks_leaf_open(&leaves[open], merger->folder, &job->segments[open], err))) break;
        pointers[open] = &leaves[open];
    }
    if (!status) status = ks_merge_leaves(merged, &merge, merger->folder, job->number, false, err);
    while (open > 0) ks_leaf_close(&leaves[--open]);
    free(leaves);
    free(pointers);
    return status;
}

static bool is_in(const struct job *job, uint64_t number) {
    for (size_t i = 0; i < job->count; i++)
        if (job->segments[i].number == number) return true;
    return false;
}

/* With the mutex held: replaces the job's segments by the new one. */
static void replace(ks_merger *merger, const struct job *job, const ks_manifest_segment *merged) {
    size_t kept = 0;
    for (size_t i = 0; i < merger->count; i++)
        if (!is_in(job, merger->segments[i].number)) merger->segments[kept++] = merger->segments[i];
    merger->segments[kept++] = *merged;
    merger->count = kept;
}

/* Nobody else knows these files. What cannot be removed now, a later sweep removes. */
static void remove_files(const ks_merger *merger, const struct job *job) {
    char name[KS_FILE_NAME];
    for (size_t i = 0; i < job->count; i++)
        ks_folder_remove(merger->folder, ks_folder_name(name, KS_FILE_SEGMENT, job->segments[i].number),
                         NULL);
}

/* Called with the mutex held, and releases it while files are written and removed. */
static ks_status merge_once(ks_merger *merger, const struct job *job) {
    ks_manifest_segment merged;
    ks_status status;
    pthread_mutex_unlock(&merger->mutex);
    status = run_job(merger, job, &merged, NULL);
    pthread_mutex_lock(&merger->mutex);
    if (status) return status;
    replace(merger, job, &merged);
    pthread_mutex_unlock(&merger->mutex);
    remove_files(merger, job);
    pthread_mutex_lock(&merger->mutex);
    return KS_OK;
}

static void *merge_until_done(void *context) {
    ks_merger *merger = context;
    ks_status status = KS_OK;
    bool more = true;
    pthread_mutex_lock(&merger->mutex);
    while (more && !status) {
        struct job job;
        status = next_job(merger, &job, NULL);
        more = job.count > 0;
        if (more) status = merge_once(merger, &job);
        free(job.segments);
    }
    merger->failed = status != KS_OK;
    merger->merging = false;
    pthread_mutex_unlock(&merger->mutex);
    return NULL;
}

/* With the mutex held. Failing to start a thread is no error: the commit merges. Signals are left to the
 * program's own threads: the new thread inherits a mask that blocks them all. */
static void start_thread(ks_merger *merger) {
    sigset_t all, before;
    if (merger->has_thread) pthread_join(merger->thread, NULL); /* it has finished */
    merger->has_thread = false;
    sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before) == 0) {
        merger->has_thread = pthread_create(&merger->thread, NULL, merge_until_done, merger) == 0;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    merger->merging = merger->has_thread;
}

ks_status ks_merger_add(ks_merger *merger, const ks_manifest_segment *segment, ks_error *err) {
    ks_status status;
    pthread_mutex_lock(&merger->mutex);
    status = ks_array_reserve(&merger->segments, &merger->capacity, merger->count + 1,
                              sizeof *merger->segments, err);
    if (!status) merger->segments[merger->count++] = *segment;
    if (!status && merger->count > KS_MERGE_FACTOR && !merger->merging && !merger->failed)
        start_thread(merger);
    pthread_mutex_unlock(&merger->mutex);
    return status;
}
