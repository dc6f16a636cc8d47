/* JSON Lines: line ends, blank lines, broken and endless lines, and where each record stands. */
#include "support.h"

#define A "{\"id\":\"a\",\"title\":\"A\"}"
#define B "{\"id\":\"b\",\"title\":\"B\"}"

static void line_ends(void **state) {
    (void)state;
    expect_transcript("a.jsonl", BYTES(""), "");
    expect_transcript("a.jsonl", BYTES("\n"), "");
    expect_transcript("a.jsonl", BYTES(" \t\r\n\n \n"), "");
    expect_transcript("a.jsonl", BYTES(A), "record 1:0 a\n");
    expect_transcript("a.jsonl", BYTES(A "\n"), "record 1:0 a\n");
    expect_transcript("a.jsonl", BYTES(A "\r\n" B "\r\n"), "record 1:0 a\nrecord 2:24 b\n");
    expect_transcript("a.jsonl", BYTES(A "\n\n  \r\n" B), "record 1:0 a\nrecord 4:28 b\n");
    expect_transcript("a.jsonl", BYTES("  " A "  \n\t" B "\t"), "record 1:0 a\nrecord 2:27 b\n");
    expect_transcript("a.ndjson", BYTES(A "\n" B), "record 1:0 a\nrecord 2:23 b\n");
}

static void byte_order_mark(void **state) {
    (void)state;
    expect_transcript("a.jsonl", BYTES("\xEF\xBB\xBF" A "\n" B), "record 1:3 a\nrecord 2:26 b\n");
    expect_transcript("a.jsonl", BYTES("\xEF\xBB\xBF"), "");
    expect_transcript("a.jsonl", BYTES("\xEF\xBB\xBF{\"a\":x}"),
                      "reject 1:8 not valid JSON: unexpected text, at column 6\n");
    expect_transcript("a.jsonl", BYTES(A "\n\xEF\xBB\xBF" B),
                      "record 1:0 a\nreject 2:23 not valid JSON: unexpected text\n");
}

static void a_broken_line_rejects_only_itself(void **state) {
    (void)state;
    expect_transcript("a.jsonl", BYTES(A "\n{\"title\":\"x\" \"y\"}\n" B "\n"),
                      "record 1:0 a\n"
                      "reject 2:36 not valid JSON: unexpected text, at column 14\n"
                      "record 3:41 b\n");
    expect_transcript("a.jsonl", BYTES(A "\n{\"title\":\"x\n" B "\n"),
                      "record 1:0 a\n"
                      "reject 2:34 not valid JSON: it ends too early, at column 12\n"
                      "record 3:35 b\n");
    expect_transcript("a.jsonl", BYTES(A " " B "\n" B),
                      "reject 1:23 not valid JSON: unexpected text, at column 24\n"
                      "record 2:46 b\n");
    expect_transcript("a.jsonl", BYTES("not JSON\n" A),
                      "reject 1:1 not valid JSON: unexpected text, at column 2\nrecord 2:9 a\n");
}

static void lines_that_are_no_records(void **state) {
    (void)state;
    expect_transcript("a.jsonl", BYTES("[" A "]\n12\n{}\n{\"title\":\"T\",\"tags\":\"t\"}\n"),
                      "reject 1:0 a record must be a JSON object, not an array\n"
                      "reject 2:25 a record must be a JSON object, not a number\n"
                      "reject 3:28 no text: one of title, summary, claims, tags or body is needed\n"
                      "reject 4:51 \"tags\" must be an array of strings, not a string, at column 21\n");
}

/* Positions are those of the file, not of the repaired text. */
static void places_behind_invalid_bytes(void **state) {
    (void)state;
    expect_transcript("a.jsonl", BYTES("{\"title\":\"\xFF\xFF\0\",\"id\":1}"),
                      "reject 1:20 \"id\" must be a string, not a number, at column 21\n");
}

/* `size` bytes of one line, an object whose title fills it. */
static char *long_line(size_t size) {
    static const char before[] = "{\"id\":\"long\",\"title\":\"";
    char *line = malloc(size);
    assert_non_null(line);
    memset(line, 'x', size);
    memcpy(line, before, sizeof before - 1);
    memcpy(line + size - 2, "\"}", 2);
    return line;
}

static void check_long_line(size_t size, const char *before, const char *after, const char *expected) {
    ks_buffer text = {0};
    char *line = long_line(size);
    ks_buffer_str(&text, before);
    ks_buffer_add(&text, line, size);
    ks_buffer_str(&text, after);
    assert_false(text.failed);
    expect_transcript("a.jsonl", text.data, text.size, expected);
    ks_buffer_free(&text);
    free(line);
}

