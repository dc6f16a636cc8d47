/* JSON arrays and single objects: elements, broken structure, cut off at every byte. */
#include "corpus/json_check.h"

#include "support.h"

#define A "{\"id\":\"a\",\"title\":\"A\"}"
#define B "{\"id\":\"b\",\"title\":\"B\"}"

static void good_files(void **state) {
    (void)state;
    expect_transcript("a.json", BYTES("[]"), "");
    expect_transcript("a.json", BYTES(" [ \n ] \n"), "");
    expect_transcript("a.json", BYTES("[" A "]"), "record 1:1 a\n");
    expect_transcript("a.json", BYTES("[" A "," B "]\n"), "record 1:1 a\nrecord 1:24 b\n");
    expect_transcript("a.json", BYTES("[\n  " A ",\r\n  " B "\r\n]\r\n"), "record 2:4 a\nrecord 3:31 b\n");
    expect_transcript("a.json", BYTES(A), "record 1:0 a\n");
    expect_transcript("a.json", BYTES("\n\n " A "\n"), "record 3:3 a\n");
    expect_transcript("a.json", BYTES("\xEF\xBB\xBF[" A "]"), "record 1:4 a\n");
    expect_transcript("a.json",
                      BYTES("[{\"id\":\"a\",\n\"title\":\"]}\\\"{[,\",\"x\":[[{\"}\":[]}]]}," B "]"),
                      "record 1:1 a\nrecord 2:48 b\n");
}

static void not_of_this_format(void **state) {
    (void)state;
    expect_transcript("a.json", BYTES(""), "open format\n");
    expect_transcript("a.json", BYTES(" \n"), "open format\n");
    expect_transcript("a.json", BYTES("12"), "open format\n");
    expect_transcript("a.json", BYTES("\"a\""), "open format\n");
    expect_transcript("a.json", BYTES("hello"), "open format\n");
}

static void an_element_that_is_no_record_rejects_only_itself(void **state) {
    (void)state;
    expect_transcript("a.json", BYTES("[" A ",12,\"x,]\",[" A "],null,tru,{}," B "]"),
                      "record 1:1 a\n"
                      "reject 1:24 a record must be a JSON object, not a number\n"
                      "reject 1:27 a record must be a JSON object, not a string\n"
                      "reject 1:33 a record must be a JSON object, not an array\n"
                      "reject 1:58 a record must be a JSON object, not null\n"
                      "reject 1:66 not valid JSON: it ends too early, at column 67\n"
                      "reject 1:67 no text: one of title, summary, claims, tags or body is needed\n"
                      "record 1:70 b\n");
    expect_transcript("a.json", BYTES("[\n{\"title\":\n1},\n{\"title\" \"x\"}, {\"a\":[1,]}," B "]"),
                      "reject 2:12 \"title\" must be a string, not a number, at line 3, column 1\n"
                      "reject 4:25 not valid JSON: unexpected text, at column 10\n"
                      "reject 4:39 not valid JSON: unexpected text, at column 24\n"
                      "record 4:42 b\n");
}

static void broken_structure_is_the_last_reject(void **state) {
    (void)state;
    expect_transcript("a.json", BYTES("[" A " " B "]"),
                      "record 1:1 a\nreject 1:24 a comma is missing before this\n");
    expect_transcript("a.json", BYTES("[" A "}"),
                      "record 1:1 a\nreject 1:23 a comma is missing before this\n");
    expect_transcript("a.json", BYTES("[" A ",]"),
                      "record 1:1 a\nreject 1:24 not valid JSON: unexpected text\n");
    expect_transcript("a.json", BYTES("[," A "]"), "reject 1:1 not valid JSON: unexpected text\n");
    expect_transcript("a.json", BYTES("[" A ",," B "]"),
                      "record 1:1 a\nreject 1:24 not valid JSON: unexpected text\n");
    expect_transcript("a.json", BYTES("[" A ",\n {\"a\":[1}," B "]"),
                      "record 1:1 a\nreject 2:33 not valid JSON: unexpected text, at column 9\n");
    expect_transcript("a.json", BYTES("[" A "] x"),
                      "record 1:1 a\nreject 1:25 more text behind the JSON value\n");
    expect_transcript("a.json", BYTES(A "\n" B "\n"),
                      "record 1:0 a\nreject 2:23 more text behind the JSON value\n");
    expect_transcript("a.json", BYTES("[" A),
                      "record 1:1 a\nreject 1:23 the file ends before its array does\n");
    expect_transcript("a.json", BYTES("[" A ","),
                      "record 1:1 a\nreject 1:24 the file ends before its array does\n");
    expect_transcript("a.json", BYTES("["), "reject 1:1 the file ends before its array does\n");
    expect_transcript("a.json", BYTES("{\"id\":\n\"a"),
                      "reject 1:9 the file ends inside a record, at line 2, column 3\n");
}

