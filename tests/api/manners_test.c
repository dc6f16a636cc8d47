/* What ksearch.h promises of every call: outputs written only on success, errors that may be NULL, frees that
 * take NULL, and a process that is afterwards as it was: nothing printed, no signal, descriptor, thread or
 * folder changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ksearch/ksearch.h>

#include "tests/support/io_faults.h"
#include "tests/support/tempdir.h"

#include <dirent.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[KS_TEST_PATH], place[KS_TEST_PATH], source[KS_TEST_PATH], bad[KS_TEST_PATH];
static ks_index *index_;

/* An open index of two records, and a source with a reject. */
static int set_up(void **state) {
    ks_sync_options options;
    ks_sync_report *report = NULL;
    const char *path = source;
    (void)state;
    ks_test_folder_make(folder);
    ks_test_path(place, folder, "index");
    ks_test_path(source, folder, "a.jsonl");
    ks_test_path(bad, folder, "bad.jsonl");
    ks_test_write_text(source,
                       "{\"id\":\"a\",\"title\":\"pong one\"}\n{\"id\":\"b\",\"title\":\"pong two\"}\n");
    ks_test_write_text(bad, "{\"id\":\"c\",\"title\":\"three\"}\nbroken\n");
    ks_sync_options_init(&options);
    if (ks_sync(&report, place, &path, 1, &options, NULL)) return -1;
    ks_sync_report_free(report);
    return ks_index_open(&index_, place, NULL) ? -1 : 0;
}

static int tear_down(void **state) {
    (void)state;
    ks_index_close(index_);
    index_ = NULL;
    ks_test_folder_remove(folder);
    return 0;
}

#define WITH_INDEX(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* ---- Defaults and frees ---- */

static void defaults(void **state) {
    ks_search_options search;
    ks_sync_options sync;
    (void)state;
    memset(&search, 0x5A, sizeof search);
    memset(&sync, 0x5A, sizeof sync);
    ks_search_options_init(&search);
    ks_sync_options_init(&sync);
    assert_int_equal(search.match, KS_MATCH_AUTO);
    assert_int_equal(search.sort, KS_SORT_SCORE);
    assert_int_equal(search.detail, KS_DETAIL_PASSAGES);
    assert_int_equal(search.limit, 10);
    assert_int_equal(search.offset, 0);
    assert_true(search.tag_boost >= 1 && search.tag_boost <= 1);
    assert_false(search.count_exact || search.empty_is_all);
    assert_null(sync.engine);
    assert_null(sync.language);
    assert_null(sync.word_list);
    assert_int_equal(sync.year, 0);
    assert_false(sync.strict || sync.keep_missing);
    assert_int_equal(sync.input, 0);
    assert_int_equal(sync.threads, 0);
    assert_int_equal(sync.memory, 0);
    assert_true(sync.progress == NULL);
    assert_null(sync.context);
}

static void nothing_can_be_freed(void **state) {
    (void)state;
    ks_record_free(NULL);
    ks_index_close(NULL);
    ks_sync_report_free(NULL);
    ks_results_free(NULL);
    ks_explanation_free(NULL);
}

/* ---- Outputs ---- */

/* An address that no call gives. */
static char untouched[1];
#define UNTOUCHED ((void *)untouched)

typedef struct failing {
    const char *name;
    ks_status status;
    ks_status (*call)(void **out, ks_error *error);
} failing;

static ks_search_options wrong_search(void) {
    ks_search_options options;
    ks_search_options_init(&options);
    options.tag_boost = -1;
    return options;
}

static ks_status open_nowhere(void **out, ks_error *error) {
    return ks_index_open((ks_index **)out, "/nonexistent/index", error);
}

static ks_status open_nothing(void **out, ks_error *error) {
    return ks_index_open((ks_index **)out, NULL, error);
}

static ks_status record_unknown(void **out, ks_error *error) {
    return ks_index_record((ks_record **)out, index_, "never", error);
}

