/* What the tests of this room share: a folder with sources in it, and synchronising an index with them. */
#ifndef KS_TESTS_INDEXER_SUPPORT_H
#define KS_TESTS_INDEXER_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ksearch/ksearch.h>

#include "tests/support/tempdir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[KS_TEST_PATH]; /* of the test that runs */
static char place[KS_TEST_PATH];  /* of the index */
static ks_sync_options options;   /* of every synchronisation; the defaults at first */
static const char *engine_name;   /* of new indexes; NULL: the default */

/* The end of a main that runs its tests with both engines. */
#define RUN_FOR_EACH_ENGINE(tests)                                                                           \
    do {                                                                                                     \
        int failed_ = 0;                                                                                     \
        engine_name = "native";                                                                              \
        failed_ += cmocka_run_group_tests_name(engine_name, tests, NULL, NULL);                              \
        engine_name = "xapian";                                                                              \
        failed_ += cmocka_run_group_tests_name(engine_name, tests, NULL, NULL);                              \
        return failed_;                                                                                      \
    } while (0)

static inline int set_up(void **state) {
    if (ks_test_folder_setup(state)) return -1;
    strcpy(folder, *state);
    ks_test_path(place, folder, "index");
    ks_sync_options_init(&options);
    options.engine = engine_name;
    return 0;
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, ks_test_folder_teardown)

/* A path in the folder; the last 32 stay. */
static inline const char *path_of(const char *name) {
    static char paths[32][KS_TEST_PATH];
    static size_t next;
    return ks_test_path(paths[next++ % 32], folder, name);
}

static inline const char *write_source(const char *name, const char *text) {
    const char *path = path_of(name);
    ks_test_write_text(path, text);
    return path;
}

/* Synchronises with up to three sources (NULL: no more) and expects that status. */
static inline ks_sync_report *sync_status(ks_status expected, const char *a, const char *b, const char *c) {
    const char *sources[] = {a, b, c};
    size_t count = a ? b ? c ? 3 : 2 : 1 : 0;
    ks_sync_report *report = NULL;
    ks_error error = {0};
    ks_status status = ks_sync(&report, place, sources, count, &options, &error);
    if (status != expected) fail_msg("status %d: %s", (int)status, error.message);
    assert_int_equal(error.code, status);
    assert_int_equal(report != NULL, status == KS_OK || status == KS_ERR_REJECTED);
    return report;
}

/* Synchronises and expects "total fresh changed removed unchanged". */
static inline void sync_counts(const char *a, const char *b, const char *c, const char *expected) {
    ks_sync_report *report = sync_status(KS_OK, a, b, c);
    char text[200];
    snprintf(text, sizeof text, "%d %d %d %d %d", (int)report->total, (int)report->fresh,
             (int)report->changed, (int)report->removed, (int)report->unchanged);
    ks_sync_report_free(report);
    assert_string_equal(text, expected);
}

static inline void sync_fails(ks_status expected, const char *a, const char *b, const char *c) {
    ks_sync_report_free(sync_status(expected, a, b, c));
}

static inline ks_index *open_index(void) {
    ks_index *index = NULL;
    ks_error error = {0};
    if (ks_index_open(&index, place, &error)) fail_msg("%s", error.message);
    return index;
}

/* The ids in the index, in the order of their bytes, parted by blanks. */
static inline void expect_ids(const char *expected) {
    ks_index *index = open_index();
    ks_search_options all;
    ks_results *results = NULL;
    char text[2000] = "";
    ks_search_options_init(&all);
    all.empty_is_all = true;
    all.limit = 1000;
    all.sort = KS_SORT_NEW; /* all without a date: by id */
    all.detail = KS_DETAIL_ID;
    assert_int_equal(ks_search(&results, index, "", 0, &all, NULL), KS_OK);
    for (size_t i = 0; i < results->hit_count; i++) {
        strcat(text, i ? " " : "");
        strcat(text, results->hits[i].record->id);
    }
    ks_results_free(results);
    ks_index_close(index);
    assert_string_equal(text, expected);
}

/* The title of a record in the index. */
static inline void expect_title(const char *id, const char *expected) {
    ks_index *index = open_index();
    ks_record *record = NULL;
    assert_int_equal(ks_index_record(&record, index, id, NULL), KS_OK);
    assert_string_equal(record->title, expected);
    ks_record_free(record);
    ks_index_close(index);
}

static inline uint64_t generation(void) {
    ks_index *index = open_index();
    ks_index_info info;
    assert_int_equal(ks_index_describe(&info, index, NULL), KS_OK);
    ks_index_close(index);
    return info.generation;
}

#endif
