/* The library's types as JSON: exact text for small ones, and the shape of the schema for all. */
#include "tests/cli/schema_check.h"

#include "cli/json_types.h"

typedef void writer(cli_json *json, const void *value);

static char *write_with(writer *write, const void *value, bool pretty) {
    sink out;
    cli_json json;
    sink_open(&out);
    cli_json_init(&json, out.out, pretty);
    write(&json, value);
    return printed(&out);
}

static void assert_written(writer *write, const void *value, const char *definition, const char *expected) {
    char *pretty = write_with(write, value, true), *text = write_with(write, value, false);
    if (expected) assert_string_equal(text, expected);
    assert_valid(text, definition);
    assert_valid(text, NULL);
    assert_valid(pretty, definition);
    free(text);
    free(pretty);
}

static void write_report(cli_json *json, const void *value) {
    cli_json_report(json, value);
}

static void test_report(void **state) {
    ks_reject rejects[] = {{"feed.jsonl", 17, 10231, "no \"date\""}, {"x.json", 0, 5, "bad\033"}};
    ks_sync_report report = {
        .total = 32, .fresh = 30, .changed = 1, .removed = 2, .unchanged = 3, .generation = 4, .took_us = 5};
    (void)state;
    assert_written(
        write_report, &report, "index_report",
        "{\"schema\":\"ksearch.index/1\",\"total\":32,\"new\":30,\"changed\":1,\"removed\":2,\"unchanged\":3,"
        "\"rejected\":[],\"duplicates\":0,\"kept\":0,\"repaired\":0,\"skipped\":0,\"generation\":4,\"took_"
        "us\":5}");
    report = (ks_sync_report){
        .rejects = rejects, .reject_count = 2, .duplicates = 6, .kept = 7, .repaired = 8, .skipped = 9};
    assert_written(
        write_report, &report, "index_report",
        "{\"schema\":\"ksearch.index/1\",\"total\":0,\"new\":0,\"changed\":0,\"removed\":0,\"unchanged\":0,"
        "\"rejected\":[{\"source\":\"feed.jsonl\",\"line\":17,\"byte\":10231,\"reason\":\"no \\\"date\\\"\"},"
        "{\"source\":\"x.json\",\"line\":0,\"byte\":5,\"reason\":\"bad\\u001b\"}],"
        "\"duplicates\":6,\"kept\":7,\"repaired\":8,\"skipped\":9,\"generation\":0,\"took_us\":0}");
}

static void write_info(cli_json *json, const void *value) {
    cli_json_info(json, "/a", value);
}

static void test_info(void **state) {
    const ks_index_section sections[] = {{"postings", 84000}, {"store", 123}};
    ks_index_info info = {"native", "english", 12, 32, 1874, 84123, 96.25, 3, 96, sections, 2};
    (void)state;
    assert_written(
        write_info, &info, "status",
        "{\"schema\":\"ksearch.status/1\",\"path\":\"/a\",\"engine\":\"native\",\"language\":\"english\","
        "\"generation\":12,\"records\":32,\"terms\":1874,\"bytes\":84123,\"average_length\":96.25,"
        "\"segments\":3,\"deleted\":96,\"deleted_share\":0.75,"
        "\"sections\":[{\"name\":\"postings\",\"bytes\":84000},{\"name\":\"store\",\"bytes\":123}]}");
    info = (ks_index_info){.engine = "xapian", .language = "none"}; /* nothing in it */
    assert_written(
        write_info, &info, "status",
        "{\"schema\":\"ksearch.status/1\",\"path\":\"/a\",\"engine\":\"xapian\",\"language\":\"none\","
        "\"generation\":0,\"records\":0,\"terms\":0,\"bytes\":0,\"average_length\":0,"
        "\"segments\":0,\"deleted\":0,\"deleted_share\":0,\"sections\":[]}");
}

static void write_check(cli_json *json, const void *value) {
    cli_json_check(json, "/a", value);
}

static void test_check(void **state) {
    ks_check_report report = {"native", 12, 32, 3, 1874, 5000, 84123, 77};
    (void)state;
    assert_written(write_check, &report, "check",
                   "{\"schema\":\"ksearch.check/1\",\"path\":\"/a\",\"engine\":\"native\",\"generation\":12,"
                   "\"records\":32,\"segments\":3,\"terms\":1874,\"postings\":5000,\"bytes\":84123,"
                   "\"took_us\":77}");
}