static void long_lines(void **state) {
    static const char too_long[] = "record 1:0 a\n"
                                   "reject 2:23 longer than the limit of 16777216 bytes\n"
                                   "record 3:";
    char expected[256];
    (void)state;
    check_long_line(KS_RECORD_LIMIT, A "\n", "\r\n" B,
                    "record 1:0 a\nrecord 2:23 long\nrecord 3:16777241 b\n");
    check_long_line(KS_RECORD_LIMIT, A "\n", "", "record 1:0 a\nrecord 2:23 long\n");
    for (size_t over = 1; over <= (1 << 20) + 1; over = over < 4    ? over + 1
                                                        : over == 4 ? 1 << 20
                                                                    : over + 1) {
        snprintf(expected, sizeof expected, "%s%zu b\n", too_long, 23 + KS_RECORD_LIMIT + over + 1);
        check_long_line(KS_RECORD_LIMIT + over, A "\n", "\n" B, expected);
    }
    check_long_line(KS_RECORD_LIMIT + 100, "", "", "reject 1:0 longer than the limit of 16777216 bytes\n");
    check_long_line(KS_RECORD_LIMIT + 100, "", "\n", "reject 1:0 longer than the limit of 16777216 bytes\n");
}

/* A line above the limit is not looked at: blanks make no difference. */
static void long_blank_lines(void **state) {
    char *text = malloc(KS_RECORD_LIMIT + 25);
    (void)state;
    assert_non_null(text);
    memset(text, ' ', KS_RECORD_LIMIT + 25);
    memcpy(text + KS_RECORD_LIMIT, "\n" A "\n", 24);
    expect_transcript("a.jsonl", text, KS_RECORD_LIMIT + 24, "record 2:16777217 a\n");
    memcpy(text + KS_RECORD_LIMIT, " \n" A "\n", 25);
    expect_transcript("a.jsonl", text, KS_RECORD_LIMIT + 25,
                      "reject 1:0 longer than the limit of 16777216 bytes\nrecord 2:16777218 a\n");
    free(text);
}

/* Lines of every length around the reader's buffer, so that they are cut by it at every place. */
static void many_lines(void **state) {
    ks_buffer text = {0}, expected = {0};
    (void)state;
    for (int i = 0; i < 3000; i++) {
        ks_buffer_format(&expected, "record %d:%zu n%d\n", i + 1, text.size, i);
        ks_buffer_format(&text, "{\"id\":\"n%d\",\"title\":\"%0*d\"}\n", i, i % 977 + 1, 0);
    }
    assert_false(text.failed || expected.failed);
    expect_transcript("a.jsonl", text.data, text.size, expected.data);
    ks_buffer_free(&text);
    ks_buffer_free(&expected);
}

static void repairs_are_counted(void **state) {
    ks_source_reader *reader = NULL;
    char *text;
    (void)state;
    write_file("a.jsonl",
               BYTES("{\"id\":\"a\",\"title\":\"\xFF\\u0000\"}\n{\"title\":\"\xFF\",\"id\":1}\n" B));
    assert_int_equal(ks_source_open(&reader, path_of("a.jsonl"), NULL, NULL), KS_OK);
    assert_int_equal(ks_source_repaired(reader), 0);
    text = transcribe(reader);
    assert_int_equal(ks_source_repaired(reader), 2); /* a rejected record is not taken in, so not repaired */
    assert_int_equal(ks_source_bytes(reader), 72);
    free(text);
    ks_source_close(reader);
    unlink(path_of("a.jsonl"));
}

/* After the end, and after a reject, the reader stays usable. */
static void the_end_stays_the_end(void **state) {
    ks_source_reader *reader = NULL;
    ks_source_item item;
    (void)state;
    write_file("a.jsonl", BYTES("x\n"));
    assert_int_equal(ks_source_open(&reader, path_of("a.jsonl"), NULL, NULL), KS_OK);
    assert_int_equal(ks_source_next(reader, &item, NULL), KS_OK);
    assert_int_equal(item.event, KS_SOURCE_REJECT);
    assert_null(item.record);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ks_source_next(reader, &item, NULL), KS_OK);
        assert_int_equal(item.event, KS_SOURCE_END);
        assert_null(item.record);
        assert_string_equal(item.reason, "");
        assert_int_equal(item.byte, 2);
    }
    ks_source_close(reader);
    unlink(path_of("a.jsonl"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_ends),
        cmocka_unit_test(byte_order_mark),
        cmocka_unit_test(a_broken_line_rejects_only_itself),
        cmocka_unit_test(lines_that_are_no_records),
        cmocka_unit_test(places_behind_invalid_bytes),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(long_blank_lines),
        cmocka_unit_test(many_lines),
        cmocka_unit_test(repairs_are_counted),
        cmocka_unit_test(the_end_stays_the_end),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
