/* Columns against plain arrays: values, sizes, heads that lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/column.h"

#include "tests/native/one_section.h"
#include "tests/support/allocation.h"
#include "tests/support/random.h"

#include <stdlib.h>
#include <string.h>

/* How many bytes the values need, by trying every base, shift and width that could do. */
static unsigned least_width(const uint32_t *values, size_t count) {
    uint32_t least = count > 0 ? values[0] : 0;
    for (size_t i = 0; i < count; i++) least = values[i] < least ? values[i] : least;
    for (unsigned width = 0; width < 4; width++)
        for (unsigned shift = 0; shift < 32; shift++) {
            size_t fits = 0;
            for (size_t i = 0; i < count; i++) {
                uint64_t rest = (uint64_t)(values[i] - least) >> shift;
                fits += rest << shift == values[i] - least && rest < UINT64_C(1) << width * 8;
            }
            if (fits == count) return width;
        }
    return 4;
}

static void put(ks_buffer *out, const uint32_t *values, size_t count) {
    ks_buffer bytes = {0};
    for (size_t i = 0; i < count; i++) ks_add_u32(&bytes, values[i]);
    ks_column_put(out, &bytes);
    assert_false(out->failed);
    ks_buffer_free(&bytes);
}

static void check_values(const ks_column *column, const uint32_t *values, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) assert_int_equal(ks_column_get(column, i), values[i]);
}

/* Writes, checks the size, reads back. */
static void check_column(const char *folder, const uint32_t *values, uint32_t count) {
    ks_buffer bytes = {0};
    ks_column column;
    uint64_t offset = 3;
    ks_mapped *file;
    ks_buffer_str(&bytes, "abc"); /* it may begin anywhere */
    put(&bytes, values, count);
    assert_int_equal(bytes.size, 3 + 8 + count * least_width(values, count) + 4);
    file = open_one_section(folder, bytes.data, bytes.size);
    assert_int_equal(ks_column_open(&column, file, ONE_SECTION, &offset, count, NULL), KS_OK);
    assert_int_equal(offset, bytes.size);
    check_values(&column, values, count);
    ks_mapped_close(file);
    ks_buffer_free(&bytes);
}

static void random_columns(void **state) {
    static const uint64_t ranges[] = {1, 2, 255, 256, 257, 65536, 65537, 1 << 24, (1 << 24) + 1, 1ULL << 32};
    uint64_t random = ks_test_seed(51);
    uint32_t values[700];
    for (unsigned round = 0; round < 300; round++) {
        uint64_t range = ranges[ks_test_below(&random, sizeof ranges / sizeof *ranges)];
        uint32_t base =
            ks_test_below(&random, 2) ? (uint32_t)ks_test_below(&random, (1ULL << 32) - range + 1) : 0;
        unsigned shift = (unsigned)(ks_test_below(&random, 2) ? ks_test_below(&random, 32) : 0);
        uint32_t count = (uint32_t)ks_test_below(&random, 700);
        while (shift > 0 && (range - 1) << shift > UINT32_MAX - (uint64_t)base) shift--;
        for (uint32_t i = 0; i < count; i++)
            values[i] = base + ((uint32_t)ks_test_below(&random, range) << shift);
        check_column(*state, values, count);
    }
}

static void borders(void **state) {
    static const uint32_t columns[][4] = {{0, 0, 0, 0},
                                          {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX},
                                          {0, UINT32_MAX, 1, 2},
                                          {0, 1U << 31, 0, 1U << 31},
                                          {255, 0, 256, 1},
                                          {20260101, 20250101, 20240229, 20260731},
                                          {0, 65535, 0, 65535},
                                          {0, 65536, 0, 131072},
                                          {UINT32_MAX - 255, UINT32_MAX, UINT32_MAX - 1, UINT32_MAX}};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        for (uint32_t count = 0; count <= 4; count++) check_column(*state, columns[i], count);
}

static void the_layout_is_as_written_down(void **state) {
    static const uint32_t values[] = {1000, 1000 + (0x0201 << 4), 1000 + (0xFFFF << 4)};
    ks_buffer bytes = {0};
    (void)state;
    put(&bytes, values, 3);
    assert_int_equal(bytes.size, 18);
    assert_memory_equal(bytes.data, "\xe8\3\0\0\2\4\0\0\0\0\1\2\xff\xff\0\0\0\0", 18);
    ks_buffer_free(&bytes);
}

