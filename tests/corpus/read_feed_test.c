/* Capture feeds: whole records out of plain text, years, damage. */
#include "support.h"

#define LQ "\xE2\x80\x9C"
#define RQ "\xE2\x80\x9D"

/* The records' JSON, one a line, rejects as in a transcript; ids are left out. free() the result. */
static char *read_feed(const char *bytes, size_t size, int year) {
    const ks_reader_options options = {.year = year};
    ks_source_reader *reader = NULL;
    ks_source_item item;
    ks_buffer out = {0};
    assert_int_equal(ks_source_open(&reader, write_file("f.txt", bytes, size), &options, NULL), KS_OK);
    unlink(path_of("f.txt"));
    for (;;) {
        assert_int_equal(ks_source_next(reader, &item, NULL), KS_OK);
        if (item.event == KS_SOURCE_END) break;
        if (item.event == KS_SOURCE_RECORD)
            ks_buffer_format(&out, "{%s\n", item.record->json + sizeof "{\"id\":\"0123456789abcdef\"," - 1);
        else
            ks_buffer_format(&out, "reject %" PRIu64 ":%" PRIu64 " %s\n", item.line, item.byte, item.reason);
        ks_record_free(item.record);
    }
    ks_source_close(reader);
    ks_buffer_str(&out, "");
    return ks_buffer_take(&out);
}

static void check(const char *text, int year, const char *expected) {
    char *actual = read_feed(text, strlen(text), year);
    assert_string_equal(actual, expected);
    free(actual);
}

static void a_whole_feed(void **state) {
    (void)state;
    check("Everything that was kept.\n"
          "blog / ann / Jun 11 / failed\n"
          "Gardens need water and patience.\n"
          "garden-care\n" LQ "Water is needed daily." RQ "\n"
          "paper / bob lee / Apr 2\n"
          "Bridges carry weight.\n"
          "bridge-design\n" LQ "Arches push outwards." RQ,
          0,
          "{\"kind\":\"blog\",\"author\":\"ann\",\"date\":\"--06-11\",\"status\":\"failed\","
          "\"summary\":\"Gardens need water and patience.\",\"claims\":[\"Water is needed daily.\"],"
          "\"tags\":[\"garden-care\"],\"feed_order\":2}\n"
          "{\"kind\":\"paper\",\"author\":\"bob lee\",\"date\":\"--04-02\",\"summary\":\"Bridges carry "
          "weight.\","
          "\"claims\":[\"Arches push outwards.\"],\"tags\":[\"bridge-design\"],\"feed_order\":1}\n");
}

static void lines_may_be_missing_or_repeated(void **state) {
    (void)state;
    check("blog / ann / Jun 11\r\n\r\n"
          "First line,\r\nsecond line.  \r\n"
          "one-tag, two \xC2\xB7 three\r\n"
          "\"Claim one.\"\r\n" LQ "Claim two." RQ "\r\n"
          "Late text.\r\n"
          "blog / ann / Jun 10\r\n"
          "Only text.\r\n"
          "blog / ann / Jun 9\r\n" LQ "Only a claim." RQ "\r\n"
          "blog / ann / Jun 8\r\n"
          "only-tags\r\n",
          0,
          "{\"kind\":\"blog\",\"author\":\"ann\",\"date\":\"--06-11\",\"summary\":\"First line, second line. "
          "Late text.\","
          "\"claims\":[\"Claim one.\",\"Claim "
          "two.\"],\"tags\":[\"one-tag\",\"two\",\"three\"],\"feed_order\":4}\n"
          "{\"kind\":\"blog\",\"author\":\"ann\",\"date\":\"--06-10\",\"summary\":\"Only "
          "text.\",\"claims\":[],\"tags\":[],"
          "\"feed_order\":3}\n"
          "{\"kind\":\"blog\",\"author\":\"ann\",\"date\":\"--06-09\",\"claims\":[\"Only a "
          "claim.\"],\"tags\":[],"
          "\"feed_order\":2}\n"
          "{\"kind\":\"blog\",\"author\":\"ann\",\"date\":\"--06-08\",\"claims\":[],\"tags\":[\"only-tags\"],"
          "\"feed_order\":1}\n");
}

static void glued_tags_are_split(void **state) {
    static const char text[] = "blog / ann / Jun 11\n"
                               "About garden care and plant water.\n"
                               "garden-careplant-water\n"
                               "blog / ann / Jun 10\n"
                               "More on garden care.\n"
                               "garden-care\n"
                               "blog / ann / Jun 9\n"
                               "More on plant water.\n"
                               "plant-water\n";
    char *actual = read_feed(BYTES(text), 0);
    (void)state;
    assert_non_null(strstr(actual, "\"tags\":[\"garden-care\",\"plant-water\"]"));
    free(actual);
}

