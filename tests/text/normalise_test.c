/* Normal forms at their limits: what is cut, where, and what of a number is kept. */
#include "text/normalise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "tests/support/random.h"

#include <string.h>

typedef void normalise(ks_form *form, const char *text, size_t size);

static void expect(normalise *make, const char *text, const char *expected, bool number) {
    ks_form form;
    memset(&form, 0x5A, sizeof form);
    make(&form, text, strlen(text));
    if (form.size != strlen(expected) || memcmp(form.text, expected, form.size) != 0)
        fail_msg("[%s]: [%.*s], not [%s]", text, (int)form.size, form.text, expected);
    assert_int_equal(form.number, number);
}

static void expect_both(const char *text, const char *expected, bool number) {
    expect(ks_normalise_ascii, text, expected, number);
    expect(ks_normalise_unicode, text, expected, number);
}

static void ascii_words(void **state) {
    (void)state;
    expect_both("", "", false);
    expect_both("pong", "pong", false);
    expect_both("PONG", "pong", false);
    expect_both("162,000", "162000", true);
    expect_both("3.14", "3.14", true);
    expect_both("2.0.1", "2.0.1", true);
    expect_both("3.", "3", true);
    expect_both(".5", "5", true);
    expect_both("a.b", "ab", false);
    expect_both("1.a", "1a", true);
    expect_both("a.1", "a1", true);
    expect_both("++", "", false);
    expect_both("A-B_c'd", "abcd", false);
}

static void other_words(void **state) {
    (void)state;
    expect(ks_normalise_unicode, "M\xC3\xBCller", "muller", false);
    expect(ks_normalise_unicode,
           "stra\xC3\x9F"
           "e",
           "strasse", false);
    expect(ks_normalise_unicode, "\xEF\xBC\xA1\xEF\xBD\x82", "ab", false); /* full width */
    expect(ks_normalise_unicode, "e\xCC\x81", "e", false);                 /* a mark of its own */
    expect(ks_normalise_unicode, "\xCC\x81", "", false);
    expect(ks_normalise_unicode, "\xD9\xA2\xD9\xA0", "20", true); /* Arabic digits */
    expect(ks_normalise_unicode,
           "\xEF\xAC\x81"
           "x",
           "fix", false); /* a ligature */
    expect(ks_normalise_unicode, "x\xC2\xB2", "x2", true);
}

/* Of invalid bytes nothing is kept. */
static void invalid_bytes(void **state) {
    (void)state;
    expect(ks_normalise_unicode,
           "a\xFF"
           "b",
           "ab", false);
    expect(ks_normalise_unicode, "\xC3", "", false);
    expect(ks_normalise_unicode,
           "\xED\xA0\x80"
           "a",
           "a", false);
    expect(ks_normalise_ascii,
           "a\xFF"
           "b",
           "ab", false);
}

/* Both give the same for any ASCII. */
static void ascii_by_both_ways(void **state) {
    uint64_t random = ks_test_seed(961);
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char text[2 * KS_TOKEN_LIMIT];
        size_t size = ks_test_below(&random, sizeof text);
        ks_form a, b;
        for (size_t i = 0; i < size; i++)
            text[i] = (char)(ks_test_below(&random, 3) ? "ab9.,X"[ks_test_below(&random, 6)]
                                                       : (char)ks_test_below(&random, 128));
        ks_normalise_ascii(&a, text, size);
        ks_normalise_unicode(&b, text, size);
        assert_int_equal(a.size, b.size);
        assert_memory_equal(a.text, b.text, a.size);
        assert_int_equal(a.number, b.number);
        assert_true(a.size <= KS_TOKEN_LIMIT);
    }
}

static void long_words_are_cut(void **state) {
    char text[4 * KS_TOKEN_LIMIT];
    ks_form form;
    (void)state;
    memset(text, 'a', sizeof text);
    for (size_t size = KS_TOKEN_LIMIT - 1; size <= KS_TOKEN_LIMIT + 2; size++) {
        ks_normalise_ascii(&form, text, size);
        assert_int_equal(form.size, size < KS_TOKEN_LIMIT ? size : KS_TOKEN_LIMIT);
        ks_normalise_unicode(&form, text, size);
        assert_int_equal(form.size, size < KS_TOKEN_LIMIT ? size : KS_TOKEN_LIMIT);
    }
}

