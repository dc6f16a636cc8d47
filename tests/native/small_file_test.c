/* Files that are replaced as a whole: what stands in the folder after each failing call, for a file that is
 * new and for one that was there, on file systems with second names and without. */
#include "native/small_file.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "native/folder.h"
#include "tests/native/faults.h"
#include "tests/support/random.h"

#include <stdio.h>
#include <unistd.h>

static const char old_bytes[] = "the old bytes", new_bytes[] = "new ones, more of them than before";

static bool is_there(const char *folder, const char *name) {
    char path[KS_TEST_PATH];
    return access(ks_test_path(path, folder, name), F_OK) == 0;
}

/* Fails unless FOLDER/file has these bytes and nothing else is in the folder; NULL: no file either. */
static void assert_only(const char *folder, const char *bytes) {
    ks_buffer got = {0};
    assert_false(is_there(folder, "file.new"));
    assert_false(is_there(folder, "file.old"));
    assert_int_equal(is_there(folder, "file"), bytes != NULL);
    if (!bytes) return;
    assert_int_equal(ks_small_file_read(&got, folder, "file", SIZE_MAX, NULL), KS_OK);
    assert_int_equal(got.size, strlen(bytes));
    assert_memory_equal(got.data, bytes, got.size);
    ks_buffer_free(&got);
}

static ks_status replace(const char *folder, const char *bytes, ks_error *err) {
    return ks_small_file_replace(folder, "file", bytes, strlen(bytes), err);
}

static void start(const char *folder, bool was_there) {
    char path[KS_TEST_PATH];
    unlink(ks_test_path(path, folder, "file"));
    if (was_there) ks_test_write_text(path, old_bytes);
}

static void bytes_of_every_kind(void **state) {
    uint64_t random = ks_test_seed(721);
    for (size_t size = 0; size < 70000; size = size * 3 + 1) {
        ks_buffer got = {0};
        char *bytes = malloc(size + 1);
        assert_non_null(bytes);
        ks_test_random_bytes(&random, bytes, size);
        assert_int_equal(ks_small_file_replace(*state, "file", bytes, size, NULL), KS_OK);
        assert_int_equal(ks_small_file_read(&got, *state, "file", SIZE_MAX, NULL), KS_OK);
        assert_int_equal(got.size, size);
        if (size) assert_memory_equal(got.data, bytes, size);
        ks_buffer_free(&got);
        free(bytes);
    }
    assert_false(is_there(*state, "file.new"));
    assert_false(is_there(*state, "file.old"));
}

/* Reads and writes that move a few bytes at a time change nothing. */
static void short_calls(void **state) {
    if (!ks_test_can_fail_io()) skip();
    for (size_t most = 1; most < 50; most += 7) {
        ks_test_short_io(most);
        assert_int_equal(replace(*state, most % 2 ? new_bytes : old_bytes, NULL), KS_OK);
        assert_only(*state, most % 2 ? new_bytes : old_bytes);
        ks_test_short_io(0);
    }
}

/* Every call that counts fails once: the file is the old one, or is not there, as before. */
static void every_call_fails(void **state) {
    if (!ks_test_can_fail_io()) skip();
    for (int was_there = 0; was_there < 2; was_there++) {
        size_t n = 1;
        for (;; n++) {
            ks_error error = {0};
            ks_test_call call;
            ks_status status;
            start(*state, was_there);
            ks_test_fail_io(n, EIO);
            status = replace(*state, new_bytes, &error);
            if (!ks_test_io_failed(&call)) {
                assert_int_equal(status, KS_OK);
                break;
            }
            if (status != KS_ERR_IO) fail_msg("call %zu of kind %d: %s", n, (int)call, error.message);
            assert_only(*state, was_there ? old_bytes : NULL);
        }
        assert_true(n > 7);
        assert_only(*state, new_bytes);
    }
}

/* Without second names the old file is replaced all the same; other reasons are errors. */
static void second_names_that_cannot_be_made(void **state) {
    static const struct {
        int errnum;
        bool is_fine;
    } cases[] = {{EPERM, true}, {ENOTSUP, true}, {ENOSYS, true},  {EMLINK, true},  {ENOENT, true},
                 {EIO, false},  {EACCES, false}, {ENOSPC, false}, {EEXIST, false}, {EXDEV, false}};
    if (!ks_test_can_fail_io()) skip();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ks_error error = {0};
        ks_status status;
        start(*state, true);
        ks_test_fail_call(KS_TEST_LINK, 1, cases[i].errnum, true);
        status = replace(*state, new_bytes, &error);
        assert_true(ks_test_io_failed(NULL));
        if ((status == KS_OK) != cases[i].is_fine) fail_msg("errno %d: %s", cases[i].errnum, error.message);
        if (!cases[i].is_fine) assert_non_null(strstr(error.message, "cannot link"));
        assert_only(*state, cases[i].is_fine ? new_bytes : old_bytes);
    }
}

/* The one exception: the folder cannot be synced after the rename, and there is no second name to go back to.
 */
