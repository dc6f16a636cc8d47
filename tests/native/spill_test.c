/* Bytes that wait in memory and in a file without a name. */
#include "native/spill.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "native/mapped.h"
#include "tests/support/allocation.h"
#include "tests/support/io_faults.h"
#include "tests/support/random.h"
#include "tests/support/tempdir.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { PIECES = 400, LONGEST = 4000 };

static char bytes[PIECES * LONGEST];

/* Random pieces through a spill into section 5 of the file "out"; *size tells how many bytes. */
static ks_status spill_all(const char *folder, size_t most, uint64_t seed, size_t *size, ks_error *err) {
    ks_spill spill = {0};
    ks_file_writer *file = NULL;
    char path[KS_TEST_PATH];
    ks_status status = ks_spill_init(&spill, folder, "spilled", most, err);
    *size = 0;
    unlink(ks_test_path(path, folder, "out"));
    for (int i = 0; i < PIECES && !status; i++) {
        size_t piece = ks_test_below(&seed, LONGEST);
        status = ks_spill_add(&spill, bytes + *size, piece, err);
        if (!status) *size += piece;
        if (!status) assert_true(spill.size == *size);
    }
    if (!status) status = ks_file_writer_open(&file, folder, "out", err);
    if (!status) status = ks_file_writer_section(file, 5, err);
    if (!status) status = ks_spill_copy(&spill, file, err);
    if (!status) status = ks_file_writer_finish(file, NULL, err);
    assert_int_not_equal(access(ks_test_path(path, folder, "spilled"), F_OK), 0);
    ks_spill_free(&spill);
    ks_file_writer_free(file);
    return status;
}

static void check_file(const char *folder, size_t size) {
    ks_mapped *file = NULL;
    const uint8_t *at;
    assert_int_equal(ks_mapped_open(&file, folder, "out", NULL), KS_OK);
    assert_int_equal(ks_mapped_size(file, 5), size);
    assert_int_equal(ks_mapped_span(file, 5, 0, size, &at, NULL), KS_OK);
    if (size) assert_memory_equal(at, bytes, size);
    ks_mapped_close(file);
}

static void in_memory_and_in_a_file(void **state) {
    static const size_t limits[] = {0, 1, 999, 50000, 300000, sizeof bytes};
    uint64_t random = ks_test_seed(221);
    ks_test_random_bytes(&random, bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        size_t files = ks_test_open_files(), size;
        assert_int_equal(spill_all(*state, limits[i], random + i, &size, NULL), KS_OK);
        check_file(*state, size);
        assert_int_equal(ks_test_open_files(), files);
    }
}

static void nothing_at_all(void **state) {
    ks_spill spill = {0};
    ks_file_writer *file = NULL;
    char path[KS_TEST_PATH];
    unlink(ks_test_path(path, *state, "out"));
    assert_int_equal(ks_spill_init(&spill, *state, "spilled", 10, NULL), KS_OK);
    assert_int_equal(ks_file_writer_open(&file, *state, "out", NULL), KS_OK);
    assert_int_equal(ks_file_writer_section(file, 5, NULL), KS_OK);
    assert_int_equal(ks_spill_copy(&spill, file, NULL), KS_OK);
    assert_int_equal(ks_file_writer_finish(file, NULL, NULL), KS_OK);
    ks_file_writer_free(file);
    check_file(*state, 0);
    ks_spill_free(&spill);
    ks_spill_free(&spill);
}

static void a_file_of_that_name(void **state) {
    ks_spill spill = {0};
    char path[KS_TEST_PATH];
    ks_test_write_text(ks_test_path(path, *state, "spilled"), "not ours");
    assert_int_equal(ks_spill_init(&spill, *state, "spilled", 0, NULL), KS_OK);
    assert_int_equal(ks_spill_add(&spill, "a", 1, NULL), KS_OK);
    assert_int_equal(ks_spill_add(&spill, "b", 1, NULL), KS_ERR_IO);
    ks_spill_free(&spill);
    assert_int_equal(access(path, F_OK), 0);
    unlink(path);
}

static void every_call_may_fail(void **state) {
    if (!ks_test_can_fail_io()) skip();
    for (size_t n = 1;; n++) {
        size_t files = ks_test_open_files(), size;
        ks_test_call call = KS_TEST_CALLS;
        ks_error err = {0};
        ks_status status;
        bool failed;
        ks_test_fail_io(n, EIO);
        status = spill_all(*state, 20000, 3, &size, &err);
        failed = ks_test_io_failed(&call);
        assert_int_equal(ks_test_open_files(), files);
        if (!status) check_file(*state, size);
        if (!status && !failed) break;
        if (!status && call == KS_TEST_CLOSE) continue; /* a file without a name can be closed in any way */
        assert_int_equal(status, KS_ERR_IO);
        assert_int_equal(err.code, KS_ERR_IO);
    }
}

static void every_allocation_may_fail(void **state) {
    if (!ks_test_can_fail_allocation()) skip();
    for (size_t n = 1;; n++) {
        size_t size;
        ks_status status;
        ks_test_fail_allocation(n);
        status = spill_all(*state, 20000, 3, &size, NULL);
        if (!ks_test_allocation_failed()) {
            assert_int_equal(status, KS_OK);
            break;
        }
        assert_int_equal(status, KS_ERR_NOMEM);
    }
}

static void calls_that_move_little(void **state) {
    size_t size;
    if (!ks_test_can_fail_io()) skip();
    ks_test_short_io(100);
    assert_int_equal(spill_all(*state, 5000, 9, &size, NULL), KS_OK);
    ks_test_short_io(0);
    check_file(*state, size);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_memory_and_in_a_file),   cmocka_unit_test(nothing_at_all),
        cmocka_unit_test(a_file_of_that_name),       cmocka_unit_test(every_call_may_fail),
        cmocka_unit_test(every_allocation_may_fail), cmocka_unit_test(calls_that_move_little),
    };
    return cmocka_run_group_tests(tests, ks_test_folder_setup, ks_test_folder_teardown);
}