static ks_status record_nothing(void **out, ks_error *error) {
    return ks_index_record((ks_record **)out, index_, NULL, error);
}

static ks_status search_wrong(void **out, ks_error *error) {
    ks_search_options options = wrong_search();
    return ks_search((ks_results **)out, index_, "pong", 4, &options, error);
}

static ks_status search_nothing(void **out, ks_error *error) {
    ks_search_options options;
    ks_search_options_init(&options);
    return ks_search((ks_results **)out, index_, NULL, 4, &options, error);
}

static ks_status search_no_index(void **out, ks_error *error) {
    ks_search_options options;
    ks_search_options_init(&options);
    return ks_search((ks_results **)out, NULL, "pong", 4, &options, error);
}

static ks_status explain_wrong(void **out, ks_error *error) {
    ks_search_options options = wrong_search();
    return ks_explain((ks_explanation **)out, index_, "pong", 4, NULL, &options, error);
}

static ks_status explain_unknown(void **out, ks_error *error) {
    ks_search_options options;
    ks_search_options_init(&options);
    return ks_explain((ks_explanation **)out, index_, "pong", 4, "never", &options, error);
}

static ks_status sync_with(void **out, const char *path, const char *from, const char *language,
                           ks_error *error) {
    ks_sync_options options;
    ks_sync_options_init(&options);
    options.language = language;
    return ks_sync((ks_sync_report **)out, path, &from, 1, &options, error);
}

static ks_status sync_nowhere(void **out, ks_error *error) {
    return sync_with(out, place, "/nonexistent/source", NULL, error);
}

static ks_status sync_language(void **out, ks_error *error) {
    return sync_with(out, place, source, "german", error);
}

static ks_status sync_nothing(void **out, ks_error *error) {
    return sync_with(out, NULL, source, NULL, error);
}

static const failing calls[] = {
    {"open_nowhere", KS_ERR_NO_INDEX, open_nowhere},
    {"open_nothing", KS_ERR_ARGUMENT, open_nothing},
    {"record_unknown", KS_ERR_NOT_FOUND, record_unknown},
    {"record_nothing", KS_ERR_ARGUMENT, record_nothing},
    {"search_wrong", KS_ERR_ARGUMENT, search_wrong},
    {"search_nothing", KS_ERR_ARGUMENT, search_nothing},
    {"search_no_index", KS_ERR_ARGUMENT, search_no_index},
    {"explain_wrong", KS_ERR_ARGUMENT, explain_wrong},
    {"explain_unknown", KS_ERR_NOT_FOUND, explain_unknown},
    {"sync_nowhere", KS_ERR_NOT_FOUND, sync_nowhere},
    {"sync_language", KS_ERR_ARGUMENT, sync_language},
    {"sync_nothing", KS_ERR_ARGUMENT, sync_nothing},
};
enum { CALLS = sizeof calls / sizeof *calls };

static bool is_text(const char *text, size_t room) {
    const char *end = memchr(text, '\0', room);
    for (; end && text < end; text++)
        if ((unsigned char)*text < 0x20) return false;
    return end != NULL;
}

static void failing_calls_write_the_error_alone(void **state) {
    (void)state;
    for (size_t i = 0; i < CALLS; i++) {
        void *out = UNTOUCHED;
        ks_error error;
        memset(&error, 0x5A, sizeof error); /* it need not be initialised */
        if (calls[i].call(&out, &error) != calls[i].status) fail_msg("%s: %s", calls[i].name, error.message);
        if (out != UNTOUCHED) fail_msg("%s has written its output", calls[i].name);
        assert_int_equal(error.code, calls[i].status);
        assert_int_equal(error.position, -1);
        assert_true(error.message[0] && is_text(error.message, sizeof error.message));
        assert_true(is_text(error.hint, sizeof error.hint));
        assert_int_equal(calls[i].call(&out, NULL), calls[i].status);
        assert_ptr_equal(out, UNTOUCHED);
    }
}

