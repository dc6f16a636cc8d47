/* Looking at plans: whether "all words" and "any word" may differ, and the tree as text. And the freeing of
 * answers. */
#include "engine/engine.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/allocation.h"

#include <stdlib.h>
#include <string.h>

/* A tree written as nested calls; the nodes live in the enclosing block. */
#define NODE(...) (&(ks_plan_node){__VA_ARGS__})
#define TERMS(...)                                                                                           \
    .terms = (const ks_term[]){__VA_ARGS__},                                                                 \
    .term_count = sizeof((const ks_term[]){__VA_ARGS__}) / sizeof(ks_term)
#define T(literal)                                                                                           \
    { literal, sizeof(literal) - 1 }
#define ANY .field = KS_FIELD_ANY

/* Makes siblings of nodes and returns the first. */
static ks_plan_node *row(ks_plan_node *first, ks_plan_node *second, ks_plan_node *third) {
    first->next = second;
    if (second) second->next = third;
    return first;
}

static ks_plan_node *pair(ks_plan_node *first, ks_plan_node *second) {
    return row(first, second, NULL);
}

/* ---- Tiers ---- */

#define WORD NODE(.kind = KS_PLAN_TERM, ANY, TERMS(T("w")))
#define WORDS(children) NODE(.kind = KS_PLAN_WORDS, .child = (children))
#define AND(children) NODE(.kind = KS_PLAN_AND, .child = (children))
#define OR(children) NODE(.kind = KS_PLAN_OR, .child = (children))
#define NOT(children) NODE(.kind = KS_PLAN_NOT, .child = (children))

static void trees_without_tiers(void **state) {
    const ks_plan_node *trees[] = {
        NODE(.kind = KS_PLAN_ALL),
        WORD,
        NODE(.kind = KS_PLAN_PHRASE, ANY, TERMS(T("a"), T("b"))),
        NODE(.kind = KS_PLAN_NEAR, ANY, .window = 3, TERMS(T("a"), T("b"))),
        NODE(.kind = KS_PLAN_DATES, .first = 1, .last = 2),
        WORDS(NULL),
        WORDS(WORD),
        AND(NULL),
        OR(NULL),
        AND(row(WORD, WORD, WORD)),
        OR(row(WORD, WORD, WORD)),
        AND(pair(WORDS(WORD), WORDS(WORD))),
        NOT(WORD),
        NOT(WORDS(pair(WORD, WORD))),
        AND(pair(WORD, NOT(WORDS(pair(WORD, WORD))))),
        WORDS(NOT(WORDS(pair(WORD, WORD)))),
        OR(pair(NOT(AND(WORDS(row(WORD, WORD, WORD)))), WORDS(WORD))),
        NOT(NOT(WORDS(pair(WORD, WORD)))),
    };
    (void)state;
    for (size_t i = 0; i < sizeof trees / sizeof *trees; i++)
        if (ks_plan_has_tiers(trees[i])) fail_msg("tree %zu has no tiers", i);
}

static void trees_with_tiers(void **state) {
    const ks_plan_node *trees[] = {
        WORDS(pair(WORD, WORD)),
        WORDS(row(WORD, WORD, WORD)),
        WORDS(pair(NODE(.kind = KS_PLAN_PHRASE, ANY, TERMS(T("a"), T("b"))), WORD)),
        WORDS(pair(NOT(WORD), NOT(WORD))),
        AND(WORDS(pair(WORD, WORD))),
        OR(WORDS(pair(WORD, WORD))),
        AND(pair(WORD, WORDS(pair(WORD, WORD)))),
        AND(row(WORD, NOT(WORD), WORDS(pair(WORD, WORD)))),
        AND(pair(NOT(WORDS(pair(WORD, WORD))), WORDS(pair(WORD, WORD)))),
        OR(pair(WORDS(WORD), AND(OR(WORDS(pair(WORD, WORD)))))),
        WORDS(WORDS(pair(WORD, WORD))),
        WORDS(OR(pair(WORD, AND(WORDS(pair(WORD, WORD)))))),
    };
    (void)state;
    for (size_t i = 0; i < sizeof trees / sizeof *trees; i++)
        if (!ks_plan_has_tiers(trees[i])) fail_msg("tree %zu has tiers", i);
}

/* What stands beside the node asked about belongs to another tree. */
static void siblings_of_the_root_do_not_count(void **state) {
    ks_plan_node *first = WORDS(WORD);
    (void)state;
    first->next = WORDS(pair(WORD, WORD));
    assert_false(ks_plan_has_tiers(first));
    assert_true(ks_plan_has_tiers(first->next));
}

/* ---- Text ---- */

static void expect_text(const ks_plan_node *node, unsigned depth, const char *expected) {
    ks_buffer out = {0};
    ks_plan_print(&out, node, depth);
    assert_int_equal(ks_buffer_check(&out, NULL), KS_OK);
    assert_int_equal(out.size, strlen(expected));
    assert_string_equal(out.data, expected);
    ks_buffer_free(&out);
}