static void write_optimize(cli_json *json, const void *value) {
    cli_json_optimize(json, "/a", value);
}

static void test_optimize(void **state) {
    ks_optimize_report report = {"native", true, 12, 3, 1, 7, 0, 84123, 80000, 99};
    (void)state;
    assert_written(
        write_optimize, &report, "optimize",
        "{\"schema\":\"ksearch.optimize/1\",\"path\":\"/a\",\"engine\":\"native\",\"changed\":true,"
        "\"generation\":12,\"segments_before\":3,\"segments_after\":1,\"deleted_before\":7,"
        "\"deleted_after\":0,\"bytes_before\":84123,\"bytes_after\":80000,\"took_us\":99}");
}

static void write_explanation(cli_json *json, const void *value) {
    cli_json_explanation(json, value);
}

static void test_explanation(void **state) {
    ks_term_share terms[] = {{"polici", NULL, false, 1, 3, 2.5, 4, 3.5},
                             {"policy-gradients", "tag", true, 0.5, 2, 2.75, 0, 0}};
    ks_record record = {.id = "b2"};
    ks_explanation it = {.raw = "q",
                         .parsed = "q",
                         .warnings = {sample_warnings, 1},
                         .plan = "all\n  term\n",
                         .records = 32,
                         .average_length = 96.5,
                         .terms = terms,
                         .term_count = 2};
    (void)state;
    assert_written(
        write_explanation, &it, "explain",
        "{\"schema\":\"ksearch.explain/1\",\"query\":{\"raw\":\"q\",\"parsed\":\"q\",\"warnings\":"
        "[\"the quotation mark at 3 is never closed\"]},\"plan\":\"all\\n  term\\n\","
        "\"index\":{\"records\":32,\"average_length\":96.5},\"terms\":["
        "{\"term\":\"polici\",\"field\":null,\"is_tag\":false,\"weight\":1,\"documents\":3,\"idf\":2.5},"
        "{\"term\":\"policy-gradients\",\"field\":\"tag\",\"is_tag\":true,\"weight\":0.5,\"documents\":2,"
        "\"idf\":2.75}],"
        "\"record\":null}");
    it.record = &record;
    it.length = 88;
    it.matches = true;
    it.tier = KS_TIER_SOME;
    it.score = 3.5;
    it.term_count = 1;
    it.warnings.count = 0;
    assert_written(
        write_explanation, &it, "explain",
        "{\"schema\":\"ksearch.explain/1\",\"query\":{\"raw\":\"q\",\"parsed\":\"q\",\"warnings\":[]},"
        "\"plan\":\"all\\n  term\\n\",\"index\":{\"records\":32,\"average_length\":96.5},\"terms\":["
        "{\"term\":\"polici\",\"field\":null,\"is_tag\":false,\"weight\":1,\"documents\":3,\"idf\":2.5,"
        "\"frequency\":4,\"share\":3.5}],"
        "\"record\":{\"id\":\"b2\",\"length\":88,\"matches\":true,\"tier\":\"some\",\"score\":3.5}}");
    it.matches = false;
    char *text = write_with(write_explanation, &it, false);
    assert_non_null(strstr(text, "\"matches\":false,\"tier\":null"));
    assert_valid(text, "explain");
    free(text);
}

static void write_error(cli_json *json, const void *value) {
    const ks_error *error = value;
    cli_json_begin(json, '{');
    cli_json_error(json, ks_status_name(error->code), error);
    cli_json_end(json, '}');
}

static void test_error(void **state) {
    ks_error error = {.code = KS_ERR_NO_INDEX, .position = -1, .message = "there is none"};
    (void)state;
    assert_written(
        write_error, &error, "error",
        "{\"error\":{\"code\":\"no_index\",\"message\":\"there is none\",\"hint\":null,\"position\":null}}");
    strcpy(error.hint, "make one");
    error.position = 0;
    assert_written(write_error, &error, "error",
                   "{\"error\":{\"code\":\"no_index\",\"message\":\"there is none\",\"hint\":\"make "
                   "one\",\"position\":0}}");
    for (int code = KS_ERR_ARGUMENT; code <= KS_ERR_ENGINE; code++) {
        error.code = (ks_status)code;
        assert_written(write_error, &error, "error", NULL);
    }
}

