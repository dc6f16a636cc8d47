/* The documents' sources against plain lists, sections that lie, faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/source_lists.h"

#include "tests/native/one_section.h"
#include "tests/support/allocation.h"
#include "tests/support/random.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 6 };

struct list {
    uint32_t sources[MOST];
    size_t count;
};

static ks_status make_section(ks_buffer *out, const struct list *lists, size_t count, ks_error *err) {
    ks_source_lists_writer writer = {0};
    ks_status status = KS_OK;
    for (size_t i = 0; i < count && !status; i++)
        status =
            ks_source_lists_add(&writer, lists[i].count > 0 ? lists[i].sources : NULL, lists[i].count, err);
    if (!status) {
        ks_source_lists_put(out, &writer);
        status = ks_buffer_check(out, err);
    }
    ks_source_lists_free(&writer);
    return status;
}

static void check_lists(const char *folder, const struct list *expected, uint32_t count, size_t size) {
    ks_buffer bytes = {0};
    ks_source_lists lists;
    ks_mapped *file;
    assert_int_equal(make_section(&bytes, expected, count, NULL), KS_OK);
    if (size > 0) assert_int_equal(bytes.size, size);
    file = open_one_section(folder, bytes.data, bytes.size);
    assert_int_equal(ks_source_lists_open(&lists, file, ONE_SECTION, count, NULL), KS_OK);
    for (uint32_t doc = 0; doc < count; doc++) {
        uint32_t *sources = NULL;
        size_t here = 99;
        assert_int_equal(ks_source_lists_get(&lists, doc, &sources, &here, NULL), KS_OK);
        assert_int_equal(here, expected[doc].count);
        assert_memory_equal(sources, expected[doc].sources, here * sizeof *sources);
        free(sources);
    }
    ks_mapped_close(file);
    ks_buffer_free(&bytes);
}

static void random_lists(void **state) {
    uint64_t random = ks_test_seed(71);
    struct list *lists = calloc(1000, sizeof *lists);
    assert_non_null(lists);
    for (unsigned round = 0; round < 60; round++) {
        size_t range = 1 + ks_test_below(&random, round % 2 ? 3 : 100000),
               most = 1 + ks_test_below(&random, MOST);
        uint32_t count = (uint32_t)ks_test_below(&random, 1000);
        for (uint32_t i = 0; i < count; i++) {
            lists[i].count = ks_test_below(&random, most + 1);
            for (size_t at = 0; at < lists[i].count; at++)
                lists[i].sources[at] = (uint32_t)ks_test_below(&random, range);
        }
        check_lists(*state, lists, count, 0);
    }
    free(lists);
}

/* 8 of head, offsets, numbers, 12 of the column and its values. */
static void sizes(void **state) {
    struct list *lists = calloc(300, sizeof *lists);
    assert_non_null(lists);
    check_lists(*state, lists, 0, 8 + 4 + 12);
    check_lists(*state, lists, 300, 8 + 2 * 4 + 12); /* all empty */
    for (size_t i = 0; i < 300; i++) lists[i] = (struct list){{5, 9}, 2};
    check_lists(*state, lists, 300, 8 + 2 * 4 + 2 * 4 + 12); /* all the same: no byte a document */
    lists[299].count = 1;
    check_lists(*state, lists, 300, 8 + 3 * 4 + 3 * 4 + 12 + 300);
    for (uint32_t i = 0; i < 300; i++) lists[i] = (struct list){{UINT32_MAX - i}, 1}; /* all different */
    check_lists(*state, lists, 300, 8 + 301 * 4 + 300 * 4 + 12 + 2 * 300);
    free(lists);
}

/* Documents 0 to 2 with the sources 7; 8, 9; 7. */
static void make_small(ks_buffer *out) {
    static const struct list lists[] = {{{7}, 1}, {{8, 9}, 2}, {{7}, 1}};
    assert_int_equal(make_section(out, lists, 3, NULL), KS_OK);
}

static void the_layout_is_as_written_down(void **state) {
    static const uint32_t numbers[] = {2, 3, 0, 1, 3, 7, 8, 9, 0, 1};
    ks_buffer bytes = {0};
    (void)state;
    make_small(&bytes);
    assert_int_equal(bytes.size, 10 * 4 + 3 + 4);
    for (size_t i = 0; i < 10; i++) assert_int_equal(ks_get_u32(bytes.data + i * 4), numbers[i]);
    assert_memory_equal(bytes.data + 40, "\0\1\0", 3);
    ks_buffer_free(&bytes);
}

