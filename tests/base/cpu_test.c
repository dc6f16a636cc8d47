/* What the C library says of the processor is what the compiler's functions find out for themselves. */
#include "base/cpu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>

static void both_say_the_same(void **state) {
    (void)state;
#ifdef KS_CPU_HAS
    assert_int_equal((bool)KS_CPU_HAS(AVX2, "avx2"), __builtin_cpu_supports("avx2") != 0);
    assert_int_equal((bool)KS_CPU_HAS(BMI1, "bmi"), __builtin_cpu_supports("bmi") != 0);
    assert_int_equal((bool)KS_CPU_HAS(BMI2, "bmi2"), __builtin_cpu_supports("bmi2") != 0);
    assert_int_equal((bool)KS_CPU_HAS(POPCNT, "popcnt"), __builtin_cpu_supports("popcnt") != 0);
    assert_int_equal((bool)KS_CPU_HAS(SSE4A, "sse4a"), __builtin_cpu_supports("sse4a") != 0);
    assert_int_equal((bool)KS_CPU_HAS(VPCLMULQDQ, "vpclmulqdq"), __builtin_cpu_supports("vpclmulqdq") != 0);
#else
    skip();
#endif
}

/* The first two Zen processors find the place of a bit slowly, the others fast. */
static void slow_processors_are_told(void **state) {
    (void)state;
#ifdef KS_CPU_HAS
    bool slow = KS_CPU_HAS(SSE4A, "sse4a") && !KS_CPU_HAS(VPCLMULQDQ, "vpclmulqdq");
    if (__builtin_cpu_is("intel")) assert_false(slow);
    if (__builtin_cpu_is("znver1") || __builtin_cpu_is("znver2")) assert_true(slow);
    if (__builtin_cpu_is("znver3")) assert_false(slow);
#else
    skip();
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_say_the_same),
        cmocka_unit_test(slow_processors_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
