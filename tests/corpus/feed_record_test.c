/* Entries of a feed as records: each member, what is left out, and that the JSON is what a record of it would
 * be. */
#include "corpus/feed_record.h"

#include "support.h"

#include "tests/support/allocation.h"

/* A splitter that has learnt the feed's text and tags, as the reader of feeds teaches it. */
static ks_tag_splitter *learnt_from(const ks_feed *feed) {
    ks_tag_splitter *splitter = NULL;
    assert_int_equal(ks_tag_splitter_new(&splitter, NULL), KS_OK);
    for (size_t i = 0; i < feed->piece_count; i++) {
        ks_slice line = feed->pieces[i].line;
        ks_status status = feed->pieces[i].what == KS_FEED_TAGS
                               ? ks_tag_splitter_add_tags(splitter, line.text, line.size, NULL)
                               : ks_tag_splitter_add_text(splitter, line.text, line.size, NULL);
        assert_int_equal(status, KS_OK);
    }
    assert_int_equal(ks_tag_splitter_learn(splitter, NULL), KS_OK);
    return splitter;
}

static void check_record(const ks_record *record, const char *expected) {
    ks_record *again = NULL;
    assert_string_equal(record->json, expected);
    assert_int_equal(record->json_size, strlen(expected));
    assert_int_equal(ks_record_parse(&again, expected, strlen(expected), NULL, NULL), KS_OK);
    assert_string_equal(again->id, record->id);
    assert_int_equal(ks_record_order(again), ks_record_order(record));
    ks_record_free(again);
}

/* Entry `index` of the feed, with the years counted down from `year`, but for its id. */
static void expect_at(const char *text, int year, size_t index, const char *expected) {
    ks_feed feed = {0};
    ks_tag_splitter *splitter;
    ks_record *record = NULL;
    ks_error error = {0};
    uint64_t repaired = 0;
    char whole[2000];
    assert_int_equal(ks_feed_read(&feed, text, strlen(text), NULL), KS_OK);
    splitter = learnt_from(&feed);
    if (year) ks_feed_infer_years(&feed, year);
    if (ks_feed_record(&record, &feed, index, splitter, &repaired, &error)) fail_msg("%s", error.message);
    snprintf(whole, sizeof whole, "{\"id\":\"%s\",%s}", record->id, expected);
    check_record(record, whole);
    assert_int_equal(repaired, 0);
    ks_record_free(record);
    ks_tag_splitter_free(splitter);
    ks_feed_free(&feed);
}

static void expect(const char *text, int year, const char *expected) {
    expect_at(text, year, 0, expected);
}

static void all_members(void **state) {
    (void)state;
    expect(
        "blog / ann / Jun 11 / failed\nOne text\nthat goes on.\nred, green\n\xE2\x80\x9C"
        "Claim\xE2\x80\x9D\n",
        2019,
        "\"kind\":\"blog\",\"author\":\"ann\",\"date\":\"2019-06-11\",\"date_precision\":\"inferred-year\","
        "\"status\":\"failed\",\"summary\":\"One text that goes on.\",\"claims\":[\"Claim\"],"
        "\"tags\":[\"red\",\"green\"],\"feed_order\":1");
}