/* The dates of a feed whose entries have these, newest first, "-" behind a rejected one. */
static void check_dates(const char *const *dates, size_t count, int year, const char *expected) {
    ks_buffer text = {0};
    const ks_reader_options options = {.year = year};
    ks_source_reader *reader = NULL;
    ks_source_item item;
    ks_buffer out = {0};
    for (size_t i = 0; i < count; i++) ks_buffer_format(&text, "blog / ann / %s\nSome text.\n", dates[i]);
    assert_int_equal(ks_source_open(&reader, write_file("f.feed", text.data, text.size), &options, NULL),
                     KS_OK);
    unlink(path_of("f.feed"));
    for (;;) {
        assert_int_equal(ks_source_next(reader, &item, NULL), KS_OK);
        if (item.event == KS_SOURCE_END) break;
        if (item.event == KS_SOURCE_RECORD)
            ks_buffer_format(&out, "%s%s ", item.record->date,
                             strstr(item.record->json, "inferred-year") ? "?" : "");
        else
            ks_buffer_str(&out, "- ");
        ks_record_free(item.record);
    }
    assert_string_equal(out.data, expected);
    ks_source_close(reader);
    ks_buffer_free(&text);
    ks_buffer_free(&out);
}

#define DATES(...)                                                                                           \
    (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)

static void years(void **state) {
    (void)state;
    check_dates(DATES("Jun 11", "Apr 25", "Apr 25", "Sep 7", "Jan 1", "Dec 31"), 0,
                "--06-11 --04-25 --04-25 --09-07 --01-01 --12-31 ");
    check_dates(DATES("Jun 11", "Apr 25", "Apr 25", "Sep 7", "Jan 1", "Dec 31"), 2020,
                "2020-06-11? 2020-04-25? 2020-04-25? 2019-09-07? 2019-01-01? 2018-12-31? ");
    check_dates(DATES("Jan 2", "Jan 3", "Jan 4"), 2020, "2020-01-02? 2019-01-03? 2018-01-04? ");
    check_dates(DATES("Mar 1", "Feb 29", "Mar 1", "Feb 29", "Feb 28"), 2020,
                "2020-03-01? 2020-02-29? 2019-03-01? --02-29 2019-02-28? ");
    check_dates(DATES("Jan 2", "Jan 3", "Jan 4"), 2, "0002-01-02? 0001-01-03? --01-04 ");
}

static void years_that_are_named(void **state) {
    (void)state;
    check_dates(DATES("Jun 11, 2020", "2019-04-25"), 0, "2020-06-11 2019-04-25 ");
    check_dates(DATES("Jun 11, 2020", "Apr 25"), 0, "2020-06-11 --04-25 ");
    check_dates(DATES("Jun 11", "Apr 25, 2015", "Apr 24", "May 1"), 2020,
                "2020-06-11? 2015-04-25 2015-04-24? 2014-05-01? ");
}

static void impossible_dates_do_not_count(void **state) {
    (void)state;
    check_dates(DATES("Jun 11", "Nov 31", "Foo 12", "Apr 25"), 2020, "2020-06-11? - - 2020-04-25? ");
}

static void rejected_entries(void **state) {
    (void)state;
    check("Heading\n\n"
          "blog / ann / Feb 31\n"
          "Text of a day that never was.\n"
          "blog / ann / Foo 12\n"
          "blog / ann / Jan 5\n"
          "\n"
          "  blog / ann / Jan 4\n"
          "Good text.\n",
          0,
          "reject 3:9 no calendar has the date \"Feb 31\"\n"
          "reject 5:59 no calendar has the date \"Foo 12\"\n"
          "reject 6:79 no text: one of title, summary, claims, tags or body is needed\n"
          "{\"kind\":\"blog\",\"author\":\"ann\",\"date\":\"--01-04\",\"summary\":\"Good "
          "text.\",\"claims\":[],\"tags\":[],"
          "\"feed_order\":1}\n");
}

static void places(void **state) {
    static const char text[] =
        "\xEF\xBB\xBFHeading\nblog / ann / Jan 5\nText.\n\nblog / ann / Jan 4\nText.\n";
    ks_source_reader *reader = NULL;
    ks_source_item item;
    (void)state;
    assert_int_equal(ks_source_open(&reader, write_file("f.txt", BYTES(text)), NULL, NULL), KS_OK);
    assert_int_equal(ks_source_next(reader, &item, NULL), KS_OK);
    assert_int_equal(item.line, 2);
    assert_int_equal(item.byte, 11);
    ks_record_free(item.record);
    assert_int_equal(ks_source_next(reader, &item, NULL), KS_OK);
    assert_int_equal(item.line, 5);
    assert_int_equal(item.byte, 37);
    ks_record_free(item.record);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(ks_source_next(reader, &item, NULL), KS_OK);
        assert_int_equal(item.event, KS_SOURCE_END);
    }
    assert_int_equal(ks_source_bytes(reader), sizeof text - 1);
    ks_source_close(reader);
    unlink(path_of("f.txt"));
}

