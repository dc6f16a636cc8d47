/* A record's place in time. */
#include "support.h"

static uint64_t order(const char *date, uint64_t feed_order) {
    ks_record record = {.date = date, .feed_order = feed_order};
    return ks_record_order(&record);
}

static void days(void **state) {
    static const struct {
        const char *date;
        uint32_t day;
    } cases[] = {{"2020-06-11", 20200611}, {"2020-06", 20200601}, {"2020", 20200101}, {"0001", 10101},
                 {"9999-12-31", 99991231}, {"--06-11", 0},        {NULL, 0},          {"no date", 0}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ks_record record = {.date = cases[i].date};
        assert_int_equal(ks_record_day(&record), cases[i].day);
    }
}

static void exact_values(void **state) {
    (void)state;
    assert_int_equal(order("2020-06-11", 0), UINT64_C(20200611) << 32);
    assert_int_equal(order("2020-06-11", 9), UINT64_C(20200611) << 32 | 9);
    assert_int_equal(order("2020-06-11", UINT32_MAX), (UINT64_C(20200612) << 32) - 1);
    assert_int_equal(order("--06-11", 9), 9);
    assert_int_equal(order("--06-11", 0), 611);
    assert_int_equal(order(NULL, 0), 0);
    assert_int_equal(order(NULL, 9), 0);
    assert_int_equal(order("no date", 9), 0);
}

/* Each is older than the next. */
static void rising(void **state) {
    static const struct {
        const char *date;
        uint64_t feed_order;
    } rising_order[] = {{NULL, 5},         {"--12-31", 1}, {"--01-01", 2},    {"0001", 0},
                        {"2019-12-31", 7}, {"2020", 0},    {"2020-01-01", 1}, {"2020-01-01", 2},
                        {"2020-01-02", 0}, {"2020-02", 0}, {"2020-02-01", 3}, {"2020-02-02", 1}};
    (void)state;
    for (size_t i = 1; i < sizeof rising_order / sizeof *rising_order; i++)
        assert_true(order(rising_order[i - 1].date, rising_order[i - 1].feed_order) <
                    order(rising_order[i].date, rising_order[i].feed_order));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days),
        cmocka_unit_test(exact_values),
        cmocka_unit_test(rising),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
