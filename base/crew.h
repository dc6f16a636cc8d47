/* A crew: a few threads that work off a bounded queue of jobs together with the thread that gives them out.
 * On POSIX threads. May use base only. */
#ifndef KS_BASE_CREW_H
#define KS_BASE_CREW_H

#include "base/memory.h"

/* What a crew does. `member` is what ks_crew_add named for the thread that runs; no two threads run with the
 * same one. */
typedef struct ks_crew_work {
    /* Does a job and releases it, on failure too. */
    ks_status (*work)(void *member, void *job, ks_error *err);
    /* The last thing a thread does, once all jobs are done; not after a failure. NULL: nothing. */
    ks_status (*finish)(void *member, ks_error *err);
    /* Releases a job that is not to be done, because something has failed. */
    void (*drop)(void *job);
} ks_crew_work;

/* Belongs to one thread, the only one that may call these functions. */
typedef struct ks_crew ks_crew;

/* A crew without members, whose queue holds `limit` jobs (at least 1). `work` must stay. */
ks_status ks_crew_new(ks_crew **out, const ks_crew_work *work, size_t limit, ks_error *err);

/* Drops the jobs that wait, waits for those under way and ends the threads, without ks_crew_work.finish. */
void ks_crew_free(ks_crew *crew);

/* Starts a thread for this member, with all signals blocked. *added is false where the system has no thread
 * left to give, which is no error: the others do the work. */
ks_status ks_crew_add(ks_crew *crew, void *member, bool *added, ks_error *err);

/* Puts the job in the queue; *taken is false, and the job still the caller's, where there is no room or no
 * member. An error is one that a member met: the job was not taken. */
ks_status ks_crew_offer(ks_crew *crew, void *job, bool *taken, ks_error *err);

/* Does what is left in the queue in the calling thread too, with `member`, and returns when no job is left or
 * under way; with the first error that anyone met. What the members did is visible to the caller then. */
ks_status ks_crew_wait(ks_crew *crew, void *member, ks_error *err);

/* As ks_crew_wait; then every thread, the calling one included, runs ks_crew_work.finish, and the others end.
 * The crew has no members afterwards. */
ks_status ks_crew_finish(ks_crew *crew, void *member, ks_error *err);

#endif
