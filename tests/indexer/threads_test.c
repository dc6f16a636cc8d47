/* Whole runs, whatever the number of threads: the same reports, the same records, the same answers; and what
 * goes wrong leaves the old state. With the native engine. */
#include "tests/indexer/made_words.h"
#include "tests/indexer/support.h"

#include "tests/support/threads.h"

enum { SOURCES = 3, IDS = 3000 };

static int set_up_native(void **state) {
    int result = set_up(state);
    options.engine = "native";
    return result;
}

#define NATIVE(test) cmocka_unit_test_setup_teardown(test, set_up_native, ks_test_folder_teardown)

/* ---- Sources ---- */

static void add_record(ks_buffer *out, uint64_t *random, size_t id, size_t state) {
    uint64_t content = id * 7 + state;
    if (ks_test_below(random, 200) == 0) ks_buffer_str(out, "{\"id\":\"broken\"}\n");
    ks_buffer_format(out, "{\"id\":\"r%zu\",\"date\":\"20%02zu-0%zu-10\",\"kind\":\"blog\",\"title\":\"", id,
                     id % 20, 1 + id % 9);
    add_words(out, &content, 6);
    ks_buffer_str(out, "\",\"tags\":[\"");
    add_words(out, &content, 2);
    ks_buffer_str(out, "\"],\"summary\":\"");
    add_words(out, &content, ks_test_below(&content, 120));
    ks_buffer_str(out, "\"}\n");
}

/* Writes all sources anew, each with about half of the ids, some of them twice. */
static void write_sources(uint64_t *random, const char *paths[SOURCES]) {
    for (size_t s = 0; s < SOURCES; s++) {
        char name[32];
        ks_buffer text = {0};
        for (size_t id = 0; id < IDS; id++) {
            if (ks_test_below(random, 2)) add_record(&text, random, id, ks_test_below(random, 8) == 0);
            if (ks_test_below(random, 40) == 0)
                add_record(&text, random, ks_test_below(random, IDS), ks_test_below(random, 3));
        }
        snprintf(name, sizeof name, "source%zu.jsonl", s);
        assert_int_equal(ks_buffer_check(&text, NULL), KS_OK);
        paths[s] = write_source(name, text.data);
        ks_buffer_free(&text);
    }
}

/* ---- What a run leaves behind, as text ---- */

static void add_report(ks_buffer *out, const ks_sync_report *report) {
    ks_buffer_format(out, "%d %d %d %d %d, %d %d %d %d, generation %d\n", (int)report->total,
                     (int)report->fresh, (int)report->changed, (int)report->removed, (int)report->unchanged,
                     (int)report->duplicates, (int)report->kept, (int)report->repaired, (int)report->skipped,
                     (int)report->generation);
    for (size_t i = 0; i < report->reject_count; i++)
        ks_buffer_format(out, "%s:%d:%d %s\n", report->rejects[i].source, (int)report->rejects[i].line,
                         (int)report->rejects[i].byte, report->rejects[i].reason);
}

static void add_records(ks_buffer *out, ks_index *index) {
    for (size_t id = 0; id < IDS; id++) {
        char name[32];
        ks_record *record = NULL;
        snprintf(name, sizeof name, "r%zu", id);
        if (ks_index_record(&record, index, name, NULL) == KS_OK)
            ks_buffer_add(out, record->json, record->json_size);
        ks_buffer_str(out, "\n");
        ks_record_free(record);
    }
}

static void add_answers(ks_buffer *out, ks_index *index) {
    static const char *const queries[] = {
        "policy gradients",  "\"networks trained\"",  "tag:pong", "c++ -naïve",
        "cifar10 OR 162000", "title:lstm after:2010", ""};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        ks_search_options search;
        ks_results *results = NULL;
        ks_search_options_init(&search);
        search.count_exact = search.empty_is_all = true;
        search.limit = 200;
        search.detail = KS_DETAIL_ID;
        assert_int_equal(ks_search(&results, index, queries[i], strlen(queries[i]), &search, NULL), KS_OK);
        ks_buffer_format(out, "%s: %d\n", queries[i], (int)results->total);
        for (size_t k = 0; k < results->hit_count; k++)
            ks_buffer_format(out, "%s %a\n", results->hits[k].record->id, results->hits[k].score);
        ks_results_free(results);
    }
}

