/* docs/ksearch.schema.json: built into the program as it is, allows every example of docs/json.md, and
 * refuses what is not of the contract. */
#include "tests/cli/schema_check.h"

#include "cli/cli.h"
#include "cli/schema.h"

#include "tests/support/tempdir.h"

static void test_is_built_in(void **state) {
    size_t size;
    char *text = ks_test_read(KS_SOURCE_DIR "/docs/ksearch.schema.json", &size);
    (void)state;
    assert_int_equal(size, ks_schema_json_size);
    assert_memory_equal(text, ks_schema_json, size);
    held_output held = hold_output(stdout);
    int status = cli_run_schema(NULL);
    char *printed_text = release_output(&held, stdout);
    assert_int_equal(status, CLI_EXIT_OK);
    assert_string_equal(printed_text, text);
    free(printed_text);
    free(text);
}

static void test_examples(void **state) {
    char *page = ks_test_read(KS_SOURCE_DIR "/docs/json.md", NULL);
    size_t count = 0;
    (void)state;
    for (char *at = page; (at = strstr(at, "\n```json\n")); count++) {
        at += strlen("\n```json\n");
        char *end = strstr(at, "\n```");
        assert_non_null(end);
        *end = '\0';
        assert_valid(at, NULL);
        at = end + 1;
    }
    assert_true(count >= 13);
    free(page);
}

static void test_refuses(void **state) {
    static const char *const wrong[] = {
        "{}",
        "[]",
        "{\"id\":\"a\"}",
        "{\"title\":\"a\"}",
        "{\"id\":\"\",\"title\":\"a\"}",
        "{\"id\":\"a\",\"title\":\"a\",\"date\":\"31 May\"}",
        "{\"id\":\"a\",\"title\":\"a\",\"tags\":[1]}",
        "{\"type\":\"end\"}",
        "{\"type\":\"end\",\"took_us\":-1}",
        "{\"type\":\"hit\",\"rank\":0,\"id\":\"a\",\"score\":1,\"tier\":\"all\"}",
        "{\"type\":\"hit\",\"rank\":1,\"id\":\"a\",\"score\":1,\"tier\":\"none\",\"title\":\"x\"}",
        "{\"error\":{\"code\":\"odd\",\"message\":\"m\",\"hint\":null,\"position\":null}}",
        "{\"error\":{\"code\":\"io\",\"message\":\"m\",\"hint\":null}}",
        "{\"schema\":\"ksearch.status/1\",\"id\":\"a\",\"title\":\"not a record\"}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (is_valid(wrong[i])) fail_msg("the schema allows %s", wrong[i]);
    assert_true(
        is_valid("{\"id\":\"a\",\"title\":\"a\",\"more\":[1],\"date\":\"--05-31\",\"author\":[\"a\"]}"));
    assert_true(is_valid("{\"id\":\"a\",\"tags\":[],\"date\":\"2016\"}"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_is_built_in),
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
