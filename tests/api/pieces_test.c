/* Out of memory at every single piece of an arena that the public calls ask for: KS_ERR_NOMEM, nothing leaked
 * (the sanitizer looks), no result, and the same results once there is enough. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/api/support.h"
#include "tests/support/pieces.h"
#include "tests/support/tempdir.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static char place[KS_TEST_PATH], source[KS_TEST_PATH];
static ks_index *index_;

static int set_up(void **state) {
    if (ks_test_folder_setup(state)) return -1;
    ks_test_path(place, *state, "index");
    ks_test_path(source, *state, "source.jsonl");
    return sync_one(place, NULL, KS_SOURCE_DIR "/corpus/sample", NULL) || ks_index_open(&index_, place, NULL);
}

static int tear_down(void **state) {
    ks_index_close(index_);
    return ks_test_folder_teardown(state);
}

/* A query and how it is asked. */
struct question {
    const char *query;
    ks_match match;
    ks_sort sort;
    const char *id; /* for explaining */
    uint64_t found; /* hits at the first time */
};

static ks_status search_once(void *context, ks_error *error) {
    struct question *question = context;
    ks_search_options options;
    ks_results *results = NULL;
    ks_status status;
    ks_search_options_init(&options);
    options.match = question->match;
    options.sort = question->sort;
    status = ks_search(&results, index_, question->query, strlen(question->query), &options, error);
    assert_int_equal(results != NULL, status == KS_OK);
    if (results && question->found) assert_int_equal(results->total, question->found);
    if (results) question->found = results->total;
    ks_results_free(results);
    return status;
}

/* Every kind of node of a query, and of each of them what engines treat in ways of their own. */
static const char *const queries[] = {
    "network",
    "policy gradients pong",
    "\"neural network\"",
    "\"neural networks\"~5 training",
    "title:network summary:\"deep learning\"",
    "(claim:training OR body:model) tag:deep-learning",
    "netw* -\"neural network\" NOT kind:tweet",
    "title:tra* OR tag:reinf* OR claim:\"a network\"~4",
    "kind:blog,paper author:karpathy date:2014..2020 has:url",
    "before:2019 -(kind:blog OR kind:paper) lang:en",
    "t-SNE C++ CIFAR-10 PixelCNN++ 162,000",
    "(a OR the) (of OR \"in the\") -(x y) is:ok",
};

/* Asks every `step`th of them, from `first` on. */
static void each_query(size_t first, size_t step, ks_match match, ks_sort sort, size_t least) {
    if (!ks_test_can_fail_piece()) skip();
    for (size_t i = first; i < sizeof queries / sizeof *queries; i += step) {
        struct question question = {.query = queries[i], .match = match, .sort = sort};
        size_t pieces = 0;
        assert_int_equal(search_once(&question, NULL), KS_OK);
        pieces = ks_test_each_piece(search_once, &question);
        if (pieces < least) fail_msg("[%s] takes %zu pieces only", queries[i], pieces);
    }
}

static void searching(void **state) {
    (void)state;
    each_query(0, 3, KS_MATCH_AUTO, KS_SORT_SCORE, 8);
}

static void searching_for_all_words(void **state) {
    (void)state;
    each_query(1, 6, KS_MATCH_ALL, KS_SORT_SCORE, 8);
}

static void searching_for_any_word(void **state) {
    (void)state;
    each_query(2, 3, KS_MATCH_ANY, KS_SORT_SCORE, 8);
}

static void sorting_by_time(void **state) {
    (void)state;
    each_query(4, 6, KS_MATCH_AUTO, KS_SORT_NEW, 5);
    each_query(10, 6, KS_MATCH_ANY, KS_SORT_OLD, 5);
}

