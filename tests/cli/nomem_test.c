/* Out of memory at every single allocation of the commands that read: status 2 and one message on standard
 * error; nothing on standard output that could be taken for an answer; and the
 * answer as before once there is enough. */
#include "tests/cli/support.h"

#include "cli/cli.h"
#include "tests/support/allocation.h"
#include "tests/support/tempdir.h"

static char place[KS_TEST_PATH];

static int set_up(void **state) {
    ks_sync_options options;
    ks_sync_report *report = NULL;
    char source[KS_TEST_PATH];
    const char *path = source;
    ks_status status;
    if (ks_test_folder_setup(state)) return -1;
    ks_test_path(place, *state, "index");
    ks_test_write_text(
        ks_test_path(source, *state, "a.jsonl"),
        "{\"id\":\"a\",\"title\":\"Deep nets\",\"tags\":[\"deep-learning\"],\"date\":\"2014\"}\n"
        "{\"id\":\"b\",\"summary\":\"Nets learn deep down.\",\"claims\":[\"Deep.\"]}\n");
    ks_sync_options_init(&options);
    status = ks_sync(&report, place, &path, 1, &options, NULL);
    ks_sync_report_free(report);
    return status ? -1 : setenv("KSEARCH_INDEX", place, 1);
}

enum { MOST_WORDS = 8 };

typedef struct command {
    int (*run)(const cli_options *options);
    char *words[MOST_WORDS]; /* of the command line, the program's name first */
} command;

/* What a run left. */
typedef struct outcome {
    int status;
    char *out, *err;
} outcome;

static void free_outcome(outcome *it) {
    free(it->out);
    free(it->err);
}

/* Parses the command line and runs the command, as main does; the nth allocation fails, 0: none. */
static outcome run(const command *it, size_t n, bool *failed) {
    held_output out = hold_output(stdout), err = hold_output(stderr);
    outcome result = {.status = CLI_EXIT_ERROR};
    cli_options options;
    ks_error error;
    int count = 0;
    ks_status parsed;
    while (count < MOST_WORDS && it->words[count]) count++;
    ks_test_fail_allocation(n);
    parsed = cli_options_parse(&options, count, it->words, &error);
    if (parsed)
        cli_help_usage(stderr); /* any text: main tells what is wrong */
    else
        result.status = it->run(&options);
    cli_options_free(&options);
    *failed = ks_test_allocation_failed();
    result.err = release_output(&err, stderr);
    result.out = release_output(&out, stdout);
    return result;
}

/* Times differ from run to run. */
static void blank_times(char *text) {
    char *at = strstr(text, "\"took_us\":");
    if (at) at[strlen("\"took_us\":")] = '\0';
    if ((at = strstr(text, " ms"))) *at = '\0';
    if ((at = strstr(text, " \xC2\xB5s"))) *at = '\0';
    if ((at = strstr(text, "records \xC2\xB7"))) *at = '\0';
}

static void each_allocation(const command *it, size_t least) {
    bool failed;
    outcome good = run(it, 0, &failed);
    size_t n;
    assert_int_equal(good.status, CLI_EXIT_OK);
    assert_string_equal(good.err, "");
    blank_times(good.out);
    for (n = 1;; n++) {
        outcome got = run(it, n, &failed);
        if (!failed) {
            assert_int_equal(got.status, CLI_EXIT_OK);
            blank_times(got.out);
            assert_string_equal(got.out, good.out);
            free_outcome(&got);
            break;
        }
        if (got.status != CLI_EXIT_ERROR) fail_msg("allocation %zu: status %d", n, got.status);
        assert_string_equal(got.out, "");
        assert_non_null(strstr(got.err, "ksearch"));
        free_outcome(&got);
    }
    if (n <= least) fail_msg("%s: %zu allocations only", it->words[1], n - 1);
    free_outcome(&good);
}

static void searching(void **state) {
    static const command text = {cli_run_search, {"ksearch", "search", "deep", "nets"}},
                         ids = {cli_run_search, {"ksearch", "search", "--format", "ids", "deep"}};
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    each_allocation(&text, 20);
    each_allocation(&ids, 15);
}

static void a_feed(void **state) {
    static const command feed = {cli_run_feed, {"ksearch", "feed", "has:title"}};
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    each_allocation(&feed, 15);
}

static void explaining(void **state) {
    static const command query = {cli_run_explain, {"ksearch", "explain", "deep nets"}},
                         record = {cli_run_explain, {"ksearch", "explain", "deep nets", "a"}};
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    each_allocation(&query, 15);
    each_allocation(&record, 20);
}

static void the_state_of_an_index(void **state) {
    static const command status = {cli_run_status, {"ksearch", "status"}};
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    each_allocation(&status, 10);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, ks_test_folder_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {TEST(searching), TEST(a_feed), TEST(explaining),
                                       TEST(the_state_of_an_index)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
