/* Out of memory at every single allocation of the public calls, with each engine: KS_ERR_NOMEM, nothing
 * leaked (the sanitizer looks), the index as it was, and a success once there is enough. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/api/support.h"
#include "tests/support/allocation.h"
#include "tests/support/tempdir.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char place[KS_TEST_PATH], source[KS_TEST_PATH], feed[KS_TEST_PATH];
static ks_index *index_;
static const char *engine; /* under test */
static const char *query;  /* of the search under test */

/* The native engine's writer sweeps up files when it is closed, when all is done already. What it cannot
 * sweep for want of memory does no harm and goes next time; so the last few allocations of a run, and only
 * those, may fail without an error. */
enum { SWEEPING_MOST = 20 };

static const char before[] =
    "{\"id\":\"1\",\"title\":\"one\",\"author\":[\"a\",\"b\"],\"tags\":[\"deep-learning\"]}\n"
    "{\"id\":\"2\",\"title\":\"two\",\"claims\":[\"deep nets\"]}\n"
    "{\"id\":\"3\",\"title\":\"three\",\"summary\":\"CIFAR-10 learning, deep and more\"}\n";
static const char after[] =
    "{\"id\":\"1\",\"title\":\"uno\"}\n{\"id\":\"3\",\"title\":\"three\"}\nno record\n"
    "{\"id\":\"4\",\"title\":\"four\"}\n{\"id\":\"4\",\"title\":\"vier\"}\n{\"id\":\"5\","
    "\"title\":\"five\"}\n";

static ks_status sync_it(const char *path, ks_error *error) {
    return sync_one(place, engine, path, error);
}

static int set_up(void **state) {
    if (ks_test_folder_setup(state)) return -1;
    ks_test_path(place, *state, "index");
    ks_test_path(source, *state, "source.jsonl");
    ks_test_path(feed, *state, "feed.txt");
    ks_test_write_text(
        feed, "blog / ann / Jun 11\nGarden care.\ngarden-carewater\n\xE2\x80\x9CWater.\xE2\x80\x9D\n");
    ks_test_write_text(source, before);
    query = NULL;
    return sync_it(source, NULL) || ks_index_open(&index_, place, NULL);
}

/* The index as it is at the beginning of a test; the source keeps its text. */
static void restart(void) {
    char *text = ks_test_read(source, NULL);
    ks_index_close(index_);
    index_ = NULL;
    ks_test_folder_remove(place);
    ks_test_write_text(source, before);
    assert_int_equal(sync_it(source, NULL), KS_OK);
    assert_int_equal(ks_index_open(&index_, place, NULL), KS_OK);
    ks_test_write_text(source, text);
    free(text);
}

static int tear_down(void **state) {
    ks_index_close(index_);
    return ks_test_folder_teardown(state);
}

static void index_has(uint64_t generation, uint64_t records) {
    ks_index *index = NULL;
    ks_index_info info;
    ks_check_report report;
    ks_error error;
    if (ks_index_check(&report, place, &error)) fail_msg("%s", error.message);
    assert_int_equal(report.records, records);
    assert_int_equal(ks_index_open(&index, place, NULL), KS_OK);
    assert_int_equal(ks_index_describe(&info, index, NULL), KS_OK);
    assert_int_equal(info.generation, generation);
    assert_int_equal(info.records, records);
    ks_index_close(index);
}

static void is_nomem(ks_status status, const ks_error *error, size_t n) {
    if (status != KS_ERR_NOMEM)
        fail_msg("[%s] allocation %zu: %s: %s", query ? query : "", n, ks_status_name(status),
                 error->message);
    assert_int_equal(error->code, KS_ERR_NOMEM);
    assert_int_not_equal(error->message[0], 0);
    index_has(1, 3);
}

/* Runs the operation with the first, second, … allocation failing until none does. */
static void fail_each(ks_status (*operation)(ks_error *error), size_t least) {
    size_t n;
    if (!ks_test_can_fail_allocation()) skip();
    for (n = 1;; n++) {
        ks_error error = {0};
        ks_status status;
        ks_test_fail_allocation(n);
        status = operation(&error);
        if (!ks_test_allocation_failed()) {
            assert_int_equal(status, KS_OK);
            break;
        }
        is_nomem(status, &error, n);
    }
    assert_true(n > least);
}

