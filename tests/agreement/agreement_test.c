/* The engine's answers are those of the oracle, which looks at every record: on the sample and, where it is
 * there, on 40,000 arXiv records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/agreement.h"
#include "tests/support/oracle.h"
#include "tests/support/random.h"
#include "tests/support/tempdir.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { QUERIES = 500 };

static void check_agreement(const char *engine, const char *path, size_t queries) {
    char folder[KS_TEST_PATH], place[KS_TEST_PATH];
    ks_oracle *oracle = ks_oracle_new("english");
    ks_index *expected, *actual = NULL;
    ks_sync_options options;
    ks_sync_report *report = NULL;
    ks_error error = {0};
    size_t with_hits;
    ks_test_folder_make(folder);
    ks_test_path(place, folder, "index");
    ks_sync_options_init(&options);
    options.engine = engine;
    if (ks_sync(&report, place, &path, 1, &options, &error)) fail_msg("%s", error.message);
    assert_int_equal(report->reject_count, 0);
    ks_oracle_put_file(oracle, path);
    expected = ks_oracle_index(oracle);
    if (ks_index_open(&actual, place, &error)) fail_msg("%s", error.message);
    with_hits = ks_assert_same_answers(expected, actual, path, queries, ks_test_seed(20180531));
    assert_true(with_hits > queries / 2);
    ks_sync_report_free(report);
    ks_index_close(expected);
    ks_index_close(actual);
    ks_oracle_free(oracle);
    ks_test_folder_remove(folder);
}

static void test_sample_papers(void **state) {
    (void)state;
    check_agreement("xapian", KS_SOURCE_DIR "/corpus/sample/papers.jsonl", QUERIES);
    check_agreement("native", KS_SOURCE_DIR "/corpus/sample/papers.jsonl", QUERIES);
}

static void test_sample_posts(void **state) {
    (void)state;
    check_agreement("xapian", KS_SOURCE_DIR "/corpus/sample/posts.jsonl", QUERIES);
    check_agreement("native", KS_SOURCE_DIR "/corpus/sample/posts.jsonl", QUERIES);
}

static void test_sample_captures(void **state) {
    (void)state;
    check_agreement("xapian", KS_SOURCE_DIR "/corpus/sample/captures.json", QUERIES);
    check_agreement("native", KS_SOURCE_DIR "/corpus/sample/captures.json", QUERIES);
}

static void test_sample_feed(void **state) {
    (void)state;
    check_agreement("xapian", KS_SOURCE_DIR "/corpus/sample/feed.txt", QUERIES);
    check_agreement("native", KS_SOURCE_DIR "/corpus/sample/feed.txt", QUERIES);
}

/* Copies the first lines of a file. */
static void copy_lines(const char *from, const char *to, size_t lines) {
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    int c;
    assert_non_null(in);
    assert_non_null(out);
    while (lines && (c = getc(in)) != EOF) {
        lines -= c == '\n';
        putc(c, out);
    }
    assert_int_equal(fclose(in), 0);
    assert_int_equal(fclose(out), 0);
}

/* All of it, or a part where sanitizers make everything slow. */
static void test_arxiv(void **state) {
    static const char path[] = KS_SHARED_DIR "/corpus/arxiv.jsonl";
    char folder[KS_TEST_PATH], part[KS_TEST_PATH];
    (void)state;
    if (access(path, R_OK) != 0) skip();
    ks_test_folder_make(folder);
    copy_lines(path, ks_test_path(part, folder, "records.jsonl"), KS_ARXIV_RECORDS);
    check_agreement("xapian", part, QUERIES);
    check_agreement("native", part, QUERIES);
    ks_test_folder_remove(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sample_papers),
                                       cmocka_unit_test(test_sample_posts),
                                       cmocka_unit_test(test_sample_captures),
                                       cmocka_unit_test(test_sample_feed), cmocka_unit_test(test_arxiv)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