/* The id must not hang on the year that --year made up. */
static void ids_do_not_depend_on_the_year(void **state) {
    static const char text[] = "blog / ann / Jun 11\nSome text.\nblog / ann / Sep 3\nOther text.\n";
    ks_reader_options options = {0};
    char *without, *with;
    (void)state;
    without = transcribe_file(write_file("f.txt", BYTES(text)), &options);
    options.year = 2020;
    with = transcribe_file(path_of("f.txt"), &options);
    assert_string_equal(with, without);
    assert_int_equal(strncmp(with, "record 1:0 ", 11), 0);
    free(with);
    free(without);
    unlink(path_of("f.txt"));
}

static void invalid_bytes_are_repaired(void **state) {
    static const char text[] =
        "blog / a\xFFn / Jun 11\nText\0with\xC3 faults \\ \"quoted\".\n\"Claim\x01.\"\n";
    const ks_reader_options options = {0};
    ks_source_reader *reader = NULL;
    ks_source_item item;
    (void)state;
    assert_int_equal(ks_source_open(&reader, write_file("f.txt", BYTES(text)), &options, NULL), KS_OK);
    assert_int_equal(ks_source_next(reader, &item, NULL), KS_OK);
    assert_int_equal(item.event, KS_SOURCE_RECORD);
    assert_string_equal(item.record->authors.items[0], "a\xEF\xBF\xBDn");
    assert_string_equal(item.record->summary, "Text\xEF\xBF\xBDwith\xEF\xBF\xBD faults \\ \"quoted\".");
    assert_string_equal(item.record->claims.items[0], "Claim\x01.");
    assert_int_equal(ks_source_repaired(reader), 3);
    ks_record_free(item.record);
    ks_source_close(reader);
    unlink(path_of("f.txt"));
}

static void what_is_no_feed(void **state) {
    (void)state;
    expect_transcript("f.txt", BYTES(""), "open format\n");
    expect_transcript("f.txt", BYTES("Just some text.\n"), "open format\n");
    expect_transcript("f.feed", BYTES("{\"title\":\"T\"}\n"), "open format\n");
    expect_transcript("f.txt", BYTES("blog / ann / someday\n"), "open format\n");
}

static void too_long_a_feed(void **state) {
    enum { SIZE = (64 << 20) + 1 };
    char *text = calloc(SIZE, 1);
    char *result;
    (void)state;
    assert_non_null(text);
    result = transcribe_file(write_gzip("f.txt.gz", "wb", text, SIZE), NULL);
    assert_string_equal(result, "open too_large\n");
    free(result);
    free(text);
    unlink(path_of("f.txt.gz"));
}

static ks_status open_with_words(const char *word_list, ks_error *error) {
    const ks_reader_options options = {.word_list = word_list};
    ks_source_reader *reader = NULL;
    ks_status status;
    char path[256];
    strcpy(path, path_of("f.txt"));
    status = ks_source_open(&reader, path, &options, error);
    ks_source_close(reader);
    return status;
}

static void word_lists(void **state) {
    char list[256];
    ks_error error;
    (void)state;
    write_file("f.txt", BYTES("blog / ann / Jun 11\nSome text.\nwater-planttree\n"));
    strcpy(list, path_of("none"));
    assert_int_equal(open_with_words(list, NULL), KS_OK);
    assert_int_equal(open_with_words(folder, &error), KS_ERR_FORMAT);
    assert_non_null(strstr(error.message, "is a directory"));
    strcpy(list, write_file("words", BYTES("plant\ntree\nwater\n")));
    assert_int_equal(open_with_words(list, NULL), KS_OK);
    unlink(list);
    strcpy(list, write_gzip("words.gz", "wb", BYTES("plant\ntree\nwater\n")));
    assert_int_equal(open_with_words(list, NULL), KS_OK);
    unlink(list);
    unlink(path_of("f.txt"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_feed),
        cmocka_unit_test(lines_may_be_missing_or_repeated),
        cmocka_unit_test(glued_tags_are_split),
        cmocka_unit_test(years),
        cmocka_unit_test(years_that_are_named),
        cmocka_unit_test(impossible_dates_do_not_count),
        cmocka_unit_test(rejected_entries),
        cmocka_unit_test(places),
        cmocka_unit_test(ids_do_not_depend_on_the_year),
        cmocka_unit_test(invalid_bytes_are_repaired),
        cmocka_unit_test(what_is_no_feed),
        cmocka_unit_test(too_long_a_feed),
        cmocka_unit_test(word_lists),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
