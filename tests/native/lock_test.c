/* The writer's lock: two in one process, two processes, a killed one, faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/lock.h"

#include "tests/native/faults.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void assert_locked(const char *folder) {
    ks_lock lock = {-7};
    ks_error err;
    assert_int_equal(ks_lock_take(&lock, folder, &err), KS_ERR_LOCKED);
    assert_string_equal(err.message, "another process is writing to this index");
    assert_string_equal(err.hint, "wait until it is done, then try again");
    assert_int_equal(lock.fd, -7);
}

static void assert_free(const char *folder) {
    ks_lock lock;
    assert_int_equal(ks_lock_take(&lock, folder, NULL), KS_OK);
    ks_lock_release(&lock);
}

static void one_at_a_time(void **state) {
    ks_lock lock;
    assert_int_equal(ks_lock_take(&lock, *state, NULL), KS_OK);
    assert_locked(*state);
    assert_locked(*state); /* trying does not take it away */
    ks_lock_release(&lock);
    assert_free(*state);
    ks_lock_release(&lock); /* a second time does nothing */
    assert_free(*state);
}

static void folders_have_their_own(void **state) {
    char other[KS_TEST_PATH];
    ks_lock lock;
    assert_int_equal(mkdir(ks_test_path(other, *state, "other"), 0777), 0);
    assert_int_equal(ks_lock_take(&lock, *state, NULL), KS_OK);
    assert_free(other);
    ks_lock_release(&lock);
}

/* A process that holds the lock until it is killed, or the pipe's end is closed. */
static pid_t start_holder(const char *folder, int *hold) {
    int ready[2], wait[2];
    char byte = 0;
    pid_t child;
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(wait), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        ks_lock lock;
        close(wait[1]);
        byte = ks_lock_take(&lock, folder, NULL) ? 'n' : 'y';
        if (write(ready[1], &byte, 1) != 1 || read(wait[0], &byte, 1) < 0) _exit(1);
        _exit(0);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    close(ready[0]);
    close(ready[1]);
    close(wait[0]);
    *hold = wait[1];
    return child;
}

static void a_killed_process_lets_go(void **state) {
    int hold, status;
    pid_t child = start_holder(*state, &hold);
    assert_locked(*state);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_free(*state);
    close(hold);
}

static void a_process_that_ends_lets_go(void **state) {
    int hold, status;
    pid_t child = start_holder(*state, &hold);
    assert_locked(*state);
    close(hold);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_free(*state);
}

static void where_no_lock_can_be(void **state) {
    char path[KS_TEST_PATH];
    ks_lock lock;
    ks_error err;
    ks_test_path(path, *state, "missing");
    assert_int_equal(ks_lock_take(&lock, path, &err), KS_ERR_NOT_FOUND);
    assert_non_null(strstr(err.message, "missing/" KS_LOCK_NAME));
    assert_int_equal(mkdir(ks_test_path(path, *state, KS_LOCK_NAME), 0777), 0);
    assert_int_equal(ks_lock_take(&lock, *state, &err), KS_ERR_IO);
}

static ks_status take_and_release(void *context, ks_error *err) {
    ks_lock lock;
    ks_status status = ks_lock_take(&lock, context, err);
    if (!status) ks_lock_release(&lock);
    return status;
}

static void every_call_may_fail(void **state) {
    assert_free(*state); /* makes the file, which stays */
    assert_true(each_allocation_fault(*state, take_and_release, *state) >= 1);
    if (!ks_test_can_fail_io()) skip();
    for (unsigned i = 0; i < 2; i++) {
        size_t open_files = ks_test_open_files();
        ks_error err;
        ks_test_fail_call(i ? KS_TEST_FLOCK : KS_TEST_OPEN, 1, ENOLCK, false);
        assert_int_equal(take_and_release(*state, &err), KS_ERR_IO);
        assert_true(ks_test_io_failed(NULL));
        assert_non_null(strstr(err.message, "/" KS_LOCK_NAME ": "));
        assert_int_equal(ks_test_open_files(), open_files);
        ks_test_fail_call(i ? KS_TEST_FLOCK : KS_TEST_OPEN, 1, EINTR, false);
        assert_int_equal(take_and_release(*state, &err), KS_OK);
        assert_true(ks_test_io_failed(NULL));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ks_test_folder_setup, ks_test_folder_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(one_at_a_time),
        TEST(folders_have_their_own),
        TEST(a_killed_process_lets_go),
        TEST(a_process_that_ends_lets_go),
        TEST(where_no_lock_can_be),
        TEST(every_call_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
