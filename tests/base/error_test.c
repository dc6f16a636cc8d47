/* Filling errors: codes, names, messages, hints, positions, errno; and that err may be NULL everywhere. */
#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
    ks_status status;
    const char *name;
} names[] = {
    {KS_OK, "ok"},
    {KS_ERR_ARGUMENT, "argument"},
    {KS_ERR_NOMEM, "no_memory"},
    {KS_ERR_IO, "io"},
    {KS_ERR_NO_SPACE, "no_space"},
    {KS_ERR_NOT_FOUND, "not_found"},
    {KS_ERR_NO_INDEX, "no_index"},
    {KS_ERR_LOCKED, "locked"},
    {KS_ERR_CORRUPT, "corrupt"},
    {KS_ERR_VERSION, "version"},
    {KS_ERR_FORMAT, "format"},
    {KS_ERR_TOO_LARGE, "too_large"},
    {KS_ERR_REJECTED, "rejected"},
    {KS_ERR_ENGINE, "engine"},
};

enum { NAMES = sizeof names / sizeof *names };

static void every_code_has_its_own_name(void **state) {
    (void)state;
    assert_int_equal(KS_OK, 0);
    assert_int_equal(NAMES, KS_ERR_ENGINE + 1);
    for (size_t i = 0; i < NAMES; i++) {
        assert_int_equal(names[i].status, i);
        assert_string_equal(ks_status_name(names[i].status), names[i].name);
        for (size_t j = 0; j < i; j++) assert_string_not_equal(names[i].name, names[j].name);
    }
}

static void a_number_that_is_no_code_has_a_name_too(void **state) {
    (void)state;
    assert_string_equal(ks_status_name((ks_status)NAMES), "unknown");
    assert_string_equal(ks_status_name((ks_status)100), "unknown");
}

static void set_fills_everything(void **state) {
    ks_error err;
    (void)state;
    memset(&err, 'x', sizeof err);
    assert_int_equal(ks_error_set(&err, KS_ERR_FORMAT, "line %d of \"%s\"", 7, "a.jsonl"), KS_ERR_FORMAT);
    assert_int_equal(err.code, KS_ERR_FORMAT);
    assert_int_equal(err.position, -1);
    assert_string_equal(err.message, "line 7 of \"a.jsonl\"");
    assert_string_equal(err.hint, "");
}

static void set_forgets_the_error_before(void **state) {
    ks_error err;
    (void)state;
    ks_error_set(&err, KS_ERR_FORMAT, "the first");
    ks_error_at(&err, KS_ERR_FORMAT, 12);
    ks_error_hint(&err, KS_ERR_FORMAT, "do this");
    assert_int_equal(ks_error_set(&err, KS_ERR_LOCKED, "the second"), KS_ERR_LOCKED);
    assert_int_equal(err.code, KS_ERR_LOCKED);
    assert_int_equal(err.position, -1);
    assert_string_equal(err.message, "the second");
    assert_string_equal(err.hint, "");
}

static void hint_and_position_are_added(void **state) {
    ks_error err;
    (void)state;
    ks_error_set(&err, KS_ERR_NO_INDEX, "nothing there");
    assert_int_equal(ks_error_hint(&err, KS_ERR_IO, "try %s", "that"), KS_ERR_NO_INDEX);
    assert_int_equal(ks_error_at(&err, KS_ERR_NO_INDEX, INT64_C(5000000000)), KS_ERR_NO_INDEX);
    assert_int_equal(err.code, KS_ERR_NO_INDEX);
    assert_string_equal(err.message, "nothing there");
    assert_string_equal(err.hint, "try that");
    assert_int_equal(err.position, INT64_C(5000000000));
    ks_error_at(&err, KS_ERR_NO_INDEX, 0);
    assert_int_equal(err.position, 0);
}

/* Whatever the length, the text is cut to the room there is, and what lies behind it is left alone. */
static void long_texts_are_cut(void **state) {
    enum { LONGEST = 1200 };
    char text[LONGEST + 1];
    (void)state;
    for (size_t size = 0; size <= LONGEST; size++) {
        ks_error err;
        size_t message = size < sizeof err.message ? size : sizeof err.message - 1;
        size_t hint = size < sizeof err.hint ? size : sizeof err.hint - 1;
        memset(text, 'a', size);
        text[size] = '\0';
        assert_int_equal(ks_error_set(&err, KS_ERR_FORMAT, "%s", text), KS_ERR_FORMAT);
        assert_int_equal(ks_error_hint(&err, KS_ERR_FORMAT, "%s", text), KS_ERR_FORMAT);
        assert_int_equal(strlen(err.message), message);
        assert_memory_equal(err.message, text, message);
        assert_int_equal(strlen(err.hint), hint);
        assert_memory_equal(err.hint, text, hint);
        assert_int_equal(err.code, KS_ERR_FORMAT);
        assert_int_equal(err.position, -1);
    }
}

