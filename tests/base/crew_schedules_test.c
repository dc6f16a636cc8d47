/* The crew under schedules of all kinds: random mixtures of everything that may be asked of it, jobs that
 * take their time and jobs that fail, crews side by side; and threads that cannot be prepared. What must hold
 * at any time is what every job's owner relies on: it is done or dropped, once. */
#include "base/crew.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/random.h"
#include "tests/support/threads.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { MOST_JOBS = 400, MOST_MEMBERS = 5, ROUNDS = 80 };

/* A job knows what becomes of it; it lives until the round ends. */
struct job {
    atomic_int done, dropped;
    unsigned yields;
    bool fails;
};

struct member {
    atomic_int busy; /* no two threads run with the same member */
    size_t done, ends;
};

static struct job jobs[MOST_JOBS];
static struct member members[MOST_MEMBERS + 1];

static atomic_int clashes; /* looked at by the thread that tests */

static void enter(struct member *member) {
    if (atomic_fetch_add(&member->busy, 1) != 0) clashes++;
}

static void leave(struct member *member) {
    atomic_fetch_sub(&member->busy, 1);
}

static ks_status work(void *context, void *given, ks_error *err) {
    struct member *member = context;
    struct job *job = given;
    ks_status status = KS_OK;
    enter(member);
    for (unsigned i = 0; i < job->yields; i++) sched_yield();
    member->done++;
    job->done++;
    if (job->fails) status = ks_error_set(err, KS_ERR_CORRUPT, "job %d", (int)(job - jobs));
    leave(member);
    return status;
}

static ks_status finish(void *context, ks_error *err) {
    struct member *member = context;
    (void)err;
    enter(member);
    member->ends++;
    leave(member);
    return KS_OK;
}

static void drop(void *given) {
    ((struct job *)given)->dropped++;
}

static const ks_crew_work crew_work = {work, finish, drop};

/* ---- One round ---- */

/* What the thread that gives out knows. */
struct round {
    ks_crew *crew;
    uint64_t *random;
    size_t members, given, taken; /* given: jobs offered so far, those that were taken are the crew's */
    bool owns[MOST_JOBS];         /* the crew took it */
    ks_status status;             /* the first that was reported */
};

static void reset(uint64_t *random, bool failing) {
    memset(members, 0, sizeof members);
    for (size_t i = 0; i < MOST_JOBS; i++) {
        jobs[i].done = jobs[i].dropped = 0;
        jobs[i].yields = (unsigned)ks_test_below(random, ks_test_below(random, 10) ? 3 : 30);
        jobs[i].fails = failing && ks_test_below(random, 60) == 0;
    }
}

static void offer(struct round *round) {
    bool taken = false;
    ks_status status;
    if (round->given == MOST_JOBS) return;
    status = ks_crew_offer(round->crew, &jobs[round->given], &taken, NULL);
    if (status) {
        round->status = status;
        return;
    }
    assert_int_equal(round->status, KS_OK); /* an error stays */
    if (taken) assert_true(round->members > 0);
    round->owns[round->given++] = taken;
    round->taken += taken;
}

static void add_member(struct round *round) {
    bool added = false;
    if (round->members == MOST_MEMBERS) return;
    assert_int_equal(ks_crew_add(round->crew, &members[round->members], &added, NULL), KS_OK);
    assert_true(added);
    round->members++;
}

/* After a wait nothing is under way, and without an error all that was taken is done. */
static void wait_for_all(struct round *round) {
    ks_error error = {0};
    ks_status status = ks_crew_wait(round->crew, &members[MOST_MEMBERS], &error);
    size_t done = 0, dropped = 0;
    for (size_t i = 0; i < round->given; i++) {
        done += (size_t)jobs[i].done;
        dropped += (size_t)jobs[i].dropped;
        assert_int_equal(jobs[i].done + jobs[i].dropped, round->owns[i]);
    }
    for (size_t i = 0; i <= MOST_MEMBERS; i++) assert_int_equal(members[i].busy, 0);
    assert_int_equal(done + dropped, round->taken);
    if (round->status) assert_int_equal(status, round->status);
    if (!status) assert_int_equal(dropped, 0);
    if (status) {
        int number;
        assert_int_equal(sscanf(error.message, "job %d", &number), 1);
        assert_true(jobs[number].fails && jobs[number].done == 1);
        round->status = status;
    }
}

static void end(struct round *round, bool properly) {
    ks_status status = KS_OK;
    size_t done = 0, ends = 0;
    if (properly) status = ks_crew_finish(round->crew, &members[MOST_MEMBERS], NULL);
    ks_crew_free(round->crew);
    for (size_t i = 0; i < MOST_JOBS; i++) {
        bool owned = i < round->given && round->owns[i];
        assert_int_equal(jobs[i].done + jobs[i].dropped, owned);
        done += (size_t)jobs[i].done;
    }
    for (size_t i = 0; i <= MOST_MEMBERS; i++) {
        done -= members[i].done;
        ends += members[i].ends;
        assert_true(members[i].ends <= 1);
    }
    assert_int_equal(done, 0);
    assert_int_equal(clashes, 0);
    assert_int_equal(ends, properly && !status ? round->members + 1 : 0);
}

