/* The crew: every job once, whoever does it; errors, threads that the system refuses, ends at any time. */
#include "base/crew.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/allocation.h"
#include "tests/support/random.h"
#include "tests/support/threads.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { JOBS = 2000, MEMBERS = 4 };

struct member {
    size_t done;     /* jobs */
    bool finished;   /* its finish ran, once */
    bool saw_signal; /* a signal was not blocked in its thread */
};

struct job {
    size_t number;
};

static struct member members[MEMBERS + 1]; /* the last is the calling thread's */
static struct member *const own = &members[MEMBERS];
static atomic_int seen[JOBS]; /* how often each job was done */
static atomic_size_t dropped;
static size_t failing_job = JOBS;  /* its work fails */
static struct member *failing_end; /* its finish fails */
static atomic_bool held;           /* jobs wait for this to be cleared */

static int set_up(void **state) {
    (void)state;
    memset(members, 0, sizeof members);
    for (size_t i = 0; i < JOBS; i++) seen[i] = 0;
    dropped = 0;
    failing_job = JOBS;
    failing_end = NULL;
    held = false;
    return 0;
}

/* Signals that are about the whole program must not end up in a member. */
static bool blocks_signals(void) {
    sigset_t mask;
    return pthread_sigmask(SIG_SETMASK, NULL, &mask) == 0 && sigismember(&mask, SIGINT) &&
           sigismember(&mask, SIGTERM) && sigismember(&mask, SIGALRM);
}

static ks_status work(void *context, void *job, ks_error *err) {
    struct member *member = context;
    size_t number = ((struct job *)job)->number;
    while (held && member != own) continue;
    if (member != own && !blocks_signals()) member->saw_signal = true;
    member->done++;
    seen[number]++;
    free(job);
    if (number != failing_job) return KS_OK;
    ks_error_set(err, KS_ERR_ENGINE, "job %zu", number);
    return ks_error_hint(err, KS_ERR_ENGINE, "a hint");
}

static ks_status finish(void *context, ks_error *err) {
    struct member *member = context;
    if (member->finished) return ks_error_set(err, KS_ERR_CORRUPT, "finished twice");
    member->finished = true;
    return member == failing_end ? ks_error_set(err, KS_ERR_NO_SPACE, "no end") : KS_OK;
}

static void drop(void *job) {
    dropped++;
    free(job);
}

static const ks_crew_work with_finish = {work, finish, drop}, without_finish = {work, NULL, drop};

static ks_crew *new_crew(const ks_crew_work *what, size_t count, size_t limit) {
    ks_crew *crew = NULL;
    assert_int_equal(ks_crew_new(&crew, what, limit, NULL), KS_OK);
    for (size_t i = 0; i < count; i++) {
        bool added = false;
        assert_int_equal(ks_crew_add(crew, &members[i], &added, NULL), KS_OK);
        assert_true(added);
    }
    return crew;
}

static struct job *new_job(size_t number) {
    struct job *job = malloc(sizeof *job);
    assert_non_null(job);
    job->number = number;
    return job;
}

/* Offers the jobs first..end-1, doing those that are not taken; returns how many were. */
static size_t give(ks_crew *crew, size_t first, size_t end) {
    size_t given = 0;
    for (size_t i = first; i < end; i++) {
        struct job *job = new_job(i);
        bool taken = false;
        assert_int_equal(ks_crew_offer(crew, job, &taken, NULL), KS_OK);
        if (taken)
            given++;
        else
            assert_int_equal(work(own, job, NULL), KS_OK);
    }
    return given;
}

static void expect_done(size_t first, size_t end, int times) {
    for (size_t i = first; i < end; i++) assert_int_equal(seen[i], times);
}

