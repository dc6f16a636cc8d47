/* The bump allocator: pieces of every size stand apart from each other, aligned, and are counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/pool.h"
#include "tests/support/allocation.h"
#include "tests/support/random.h"

#include <string.h>

enum { PIECES = 3000 };

static void pieces_stand_apart(void **state) {
    static unsigned char *pieces[PIECES];
    static size_t sizes[PIECES];
    static const size_t most[] = {8, 100, 5000, 3 << 20};
    uint64_t random = ks_test_seed(1);
    ks_pool pool = {0};
    size_t total = 0;
    (void)state;
    for (size_t i = 0; i < PIECES; i++) {
        size_t kind = ks_test_below(&random, 1000);
        sizes[i] = ks_test_below(&random, most[kind == 0 ? 3 : kind < 50 ? 2 : kind < 300] + 1);
        pieces[i] = ks_pool_alloc(&pool, sizes[i]);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % 8, 0);
        memset(pieces[i], (int)(i % 251), sizes[i]);
        total += sizes[i];
        assert_true(pool.bytes >= total);
    }
    for (size_t i = 0; i < PIECES; i++)
        for (size_t at = 0; at < sizes[i]; at += sizes[i] / 64 + 1) assert_int_equal(pieces[i][at], i % 251);
    assert_true(pool.bytes < total + total / 2 + (2 << 20));
    ks_pool_free(&pool);
    assert_int_equal(pool.bytes, 0);
}

static void a_little_takes_little(void **state) {
    ks_pool pool = {0};
    (void)state;
    assert_non_null(ks_pool_alloc(&pool, 10));
    assert_true(pool.bytes < 5000);
    ks_pool_free(&pool);
    assert_non_null(ks_pool_alloc(&pool, 0)); /* and it can be used on */
    ks_pool_free(&pool);
    ks_pool_free(&pool);
}

static void what_cannot_be_had(void **state) {
    ks_pool pool = {0};
    size_t bytes;
    (void)state;
    assert_null(ks_pool_alloc(&pool, SIZE_MAX));
    assert_null(ks_pool_alloc(&pool, SIZE_MAX - 8));
    assert_non_null(ks_pool_alloc(&pool, 10));
    bytes = pool.bytes;
    assert_null(ks_pool_alloc(&pool, SIZE_MAX - 8));
    if (!ks_test_can_fail_allocation()) skip();
    for (size_t size = 5000; size < 10000000; size *= 10) {
        ks_test_fail_allocation(1);
        assert_null(ks_pool_alloc(&pool, size));
        assert_true(ks_test_allocation_failed());
    }
    assert_int_equal(pool.bytes, bytes);
    assert_non_null(ks_pool_alloc(&pool, 10));
    ks_pool_free(&pool);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_stand_apart),
        cmocka_unit_test(a_little_takes_little),
        cmocka_unit_test(what_cannot_be_had),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
