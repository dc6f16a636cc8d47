/* Classes of characters, and how far numbers go. */
#include "tests/text/support.h"

#include "text/classify.h"
#include "text/number.h"

#include <ctype.h>
#include <utf8proc.h>

static ks_class ascii_class(int c) {
    if (c >= 0x80) return KS_CLASS_WIDE;
    if (isdigit(c)) return KS_CLASS_DIGIT;
    if (islower(c)) return KS_CLASS_LOWER;
    if (isupper(c)) return KS_CLASS_UPPER;
    if (c && strchr("-_./'", c)) return KS_CLASS_JOINER;
    if (c && strchr("+#", c)) return KS_CLASS_SIGN;
    return KS_CLASS_NONE;
}

static void test_bytes(void **state) {
    (void)state;
    for (int c = 0; c < 256; c++) assert_int_equal(ks_class_table[c], ascii_class(c));
    for (int c = 0; c < 128; c++) assert_int_equal(ks_class_of((uint32_t)c), ascii_class(c));
}

/* What Unicode's categories allow for each class. */
static bool is_possible(ks_class class, const char *category) {
    switch (class) {
    case KS_CLASS_NONE: return category[0] != 'L' && category[0] != 'N' && category[0] != 'M';
    case KS_CLASS_WIDE: return false;
    case KS_CLASS_JOINER:
    case KS_CLASS_SIGN: return category[0] == 'P' || category[0] == 'S';
    case KS_CLASS_MARK: return strchr("MCL", category[0]) != NULL;
    case KS_CLASS_UNSPACED: return category[0] == 'L' || category[0] == 'N';
    case KS_CLASS_DIGIT: return strcmp(category, "Nd") == 0;
    case KS_CLASS_NUMERAL: return category[0] == 'N';
    case KS_CLASS_LETTER: return strcmp(category, "Lo") == 0 || strcmp(category, "Lm") == 0;
    case KS_CLASS_LOWER: return strcmp(category, "Ll") == 0;
    case KS_CLASS_UPPER: return strcmp(category, "Lu") == 0 || strcmp(category, "Lt") == 0;
    }
    return false;
}

static void test_categories(void **state) {
    (void)state;
    for (uint32_t point = 0; point <= 0x10FFFF; point++) {
        ks_class class = ks_class_of(point);
        bool possible = is_possible(class, utf8proc_category_string((utf8proc_int32_t)point));
        if (!possible) print_message("U+%04X has class %d\n", (unsigned)point, (int)class);
        assert_true(possible);
    }
}

typedef struct example {
    uint32_t point;
    ks_class class;
} example;