static void every_job_is_done_once(void **state) {
    (void)state;
    for (size_t count = 0; count <= MEMBERS; count++) {
        ks_crew *crew;
        size_t done = 0;
        set_up(NULL);
        crew = new_crew(&with_finish, count, 3);
        give(crew, 0, JOBS);
        assert_int_equal(ks_crew_finish(crew, own, NULL), KS_OK);
        expect_done(0, JOBS, 1);
        for (size_t i = 0; i <= MEMBERS; i++) {
            assert_int_equal(members[i].finished, i < count || &members[i] == own);
            assert_false(members[i].saw_signal);
            done += members[i].done;
        }
        assert_int_equal(done, JOBS);
        assert_int_equal(dropped, 0);
        ks_crew_free(crew);
    }
}

/* A crew that waited goes on; what was done is visible without any other measure. */
static void waiting_and_going_on(void **state) {
    ks_crew *crew = new_crew(&without_finish, 2, 4);
    uint64_t random = ks_test_seed(11);
    (void)state;
    for (size_t at = 0; at < JOBS;) {
        size_t end = at + 1 + ks_test_below(&random, 40), done = 0;
        if (end > JOBS) end = JOBS;
        give(crew, at, end);
        assert_int_equal(ks_crew_wait(crew, own, NULL), KS_OK);
        for (size_t i = 0; i <= MEMBERS; i++) done += members[i].done;
        assert_int_equal(done, end);
        at = end;
    }
    assert_int_equal(ks_crew_wait(crew, own, NULL), KS_OK);
    assert_int_equal(ks_crew_finish(crew, own, NULL), KS_OK);
    expect_done(0, JOBS, 1);
    assert_false(own->finished);
    ks_crew_free(crew);
}

static void a_full_queue_takes_nothing(void **state) {
    ks_crew *crew = new_crew(&with_finish, 1, 3);
    size_t given;
    (void)state;
    held = true;
    given = give(crew, 0, 20);
    assert_in_range(given, 3, 4); /* one may be under way */
    assert_int_equal(own->done, 20 - given);
    held = false;
    assert_int_equal(ks_crew_finish(crew, own, NULL), KS_OK);
    expect_done(0, 20, 1);
    ks_crew_free(crew);
}

/* The calling thread takes from the queue what the members have not begun. */
static void waiting_is_working(void **state) {
    ks_crew *crew = new_crew(&with_finish, 1, 8);
    (void)state;
    held = true;
    assert_true(give(crew, 0, 8) == 8);
    for (size_t left = 8; left;) { /* until the member has taken its one */
        struct job *job = new_job(8);
        bool taken = false;
        assert_int_equal(ks_crew_offer(crew, job, &taken, NULL), KS_OK);
        if (taken) break;
        free(job);
    }
    held = false;
    assert_int_equal(ks_crew_wait(crew, own, NULL), KS_OK);
    expect_done(0, 9, 1);
    assert_int_equal(own->done + members[0].done, 9);
    ks_crew_free(crew);
}

/* The error comes back whole, from an offer or from the wait, and nothing is done or finished any more. */
static void a_failing_job(void **state) {
    (void)state;
    for (size_t count = 1; count <= MEMBERS; count++) {
        ks_crew *crew;
        ks_error error = {0};
        ks_status status = KS_OK;
        size_t done = 0, given = 0;
        set_up(NULL);
        failing_job = 100;
        crew = new_crew(&with_finish, count, 5);
        while (given < JOBS && !status) {
            struct job *job = new_job(given);
            bool taken = false;
            status = ks_crew_offer(crew, job, &taken, &error);
            if (!status && taken)
                given++;
            else
                free(job);
        }
        assert_int_equal(status, KS_ERR_ENGINE);
        memset(&error, 0, sizeof error);
        assert_int_equal(ks_crew_finish(crew, own, &error), KS_ERR_ENGINE);
        assert_int_equal(error.code, KS_ERR_ENGINE);
        assert_string_equal(error.message, "job 100");
        assert_string_equal(error.hint, "a hint");
        assert_int_equal(ks_crew_wait(crew, own, NULL), KS_ERR_ENGINE);
        for (size_t i = 0; i <= MEMBERS; i++) {
            assert_false(members[i].finished);
            done += members[i].done;
        }
        assert_int_equal(done + dropped, given);
        ks_crew_free(crew);
    }
}