static void failing_calls_that_fill_a_struct(void **state) {
    ks_index_info info, info_before;
    ks_check_report checked, checked_before;
    ks_optimize_report optimized, optimized_before;
    bool newer = true;
    (void)state;
    memset(&info, 0x5A, sizeof info);
    memset(&checked, 0x5A, sizeof checked);
    memset(&optimized, 0x5A, sizeof optimized);
    info_before = info;
    checked_before = checked;
    optimized_before = optimized;
    assert_int_equal(ks_index_describe(&info, NULL, NULL), KS_ERR_ARGUMENT);
    assert_int_equal(ks_index_describe(NULL, index_, NULL), KS_ERR_ARGUMENT);
    assert_int_equal(ks_index_newer(&newer, NULL, NULL), KS_ERR_ARGUMENT);
    assert_int_equal(ks_index_newer(NULL, index_, NULL), KS_ERR_ARGUMENT);
    assert_int_equal(ks_index_check(&checked, "/nonexistent/index", NULL), KS_ERR_NO_INDEX);
    assert_int_equal(ks_index_check(&checked, NULL, NULL), KS_ERR_ARGUMENT);
    assert_int_equal(ks_index_check(NULL, place, NULL), KS_ERR_ARGUMENT);
    assert_int_equal(ks_index_optimize(&optimized, "/nonexistent/index", NULL), KS_ERR_NO_INDEX);
    assert_int_equal(ks_index_optimize(&optimized, NULL, NULL), KS_ERR_ARGUMENT);
    assert_int_equal(ks_index_optimize(NULL, place, NULL), KS_ERR_ARGUMENT);
    assert_memory_equal(&info, &info_before, sizeof info);
    assert_memory_equal(&checked, &checked_before, sizeof checked);
    assert_memory_equal(&optimized, &optimized_before, sizeof optimized);
    assert_true(newer);
}

/* The one output that is written beside an error. */
static void a_strict_run_gives_its_report(void **state) {
    const char *path = bad;
    ks_sync_options options;
    ks_sync_report *report = NULL;
    ks_error error = {0};
    (void)state;
    ks_sync_options_init(&options);
    options.strict = true;
    assert_int_equal(ks_sync(&report, place, &path, 1, &options, &error), KS_ERR_REJECTED);
    assert_non_null(report);
    assert_int_equal(report->reject_count, 1);
    assert_int_equal(report->rejects[0].line, 2);
    ks_sync_report_free(report);
}

/* ---- The process ---- */

/* What is written to both standard streams while the calls run. */
typedef struct held {
    int before[2];
    FILE *file;
} held;

static held hold(void) {
    held it = {.file = tmpfile()};
    assert_non_null(it.file);
    fflush(NULL);
    for (int i = 0; i < 2; i++) {
        it.before[i] = dup(i + 1);
        assert_true(it.before[i] >= 0 && dup2(fileno(it.file), i + 1) >= 0);
    }
    return it;
}

static long release(held *it) {
    long size;
    fflush(NULL);
    for (int i = 0; i < 2; i++) {
        dup2(it->before[i], i + 1);
        close(it->before[i]);
    }
    fseek(it->file, 0, SEEK_END);
    size = ftell(it->file);
    fclose(it->file);
    return size;
}

/* Everything that the library can do, and all that can go wrong above. */
static void do_everything(void) {
    ks_sync_options sync;
    ks_search_options search;
    ks_sync_report *report = NULL;
    ks_results *results = NULL;
    ks_explanation *explanation = NULL;
    ks_record *record = NULL;
    ks_index_info info;
    ks_check_report checked;
    ks_optimize_report optimized;
    bool newer;
    const char *both[] = {source, bad};
    ks_sync_options_init(&sync);
    ks_search_options_init(&search);
    sync.threads = 4;
    if (!ks_sync(&report, place, both, 2, &sync, NULL)) ks_sync_report_free(report);
    if (!ks_search(&results, index_, "pong \"unclosed AND", 18, &search, NULL)) ks_results_free(results);
    if (!ks_explain(&explanation, index_, "pong", 4, "a", &search, NULL)) ks_explanation_free(explanation);
    if (!ks_index_record(&record, index_, "a", NULL)) ks_record_free(record);
    ks_index_describe(&info, index_, NULL);
    ks_index_newer(&newer, index_, NULL);
    ks_index_check(&checked, place, NULL);
    ks_index_optimize(&optimized, place, NULL);
    for (size_t i = 0; i < CALLS; i++) {
        void *out = UNTOUCHED;
        calls[i].call(&out, NULL);
    }
}

