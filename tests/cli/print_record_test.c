/* A whole record, and an explanation, as text. */
#include "tests/cli/support.h"

#include "cli/print_explanation.h"
#include "cli/print_record.h"
#include "cli/text.h"

static ks_record with_json(ks_record record, const char *json) {
    record.json = json;
    record.json_size = strlen(json);
    return record;
}

static void test_whole_record(void **state) {
    sample it;
    (void)state;
    sample_make(&it);
    ks_record record = with_json(it.records[1], "{\"id\":\"b2\",\"stars\":5,\"more\":{\"a\":[1,\"x\"]}}");
    record.title = "A title";
    record.url = "https://example.org/2";
    record.lang = "en";
    record.body = "First paragraph, which is long enough to wrap.\n\nSecond.\n";
    char *text = show_record(&record, 40, false);
    assert_string_equal(text, "id        b2\n"
                              "title     A title\n"
                              "kind      blog\n"
                              "author    Ann\n"
                              "date      May 31\n"
                              "status    failed\n"
                              "url       https://example.org/2\n"
                              "lang      en\n"
                              "tags      #policy-gradients #games\n"
                              "summary   Pong from pixels.\n"
                              "claims    “Rewards make actions likely”\n"
                              "body      First paragraph, which is long\n"
                              "          enough to wrap.\n"
                              "\n"
                              "          Second.\n"
                              "stars     5\n"
                              "more      {\"a\":[1,\"x\"]}\n");
    free(text);
}

static void test_lists_and_labels(void **state) {
    static const char *const claims[] = {"The first claim wraps over", "Second"};
    ks_record record = with_json(
        (ks_record){
            .id = "x", .kind = "k", .status = "ok", .authors = {sample_authors, 5}, .claims = {claims, 2}},
        "{\"a_long_label_here\":\"v\",\"t\\u009b\":null}");
    (void)state;
    char *text = show_record(&record, 28, false);
    assert_string_equal(text, "id        x\n"
                              "kind      k\n"
                              "author    Ann, Bob, Cy, Di,\n"
                              "          Ed\n"
                              "status    ok\n"
                              "claims    “The first claim\n"
                              "           wraps over”\n"
                              "          “Second”\n"
                              "a_long_label_here\n"
                              "          \"v\"\n"
                              "t\uFFFD        null\n");
    free(text);
}

/* A text that begins with a line break stands in its column all the same, and the comma behind a name that
 * fills its line is within the width. */
static void test_edges_of_lines(void **state) {
    static const char *const authors[] = {"123456789 123456789", "Bo"};
    ks_record record = with_json(
        (ks_record){.id = "x", .kind = "k", .status = "ok", .body = "\none\n", .authors = {authors, 2}},
        "{}");
    (void)state;
    char *text = show_record(&record, 29, false);
    assert_string_equal(text, "id        x\n"
                              "kind      k\n"
                              "author    123456789\n"
                              "          123456789, Bo\n"
                              "status    ok\n"
                              "body\n"
                              "          one\n");
    free(text);
}

/* Numbers come with all their digits, wherever they stand, and the rest as it was. */
static void test_numbers(void **state) {
    ks_record record =
        with_json((ks_record){.id = "x", .kind = "k", .status = "ok"},
                  "{\"id\" : \"x\" , \"n\":1013244313327681537,\"e\": 1.50E+2 ,\"s\":\"1 \\\"2,\","
                  "\"a\":[ 1.10 , [ ] , {} , {\"b \\\\\":[-0.0,true , null] , \"c\": \"]\" } , 3.0 ] }");
    (void)state;
    char *text = show_record(&record, 100, false);
    assert_string_equal(text, "id        x\n"
                              "kind      k\n"
                              "status    ok\n"
                              "n         1013244313327681537\n"
                              "e         1.50E+2\n"
                              "s         \"1 \\\"2,\"\n"
                              "a         [1.10,[],{},{\"b \\\\\":[-0.0,true,null],\"c\":\"]\"},3.0]\n");
    free(text);
}

