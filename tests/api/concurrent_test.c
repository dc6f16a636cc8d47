/* Different objects in different threads at once: several indexes open on one path are searched while another
 * thread commits to it, and each answer is of one whole state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ksearch/ksearch.h>

#include "tests/support/tempdir.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { READERS = 3, COMMITS = 8, RECORDS = 60 };

static char folder[KS_TEST_PATH], place[KS_TEST_PATH], source[KS_TEST_PATH];
static const char *engine;
static atomic_bool over;

/* Every record of a state says which one it is: "state5". */
static void write_state(int state) {
    FILE *file = fopen(source, "w");
    assert_non_null(file);
    for (int i = 0; i < RECORDS; i++)
        fprintf(file, "{\"id\":\"r%d\",\"title\":\"common state%d word%d\"}\n", i, state, i % 7);
    assert_int_equal(fclose(file), 0);
}

static ks_status sync_state(int state) {
    const char *path = source;
    ks_sync_options options;
    ks_sync_report *report = NULL;
    ks_status status;
    write_state(state);
    ks_sync_options_init(&options);
    options.engine = engine;
    options.threads = 2;
    status = ks_sync(&report, place, &path, 1, &options, NULL);
    ks_sync_report_free(report);
    return status;
}

/* The state that all hits are of, or -1 where they are not of one. No assertions: this runs in threads. */
static int state_of(const ks_results *results) {
    int first = -1;
    for (size_t i = 0; i < results->hit_count; i++) {
        int state = -2;
        if (sscanf(results->hits[i].record->title, "common state%d", &state) != 1) return -1;
        if (i && state != first) return -1;
        first = state;
    }
    return results->hit_count == RECORDS ? first : -1;
}

/* Opens, searches and closes until all is over; what goes wrong is told as text, NULL for nothing. */
static void *read_on(void *context) {
    int last = 0;
    (void)context;
    while (!over) {
        ks_index *index = NULL;
        ks_results *results = NULL;
        ks_search_options options;
        const char *wrong = NULL;
        ks_search_options_init(&options);
        options.limit = RECORDS + 1;
        options.detail = KS_DETAIL_RECORD;
        if (ks_index_open(&index, place, NULL)) return "an index cannot be opened";
        for (int i = 0; i < 3 && !wrong; i++) {
            int state;
            if (ks_search(&results, index, "common", 6, &options, NULL)) wrong = "a search has failed";
            if (wrong) break;
            state = state_of(results);
            if (state < 0) wrong = "an answer of several states";
            if (state < last) wrong = "a later answer of an earlier state";
            last = state;
            ks_results_free(results);
            results = NULL;
        }
        ks_index_close(index);
        if (wrong) return (void *)(uintptr_t)wrong;
    }
    return NULL;
}

static void readers_beside_a_writer(void **state) {
    pthread_t threads[READERS];
    ks_status status = KS_OK;
    (void)state;
    over = false;
    assert_int_equal(sync_state(0), KS_OK);
    for (size_t i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_on, NULL), 0);
    for (int commit = 1; commit <= COMMITS && !status; commit++) status = sync_state(commit);
    over = true;
    for (size_t i = 0; i < READERS; i++) {
        void *wrong = NULL;
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        if (wrong) fail_msg("%s", (const char *)wrong);
    }
    assert_int_equal(status, KS_OK);
}

/* Indexes of their own, made and read at once: nothing is shared between them. */
static void *make_and_read(void *context) {
    const char *name = context;
    char path[KS_TEST_PATH + 32], from[KS_TEST_PATH + 32];
    const char *source_ = from;
    ks_sync_options options;
    ks_search_options search;
    ks_sync_report *report = NULL;
    ks_index *index = NULL;
    ks_results *results = NULL;
    void *wrong = NULL;
    FILE *file;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(from, sizeof from, "%s/%s.jsonl", folder, name);
    if (!(file = fopen(from, "w"))) return "a source cannot be made";
    for (int i = 0; i < 200; i++)
        fprintf(file, "{\"id\":\"%s%d\",\"summary\":\"%s running words\"}\n", name, i, name);
    fclose(file);
    ks_sync_options_init(&options);
    ks_search_options_init(&search);
    options.engine = engine;
    if (ks_sync(&report, path, &source_, 1, &options, NULL)) return "an index cannot be made";
    if (report->fresh != 200) wrong = "a wrong report";
    ks_sync_report_free(report);
    if (ks_index_open(&index, path, NULL)) return "an index cannot be opened";
    if (ks_search(&results, index, name, strlen(name), &search, NULL))
        wrong = "a search has failed";
    else if (results->total != 200 || strncmp(results->hits[0].record->id, name, strlen(name)) != 0)
        wrong = "an answer of another index";
    ks_results_free(results);
    ks_index_close(index);
    return wrong;
}

static void several_indexes_at_once(void **state) {
    static char names[][8] = {"alpha", "beta", "gamma", "delta"};
    enum { NAMES = sizeof names / sizeof *names };
    pthread_t threads[NAMES];
    (void)state;
    for (size_t i = 0; i < NAMES; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, make_and_read, names[i]), 0);
    for (size_t i = 0; i < NAMES; i++) {
        void *wrong = NULL;
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        if (wrong) fail_msg("%s: %s", names[i], (const char *)wrong);
    }
}

static int set_up(void **state) {
    (void)state;
    ks_test_folder_make(folder);
    ks_test_path(place, folder, "index");
    ks_test_path(source, folder, "a.jsonl");
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    ks_test_folder_remove(folder);
    return 0;
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {IN_FOLDER(readers_beside_a_writer),
                                       IN_FOLDER(several_indexes_at_once)};
    int failed = 0;
    engine = "native";
    failed += cmocka_run_group_tests_name(engine, tests, NULL, NULL);
    engine = "xapian";
    failed += cmocka_run_group_tests_name(engine, tests, NULL, NULL);
    return failed;
}
