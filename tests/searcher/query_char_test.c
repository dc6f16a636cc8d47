/* What each character means in a query: every code point, against its Unicode category; and the smallest
 * queries that show it. */
#include "searcher/query_lex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "tests/searcher/query_dump.h"

#include <stdio.h>
#include <utf8proc.h>

static ks_query_char class_at(const char *text, size_t size) {
    size_t length = 77;
    ks_query_char class = ks_query_char_at(text, size, 0, &length);
    assert_int_equal(length, size);
    return class;
}

static bool is_alnum(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static void ascii(void **state) {
    (void)state;
    for (int c = 0; c < 0x80; c++) {
        char byte = (char)c;
        ks_query_char expected = is_alnum(c)             ? KS_CHAR_LETTER
                                 : c <= ' ' || c == 0x7F ? KS_CHAR_BLANK
                                 : c == '"'              ? KS_CHAR_QUOTE
                                 : c == '('              ? KS_CHAR_OPEN
                                 : c == ')'              ? KS_CHAR_CLOSE
                                 : c == '*'              ? KS_CHAR_STAR
                                                         : KS_CHAR_OTHER;
        if (class_at(&byte, 1) != expected) fail_msg("character %d", c);
    }
}

/* By the first letter of the general category: L and N are letters, M and format characters marks, Z and
 * controls blanks. */
static ks_query_char expected_of(uint32_t point) {
    const char *category = utf8proc_category_string((utf8proc_int32_t)point);
    if (point >= 0x201C && point <= 0x201F) return KS_CHAR_QUOTE;
    if (point == 0x200B) return KS_CHAR_BLANK;
    if (category[0] == 'L' || category[0] == 'N') return KS_CHAR_LETTER;
    if (category[0] == 'M' || strcmp(category, "Cf") == 0) return KS_CHAR_MARK;
    if (category[0] == 'Z' || strcmp(category, "Cc") == 0) return KS_CHAR_BLANK;
    return KS_CHAR_OTHER;
}

static void every_code_point(void **state) {
    (void)state;
    for (uint32_t point = 0x80; point <= 0x10FFFF; point++) {
        char text[4];
        size_t size;
        if (point >= 0xD800 && point < 0xE000) continue;
        size = ks_utf8_encode(point, text);
        if (class_at(text, size) != expected_of(point)) fail_msg("U+%04X", (unsigned)point);
    }
}

static void ends_and_invalid_bytes(void **state) {
    size_t length = 77;
    (void)state;
    assert_int_equal(ks_query_char_at("ab", 2, 2, &length), KS_CHAR_END);
    assert_int_equal(length, 0);
    assert_int_equal(ks_query_char_at("ab", 2, 5, &length), KS_CHAR_END);
    assert_int_equal(length, 0);
    assert_int_equal(ks_query_char_at("", 0, 0, &length), KS_CHAR_END);
    assert_int_equal(ks_query_char_at("\xC3", 1, 0, &length), KS_CHAR_OTHER); /* cut off */
    assert_int_equal(length, 1);
    assert_int_equal(ks_query_char_at("\xFF"
                                      "a",
                                      2, 0, &length),
                     KS_CHAR_OTHER);
    assert_int_equal(length, 1);
    assert_int_equal(ks_query_char_at("\xFF"
                                      "a",
                                      2, 1, &length),
                     KS_CHAR_LETTER);
}

static void texts_with_letters(void **state) {
    static const char *const with[] = {"a",   "Z",        "0", "9", "...x...", "\xC3\xA9", "\xE6\x96\x87",
                                       "((z", "\xCC\x81z"};
    static const char *const without[] = {
        "", " ", "...", "\"\"", "()*", "\xE2\x80\x94", "\xCC\x81", "+-_/", "\xF0\x9F\x98\x80"};
    (void)state;
    for (size_t i = 0; i < sizeof with / sizeof *with; i++) assert_true(ks_query_has_letters(with[i]));
    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        assert_false(ks_query_has_letters(without[i]));
}

/* Each letter and digit makes a prefix, a negated word, and separates a bracket. */
static void letters_in_queries(void **state) {
    (void)state;
    for (int c = '!'; c < 0x7F; c++) {
        char text[16], expected[32], *tree;
        ks_query query;
        if (!is_alnum(c)) continue;
        snprintf(text, sizeof text, "%c* -%c", c, c);
        snprintf(expected, sizeof expected, "(all %c* (not %c))", c, c);
        assert_int_equal(ks_query_parse(&query, text, strlen(text), NULL), KS_OK);
        assert_int_equal(query.warning_count, 0);
        tree = dump_tree(query.root);
        assert_string_equal(tree, expected);
        free(tree);
        ks_query_free(&query);
    }
}

static void operators(void **state) {
    static const struct {
        const char *text;
        ks_query_token_kind kind;
    } cases[] = {{"OR", KS_LEX_OR},   {"AND", KS_LEX_AND},   {"NOT", KS_LEX_NOT}, {"or", KS_LEX_LEAF},
                 {"Or", KS_LEX_LEAF}, {"ORR", KS_LEX_LEAF},  {"O", KS_LEX_LEAF},  {"", KS_LEX_LEAF},
                 {"AN", KS_LEX_LEAF}, {"ANDA", KS_LEX_LEAF}, {"NO", KS_LEX_LEAF}, {"NOTE", KS_LEX_LEAF}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ks_query_node node = {.kind = KS_QUERY_WORDS};
        assert_int_equal(ks_query_operator_of(cases[i].text, strlen(cases[i].text)), cases[i].kind);
        if (cases[i].kind == KS_LEX_LEAF) continue;
        assert_string_equal(ks_query_operator_name(cases[i].kind), cases[i].text);
        ks_query_operator_word(&node, cases[i].kind);
        assert_int_equal(node.size, strlen(cases[i].text));
        assert_int_equal(node.text[0], cases[i].text[0] + 32); /* written small */
    }
}

/* ---- Limits where values count ---- */

static size_t warnings_of(const ks_buffer *text) {
    ks_query query;
    size_t count;
    assert_int_equal(ks_query_parse(&query, text->data, text->size, NULL), KS_OK);
    count = query.warning_count;
    ks_query_free(&query);
    return count;
}

/* Lists of so many values each, as many as may be: one word more is cut off, with a warning. */
static void each_value_of_a_list_counts(void **state) {
    static const size_t lengths[] = {1, 2, 4, 64, 512, KS_QUERY_LEAVES};
    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        ks_buffer text = {0};
        for (size_t list = 0; list < KS_QUERY_LEAVES / lengths[i]; list++) {
            ks_buffer_str(&text, list ? " kind:" : "kind:");
            for (size_t value = 0; value < lengths[i]; value++)
                ks_buffer_format(&text, "%sv%zu", value ? "," : "", value);
        }
        if (warnings_of(&text) != 0) fail_msg("lists of %zu are cut", lengths[i]);
        ks_buffer_str(&text, " word");
        if (warnings_of(&text) != 1) fail_msg("lists of %zu and a word are not cut", lengths[i]);
        ks_buffer_free(&text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ascii),
        cmocka_unit_test(every_code_point),
        cmocka_unit_test(ends_and_invalid_bytes),
        cmocka_unit_test(texts_with_letters),
        cmocka_unit_test(letters_in_queries),
        cmocka_unit_test(operators),
        cmocka_unit_test(each_value_of_a_list_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
