/* What the tests of searching and explaining share: an index of a few records, made by the oracle's side door
 * or by synchronising. */
#ifndef KS_TESTS_SEARCHER_SUPPORT_H
#define KS_TESTS_SEARCHER_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ksearch/ksearch.h>

#include "tests/support/tempdir.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char folder[KS_TEST_PATH], place[KS_TEST_PATH];
static ks_index *index_;
static const char *engine; /* of the indexes made from now on; NULL: the default */

/* The end of a main that runs its tests with both engines. */
#define RUN_FOR_EACH_ENGINE(tests)                                                                           \
    do {                                                                                                     \
        int failed_ = 0;                                                                                     \
        engine = "native";                                                                                   \
        failed_ += cmocka_run_group_tests_name(engine, tests, NULL, NULL);                                   \
        engine = "xapian";                                                                                   \
        failed_ += cmocka_run_group_tests_name(engine, tests, NULL, NULL);                                   \
        return failed_;                                                                                      \
    } while (0)

/* Indexes one source and opens the index. */
static inline void open_source(const char *source) {
    ks_sync_options options;
    ks_sync_report *report = NULL;
    ks_error error = {0};
    ks_test_folder_make(folder);
    ks_test_path(place, folder, "index");
    ks_sync_options_init(&options);
    options.engine = engine;
    if (ks_sync(&report, place, &source, 1, &options, &error)) fail_msg("%s", error.message);
    assert_int_equal(report->reject_count, 0);
    ks_sync_report_free(report);
    if (ks_index_open(&index_, place, &error)) fail_msg("%s", error.message);
}

/* The same for records given as JSON, one a line. */
static inline void open_records(const char *text) {
    char source[] = "/tmp/ksearch-records-XXXXXX.jsonl";
    int file = mkstemps(source, 6);
    assert_true(file >= 0);
    close(file);
    ks_test_write_text(source, text);
    open_source(source);
    assert_int_equal(remove(source), 0);
}

static inline int close_all(void **state) {
    (void)state;
    ks_index_close(index_);
    index_ = NULL;
    ks_test_folder_remove(folder);
    return 0;
}

static inline ks_results *search(const char *query, const ks_search_options *options) {
    ks_results *results = NULL;
    ks_error error = {0};
    if (ks_search(&results, index_, query, strlen(query), options, &error))
        fail_msg("[%s]: %s", query, error.message);
    return results;
}

#endif
