/* Folding of every character there is. */
#include "tests/text/support.h"

#include "text/classify.h"
#include "text/fold.h"

#include <utf8proc.h>

enum { LAST = 0x10FFFF };

static bool is_surrogate(uint32_t point) {
    return point >= 0xD800 && point <= 0xDFFF;
}

static char category(int32_t point) {
    return utf8proc_category_string(point)[0];
}

/* Decimal digits come in runs of ten, 0 to 9, but for those of mathematics, which stand in one of fifty. */
static void test_digits(void **state) {
    size_t found = 0;
    (void)state;
    for (uint32_t point = 0; point <= LAST; point++) {
        for (uint32_t value = 0; utf8proc_category((int32_t)point) == UTF8PROC_CATEGORY_ND;
             point++, found++) {
            int32_t folded[KS_FOLD_MOST];
            assert_int_equal(ks_fold_point(point, folded), 1);
            assert_int_equal(folded[0], '0' + (int32_t)value);
            value = (value + 1) % 10;
        }
    }
    assert_true(found >= 650);
}

/* Folding what was folded changes nothing. */
static void test_folded_stays(void **state) {
    (void)state;
    for (uint32_t point = 0; point <= LAST; point++) {
        int32_t folded[KS_FOLD_MOST], again[KS_FOLD_MOST];
        size_t count = is_surrogate(point) ? 0 : ks_fold_point(point, folded);
        assert_true(count <= KS_FOLD_MOST);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(ks_fold_point((uint32_t)folded[i], again), 1);
            assert_int_equal(again[0], folded[i]);
        }
    }
}

/* What the segmenter takes for a word has a normal form, and stays with its kind of script. */
static void test_words_stay_words(void **state) {
    (void)state;
    for (uint32_t point = 0; point <= LAST; point++) {
        ks_class class = is_surrogate(point) ? KS_CLASS_NONE : ks_class_of(point);
        int32_t folded[KS_FOLD_MOST];
        size_t count = class >= KS_CLASS_UNSPACED ? ks_fold_point(point, folded) : 0, letters = 0;
        for (size_t i = 0; i < count; i++) {
            ks_class now = ks_class_of((uint32_t)folded[i]);
            if (now < KS_CLASS_UNSPACED) continue;
            assert_int_equal(now == KS_CLASS_UNSPACED, class == KS_CLASS_UNSPACED);
            assert_true(ks_fold_is_word(folded[i]));
            letters++;
        }
        if (class >= KS_CLASS_UNSPACED && letters == 0)
            print_message("U+%04X folds to nothing\n", (unsigned)point);
        assert_true(class < KS_CLASS_UNSPACED || letters > 0);
    }
}

static size_t composed(uint32_t point, char *out) {
    int32_t folded[KS_FOLD_MOST];
    size_t count = ks_fold_point(point, folded);
    return ks_fold_compose(folded, count, out, 4 * KS_FOLD_MOST);
}

/* Whether a text has marks, decimal digits or letters that we fold in our own way. */
static bool is_special(const utf8proc_uint8_t *text) {
    const char *own[] = {"æ", "ð", "ø", "þ", "đ", "ħ", "ı", "ł", "œ", "ŧ", "\xd9\x80"};
    size_t size = strlen((const char *)text);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (strstr((const char *)text, own[i])) return true;
    }
    for (size_t at = 0; at < size;) {
        uint32_t point;
        at += (size_t)ks_utf8_decode((const char *)text + at, size - at, &point);
        if (strchr("MN", category((int32_t)point)) && point > 0x7F) return true;
    }
    return false;
}

/* All other characters fold as NFKC_Casefold has it. */
static void test_against_utf8proc(void **state) {
    size_t compared = 0;
    (void)state;
    for (uint32_t point = 1; point <= LAST; point++) {
        char text[5] = "";
        utf8proc_uint8_t *parts, *wanted;
        if (utf8proc_category((int32_t)point) == UTF8PROC_CATEGORY_CN || is_surrogate(point)) continue;
        ks_utf8_encode(point, text);
        parts = utf8proc_NFKD((const utf8proc_uint8_t *)text);
        wanted = utf8proc_NFKC_Casefold((const utf8proc_uint8_t *)text);
        assert_non_null(parts);
        assert_non_null(wanted);
        if (!is_special(parts) && !is_special(wanted)) {
            char got[4 * KS_FOLD_MOST + 1];
            got[composed(point, got)] = '\0';
            assert_string_equal(got, (const char *)wanted);
            compared++;
        }
        free(parts);
        free(wanted);
    }
    assert_true(compared > 100000);
}