static void each_kind_as_text(void **state) {
    (void)state;
    expect_text(NODE(.kind = KS_PLAN_ALL), 0, "every record\n");
    expect_text(NODE(.kind = KS_PLAN_TERM, ANY, TERMS(T("polici"))), 0, "term polici\n");
    expect_text(NODE(.kind = KS_PLAN_TERM, .field = KS_FIELD_TITLE, TERMS(T("Spolici"))), 0,
                "term Spolici in title\n");
    expect_text(NODE(.kind = KS_PLAN_PHRASE, ANY, TERMS(T("a"), T("b"), T("c"))), 0, "phrase a b c\n");
    expect_text(NODE(.kind = KS_PLAN_PHRASE, .field = KS_FIELD_CLAIMS, TERMS(T("a"), T("b"))), 0,
                "phrase a b in claims\n");
    expect_text(NODE(.kind = KS_PLAN_NEAR, ANY, .window = 4, TERMS(T("a"), T("b"))), 0,
                "near window 4 a b\n");
    expect_text(
        NODE(.kind = KS_PLAN_NEAR, .field = KS_FIELD_BODY, .window = UINT32_MAX, TERMS(T("a"), T("b"))), 0,
        "near window 4294967295 a b in body\n");
    expect_text(NODE(.kind = KS_PLAN_DATES, .first = 20140101, .last = 20161231), 0,
                "dates 20140101..20161231\n");
    expect_text(NODE(.kind = KS_PLAN_DATES, .first = 0, .last = 99), 0, "dates 00000000..00000099\n");
    expect_text(AND(NULL), 0, "and\n");
    expect_text(OR(NULL), 0, "or\n");
    expect_text(WORDS(NULL), 0, "words\n");
    expect_text(NOT(NULL), 0, "not\n");
    expect_text(NODE(.kind = (ks_plan_kind)(KS_PLAN_NOT + 1)), 0, "?\n");
}

static void each_field_as_text(void **state) {
    static const char *const expected[] = {"term w in title\n", "term w in summary\n", "term w in claims\n",
                                           "term w in tags\n",  "term w in body\n",    "term w\n"};
    (void)state;
    for (int field = 0; field <= KS_FIELD_ANY; field++)
        expect_text(NODE(.kind = KS_PLAN_TERM, .field = (ks_field)field, TERMS(T("w"))), 0, expected[field]);
}

static void children_are_indented(void **state) {
    ks_plan_node *words =
        WORDS(pair(WORD, NODE(.kind = KS_PLAN_TERM, .field = KS_FIELD_TAGS, TERMS(T("x")))));
    ks_plan_node *tree = AND(row(words, NOT(OR(pair(WORD, NODE(.kind = KS_PLAN_ALL)))),
                                 NODE(.kind = KS_PLAN_DATES, .first = 20150101, .last = 20151231)));
    (void)state;
    expect_text(tree, 0,
                "and\n"
                "  words\n"
                "    term w\n"
                "    term x in tags\n"
                "  not\n"
                "    or\n"
                "      term w\n"
                "      every record\n"
                "  dates 20150101..20151231\n");
    expect_text(words, 3,
                "      words\n"
                "        term w\n"
                "        term x in tags\n");
}

/* Terms end by their size and may hold any byte; the text goes behind what is in the buffer. */
static void terms_are_not_strings(void **state) {
    static const char letters[] = "abcdef";
    const ks_term terms[] = {{letters, 2}, {letters + 2, 1}, {"\xC3\xA9\0z", 4}, {"", 0}};
    const ks_plan_node node = {.kind = KS_PLAN_PHRASE, ANY, .terms = terms, .term_count = 4};
    ks_buffer out = {0};
    (void)state;
    ks_buffer_str(&out, "plan: ");
    ks_plan_print(&out, &node, 0);
    assert_int_equal(out.size, 24);
    assert_memory_equal(out.data, "plan: phrase ab c \xC3\xA9\0z \n", 24);
    ks_buffer_free(&out);
}

static void printing_without_memory(void **state) {
    ks_buffer out = {0};
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    ks_test_fail_allocation(1);
    ks_plan_print(&out, AND(pair(WORD, WORD)), 0);
    assert_true(ks_test_allocation_failed());
    assert_int_equal(ks_buffer_check(&out, NULL), KS_ERR_NOMEM);
    ks_buffer_free(&out);
}

/* ---- Answers ---- */

static void answers_are_freed_whole(void **state) {
    ks_topk topk = {
        .count = 3, .total = 9, .total_is_exact = true, .generation = 4, .records = 5, .ranked_us = 6};
    ks_expansion expansion = {.count = 2, .cut = true};
    (void)state;
    topk.items = ks_arena_alloc(&topk.arena, 3 * sizeof *topk.items);
    expansion.terms = ks_arena_alloc(&expansion.arena, 2 * sizeof *expansion.terms);
    assert_non_null(topk.items);
    assert_non_null(expansion.terms);
    for (int twice = 0; twice < 2; twice++) {
        ks_topk_free(&topk);
        ks_expansion_free(&expansion);
        assert_null(topk.items);
        assert_null(topk.arena.block);
        assert_int_equal(topk.count, 0);
        assert_int_equal(topk.total, 0);
        assert_null(expansion.terms);
        assert_null(expansion.arena.block);
        assert_int_equal(expansion.count, 0);
        assert_false(expansion.cut);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees_without_tiers),
        cmocka_unit_test(trees_with_tiers),
        cmocka_unit_test(siblings_of_the_root_do_not_count),
        cmocka_unit_test(each_kind_as_text),
        cmocka_unit_test(each_field_as_text),
        cmocka_unit_test(children_are_indented),
        cmocka_unit_test(terms_are_not_strings),
        cmocka_unit_test(printing_without_memory),
        cmocka_unit_test(answers_are_freed_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
