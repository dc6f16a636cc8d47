/* Dates of the schema against a calendar that walks from one day to the next, and their text against its
 * shape: every day of ten thousand years, and everything one slip away from a date. */
#include "corpus/date.h"

#include "support.h"
#include "tests/support/random.h"

/* The number of a day, by a formula that knows no leap years or tables: months are counted from March on,
 * whose first days lie as floor(30.6 m + 0.5) does. */
static long number_of(int year, int month, int day) {
    long y = month > 2 ? year : year - 1, m = (month + 9) % 12;
    return 365 * y + y / 4 - y / 100 + y / 400 + (306 * m + 5) / 10 + day - 1;
}

/* Each day that exists has the number behind that of the one before, and none is left out between two years.
 */
static void days_follow_one_another(void **state) {
    long last = number_of(1, 1, 1) - 1;
    (void)state;
    for (int year = 1; year <= 9999; year++)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= 31; day++) {
                if (!ks_date_exists(year, month, day)) continue;
                if (number_of(year, month, day) != ++last) fail_msg("%d-%d-%d", year, month, day);
                assert_true(day <= ks_date_days_in(year, month));
            }
    assert_int_equal(last, number_of(10000, 1, 1) - 1);
}

/* The longest there can be of a month whose year is not known. */
static void months_of_no_year(void **state) {
    (void)state;
    for (int month = 1; month <= 12; month++) {
        int most = 0;
        for (int year = 1; year <= 400; year++)
            if (ks_date_days_in(year, month) > most) most = ks_date_days_in(year, month);
        assert_int_equal(ks_date_days_in(0, month), most);
        assert_true(ks_date_exists(0, month, most));
        assert_false(ks_date_exists(0, month, most + 1));
    }
}

static bool has_shape(const char *text, const char *shape) {
    if (strlen(text) != strlen(shape)) return false;
    for (; *shape; shape++, text++)
        if (*shape == '9' ? *text < '0' || *text > '9' : *text != *shape) return false;
    return true;
}

/* By the shape of the text alone, then by whether the day has a number of its own. */
static bool read_naively(const char *text, ks_date *out) {
    *out = (ks_date){0};
    if (has_shape(text, "9999"))
        sscanf(text, "%d", &out->year);
    else if (has_shape(text, "9999-99"))
        sscanf(text, "%d-%d", &out->year, &out->month);
    else if (has_shape(text, "9999-99-99"))
        sscanf(text, "%d-%d-%d", &out->year, &out->month, &out->day);
    else if (has_shape(text, "--99-99"))
        sscanf(text + 2, "%d-%d", &out->month, &out->day);
    else
        return false;
    if (*text != '-' && out->year == 0) return false;
    if (strlen(text) == 4) return true;
    if (out->month < 1 || out->month > 12) return false;
    if (strlen(text) == 7 && *text != '-') return true;
    int year = out->year ? out->year : 2000, next = out->month % 12 + 1;
    long first_of_next = number_of(year + (next == 1), next, 1);
    return out->day >= 1 && number_of(year, out->month, out->day) < first_of_next;
}

static void compare(const char *text) {
    ks_date got = {-1, -1, -1}, wanted;
    bool good = read_naively(text, &wanted);
    if (ks_date_parse(text, &got) != good) fail_msg("%s is %s date", text, good ? "a" : "no");
    assert_int_equal(ks_date_valid(text), good);
    if (!good) wanted = (ks_date){-1, -1, -1}; /* nothing was written */
    assert_int_equal(got.year, wanted.year);
    assert_int_equal(got.month, wanted.month);
    assert_int_equal(got.day, wanted.day);
}

/* All of them for months and days, one after the other. */
static void every_month_and_day(void **state) {
    static const int years[] = {0, 1, 4, 100, 400, 1899, 1900, 2000, 2023, 2024, 9999};
    (void)state;
    for (size_t y = 0; y < sizeof years / sizeof *years; y++)
        for (int month = 0; month <= 99; month++)
            for (int day = 0; day <= 99; day++) {
                char text[64];
                snprintf(text, sizeof text, "%04d-%02d-%02d", years[y], month, day);
                compare(text);
                text[7] = '\0';
                compare(text);
                snprintf(text, sizeof text, "--%02d-%02d", month, day);
                compare(text);
            }
}

/* A byte changed, left out, doubled or put in, at every place, and the text cut off there. */
static void one_slip(void **state) {
    static const char *const dates[] = {"2020-02-29", "1999-12-31", "2024-11", "1066", "--02-29", "--10-01"};
    static const char bytes[] = "0123456789- +/:T\x80";
    (void)state;
    for (size_t d = 0; d < sizeof dates / sizeof *dates; d++) {
        size_t size = strlen(dates[d]);
        compare(dates[d]);
        for (size_t at = 0; at <= size; at++) {
            char text[32];
            snprintf(text, sizeof text, "%.*s", (int)at, dates[d]);
            compare(text);
            snprintf(text, sizeof text, "%.*s%s", (int)at, dates[d], dates[d] + at + (at < size));
            compare(text);
            for (const char *byte = bytes; *byte; byte++) {
                snprintf(text, sizeof text, "%.*s%c%s", (int)at, dates[d], *byte, dates[d] + at);
                compare(text);
                snprintf(text, sizeof text, "%.*s%c%s", (int)at, dates[d], *byte,
                         dates[d] + at + (at < size));
                compare(text);
            }
        }
    }
}

static void random_text(void **state) {
    uint64_t random = ks_test_seed(4440);
    size_t good = 0;
    (void)state;
    for (int round = 0; round < 200000; round++) {
        static const char *const bits[] = {"-",  "--", "0",  "1",  "2",  "9",
                                           "01", "12", "29", "20", "31", "1999"};
        char text[32] = "";
        for (size_t n = ks_test_below(&random, 7); n > 0; n--) strcat(text, bits[ks_test_below(&random, 12)]);
        compare(text);
        good += ks_date_valid(text);
    }
    assert_true(good > 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_follow_one_another),
        cmocka_unit_test(months_of_no_year),
        cmocka_unit_test(every_month_and_day),
        cmocka_unit_test(one_slip),
        cmocka_unit_test(random_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