/* At a character's edge: of three-byte characters 21 fit into 64 bytes. */
static void a_cut_falls_between_characters(void **state) {
    char text[3 * KS_TOKEN_LIMIT];
    ks_form form;
    (void)state;
    for (size_t at = 0; at < sizeof text; at += 3) memcpy(text + at, "\xE1\x83\x90", 3); /* Georgian an */
    ks_normalise_unicode(&form, text, sizeof text);
    assert_int_equal(form.size, KS_TOKEN_LIMIT / 3 * 3);
    assert_int_equal(ks_utf8_valid(form.text, form.size), form.size);
}

/* A number that is cut behind its point loses the point. */
static void a_cut_behind_a_point(void **state) {
    char text[KS_TOKEN_LIMIT + 2];
    ks_form form;
    (void)state;
    memset(text, '1', sizeof text);
    text[KS_TOKEN_LIMIT - 1] = '.';
    ks_normalise_ascii(&form, text, sizeof text);
    assert_int_equal(form.size, KS_TOKEN_LIMIT - 1);
    ks_normalise_unicode(&form, text, sizeof text);
    assert_int_equal(form.size, KS_TOKEN_LIMIT - 1);
}

static void adding_to_a_form(void **state) {
    static const struct {
        const char *first, *second;
        size_t limit;
        const char *expected;
    } cases[] = {
        {"", "", 10, ""},
        {"ab", "cd", 10, "abcd"},
        {"ab", "cd", 4, "abcd"},
        {"ab", "cd", 3, "abc"},
        {"ab", "cd", 2, "ab"},
        {"ab", "cd", 1, "ab"}, /* what is there stays */
        {"ab", "cd", 0, "ab"},
        {"a",
         "\xC3\xA9"
         "b",
         4,
         "a\xC3\xA9"
         "b"},
        {"a",
         "\xC3\xA9"
         "b",
         3, "a\xC3\xA9"},
        {"a",
         "\xC3\xA9"
         "b",
         2, "a"},
        {"a", "\xE6\x96\x87", 3, "a"},
        {"a", "\xF0\x9F\x98\x80", 4, "a"},
        {"a", "\xF0\x9F\x98\x80", 5, "a\xF0\x9F\x98\x80"},
        {"a1", ".5", 3, "a1"}, /* a cut behind the point */
        {"a1", ".5", 4, "a1.5"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ks_form form = {.size = (uint32_t)strlen(cases[i].first)};
        memcpy(form.text, cases[i].first, form.size);
        ks_form_add(&form, cases[i].second, strlen(cases[i].second), cases[i].limit);
        if (form.size != strlen(cases[i].expected) || memcmp(form.text, cases[i].expected, form.size) != 0)
            fail_msg("%zu: [%.*s]", i, (int)form.size, form.text);
    }
}

/* Whatever the bytes, a form is valid UTF-8 within its limit, and its own normal form. */
static void forms_are_sound(void **state) {
    uint64_t random = ks_test_seed(962);
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char text[200];
        size_t size = 0, most = ks_test_below(&random, sizeof text - 4);
        ks_form form, again;
        while (size < most) {
            uint32_t point = (uint32_t)ks_test_below(&random, ks_test_below(&random, 2) ? 0x3000 : 0x110000);
            if (ks_test_below(&random, 10))
                size += ks_utf8_encode(point, text + size);
            else
                text[size++] = (char)ks_test_below(&random, 256);
        }
        ks_normalise_unicode(&form, text, size);
        assert_true(form.size <= KS_TOKEN_LIMIT);
        assert_int_equal(ks_utf8_valid(form.text, form.size), form.size);
        if (form.size < KS_TOKEN_LIMIT - 4) { /* not cut */
            ks_normalise_unicode(&again, form.text, form.size);
            assert_int_equal(again.size, form.size);
            assert_memory_equal(again.text, form.text, form.size);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ascii_words),          cmocka_unit_test(other_words),
        cmocka_unit_test(invalid_bytes),        cmocka_unit_test(ascii_by_both_ways),
        cmocka_unit_test(long_words_are_cut),   cmocka_unit_test(a_cut_falls_between_characters),
        cmocka_unit_test(a_cut_behind_a_point), cmocka_unit_test(adding_to_a_form),
        cmocka_unit_test(forms_are_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
