/* The clock goes forward, in microseconds. */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <time.h>

static void it_never_goes_back(void **state) {
    uint64_t before = ks_clock_us();
    (void)state;
    assert_true(before > 0);
    for (int i = 0; i < 100000; i++) {
        uint64_t now = ks_clock_us();
        assert_true(now >= before);
        before = now;
    }
}

/* The one thing about its pace that holds on a busy machine: a sleep is not shorter than asked for. */
static void its_unit_is_a_microsecond(void **state) {
    const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
    uint64_t before = ks_clock_us();
    (void)state;
    assert_int_equal(nanosleep(&pause, NULL), 0);
    assert_true(ks_clock_us() - before >= 20000 - 1);
}

/* It is the system's monotonic clock, read between two readings of that. */
static void it_is_the_monotonic_clock(void **state) {
    (void)state;
    for (int i = 0; i < 1000; i++) {
        struct timespec first, last;
        uint64_t now;
        assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &first), 0);
        now = ks_clock_us();
        assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &last), 0);
        assert_true(now >= (uint64_t)first.tv_sec * 1000000 + (uint64_t)first.tv_nsec / 1000);
        assert_true(now <= (uint64_t)last.tv_sec * 1000000 + (uint64_t)last.tv_nsec / 1000);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_never_goes_back),
        cmocka_unit_test(its_unit_is_a_microsecond),
        cmocka_unit_test(it_is_the_monotonic_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
