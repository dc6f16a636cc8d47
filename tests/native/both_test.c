/* Two parts of a work: both are done, in two threads or one after the other; what fails is told. */
#include "native/both.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/allocation.h"
#include "tests/support/threads.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

struct parts {
    atomic_int first, second; /* how often each was called */
    atomic_bool wait;         /* the first waits for the second to begin */
    bool first_fails, second_fails;
    pthread_t first_thread, second_thread;
    bool blocks_signals; /* the first's thread */
};

static ks_status do_first(void *context, ks_error *err) {
    struct parts *parts = context;
    sigset_t mask;
    parts->first_thread = pthread_self();
    parts->blocks_signals = pthread_sigmask(SIG_SETMASK, NULL, &mask) == 0 && sigismember(&mask, SIGINT) &&
                            sigismember(&mask, SIGTERM);
    while (parts->wait && !parts->second) continue;
    parts->first++;
    return parts->first_fails ? ks_error_set(err, KS_ERR_IO, "the first") : KS_OK;
}

static ks_status do_second(void *context, ks_error *err) {
    struct parts *parts = context;
    parts->second_thread = pthread_self();
    parts->second++;
    return parts->second_fails ? ks_error_set(err, KS_ERR_CORRUPT, "the second") : KS_OK;
}

static void one_after_the_other(void **state) {
    struct parts parts = {0};
    (void)state;
    ks_test_limit_threads(SIZE_MAX);
    assert_int_equal(ks_run_both(do_first, do_second, &parts, false, NULL), KS_OK);
    assert_int_equal(ks_test_threads_started(), 0);
    assert_int_equal(parts.first, 1);
    assert_int_equal(parts.second, 1);
    assert_true(pthread_equal(parts.first_thread, pthread_self()));
    assert_true(pthread_equal(parts.second_thread, pthread_self()));
}

static void at_the_same_time(void **state) {
    (void)state;
    for (int round = 0; round < 200; round++) {
        struct parts parts = {.wait = round % 2};
        ks_test_limit_threads(SIZE_MAX);
        assert_int_equal(ks_run_both(do_first, do_second, &parts, true, NULL), KS_OK);
        assert_int_equal(ks_test_threads_started(), 1);
        assert_int_equal(parts.first, 1);
        assert_int_equal(parts.second, 1);
        assert_true(pthread_equal(parts.second_thread, pthread_self()));
        if (!pthread_equal(parts.first_thread, pthread_self())) assert_true(parts.blocks_signals);
    }
}

static void without_a_thread(void **state) {
    struct parts parts = {0};
    (void)state;
    ks_test_limit_threads(0);
    assert_int_equal(ks_run_both(do_first, do_second, &parts, true, NULL), KS_OK);
    assert_int_equal(ks_test_threads_started(), 0);
    assert_int_equal(parts.first, 1);
    assert_int_equal(parts.second, 1);
    assert_true(pthread_equal(parts.first_thread, pthread_self()));
}

/* The first error that is met in this thread; nothing runs on afterwards. */
static void failures(void **state) {
    (void)state;
    for (int round = 0; round < 100; round++)
        for (int which = 1; which <= 3; which++)
            for (int parallel = 0; parallel < 2; parallel++) {
                struct parts parts = {.first_fails = which & 1, .second_fails = which & 2};
                ks_error err = {0};
                ks_status status = ks_run_both(do_first, do_second, &parts, parallel, &err);
                int first = parts.first;
                assert_true(status == KS_ERR_IO ? which & 1 : status == KS_ERR_CORRUPT && which & 2);
                assert_string_equal(err.message, status == KS_ERR_IO ? "the first" : "the second");
                if (!parallel) assert_int_equal(parts.second, which == 2);
                assert_true(parts.first <= 1 && parts.second <= 1);
                assert_int_equal(parts.first, first);
                assert_int_not_equal(ks_run_both(do_first, do_second, &parts, parallel, NULL), KS_OK);
            }
}

static void every_allocation_may_fail(void **state) {
    size_t n = 1;
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    for (;; n++) {
        struct parts parts = {0};
        ks_error err = {0};
        ks_status status;
        ks_test_fail_allocation(n);
        status = ks_run_both(do_first, do_second, &parts, true, &err);
        if (!ks_test_allocation_failed()) {
            assert_int_equal(status, KS_OK);
            break;
        }
        assert_int_equal(status, KS_ERR_NOMEM);
        assert_int_equal(parts.first + parts.second, 0);
    }
    assert_true(n > 2);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_after_the_other),       cmocka_unit_test(at_the_same_time),
        cmocka_unit_test(without_a_thread),          cmocka_unit_test(failures),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
