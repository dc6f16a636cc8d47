/* Every status of the public header is reached through the public calls, with each engine, and with an error
 * to match. */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ksearch/ksearch.h>

#include "base/hash.h"
#include "native/bytes.h"
#include "tests/support/allocation.h"
#include "tests/support/tempdir.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *program; /* argv[0] */
static const char *name;    /* of the engine under test */
static const char *folder;
static char place[KS_TEST_PATH];
static ks_sync_options options;

static int set_up(void **state) {
    if (ks_test_folder_setup(state)) return -1;
    folder = *state;
    ks_test_path(place, folder, "index");
    ks_sync_options_init(&options);
    options.engine = name;
    return 0;
}

static bool is_native(void) {
    return strcmp(name, "native") == 0;
}

static const char *source(const char *file, const char *text) {
    static char path[KS_TEST_PATH];
    ks_test_write_text(ks_test_path(path, folder, file), text);
    return path;
}

static const char *one_record(void) {
    return source("one.jsonl", "{\"id\":\"1\",\"title\":\"one\"}\n");
}

static ks_status sync_with(const char *path, ks_error *error) {
    ks_sync_report *report = NULL;
    ks_status status = ks_sync(&report, place, &path, 1, &options, error);
    ks_sync_report_free(report);
    return status;
}

static ks_status open_it(ks_error *error) {
    ks_index *index = NULL;
    ks_status status = ks_index_open(&index, place, error);
    ks_index_close(index);
    return status;
}

/* The status, with an error that has it and a message of one line. */
static void is(ks_status status, ks_status expected, const ks_error *error) {
    if (status != expected)
        fail_msg("%s, not %s: %s", ks_status_name(status), ks_status_name(expected), error->message);
    assert_int_equal(error->code, expected);
    assert_true(strlen(error->message) > 5);
    assert_null(strchr(error->message, '\n'));
    assert_true(error->position >= -1);
}

/* Only an index of one record is there and works. */
static void index_is_intact(void) {
    ks_index *index = NULL;
    ks_record *record = NULL;
    ks_index_info info;
    assert_int_equal(ks_index_open(&index, place, NULL), KS_OK);
    assert_int_equal(ks_index_describe(&info, index, NULL), KS_OK);
    assert_int_equal(info.generation, 1);
    assert_int_equal(info.records, 1);
    assert_int_equal(ks_index_record(&record, index, "1", NULL), KS_OK);
    ks_record_free(record);
    ks_index_close(index);
}

static void names(void **state) {
    static const char *const all[] = {"ok",        "argument",  "no_memory", "io",      "no_space",
                                      "not_found", "no_index",  "locked",    "corrupt", "version",
                                      "format",    "too_large", "rejected",  "engine"};
    (void)state;
    for (int i = 0; i <= KS_ERR_ENGINE; i++) assert_string_equal(ks_status_name((ks_status)i), all[i]);
    assert_non_null(ks_status_name((ks_status)1000));
}

static void ok(void **state) {
    ks_error error = {0};
    (void)state;
    assert_int_equal(sync_with(one_record(), &error), KS_OK);
    assert_int_equal(open_it(&error), KS_OK);
    assert_int_equal(error.code, KS_OK);
    index_is_intact();
}

static void argument(void **state) {
    ks_error error = {0};
    ks_sync_report *report = NULL;
    const char *path = one_record();
    (void)state;
    options.engine = "lucene";
    is(sync_with(path, &error), KS_ERR_ARGUMENT, &error);
    options.engine = name;
    options.language = "klingon";
    is(sync_with(path, &error), KS_ERR_ARGUMENT, &error);
    options.language = NULL;
    is(ks_sync(&report, place, &path, 0, &options, &error), KS_ERR_ARGUMENT, &error);
    is(ks_sync(&report, place, NULL, 1, &options, &error), KS_ERR_ARGUMENT, &error);
    is(ks_sync(&report, place, &path, 1, NULL, &error), KS_ERR_ARGUMENT, &error);
    is(ks_sync(&report, "", &path, 1, &options, &error), KS_ERR_ARGUMENT, &error);
    is(ks_sync(&report, NULL, &path, 1, &options, &error), KS_ERR_ARGUMENT, &error);
    is(ks_sync(NULL, place, &path, 1, &options, &error), KS_ERR_ARGUMENT, &error);
    is(ks_index_open(NULL, place, &error), KS_ERR_ARGUMENT, &error);
    is(ks_index_open(&(ks_index *){NULL}, "", &error), KS_ERR_ARGUMENT, &error);
    is(ks_index_open(&(ks_index *){NULL}, NULL, &error), KS_ERR_ARGUMENT, &error);
    assert_int_equal(access(place, F_OK), -1); /* none of these has begun an index */
}

/* What an index was made with stays. */
static void argument_of_another_index(void **state) {
    ks_error error = {0};
    (void)state;
    options.language = "german";
    assert_int_equal(sync_with(one_record(), &error), KS_OK);
    assert_int_equal(sync_with(one_record(), &error), KS_OK);
    options.language = "english";
    is(sync_with(one_record(), &error), KS_ERR_ARGUMENT, &error);
    assert_true(strlen(error.hint) > 5);
    options.language = NULL;
    options.engine = is_native() ? "xapian" : "native";
    is(sync_with(one_record(), &error), KS_ERR_ARGUMENT, &error);
    index_is_intact();
}

