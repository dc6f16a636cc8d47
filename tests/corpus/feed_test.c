/* A capture feed's text taken apart, and the years of its dates: by hand, and random feeds against what they
 * were made of. */
#include "corpus/feed.h"

#include "support.h"

#include "tests/support/allocation.h"
#include "tests/support/random.h"

static ks_feed read_feed(const char *text, size_t size) {
    ks_feed feed = {0};
    ks_error error = {0};
    if (ks_feed_read(&feed, text, size, &error)) fail_msg("%s", error.message);
    return feed;
}

static void expect_slice(ks_slice actual, const char *expected) {
    if (actual.size != strlen(expected) || memcmp(actual.text, expected, actual.size) != 0)
        fail_msg("[%.*s], not [%s]", (int)actual.size, actual.text, expected);
}

static void an_ordinary_feed(void **state) {
    static const char text[] = "What was captured\n"
                               "\n"
                               "blog / ann / Jun 11\n"
                               "A first text.\n"
                               "It goes on here.\n"
                               "policy-gradientsatari-pong\n"
                               "\xE2\x80\x9CRewards matter\xE2\x80\x9D\n"
                               "\n"
                               "tweet / bob / May 2 / failed\n"
                               "Another text.\n";
    static const ks_feed_line kinds[] = {KS_FEED_TEXT, KS_FEED_TEXT, KS_FEED_TAGS, KS_FEED_CLAIM,
                                         KS_FEED_TEXT};
    ks_feed feed = read_feed(BYTES(text));
    (void)state;
    assert_int_equal(feed.count, 2);
    assert_int_equal(feed.piece_count, 5);
    for (size_t i = 0; i < 5; i++) assert_int_equal(feed.pieces[i].what, kinds[i]);
    expect_slice(feed.entries[0].header.kind, "blog");
    expect_slice(feed.entries[1].header.author, "bob");
    expect_slice(feed.entries[1].header.status, "failed");
    expect_slice(feed.pieces[1].line, "It goes on here.");
    assert_int_equal(feed.entries[0].line, 3);
    assert_int_equal(feed.entries[1].line, 9);
    assert_int_equal(feed.entries[0].byte, strstr(text, "blog") - text);
    assert_int_equal(feed.entries[1].byte, strstr(text, "tweet") - text);
    assert_int_equal(feed.entries[0].first, 0);
    assert_int_equal(feed.entries[0].count, 4);
    assert_int_equal(feed.entries[1].first, 4);
    assert_int_equal(feed.entries[1].count, 1);
    assert_true(feed.entries[0].has_text && feed.entries[1].has_text);
    ks_feed_free(&feed);
    assert_int_equal(feed.count, 0);
    assert_null(feed.entries);
}

static void texts_without_a_header(void **state) {
    static const char *const texts[] = {"",
                                        "\n",
                                        "\n\n\n",
                                        "words",
                                        "blog / ann\n",
                                        "Blog / ann / Jun 11\n",
                                        "two words / ann / Jun 11\n",
                                        "blog ann Jun 11\n"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ks_feed feed = read_feed(texts[i], strlen(texts[i]));
        if (feed.count || feed.piece_count) fail_msg("[%s] has an entry", texts[i]);
        assert_false(ks_feed_has_header(texts[i], strlen(texts[i])));
        ks_feed_free(&feed);
    }
}

static void where_a_header_may_stand(void **state) {
    static const char *const texts[] = {"blog / ann / Jun 11",         "blog / ann / Jun 11\n",
                                        "\nblog / ann / Jun 11",       "words\nblog / ann / Jun 11\nwords",
                                        "  blog / ann / Jun 11\t\r\n", "\r\nblog / ann / Jun 11\r\n",
                                        "blog / ann / Feb 31\n"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ks_feed feed = read_feed(texts[i], strlen(texts[i]));
        if (feed.count != 1) fail_msg("[%s] has %zu entries", texts[i], feed.count);
        assert_true(ks_feed_has_header(texts[i], strlen(texts[i])));
        assert_int_equal(feed.entries[0].byte, strstr(texts[i], "blog") - texts[i]);
        ks_feed_free(&feed);
    }
}

static void lines_before_the_first_header_belong_to_none(void **state) {
    static const char text[] = "heading\nmore\nblog / a / Jan 1\ntext one two.\n";
    ks_feed feed = read_feed(BYTES(text));
    (void)state;
    assert_int_equal(feed.count, 1);
    assert_int_equal(feed.piece_count, 1);
    expect_slice(feed.pieces[0].line, "text one two.");
    ks_feed_free(&feed);
}

static void an_entry_without_pieces(void **state) {
    static const char text[] = "blog / a / Jan 2\nblog / b / Jan 1";
    ks_feed feed = read_feed(BYTES(text));
    (void)state;
    assert_int_equal(feed.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(feed.entries[i].count, 0);
        assert_false(feed.entries[i].has_text);
    }
    ks_feed_free(&feed);
}