/* Synchronises with all sources and writes down what comes out. */
static char *run(const char *paths[SOURCES], unsigned threads, const char *where) {
    ks_sync_report *report;
    ks_buffer out = {0};
    ks_index *index;
    ks_index_info info;
    strcpy(place, path_of(where));
    options.threads = threads;
    report = sync_status(KS_OK, paths[0], paths[1], paths[2]);
    add_report(&out, report);
    ks_sync_report_free(report);
    index = open_index();
    assert_int_equal(ks_index_describe(&info, index, NULL), KS_OK);
    ks_buffer_format(&out, "%d records, %a\n", (int)info.records, info.average_length);
    add_records(&out, index);
    add_answers(&out, index);
    ks_index_close(index);
    assert_int_equal(ks_buffer_check(&out, NULL), KS_OK);
    return ks_buffer_take(&out);
}

/* Every index goes through the same three states of the sources. */
static void the_number_of_threads_makes_no_difference(void **state) {
    static const unsigned threads[] = {2, 4, 0};
    uint64_t random = ks_test_seed(31);
    (void)state;
    for (int round = 0; round < 3; round++) {
        const char *paths[SOURCES];
        char *expected;
        write_sources(&random, paths);
        expected = run(paths, 1, "one");
        for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
            char where[32], *actual;
            snprintf(where, sizeof where, "many%u", threads[i]);
            actual = run(paths, threads[i], where);
            assert_string_equal(actual, expected);
            free(actual);
        }
        free(expected);
    }
}

/* The same for little memory, which makes many segments. */
static void little_memory(void **state) {
    uint64_t random = ks_test_seed(32);
    const char *paths[SOURCES];
    char *expected, *actual;
    (void)state;
    write_sources(&random, paths);
    expected = run(paths, 1, "one");
    options.memory = 1 << 20;
    actual = run(paths, 4, "many");
    assert_string_equal(actual, expected);
    free(expected);
    free(actual);
}

static void small_feeds_start_no_thread(void **state) {
    const char *a =
        write_source("a.jsonl", "{\"id\":\"1\",\"title\":\"one\"}\n{\"id\":\"2\",\"title\":\"two\"}\n");
    (void)state;
    options.threads = 8;
    ks_test_limit_threads(0);
    sync_counts(a, NULL, NULL, "2 2 0 0 0");
    assert_int_equal(ks_test_threads_started(), 0);
    expect_ids("1 2");
}

/* A system without a thread to spare gets its index all the same. */
static void no_threads_to_be_had(void **state) {
    uint64_t random = ks_test_seed(33);
    const char *paths[SOURCES];
    char *expected, *actual;
    (void)state;
    write_sources(&random, paths);
    expected = run(paths, 1, "one");
    ks_test_limit_threads(0);
    actual = run(paths, 4, "many");
    assert_int_equal(ks_test_threads_started(), 0);
    assert_string_equal(actual, expected);
    free(expected);
    free(actual);
}

static void strict_with_threads(void **state) {
    uint64_t random = ks_test_seed(34);
    const char *paths[SOURCES];
    ks_index *index = NULL;
    (void)state;
    write_sources(&random, paths);
    options.threads = 4;
    options.strict = true;
    sync_fails(KS_ERR_REJECTED, paths[0], paths[1], paths[2]);
    assert_int_equal(ks_index_open(&index, place, NULL), KS_ERR_NO_INDEX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        NATIVE(the_number_of_threads_makes_no_difference),
        NATIVE(little_memory),
        NATIVE(small_feeds_start_no_thread),
        NATIVE(no_threads_to_be_had),
        NATIVE(strict_with_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
