/* The engines' answers are those of the oracle, which looks at every record: on the sample and, where they
 * are there, on a feed and on arXiv records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/agreement.h"
#include "tests/support/oracle.h"
#include "tests/support/random.h"
#include "tests/support/soak.h"
#include "tests/support/tempdir.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { QUERIES = 2000, COMPARED = 3 };

static void make_index(const char *engine, const char *place, const char *path) {
    ks_sync_options options;
    ks_sync_report *report = NULL;
    ks_error error = {0};
    ks_sync_options_init(&options);
    options.engine = engine;
    if (ks_sync(&report, place, &path, 1, &options, &error)) fail_msg("%s", error.message);
    assert_int_equal(report->reject_count, 0);
    ks_sync_report_free(report);
}

/* The native engine is asked so many queries with each way of unpacking, Xapian some of them. */
static void check_agreement(const char *path, size_t queries, size_t xapian_queries) {
    char folder[KS_TEST_PATH], native[KS_TEST_PATH], xapian[KS_TEST_PATH];
    ks_oracle *oracle = ks_oracle_new("english");
    ks_compared compared[COMPARED];
    ks_index *expected;
    size_t with_hits;
    ks_test_folder_make(folder);
    make_index("native", ks_test_path(native, folder, "native"), path);
    make_index("xapian", ks_test_path(xapian, folder, "xapian"), path);
    ks_oracle_put_file(oracle, path);
    expected = ks_oracle_index(oracle);
    compared[0] = ks_test_compared("native", native, queries, false);
    compared[1] = ks_test_compared("portable native", native, queries, true);
    compared[2] = ks_test_compared("xapian", xapian, xapian_queries, false);
    with_hits = ks_assert_same_answers(expected, compared, COMPARED, path, queries, ks_test_seed(20180531));
    assert_true(with_hits > queries / 2);
    for (size_t i = 0; i < COMPARED; i++) ks_index_close(compared[i].index);
    ks_index_close(expected);
    ks_oracle_free(oracle);
    ks_test_folder_remove(folder);
}

static void check_sample(const char *path) {
    size_t queries = ks_test_share(QUERIES, QUERIES, QUERIES / 8);
    if (access(path, R_OK) != 0) skip();
    check_agreement(path, queries, queries);
}

static void test_sample_papers(void **state) {
    (void)state;
    check_sample(KS_SOURCE_DIR "/corpus/sample/papers.jsonl");
}

static void test_sample_posts(void **state) {
    (void)state;
    check_sample(KS_SOURCE_DIR "/corpus/sample/posts.jsonl");
}

static void test_sample_captures(void **state) {
    (void)state;
    check_sample(KS_SOURCE_DIR "/corpus/sample/captures.json");
}

static void test_sample_feed(void **state) {
    (void)state;
    check_sample(KS_SOURCE_DIR "/corpus/sample/feed.txt");
}

static void test_example_feed(void **state) {
    (void)state;
    check_sample(KS_SHARED_DIR "/corpus/karpathy-feed.txt");
}

/* All 40,000 records in a soak; otherwise so many that frequent words still fill many blocks. */
static void test_arxiv(void **state) {
    static const char path[] = KS_SHARED_DIR "/corpus/arxiv.jsonl";
    char folder[KS_TEST_PATH], part[KS_TEST_PATH];
    (void)state;
    if (access(path, R_OK) != 0) skip();
    ks_test_folder_make(folder);
    ks_test_copy_lines(path, ks_test_path(part, folder, "records.jsonl"), ks_test_share(40000, 6000, 1000));
    check_agreement(part, ks_test_share(QUERIES, QUERIES, 250), ks_test_share(QUERIES, 500, 100));
    ks_test_folder_remove(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sample_papers),   cmocka_unit_test(test_sample_posts),
        cmocka_unit_test(test_sample_captures), cmocka_unit_test(test_sample_feed),
        cmocka_unit_test(test_example_feed),    cmocka_unit_test(test_arxiv)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