/* The text need not end with NUL, nor be whole: what lies behind `size` is not looked at. */
static void nothing_behind_the_size_is_read(void **state) {
    static const char text[] = "blog / a / Jan 2\ntext\nblog / b / Jan 1\n";
    (void)state;
    for (size_t size = 0; size < sizeof text; size++) {
        char *piece = malloc(size ? size : 1); /* its end is where the sanitizers watch */
        size_t headers = (size >= 16 ? 1u : 0u) + (size >= 38 ? 1u : 0u);
        ks_feed feed;
        assert_non_null(piece);
        memcpy(piece, text, size);
        feed = read_feed(piece, size);
        if (feed.count != headers) fail_msg("of %zu bytes: %zu entries", size, feed.count);
        assert_int_equal(ks_feed_has_header(piece, size), headers > 0);
        ks_feed_free(&feed);
        free(piece);
    }
}

/* ---- Years ---- */

/* Dates, newest first, "M-D" or "Y-M-D"; "x" for one that does not exist; and what they become. */
static void expect_years(int year, const char *dates, const char *expected) {
    char text[2000] = "", found[500] = "", date[32];
    size_t used;
    ks_feed feed;
    for (const char *at = dates; *at; at += used) {
        static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        int y = 0, m = 0, d = 0;
        at += strspn(at, " ");
        used = strcspn(at, " ");
        snprintf(date, sizeof date, "%.*s", (int)used, at);
        strcat(text, "blog / a / ");
        if (sscanf(date, "%d-%d-%d", &y, &m, &d) == 3)
            snprintf(text + strlen(text), 64, "%04d-%02d-%02d\n", y, m, d);
        else if (sscanf(date, "%d-%d", &m, &d) == 2)
            snprintf(text + strlen(text), 64, "%s %d\n", months[m - 1], d);
        else
            strcat(text, "Feb 31\n");
    }
    feed = read_feed(text, strlen(text));
    ks_feed_infer_years(&feed, year);
    for (size_t i = 0; i < feed.count; i++) {
        snprintf(found + strlen(found), 32, "%s%d", i ? " " : "", feed.entries[i].header.date.year);
        if (feed.entries[i].year_is_inferred) strcat(found, "*");
    }
    ks_feed_free(&feed);
    if (strcmp(found, expected) != 0) fail_msg("%d: %s: %s, not %s", year, dates, found, expected);
}

static void years_step_back_where_dates_go_up(void **state) {
    (void)state;
    expect_years(2020, "6-11 5-2 1-1", "2020* 2020* 2020*");
    expect_years(2020, "6-11 6-11 6-10", "2020* 2020* 2020*");
    expect_years(2020, "6-11 6-12 6-11", "2020* 2019* 2019*");
    expect_years(2020, "1-1 12-31 1-1 12-31", "2020* 2019* 2019* 2018*");
    expect_years(2020, "12-31", "2020*");
    expect_years(2020, "", "");
}

static void a_year_that_is_named_counts(void **state) {
    (void)state;
    expect_years(2020, "6-11 2018-5-2 5-1 5-3", "2020* 2018 2018* 2017*");
    expect_years(2020, "2015-1-1 12-31", "2015 2014*");
    expect_years(2020, "2015-1-1 2019-12-31 12-30", "2015 2019 2019*");
}

static void leap_days(void **state) {
    (void)state;
    expect_years(2020, "2-29", "2020*");
    expect_years(2019, "2-29 2-28", "0 2019*");
    expect_years(2021, "3-1 2-29 2-28 3-1 2-29", "2021* 0 2021* 2020* 2020*");
    expect_years(1900, "2-29", "0");
    expect_years(2000, "2-29", "2000*");
}

static void dates_of_no_calendar_are_passed_over(void **state) {
    (void)state;
    expect_years(2020, "6-11 x 6-12", "2020* 0 2019*");
    expect_years(2020, "x 6-12 x 6-11", "0 2020* 0 2020*");
}

/* Below the year 1 there are no years to give. */
static void years_that_run_out(void **state) {
    (void)state;
    expect_years(1, "1-1 12-31 12-30", "1* 0 0");
    expect_years(2, "1-1 12-31 1-1 12-31", "2* 1* 1* 0");
}

