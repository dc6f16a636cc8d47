/* Date filters against a calendar that is counted day by day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/searcher/query_dump.h"

#include <stdio.h>

typedef struct day {
    int year, month, day;
} day;

static bool is_leap(int year) {
    if (year % 400 == 0) return true;
    if (year % 100 == 0) return false;
    return year % 4 == 0;
}

static int month_length(int year, int month) {
    if (month == 2) return is_leap(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static day following(day today) {
    if (++today.day > month_length(today.year, today.month)) {
        today.day = 1;
        if (++today.month > 12) {
            today.month = 1;
            today.year++;
        }
    }
    return today;
}

static uint32_t number(day of) {
    return (uint32_t)(of.year * 10000 + of.month * 100 + of.day);
}

/* The one date filter of the query, and how it is printed; false where it is none. */
static bool read_filter(const char *text, uint32_t *first, uint32_t *last, char printed[64]) {
    ks_query query;
    bool is_dates;
    char *all;
    assert_int_equal(ks_query_parse(&query, text, strlen(text), NULL), KS_OK);
    assert_non_null(query.root->child);
    is_dates = query.root->child->kind == KS_QUERY_DATES;
    assert_int_equal(query.warning_count, !is_dates);
    if (is_dates) {
        *first = query.root->child->first;
        *last = query.root->child->last;
    }
    all = print_tree(query.root);
    snprintf(printed, 64, "%s", all);
    free(all);
    ks_query_free(&query);
    return is_dates;
}

static void check(const char *text, uint32_t first, uint32_t last, const char *canonical) {
    uint32_t got_first = 1, got_last = 1;
    char printed[64];
    if (!read_filter(text, &got_first, &got_last, printed)) print_error("no filter: %s\n", text);
    assert_int_equal(got_first, first);
    assert_int_equal(got_last, last);
    assert_string_equal(printed, canonical);
}

static void check_none(const char *text) {
    uint32_t first, last;
    char printed[64];
    assert_false(read_filter(text, &first, &last, printed));
    assert_string_equal(printed, text);
}

/* Every day from 1896 to 1904 and from 1996 to 2004: no leap year in 1900, but one in 2000. */
static void every_day_is_read(void **state) {
    static const int starts[] = {1896, 1996};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (day today = {starts[i], 1, 1}; today.year < starts[i] + 9; today = following(today)) {
            char text[64];
            snprintf(text, sizeof text, "date:%04d-%02d-%02d", today.year, today.month, today.day);
            check(text, number(today), number(today), text);
        }
    }
}

static void days_that_are_none_are_not_read(void **state) {
    static const int years[] = {1900, 2000, 2001, 2004};
    (void)state;
    for (size_t i = 0; i < sizeof years / sizeof *years; i++) {
        for (int month = 0; month < 100; month++) {
            for (int number_of_day = 0; number_of_day < 100; number_of_day += number_of_day < 34 ? 1 : 11) {
                char text[64];
                if (month >= 1 && month <= 12 && number_of_day >= 1 &&
                    number_of_day <= month_length(years[i], month))
                    continue;
                snprintf(text, sizeof text, "date:%04d-%02d-%02d", years[i], month, number_of_day);
                check_none(text);
            }
        }
    }
}

static void months_and_years_are_read(void **state) {
    static const int years[] = {1, 999, 1900, 2000, 2014, 2016, 9999};
    (void)state;
    for (size_t i = 0; i < sizeof years / sizeof *years; i++) {
        int year = years[i];
        char text[64];
        snprintf(text, sizeof text, "date:%04d", year);
        check(text, number((day){year, 1, 1}), number((day){year, 12, 31}), text);
        for (int month = 1; month <= 12 && year < 9999; month++) {
            snprintf(text, sizeof text, "date:%04d-%02d", year, month);
            check(text, number((day){year, month, 1}), number((day){year, month, month_length(year, month)}),
                  text);
        }
    }
}

static void ranges_print_short(void **state) {
    (void)state;
    check("date:2014..2016", 20140101, 20161231, "date:2014..2016");
    check("date:2014..2014", 20140101, 20141231, "date:2014");
    check("date:2014-01..2014-12", 20140101, 20141231, "date:2014");
    check("date:2014-01-01..2014-12-31", 20140101, 20141231, "date:2014");
    check("date:2014-01-01..2015-12-31", 20140101, 20151231, "date:2014..2015");
    check("date:2014-02-01..2014-02-28", 20140201, 20140228, "date:2014-02");
    check("date:2016-02-01..2016-02-28", 20160201, 20160228, "date:2016-02-01..2016-02-28");
    check("date:2014..2014-02", 20140101, 20140228, "date:2014-01..2014-02");
    check("date:2014..2014-01", 20140101, 20140131, "date:2014-01");
    check("date:2014-03..2015", 20140301, 20151231, "date:2014-03..2015-12");
    check("date:2014..2015-06-07", 20140101, 20150607, "date:2014-01-01..2015-06-07");
    check("date:2014-05-05..2014-05-05", 20140505, 20140505, "date:2014-05-05");
    check("date:2014-05-05..2014-05-06", 20140505, 20140506, "date:2014-05-05..2014-05-06");
}