static const struct {
    int number;
    ks_status status;
} errnos[] = {
    {ENOMEM, KS_ERR_NOMEM},    {ENOENT, KS_ERR_NOT_FOUND}, {ENOTDIR, KS_ERR_NOT_FOUND},
    {ENOSPC, KS_ERR_NO_SPACE}, {EDQUOT, KS_ERR_NO_SPACE},  {EFBIG, KS_ERR_NO_SPACE},
    {EIO, KS_ERR_IO},          {EACCES, KS_ERR_IO},        {EPERM, KS_ERR_IO},
    {EISDIR, KS_ERR_IO},       {EROFS, KS_ERR_IO},         {ENAMETOOLONG, KS_ERR_IO},
    {ELOOP, KS_ERR_IO},        {EMFILE, KS_ERR_IO},        {EBADF, KS_ERR_IO},
    {EEXIST, KS_ERR_IO},       {EPIPE, KS_ERR_IO},         {EINVAL, KS_ERR_IO},
};

static void errno_decides_the_code(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof errnos / sizeof *errnos; i++) {
        char expected[512];
        ks_error err;
        memset(&err, 'x', sizeof err);
        assert_int_equal(ks_error_errno(&err, errnos[i].number, "cannot open", "/a/b"), errnos[i].status);
        assert_int_equal(err.code, errnos[i].status);
        snprintf(expected, sizeof expected, "cannot open /a/b: %s", strerror(errnos[i].number));
        assert_string_equal(err.message, expected);
        assert_string_equal(err.hint, "");
        assert_int_equal(err.position, -1);
    }
}

static void an_errno_without_a_text_is_a_number(void **state) {
    ks_error err;
    (void)state;
    assert_int_equal(ks_error_errno(&err, 987654, "cannot read", "x"), KS_ERR_IO);
    assert_string_equal(err.message, "cannot read x: error 987654");
}

static void a_long_path_is_cut(void **state) {
    char path[2000];
    ks_error err;
    (void)state;
    memset(path, 'p', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_int_equal(ks_error_errno(&err, ENOENT, "cannot open", path), KS_ERR_NOT_FOUND);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    assert_memory_equal(err.message, "cannot open ppp", 15);
}

static void out_of_memory(void **state) {
    ks_error err;
    (void)state;
    memset(&err, 'x', sizeof err);
    assert_int_equal(ks_error_nomem(&err), KS_ERR_NOMEM);
    assert_int_equal(err.code, KS_ERR_NOMEM);
    assert_int_equal(err.position, -1);
    assert_string_equal(err.message, "out of memory");
    assert_string_equal(err.hint, "");
}

/* The code comes back all the same. */
static void err_may_be_null(void **state) {
    (void)state;
    for (size_t i = 0; i < NAMES; i++) {
        assert_int_equal(ks_error_set(NULL, names[i].status, "%d", 1), names[i].status);
        assert_int_equal(ks_error_hint(NULL, names[i].status, "%s", "x"), names[i].status);
        assert_int_equal(ks_error_at(NULL, names[i].status, 3), names[i].status);
    }
    for (size_t i = 0; i < sizeof errnos / sizeof *errnos; i++)
        assert_int_equal(ks_error_errno(NULL, errnos[i].number, "cannot open", "x"), errnos[i].status);
    assert_int_equal(ks_error_nomem(NULL), KS_ERR_NOMEM);
}

/* A copy stays what it was. */
static void an_error_is_plain_data(void **state) {
    ks_error err, copy;
    (void)state;
    ks_error_set(&err, KS_ERR_CORRUPT, "at byte %d", 9);
    ks_error_at(&err, KS_ERR_CORRUPT, 9);
    copy = err;
    ks_error_set(&err, KS_ERR_IO, "another");
    assert_int_equal(copy.code, KS_ERR_CORRUPT);
    assert_int_equal(copy.position, 9);
    assert_string_equal(copy.message, "at byte 9");
}

static void the_version_is_the_build_s(void **state) {
    unsigned major, minor, patch;
    char rest;
    (void)state;
    assert_string_equal(ks_version(), KS_VERSION);
    assert_int_equal(sscanf(ks_version(), "%u.%u.%u%c", &major, &minor, &patch, &rest), 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_its_own_name),
        cmocka_unit_test(a_number_that_is_no_code_has_a_name_too),
        cmocka_unit_test(set_fills_everything),
        cmocka_unit_test(set_forgets_the_error_before),
        cmocka_unit_test(hint_and_position_are_added),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test(errno_decides_the_code),
        cmocka_unit_test(an_errno_without_a_text_is_a_number),
        cmocka_unit_test(a_long_path_is_cut),
        cmocka_unit_test(out_of_memory),
        cmocka_unit_test(err_may_be_null),
        cmocka_unit_test(an_error_is_plain_data),
        cmocka_unit_test(the_version_is_the_build_s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
