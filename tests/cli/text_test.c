/* Characters for terminals: decoding, width, what is let through; numbers and dates for people. */
#include "tests/cli/support.h"

#include "cli/text.h"
#include "tests/support/random.h"

static void test_glyphs(void **state) {
    static const struct {
        const char *text;
        uint32_t point;
        size_t size;
        unsigned width;
        bool blank, safe;
    } cases[] = {
        {"a", 'a', 1, 1, false, true},
        {" ", ' ', 1, 1, true, false},
        {"\t", '\t', 1, 1, true, false},
        {"\n", '\n', 1, 1, true, false},
        {"\033", 0x1B, 1, 1, false, false},
        {"\x7F", 0x7F, 1, 1, false, false},
        {"\u00A0", 0xA0, 2, 1, false, true},
        {"é", 0xE9, 2, 1, false, true},
        {"\u0301", 0x301, 2, 0, false, true},
        {"\u200D", 0x200D, 3, 0, false, true},
        {"漢", 0x6F22, 3, 2, false, true},
        {"ｗ", 0xFF57, 3, 2, false, true},
        {"한", 0xD55C, 3, 2, false, true},
        {"🎉", 0x1F389, 4, 2, false, true},
        {"\U00020000", 0x20000, 4, 2, false, true},
        {"\u3000", 0x3000, 3, 1, true, false},
        {"\u2028", 0x2028, 3, 1, true, false},
        {"\u202E", 0x202E, 3, 1, false, false},
        {"\u2066", 0x2066, 3, 1, false, false},
        {"\u2069", 0x2069, 3, 1, false, false},
        {"\xC2\x85", 0x85, 2, 1, true, false},
        {"\xC2\x9B", 0x9B, 2, 1, false, false},
        {"\x80", 0xFFFD, 1, 1, false, false},
        {"\xC3", 0xFFFD, 1, 1, false, false},
        {"\xC0\x80", 0xFFFD, 1, 1, false, false},
        {"\xE0\x80\x80", 0xFFFD, 1, 1, false, false},
        {"\xED\xA0\x80", 0xFFFD, 1, 1, false, false},
        {"\xF4\x90\x80\x80", 0xFFFD, 1, 1, false, false},
        {"\xF8\x88\x80\x80", 0xFFFD, 1, 1, false, false},
        {"\xFF", 0xFFFD, 1, 1, false, false},
        {"\uFFFD", 0xFFFD, 3, 1, false, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cli_glyph glyph = cli_text_glyph(cases[i].text, strlen(cases[i].text));
        assert_int_equal(glyph.point, cases[i].point);
        assert_int_equal(glyph.size, cases[i].size);
        assert_int_equal(glyph.width, cases[i].width);
        assert_int_equal(glyph.blank, cases[i].blank);
        assert_int_equal(glyph.safe, cases[i].safe);
    }
    cli_glyph zero = cli_text_glyph("", 1);
    assert_false(zero.safe);
}

static void test_columns(void **state) {
    (void)state;
    assert_int_equal(cli_text_columns(0), 0);
    assert_int_equal(cli_text_columns(0xAD), 1);
    assert_int_equal(cli_text_columns(0x2014), 1);
    assert_int_equal(cli_text_columns(0x1100), 2);
    assert_int_equal(cli_text_columns(0xFE0F), 0);
    assert_int_equal(cli_text_columns(0xE0100), 0);
    assert_int_equal(cli_text_columns(0x3FFFD), 2);
    assert_int_equal(cli_text_columns(0x10FFFF), 1);
}

/* Byte by byte the same as what cli_text_glyph says. */
static void test_plain(void **state) {
    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        char text[] = {'a', '~', (char)byte, '!'};
        cli_glyph glyph = cli_text_glyph(text + 2, 2);
        bool plain = glyph.safe && glyph.size == 1 && glyph.width == 1 && !glyph.blank;
        assert_int_equal(cli_text_plain(text, 4), plain ? 4 : 2);
        assert_int_equal(cli_text_plain(text, 1), 1);
        assert_int_equal(cli_text_plain(text, 0), 0);
        assert_int_equal(cli_text_plain(text + 2, 1), plain);
    }
}

