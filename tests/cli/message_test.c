/* Messages on stderr, the index's place, joining arguments, search options, the pager. */
#include "tests/cli/schema_check.h"

#include "cli/cli.h"
#include "cli/message.h"
#include "cli/pager.h"
#include "cli/paths.h"
#include "tests/support/tempdir.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>

static void assert_said(held_output *held, const char *expected) {
    char *text = release_output(held, stderr);
    assert_string_equal(text, expected);
    free(text);
}

static void test_errors(void **state) {
    ks_error error;
    (void)state;
    cli_message_set(&error, KS_ERR_CORRUPT, "segment %d\033 is damaged", 7);
    assert_int_equal(error.code, KS_ERR_CORRUPT);
    assert_int_equal(error.position, -1);
    held_output held = hold_output(stderr);
    cli_message_error(false, &error);
    assert_said(&held, "ksearch: segment 7\uFFFD is damaged\n");
    error.position = 4096;
    strcpy(error.hint, "make it again");
    held = hold_output(stderr);
    cli_message_error(false, &error);
    assert_said(&held, "ksearch: segment 7\uFFFD is damaged (byte 4096)\nksearch: hint: make it again\n");
    held = hold_output(stderr);
    cli_message_error(true, &error);
    assert_said(&held, "{\"error\":{\"code\":\"corrupt\",\"message\":\"segment 7\\u001b is damaged\","
                       "\"hint\":\"make it again\",\"position\":4096}}\n");
    held = hold_output(stderr);
    cli_message_usage(true, &error);
    char *text = release_output(&held, stderr);
    assert_non_null(strstr(text, "\"code\":\"usage\""));
    assert_valid(text, "error");
    free(text);
}

static void test_lines(void **state) {
    (void)state;
    held_output held = hold_output(stderr);
    cli_message_warnings((ks_strings){sample_warnings, 1});
    cli_message_warnings((ks_strings){NULL, 0});
    cli_message_line("note: %d\n", 3);
    assert_said(&held, "ksearch: warning: the quotation mark at 3 is never closed\nksearch: note: 3 \n");
}

static void test_other_errors(void **state) {
    ks_error error;
    (void)state;
    cli_message_nomem(&error);
    assert_int_equal(error.code, KS_ERR_NOMEM);
    errno = ENOMEM;
    cli_message_path_error(&error);
    assert_int_equal(error.code, KS_ERR_NOMEM);
    errno = ENOENT;
    cli_message_path_error(&error);
    assert_int_equal(error.code, KS_ERR_NO_INDEX);
    assert_true(*error.hint);
}

static void assert_path(const char *given, const char *variable, const char *data, const char *home,
                        const char *expected, bool expect_default) {
    bool is_default;
    unsetenv("KSEARCH_INDEX");
    unsetenv("XDG_DATA_HOME");
    unsetenv("HOME");
    if (variable) setenv("KSEARCH_INDEX", variable, 1);
    if (data) setenv("XDG_DATA_HOME", data, 1);
    if (home) setenv("HOME", home, 1);
    char *path = cli_paths_index(given, &is_default);
    if (expected) {
        assert_string_equal(path, expected);
        assert_int_equal(is_default, expect_default);
    } else {
        assert_null(path);
        assert_int_equal(errno, ENOENT);
    }
    free(path);
}

static void test_paths(void **state) {
    (void)state;
    assert_path("a", "b", "/c", "/d", "a", false);
    assert_path(NULL, "b", "/c", "/d", "b", false);
    assert_path(NULL, "", "/c", "/d", "/c/ksearch/index", true);
    assert_path(NULL, NULL, "", "/d", "/d/.local/share/ksearch/index", true);
    assert_path(NULL, NULL, "relative", "/d", "/d/.local/share/ksearch/index", true);
    assert_path(NULL, NULL, NULL, "/d", "/d/.local/share/ksearch/index", true);
    assert_path(NULL, NULL, NULL, "", NULL, true);
    assert_path(NULL, NULL, NULL, NULL, NULL, true);
}

static void test_make_parents(void **state) {
    char path[KS_TEST_PATH], folder[KS_TEST_PATH];
    struct stat about;
    ks_test_path(path, *state, "a/b/index");
    assert_int_equal(cli_paths_make_parents(path), 0);
    assert_int_equal(cli_paths_make_parents(path), 0);
    assert_int_equal(stat(ks_test_path(folder, *state, "a/b"), &about), 0);
    assert_true(S_ISDIR(about.st_mode));
    assert_int_equal(stat(path, &about), -1);
    assert_int_equal(cli_paths_make_parents("index"), 0);
    ks_test_write_text(ks_test_path(folder, *state, "file"), "x");
    assert_int_equal(cli_paths_make_parents(ks_test_path(path, *state, "file/b/index")), ENOTDIR);
}

static void test_join(void **state) {
    const char *words[] = {"policy", "", "a b"};
    cli_options options = {.arguments = words, .argument_count = 3};
    (void)state;
    char *joined = cli_join_arguments(&options);
    assert_string_equal(joined, "policy  a b");
    free(joined);
    options.argument_count = 0;
    joined = cli_join_arguments(&options);
    assert_string_equal(joined, "");
    free(joined);
}