/* Explains the first hit. */
static ks_status explain_once(void *context, ks_error *error) {
    const struct question *question = context;
    ks_search_options options;
    ks_explanation *explanation = NULL;
    ks_status status;
    ks_search_options_init(&options);
    status = ks_explain(&explanation, index_, question->query, strlen(question->query), question->id,
                        &options, error);
    assert_int_equal(explanation != NULL, status == KS_OK);
    ks_explanation_free(explanation);
    return status;
}

static void explaining(void **state) {
    ks_search_options options;
    size_t explained = 0;
    (void)state;
    if (!ks_test_can_fail_piece()) skip();
    ks_search_options_init(&options);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i += 2) {
        ks_results *results = NULL;
        struct question question = {.query = queries[i]};
        assert_int_equal(ks_search(&results, index_, question.query, strlen(question.query), &options, NULL),
                         KS_OK);
        if (results->hit_count) {
            question.id = results->hits[0].record->id;
            assert_true(ks_test_each_piece(explain_once, &question) > 5);
            explained++;
        }
        ks_results_free(results);
    }
    assert_true(explained >= 3);
}

static ks_status record_once(void *context, ks_error *error) {
    ks_record *record = NULL;
    ks_status status = ks_index_record(&record, index_, context, error);
    assert_int_equal(record != NULL, status == KS_OK);
    ks_record_free(record);
    return status;
}

static void single_records(void **state) {
    ks_search_options options;
    ks_results *results = NULL;
    char id[200];
    (void)state;
    if (!ks_test_can_fail_piece()) skip();
    ks_search_options_init(&options);
    assert_int_equal(ks_search(&results, index_, "network", 7, &options, NULL), KS_OK);
    snprintf(id, sizeof id, "%s", results->hits[0].record->id);
    ks_results_free(results);
    assert_true(ks_test_each_piece(record_once, id) > 3);
}

/* ---- Writing: after each failure the index is what it was. ---- */

static uint64_t generation(void) {
    ks_index *index = NULL;
    ks_index_info info = {0};
    assert_int_equal(ks_index_open(&index, place, NULL), KS_OK);
    assert_int_equal(ks_index_describe(&info, index, NULL), KS_OK);
    ks_index_close(index);
    return info.generation;
}

/* What fails after the commit is the sweeping of old files, which goes next time: the run has succeeded then.
 */
static void each_source(const char *text, size_t least, uint64_t commits) {
    uint64_t before = generation();
    ks_status status = KS_ERR_NOMEM;
    bool failed = true;
    size_t n = 0;
    if (!ks_test_can_fail_piece()) skip();
    ks_test_write_text(source, text);
    while (status) {
        ks_error error = {0};
        ks_test_fail_piece(++n);
        status = sync_one(place, NULL, source, &error);
        failed = ks_test_piece_failed();
        if (!status) break;
        if (status != KS_ERR_NOMEM) fail_msg("piece %zu: %s", n, error.message);
        assert_true(failed);
        assert_int_equal(generation(), before);
    }
    assert_true(n > least);
    assert_int_equal(generation(), before + commits);
}

static void records_come_and_change(void **state) {
    (void)state;
    each_source("{\"id\":\"1\",\"title\":\"one\",\"author\":[\"a\",\"b\"],\"tags\":[\"deep-learning\"]}\n"
                "no record\n"
                "{\"title\":\"\\u00e4\",\"claims\":[\"deep nets\"],\"feed_order\":7,\"date\":\"2014-05\"}\n",
                20, 1);
    each_source("{\"id\":\"1\",\"title\":\"uno\"}\n{\"id\":\"2\",\"body\":\"two\",\"lang\":\"en\"}\n", 10, 1);
    each_source("", 3, 1);
    each_source("", 1, 0);
}

#define WITH_INDEX(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_INDEX(searching),
        WITH_INDEX(searching_for_all_words),
        WITH_INDEX(searching_for_any_word),
        WITH_INDEX(sorting_by_time),
        WITH_INDEX(explaining),
        WITH_INDEX(single_records),
        WITH_INDEX(records_come_and_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