static void test_examples(void **state) {
    const example examples[] = {
        {0x00B7, KS_CLASS_JOINER},   {0x2010, KS_CLASS_JOINER},    {0x2011, KS_CLASS_JOINER},
        {0x2013, KS_CLASS_JOINER},   {0x2019, KS_CLASS_JOINER},    {0x2014, KS_CLASS_NONE},
        {0x2018, KS_CLASS_NONE},     {0x200B, KS_CLASS_NONE},      {0x200C, KS_CLASS_MARK},
        {0x200D, KS_CLASS_MARK},     {0x00AD, KS_CLASS_MARK},      {0xFE0F, KS_CLASS_MARK},
        {0x0301, KS_CLASS_MARK},     {0x0640, KS_CLASS_MARK},      {0xFF9E, KS_CLASS_MARK},
        {0x2122, KS_CLASS_NONE},     {0x1F600, KS_CLASS_NONE},     {0xFFFD, KS_CLASS_NONE},
        {0x00B2, KS_CLASS_NUMERAL},  {0x2160, KS_CLASS_NUMERAL},   {0x0663, KS_CLASS_DIGIT},
        {0xFF11, KS_CLASS_DIGIT},    {0x0E51, KS_CLASS_DIGIT},     {0x00E9, KS_CLASS_LOWER},
        {0x00C9, KS_CLASS_UPPER},    {0x01C5, KS_CLASS_UPPER},     {0x05D0, KS_CLASS_LETTER},
        {0x0905, KS_CLASS_LETTER},   {0x0E01, KS_CLASS_UNSPACED},  {0x0E81, KS_CLASS_UNSPACED},
        {0x1000, KS_CLASS_UNSPACED}, {0x1100, KS_CLASS_UNSPACED},  {0x1780, KS_CLASS_UNSPACED},
        {0x3005, KS_CLASS_UNSPACED}, {0x3007, KS_CLASS_UNSPACED},  {0x3042, KS_CLASS_UNSPACED},
        {0x30FC, KS_CLASS_UNSPACED}, {0x30FB, KS_CLASS_NONE},      {0x3131, KS_CLASS_UNSPACED},
        {0x4E00, KS_CLASS_UNSPACED}, {0x9FFF, KS_CLASS_UNSPACED},  {0xAC00, KS_CLASS_UNSPACED},
        {0xD7A3, KS_CLASS_UNSPACED}, {0xF900, KS_CLASS_UNSPACED},  {0xFF71, KS_CLASS_UNSPACED},
        {0xFFA1, KS_CLASS_UNSPACED}, {0x20000, KS_CLASS_UNSPACED}, {0x30000, KS_CLASS_UNSPACED},
        {0x3001, KS_CLASS_NONE},     {0xFF65, KS_CLASS_NONE},      {0x0E3F, KS_CLASS_NONE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        assert_int_equal(ks_class_of(examples[i].point), examples[i].class);
}

static void test_decoding(void **state) {
    const char text[] = "a\xc3\xa9\xff\xe4\xb8\xe4\xb8\xad";
    size_t length;
    (void)state;
    assert_int_equal(ks_class_at(text, 9, 0, &length), KS_CLASS_LOWER);
    assert_int_equal(length, 1);
    assert_int_equal(ks_class_at(text, 9, 1, &length), KS_CLASS_LOWER);
    assert_int_equal(length, 2);
    assert_int_equal(ks_class_at(text, 9, 3, &length), KS_CLASS_NONE);
    assert_int_equal(length, 1);
    assert_int_equal(ks_class_at(text, 9, 4, &length), KS_CLASS_NONE);
    assert_int_equal(length, 2);
    assert_int_equal(ks_class_at(text, 9, 6, &length), KS_CLASS_UNSPACED);
    assert_int_equal(length, 3);
    assert_int_equal(ks_class_at(text, 8, 6, &length), KS_CLASS_NONE);
    assert_int_equal(length, 2);
}

static void test_joins(void **state) {
    (void)state;
    assert_true(ks_class_joins(0x1100, 0x1161));  /* lead, vowel */
    assert_true(ks_class_joins(0x1161, 0x11A8));  /* vowel, tail */
    assert_true(ks_class_joins(0xAC00, 0x11A8));  /* open syllable, tail */
    assert_true(ks_class_joins(0xFFA1, 0xFFC2));  /* halfwidth */
    assert_true(ks_class_joins(0x3131, 0x314F));  /* compatibility */
    assert_true(ks_class_joins(0x0E01, 0x0E33));  /* Thai am */
    assert_false(ks_class_joins(0xAC01, 0x11A8)); /* closed syllable, tail */
    assert_false(ks_class_joins(0x1100, 0x1100));
    assert_false(ks_class_joins(0x1161, 0x1161));
    assert_false(ks_class_joins(0x314B, 0x314B)); /* as in laughter */
    assert_false(ks_class_joins(0xAC00, 0xAC00));
    assert_false(ks_class_joins(0x4E00, 0x4E01));
    assert_false(ks_class_joins(0x4E00, 0x1161));
}

typedef struct number {
    const char *text;
    size_t at, end;
    bool ascii;
} number;

static void test_numbers(void **state) {
    const number numbers[] = {
        {"7", 0, 1, true},
        {"007x", 0, 3, true},
        {"1.5", 0, 3, true},
        {"1.5.", 0, 3, true},
        {"1..5", 0, 1, true},
        {"2.0.1", 0, 5, true},
        {"1,234", 0, 5, true},
        {"12,345,678", 0, 10, true},
        {"123,456.7", 0, 9, true},
        {"1234,567", 0, 4, true},
        {"1,23", 0, 1, true},
        {"1,2345", 0, 1, true},
        {"1,234,5", 0, 1, true},
        {"1,234,", 0, 5, true},
        {"1,234,x", 0, 5, true},
        {"9,1,234", 2, 3, true},
        {"x,1,234", 2, 7, true},
        {",1,234", 1, 6, true},
        {"1,", 0, 1, true},
        {"٣٤", 0, 4, false},
        {"3٤.5", 0, 5, false},
        {"1.٤", 0, 4, false},
        {"1\xef\xb8\x8f\x32", 0, 5, false},
        {"1.\xff", 0, 1, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        bool ascii = true;
        size_t end = ks_number_end(numbers[i].text, strlen(numbers[i].text), numbers[i].at, &ascii);
        if (end != numbers[i].end) print_message("%s\n", numbers[i].text);
        assert_int_equal(end, numbers[i].end);
        assert_int_equal(ascii, numbers[i].ascii);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),    cmocka_unit_test(test_categories), cmocka_unit_test(test_examples),
        cmocka_unit_test(test_decoding), cmocka_unit_test(test_joins),      cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
