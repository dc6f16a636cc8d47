/* Byte streams in slices against plain buffers: many streams grow in turn in one pool. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "native/stream.h"
#include "tests/support/allocation.h"
#include "tests/support/random.h"

#include <stdlib.h>
#include <string.h>

static void assert_stream(const ks_stream *stream, const ks_buffer *expected) {
    uint8_t *bytes = malloc(expected->size + 1);
    assert_int_equal(ks_stream_size(stream), expected->size);
    bytes[expected->size] = 0xA5;
    ks_stream_copy(stream, bytes);
    if (expected->size) assert_memory_equal(bytes, expected->data, expected->size);
    assert_int_equal(bytes[expected->size], 0xA5);
    free(bytes);
}

static void streams_grow_in_turn(void **state) {
    enum { STREAMS = 40 };
    static ks_stream streams[STREAMS];
    static ks_buffer expected[STREAMS];
    uint64_t random = ks_test_seed(1);
    ks_pool pool = {0};
    (void)state;
    for (int i = 0; i < 20000; i++) {
        size_t which = ks_test_below(&random, ks_test_below(&random, STREAMS) + 1);
        size_t size = ks_test_below(&random, ks_test_below(&random, 500) ? 12 : 20000);
        uint8_t bytes[20000];
        ks_test_random_bytes(&random, bytes, size < KS_STREAM_SHORT ? KS_STREAM_SHORT : size);
        if (size <= KS_STREAM_SHORT && ks_test_below(&random, 2))
            assert_true(ks_stream_add_short(&streams[which], &pool, bytes, size));
        else
            assert_true(ks_stream_add(&streams[which], &pool, bytes, size));
        ks_stream_prefetch(&streams[which]);
        ks_buffer_add(&expected[which], bytes, size);
    }
    for (size_t i = 0; i < STREAMS; i++) {
        assert_stream(&streams[i], &expected[i]);
        ks_buffer_free(&expected[i]);
    }
    ks_pool_free(&pool);
}

static void every_length(void **state) {
    ks_buffer expected = {0};
    ks_stream stream = {0};
    ks_pool pool = {0};
    (void)state;
    assert_stream(&stream, &expected);
    ks_stream_prefetch(&stream);
    for (int i = 0; i < 3000; i++) {
        char byte = (char)(i * 7);
        assert_true(ks_stream_add(&stream, &pool, &byte, 1));
        ks_buffer_char(&expected, byte);
        if (i < 300 || i % 100 == 0) assert_stream(&stream, &expected);
    }
    assert_int_equal(stream.additions, 3000);
    ks_buffer_free(&expected);
    ks_pool_free(&pool);
}

/* Wherever memory runs out, the stream is what it was, and can be added to later. */
static void out_of_memory(void **state) {
    ks_buffer expected = {0};
    ks_stream stream = {0};
    ks_pool pool = {0};
    uint64_t random = ks_test_seed(2);
    static uint8_t bytes[3 << 20];
    size_t failures = 0;
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    ks_test_random_bytes(&random, bytes, sizeof bytes);
    for (int i = 0; i < 60; i++) {
        size_t size = ks_test_below(&random, i % 5 ? 3000 : sizeof bytes);
        uint32_t additions = stream.additions;
        bool added;
        ks_test_fail_allocation(1 + ks_test_below(&random, 3));
        added = ks_stream_add(&stream, &pool, bytes, size);
        if (!ks_test_allocation_failed()) assert_true(added);
        failures += !added;
        assert_int_equal(stream.additions, additions + added);
        if (added) ks_buffer_add(&expected, bytes, size);
        assert_stream(&stream, &expected);
    }
    assert_true(failures > 2);
    ks_buffer_free(&expected);
    ks_pool_free(&pool);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_grow_in_turn),
        cmocka_unit_test(every_length),
        cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
