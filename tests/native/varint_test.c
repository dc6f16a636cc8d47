/* Variable-length integers: back and forth, and every way in which bytes can be wrong. */
#include "native/varint.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/allocation.h"
#include "tests/support/random.h"

#include <stdlib.h>
#include <string.h>

/* How many groups of seven bits the number has. */
static size_t oracle_size(uint64_t value) {
    size_t size = 1;
    while (value /= 128) size++;
    return size;
}

/* Copies the bytes to the end of a piece of memory of their own. */
static uint8_t *own_copy(const void *bytes, size_t size, void **memory) {
    uint8_t *piece = malloc(size + 1);
    assert_non_null(piece);
    memcpy(piece + 1, bytes, size);
    *memory = piece;
    return piece + 1;
}

static bool get(const void *bytes, size_t size, uint64_t *value, size_t *used) {
    void *memory;
    const uint8_t *begin = own_copy(bytes, size, &memory), *at = begin;
    bool good = ks_varint_get(&at, begin + size, value);
    *used = (size_t)(at - begin);
    free(memory);
    return good;
}

static void assert_bad(const void *bytes, size_t size) {
    uint64_t value = 12345;
    size_t used;
    assert_false(get(bytes, size, &value, &used));
    assert_int_equal(used, 0);
    assert_int_equal(value, 12345);
}

static void check_number(uint64_t value) {
    ks_buffer buffer = {0};
    uint64_t read;
    size_t used;
    ks_varint_put(&buffer, value);
    assert_int_equal(ks_buffer_check(&buffer, NULL), KS_OK);
    assert_int_equal(buffer.size, oracle_size(value));
    for (size_t size = 0; size < buffer.size; size++) assert_bad(buffer.data, size);
    assert_true(get(buffer.data, buffer.size, &read, &used));
    assert_true(read == value);
    assert_int_equal(used, buffer.size);
    ks_buffer_str(&buffer, "\xFF tail");
    assert_true(get(buffer.data, buffer.size, &read, &used));
    assert_true(read == value);
    assert_int_equal(used, oracle_size(value));
    ks_buffer_free(&buffer);
}

static void numbers_come_back(void **state) {
    uint64_t random = ks_test_seed(51);
    (void)state;
    for (uint64_t value = 0; value < 300; value++) check_number(value);
    for (unsigned shift = 0; shift < 64; shift++)
        for (uint64_t near = 0; near < 3; near++) check_number(((uint64_t)1 << shift) - 1 + near);
    check_number(UINT64_MAX);
    check_number(UINT64_MAX - 1);
    for (int i = 0; i < 2000; i++) check_number(ks_test_random(&random) >> ks_test_below(&random, 64));
}

static void bytes_by_hand(void **state) {
    static const struct {
        uint64_t value;
        const char *bytes;
        size_t size;
    } cases[] = {{0, "\x00", 1},
                 {127, "\x7F", 1},
                 {128, "\x80\x01", 2},
                 {300, "\xAC\x02", 2},
                 {16384, "\x80\x80\x01", 3},
                 {UINT64_MAX, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 10}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ks_buffer buffer = {0};
        ks_varint_put(&buffer, cases[i].value);
        assert_int_equal(buffer.size, cases[i].size);
        assert_memory_equal(buffer.data, cases[i].bytes, cases[i].size);
        ks_buffer_free(&buffer);
    }
}

static void more_bytes_than_needed(void **state) {
    (void)state;
    assert_bad("\x80\x00", 2);
    assert_bad("\xFF\x00", 2);
    assert_bad("\x80\x80\x00", 3);
    assert_bad("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x00", 10);
}

static void more_than_64_bits(void **state) {
    (void)state;
    assert_bad("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", 10);
    assert_bad("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F", 10);
    assert_bad("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11);
    assert_bad("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 13);
}

static void nothing_at_all(void **state) {
    (void)state;
    assert_bad("", 0);
}

static void a_row_of_numbers(void **state) {
    uint64_t random = ks_test_seed(52), values[500], value;
    ks_buffer buffer = {0};
    const uint8_t *at, *end;
    (void)state;
    for (size_t i = 0; i < 500; i++) {
        values[i] = ks_test_random(&random) >> ks_test_below(&random, 64);
        ks_varint_put(&buffer, values[i]);
    }
    at = (const uint8_t *)buffer.data;
    end = at + buffer.size;
    for (size_t i = 0; i < 500; i++) {
        assert_true(ks_varint_get(&at, end, &value));
        assert_true(value == values[i]);
    }
    assert_ptr_equal(at, end);
    assert_false(ks_varint_get(&at, end, &value));
    ks_buffer_free(&buffer);
}

/* Whatever is read is what would have been written. */
static void any_bytes(void **state) {
    uint64_t random = ks_test_seed(53);
    (void)state;
    for (int i = 0; i < 20000; i++) {
        uint8_t bytes[13];
        size_t size = ks_test_below(&random, sizeof bytes + 1), used;
        uint64_t value;
        ks_test_random_bytes(&random, bytes, size);
        if (ks_test_below(&random, 2))
            for (size_t j = 0; j < size && j < 9; j++) bytes[j] |= 0x80;
        if (get(bytes, size, &value, &used)) {
            ks_buffer again = {0};
            ks_varint_put(&again, value);
            assert_int_equal(again.size, used);
            assert_memory_equal(again.data, bytes, used);
            ks_buffer_free(&again);
        } else {
            assert_int_equal(used, 0);
        }
    }
}

static void a_failed_allocation_stays_in_the_buffer(void **state) {
    ks_buffer buffer = {0};
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    ks_test_fail_allocation(1);
    ks_varint_put(&buffer, 1000);
    assert_true(ks_test_allocation_failed());
    ks_varint_put(&buffer, 1);
    assert_int_equal(ks_buffer_check(&buffer, NULL), KS_ERR_NOMEM);
    ks_buffer_free(&buffer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_come_back),
        cmocka_unit_test(bytes_by_hand),
        cmocka_unit_test(more_bytes_than_needed),
        cmocka_unit_test(more_than_64_bits),
        cmocka_unit_test(nothing_at_all),
        cmocka_unit_test(a_row_of_numbers),
        cmocka_unit_test(any_bytes),
        cmocka_unit_test(a_failed_allocation_stays_in_the_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