static void one_round(uint64_t *random, bool failing) {
    struct round round = {.random = random};
    size_t steps = ks_test_below(random, 3 * MOST_JOBS / 2);
    reset(random, failing);
    assert_int_equal(ks_crew_new(&round.crew, &crew_work, 1 + ks_test_below(random, 12), NULL), KS_OK);
    for (size_t i = ks_test_below(random, 4); i > 0; i--) add_member(&round);
    for (size_t i = 0; i < steps && !round.status; i++) {
        size_t what = ks_test_below(random, 40);
        if (what == 0)
            wait_for_all(&round);
        else if (what == 1)
            add_member(&round);
        else if (what == 2)
            sched_yield();
        else
            offer(&round);
    }
    if (ks_test_below(random, 2)) wait_for_all(&round);
    end(&round, ks_test_below(random, 3) > 0);
}

static void random_schedules(void **state) {
    uint64_t random = ks_test_seed(741);
    (void)state;
    for (size_t i = 0; i < ROUNDS; i++) one_round(&random, false);
}

static void random_schedules_with_failures(void **state) {
    uint64_t random = ks_test_seed(742);
    (void)state;
    for (size_t i = 0; i < ROUNDS; i++) one_round(&random, true);
}

/* ---- Jobs that give out jobs to another crew ---- */

static ks_status work_with_crew(void *member, void *given, ks_error *err) {
    ks_crew *inner = NULL;
    struct member own = {0}, other = {0};
    bool added = false, taken = false;
    ks_status status = ks_crew_new(&inner, &crew_work, 2, err);
    (void)member;
    if (!status) status = ks_crew_add(inner, &other, &added, err);
    if (!status && added) status = ks_crew_offer(inner, given, &taken, err);
    if (!status && !taken) status = work(&own, given, err);
    if (!status) status = ks_crew_finish(inner, &own, err);
    ks_crew_free(inner);
    return status;
}

static void crews_in_crews(void **state) {
    static const ks_crew_work nested = {work_with_crew, NULL, drop};
    uint64_t random = ks_test_seed(743);
    ks_crew *crew = NULL;
    (void)state;
    reset(&random, false);
    assert_int_equal(ks_crew_new(&crew, &nested, 4, NULL), KS_OK);
    for (size_t i = 0; i < 3; i++) {
        bool added = false;
        assert_int_equal(ks_crew_add(crew, &members[i], &added, NULL), KS_OK);
        assert_true(added);
    }
    for (size_t i = 0; i < 100; i++) {
        bool taken = false;
        assert_int_equal(ks_crew_offer(crew, &jobs[i], &taken, NULL), KS_OK);
        if (!taken) assert_int_equal(work_with_crew(&members[MOST_MEMBERS], &jobs[i], NULL), KS_OK);
    }
    assert_int_equal(ks_crew_finish(crew, &members[MOST_MEMBERS], NULL), KS_OK);
    for (size_t i = 0; i < 100; i++) assert_int_equal(jobs[i].done, 1);
    ks_crew_free(crew);
}

/* ---- What threads need ---- */

static void what_cannot_be_prepared(void **state) {
    (void)state;
    for (size_t n = 1; n <= 3; n++) { /* a mutex and two conditions */
        ks_crew *crew = NULL;
        ks_error error = {0};
        ks_test_fail_thread_setup(n, EAGAIN);
        assert_int_not_equal(ks_crew_new(&crew, &crew_work, 3, &error), KS_OK);
        if (!ks_test_thread_setup_failed()) skip();
        assert_non_null(strstr(error.message, "cannot prepare threads"));
        assert_null(crew);
    }
}

/* A thread whose signals could not be blocked is not started: the others do the work. */
static void signals_that_cannot_be_blocked(void **state) {
    ks_crew *crew = NULL;
    bool added = true;
    uint64_t random = ks_test_seed(744);
    (void)state;
    reset(&random, false);
    assert_int_equal(ks_crew_new(&crew, &crew_work, 3, NULL), KS_OK);
    ks_test_fail_thread_setup(1, EINVAL);
    assert_int_equal(ks_crew_add(crew, &members[0], &added, NULL), KS_OK);
    assert_true(ks_test_thread_setup_failed());
    assert_false(added);
    assert_int_equal(ks_crew_offer(crew, &jobs[0], &added, NULL), KS_OK);
    assert_false(added);
    assert_int_equal(ks_crew_finish(crew, &members[MOST_MEMBERS], NULL), KS_OK);
    assert_int_equal(members[MOST_MEMBERS].ends, 1);
    assert_int_equal(members[0].ends, 0);
    ks_crew_free(crew);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_schedules),
        cmocka_unit_test(random_schedules_with_failures),
        cmocka_unit_test(crews_in_crews),
        cmocka_unit_test(what_cannot_be_prepared),
        cmocka_unit_test(signals_that_cannot_be_blocked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
