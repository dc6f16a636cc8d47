/* Runs an operation again and again, with one more system call or allocation passing each time, and checks
 * that failing changed nothing in the folder and left no descriptor open. */
#ifndef KS_TESTS_NATIVE_FAULTS_H
#define KS_TESTS_NATIVE_FAULTS_H

#include "base/buffer.h"
#include "base/hash.h"
#include "tests/support/allocation.h"
#include "tests/support/io_faults.h"
#include "tests/support/tempdir.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef ks_status operation(void *context, ks_error *err);

/* A line of name, size and hash for each file, in the order of names; free() it. */
static inline char *snapshot(const char *folder) {
    struct dirent **entries;
    ks_buffer out = {0};
    int count = scandir(folder, &entries, NULL, alphasort);
    assert_true(count >= 2);
    for (int i = 0; i < count; i++) {
        char path[KS_TEST_PATH];
        struct stat info;
        ks_test_path(path, folder, entries[i]->d_name);
        assert_int_equal(stat(path, &info), 0);
        if (S_ISREG(info.st_mode)) {
            size_t size;
            char *bytes = ks_test_read(path, &size);
            ks_buffer_format(&out, "%s %zu %016" PRIx64 "\n", entries[i]->d_name, size,
                             ks_hash64(bytes, size, 0));
            free(bytes);
        } else {
            ks_buffer_format(&out, "%s/\n", entries[i]->d_name);
        }
        free(entries[i]);
    }
    free(entries);
    assert_false(out.failed);
    return ks_buffer_take(&out);
}

static inline void assert_unchanged(const char *folder, const char *before) {
    char *after = snapshot(folder);
    assert_string_equal(after, before);
    free(after);
}

/* The nth call of that kind fails, for all n. Returns how many of them the operation makes. */
static inline size_t each_call_fault(const char *folder, operation *run, void *context, ks_test_call kind,
                                     int errnum, ks_status expected) {
    char *before = snapshot(folder);
    size_t open_files = ks_test_open_files();
    if (!ks_test_can_fail_io()) {
        free(before);
        skip();
    }
    for (size_t n = 1;; n++) {
        ks_error err = {0};
        ks_status status;
        ks_test_call call;
        if (kind == KS_TEST_CALLS)
            ks_test_fail_io(n, errnum);
        else
            ks_test_fail_call(kind, n, errnum, false);
        status = run(context, &err);
        if (!ks_test_io_failed(&call)) {
            assert_int_equal(status, KS_OK);
            free(before);
            return n - 1;
        }
        if (status != expected)
            fail_msg("call %zu, kind %d: status %d, %s", n, (int)call, (int)status, err.message);
        assert_int_equal(err.code, expected);
        assert_true(strlen(err.message) > 0);
        assert_unchanged(folder, before);
        assert_int_equal(ks_test_open_files(), open_files);
    }
}

/* The same for calls of all kinds that ks_test_fail_io counts. */
static inline size_t each_io_fault(const char *folder, operation *run, void *context, int errnum,
                                   ks_status expected) {
    return each_call_fault(folder, run, context, KS_TEST_CALLS, errnum, expected);
}

static inline size_t each_allocation_fault(const char *folder, operation *run, void *context) {
    char *before = snapshot(folder);
    size_t open_files = ks_test_open_files();
    if (!ks_test_can_fail_allocation()) {
        free(before);
        skip();
    }
    for (size_t n = 1;; n++) {
        ks_error err = {0};
        ks_status status;
        ks_test_fail_allocation(n);
        status = run(context, &err);
        if (!ks_test_allocation_failed()) {
            assert_int_equal(status, KS_OK);
            free(before);
            return n - 1;
        }
        assert_int_equal(status, KS_ERR_NOMEM);
        assert_int_equal(err.code, KS_ERR_NOMEM);
        assert_unchanged(folder, before);
        assert_int_equal(ks_test_open_files(), open_files);
    }
}

#endif
