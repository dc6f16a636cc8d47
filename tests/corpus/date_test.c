/* Dates of the schema against a table and against a calendar counted day by day. */
#include "corpus/date.h"

#include "support.h"

static void good_dates(void **state) {
    static const struct {
        const char *text;
        ks_date date;
    } good[] = {
        {"2020-06-11", {2020, 6, 11}}, {"2020-02-29", {2020, 2, 29}},  {"2000-02-29", {2000, 2, 29}},
        {"0001-01-01", {1, 1, 1}},     {"9999-12-31", {9999, 12, 31}}, {"2020-06", {2020, 6, 0}},
        {"2020-12", {2020, 12, 0}},    {"2020", {2020, 0, 0}},         {"0001", {1, 0, 0}},
        {"--06-11", {0, 6, 11}},       {"--02-29", {0, 2, 29}},        {"--12-31", {0, 12, 31}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        ks_date date = {-1, -1, -1};
        if (!ks_date_parse(good[i].text, &date)) fail_msg("%s is a date", good[i].text);
        assert_true(ks_date_valid(good[i].text));
        assert_int_equal(date.year, good[i].date.year);
        assert_int_equal(date.month, good[i].date.month);
        assert_int_equal(date.day, good[i].date.day);
    }
}

static void bad_dates(void **state) {
    static const char *const bad[] = {
        "",
        "-",
        "--",
        "2",
        "202",
        "20200",
        "0000",
        "0000-01-01",
        "2020-",
        "2020-1",
        "2020-00",
        "2020-13",
        "2020-06-",
        "2020-06-1",
        "2020-06-00",
        "2020-06-31",
        "2019-02-29",
        "1900-02-29",
        "2020-02-30",
        "2020-6-11",
        "2020-06-11 ",
        " 2020",
        "2020-06-11T00:00",
        "20200611",
        "2020/06/11",
        "--06",
        "--06-",
        "--13-01",
        "--00-10",
        "--02-30",
        "--06-11-",
        "-06-11",
        "---06-11",
        "yesterday",
        "2020-O6-11",
        "-2020",
        "+2020",
        "2020--11",
        "\xD9\xA2\xD9\xA0\xD9\xA2\xD9\xA0",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ks_date date = {-1, -1, -1};
        if (ks_date_parse(bad[i], &date)) fail_msg("%s is no date", bad[i]);
        assert_false(ks_date_valid(bad[i]));
        assert_int_equal(date.year, -1);
    }
    assert_false(ks_date_valid(NULL));
}

/* Walks the calendar from 1 January 1896 to the end of 2104, which has both kinds of century. */
static void every_day_of_two_centuries(void **state) {
    int days = 0;
    (void)state;
    for (int year = 1896; year <= 2104; year++) {
        int in_year = 0;
        for (int month = 0; month <= 13; month++)
            for (int day = 0; day <= 32; day++) in_year += ks_date_exists(year, month, day);
        assert_true(in_year == 365 || in_year == 366);
        assert_int_equal(in_year == 366, ks_date_exists(year, 2, 29));
        days += in_year;
    }
    assert_int_equal(days, 76336); /* 209 years of 365 days, and 51 leap days: not in 1900, not in 2100 */
}

static void edges_of_the_calendar(void **state) {
    (void)state;
    assert_true(ks_date_exists(0, 2, 29));
    assert_false(ks_date_exists(0, 2, 30));
    assert_false(ks_date_exists(-4, 2, 28));
    assert_false(ks_date_exists(10000, 1, 1));
    assert_false(ks_date_exists(2020, -1, 1));
    assert_false(ks_date_exists(2020, 1, -1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_dates),
        cmocka_unit_test(bad_dates),
        cmocka_unit_test(every_day_of_two_centuries),
        cmocka_unit_test(edges_of_the_calendar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