static void no_memory(void **state) {
    ks_error error = {0};
    ks_status status;
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    assert_int_equal(sync_with(one_record(), &error), KS_OK);
    ks_test_fail_allocation(1);
    status = open_it(&error);
    assert_true(ks_test_allocation_failed());
    is(status, KS_ERR_NOMEM, &error);
    index_is_intact();
}

static void io(void **state) {
    ks_error error = {0};
    (void)state;
    options.input = -1;
    is(sync_with("-", &error), KS_ERR_IO, &error);
}

/* With a limit to the size of files in the place of a full disk. */
static void no_space(void **state) {
    ks_error error = {0};
    struct rlimit before, small;
    ks_status status;
    char path[KS_TEST_PATH];
    FILE *file;
    (void)state;
    assert_int_equal(sync_with(one_record(), &error), KS_OK);
    file = fopen(ks_test_path(path, folder, "large.jsonl"), "w");
    assert_non_null(file);
    for (int i = 0; i < 20000; i++)
        fprintf(file, "{\"id\":\"%d\",\"title\":\"word%d other%d\"}\n", i, i, i * 7);
    assert_int_equal(fclose(file), 0);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 200000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    status = sync_with(path, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    is(status, KS_ERR_NO_SPACE, &error);
    assert_non_null(strstr(error.hint, "make room"));
    index_is_intact();
    assert_int_equal(sync_with(path, &error), KS_OK);
}

static void not_found(void **state) {
    ks_error error = {0};
    char path[KS_TEST_PATH];
    ks_index *index = NULL;
    ks_record *record = NULL;
    (void)state;
    is(sync_with(ks_test_path(path, folder, "nothing.jsonl"), &error), KS_ERR_NOT_FOUND, &error);
    assert_non_null(strstr(error.message, path));
    assert_int_equal(access(place, F_OK), -1);
    assert_int_equal(sync_with(one_record(), &error), KS_OK);
    assert_int_equal(ks_index_open(&index, place, &error), KS_OK);
    is(ks_index_record(&record, index, "2", &error), KS_ERR_NOT_FOUND, &error);
    ks_index_close(index);
}

static void no_index(void **state) {
    ks_error error = {0};
    const char *path = one_record();
    (void)state;
    is(open_it(&error), KS_ERR_NO_INDEX, &error);
    assert_true(strlen(error.hint) > 5);
    ks_test_write_text(place, "this is a file");
    is(open_it(&error), KS_ERR_NO_INDEX, &error);
    is(sync_with(path, &error), KS_ERR_NO_INDEX, &error);
    strcpy(place, folder); /* a folder with other things */
    is(open_it(&error), KS_ERR_NO_INDEX, &error);
    is(sync_with(path, &error), KS_ERR_NO_INDEX, &error);
}

/* While one synchronisation runs, the second one finds the index locked. */
static void second_sync(void *context, const ks_sync_progress *progress) {
    ks_error error = {0};
    (void)progress;
    options.progress = NULL;
    *(ks_status *)context = sync_with(one_record(), &error);
    is(*(ks_status *)context, KS_ERR_LOCKED, &error);
}

static void locked(void **state) {
    ks_error error = {0};
    ks_status second = KS_OK;
    const char *path = one_record();
    (void)state;
    options.progress = second_sync;
    options.context = &second;
    assert_int_equal(sync_with(path, &error), KS_OK);
    assert_int_equal(second, KS_ERR_LOCKED);
    index_is_intact();
}

/* A file of the index that is cut off after so many bytes. */
static void cut(const char *file, size_t left) {
    ks_error error = {0};
    char path[KS_TEST_PATH], *bytes;
    size_t size;
    bytes = ks_test_read(ks_test_path(path, place, file), &size);
    assert_true(left < size);
    ks_test_write(path, bytes, left);
    is(open_it(&error), KS_ERR_CORRUPT, &error);
    ks_test_write(path, bytes, size);
    index_is_intact();
    free(bytes);
}

static void corrupt(void **state) {
    ks_error error = {0};
    (void)state;
    assert_int_equal(sync_with(one_record(), &error), KS_OK);
    if (is_native()) {
        cut("manifest", 100);
        cut("manifest", 0);
        cut("seg-0000000000000001.ks", 100);
        cut("seg-0000000000000001.ks", 0);
    } else {
        cut("postlist.glass", 100);
    }
}

/* Raises the number of a format in the native manifest, and mends the checksum. */
static void raise_feature(char *bytes, size_t size, const char *feature) {
    char *at = memmem(bytes, size - 8, feature, strlen(feature));
    assert_non_null(at);
    at[strlen(feature) - 1]++;
    ks_put_u64(bytes + size - 8, ks_hash64(bytes, size - 8, 0));
}

static void version(void **state) {
    ks_error error = {0};
    ks_optimize_report report;
    char path[KS_TEST_PATH], *bytes, *newer;
    size_t size;
    (void)state;
    assert_int_equal(sync_with(one_record(), &error), KS_OK);
    bytes = ks_test_read(ks_test_path(path, place, is_native() ? "manifest" : "iamglass"), &size);
    newer = ks_test_read(path, NULL);
    assert_true(size > 20);
    if (is_native())
        raise_feature(newer, size, "segments-4");
    else
        newer[14]++; /* behind the magic words: the format's own version */
    ks_test_write(path, newer, size);
    is(open_it(&error), KS_ERR_VERSION, &error);
    is(sync_with(one_record(), &error), KS_ERR_VERSION, &error);
    is(ks_index_optimize(&report, place, &error), KS_ERR_VERSION, &error);
    ks_test_write(path, bytes, size);
    index_is_intact();
    free(newer);
    free(bytes);
}

/* What only writers must know does not keep readers out. */
static void version_for_writing(void **state) {
    ks_error error = {0};
    ks_optimize_report report;
    char path[KS_TEST_PATH], *bytes;
    size_t size;
    (void)state;
    if (!is_native()) skip();
    assert_int_equal(sync_with(one_record(), &error), KS_OK);
    bytes = ks_test_read(ks_test_path(path, place, "manifest"), &size);
    raise_feature(bytes, size, "sources-1");
    ks_test_write(path, bytes, size);
    is(sync_with(one_record(), &error), KS_ERR_VERSION, &error);
    assert_true(strlen(error.hint) > 5);
    is(ks_index_optimize(&report, place, &error), KS_ERR_VERSION, &error);
    index_is_intact();
    free(bytes);
}

static void format(void **state) {
    ks_error error = {0};
    (void)state;
    assert_int_equal(sync_with(one_record(), &error), KS_OK);
    is(sync_with(source("image", "\x89PNG\r\n\x1A\n"), &error), KS_ERR_FORMAT, &error);
    index_is_intact();
}

/* A capture feed is read as a whole, and so has a limit. */
static void too_large(void **state) {
    ks_error error = {0};
    char path[KS_TEST_PATH];
    (void)state;
    assert_int_equal(sync_with(one_record(), &error), KS_OK);
    strcpy(path, source("feed.txt", "blog / ann / Jun 11\n"));
    assert_int_equal(truncate(path, (64 << 20) + 1), 0);
    is(sync_with(path, &error), KS_ERR_TOO_LARGE, &error);
    index_is_intact();
}

static void rejected(void **state) {
    ks_error error = {0};
    (void)state;
    assert_int_equal(sync_with(one_record(), &error), KS_OK);
    options.strict = true;
    is(sync_with(source("bad.jsonl", "{\"id\":\"2\",\"title\":\"two\"}\nno record\n"), &error),
       KS_ERR_REJECTED, &error);
    index_is_intact();
}

/* ---- A module that cannot be loaded: for a copy of this program, which has a folder of its own above it
 * ---- */

static int sync_alone(const char *where, const char *path) {
    ks_error error = {0};
    ks_sync_report *report = NULL;
    ks_sync_options defaults;
    ks_status status;
    ks_sync_options_init(&defaults);
    defaults.engine = "xapian";
    status = ks_sync(&report, where, &path, 1, &defaults, &error);
    ks_sync_report_free(report);
    return status == KS_ERR_ENGINE && error.code == KS_ERR_ENGINE && error.hint[0] ? 0 : 1;
}

static void engine(void **state) {
    char bin[KS_TEST_PATH], copy[KS_TEST_PATH], *bytes;
    size_t size;
    int status = -1;
    const char *path;
    pid_t child;
    (void)state;
    bytes = ks_test_read(program, &size);
    assert_int_equal(mkdir(ks_test_path(bin, folder, "bin"), 0700), 0);
    ks_test_write(ks_test_path(copy, bin, "program"), bytes, size);
    assert_int_equal(chmod(copy, 0700), 0);
    free(bytes);
    source("ksearch-xapian.so", "this is no module");
    path = one_record();
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (setenv("LD_LIBRARY_PATH", folder, 1) == 0) execl(copy, copy, "--sync", place, path, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, ks_test_folder_teardown)

int main(int count, char **arguments) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        IN_FOLDER(ok),
        IN_FOLDER(argument),
        IN_FOLDER(argument_of_another_index),
        IN_FOLDER(no_memory),
        IN_FOLDER(io),
        IN_FOLDER(no_space),
        IN_FOLDER(not_found),
        IN_FOLDER(no_index),
        IN_FOLDER(locked),
        IN_FOLDER(corrupt),
        IN_FOLDER(version),
        IN_FOLDER(version_for_writing),
        IN_FOLDER(format),
        IN_FOLDER(too_large),
        IN_FOLDER(rejected),
        IN_FOLDER(engine),
    };
    int failed = 0;
    program = arguments[0];
    if (count == 4 && strcmp(arguments[1], "--sync") == 0) return sync_alone(arguments[2], arguments[3]);
    name = "native";
    failed += cmocka_run_group_tests_name(name, tests, NULL, NULL);
    name = "xapian";
    return failed + cmocka_run_group_tests_name(name, tests, NULL, NULL);
}
