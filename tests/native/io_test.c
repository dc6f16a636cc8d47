/* System calls on files: all bytes go and come, whatever the calls move at once; errors say what, which file
 * and why, with the right status; and integers stand in files the lowest byte first. */
#include "native/io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/bytes.h"
#include "tests/support/io_faults.h"
#include "tests/support/random.h"
#include "tests/support/tempdir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIZE = 100000 };

static char path[KS_TEST_PATH];
static unsigned char bytes[SIZE], got[SIZE + 1];

static int set_up(void **state) {
    uint64_t random = 5;
    if (ks_test_folder_setup(state)) return -1;
    ks_test_path(path, *state, "file");
    ks_test_random_bytes(&random, bytes, sizeof bytes);
    return 0;
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, ks_test_folder_teardown)

static ks_status write_file(size_t size, ks_error *err) {
    int fd = -1;
    ks_status status = ks_io_open(&fd, path, O_WRONLY | O_CREAT | O_TRUNC, err), closed;
    if (status) return status;
    status = ks_io_write(fd, bytes, size, path, err);
    if (!status) status = ks_io_sync(fd, path, err);
    closed = ks_io_close(fd, path, status ? NULL : err);
    return status ? status : closed;
}

static void check_file(size_t size) {
    int fd = -1;
    size_t count = 0;
    uint64_t whole = 0;
    assert_int_equal(ks_io_open(&fd, path, O_RDONLY, NULL), KS_OK);
    assert_int_equal(ks_io_size(fd, &whole, path, NULL), KS_OK);
    assert_int_equal(whole, size);
    assert_int_equal(ks_io_read(fd, got, sizeof got, &count, path, NULL), KS_OK);
    assert_int_equal(count, size);
    assert_memory_equal(got, bytes, size);
    assert_int_equal(ks_io_read(fd, got, 1, &count, path, NULL), KS_OK);
    assert_int_equal(count, 0); /* the end stays the end */
    assert_int_equal(ks_io_close(fd, path, NULL), KS_OK);
}

static void all_bytes(void **state) {
    static const size_t sizes[] = {0, 1, 2, 4095, 4096, 4097, SIZE};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        assert_int_equal(write_file(sizes[i], NULL), KS_OK);
        check_file(sizes[i]);
    }
}

static void calls_that_move_little(void **state) {
    static const size_t most[] = {1, 7, 4096};
    (void)state;
    if (!ks_test_can_fail_io()) skip();
    for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
        ks_test_short_io(most[i]);
        assert_int_equal(write_file(9000, NULL), KS_OK);
        check_file(9000);
        ks_test_short_io(0);
    }
}

static void reading_part(void **state) {
    int fd = -1;
    size_t count = 77;
    (void)state;
    assert_int_equal(write_file(100, NULL), KS_OK);
    assert_int_equal(ks_io_open(&fd, path, O_RDONLY, NULL), KS_OK);
    assert_int_equal(ks_io_read(fd, got, 0, &count, path, NULL), KS_OK);
    assert_int_equal(count, 0);
    assert_int_equal(ks_io_read(fd, got, 60, &count, path, NULL), KS_OK);
    assert_int_equal(count, 60);
    assert_int_equal(ks_io_read(fd, got + 60, 60, &count, path, NULL), KS_OK);
    assert_int_equal(count, 40);
    assert_memory_equal(got, bytes, 100);
    assert_int_equal(ks_io_close(fd, path, NULL), KS_OK);
}

/* Descriptors are no one's but this process's: a program started meanwhile has none of them. */
static void files_are_closed_on_exec(void **state) {
    int fd = -1;
    (void)state;
    assert_int_equal(ks_io_open(&fd, path, O_WRONLY | O_CREAT, NULL), KS_OK);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_int_equal(ks_io_close(fd, path, NULL), KS_OK);
}

static void new_files_obey_the_umask(void **state) {
    static const mode_t masks[] = {0, 022, 077};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        mode_t before = umask(masks[i]);
        struct stat info;
        int fd = -1;
        unlink(path);
        assert_int_equal(ks_io_open(&fd, path, O_WRONLY | O_CREAT | O_EXCL, NULL), KS_OK);
        assert_int_equal(ks_io_close(fd, path, NULL), KS_OK);
        assert_int_equal(stat(path, &info), 0);
        assert_int_equal(info.st_mode & 0777, 0666 & ~masks[i]);
        umask(before);
    }
}

static void expect_error(ks_status status, const ks_error *error, ks_status expected, const char *what) {
    assert_int_equal(status, expected);
    assert_int_equal(error->code, expected);
    assert_non_null(strstr(error->message, what));
    assert_non_null(strstr(error->message, path));
}

static void what_cannot_be_opened(void **state) {
    ks_error error = {0};
    int fd = 77;
    expect_error(ks_io_open(&fd, path, O_RDONLY, &error), &error, KS_ERR_NOT_FOUND, "cannot open");
    assert_int_equal(fd, 77);
    assert_int_equal(write_file(1, NULL), KS_OK);
    expect_error(ks_io_open(&fd, path, O_WRONLY | O_CREAT | O_EXCL, &error), &error, KS_ERR_IO,
                 "cannot open");
    ks_test_path(path, *state, "file/below");
    assert_int_not_equal(ks_io_open(&fd, path, O_RDONLY, &error), KS_OK);
    assert_int_equal(fd, 77);
}

