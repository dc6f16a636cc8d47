/* A bounded queue under one mutex, with one condition for the members and one for the owner; see crew.h. */
#include "base/crew.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct member {
    struct ks_crew *crew;
    void *context;
    pthread_t thread;
};

struct ks_crew {
    const ks_crew_work *work;
    struct member **members;
    size_t member_count, member_capacity;
    pthread_mutex_t mutex; /* guards all below */
    pthread_cond_t wake;   /* for the members: there is a job, or `ending` is set */
    pthread_cond_t idle;   /* for the owner: no job is waiting or under way */
    void **jobs;           /* the queue, a ring: jobs[(first + i) % limit] for i < count */
    size_t limit, first, count;
    size_t busy;      /* jobs under way */
    bool ending;      /* threads end when the queue is empty */
    bool abandoned;   /* they end without ks_crew_work.finish */
    ks_status status; /* the first failure, with its error */
    ks_error error;
};

ks_status ks_crew_new(ks_crew **out, const ks_crew_work *work, size_t limit, ks_error *err) {
    ks_crew *crew = calloc(1, sizeof *crew);
    void **jobs = calloc(limit, sizeof *jobs);
    ks_status status;
    int fault;
    if (!crew || !jobs) {
        status = ks_error_nomem(err);
        goto failed;
    }
    *crew = (ks_crew){.work = work, .jobs = jobs, .limit = limit};
    if ((fault = pthread_mutex_init(&crew->mutex, NULL))) goto no_mutex;
    if ((fault = pthread_cond_init(&crew->wake, NULL))) goto no_wake;
    if ((fault = pthread_cond_init(&crew->idle, NULL))) goto no_idle;
    *out = crew;
    return KS_OK;
no_idle:
    pthread_cond_destroy(&crew->wake);
no_wake:
    pthread_mutex_destroy(&crew->mutex);
no_mutex:
    status = ks_error_errno(err, fault, "cannot prepare", "threads");
failed:
    free(jobs);
    free(crew);
    return status;
}

/* ---- Jobs: all of these are called with the mutex held ---- */

static void *take_job(ks_crew *crew) {
    void *job = crew->jobs[crew->first];
    crew->first = (crew->first + 1) % crew->limit;
    crew->count--;
    return job;
}

static void keep_first_failure(ks_crew *crew, ks_status status, const ks_error *error) {
    if (!status || crew->status) return;
    crew->status = status;
    crew->error = *error;
}

/* Takes the next job and does it, or drops it after a failure; lets go of the mutex meanwhile. */
static void do_job(ks_crew *crew, void *member) {
    void *job = take_job(crew);
    bool failed = crew->status != KS_OK;
    ks_error error;
    ks_status status = KS_OK;
    crew->busy++;
    pthread_mutex_unlock(&crew->mutex);
    if (failed)
        crew->work->drop(job);
    else
        status = crew->work->work(member, job, &error);
    pthread_mutex_lock(&crew->mutex);
    crew->busy--;
    keep_first_failure(crew, status, &error);
    if (crew->count == 0 && crew->busy == 0) pthread_cond_signal(&crew->idle);
}

static void finish_member(ks_crew *crew, void *member) {
    ks_error error;
    ks_status status;
    if (crew->status || crew->abandoned || !crew->work->finish) return;
    pthread_mutex_unlock(&crew->mutex);
    status = crew->work->finish(member, &error);
    pthread_mutex_lock(&crew->mutex);
    keep_first_failure(crew, status, &error);
}

static void wait_for_idle(ks_crew *crew) {
    while (crew->count || crew->busy) pthread_cond_wait(&crew->idle, &crew->mutex);
}

/* ---- Threads ---- */

static void *run(void *context) {
    struct member *member = context;
    ks_crew *crew = member->crew;
    pthread_mutex_lock(&crew->mutex);
    for (;;) {
        while (crew->count == 0 && !crew->ending) pthread_cond_wait(&crew->wake, &crew->mutex);
        if (crew->count == 0) break;
        do_job(crew, member->context);
    }
    finish_member(crew, member->context);
    pthread_mutex_unlock(&crew->mutex);
    return NULL;
}

/* Signals are for the program's own threads. A new thread inherits the mask of the one that starts it, so all
 * are blocked for as long as that takes. */
static int start(struct member *member) {
    sigset_t all, before;
    int fault;
    sigfillset(&all);
    if ((fault = pthread_sigmask(SIG_SETMASK, &all, &before))) return fault;
    fault = pthread_create(&member->thread, NULL, run, member);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return fault;
}

ks_status ks_crew_add(ks_crew *crew, void *context, bool *added, ks_error *err) {
    struct member *member = malloc(sizeof *member);
    ks_status status = ks_array_reserve(&crew->members, &crew->member_capacity, crew->member_count + 1,
                                        sizeof *crew->members, err);
    if (!status && !member) status = ks_error_nomem(err);
    if (status) {
        free(member);
        return status;
    }
    *member = (struct member){.crew = crew, .context = context};
    *added = start(member) == 0;
    if (*added)
        crew->members[crew->member_count++] = member;
    else
        free(member);
    return KS_OK;
}

static void end_threads(ks_crew *crew) {
    pthread_mutex_lock(&crew->mutex);
    crew->ending = true;
    pthread_cond_broadcast(&crew->wake);
    pthread_mutex_unlock(&crew->mutex);
}

static void join_threads(ks_crew *crew) {
    for (size_t i = 0; i < crew->member_count; i++) {
        pthread_join(crew->members[i]->thread, NULL);
        free(crew->members[i]);
    }
    crew->member_count = 0;
    crew->ending = false;
}

void ks_crew_free(ks_crew *crew) {
    if (!crew) return;
    pthread_mutex_lock(&crew->mutex);
    crew->abandoned = true;
    while (crew->count) crew->work->drop(take_job(crew));
    pthread_mutex_unlock(&crew->mutex);
    end_threads(crew);
    join_threads(crew);
    pthread_cond_destroy(&crew->idle);
    pthread_cond_destroy(&crew->wake);
    pthread_mutex_destroy(&crew->mutex);
    free(crew->members);
    free(crew->jobs);
    free(crew);
}

/* ---- For the owner, the thread that gives out the jobs ---- */

static ks_status outcome(const ks_crew *crew, ks_error *err) {
    if (crew->status && err) *err = crew->error;
    return crew->status;
}

ks_status ks_crew_offer(ks_crew *crew, void *job, bool *taken, ks_error *err) {
    ks_status status;
    pthread_mutex_lock(&crew->mutex);
    status = outcome(crew, err);
    if (!status) *taken = crew->member_count && crew->count < crew->limit;
    if (!status && *taken) {
        crew->jobs[(crew->first + crew->count++) % crew->limit] = job;
        pthread_cond_signal(&crew->wake);
    }
    pthread_mutex_unlock(&crew->mutex);
    return status;
}

ks_status ks_crew_wait(ks_crew *crew, void *member, ks_error *err) {
    ks_status status;
    pthread_mutex_lock(&crew->mutex);
    while (crew->count) do_job(crew, member);
    wait_for_idle(crew);
    status = outcome(crew, err);
    pthread_mutex_unlock(&crew->mutex);
    return status;
}

ks_status ks_crew_finish(ks_crew *crew, void *member, ks_error *err) {
    ks_status status = ks_crew_wait(crew, member, err);
    if (status) return status;
    end_threads(crew);
    pthread_mutex_lock(&crew->mutex);
    finish_member(crew, member);
    pthread_mutex_unlock(&crew->mutex);
    join_threads(crew);
    return outcome(crew, err);
}
