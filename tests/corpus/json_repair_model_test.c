/* Repairing JSON text against a second way to do it, which takes every string apart into a list of characters
 * and escapes, judges each by its neighbours, and puts them together again. */
#include "corpus/json_repair.h"

#include "base/utf8.h"
#include "corpus/json_check.h"

#include "support.h"
#include "tests/support/random.h"

enum { ROUNDS = 40000, MOST_UNITS = 200 };

/* A character as it stands, or one escape. */
typedef struct unit {
    const char *text;
    size_t size;
    bool good;       /* of bytes: they are UTF-8, and not NUL */
    unsigned escape; /* the code unit of \uXXXX, or 1 */
} unit;

/* The second byte's range by the first, as table 3-7 of the Unicode standard has it. */
static bool is_second(unsigned char first, unsigned char second) {
    switch (first) {
    case 0xE0: return second >= 0xA0 && second <= 0xBF;
    case 0xED: return second >= 0x80 && second <= 0x9F;
    case 0xF0: return second >= 0x90 && second <= 0xBF;
    case 0xF4: return second >= 0x80 && second <= 0x8F;
    default: return second >= 0x80 && second <= 0xBF;
    }
}

/* The bytes of the character at text[0..size), or of the part of one that can be replaced as a whole. */
static size_t character(const char *text, size_t size, bool *good) {
    unsigned char first = (unsigned char)text[0];
    size_t whole = first < 0x80   ? 1
                   : first < 0xC2 ? 0
                   : first < 0xE0 ? 2
                   : first < 0xF0 ? 3
                   : first < 0xF5 ? 4
                                  : 0;
    size_t at = 1;
    if (whole > 1 && size > 1 && is_second(first, (unsigned char)text[1]))
        for (at = 2; at < whole && at < size && ((unsigned char)text[at] & 0xC0) == 0x80;) at++;
    *good = at == whole && first != 0;
    return at;
}

static unit unit_at(const char *text, size_t size) {
    unit it = {.text = text, .size = 2, .good = true, .escape = 1};
    char digits[5] = "";
    if (text[0] != '\\') {
        it.size = character(text, size, &it.good);
    } else if (text[1] == 'u') {
        memcpy(digits, text + 2, 4);
        it.escape = (unsigned)strtoul(digits, NULL, 16);
        it.size = 6;
    }
    return it;
}

static bool is_high(const unit *it) {
    return it->escape >= 0xD800 && it->escape <= 0xDBFF;
}

static bool is_low(const unit *it) {
    return it->escape >= 0xDC00 && it->escape <= 0xDFFF;
}

/* A surrogate is good in a pair, and a pair has a high one before a low one that is in none yet. */
static size_t repair_naively(ks_buffer *out, const char *text, size_t size) {
    unit units[MOST_UNITS];
    size_t count = 0, repaired = 0;
    for (size_t at = 0; at < size; at += units[count++].size) {
        assert_true(count < MOST_UNITS);
        units[count] = unit_at(text + at, size - at);
    }
    for (size_t i = 0; i < count; i++) {
        unit *it = &units[i];
        bool pair = is_high(it) && i + 1 < count && is_low(it + 1);
        if (!it->good) {
            ks_buffer_str(out, "\uFFFD");
            repaired++;
        } else if (!pair && (it->escape == 0 || is_high(it) || is_low(it))) {
            ks_buffer_str(out, "\\ufffd");
            repaired++;
        } else {
            ks_buffer_add(out, it->text, it->size);
            if (pair) ks_buffer_add(out, it[1].text, it[1].size);
            i += pair;
        }
    }
    return repaired;
}

static const char *const pieces[] = {
    "a",       "\\n",      "\\\\",         "\\\"",     "\\/",          "\\u0000",
    "\\u0001", "\\uD83D",  "\\ude00",      "\\uDbFf",  "\\uDFff",      "\\ud7ff",
    "\\uE000", "\\uFfFd",  "u0000",        "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
    "\xC3",    "\xE2\x82", "\xF0\x9F\x98", "\xF0",     "\x80",         "\xBF",
    "\xC0",    "\xED\xA0", "\xF4\x90",     "\xFF",     "\xE0\x9F",
};

/* JSON with strings as names and values; the pieces are no JSON by themselves, but within a string they are.
 */
static void make(ks_buffer *text, uint64_t *random) {
    size_t strings = 1 + ks_test_below(random, 4);
    ks_buffer_str(text, "[");
    for (size_t i = 0; i < strings; i++) {
        if (i) ks_buffer_str(text, ", ");
        ks_buffer_char(text, '"');
        for (size_t n = ks_test_below(random, 12); n > 0; n--) {
            size_t which = ks_test_below(random, sizeof pieces / sizeof *pieces + 1);
            if (which == sizeof pieces / sizeof *pieces)
                ks_buffer_char(text, '\0');
            else
                ks_buffer_str(text, pieces[which]);
        }
        ks_buffer_char(text, '"');
    }
    ks_buffer_str(text, "]");
}

static void made_texts(void **state) {
    uint64_t random = ks_test_seed(4470);
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        ks_buffer text = {0}, wanted = {0}, got = {0};
        ks_json_shape shape;
        make(&text, &random);
        assert_int_equal(ks_json_check(text.data, text.size, &shape, NULL), KS_OK);
        char *exact = malloc(text.size); /* so that a read beyond is seen */
        assert_non_null(exact);
        memcpy(exact, text.data, text.size);
        size_t repaired = repair_naively(&wanted, exact, text.size);
        size_t counted = ks_json_repair(&got, exact, text.size);
        ks_buffer_add(&wanted, "", 1);
        ks_buffer_add(&got, "", 1);
        assert_string_equal(got.data, wanted.data);
        assert_int_equal(got.size, wanted.size);
        assert_int_equal(counted, repaired);
        if (repaired) assert_true(shape.odd_bytes || shape.odd_escapes); /* or it would not be looked at */
        free(exact);
        ks_buffer_free(&text);
        ks_buffer_free(&wanted);
        ks_buffer_free(&got);
    }
}

/* What a record counts is what its text had, whatever it is that is repaired. */
static void records_count_them(void **state) {
    uint64_t random = ks_test_seed(4471);
    (void)state;
    for (int round = 0; round < ROUNDS / 10; round++) {
        ks_buffer text = {0}, wanted = {0};
        ks_record *record = NULL;
        uint64_t counted = 5;
        ks_buffer_str(&text, "{\"id\":\"a\",\"title\":\"t\",\"other\":");
        make(&text, &random);
        ks_buffer_str(&text, "}");
        size_t repaired = repair_naively(&wanted, text.data, text.size);
        ks_buffer_add(&wanted, "", 1);
        assert_int_equal(ks_record_parse(&record, text.data, text.size, &counted, NULL), KS_OK);
        assert_int_equal(counted, 5 + repaired);
        assert_string_equal(record->json, wanted.data);
        ks_record_free(record);
        ks_buffer_free(&text);
        ks_buffer_free(&wanted);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(made_texts), cmocka_unit_test(records_count_them)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
