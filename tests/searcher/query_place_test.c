/* Warnings name the byte: behind any words before it a query has the same warnings with that many bytes
 * added, and the same tree with that many words in front. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/searcher/query_dump.h"

#include <stdio.h>

/* One of each kind of warning, some of them with text behind. */
static const char *const queries[] = {
    "\"policy gradients",
    "a \"\" b",
    "\"a b\"~99 c",
    "(a b",
    "(a (b c",
    "a b) c",
    "a () b",
    "a OR",
    "a NOT",
    "a * b",
    "kind:blo* x",
    "title: pong",
    "kind:(a b)",
    "venue:nips",
    "venue:nips journal:x",
    "averyveryveryverylongnamethatisnofieldatall:x y",
    "has:foo",
    "date:2015-02-29",
    "date:2016..2014 a",
    "after:yesterday b",
    "before:..2014",
    "summary:",
    "a ) b ( c",
    "x\xFFy \xC3 z",
};
enum { QUERIES = sizeof queries / sizeof *queries };

static ks_query parse(const char *text) {
    ks_query query;
    assert_int_equal(ks_query_parse(&query, text, strlen(text), NULL), KS_OK);
    return query;
}

/* The message with `shift` added to the number behind "byte ". */
static void moved(char *out, size_t size, const char *message, size_t shift) {
    const char *at = strstr(message, "byte ");
    size_t number = 0, digits = 0;
    if (!at || strspn(at + 5, "0123456789") == 0) {
        snprintf(out, size, "%s", message);
        return;
    }
    at += 5;
    for (; at[digits] >= '0' && at[digits] <= '9'; digits++)
        number = number * 10 + (size_t)(at[digits] - '0');
    snprintf(out, size, "%.*s%zu%s", (int)(at - message), message, number + shift, at + digits);
}

static void check_warnings(const ks_query *alone, const ks_query *behind, size_t shift, const char *text) {
    if (alone->warning_count != behind->warning_count)
        fail_msg("[%s]: %zu warnings, not %zu", text, behind->warning_count, alone->warning_count);
    for (size_t i = 0; i < alone->warning_count; i++) {
        char expected[400];
        moved(expected, sizeof expected, alone->warnings[i], shift);
        assert_string_equal(behind->warnings[i], expected);
    }
}

/* Its tree is the other's with the words in front, which are one leaf or stand in one. */
static void check_tree(const ks_query *alone, const ks_query *behind, const char *words) {
    char *tree = dump_tree(alone->root), *whole = dump_tree(behind->root);
    const char *inner = strchr(tree, ' ');
    if (!strstr(whole, words)) fail_msg("%s has not %s", whole, words);
    if (inner && strlen(whole) < strlen(tree)) fail_msg("%s is less than %s", whole, tree);
    free(tree);
    free(whole);
}

static void bytes_are_counted_from_the_beginning(void **state) {
    (void)state;
    for (size_t i = 0; i < QUERIES; i++) {
        ks_query alone = parse(queries[i]);
        char text[600] = "";
        assert_true(alone.warning_count > 0);
        for (int words = 1; words <= 60; words++) {
            ks_query behind;
            size_t shift;
            memmove(text + strlen(words % 2 ? "w " : "word "), text, strlen(text) + 1);
            memcpy(text, words % 2 ? "w " : "word ", strlen(words % 2 ? "w " : "word "));
            shift = strlen(text);
            strcat(text, queries[i]);
            behind = parse(text);
            check_warnings(&alone, &behind, shift, text);
            check_tree(&alone, &behind, words % 2 ? "w" : "word");
            ks_query_free(&behind);
            text[shift] = '\0';
        }
        ks_query_free(&alone);
    }
}

/* Characters of several bytes count as so many. */
static void bytes_not_characters(void **state) {
    static const char *const words[] = {"\xC3\xA9 ", "\xE6\x96\x87 ", "\xF0\x9F\x98\x80 x ", "\xE2\x80\x94 "};
    (void)state;
    for (size_t i = 0; i < QUERIES - 1; i++) /* the last one adds bytes of its own */
        for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
            char text[200];
            ks_query alone = parse(queries[i]), behind;
            snprintf(text, sizeof text, "%s%s", words[w], queries[i]);
            behind = parse(text);
            check_warnings(&alone, &behind, strlen(words[w]), text);
            ks_query_free(&alone);
            ks_query_free(&behind);
        }
}

/* Names that are no field, at their length's edges: what is named is the name and no more. */
static void names_that_are_no_field(void **state) {
    (void)state;
    for (size_t size = 1; size < 80; size++)
        for (size_t before = 0; before < 3; before++) {
            char text[200] = "", name[100], expected[200];
            ks_query query;
            size_t shift;
            memset(name, 'q', size);
            name[size] = '\0';
            for (size_t i = 0; i < 15 * before; i++) strcat(text, "w ");
            shift = strlen(text);
            strcat(strcat(strcat(text, name), ":value"), " more");
            query = parse(text);
            assert_int_equal(query.warning_count, size >= 2);
            snprintf(expected, sizeof expected, "%.32s: at byte %zu is no field; it is taken as words", name,
                     shift);
            if (size >= 2) assert_string_equal(query.warnings[0], expected);
            ks_query_free(&query);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_counted_from_the_beginning),
        cmocka_unit_test(bytes_not_characters),
        cmocka_unit_test(names_that_are_no_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