static void too_deep(void **state) {
    ks_buffer text = {0};
    char expected[128];
    (void)state;
    ks_buffer_str(&text, "[" A ",");
    for (int i = 0; i <= KS_JSON_DEPTH; i++) ks_buffer_char(&text, '[');
    snprintf(expected, sizeof expected,
             "record 1:1 a\nreject 1:%d not valid JSON: nested too deeply, at column %d\n",
             24 + KS_JSON_DEPTH, 25 + KS_JSON_DEPTH);
    expect_transcript("a.json", text.data, text.size, expected);
    ks_buffer_free(&text);
}

/* An array of one record of `size` bytes and a small one. */
static void check_long_element(size_t size, const char *expected) {
    static const char before[] = "[{\"id\":\"long\",\"title\":\"", after[] = "\"}," B "]";
    size_t whole = 1 + size + 1 + sizeof B - 1 + 1;
    char *text = malloc(whole + 1);
    assert_non_null(text);
    memset(text, 'x', whole);
    memcpy(text, before, sizeof before - 1);
    memcpy(text + whole - (sizeof after - 1), after, sizeof after);
    expect_transcript("a.json", text, whole, expected);
    free(text);
}

static void long_elements(void **state) {
    (void)state;
    check_long_element(KS_RECORD_LIMIT, "record 1:1 long\nrecord 1:16777218 b\n");
    check_long_element(KS_RECORD_LIMIT + 1,
                       "reject 1:1 longer than the limit of 16777216 bytes\nrecord 1:16777219 b\n");
    check_long_element(KS_RECORD_LIMIT + (2 << 20),
                       "reject 1:1 longer than the limit of 16777216 bytes\nrecord 1:18874370 b\n");
}

/* The records before the cut come out, and all but the whole file ends with one reject. */
static void cut_off_at_every_byte(void **state) {
    static const char whole[] = "[ " A ",\n{\"id\":\"c\\\"\",\"claims\":[\"\\u00e9\",\"{\"]} , " B "]";
    const size_t ends[] = {24, 62, 87}; /* where the three records are complete */
    (void)state;
    for (size_t size = 1; size < sizeof whole; size++) {
        size_t records = 0, rejects = 0, complete = 0;
        char *text = transcribe_file(write_file("a.json", whole, size), NULL);
        for (size_t i = 0; i < 3; i++) complete += size >= ends[i];
        for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
            records += strncmp(line, "record ", 7) == 0;
            rejects += strncmp(line, "reject ", 7) == 0;
        }
        assert_int_equal(records, complete);
        assert_int_equal(rejects, size < sizeof whole - 1);
        free(text);
    }
    unlink(path_of("a.json"));
}

static void many_elements(void **state) {
    ks_buffer text = {0}, expected = {0};
    (void)state;
    ks_buffer_char(&text, '[');
    for (int i = 0; i < 3000; i++) {
        if (i) ks_buffer_str(&text, i % 3 ? "," : ",\n");
        ks_buffer_format(&expected, "record %d:%zu n%d\n", i / 3 + 1, text.size, i);
        ks_buffer_format(&text, "{\"id\":\"n%d\",\"title\":\"%0*d\"}", i, i % 977 + 1, 0);
    }
    ks_buffer_char(&text, ']');
    assert_false(text.failed || expected.failed);
    expect_transcript("a.json", text.data, text.size, expected.data);
    ks_buffer_free(&text);
    ks_buffer_free(&expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_files),
        cmocka_unit_test(not_of_this_format),
        cmocka_unit_test(an_element_that_is_no_record_rejects_only_itself),
        cmocka_unit_test(broken_structure_is_the_last_reject),
        cmocka_unit_test(too_deep),
        cmocka_unit_test(long_elements),
        cmocka_unit_test(cut_off_at_every_byte),
        cmocka_unit_test(many_elements),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
