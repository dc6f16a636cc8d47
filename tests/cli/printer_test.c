/* The printers, each on the same answer. */
#include "tests/cli/schema_check.h"

#include "cli/printer.h"

static cli_printer printer_to(FILE *out, const cli_printer_form *form) {
    cli_printer printer = {.form = form, .out = out, .fields = CLI_FIELD_ALL, .scores = true};
    printer.term.width = 60;
    return printer;
}

static char *print_with(const cli_printer_form *form, const sample *it) {
    sink out;
    sink_open(&out);
    cli_printer printer = printer_to(out.out, form);
    cli_printer_print(&printer, &it->results);
    return printed(&out);
}

static void test_json(void **state) {
    sample it;
    (void)state;
    sample_make(&it);
    it.results.warnings = (ks_strings){sample_warnings, 1};
    char *text = print_with(&cli_print_json, &it);
    assert_valid(text, "search");
    assert_valid(text, NULL);
    assert_int_equal(count_of(text, "\n"), 1);
    assert_null(strstr(text, "\"schema\":\"ksearch.search/1\",\"id\""));
    assert_non_null(strstr(text, "\"took_us\":84,\"suggestion\":null,\"hits\":[{\"rank\":1,"));
    assert_non_null(strstr(text, "\"warnings\":[\"the quotation mark at 3 is never closed\"]"));
    free(text);
}

static void test_json_pretty(void **state) {
    sample it;
    sink out;
    (void)state;
    sample_make(&it);
    sink_open(&out);
    cli_printer printer = printer_to(out.out, &cli_print_json);
    printer.pretty = true;
    cli_printer_print(&printer, &it.results);
    char *text = printed(&out);
    assert_valid(text, "search");
    assert_non_null(strstr(text, "\n  \"total\": {\"value\": 2, \"relation\": \"eq\"},\n"));
    free(text);
}

static void test_json_without_hits(void **state) {
    sample it;
    (void)state;
    sample_make(&it);
    it.results.hit_count = 0;
    it.results.total = 0;
    char *text = print_with(&cli_print_json, &it);
    assert_valid(text, "search");
    assert_non_null(strstr(text, "\"hits\":[]}"));
    free(text);
}

static void test_json_of_a_batch(void **state) {
    sample it;
    sink out;
    (void)state;
    sample_make(&it);
    sink_open(&out);
    cli_printer printer = printer_to(out.out, &cli_print_json);
    printer.fields = CLI_FIELD_ID;
    printer.query_id = "q\"1";
    cli_printer_print(&printer, &it.results);
    printer.query_id = "17";
    printer.id_is_number = true;
    cli_printer_print(&printer, &it.results);
    char *text = printed(&out), *second = strchr(text, '\n') + 1;
    assert_non_null(strstr(second, "\"id\":17,"));
    assert_valid(second, "search");
    second[-1] = '\0';
    assert_non_null(strstr(text, "\"id\":\"q\\\"1\","));
    assert_non_null(strstr(text, "\"hits\":[{\"rank\":1,\"id\":\"paper:1\",\"score\":12.5,\"tier\":\"all\"},"
                                 "{\"rank\":2,\"id\":\"b2\",\"score\":3.25,\"tier\":\"some\"}]}"));
    assert_valid(text, "search");
    free(text);
}

static void test_jsonl(void **state) {
    static const char *const definitions[] = {"jsonl_begin", "jsonl_hit", "jsonl_hit", "jsonl_end"};
    sample it;
    size_t lines = 0;
    (void)state;
    sample_make(&it);
    char *text = print_with(&cli_print_jsonl, &it);
    assert_ptr_equal(strstr(text, "{\"type\":\"begin\",\"schema\":\"ksearch.search/1\",\"query\":{"), text);
    assert_non_null(strstr(text, "\n{\"type\":\"hit\",\"rank\":1,\"id\":\"paper:1\","));
    assert_non_null(strstr(text, "\n{\"type\":\"end\",\"took_us\":84}\n"));
    for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        assert_true(lines < 4);
        assert_valid(line, definitions[lines++]);
        assert_valid(line, NULL);
    }
    assert_int_equal(lines, 4);
    free(text);
}

static void test_ids(void **state) {
    sample it;
    (void)state;
    sample_make(&it);
    it.records[1].id = "b\033 2";
    char *text = print_with(&cli_print_ids, &it);
    assert_string_equal(text, "paper:1\nb\uFFFD 2\n");
    free(text);
}

static void test_trec(void **state) {
    sample it;
    sink out;
    (void)state;
    sample_make(&it);
    it.records[1].id = "b 2\t\033x";
    char *text = print_with(&cli_print_trec, &it);
    assert_string_equal(text, "1 Q0 paper:1 1 12.500000 ksearch\n1 Q0 b_2_\uFFFDx 2 3.250000 ksearch\n");
    free(text);
    sink_open(&out);
    cli_printer printer = printer_to(out.out, &cli_print_trec);
    printer.query_id = "q 1";
    it.results.hit_count = 1;
    cli_printer_print(&printer, &it.results);
    printer.query_id = "";
    cli_printer_print(&printer, &it.results);
    assert_printed(&out, "q_1 Q0 paper:1 1 12.500000 ksearch\n_ Q0 paper:1 1 12.500000 ksearch\n");
}

static void test_choice(void **state) {
    static const struct {
        cli_format format;
        bool batch;
        const cli_printer_form *form;
    } cases[] = {
        {CLI_FORMAT_TEXT, false, &cli_print_text}, {CLI_FORMAT_UNSET, false, &cli_print_text},
        {CLI_FORMAT_JSON, false, &cli_print_json}, {CLI_FORMAT_JSONL, false, &cli_print_jsonl},
        {CLI_FORMAT_JSONL, true, &cli_print_json}, {CLI_FORMAT_IDS, false, &cli_print_ids},
        {CLI_FORMAT_TREC, false, &cli_print_trec}, {CLI_FORMAT_TREC, true, &cli_print_trec},
    };
    FILE *file = tmpfile();
    (void)state;
    assert_non_null(file);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cli_options options = {.format = cases[i].format,
                               .batch = cases[i].batch ? "-" : NULL,
                               .offset = 7,
                               .fields = CLI_FIELD_TITLE,
                               .sort = KS_SORT_SCORE};
        cli_printer printer = cli_printer_of(&options, file);
        assert_ptr_equal(printer.form, cases[i].form);
        assert_int_equal(printer.fields, CLI_FIELD_TITLE);
        assert_int_equal(printer.offset, 7);
        assert_false(printer.pretty || printer.term.color || printer.term.terminal);
        assert_true(printer.scores);
        options.command = CLI_FEED;
        assert_false(cli_printer_of(&options, file).scores);
        options.command = CLI_SEARCH;
        options.sort = KS_SORT_NEW;
        assert_false(cli_printer_of(&options, file).scores);
    }
    fclose(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_json_pretty),
        cmocka_unit_test(test_json_without_hits),
        cmocka_unit_test(test_json_of_a_batch),
        cmocka_unit_test(test_jsonl),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_trec),
        cmocka_unit_test(test_choice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