/* The same for one that writes, after which the index has that generation and so many records. */
static void fail_each_write(ks_status (*operation)(ks_error *error), size_t least, uint64_t generation,
                            uint64_t records) {
    size_t n, swept = 0;
    bool failed = true;
    if (!ks_test_can_fail_allocation()) skip();
    for (n = 1; failed; n++) {
        ks_error error = {0};
        ks_status status;
        ks_test_fail_allocation(n);
        status = operation(&error);
        failed = ks_test_allocation_failed();
        if (status || (failed && strcmp(engine, "native") != 0)) {
            is_nomem(status, &error, n);
            assert_true(failed);
            assert_int_equal(swept, 0); /* sweeping is the last thing that happens */
            continue;
        }
        index_has(generation, records);
        if (failed) restart();
        swept += failed;
    }
    assert_true(n > least);
    assert_true(swept <= SWEEPING_MOST);
}

static ks_status open_once(ks_error *error) {
    ks_index *index = NULL;
    ks_status status = ks_index_open(&index, place, error);
    assert_int_equal(index != NULL, status == KS_OK);
    ks_index_close(index);
    return status;
}

static void opening(void **state) {
    (void)state;
    fail_each(open_once, 3);
}

static ks_status get_record(ks_error *error) {
    ks_record *record = NULL;
    ks_status status = ks_index_record(&record, index_, "1", error);
    assert_int_equal(record != NULL, status == KS_OK);
    ks_record_free(record);
    return status;
}

static void single_records(void **state) {
    (void)state;
    fail_each(get_record, 1);
}

static ks_status search_once(ks_error *error) {
    ks_search_options options;
    ks_results *results = NULL;
    ks_status status;
    ks_search_options_init(&options);
    status = ks_search(&results, index_, query, strlen(query), &options, error);
    assert_int_equal(results != NULL, status == KS_OK);
    if (results) assert_true(results->hit_count > 0);
    ks_results_free(results);
    return status;
}

static void searching(void **state) {
    static const char *const queries[] = {"deep learning",
                                          "dee* (CIFAR-10 OR \"deep nets\"~3) -kind:blog ... ) x",
                                          "tag:deep-learning,x tag:dee* has:title before:9999 OR deep"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        query = queries[i];
        fail_each(search_once, 10);
    }
}

static ks_status explain_once(ks_error *error) {
    ks_search_options options;
    ks_explanation *explanation = NULL;
    ks_status status;
    ks_search_options_init(&options);
    status = ks_explain(&explanation, index_, "deep learning \"deep nets\" -x", 29, "1", &options, error);
    assert_int_equal(explanation != NULL, status == KS_OK);
    ks_explanation_free(explanation);
    return status;
}

static void explaining(void **state) {
    (void)state;
    fail_each(explain_once, 10);
}

static ks_status sync_again(ks_error *error) {
    return sync_it(source, error);
}

static ks_status sync_feed(ks_error *error) {
    return sync_it(feed, error);
}

static ks_status sync_folder(ks_error *error) {
    char folder[KS_TEST_PATH];
    strcpy(folder, source);
    *strrchr(folder, '/') = '\0';
    return sync_it(folder, error);
}

static void synchronising(void **state) {
    (void)state;
    ks_test_write_text(source, after);
    fail_each_write(sync_again, 20, 2, 5);
}

static void nothing_new(void **state) {
    (void)state;
    fail_each_write(sync_again, 10, 1, 3);
}

static void a_feed(void **state) {
    (void)state;
    fail_each_write(sync_feed, 20, 2, 4);
}

static void a_folder(void **state) {
    (void)state;
    ks_test_write_text(source, "{\"id\":\"1\",\"title\":\"uno\"}\n");
    fail_each_write(sync_folder, 20, 2, 2);
}

#define WITH_INDEX(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_INDEX(opening),       WITH_INDEX(single_records), WITH_INDEX(searching), WITH_INDEX(explaining),
        WITH_INDEX(synchronising), WITH_INDEX(nothing_new),    WITH_INDEX(a_feed),    WITH_INDEX(a_folder),
    };
    int failed = 0;
    for (size_t i = 0; i < 2; i++) {
        engine = (const char *[]){"native", "xapian"}[i];
        failed += cmocka_run_group_tests_name(engine, tests, NULL, NULL);
    }
    return failed;
}