static void a_failing_end(void **state) {
    (void)state;
    for (size_t i = 0; i <= 2; i++) {
        ks_error error = {0};
        ks_crew *crew;
        set_up(NULL);
        failing_end = i == 2 ? own : &members[i];
        crew = new_crew(&with_finish, 2, 5);
        give(crew, 0, 50);
        assert_int_equal(ks_crew_finish(crew, own, &error), KS_ERR_NO_SPACE);
        assert_string_equal(error.message, "no end");
        expect_done(0, 50, 1);
        ks_crew_free(crew);
    }
}

static void freed_at_any_time(void **state) {
    uint64_t random = ks_test_seed(12);
    (void)state;
    for (int round = 0; round < 100; round++) {
        size_t count = ks_test_below(&random, MEMBERS + 1), jobs = ks_test_below(&random, 50), done = 0;
        ks_crew *crew;
        set_up(NULL);
        crew = new_crew(&with_finish, count, 1 + ks_test_below(&random, 20));
        give(crew, 0, jobs);
        ks_crew_free(crew);
        for (size_t i = 0; i <= MEMBERS; i++) {
            assert_false(members[i].finished);
            done += members[i].done;
        }
        assert_int_equal(done + dropped, jobs);
    }
    ks_crew_free(NULL);
}

static void threads_that_cannot_start(void **state) {
    bool added = true;
    ks_crew *crew;
    (void)state;
    for (size_t most = 0; most < 3; most++) {
        set_up(NULL);
        crew = new_crew(&with_finish, 0, 4);
        ks_test_limit_threads(most);
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(ks_crew_add(crew, &members[i], &added, NULL), KS_OK);
            assert_int_equal(added, i < most);
        }
        assert_int_equal(ks_test_threads_started(), most);
        give(crew, 0, 500);
        assert_int_equal(ks_crew_finish(crew, own, NULL), KS_OK);
        expect_done(0, 500, 1);
        for (size_t i = 0; i < 3; i++) assert_int_equal(members[i].finished, i < most);
        if (most == 0) assert_int_equal(own->done, 500);
        ks_crew_free(crew);
    }
}

/* The mask of the thread that starts the others is as it was. */
static void the_caller_keeps_its_signals(void **state) {
    sigset_t before, after;
    ks_crew *crew;
    (void)state;
    assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &before), 0);
    crew = new_crew(&with_finish, 3, 4);
    assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &after), 0);
    for (int i = 1; i < 32; i++) assert_int_equal(sigismember(&after, i), sigismember(&before, i));
    ks_crew_free(crew);
}

static ks_status start_once(void *context, ks_error *err) {
    ks_crew *crew = NULL;
    bool added = false;
    ks_status status = ks_crew_new(&crew, &with_finish, 4, err);
    (void)context;
    if (!status) status = ks_crew_add(crew, &members[0], &added, err);
    assert_int_equal(added, status == KS_OK);
    ks_crew_free(crew);
    return status;
}

static void failed_allocations(void **state) {
    (void)state;
    assert_true(ks_test_each_allocation(start_once, NULL) > 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_job_is_done_once, set_up),
        cmocka_unit_test_setup(waiting_and_going_on, set_up),
        cmocka_unit_test_setup(a_full_queue_takes_nothing, set_up),
        cmocka_unit_test_setup(waiting_is_working, set_up),
        cmocka_unit_test_setup(a_failing_job, set_up),
        cmocka_unit_test_setup(a_failing_end, set_up),
        cmocka_unit_test_setup(freed_at_any_time, set_up),
        cmocka_unit_test_setup(threads_that_cannot_start, set_up),
        cmocka_unit_test_setup(the_caller_keeps_its_signals, set_up),
        cmocka_unit_test_setup(failed_allocations, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
