/* A record that comes from several sources in different states: the last one counts, and nothing is written
 * again when nothing has changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ksearch/ksearch.h>

#include "tests/support/tempdir.h"

#include <string.h>

static char folder[KS_TEST_PATH], place[KS_TEST_PATH], first[KS_TEST_PATH], second[KS_TEST_PATH];

static int set_up(void **state) {
    (void)state;
    ks_test_folder_make(folder);
    ks_test_path(place, folder, "index");
    ks_test_path(first, folder, "a.jsonl");
    ks_test_path(second, folder, "b.jsonl");
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    ks_test_folder_remove(folder);
    return 0;
}

/* Indexes both files; the numbers are fresh, changed, removed, unchanged, duplicates. */
static uint64_t sync_both(uint64_t fresh, uint64_t changed, uint64_t removed, uint64_t unchanged,
                          uint64_t duplicates) {
    const char *sources[] = {first, second};
    ks_sync_options options;
    ks_sync_report *report = NULL;
    ks_error error;
    uint64_t generation;
    ks_sync_options_init(&options);
    if (ks_sync(&report, place, sources, 2, &options, &error)) fail_msg("%s", error.message);
    assert_int_equal(report->fresh, fresh);
    assert_int_equal(report->changed, changed);
    assert_int_equal(report->removed, removed);
    assert_int_equal(report->unchanged, unchanged);
    assert_int_equal(report->duplicates, duplicates);
    generation = report->generation;
    ks_sync_report_free(report);
    return generation;
}

static void expect_summary(const char *id, const char *summary) {
    ks_index *index = NULL;
    ks_record *record = NULL;
    assert_int_equal(ks_index_open(&index, place, NULL), KS_OK);
    assert_int_equal(ks_index_record(&record, index, id, NULL), KS_OK);
    assert_string_equal(record->summary, summary);
    ks_record_free(record);
    ks_index_close(index);
}

static void test_the_last_state_counts_and_stays(void **state) {
    (void)state;
    ks_test_write_text(first, "{\"id\":\"x\",\"summary\":\"old\"}\n{\"id\":\"z\",\"summary\":\"zed\"}\n");
    ks_test_write_text(second, "{\"id\":\"x\",\"summary\":\"new\"}\n");
    assert_int_equal(sync_both(2, 0, 0, 0, 1), 1);
    expect_summary("x", "new");
    assert_int_equal(sync_both(0, 0, 0, 2, 1), 1);
    assert_int_equal(sync_both(0, 0, 0, 2, 1), 1);
    expect_summary("x", "new");
}

static void test_a_later_change_is_one_change(void **state) {
    (void)state;
    ks_test_write_text(first, "{\"id\":\"x\",\"summary\":\"old\"}\n");
    ks_test_write_text(second, "{\"id\":\"x\",\"summary\":\"new\"}\n");
    sync_both(1, 0, 0, 0, 1);
    ks_test_write_text(second, "{\"id\":\"x\",\"summary\":\"newer\"}\n");
    assert_int_equal(sync_both(0, 1, 0, 0, 1), 2);
    expect_summary("x", "newer");
    assert_int_equal(sync_both(0, 0, 0, 1, 1), 2);
}

static void test_three_states_in_one_file(void **state) {
    (void)state;
    ks_test_write_text(first, "{\"id\":\"x\",\"summary\":\"1\"}\n{\"id\":\"x\",\"summary\":\"2\"}\n"
                              "{\"id\":\"x\",\"summary\":\"3\"}\n");
    ks_test_write_text(second, "");
    assert_int_equal(sync_both(1, 0, 0, 0, 2), 1);
    expect_summary("x", "3");
    assert_int_equal(sync_both(0, 0, 0, 1, 2), 1);
    ks_test_write_text(first, "{\"id\":\"x\",\"summary\":\"3\"}\n{\"id\":\"x\",\"summary\":\"1\"}\n");
    assert_int_equal(sync_both(0, 1, 0, 0, 1), 2);
    expect_summary("x", "1");
}

/* The waiting state knows both sources: losing one of them keeps the record. */
static void test_sources_are_kept_while_waiting(void **state) {
    (void)state;
    ks_test_write_text(first, "{\"id\":\"x\",\"summary\":\"old\"}\n");
    ks_test_write_text(second, "{\"id\":\"y\",\"summary\":\"why\"}\n");
    sync_both(2, 0, 0, 0, 0);
    ks_test_write_text(first, "{\"id\":\"x\",\"summary\":\"one\"}\n");
    ks_test_write_text(second, "{\"id\":\"y\",\"summary\":\"why\"}\n{\"id\":\"x\",\"summary\":\"two\"}\n");
    sync_both(0, 1, 0, 1, 1);
    ks_test_write_text(first, "");
    sync_both(0, 0, 0, 2, 0);
    expect_summary("x", "two");
    ks_test_write_text(second, "{\"id\":\"y\",\"summary\":\"why\"}\n");
    sync_both(0, 0, 1, 1, 0);
}

#define ALONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ALONE(test_the_last_state_counts_and_stays), ALONE(test_a_later_change_is_one_change),
        ALONE(test_three_states_in_one_file), ALONE(test_sources_are_kept_while_waiting)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
