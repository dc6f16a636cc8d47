/* How far a number goes: digits, points between digits, and commas where they stand in groups of three. */
#include "text/number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/random.h"

#include <stdlib.h>
#include <string.h>

static void by_hand(void **state) {
    static const struct {
        const char *number, *rest;
    } cases[] = {
        {"0", ""},         {"7", " seven"},     {"2014", "-06"},    {"2.0.1", "-beta"},
        {"3.14", ""},      {"5", "."},          {"5", ". Next"},    {"5", ".x"},
        {"5", "..6"},      {"5.1", "%"},        {"1,234", ""},      {"12,345", " words"},
        {"1,234.56", ""},  {"1,234.5", ",678"}, {"007", ""},        {"123,456,789", "."},
        {"162,000", ",x"}, {"1", ",2,3"},       {"1", ",2345"},     {"1", ",23"},
        {"1234", ",567"},  {"1", ",234,56"},    {"1", ",234,5678"}, {"1", ","},
        {"1", ",a"},       {"10", "e5"},        {"1", "-2"},        {"1", "/2"},
        {"1", "'000"},     {"1", "_000"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        bool ascii = true;
        size_t end;
        strcpy(text, cases[i].number);
        strcat(text, cases[i].rest);
        end = ks_number_end(text, strlen(text), 0, &ascii);
        if (end != strlen(cases[i].number)) fail_msg("%s: %zu", text, end);
        assert_true(ascii);
    }
}

/* A list of numbers stays one wherever a reader comes to it. */
static void within_a_list(void **state) {
    static const char list[] = "1,2,345,678";
    bool ascii = true;
    (void)state;
    assert_int_equal(ks_number_end(list, strlen(list), 0, &ascii), 1);
    assert_int_equal(ks_number_end(list, strlen(list), 2, &ascii), 3);
    assert_int_equal(ks_number_end(list, strlen(list), 4, &ascii), 7);
}

static void digits_of_other_scripts(void **state) {
    static const char arabic[] = "\xD9\xA2\xD9\xA0\xD9\xA1\xD9\xA4 x", mixed[] = "1\xD9\xA2.\xD9\xA3 x";
    bool ascii = true;
    (void)state;
    assert_int_equal(ks_number_end(arabic, sizeof arabic - 1, 0, &ascii), 8);
    assert_false(ascii);
    ascii = true;
    assert_int_equal(ks_number_end(mixed, sizeof mixed - 1, 0, &ascii), 6);
    assert_false(ascii);
}

/* What was not ASCII before stays so. */
static void ascii_is_only_cleared(void **state) {
    bool ascii = false;
    (void)state;
    assert_int_equal(ks_number_end("12", 2, 0, &ascii), 2);
    assert_false(ascii);
}

/* ---- Against the rule, read as it is written ---- */

static bool digit(const char *text, size_t size, size_t at) {
    return at < size && text[at] >= '0' && text[at] <= '9';
}

/* The end of groups "d{1,3}(,ddd)+" at `at` with no digit or group behind, else `at`. */
static size_t naive_grouped(const char *text, size_t size, size_t at) {
    size_t end = at, groups = 0;
    if (at >= 2 && text[at - 1] == ',' && digit(text, size, at - 2)) return at;
    while (digit(text, size, end)) end++;
    if (end - at > 3) return at;
    while (end < size && text[end] == ',' && digit(text, size, end + 1)) {
        size_t from = ++end;
        while (digit(text, size, end)) end++;
        if (end - from != 3) return at;
        groups++;
    }
    return groups ? end : at;
}

static size_t naive_end(const char *text, size_t size, size_t at) {
    size_t end = naive_grouped(text, size, at);
    while (digit(text, size, end) ||
           (end < size && text[end] == '.' && end > at && digit(text, size, end + 1)))
        end++;
    return end;
}

static void random_numbers(void **state) {
    static const char letters[] = "0123456789012345678901234,,,,..x ";
    uint64_t random = ks_test_seed(941);
    (void)state;
    for (int round = 0; round < 60000; round++) {
        size_t size = 1 + ks_test_below(&random, 16);
        char *text = malloc(size); /* a read behind the end shows */
        assert_non_null(text);
        for (size_t i = 0; i < size; i++) text[i] = letters[ks_test_below(&random, sizeof letters - 1)];
        for (size_t at = 0; at < size; at++) {
            bool ascii = true;
            if (!digit(text, size, at) || (at && digit(text, size, at - 1))) continue;
            if (ks_number_end(text, size, at, &ascii) != naive_end(text, size, at))
                fail_msg("[%.*s] at %zu", (int)size, text, at);
            assert_true(ascii);
        }
        free(text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(within_a_list),
        cmocka_unit_test(digits_of_other_scripts),
        cmocka_unit_test(ascii_is_only_cleared),
        cmocka_unit_test(random_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