static void test_search_options(void **state) {
    cli_options options = {.fields = CLI_FIELD_ALL,
                           .limit = 5,
                           .offset = 6,
                           .match = KS_MATCH_ANY,
                           .sort = KS_SORT_OLD,
                           .tag_boost = 2,
                           .count = 1};
    (void)state;
    ks_search_options search = cli_search_options(&options);
    assert_int_equal(search.limit, 5);
    assert_int_equal(search.offset, 6);
    assert_int_equal(search.match, KS_MATCH_ANY);
    assert_int_equal(search.sort, KS_SORT_OLD);
    assert_int_equal(search.detail, KS_DETAIL_PASSAGES);
    assert_true(search.count_exact);
    assert_false(search.empty_is_all);
    assert_true(search.tag_boost == 2.0);
    options.fields = CLI_FIELD_TITLE;
    assert_int_equal(cli_search_options(&options).detail, KS_DETAIL_RECORD);
    options.fields = CLI_FIELD_TITLE | CLI_FIELD_MATCHED;
    assert_int_equal(cli_search_options(&options).detail, KS_DETAIL_PASSAGES);
    options.fields = CLI_FIELD_ID;
    assert_int_equal(cli_search_options(&options).detail, KS_DETAIL_ID);
    options.fields = CLI_FIELD_ALL;
    options.format = CLI_FORMAT_TREC;
    assert_int_equal(cli_search_options(&options).detail, KS_DETAIL_ID);
    options.format = CLI_FORMAT_IDS;
    options.command = CLI_FEED;
    search = cli_search_options(&options);
    assert_int_equal(search.detail, KS_DETAIL_ID);
    assert_int_equal(search.sort, KS_SORT_NEW);
    assert_true(search.empty_is_all);
}

static void test_json_mode(void **state) {
    (void)state;
    for (int format = CLI_FORMAT_TEXT; format <= CLI_FORMAT_TREC; format++) {
        cli_options options = {.format = format};
        assert_int_equal(cli_message_is_json(&options),
                         format == CLI_FORMAT_JSON || format == CLI_FORMAT_JSONL);
    }
}

static void assert_no_pager(const char *command, bool wanted) {
    cli_pager pager;
    if (command)
        setenv("PAGER", command, 1);
    else
        unsetenv("PAGER");
    cli_pager_begin(&pager, wanted);
    assert_ptr_equal(pager.out, stdout);
    assert_int_equal(pager.pid, 0);
    cli_pager_end(&pager);
}

static void test_no_pager(void **state) {
    (void)state;
    assert_no_pager("less", false);
    assert_no_pager(NULL, false);
    assert_no_pager("", true);
    assert_no_pager("cat", true);
    assert_no_pager("  ", true);
    assert_no_pager("there-is-no-such-pager -x", true);
    assert_no_pager("/dev/null", true);
}

static void test_pager(void **state) {
    char command[KS_TEST_PATH + 16], path[KS_TEST_PATH];
    cli_pager pager;
    ks_test_path(path, *state, "paged");
    snprintf(command, sizeof command, "cat > %s", path);
    setenv("PAGER", command, 1);
    cli_pager_begin(&pager, true);
    assert_true(pager.pid > 0);
    fputs("one\ntwo\n", pager.out);
    cli_pager_end(&pager);
    assert_ptr_equal(pager.out, stdout);
    char *text = ks_test_read(path, NULL);
    assert_string_equal(text, "one\ntwo\n");
    free(text);
    snprintf(command, sizeof command, "cp /dev/stdin %s.2", path);
    setenv("PAGER", command, 1);
    cli_pager_begin(&pager, true);
    assert_true(pager.pid > 0);
    fputs("three\n", pager.out);
    cli_pager_end(&pager);
    strcat(path, ".2");
    text = ks_test_read(path, NULL);
    assert_string_equal(text, "three\n");
    free(text);
}

/* A reader who leaves early ends neither the program nor its success. */
static void test_pager_that_leaves(void **state) {
    struct sigaction before, after;
    cli_pager pager;
    (void)state;
    sigaction(SIGPIPE, NULL, &before);
    setenv("PAGER", "true", 1);
    cli_pager_begin(&pager, true);
    assert_true(pager.pid > 0);
    for (int i = 0; i < 100000; i++) fputs("a line that nobody reads\n", pager.out);
    cli_pager_end(&pager);
    sigaction(SIGPIPE, NULL, &after);
    assert_true(before.sa_handler == after.sa_handler);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_other_errors),
        cmocka_unit_test(test_paths),
        cmocka_unit_test_setup_teardown(test_make_parents, ks_test_folder_setup, ks_test_folder_teardown),
        cmocka_unit_test(test_join),
        cmocka_unit_test(test_search_options),
        cmocka_unit_test(test_json_mode),
        cmocka_unit_test(test_no_pager),
        cmocka_unit_test_setup_teardown(test_pager, ks_test_folder_setup, ks_test_folder_teardown),
        cmocka_unit_test(test_pager_that_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