/* A feed of whole dates that go back in time: with their years taken away they are found again. */
static void random_histories_come_back(void **state) {
    enum { ENTRIES = 60 };
    uint64_t random = ks_test_seed(901);
    (void)state;
    for (int round = 0; round < 300; round++) {
        static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        char text[ENTRIES * 40] = "";
        int years[ENTRIES], year = 2020, month = 12, day = 28;
        ks_feed feed;
        for (size_t i = 0; i < ENTRIES; i++) {
            size_t back = ks_test_below(&random, 330); /* less than a year, so that every step can be seen */
            for (; back; back--) {
                if (--day) continue;
                day = 28; /* months of 28 days */
                if (--month) continue;
                month = 12;
                year--;
            }
            years[i] = year;
            snprintf(text + strlen(text), 40, "blog / a / %s %d\n", months[month - 1], day);
        }
        feed = read_feed(text, strlen(text));
        assert_int_equal(feed.count, ENTRIES);
        ks_feed_infer_years(&feed, years[0]);
        for (size_t i = 0; i < ENTRIES; i++) {
            assert_int_equal(feed.entries[i].header.date.year, years[i]);
            assert_true(feed.entries[i].year_is_inferred);
        }
        ks_feed_free(&feed);
    }
}

/* ---- Random text ---- */

/* Whatever the text holds, the pieces lie in it, in order, trimmed, and belong to one entry each. */
static void check_feed(const ks_feed *feed, const char *text, size_t size) {
    const char *before = text;
    size_t next = 0;
    for (size_t i = 0; i < feed->count; i++) {
        const ks_feed_entry *entry = &feed->entries[i];
        bool has_text = false;
        assert_int_equal(entry->first, next);
        assert_true(entry->byte < size);
        assert_true(text + entry->byte >= before);
        before = text + entry->byte;
        for (size_t k = entry->first; k < entry->first + entry->count; k++) {
            ks_slice line = feed->pieces[k].line;
            assert_true(line.size > 0 && line.text > before && line.text + line.size <= text + size);
            assert_ptr_equal(ks_slice_trim(line).text, line.text);
            assert_int_equal(ks_slice_trim(line).size, line.size);
            has_text = has_text || feed->pieces[k].what == KS_FEED_TEXT;
            before = line.text;
        }
        assert_int_equal(entry->has_text, has_text);
        next += entry->count;
    }
    assert_int_equal(next, feed->piece_count);
}

static uint64_t line_of(const char *text, uint64_t byte) {
    uint64_t line = 1;
    for (uint64_t i = 0; i < byte; i++) line += text[i] == '\n';
    return line;
}

static void random_lines(void **state) {
    static const char *const lines[] = {"blog / ann / Jun 11",
                                        "tweet / b / 2019-02-03 / failed",
                                        "words here.",
                                        "gluedtags-andmore",
                                        "\xE2\x80\x9CThe claim\xE2\x80\x9D",
                                        "a, b, c",
                                        "",
                                        " ",
                                        "\t\r",
                                        "\xFF\xFE",
                                        "blog / x / Feb 31",
                                        "a / b / c / d",
                                        "\"quoted\"",
                                        "/ /",
                                        "one \xC2\xB7 two"};
    uint64_t random = ks_test_seed(902);
    (void)state;
    for (int round = 0; round < 2000; round++) {
        char text[1000] = "";
        size_t count = ks_test_below(&random, 20);
        ks_feed feed;
        for (size_t i = 0; i < count; i++) {
            strcat(text, lines[ks_test_below(&random, sizeof lines / sizeof *lines)]);
            strcat(text, ks_test_below(&random, 4) ? "\n" : "\r\n");
        }
        feed = read_feed(text, strlen(text));
        check_feed(&feed, text, strlen(text));
        assert_int_equal(ks_feed_has_header(text, strlen(text)), feed.count > 0);
        for (size_t i = 0; i < feed.count; i++)
            assert_int_equal(feed.entries[i].line, line_of(text, feed.entries[i].byte));
        ks_feed_free(&feed);
    }
}

static ks_status read_once(void *context, ks_error *err) {
    static const char text[] = "blog / a / Jan 2\none two.\nblog / b / Jan 1\nthree four.\nfive six.\n";
    ks_feed feed = {0};
    ks_status status = ks_feed_read(&feed, BYTES(text), err);
    (void)context;
    if (!status) assert_int_equal(feed.count, 2);
    ks_feed_free(&feed);
    ks_feed_free(&feed); /* and once more: it is as good as new */
    return status;
}

static void every_allocation_may_fail(void **state) {
    (void)state;
    assert_true(ks_test_each_allocation(read_once, NULL) > 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ordinary_feed),
        cmocka_unit_test(texts_without_a_header),
        cmocka_unit_test(where_a_header_may_stand),
        cmocka_unit_test(lines_before_the_first_header_belong_to_none),
        cmocka_unit_test(an_entry_without_pieces),
        cmocka_unit_test(nothing_behind_the_size_is_read),
        cmocka_unit_test(years_step_back_where_dates_go_up),
        cmocka_unit_test(a_year_that_is_named_counts),
        cmocka_unit_test(leap_days),
        cmocka_unit_test(dates_of_no_calendar_are_passed_over),
        cmocka_unit_test(years_that_run_out),
        cmocka_unit_test(random_histories_come_back),
        cmocka_unit_test(random_lines),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
