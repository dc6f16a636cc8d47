/* Characters, numbers and dates for people against other ways to get at them: the library's own decoder, and
 * what a reader of the text makes of it. */
#include "tests/cli/support.h"

#include "base/utf8.h"
#include "cli/text.h"
#include "corpus/date.h"
#include "tests/support/random.h"

#include <inttypes.h>

enum { ROUNDS = 20000 };

/* The program has a decoder of its own; both must agree on what is a character. */
static void compare_at(const char *text, size_t size) {
    uint32_t point;
    int step = ks_utf8_decode(text, size, &point);
    cli_glyph glyph = cli_text_glyph(text, size);
    assert_int_equal(glyph.point, point);
    if (step > 0) {
        assert_int_equal(glyph.size, step);
        assert_int_equal(glyph.safe, !glyph.blank && !cli_text_is_control(point));
    } else {
        assert_int_equal(glyph.size, 1);
        assert_false(glyph.safe || glyph.blank);
    }
    assert_int_equal(glyph.width, glyph.safe ? cli_text_columns(point) : 1);
}

static void every_character(void **state) {
    (void)state;
    for (uint32_t point = 0; point < 0x110000; point++) {
        char text[4];
        size_t size = ks_utf8_encode(point, text);
        compare_at(text, size);
        if (size > 1) compare_at(text, size - 1); /* cut off */
    }
}

static void random_bytes(void **state) {
    static const unsigned char edges[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2,
                                          0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF, 'a'};
    uint64_t random = ks_test_seed(4420);
    (void)state;
    for (int round = 0; round < 10 * ROUNDS; round++) {
        size_t size = 1 + ks_test_below(&random, 5);
        char *text = malloc(size); /* of just its size, so that a read beyond is seen */
        assert_non_null(text);
        for (size_t i = 0; i < size; i++) text[i] = (char)edges[ks_test_below(&random, sizeof edges)];
        compare_at(text, size);
        free(text);
    }
}

/* Small and large ones alike. */
static uint64_t any_number(uint64_t *random) {
    uint64_t number = ks_test_random(random) >> ks_test_below(random, 64);
    uint64_t round = 1;
    if (ks_test_below(random, 2)) return number;
    for (size_t zeros = ks_test_below(random, 20); zeros > 0; zeros--) round *= 10;
    number =
        ks_test_below(random, 3 + round / 10000); /* beside a power of ten, near enough to be rounded to it */
    return ks_test_below(random, 2) ? round - 1 - number % round : round - 1 + number;
}

/* Without the commas it is the number; with them, groups of three from the right. */
static void counts(void **state) {
    uint64_t random = ks_test_seed(4421);
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t number = any_number(&random);
        char out[32], plain[32], bare[32], *to = bare;
        assert_true(cli_text_count(out, number) == out);
        size_t size = strlen(out);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(out[i] == ',', (size - i) % 4 == 0);
            if (out[i] != ',') *to++ = out[i];
        }
        *to = '\0';
        snprintf(plain, sizeof plain, "%" PRIu64, number);
        assert_string_equal(bare, plain);
    }
}

/* What the text says, read again: right to half of its last digit. */
static void assert_close(double told, double unit, uint64_t number) {
    double off = told * unit - (double)number;
    if (off < 0) off = -off;
    if (off > unit * 0.0500001) fail_msg("%" PRIu64 " is told as %g of %g", number, told, unit);
}

static void bytes(void **state) {
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    uint64_t random = ks_test_seed(4422);
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t number = any_number(&random);
        char out[32], name[16];
        double told, unit = 1;
        size_t i = 0;
        assert_true(cli_text_bytes(out, number) == out);
        assert_int_equal(sscanf(out, "%lf %15s", &told, name), 2);
        for (; i < 7 && strcmp(units[i], name) != 0; i++) unit *= 1000;
        assert_true(i < 7);
        assert_close(told, unit, number);
        assert_true(told < 1000);
        if (i > 0) assert_true(told >= 1);
        assert_int_equal(strchr(out, '.') != NULL, i > 0);
    }
}

static void durations(void **state) {
    uint64_t random = ks_test_seed(4423);
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t number = any_number(&random) % 100000000000; /* a day */
        char out[32], name[16];
        double told;
        assert_true(cli_text_duration(out, number) == out);
        assert_int_equal(sscanf(out, "%lf %15s", &told, name), 2);
        if (strcmp(name, "s") == 0) {
            assert_close(told, 1e6, number);
            assert_true(told >= 1);
        } else if (strcmp(name, "ms") == 0) {
            assert_close(told, 1e3, number);
            assert_true(told >= 0.1 && told < 1000);
        } else {
            assert_string_equal(name, "µs");
            assert_true(told == (double)number && number < 100);
        }
    }
}

/* Of the dates that a record can have, those without a year are told by the month's name. */
static void dates(void **state) {
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    (void)state;
    for (int month = 1; month <= 12; month++)
        for (int day = 1; day <= ks_date_days_in(0, month); day++) {
            char date[32], out[64], expected[32];
            snprintf(date, sizeof date, "--%02d-%02d", month, day);
            snprintf(expected, sizeof expected, "%.3s %d", names + 3 * (month - 1), day);
            assert_true(cli_text_date(out, sizeof out, date) == out);
            assert_string_equal(out, expected);
            snprintf(date, sizeof date, "2020-%02d-%02d", month, day);
            assert_string_equal(cli_text_date(out, sizeof out, date), date);
            assert_string_equal(cli_text_date(out, 5, date), "2020"); /* as much as there is room for */
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character), cmocka_unit_test(random_bytes), cmocka_unit_test(counts),
        cmocka_unit_test(bytes),           cmocka_unit_test(durations),    cmocka_unit_test(dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
