/* A crew is a small thread pool with a bounded queue of jobs. The thread that owns the crew gives out the
 * jobs and can lend a hand with them. On POSIX threads. May use base. */
#ifndef KS_BASE_CREW_H
#define KS_BASE_CREW_H

#include "base/memory.h"

/* What the threads of a crew do. `member` is the context of the thread that makes the call, as it was given
 * to ks_crew_add (or to ks_crew_wait and ks_crew_finish, for the owner); no two threads share one. */
typedef struct ks_crew_work {
    /* Does a job and frees it, also on failure. */
    ks_status (*work)(void *member, void *job, ks_error *err);
    /* Called once by each thread, after all jobs are done, unless something has failed. May be NULL. */
    ks_status (*finish)(void *member, ks_error *err);
    /* Frees a job that will not be done because something has failed. */
    void (*drop)(void *job);
} ks_crew_work;

/* Owned by one thread, the only one that may call the functions below. */
typedef struct ks_crew ks_crew;

/* Makes a crew without threads and with room for `limit` jobs in its queue, at least 1. `work` must outlive
 * the crew. */
ks_status ks_crew_new(ks_crew **out, const ks_crew_work *work, size_t limit, ks_error *err);

/* Drops the waiting jobs, waits for those under way, and ends the threads without ks_crew_work.finish. */
void ks_crew_free(ks_crew *crew);

/* Starts a thread, with all signals blocked. *added is false if the system grants no further thread, which is
 * no error: the others do the work. */
ks_status ks_crew_add(ks_crew *crew, void *member, bool *added, ks_error *err);

/* Puts the job into the queue. *taken is false, and the job still the caller's, if the queue is full or the
 * crew has no threads. An error is the first that any thread met; then the job was not taken, either. */
ks_status ks_crew_offer(ks_crew *crew, void *job, bool *taken, ks_error *err);

/* Helps with the jobs that are left, as `member`, and returns when none is waiting or under way, with the
 * first error that any thread met. What the threads have written is then visible to the caller. */
ks_status ks_crew_wait(ks_crew *crew, void *member, ks_error *err);

/* As ks_crew_wait; then every thread, the calling one included, runs ks_crew_work.finish, and all but the
 * calling one end. */
ks_status ks_crew_finish(ks_crew *crew, void *member, ks_error *err);

#endif