static void only_regular_files_have_a_size(void **state) {
    uint64_t size = 77;
    int fd = -1, ends[2];
    ks_error error = {0};
    assert_int_equal(ks_io_open(&fd, *state, O_RDONLY, NULL), KS_OK);
    assert_int_equal(ks_io_size(fd, &size, path, &error), KS_ERR_CORRUPT);
    assert_non_null(strstr(error.message, "not a regular file"));
    assert_int_equal(ks_io_close(fd, path, NULL), KS_OK);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(ks_io_size(ends[0], &size, path, NULL), KS_ERR_CORRUPT);
    close(ends[0]);
    close(ends[1]);
    assert_int_equal(ks_io_size(-1, &size, path, &error), KS_ERR_IO);
    assert_int_equal(size, 77);
}

static void descriptors_that_are_none(void **state) {
    ks_error error = {0};
    size_t count = 77;
    (void)state;
    expect_error(ks_io_write(-1, bytes, 1, path, &error), &error, KS_ERR_IO, "cannot write");
    expect_error(ks_io_read(-1, got, 1, &count, path, &error), &error, KS_ERR_IO, "cannot read");
    expect_error(ks_io_sync(-1, path, &error), &error, KS_ERR_IO, "cannot sync");
    expect_error(ks_io_close(-1, path, &error), &error, KS_ERR_IO, "cannot close");
    assert_int_equal(count, 77);
    assert_int_equal(ks_io_write(-1, bytes, 0, path, NULL), KS_OK); /* nothing is asked of the system */
}

/* Every call fails once with each errno: a full disk is told from all else, with what to do about it. */
static void every_call_may_fail(void **state) {
    static const struct {
        int errnum;
        ks_status status;
    } cases[] = {{EIO, KS_ERR_IO},
                 {ENOSPC, KS_ERR_NO_SPACE},
                 {EDQUOT, KS_ERR_NO_SPACE},
                 {EFBIG, KS_ERR_NO_SPACE},
                 {EACCES, KS_ERR_IO}};
    (void)state;
    if (!ks_test_can_fail_io()) skip();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n, files = ks_test_open_files();
        for (n = 1;; n++) {
            ks_error error = {0};
            ks_status status;
            ks_test_fail_io(n, cases[i].errnum);
            status = write_file(5000, &error);
            if (!ks_test_io_failed(NULL)) {
                assert_int_equal(status, KS_OK);
                break;
            }
            assert_int_equal(status, cases[i].status);
            assert_int_equal(error.code, cases[i].status);
            assert_non_null(strstr(error.message, strerror(cases[i].errnum)));
            assert_int_equal(error.hint[0] != '\0', cases[i].status == KS_ERR_NO_SPACE);
            assert_int_equal(ks_test_open_files(), files);
        }
        assert_int_equal(n, 5); /* open, write, fsync, close */
    }
}

/* An interrupted call is made again; close has done its work all the same. */
static void interrupted_calls_go_on(void **state) {
    (void)state;
    if (!ks_test_can_fail_io()) skip();
    for (size_t n = 1; n <= 4; n++) {
        ks_test_fail_io(n, EINTR);
        assert_int_equal(write_file(5000, NULL), KS_OK);
        assert_true(ks_test_io_failed(NULL));
        check_file(5000);
    }
}

/* ---- Integers ---- */

static void integers_by_hand(void **state) {
    static const uint8_t wide[] = {0xEF, 0xCD, 0xAB, 0x89, 0x67, 0x45, 0x23, 0x01};
    uint8_t out[8];
    (void)state;
    assert_int_equal(ks_get_u32(wide), 0x89ABCDEF);
    assert_true(ks_get_u64(wide) == UINT64_C(0x0123456789ABCDEF));
    ks_put_u64(out, UINT64_C(0x0123456789ABCDEF));
    assert_memory_equal(out, wide, 8);
    memset(out, 0, sizeof out);
    ks_put_u32(out, 0x89ABCDEF);
    assert_memory_equal(out, wide, 4);
    assert_int_equal(out[4], 0);
}

static void integers_anywhere(void **state) {
    uint64_t random = ks_test_seed(1071);
    (void)state;
    for (int round = 0; round < 10000; round++) {
        uint64_t number = ks_test_random(&random) >> ks_test_below(&random, 64);
        uint8_t memory[16];
        size_t at = ks_test_below(&random, 8);
        ks_buffer out = {0};
        ks_put_u64(memory + at, number);
        assert_true(ks_get_u64(memory + at) == number);
        assert_int_equal(ks_get_u32(memory + at), (uint32_t)number);
        ks_add_u32(&out, (uint32_t)number);
        ks_add_u64(&out, number);
        assert_int_equal(out.size, 12);
        assert_memory_equal(out.data, memory + at, 4);
        assert_memory_equal(out.data + 4, memory + at, 8);
        ks_buffer_free(&out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(all_bytes),
        IN_FOLDER(calls_that_move_little),
        IN_FOLDER(reading_part),
        IN_FOLDER(files_are_closed_on_exec),
        IN_FOLDER(new_files_obey_the_umask),
        IN_FOLDER(what_cannot_be_opened),
        IN_FOLDER(only_regular_files_have_a_size),
        IN_FOLDER(descriptors_that_are_none),
        IN_FOLDER(every_call_may_fail),
        IN_FOLDER(interrupted_calls_go_on),
        cmocka_unit_test(integers_by_hand),
        cmocka_unit_test(integers_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