static void open_ends(void **state) {
    (void)state;
    check("date:2014..", 20140101, 99991231, "date:2014..");
    check("date:2014-05..", 20140501, 99991231, "date:2014-05..");
    check("date:2014-05-02..", 20140502, 99991231, "date:2014-05-02..");
    check("date:..2014", 0, 20141231, "date:..2014");
    check("date:..2014-05", 0, 20140531, "date:..2014-05");
    check("date:..2014-05-02", 0, 20140502, "date:..2014-05-02");
    check("after:2015", 20150101, 99991231, "date:2015..");
    check("after:2015-06", 20150601, 99991231, "date:2015-06..");
    check("after:2015-06-30", 20150630, 99991231, "date:2015-06-30..");
    check("before:2015", 0, 20151231, "date:..2015");
    check("before:2015-06", 0, 20150630, "date:..2015-06");
    check("before:2016-02", 0, 20160229, "date:..2016-02");
    check("before:2015-06-01", 0, 20150601, "date:..2015-06-01");
}

static void the_last_year_is_an_open_end(void **state) {
    (void)state;
    check("date:9999", 99990101, 99991231, "date:9999");
    check("date:2014..9999", 20140101, 99991231, "date:2014..");
    check("date:..9999", 0, 99991231, "date:..9999");
    check("before:9999", 0, 99991231, "date:..9999");
    check("after:9999", 99990101, 99991231, "date:9999");
    check("date:9999-12", 99991201, 99991231, "date:9999-12");
    check("date:9999-05..", 99990501, 99991231, "date:9999-05..");
    check("after:9999-12-31", 99991231, 99991231, "date:9999-12-31");
    check("date:0001..", 10101, 99991231, "date:0001..");
}

static void other_texts_are_no_dates(void **state) {
    static const char *const texts[] = {"date:1",
                                        "date:20",
                                        "date:201",
                                        "date:20140",
                                        "date:201405",
                                        "date:20140531",
                                        "date:2014-",
                                        "date:2014-0",
                                        "date:2014-05-",
                                        "date:2014-05-3",
                                        "date:2014-05-311",
                                        "date:2014_05",
                                        "date:2014-05_01",
                                        "date:2o14",
                                        "date:2014-o5",
                                        "date:2014-05-o1",
                                        "date:+014",
                                        "date:-2014",
                                        "date:0000-01-01",
                                        "date:..",
                                        "date:...",
                                        "date:2014.2015",
                                        "date:2014..2015..2016",
                                        "date:2014..201",
                                        "date:201..2014",
                                        "date:today",
                                        "after:..2014",
                                        "before:2014..",
                                        "date:2015..2014",
                                        "date:2014-02..2014-01",
                                        "date:2014-02-02..2014-02-01",
                                        "date:2014..2013-12-31"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) check_none(texts[i]);
}

/* first is read as the first day of what is written, last as the last one, for every pair of forms. */
static void all_pairs_of_forms(void **state) {
    static const char *const forms[] = {"2015",       "2015-02", "2015-12", "2015-02-01",
                                        "2015-12-31", "2016",    "2016-02", "2016-02-29"};
    static const uint32_t firsts[] = {20150101, 20150201, 20151201, 20150201,
                                      20151231, 20160101, 20160201, 20160229};
    static const uint32_t lasts[] = {20151231, 20150228, 20151231, 20150201,
                                     20151231, 20161231, 20160229, 20160229};
    (void)state;
    for (size_t i = 0; i < 8; i++) {
        for (size_t j = 0; j < 8; j++) {
            uint32_t first = 1, last = 1, again_first = 1, again_last = 1;
            char text[64], printed[64], again[64];
            snprintf(text, sizeof text, "date:%s..%s", forms[i], forms[j]);
            if (firsts[i] > lasts[j]) {
                check_none(text);
                continue;
            }
            assert_true(read_filter(text, &first, &last, printed));
            assert_int_equal(first, firsts[i]);
            assert_int_equal(last, lasts[j]);
            assert_true(read_filter(printed, &again_first, &again_last, again));
            assert_int_equal(again_first, first);
            assert_int_equal(again_last, last);
            assert_string_equal(again, printed);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_is_read),
        cmocka_unit_test(days_that_are_none_are_not_read),
        cmocka_unit_test(months_and_years_are_read),
        cmocka_unit_test(ranges_print_short),
        cmocka_unit_test(open_ends),
        cmocka_unit_test(the_last_year_is_an_open_end),
        cmocka_unit_test(other_texts_are_no_dates),
        cmocka_unit_test(all_pairs_of_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
