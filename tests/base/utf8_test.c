/* UTF-8 by the standard: the table of well-formed sequences (3-7), the replacement of maximal subparts (3-8
 * and others of section 3.9), and a naive decoder made of nothing but the list of all encodings. */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/allocation.h"
#include "tests/support/random.h"

#include <stdlib.h>
#include <string.h>

#define BYTES(literal) (literal), sizeof(literal) - 1

static const uint32_t LAST_POINT = 0x10FFFF;

static bool is_scalar(uint32_t point) {
    return point <= LAST_POINT && !(point >= 0xD800 && point <= 0xDFFF);
}

/* ---- The table ---- */

/* The rows of table 3-7: for each the corners of its ranges. */
static void rows_of_well_formed_sequences(void **state) {
    static const struct {
        const char *bytes;
        size_t size;
        uint32_t point;
    } rows[] = {
        {BYTES("\x00"), 0x0000},
        {BYTES("\x7F"), 0x007F},
        {BYTES("\xC2\x80"), 0x0080},
        {BYTES("\xC2\xBF"), 0x00BF},
        {BYTES("\xDF\x80"), 0x07C0},
        {BYTES("\xDF\xBF"), 0x07FF},
        {BYTES("\xE0\xA0\x80"), 0x0800},
        {BYTES("\xE0\xBF\xBF"), 0x0FFF},
        {BYTES("\xE1\x80\x80"), 0x1000},
        {BYTES("\xE1\xBF\xBF"), 0x1FFF},
        {BYTES("\xEC\x80\x80"), 0xC000},
        {BYTES("\xEC\xBF\xBF"), 0xCFFF},
        {BYTES("\xED\x80\x80"), 0xD000},
        {BYTES("\xED\x9F\xBF"), 0xD7FF},
        {BYTES("\xEE\x80\x80"), 0xE000},
        {BYTES("\xEF\xBF\xBD"), 0xFFFD},
        {BYTES("\xEF\xBF\xBE"), 0xFFFE},
        {BYTES("\xEF\xBF\xBF"), 0xFFFF},
        {BYTES("\xF0\x90\x80\x80"), 0x10000},
        {BYTES("\xF0\xBF\xBF\xBF"), 0x3FFFF},
        {BYTES("\xF1\x80\x80\x80"), 0x40000},
        {BYTES("\xF3\xBF\xBF\xBF"), 0xFFFFF},
        {BYTES("\xF4\x80\x80\x80"), 0x100000},
        {BYTES("\xF4\x8F\xBF\xBF"), 0x10FFFF},
        {BYTES("\xC3\xA9"), 0xE9},
        {BYTES("\xE2\x82\xAC"), 0x20AC},
        {BYTES("\xE4\xB8\xAD"), 0x4E2D},
        {BYTES("\xF0\x9F\x98\x80"), 0x1F600},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char out[4];
        uint32_t point = 1;
        assert_int_equal(ks_utf8_decode(rows[i].bytes, rows[i].size, &point), rows[i].size);
        assert_int_equal(point, rows[i].point);
        assert_int_equal(ks_utf8_encode(rows[i].point, out), rows[i].size);
        assert_memory_equal(out, rows[i].bytes, rows[i].size);
        assert_int_equal(ks_utf8_valid(rows[i].bytes, rows[i].size), rows[i].size);
    }
}