static void no_way_back(void **state) {
    char path[KS_TEST_PATH];
    if (!ks_test_can_fail_io()) skip();
    start(*state, true);
    for (size_t n = 1; n < 4; n++) { /* of the file, of the folder before the rename, and after it */
        ks_error error = {0};
        /* A folder named as the second name is to be: it cannot be removed, which is an error at once. */
        ks_test_fail_call(KS_TEST_FSYNC, n, EIO, false);
        assert_int_equal(replace(*state, new_bytes, &error), KS_ERR_IO);
        assert_true(ks_test_io_failed(NULL));
        assert_only(*state, old_bytes);
    }
    assert_int_equal(mkdir(ks_test_path(path, *state, "file.old"), 0700), 0);
    assert_int_not_equal(replace(*state, new_bytes, NULL), KS_OK);
    assert_int_equal(rmdir(path), 0);
    assert_only(*state, old_bytes);
}

/* What a process that died has left is in nobody's way. */
static void what_was_left_behind(void **state) {
    char path[KS_TEST_PATH];
    start(*state, true);
    ks_test_write_text(ks_test_path(path, *state, "file.new"), "half of someth");
    ks_test_write_text(ks_test_path(path, *state, "file.old"), "older bytes");
    assert_int_equal(replace(*state, new_bytes, NULL), KS_OK);
    assert_only(*state, new_bytes);
}

static void an_old_name_that_stays(void **state) {
    if (!ks_test_can_fail_io()) skip();
    start(*state, true);
    ks_test_fail_call(KS_TEST_UNLINK, 2, EIO, false); /* the first finds no file.old */
    assert_int_equal(replace(*state, new_bytes, NULL), KS_OK);
    assert_true(ks_test_io_failed(NULL));
    assert_true(is_there(*state, "file.old"));
    assert_int_equal(replace(*state, old_bytes, NULL), KS_OK);
    assert_only(*state, old_bytes);
}

static void an_old_name_that_cannot_be_removed(void **state) {
    ks_error error = {0};
    if (!ks_test_can_fail_io()) skip();
    start(*state, true);
    ks_test_fail_call(KS_TEST_UNLINK, 1, EACCES, false);
    assert_int_equal(replace(*state, new_bytes, &error), KS_ERR_IO);
    assert_non_null(strstr(error.message, "cannot remove"));
    assert_true(ks_test_io_failed(NULL));
    assert_only(*state, old_bytes);
}

static ks_status read_it(void *context, ks_error *err) {
    ks_buffer got = {0};
    ks_status status = ks_small_file_read(&got, context, "file", SIZE_MAX, err);
    ks_buffer_free(&got);
    return status;
}

static ks_status replace_it(void *context, ks_error *err) {
    return replace(context, old_bytes, err);
}

static void reads_that_fail(void **state) {
    char folder[KS_TEST_PATH];
    snprintf(folder, sizeof folder, "%s", (const char *)*state);
    start(folder, true);
    assert_true(each_io_fault(folder, read_it, folder, EIO, KS_ERR_IO) >= 2);
    assert_true(each_call_fault(folder, read_it, folder, KS_TEST_FSTAT, EIO, KS_ERR_IO) >= 1);
    assert_true(each_allocation_fault(folder, read_it, folder) >= 2);
    assert_true(each_allocation_fault(folder, replace_it, folder) >= 3);
}

static void what_is_no_file(void **state) {
    char path[KS_TEST_PATH];
    ks_buffer got = {0};
    ks_error error = {0};
    assert_int_equal(ks_small_file_read(&got, *state, "nowhere", 10, &error), KS_ERR_NOT_FOUND);
    assert_non_null(strstr(error.message, "nowhere"));
    assert_int_equal(mkdir(ks_test_path(path, *state, "folder"), 0700), 0);
    assert_int_equal(ks_small_file_read(&got, *state, "folder", 10, &error), KS_ERR_CORRUPT);
    assert_int_equal(ks_small_file_replace("/nonexistent/folder", "file", "x", 1, &error), KS_ERR_NOT_FOUND);
    assert_int_equal(got.size, 0);
    ks_buffer_free(&got);
}

static void stamps(void **state) {
    uint64_t stamp = 7, again = 0, last;
    ks_error err;
    assert_int_equal(ks_small_file_stamp(&stamp, *state, "file", &err), KS_ERR_NOT_FOUND);
    assert_int_equal(stamp, 7);
    assert_int_equal(replace(*state, old_bytes, NULL), KS_OK);
    assert_int_equal(ks_small_file_stamp(&stamp, *state, "file", NULL), KS_OK);
    assert_int_equal(ks_small_file_stamp(&again, *state, "file", NULL), KS_OK);
    assert_int_equal(stamp, again);
    for (int i = 0; i < 5; i++) { /* the same bytes, in another file each time */
        last = stamp;
        assert_int_equal(replace(*state, old_bytes, NULL), KS_OK);
        assert_int_equal(ks_small_file_stamp(&stamp, *state, "file", NULL), KS_OK);
        assert_true(stamp != last);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ks_test_folder_setup, ks_test_folder_teardown)

int main(void) {
    static const struct CMUnitTest tests[] = {
        TEST(bytes_of_every_kind),
        TEST(short_calls),
        TEST(every_call_fails),
        TEST(second_names_that_cannot_be_made),
        TEST(no_way_back),
        TEST(what_was_left_behind),
        TEST(an_old_name_that_stays),
        TEST(an_old_name_that_cannot_be_removed),
        TEST(reads_that_fail),
        TEST(what_is_no_file),
        TEST(stamps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