static void write_hit(cli_json *json, const void *value) {
    cli_json_begin(json, '{');
    cli_json_hit_members(json, value, CLI_FIELD_ALL);
    cli_json_end(json, '}');
}

static void test_hit(void **state) {
    sample it;
    (void)state;
    sample_make(&it);
    char *text = write_with(write_hit, &it.hits[0], false);
    assert_valid(text, "hit");
    assert_string_equal(
        text,
        "{\"rank\":1,\"id\":\"paper:1\",\"score\":12.5,\"tier\":\"all\",\"kind\":\"paper\","
        "\"author\":[\"Ann\",\"Bob\",\"Cy\",\"Di\",\"Ed\"],\"date\":\"2016-05-31\",\"status\":\"ok\","
        "\"title\":\"Policy gradients for Pong\",\"url\":\"https://example.org/1\","
        "\"summary\":\"A net learns to play.\",\"claims\":[],\"tags\":[],\"matched_fields\":[\"title\"],"
        "\"passages\":[{\"field\":\"title\",\"text\":\"Policy gradients for Pong\",\"spans\":["
        "{\"start_byte\":0,\"end_byte\":6,\"start_utf16\":0,\"end_utf16\":6},"
        "{\"start_byte\":7,\"end_byte\":16,\"start_utf16\":7,\"end_utf16\":16}],"
        "\"cut_before\":false,\"cut_after\":false}]}");
    free(text);
    text = write_with(write_hit, &it.hits[1], false);
    assert_valid(text, "hit");
    assert_non_null(strstr(text,
                           "\"author\":\"Ann\",\"date\":\"--05-31\",\"status\":\"failed\",\"title\":null,"
                           "\"url\":null,"));
    free(text);
    it.records[1].authors.count = 0;
    it.records[1].date = NULL;
    text = write_with(write_hit, &it.hits[1], false);
    assert_valid(text, "hit");
    assert_non_null(strstr(text, "\"author\":null,\"date\":null,"));
    free(text);
}

static void test_fields(void **state) {
    static const char *const names[] = {"id",  "kind",    "author", "date", "status",         "title",
                                        "url", "summary", "claims", "tags", "matched_fields", "passages"};
    sample it;
    (void)state;
    sample_make(&it);
    for (size_t i = 0; i < 12; i++) {
        sink out;
        cli_json json;
        sink_open(&out);
        cli_json_init(&json, out.out, false);
        cli_json_begin(&json, '{');
        cli_json_hit_members(&json, it.hits, 1u << i);
        cli_json_end(&json, '}');
        char *text = printed(&out);
        cJSON *value = cJSON_Parse(text);
        assert_valid(text, "hit");
        assert_int_equal(cJSON_GetArraySize(value), i == 0 ? 4 : 5);
        assert_true(cJSON_HasObjectItem(value, names[i]));
        cJSON_Delete(value);
        free(text);
    }
}

static void write_head(cli_json *json, const void *value) {
    cli_json_begin(json, '{');
    cli_json_results_head(json, value);
    cli_json_end(json, '}');
}

static void test_head(void **state) {
    sample it;
    (void)state;
    sample_make(&it);
    char *text = write_with(write_head, &it.results, false);
    assert_string_equal(
        text, "{\"query\":{\"raw\":\"policy gradients\",\"parsed\":\"policy gradients\",\"match\":\"auto\","
              "\"warnings\":[]},\"index\":{\"engine\":\"native\",\"generation\":12,\"records\":32},"
              "\"total\":{\"value\":2,\"relation\":\"eq\"}}");
    free(text);
    it.results.match = KS_MATCH_ALL;
    it.results.total_is_exact = false;
    text = write_with(write_head, &it.results, false);
    assert_non_null(strstr(text, "\"match\":\"all\""));
    assert_non_null(strstr(text, "\"relation\":\"gte\""));
    free(text);
    it.results.match = KS_MATCH_ANY;
    text = write_with(write_head, &it.results, false);
    assert_non_null(strstr(text, "\"match\":\"any\""));
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_report),   cmocka_unit_test(test_info),        cmocka_unit_test(test_check),
        cmocka_unit_test(test_optimize), cmocka_unit_test(test_explanation), cmocka_unit_test(test_error),
        cmocka_unit_test(test_hit),      cmocka_unit_test(test_fields),      cmocka_unit_test(test_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