/* One step outside each range, and how many bytes belong to the maximal subpart there. */
static void one_step_outside_the_table(void **state) {
    static const struct {
        const char *bytes;
        size_t size;
        int skipped;
    } rows[] = {
        {BYTES("\x80"), 1},
        {BYTES("\xBF"), 1},
        {BYTES("\xC0\x80"), 1},
        {BYTES("\xC0\xAF"), 1},
        {BYTES("\xC1\xBF"), 1},
        {BYTES("\xC2"), 1},
        {BYTES("\xC2\x7F"), 1},
        {BYTES("\xC2\xC0"), 1},
        {BYTES("\xDF\x00"), 1},
        {BYTES("\xE0"), 1},
        {BYTES("\xE0\x9F\xBF"), 1},
        {BYTES("\xE0\x80\x80"), 1},
        {BYTES("\xE0\xC0\x80"), 1},
        {BYTES("\xE0\xA0"), 2},
        {BYTES("\xE0\xA0\x7F"), 2},
        {BYTES("\xE0\xA0\xC0"), 2},
        {BYTES("\xE1\x7F\x80"), 1},
        {BYTES("\xE1\xC0\x80"), 1},
        {BYTES("\xE1\x80"), 2},
        {BYTES("\xE1\x80\x7F"), 2},
        {BYTES("\xEC\xBF\xC0"), 2},
        {BYTES("\xED\xA0\x80"), 1},
        {BYTES("\xED\xAF\xBF"), 1},
        {BYTES("\xED\xB0\x80"), 1},
        {BYTES("\xED\xBF\xBF"), 1},
        {BYTES("\xED\x7F\x80"), 1},
        {BYTES("\xED\x9F"), 2},
        {BYTES("\xED\x9F\xC0"), 2},
        {BYTES("\xEE\x7F\x80"), 1},
        {BYTES("\xEF\xBF"), 2},
        {BYTES("\xEF\xBF\x20"), 2},
        {BYTES("\xF0"), 1},
        {BYTES("\xF0\x8F\xBF\xBF"), 1},
        {BYTES("\xF0\x80\x80\x80"), 1},
        {BYTES("\xF0\xC0\x80\x80"), 1},
        {BYTES("\xF0\x90"), 2},
        {BYTES("\xF0\x90\x7F\x80"), 2},
        {BYTES("\xF0\x90\xC0\x80"), 2},
        {BYTES("\xF0\x90\x80"), 3},
        {BYTES("\xF0\x90\x80\x7F"), 3},
        {BYTES("\xF0\x90\x80\xC0"), 3},
        {BYTES("\xF1\x7F\x80\x80"), 1},
        {BYTES("\xF3\xC0\x80\x80"), 1},
        {BYTES("\xF3\xBF\xBF\x41"), 3},
        {BYTES("\xF4\x90\x80\x80"), 1},
        {BYTES("\xF4\xBF\xBF\xBF"), 1},
        {BYTES("\xF4\x7F\x80\x80"), 1},
        {BYTES("\xF4\x8F\xBF"), 3},
        {BYTES("\xF4\x8F\xBF\x7F"), 3},
        {BYTES("\xF5\x80\x80\x80"), 1},
        {BYTES("\xF7\xBF\xBF\xBF"), 1},
        {BYTES("\xF8\x88\x80\x80\x80"), 1},
        {BYTES("\xFC\x84\x80\x80\x80\x80"), 1},
        {BYTES("\xFE"), 1},
        {BYTES("\xFF"), 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t point = 1;
        int step = ks_utf8_decode(rows[i].bytes, rows[i].size, &point);
        if (step != -rows[i].skipped) fail_msg("row %zu: %d, not %d", i, step, -rows[i].skipped);
        assert_int_equal(point, KS_REPLACEMENT);
        assert_int_equal(ks_utf8_valid(rows[i].bytes, rows[i].size), 0);
    }
}

/* ---- The replacement of maximal subparts ---- */

#define R "\xEF\xBF\xBD"

static void repairing(void **state) {
    static const struct {
        const char *bytes;
        size_t size;
        const char *expected;
        size_t expected_size, repaired;
    } table[] = {
        /* table 3-8: non-shortest forms */
        {BYTES("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"), BYTES(R R R R R R R R "A"), 8},
        /* table 3-9: ill-formed sequences for surrogates */
        {BYTES("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41"), BYTES(R R R R R R R R "A"), 8},
        /* table 3-10: other ill-formed sequences */
        {BYTES("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42"), BYTES(R R R R R "A" R R "B"), 7},
        /* table 3-11: truncated sequences */
        {BYTES("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), BYTES(R R R R "A"), 4},
        /* the example of maximal subparts that the standard had before its tables */
        {BYTES("\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64"), BYTES("a" R R R "b" R "c" R R "d"),
         6},
        {BYTES(""), BYTES(""), 0},
        {BYTES("plain"), BYTES("plain"), 0},
        {BYTES("a\0b"), BYTES("a\0b"), 0},
        {BYTES("\xC3\xA9t\xC3\xA9 \xF0\x9F\x98\x80"), BYTES("\xC3\xA9t\xC3\xA9 \xF0\x9F\x98\x80"), 0},
        {BYTES(R), BYTES(R), 0},
        {BYTES("\xFF"), BYTES(R), 1},
        {BYTES("ab\xFF"), BYTES("ab" R), 1},
        {BYTES("\xFF"
               "ab"),
         BYTES(R "ab"), 1},
        {BYTES("ab\xE2\x82"), BYTES("ab" R), 1},
        {BYTES("\xE2\x82\xE2\x82\xAC"), BYTES(R "\xE2\x82\xAC"), 1},
        {BYTES("\xC3\xC3\xA9"), BYTES(R "\xC3\xA9"), 1},
        {BYTES("\xF0\x9F\x98"), BYTES(R), 1},
        {BYTES("\xED\xA0\xBD\xED\xB8\x80"), BYTES(R R R R R R), 6}, /* CESU-8 */
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        ks_buffer out = {0};
        ks_buffer_str(&out, "<");
        size_t repaired = ks_utf8_repair(&out, table[i].bytes, table[i].size);
        assert_int_equal(ks_buffer_check(&out, NULL), KS_OK);
        if (repaired != table[i].repaired) fail_msg("row %zu: %zu repaired", i, repaired);
        assert_int_equal(out.size, 1 + table[i].expected_size);
        assert_memory_equal(out.data + 1, table[i].expected, table[i].expected_size);
        assert_int_equal(out.data[0], '<');
        ks_buffer_free(&out);
    }
}

static void repairing_without_memory(void **state) {
    ks_buffer out = {0};
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    ks_test_fail_allocation(1);
    assert_int_equal(ks_utf8_repair(&out, BYTES("a\xFF"
                                                "b\xFF")),
                     2);
    assert_true(ks_test_allocation_failed());
    assert_int_equal(ks_buffer_check(&out, NULL), KS_ERR_NOMEM);
    ks_buffer_free(&out);
}

static void the_first_invalid_byte(void **state) {
    static const struct {
        const char *bytes;
        size_t size, valid;
    } table[] = {
        {BYTES(""), 0},
        {BYTES("abc"), 3},
        {BYTES("\0\0"), 2},
        {BYTES("ab\xFF"), 2},
        {BYTES("\xC3\xA9"), 2},
        {BYTES("\xC3\xA9\xC3"), 2},
        {BYTES("a\xE2\x82"), 1},
        {BYTES("a\xE2\x82\xAC"), 4},
        {BYTES("\xF0\x9F\x98\x80\xC0"), 4},
        {BYTES("ab\xED\xA0\x80"), 2},
        {BYTES("\x80"), 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_int_equal(ks_utf8_valid(table[i].bytes, table[i].size), table[i].valid);
}

/* ---- Every code point ---- */

static void every_code_point_goes_round(void **state) {
    (void)state;
    for (uint32_t point = 0; point <= LAST_POINT; point++) {
        char out[5] = {1, 1, 1, 1, 1};
        uint32_t back = 1;
        size_t size = ks_utf8_encode(point, out);
        uint32_t expected = is_scalar(point) ? point : KS_REPLACEMENT;
        size_t length = expected < 0x80 ? 1 : expected < 0x800 ? 2 : expected < 0x10000 ? 3 : 4;
        if (size != length || ks_utf8_decode(out, size, &back) != (int)size || back != expected)
            fail_msg("U+%04X does not come back", point);
        if (ks_utf8_decode(out, 5, &back) != (int)size) fail_msg("U+%04X reads on", point);
        for (size_t cut = 1; cut < size; cut++)
            if (ks_utf8_decode(out, cut, &back) != -(int)cut || back != KS_REPLACEMENT)
                fail_msg("U+%04X cut off after %zu bytes", point, cut);
        assert_int_equal(out[4], 1);
    }
}

static void what_is_no_scalar_is_written_as_replacement(void **state) {
    static const uint32_t points[] = {0xD800,   0xDBFF,   0xDC00,   0xDFFF,
                                      0x110000, 0x1FFFFF, 0x200000, UINT32_MAX};
    (void)state;
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        char out[4];
        assert_int_equal(ks_utf8_encode(points[i], out), 3);
        assert_memory_equal(out, R, 3);
    }
}

/* ---- A naive decoder ---- */

/* Which byte sequences begin some well-formed one, found by writing all of them down; and which are one. */
typedef struct beginnings {
    bool one[256], two[256][256];
    uint8_t *three; /* a bit each */
    bool whole_one[256], whole_two[256][256];
    uint8_t *whole_three;
} beginnings;

static void mark(uint8_t *bits, uint32_t at) {
    bits[at / 8] |= (uint8_t)(1u << at % 8);
}

static bool marked(const uint8_t *bits, uint32_t at) {
    return bits[at / 8] >> at % 8 & 1;
}

static uint32_t packed(const unsigned char *bytes) {
    return (uint32_t)bytes[0] * 65536 + (uint32_t)bytes[1] * 256 + bytes[2];
}

/* The encoding as the standard's bit table has it, by division. */
static size_t naive_encode(uint32_t point, unsigned char out[4]) {
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = size; i-- > 1; point /= 64) out[i] = (unsigned char)(0x80 + point % 64);
    out[0] = (unsigned char)(lead[size] + point);
    return size;
}

static void write_down(beginnings *table) {
    memset(table, 0, sizeof *table);
    table->three = calloc(1 << 21, 1);
    table->whole_three = calloc(1 << 21, 1);
    assert_non_null(table->three);
    assert_non_null(table->whole_three);
    for (uint32_t point = 0; point <= LAST_POINT; point++) {
        unsigned char bytes[4];
        size_t size;
        if (!is_scalar(point)) continue;
        size = naive_encode(point, bytes);
        table->one[bytes[0]] = true;
        if (size == 1) table->whole_one[bytes[0]] = true;
        if (size >= 2) table->two[bytes[0]][bytes[1]] = true;
        if (size == 2) table->whole_two[bytes[0]][bytes[1]] = true;
        if (size >= 3) mark(table->three, packed(bytes));
        if (size == 3) mark(table->whole_three, packed(bytes));
    }
}

static int tables_setup(void **state) {
    beginnings *table = malloc(sizeof *table);
    if (!table) return -1;
    write_down(table);
    *state = table;
    return 0;
}

static int tables_teardown(void **state) {
    beginnings *table = *state;
    free(table->three);
    free(table->whole_three);
    free(table);
    return 0;
}

/* The step that ks_utf8_decode must take. Only sequences of four bytes are not in the tables: what begins one
 * in three bytes and goes on with a trailing byte is one. */
static int naive_step(const beginnings *table, const unsigned char *bytes, size_t size) {
    if (table->whole_one[bytes[0]]) return 1;
    if (!table->one[bytes[0]] || size < 2 || !table->two[bytes[0]][bytes[1]]) return -1;
    if (table->whole_two[bytes[0]][bytes[1]]) return 2;
    if (size < 3 || !marked(table->three, packed(bytes))) return -2;
    if (marked(table->whole_three, packed(bytes))) return 3;
    return size < 4 || bytes[3] / 64 != 2 ? -3 : 4;
}

static void compare(const beginnings *table, const unsigned char *bytes, size_t size) {
    uint32_t point = 1;
    int expected = naive_step(table, bytes, size);
    int step = ks_utf8_decode((const char *)bytes, size, &point);
    if (step != expected)
        fail_msg("%02X %02X …: %d, not %d", bytes[0], size > 1 ? bytes[1] : 0, step, expected);
    if (step < 0) {
        assert_int_equal(point, KS_REPLACEMENT);
    } else {
        unsigned char back[4];
        assert_int_equal(naive_encode(point, back), step);
        assert_memory_equal(back, bytes, (size_t)step);
    }
}

static void all_sequences_of_one_and_two_bytes(void **state) {
    for (unsigned first = 0; first < 256; first++) {
        unsigned char bytes[2] = {(unsigned char)first, 0};
        compare(*state, bytes, 1);
        for (unsigned second = 0; second < 256; second++) {
            bytes[1] = (unsigned char)second;
            compare(*state, bytes, 2);
        }
    }
}

/* The bytes at which the table's ranges begin and end, and their neighbours. */
static const unsigned char corners[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF,
                                        0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
                                        0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
enum { CORNERS = sizeof corners };

static void all_sequences_of_corners(void **state) {
    for (size_t i = 0; i < (size_t)CORNERS * CORNERS * CORNERS * CORNERS; i++) {
        size_t rest = i;
        unsigned char bytes[4];
        for (size_t at = 0; at < 4; at++, rest /= CORNERS) bytes[at] = corners[rest % CORNERS];
        compare(*state, bytes, 3);
        compare(*state, bytes, 4);
    }
}

/* Random text of whole characters, stray bytes and cut sequences. */
static size_t random_text(uint64_t *random, unsigned char *bytes, size_t most) {
    size_t size = 0, wanted = ks_test_below(random, most - 4);
    while (size < wanted) {
        uint32_t point = (uint32_t)ks_test_below(random, ks_test_below(random, 2) ? 0x500 : LAST_POINT + 1);
        switch (ks_test_below(random, 6)) {
        case 0: bytes[size++] = (unsigned char)ks_test_random(random); break;
        case 1: bytes[size++] = corners[ks_test_below(random, CORNERS)]; break;
        case 2:
            size += 1 + ks_test_below(random, naive_encode(is_scalar(point) ? point : 'x', bytes + size));
            break;
        default: size += naive_encode(is_scalar(point) ? point : 'x', bytes + size); break;
        }
    }
    return size;
}

static void random_texts_are_repaired_and_counted(void **state) {
    enum { MOST = 300 };
    uint64_t random = ks_test_seed(5);
    for (int round = 0; round < 5000; round++) {
        unsigned char bytes[MOST] = {0}, expected[3 * MOST];
        size_t size = random_text(&random, bytes, MOST), count = 0, expected_size = 0, valid = size,
               units = 0;
        ks_buffer out = {0};
        for (size_t at = 0; at < size;) {
            int step = naive_step(*state, bytes + at, size - at);
            if (step < 0 && valid == size) valid = at;
            if (step < 0) count++;
            if (step < 0)
                memcpy(expected + expected_size, R, 3);
            else
                memcpy(expected + expected_size, bytes + at, (size_t)step);
            expected_size += step < 0 ? 3 : (size_t)step;
            units += step == 4 ? 2 : 1;
            at += (size_t)abs(step);
        }
        assert_int_equal(ks_utf8_valid((const char *)bytes, size), valid);
        assert_int_equal(ks_utf8_repair(&out, (const char *)bytes, size), count);
        ks_buffer_str(&out, "");
        assert_int_equal(out.size, expected_size);
        assert_memory_equal(out.data, expected, expected_size);
        assert_int_equal(ks_utf8_valid(out.data, out.size), out.size);
        assert_int_equal(ks_utf8_utf16_length(out.data, out.size), units);
        ks_buffer_free(&out);
    }
}

/* ---- UTF-16 ---- */

static void utf16_lengths(void **state) {
    (void)state;
    assert_int_equal(ks_utf8_utf16_length(BYTES("")), 0);
    assert_int_equal(ks_utf8_utf16_length(NULL, 0), 0);
    assert_int_equal(ks_utf8_utf16_length(BYTES("a\0b")), 3);
    assert_int_equal(ks_utf8_utf16_length(BYTES("\xC3\xA9t\xC3\xA9")), 3);
    assert_int_equal(ks_utf8_utf16_length(BYTES("\xE4\xB8\xAD\xE6\x96\x87")), 2);
    assert_int_equal(ks_utf8_utf16_length(BYTES("a\xF0\x9F\x98\x80z")), 4);
    for (uint32_t point = 0; point <= LAST_POINT; point++) {
        unsigned char bytes[4];
        if (!is_scalar(point)) continue;
        size_t size = naive_encode(point, bytes);
        if (ks_utf8_utf16_length((const char *)bytes, size) != (point >= 0x10000 ? 2 : 1))
            fail_msg("U+%04X in UTF-16", point);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_well_formed_sequences),
        cmocka_unit_test(one_step_outside_the_table),
        cmocka_unit_test(repairing),
        cmocka_unit_test(repairing_without_memory),
        cmocka_unit_test(the_first_invalid_byte),
        cmocka_unit_test(every_code_point_goes_round),
        cmocka_unit_test(what_is_no_scalar_is_written_as_replacement),
        cmocka_unit_test(all_sequences_of_one_and_two_bytes),
        cmocka_unit_test(all_sequences_of_corners),
        cmocka_unit_test(random_texts_are_repaired_and_counted),
        cmocka_unit_test(utf16_lengths),
    };
    return cmocka_run_group_tests(tests, tables_setup, tables_teardown);
}
