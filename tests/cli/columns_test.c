/* The tables of widths against utf8proc's knowledge of Unicode, whose version may be a newer one: it may know
 * characters that the tables do not have yet, but of what both know they say the same. */
#include "tests/cli/support.h"

#include "cli/text.h"

#include <utf8proc.h>

enum { LAST_POINT = 0x10FFFF, FIRST_TABLED = 0x300, NEWER_MOST = 120 };

static bool is_assigned(uint32_t point) {
    return utf8proc_category((utf8proc_int32_t)point) != UTF8PROC_CATEGORY_CN;
}

static bool is_invisible(uint32_t point) {
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)point);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME ||
           category == UTF8PROC_CATEGORY_CF;
}

/* Ranges of the tables may go over places that are not assigned. */
static void what_takes_no_column(void **state) {
    size_t missing = 0, found = 0;
    (void)state;
    for (uint32_t point = FIRST_TABLED; point <= LAST_POINT; point++) {
        unsigned columns = cli_text_columns(point);
        if (columns == 0 && is_assigned(point) && !is_invisible(point) &&
            !(point >= 0x1160 && point <= 0x11FF))
            fail_msg("U+%04X is visible", (unsigned)point);
        missing += columns != 0 && is_invisible(point);
        found += columns == 0;
    }
    assert_true(found > 1500);
    assert_true(missing <= NEWER_MOST);
}

/* East Asian Width is among utf8proc's widths; it knows some as wide that are not, such as regional signs. */
static void what_takes_two(void **state) {
    size_t narrow = 0, found = 0;
    (void)state;
    for (uint32_t point = FIRST_TABLED; point <= LAST_POINT; point++) {
        unsigned columns = cli_text_columns(point);
        int width = utf8proc_charwidth((utf8proc_int32_t)point);
        assert_true(columns <= 2);
        if (columns == 2 && is_assigned(point) && width != 2) fail_msg("U+%04X is narrow", (unsigned)point);
        found += columns == 2;
        narrow += columns == 1 && width == 2;
    }
    assert_true(found > 100000);
    assert_true(narrow <= NEWER_MOST);
}

static void what_comes_before_the_tables(void **state) {
    (void)state;
    assert_int_equal(cli_text_columns(0), 0);
    for (uint32_t point = 1; point < FIRST_TABLED; point++) assert_int_equal(cli_text_columns(point), 1);
}

/* The first and the last of some ranges, and what stands around them. */
static void edges(void **state) {
    static const struct {
        uint32_t point;
        unsigned columns;
    } cases[] = {
        {0x2FF, 1},    {0x300, 0},   {0x36F, 0},   {0x370, 1},   {0x482, 1},   {0x483, 0},   {0x489, 0},
        {0x48A, 1},    {0x10FF, 1},  {0x1100, 2},  {0x115F, 2},  {0x1160, 0},  {0x200A, 1},  {0x200B, 0},
        {0x200F, 0},   {0x2010, 1},  {0x2E7F, 1},  {0x2E80, 2},  {0x3029, 2},  {0x302A, 0},  {0x302D, 0},
        {0x302E, 2},   {0x303F, 1},  {0x3041, 2},  {0x3099, 0},  {0x309B, 2},  {0x4DBF, 2},  {0x4DC0, 1},
        {0x4E00, 2},   {0xA4C6, 2},  {0xA4D0, 1},  {0xABFF, 1},  {0xAC00, 2},  {0xD7A3, 2},  {0xD7A4, 1},
        {0xFE0F, 0},   {0xFE10, 2},  {0xFF00, 1},  {0xFF01, 2},  {0xFF60, 2},  {0xFF61, 1},  {0xFFFD, 1},
        {0x1F5FA, 1},  {0x1F5FB, 2}, {0x1F64F, 2}, {0x1F650, 1}, {0x20000, 2}, {0x2FFFD, 2}, {0x2FFFE, 1},
        {0x30000, 2},  {0x3FFFD, 2}, {0x3FFFE, 1}, {0xE0000, 1}, {0xE0001, 0}, {0xE01EF, 0}, {0xE01F0, 1},
        {0x10FFFF, 1}, {0x1F321, 1}, {0x1F320, 2}, {0x0AD, 1},   {0x0A9, 1},   {0x2014, 1},  {0xFEFF, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (cli_text_columns(cases[i].point) != cases[i].columns)
            fail_msg("U+%04X takes %u", (unsigned)cases[i].point, cli_text_columns(cases[i].point));
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_takes_no_column),
        cmocka_unit_test(what_takes_two),
        cmocka_unit_test(what_comes_before_the_tables),
        cmocka_unit_test(edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