typedef struct example {
    const char *from, *to;
} example;

static void test_examples(void **state) {
    const example examples[] = {
        {"Ä", "a"},   {"ß", "ss"},  {"ẞ", "ss"},
        {"Ł", "l"},   {"ł", "l"},   {"Ø", "o"},
        {"ø", "o"},   {"Ǿ", "o"},   {"Đ", "d"},
        {"đ", "d"},   {"Ð", "d"},   {"ð", "d"},
        {"Þ", "th"},  {"þ", "th"},  {"Æ", "ae"},
        {"ǽ", "ae"},  {"Œ", "oe"},  {"œ", "oe"},
        {"ı", "i"},   {"İ", "i"},   {"ħ", "h"},
        {"ŧ", "t"},   {"ﬃ", "ffi"}, {"ŉ", "ʼn"},
        {"Å", "a"},   {"K", "k"},   {"ſ", "s"},
        {"ς", "σ"},   {"Ώ", "ω"},   {"ᾳ", "α"},
        {"ᾼ", "α"},   {"Ё", "е"},   {"Й", "и"},
        {"أ", "ا"},   {"が", "が"}, {"ガ", "ガ"},
        {"ｶ", "カ"},  {"각", "각"}, {"\xe0\xa5\x98", "\xe0\xa4\x95\xe0\xa4\xbc"},
        {"ு", "ு"},   {"²", "2"},   {"①", "1"},
        {"Ⅻ", "xii"}, {"𝔊", "g"},   {"𝟘", "0"},
        {"Ａ", "a"},  {"ª", "a"},   {"ゟ", "より"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        char got[4 * KS_FOLD_MOST + 1];
        uint32_t point;
        assert_true(ks_utf8_decode(examples[i].from, strlen(examples[i].from), &point) > 0);
        got[composed(point, got)] = '\0';
        assert_string_equal(got, examples[i].to);
    }
}

static void test_dropped(void **state) {
    const uint32_t dropped[] = {0x00AD, 0x0301, 0x0345, 0x036F, 0x0488, 0x05B0, 0x05C7, 0x0640, 0x064B,
                                0x0670, 0x06D6, 0x1AB0, 0x1DC0, 0x200D, 0x20D0, 0xFE0F, 0xFE20, 0xE0100};
    const uint32_t kept[] = {0x0903, 0x093E, 0x0BBE, 0x0E31, 0x0E48, 0x103B, 0x17D2, 0x3099, 0x309A};
    int32_t folded[KS_FOLD_MOST];
    (void)state;
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++)
        assert_int_equal(ks_fold_point(dropped[i], folded), 0);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        assert_int_equal(ks_fold_point(kept[i], folded), 1);
}

/* Marks in any order give the same, and the cut is at a character's edge. */
static void test_compose(void **state) {
    int32_t one[] = {0x0E01, 0x0E38, 0x0E48}, other[] = {0x0E01, 0x0E48, 0x0E38},
            kana[] = {0x304B, 0x3099, 'x'};
    char a[16], b[16];
    (void)state;
    assert_int_equal(ks_fold_compose(one, 3, a, sizeof a), 9);
    assert_int_equal(ks_fold_compose(other, 3, b, sizeof b), 9);
    assert_memory_equal(a, b, 9);
    assert_int_equal(ks_fold_compose(kana, 3, a, 3), 3);
    assert_memory_equal(a, "が", 3);
    assert_int_equal(ks_fold_compose(other, 3, b, 8), 6);
    assert_int_equal(ks_fold_compose(other, 0, b, 8), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digits),           cmocka_unit_test(test_folded_stays),
        cmocka_unit_test(test_words_stay_words), cmocka_unit_test(test_examples),
        cmocka_unit_test(test_against_utf8proc), cmocka_unit_test(test_dropped),
        cmocka_unit_test(test_compose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