static void heads_that_lie(void **state) {
    static const struct {
        size_t at;
        uint8_t value;
    } lies[] = {{4, 5}, {4, 255}, {5, 32}, {5, 255}, {6, 1}, {7, 1}, {4, 4}};
    static const uint32_t values[] = {1, 2, 3, 900};
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        ks_column column = {.base = 77};
        ks_buffer bytes = {0};
        ks_error err = {0};
        uint64_t offset = 0;
        ks_mapped *file;
        put(&bytes, values, 4);
        bytes.data[lies[i].at] = (char)lies[i].value;
        file = open_one_section(*state, bytes.data, bytes.size);
        assert_int_equal(ks_column_open(&column, file, ONE_SECTION, &offset, 4, &err), KS_ERR_CORRUPT);
        assert_non_null(strstr(err.message, "section 7"));
        assert_int_equal(column.base, 77);
        assert_int_equal(offset, 0);
        ks_mapped_close(file);
        ks_buffer_free(&bytes);
    }
}

/* What the column of these bytes says, byte by byte. */
static uint32_t value_in(const char *bytes, uint32_t at) {
    uint32_t width = (uint8_t)bytes[4], base = 0, stored = 0;
    for (uint32_t i = 0; i < 4; i++) base |= (uint32_t)(uint8_t)bytes[i] << 8 * i;
    for (uint32_t i = 0; i < width; i++)
        stored |= (uint32_t)(uint8_t)bytes[KS_COLUMN_HEAD + at * width + i] << 8 * i;
    return base + (stored << (uint8_t)bytes[5]);
}

/* Every value of a head that opens gives values that can be read, whatever they are. */
static void any_head_is_survived(void **state) {
    static const uint32_t values[] = {1, 2, 3, UINT32_MAX};
    uint64_t random = ks_test_seed(53);
    for (int i = 0; i < 400; i++) {
        ks_buffer bytes = {0};
        ks_column column;
        uint64_t offset = 0;
        ks_mapped *file;
        put(&bytes, values, 4);
        ks_test_random_bytes(&random, bytes.data, 4);
        bytes.data[4] = (char)ks_test_below(&random, 6);
        bytes.data[5] = (char)ks_test_below(&random, 34);
        file = open_one_section(*state, bytes.data, bytes.size);
        if (!ks_column_open(&column, file, ONE_SECTION, &offset, 4, NULL)) {
            assert_true(bytes.data[4] <= 4 && bytes.data[5] <= 31);
            for (uint32_t at = 0; at < 4; at++)
                assert_int_equal(ks_column_get(&column, at), value_in(bytes.data, at));
        }
        ks_mapped_close(file);
        ks_buffer_free(&bytes);
    }
}

static void columns_cut_short_and_impossible_counts(void **state) {
    static const uint32_t values[] = {1, 2, 300};
    static const uint64_t counts[] = {4, 1000, UINT32_MAX, (uint64_t)UINT32_MAX + 1, UINT64_MAX / 8};
    ks_buffer bytes = {0};
    put(&bytes, values, 3);
    for (size_t size = 0; size < bytes.size; size++) {
        ks_mapped *file = open_one_section(*state, bytes.data, size);
        ks_column column;
        uint64_t offset = 0;
        assert_int_equal(ks_column_open(&column, file, ONE_SECTION, &offset, 3, NULL), KS_ERR_CORRUPT);
        ks_mapped_close(file);
    }
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        ks_mapped *file = open_one_section(*state, bytes.data, bytes.size);
        ks_column column;
        uint64_t offset = 0;
        assert_int_equal(ks_column_open(&column, file, ONE_SECTION, &offset, counts[i], NULL),
                         KS_ERR_CORRUPT);
        offset = bytes.size + 1;
        assert_int_equal(ks_column_open(&column, file, ONE_SECTION, &offset, 0, NULL), KS_ERR_CORRUPT);
        ks_mapped_close(file);
    }
    ks_buffer_free(&bytes);
}

static void failures_stick(void **state) {
    static const uint32_t values[] = {1, 2, 300};
    ks_buffer failed = {.failed = true}, bytes = {0};
    (void)state;
    ks_column_put(&bytes, &failed);
    assert_true(bytes.failed);
    ks_buffer_free(&bytes);
    if (!ks_test_can_fail_allocation()) skip();
    bytes = (ks_buffer){0};
    for (size_t i = 0; i < 3; i++) ks_add_u32(&bytes, values[i]);
    failed = (ks_buffer){0};
    ks_test_fail_allocation(1);
    ks_column_put(&failed, &bytes);
    assert_true(ks_test_allocation_failed());
    assert_true(failed.failed);
    ks_buffer_free(&failed);
    ks_buffer_free(&bytes);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ks_test_folder_setup, ks_test_folder_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(random_columns),
        TEST(borders),
        TEST(the_layout_is_as_written_down),
        TEST(heads_that_lie),
        TEST(any_head_is_survived),
        TEST(columns_cut_short_and_impossible_counts),
        TEST(failures_stick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
