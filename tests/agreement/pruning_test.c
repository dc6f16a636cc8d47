/* Answers of the Xapian engine do not depend on how far it counts: Xapian 1.4.22 loses hits when it may leave
 * out what cannot reach the page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/tempdir.h"

#include <ksearch/ksearch.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { RECORDS = 5000 };

static ks_results *ask(ks_index *index, const char *query, bool exact) {
    ks_search_options options;
    ks_results *results = NULL;
    ks_search_options_init(&options);
    options.match = KS_MATCH_ANY;
    options.detail = KS_DETAIL_ID;
    options.limit = 100;
    options.count_exact = exact;
    assert_int_equal(ks_search(&results, index, query, strlen(query), &options, NULL), KS_OK);
    return results;
}

static void check(ks_index *index, const char *query) {
    ks_results *bounded = ask(index, query, false), *exact = ask(index, query, true);
    assert_int_equal(bounded->hit_count, exact->hit_count);
    for (size_t i = 0; i < exact->hit_count; i++)
        assert_string_equal(bounded->hits[i].record->id, exact->hits[i].record->id);
    ks_results_free(bounded);
    ks_results_free(exact);
}

/* Both lost a hit, one at rank 28. */
static void test_hits_that_were_lost(void **state) {
    static const char corpus[] = KS_SHARED_DIR "/corpus/arxiv.jsonl";
    char folder[KS_TEST_PATH], records[KS_TEST_PATH], place[KS_TEST_PATH];
    const char *source = records;
    ks_sync_options options;
    ks_sync_report *report = NULL;
    ks_index *index = NULL;
    ks_error error = {0};
    (void)state;
    if (access(corpus, R_OK) != 0) skip();
    ks_test_folder_make(folder);
    ks_test_copy_lines(corpus, ks_test_path(records, folder, "records.jsonl"), RECORDS);
    ks_test_path(place, folder, "index");
    ks_sync_options_init(&options);
    options.engine = "xapian";
    if (ks_sync(&report, place, &source, 1, &options, &error)) fail_msg("%s", error.message);
    ks_sync_report_free(report);
    if (ks_index_open(&index, place, &error)) fail_msg("%s", error.message);
    check(index, "capture videos for activity");
    check(index, "multi optimization molecule");
    ks_index_close(index);
    ks_test_folder_remove(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_hits_that_were_lost)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
