/* Which characters an id may hold, one by one; and how any character comes through a record's texts, escaped
 * or as it is. */
#include "corpus/record.h"

#include "support.h"

#include "base/utf8.h"

/* C0 and C1 controls and DEL. */
static bool is_control(uint32_t point) {
    return point < 0x20 || (point >= 0x7F && point < 0xA0);
}

static bool is_surrogate(uint32_t point) {
    return point >= 0xD800 && point < 0xE000;
}

/* A record whose id has the character in its middle, at its end, or alone. */
static ks_status parse_id(ks_record **out, uint32_t point, int place, bool escaped) {
    char character[16] = "", text[80];
    size_t size = escaped && point < 0x10000
                      ? (size_t)snprintf(character, sizeof character, "\\u%04X", (unsigned)point)
                      : ks_utf8_encode(point, character);
    character[size] = '\0';
    if (!escaped && (character[0] == '"' || character[0] == '\\')) {
        character[1] = character[0];
        character[0] = '\\';
        character[2] = '\0';
    }
    snprintf(text, sizeof text, "{\"id\":\"%s%s%s\",\"title\":\"x\"}", place == 2 ? "" : "a", character,
             place == 0 ? "b" : "");
    return ks_record_parse(out, text, strlen(text), NULL, NULL);
}

static void check_id(uint32_t point, int place, bool escaped) {
    ks_record *record = NULL;
    char expected[16] = "a";
    size_t size = place == 2 ? 0 : 1;
    ks_status status = parse_id(&record, point, place, escaped);
    if (is_control(point) && (point || !escaped)) { /* an escaped NUL is replaced before */
        if (status != KS_ERR_FORMAT) fail_msg("U+%04X is taken", (unsigned)point);
        return;
    }
    if (status) fail_msg("U+%04X is refused", (unsigned)point);
    size += ks_utf8_encode(point ? point : KS_REPLACEMENT, expected + size);
    if (place == 0) expected[size++] = 'b';
    expected[size] = '\0';
    if (place != 2 || (point != ' ')) assert_string_equal(record->id, expected);
    ks_record_free(record);
}

static void characters_of_ids(void **state) {
    (void)state;
    for (uint32_t point = 0; point < 0x3100; point++)
        for (int place = 0; place < 2; place++) {
            if (is_surrogate(point)) continue;
            if (point) check_id(point, place, false);
            check_id(point, place, true);
        }
}

static void characters_of_the_other_planes(void **state) {
    static const uint32_t points[] = {0xD7FF, 0xE000, 0xFDD0,  0xFEFF,  0xFFFD,
                                      0xFFFE, 0xFFFF, 0x10000, 0x1F600, 0x10FFFF};
    (void)state;
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) check_id(points[i], 0, false);
}

/* An id of nothing but white space is as good as none: one is derived. */
static void blank_ids(void **state) {
    static const char *const blanks[] = {"", " ", "   ", "\\t", "\\n \\r"};
    (void)state;
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
        ks_record *record = NULL;
        char text[80];
        snprintf(text, sizeof text, "{\"id\":\"%s\",\"title\":\"x\"}", blanks[i]);
        assert_int_equal(ks_record_parse(&record, text, strlen(text), NULL, NULL), KS_OK);
        assert_int_equal(strlen(record->id), 16);
        ks_record_free(record);
    }
}

/* The stored JSON keeps what came, byte for byte; the title is the character itself. */
static void characters_of_texts(void **state) {
    (void)state;
    for (uint32_t point = 1; point < 0x11000; point += point < 0x400 ? 1 : 37) {
        char character[5] = "", text[80], title[20];
        ks_record *record = NULL;
        size_t size;
        if (is_surrogate(point) || point < 0x20 || point == '"' || point == '\\') continue;
        size = ks_utf8_encode(point, character);
        character[size] = '\0';
        snprintf(title, sizeof title, "<%s>", character);
        snprintf(text, sizeof text, "{\"id\":\"1\",\"title\":\"%s\"}", title);
        assert_int_equal(ks_record_parse(&record, text, strlen(text), NULL, NULL), KS_OK);
        assert_string_equal(record->title, title);
        assert_string_equal(record->json, text);
        ks_record_free(record);
        if (point > 0xFFFF) continue;
        snprintf(text, sizeof text, "{\"id\":\"1\",\"title\":\"<\\u%04x>\"}", (unsigned)point);
        assert_int_equal(ks_record_parse(&record, text, strlen(text), NULL, NULL), KS_OK);
        assert_string_equal(record->title, title);
        assert_string_equal(record->json, text);
        ks_record_free(record);
    }
}

/* Two halves of an escaped pair are one character, in either case of their digits. */
static void escaped_pairs(void **state) {
    (void)state;
    for (uint32_t point = 0x10000; point <= 0x10FFFF; point += 4093) {
        unsigned high = 0xD800 + ((point - 0x10000) >> 10), low = 0xDC00 + ((point - 0x10000) & 0x3FF);
        char text[80], character[5];
        ks_record *record = NULL;
        character[ks_utf8_encode(point, character)] = '\0';
        snprintf(text, sizeof text,
                 point % 2 ? "{\"title\":\"\\u%04x\\u%04x\"}" : "{\"title\":\"\\u%04X\\u%04X\"}", high, low);
        assert_int_equal(ks_record_parse(&record, text, strlen(text), NULL, NULL), KS_OK);
        assert_string_equal(record->title, character);
        ks_record_free(record);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_of_ids), cmocka_unit_test(characters_of_the_other_planes),
        cmocka_unit_test(blank_ids),         cmocka_unit_test(characters_of_texts),
        cmocka_unit_test(escaped_pairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