static void test_record_colors(void **state) {
    ks_record record =
        with_json((ks_record){.id = "x", .kind = "k", .status = "failed", .title = "T"}, "not json");
    (void)state;
    char *text = show_record(&record, 40, true);
    assert_string_equal(text, "\033[0;2mid\033[0m        x\n"
                              "\033[0;2mtitle\033[0m     \033[0;1mT\033[0m\n"
                              "\033[0;2mkind\033[0m      k\n"
                              "\033[0;2mstatus\033[0m    \033[0;31mfailed\033[0m\n");
    free(text);
}

static char *explain(const ks_explanation *it, size_t width, bool color) {
    cli_term term = {.width = width, .color = color};
    sink out;
    sink_open(&out);
    cli_print_explanation(out.out, &term, it);
    return printed(&out);
}

static ks_explanation sample_explanation(const ks_term_share *terms, size_t count) {
    return (ks_explanation){.raw = "pong\033",
                            .parsed = "pong",
                            .plan = "all\n  term pong\n",
                            .records = 1234,
                            .average_length = 96.25,
                            .terms = terms,
                            .term_count = count};
}

static void test_query_explained(void **state) {
    ks_term_share terms[] = {{"pong", NULL, false, 1, 1200, 2.5, 0, 0},
                             {"deep-rl", "tag", true, 0.5, 2, 3.25, 0, 0}};
    ks_explanation it = sample_explanation(terms, 2);
    (void)state;
    char *text = explain(&it, 80, false);
    assert_string_equal(text, "query    pong\uFFFD\n"
                              "parsed   pong\n"
                              "records  1,234\n"
                              "\n"
                              "plan\n"
                              "  all\n"
                              "    term pong\n"
                              "\n"
                              "  term     field      weight    records      idf\n"
                              "  pong     any          1.00      1,200    2.500\n"
                              "  deep-rl  whole tag    0.50          2    3.250\n");
    free(text);
    it = sample_explanation(NULL, 0);
    it.plan = "";
    text = explain(&it, 80, false);
    assert_string_equal(text, "query    pong\uFFFD\nparsed   pong\nrecords  1,234\n");
    free(text);
}

static void test_record_explained(void **state) {
    ks_term_share terms[] = {{"pong", "title", false, 1, 12, 2.5, 4, 3.5},
                             {"x", NULL, false, 1, 2, 3.25, 0, 0},
                             {"y", NULL, false, 1, 2, 3.25, 1, 1.75}};
    ks_record record = {.id = "b2"};
    ks_explanation it = sample_explanation(terms, 3);
    (void)state;
    it.record = &record;
    it.length = 88;
    it.matches = true;
    it.tier = KS_TIER_SOME;
    it.score = 5.25;
    char *text = explain(&it, 82, false);
    assert_non_null(strstr(text, "record   b2\n"
                                 "answers  with some of the words\n"
                                 "length   88 weighted terms, 96.2 on average\n"));
    assert_non_null(
        strstr(text, "  term  field      weight    records      idf    tf    share\n"
                     "  pong  title        1.00         12    2.500     4    3.500  ████████████████████\n"
                     "  x     any          1.00          2    3.250     0    0.000\n"
                     "  y     any          1.00          2    3.250     1    1.750  ██████████\n"
                     "                                                       5.250\n"));
    free(text);
    it.tier = KS_TIER_ALL;
    text = explain(&it, 40, true);
    assert_non_null(strstr(text, "with all of the words\n"));
    assert_null(strstr(text, "█"));
    assert_non_null(strstr(text, "\033[0;1m  5.250\033[0m\n"));
    free(text);
    it.matches = false;
    text = explain(&it, 66, true);
    assert_non_null(strstr(text, "no\n"));
    assert_non_null(strstr(text, "  \033[0;33m████\033[0m\n"));
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_record),     cmocka_unit_test(test_lists_and_labels),
        cmocka_unit_test(test_edges_of_lines),   cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_record_colors),    cmocka_unit_test(test_query_explained),
        cmocka_unit_test(test_record_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