static void dates_of_each_form(void **state) {
    static const char rest[] = "\"summary\":\"Some text.\",\"claims\":[],\"tags\":[],\"feed_order\":1";
    static const struct {
        const char *header, *date;
        int year;
    } cases[] = {
        {"Jun 1", "\"date\":\"--06-01\",", 0},
        {"Feb 29", "\"date\":\"--02-29\",", 0},
        {"Feb 29", "\"date\":\"--02-29\",", 2019}, /* no leap year: it stays without one */
        {"Feb 29", "\"date\":\"2020-02-29\",\"date_precision\":\"inferred-year\",", 2020},
        {"Dec 31, 2009", "\"date\":\"2009-12-31\",", 0},
        {"Dec 31, 2009", "\"date\":\"2009-12-31\",", 2020},
        {"2009-12-31", "\"date\":\"2009-12-31\",", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[200], expected[400];
        snprintf(text, sizeof text, "blog / ann / %s\nSome text.\n", cases[i].header);
        snprintf(expected, sizeof expected, "\"kind\":\"blog\",\"author\":\"ann\",%s%s", cases[i].date, rest);
        expect(text, cases[i].year, expected);
    }
}

/* The oldest entry has 1. */
static void the_order_counts_from_the_oldest(void **state) {
    static const char text[] = "blog / a / Jan 3\nText three.\nblog / b / Jan 2\nText two.\n"
                               "blog / c / Jan 1\nText one.\n";
    (void)state;
    expect_at(text, 0, 0,
              "\"kind\":\"blog\",\"author\":\"a\",\"date\":\"--01-03\",\"summary\":\"Text three.\","
              "\"claims\":[],\"tags\":[],\"feed_order\":3");
    expect_at(text, 0, 2,
              "\"kind\":\"blog\",\"author\":\"c\",\"date\":\"--01-01\",\"summary\":\"Text one.\","
              "\"claims\":[],\"tags\":[],\"feed_order\":1");
}

static void an_entry_of_claims_alone(void **state) {
    (void)state;
    expect("paper / ann / Jun 11\n\xE2\x80\x9COne\xE2\x80\x9D\n\xE2\x80\x9CTwo\xE2\x80\x9D\n", 0,
           "\"kind\":\"paper\",\"author\":\"ann\",\"date\":\"--06-11\",\"claims\":[\"One\",\"Two\"],"
           "\"tags\":[],\"feed_order\":1");
}

static void what_must_be_escaped(void **state) {
    (void)state;
    expect("blog / a\\b \"c\" / Jun 11\nTab\there, \\ and \"quotes\".\n", 0,
           "\"kind\":\"blog\",\"author\":\"a\\\\b \\\"c\\\"\",\"date\":\"--06-11\","
           "\"summary\":\"Tab\\there, \\\\ and \\\"quotes\\\".\",\"claims\":[],\"tags\":[],\"feed_order\":1");
}

static ks_status record_of(const char *text, size_t size, uint64_t *repaired, ks_record **out,
                           ks_error *error) {
    ks_feed feed = {0};
    ks_tag_splitter *splitter;
    ks_status status;
    assert_int_equal(ks_feed_read(&feed, text, size, NULL), KS_OK);
    splitter = learnt_from(&feed);
    status = ks_feed_record(out, &feed, 0, splitter, repaired, error);
    ks_tag_splitter_free(splitter);
    ks_feed_free(&feed);
    return status;
}

static void what_is_no_record(void **state) {
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"blog / ann / Feb 31\nText.\n", "no calendar has the date \"Feb 31\""},
        {"blog / ann / Foo 12\nText.\n", "no calendar has the date \"Foo 12\""},
        {"blog / ann / 2019-02-29\nText.\n", "no calendar has the date \"2019-02-29\""},
        {"blog / ann / Jun 11\n", NULL}, /* nothing to find it by */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ks_record *record = NULL;
        ks_error error = {0};
        assert_int_equal(record_of(cases[i].text, strlen(cases[i].text), NULL, &record, &error),
                         KS_ERR_FORMAT);
        assert_int_equal(error.code, KS_ERR_FORMAT);
        assert_null(record);
        if (cases[i].message) assert_string_equal(error.message, cases[i].message);
        assert_string_not_equal(error.message, "");
    }
}

/* Each invalid sequence, and each NUL, is one replacement. */
static void repairs_are_counted(void **state) {
    ks_record *record = NULL;
    uint64_t repaired = 5;
    (void)state;
    assert_int_equal(
        record_of(BYTES("blog / a\xFF / Jun 11\nOne\0two \xC3 three.\n"), &repaired, &record, NULL), KS_OK);
    assert_int_equal(repaired, 8);
    assert_string_equal(record->authors.items[0], "a\xEF\xBF\xBD");
    assert_string_equal(record->summary, "One\xEF\xBF\xBDtwo \xEF\xBF\xBD three.");
    ks_record_free(record);
}

struct feed_and_splitter {
    ks_feed feed;
    ks_tag_splitter *splitter;
};

static ks_status make_once(void *context, ks_error *err) {
    const struct feed_and_splitter *from = context;
    ks_record *record = NULL;
    ks_status status = ks_feed_record(&record, &from->feed, 0, from->splitter, NULL, err);
    assert_int_equal(record != NULL, status == KS_OK);
    ks_record_free(record);
    return status;
}

static void every_allocation_may_fail(void **state) {
    static const char text[] =
        "blog / ann / Jun 11\nThe red pong games.\nredgamespong-games\nred, green\n\"claim\"\n";
    struct feed_and_splitter from = {.splitter = NULL};
    (void)state;
    assert_int_equal(ks_feed_read(&from.feed, text, sizeof text - 1, NULL), KS_OK);
    from.splitter = learnt_from(&from.feed);
    assert_true(ks_test_each_allocation(make_once, &from) > 3);
    ks_tag_splitter_free(from.splitter);
    ks_feed_free(&from.feed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_members),
        cmocka_unit_test(dates_of_each_form),
        cmocka_unit_test(the_order_counts_from_the_oldest),
        cmocka_unit_test(an_entry_of_claims_alone),
        cmocka_unit_test(what_must_be_escaped),
        cmocka_unit_test(what_is_no_record),
        cmocka_unit_test(repairs_are_counted),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