static void test_put(void **state) {
    sink out;
    (void)state;
    sink_open(&out);
    cli_text_puts(out.out, "a\tb\nc \033[31m\xC2\x9B"
                           "2J\u202E \xFF é漢\u0301");
    assert_printed(&out, "a b c \uFFFD[31m\uFFFD2J\uFFFD \uFFFD é漢\u0301");
    assert_int_equal(cli_text_width("é漢\u0301\033x", strlen("é漢\u0301\033x")), 5);
    assert_int_equal(cli_text_width("", 0), 0);
}

/* Whatever the bytes, what comes out is UTF-8 without a control character. */
static void test_random_bytes_come_out_safe(void **state) {
    uint64_t seed = ks_test_seed(20);
    (void)state;
    for (int round = 0; round < 2000; round++) {
        char bytes[40];
        size_t size = ks_test_below(&seed, sizeof bytes);
        sink out;
        ks_test_random_bytes(&seed, bytes, size);
        for (size_t i = 0; i < size; i++)
            if (ks_test_below(&seed, 3) == 0) bytes[i] = "\xC2\xE2\x80\xAA\x1B\x9B"[ks_test_below(&seed, 6)];
        sink_open(&out);
        cli_text_put(out.out, bytes, size);
        char *text = printed(&out);
        for (size_t at = 0; at < out.size;) {
            cli_glyph glyph = cli_text_glyph(text + at, out.size - at);
            assert_true(glyph.safe || text[at] == ' ');
            at += glyph.size;
        }
        assert_int_equal(cli_text_width(text, out.size), cli_text_width(bytes, size));
        free(text);
    }
}

static void test_numbers(void **state) {
    char out[32];
    (void)state;
    assert_string_equal(cli_text_count(out, 0), "0");
    assert_string_equal(cli_text_count(out, 999), "999");
    assert_string_equal(cli_text_count(out, 1000), "1,000");
    assert_string_equal(cli_text_count(out, 1234567), "1,234,567");
    assert_string_equal(cli_text_count(out, UINT64_MAX), "18,446,744,073,709,551,615");
    assert_string_equal(cli_text_bytes(out, 0), "0 bytes");
    assert_string_equal(cli_text_bytes(out, 999), "999 bytes");
    assert_string_equal(cli_text_bytes(out, 1000), "1.0 kB");
    assert_string_equal(cli_text_bytes(out, 84123456), "84.1 MB");
    assert_string_equal(cli_text_bytes(out, 999949), "999.9 kB");
    assert_string_equal(cli_text_bytes(out, 999999), "1.0 MB");
    assert_string_equal(cli_text_bytes(out, UINT64_MAX), "18.4 EB");
    assert_string_equal(cli_text_duration(out, 0), "0 µs");
    assert_string_equal(cli_text_duration(out, 99), "99 µs");
    assert_string_equal(cli_text_duration(out, 812), "0.8 ms");
    assert_string_equal(cli_text_duration(out, 999949), "999.9 ms");
    assert_string_equal(cli_text_duration(out, 999950), "1.0 s");
    assert_string_equal(cli_text_duration(out, 12340000), "12.3 s");
}

static void test_dates(void **state) {
    static const struct {
        const char *date, *text;
    } cases[] = {
        {"--05-31", "May 31"},
        {"--01-01", "Jan 1"},
        {"--12-09", "Dec 9"},
        {"2016-05-31", "2016-05-31"},
        {"2016-05", "2016-05"},
        {"2016", "2016"},
        {"--13-01", "--13-01"},
        {"--00-10", "--00-10"},
        {"--05-32", "--05-32"},
        {"--05-00", "--05-00"},
        {"", ""},
        {"--ab-cd", "--ab-cd"},
    };
    char out[64];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(cli_text_date(out, sizeof out, cases[i].date), cases[i].text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_glyphs),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_put),
        cmocka_unit_test(test_random_bytes_come_out_safe),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