static void nothing_is_printed(void **state) {
    held it = hold();
    (void)state;
    do_everything();
    assert_int_equal(release(&it), 0);
}

static size_t threads_of_this_process(void) {
    DIR *tasks = opendir("/proc/self/task");
    size_t count = 0;
    if (!tasks) return 0;
    for (const struct dirent *entry; (entry = readdir(tasks));) count += entry->d_name[0] != '.';
    closedir(tasks);
    return count;
}

static void signals_and_the_rest_stay(void **state) {
    enum { SIGNALS = 32 };
    struct sigaction before[SIGNALS], after;
    sigset_t mask_before, mask_after;
    char folder_before[KS_TEST_PATH], folder_after[KS_TEST_PATH];
    char *locale_before = strdup(setlocale(LC_ALL, NULL));
    size_t files, threads = threads_of_this_process();
    mode_t mask = umask(027);
    (void)state;
    for (int n = 1; n < SIGNALS; n++) sigaction(n, NULL, &before[n]);
    sigprocmask(SIG_SETMASK, NULL, &mask_before);
    assert_non_null(getcwd(folder_before, sizeof folder_before));
    do_everything(); /* what is loaded only once is loaded now */
    files = ks_test_open_files();
    do_everything();
    assert_int_equal(ks_test_open_files(), files);
    assert_int_equal(threads_of_this_process(), threads);
    for (int n = 1; n < SIGNALS; n++) {
        if (sigaction(n, NULL, &after) != 0) continue;
        if (after.sa_handler != before[n].sa_handler) fail_msg("signal %d is changed", n);
    }
    sigprocmask(SIG_SETMASK, NULL, &mask_after);
    for (int n = 1; n < SIGNALS; n++)
        assert_int_equal(sigismember(&mask_after, n), sigismember(&mask_before, n));
    assert_non_null(getcwd(folder_after, sizeof folder_after));
    assert_string_equal(folder_after, folder_before);
    assert_string_equal(setlocale(LC_ALL, NULL), locale_before);
    assert_int_equal(umask(mask), 027);
    free(locale_before);
}

/* Nor is it read: what an index says does not change with the environment. */
static void the_environment_does_not_matter(void **state) {
    static const char *const variables[] = {
        "KSEARCH_INDEX", "XDG_DATA_HOME", "HOME", "PAGER",    "TERM",
        "LANG",          "LC_ALL",        "TZ",   "NO_COLOR", "XAPIAN_FLUSH_THRESHOLD"};
    ks_search_options options;
    ks_results *results = NULL;
    ks_sync_report *report = NULL;
    ks_sync_options sync;
    const char *path = source;
    (void)state;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) setenv(variables[i], "/nonexistent", 1);
    ks_search_options_init(&options);
    ks_sync_options_init(&sync);
    assert_int_equal(ks_sync(&report, place, &path, 1, &sync, NULL), KS_OK);
    assert_int_equal(report->unchanged, 2);
    ks_sync_report_free(report);
    assert_int_equal(ks_search(&results, index_, "pong", 4, &options, NULL), KS_OK);
    assert_int_equal(results->hit_count, 2);
    ks_results_free(results);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(nothing_can_be_freed),
        WITH_INDEX(failing_calls_write_the_error_alone),
        WITH_INDEX(failing_calls_that_fill_a_struct),
        WITH_INDEX(a_strict_run_gives_its_report),
        WITH_INDEX(nothing_is_printed),
        WITH_INDEX(signals_and_the_rest_stay),
        WITH_INDEX(the_environment_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