static void sections_that_lie(void **state) {
    static const struct {
        size_t at;
        uint32_t value;
        const char *what; /* NULL: does not open */
        uint32_t doc;
    } lies[] = {
        {0, 3, NULL, 0},
        {0, 0, NULL, 0},
        {0, UINT32_MAX, NULL, 0},
        {4, 2, NULL, 0},
        {4, 4, NULL, 0},
        {4, UINT32_MAX, NULL, 0},
        {36, 5, NULL, 0},             /* the column's width */
        {8, 2, "outside of all", 0},  /* a list that ends before it begins */
        {12, 4, "outside of all", 0}, /* and behind all numbers */
        {16, 4, "outside of all", 1},
        {16, 0, "outside of all", 1},
        {16, UINT32_MAX, "outside of all", 1},
        {32, 2, "not there", 0}, /* the column's base */
        {32, 1, "not there", 1},
    };
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        ks_buffer bytes = {0};
        ks_source_lists lists;
        ks_mapped *file;
        ks_error err = {0};
        uint32_t *sources = NULL;
        size_t count;
        make_small(&bytes);
        ks_put_u32(bytes.data + lies[i].at, lies[i].value);
        file = open_one_section(*state, bytes.data, bytes.size);
        if (!lies[i].what) {
            assert_int_equal(ks_source_lists_open(&lists, file, ONE_SECTION, 3, &err), KS_ERR_CORRUPT);
        } else {
            assert_int_equal(ks_source_lists_open(&lists, file, ONE_SECTION, 3, NULL), KS_OK);
            assert_int_equal(ks_source_lists_get(&lists, lies[i].doc, &sources, &count, &err),
                             KS_ERR_CORRUPT);
            assert_non_null(strstr(err.message, lies[i].what));
            assert_null(sources);
        }
        assert_non_null(strstr(err.message, "section 7"));
        ks_mapped_close(file);
        ks_buffer_free(&bytes);
    }
}

static void sections_cut_short_or_too_long(void **state) {
    ks_buffer bytes = {0};
    make_small(&bytes);
    ks_buffer_add(&bytes, "more", 4);
    for (size_t size = 0; size <= bytes.size; size++) {
        ks_mapped *file = open_one_section(*state, bytes.data, size);
        ks_source_lists lists;
        assert_int_equal(ks_source_lists_open(&lists, file, ONE_SECTION, 3, NULL),
                         size == bytes.size - 4 ? KS_OK : KS_ERR_CORRUPT);
        ks_mapped_close(file);
    }
    ks_buffer_free(&bytes);
}

static void every_allocation_may_fail(void **state) {
    struct list lists[200];
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    for (uint32_t i = 0; i < 200; i++) lists[i] = (struct list){{i, i / 2}, 2};
    for (size_t n = 1;; n++) {
        ks_buffer bytes = {0};
        ks_error err = {0};
        ks_status status;
        ks_test_fail_allocation(n);
        status = make_section(&bytes, lists, 200, &err);
        ks_buffer_free(&bytes);
        if (!ks_test_allocation_failed()) {
            assert_int_equal(status, KS_OK);
            assert_true(n > 10);
            return;
        }
        assert_int_equal(status, KS_ERR_NOMEM);
        assert_int_equal(err.code, KS_ERR_NOMEM);
    }
}

static void getting_may_run_out_of_memory(void **state) {
    ks_buffer bytes = {0};
    ks_source_lists lists;
    ks_mapped *file;
    uint32_t *sources = NULL;
    size_t count = 99;
    if (!ks_test_can_fail_allocation()) skip();
    make_small(&bytes);
    file = open_one_section(*state, bytes.data, bytes.size);
    assert_int_equal(ks_source_lists_open(&lists, file, ONE_SECTION, 3, NULL), KS_OK);
    ks_test_fail_allocation(1);
    assert_int_equal(ks_source_lists_get(&lists, 1, &sources, &count, NULL), KS_ERR_NOMEM);
    assert_true(ks_test_allocation_failed());
    assert_null(sources);
    assert_int_equal(count, 99);
    ks_mapped_close(file);
    ks_buffer_free(&bytes);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ks_test_folder_setup, ks_test_folder_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(random_lists),
        TEST(sizes),
        TEST(the_layout_is_as_written_down),
        TEST(sections_that_lie),
        TEST(sections_cut_short_or_too_long),
        TEST(every_allocation_may_fail),
        TEST(getting_may_run_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
