/* Queries that are long, deep or hostile: cut with a warning, and never slow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/searcher/query_dump.h"

enum { MEGABYTE = 1 << 20 };

/* `piece` again and again, at least `size` bytes. */
static ks_buffer repeat(const char *before, const char *piece, size_t size) {
    ks_buffer text = {0};
    ks_buffer_str(&text, before);
    while (text.size < size) ks_buffer_str(&text, piece);
    assert_int_equal(ks_buffer_check(&text, NULL), KS_OK);
    return text;
}

static bool has_warning(const ks_query *query, const char *part) {
    for (size_t i = 0; i < query->warning_count; i++)
        if (strstr(query->warnings[i], part)) return true;
    return false;
}

/* Holds the tree against what all trees owe, and counts what is in it. */
static tree_size size_of(const ks_query *query) {
    tree_size counted = {0};
    assert_null(tree_fault(query, query->root, &counted));
    return counted;
}

static void check_limits(const ks_query *query) {
    tree_size counted = size_of(query);
    assert_true(counted.leaves <= KS_QUERY_LEAVES);
    assert_true(counted.nodes <= 4 * (size_t)KS_QUERY_LEAVES);
    assert_true(query->warning_count <= 21);
}

static void check_round_trip(const ks_query *query) {
    char *tree = dump_tree(query->root), *printed = print_tree(query->root), *again;
    ks_query second;
    assert_int_equal(ks_query_parse(&second, printed, strlen(printed), NULL), KS_OK);
    again = dump_tree(second.root);
    assert_string_equal(again, tree);
    free(tree);
    free(printed);
    free(again);
    ks_query_free(&second);
}

/* Parses the text and frees it, for a query keeps its own copy. Whatever the text says, its query is within
 * the limits, and prints as one that means the same. */
static ks_query parse(ks_buffer text) {
    ks_query query;
    assert_int_equal(ks_query_parse(&query, text.data, text.size, NULL), KS_OK);
    ks_buffer_free(&text);
    check_limits(&query);
    check_round_trip(&query);
    return query;
}

/* Each of these took more than linear time with a careless parser. A megabyte is parsed at once or, with a
 * quadratic step in it, not in the time that a test run is given. */
static void a_megabyte_of_anything(void **state) {
    static const char *const pieces[] = {
        "a ",
        "policy gradients ",
        "(",
        "()",
        ")",
        "((a ",
        "f(",
        "-(",
        "a*(",
        "a*,",
        "*",
        "* ",
        "-",
        "- ",
        "--x ",
        ":",
        "a:",
        "::",
        "/",
        ",",
        "\"",
        "\"a",
        "\"a b\" ",
        "\"\" ",
        "-\"a",
        "\"a\"~999999999 ",
        "OR ",
        "AND ",
        "NOT ",
        "a OR ",
        "NOT -",
        "-NOT ",
        "title:",
        "title: ",
        "title:(",
        "title:(a ",
        "foo:bar ",
        "kind:",
        "kind: ",
        "kind:\"",
        "kind:a(",
        "kind:a,",
        "kind:a(b,",
        "tag:a* ",
        "tag:a*,",
        "has:",
        "has:x ",
        "has:\"x\",",
        "date:",
        "date:1 ",
        "date:\"1\",",
        "date:2014.. ",
        "http://x/",
        "\xC3\xA9",
        "e\xCC\x81",
        "\xFF",
        "\xE2\x80\x9C",
        "\xE2\x80\x8B",
        "x",
        "1",
        "(a OR ",
        "a) ",
        "-f(x)",
        "f(x)(y)",
    };
    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        ks_query query = parse(repeat("", pieces[i], MEGABYTE));
        ks_query_free(&query);
    }
}

static void lists_of_a_megabyte(void **state) {
    static const char *const starts[] = {"kind:",  "id:x(", "has:", "date:", "tag:\"a\"",
                                         "title:", "-",     "\"",   "x:"};
    static const char *const pieces[] = {"a,", ",", "\"a\",", "\"a\"", "(a)", "((", "a(b,", "a"};
    (void)state;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        for (size_t j = 0; j < sizeof pieces / sizeof *pieces; j++) {
            ks_query query = parse(repeat(starts[i], pieces[j], MEGABYTE / 4));
            ks_query_free(&query);
        }
    }
}

static void one_long_word_is_a_word(void **state) {
    ks_query query = parse(repeat("", "x", 3 * (size_t)MEGABYTE));
    (void)state;
    assert_int_equal(query.root->child->kind, KS_QUERY_WORDS);
    assert_int_equal(query.root->child->size, 3 * (size_t)MEGABYTE);
    assert_int_equal(query.warning_count, 0);
    ks_query_free(&query);
}

/* As many words as a query may have, and then the text. */
static ks_buffer full_and(const char *text) {
    ks_buffer full = repeat("", "a ", 2 * (size_t)KS_QUERY_LEAVES);
    ks_buffer_str(&full, text);
    return full;
}

static void so_many_words_and_no_more(void **state) {
    ks_query query = parse(full_and(""));
    (void)state;
    assert_int_equal(size_of(&query).leaves, KS_QUERY_LEAVES);
    assert_int_equal(query.warning_count, 0);
    ks_query_free(&query);
    query = parse(full_and("b OR (c"));
    assert_int_equal(size_of(&query).leaves, KS_QUERY_LEAVES);
    assert_int_equal(query.warning_count, 1);
    assert_string_equal(
        query.warnings[0],
        "from byte 2048 on the query is left out: it may have 1024 words, phrases and filters");
    ks_query_free(&query);
}

/* What is cut inside of brackets, behind an operator or a sign leaves no trace of them. */
static void a_cut_is_clean(void **state) {
    static const char *const ends[] = {"(b c) d",   "OR b",    "AND b",       "NOT b",  "-b",     "-(b c)",
                                       "OR (NOT b", "title:b", "title:(b c)", "\"b\"",  "kind:b", "date:2014",
                                       "has:url",   "b*",      "tag:b*",      "kind: c"};
    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        ks_buffer text = repeat("x (", "a ", 2 * (size_t)KS_QUERY_LEAVES);
        ks_query query;
        ks_buffer_format(&text, "a %s", ends[i]);
        query = parse(text);
        assert_int_equal(size_of(&query).leaves, KS_QUERY_LEAVES);
        assert_int_equal(size_of(&query).nodes, KS_QUERY_LEAVES + 2);
        assert_true(has_warning(&query, " on the query is left out"));
        assert_false(has_warning(&query, "not closed"));
        assert_false(has_warning(&query, "operand"));
        assert_false(has_warning(&query, "has no value"));
        assert_int_equal(query.warning_count, 1);
        ks_query_free(&query);
    }
}

/* Operators that are words count as words. */
static void operators_count_where_they_are_words(void **state) {
    ks_query query = parse(repeat("", "OR ", 3 * (size_t)KS_QUERY_LEAVES + 3));
    (void)state;
    assert_int_equal(size_of(&query).leaves, KS_QUERY_LEAVES);
    ks_query_free(&query);
    query = parse(full_and("OR"));
    assert_int_equal(query.warning_count, 1);
    assert_true(has_warning(&query, "from byte 2048 on the query is left out"));
    ks_query_free(&query);
}

static void values_count_one_by_one(void **state) {
    ks_query query = parse(repeat("x kind:", "b,", 2 * (size_t)KS_QUERY_LEAVES + 100));
    (void)state;
    assert_int_equal(query.root->child->next->values.count, KS_QUERY_LEAVES - 1);
    assert_int_equal(query.warning_count, 1);
    assert_true(has_warning(&query, "from byte 2053 on the query is left out"));
    ks_query_free(&query);
}

/* A query of 1,000 alternatives is not cut for its operators. */
static void operators_and_brackets_do_not_count(void **state) {
    ks_query query = parse(repeat("(((x)))", " OR -(((a)))", 12 * 1000));
    (void)state;
    assert_int_equal(query.warning_count, 0);
    assert_int_equal(size_of(&query).leaves, 1001);
    ks_query_free(&query);
}

/* But there is an end to them. */
static void empty_brackets_end_somewhere(void **state) {
    ks_query query = parse(repeat("", "(NOT ) ", 7 * 100000));
    ks_buffer text = repeat("", "()", 200000);
    (void)state;
    ks_query_free(&query);
    ks_buffer_str(&text, " a");
    query = parse(text);
    assert_null(query.root->child);
    assert_true(has_warning(&query, " on the query is left out"));
    ks_query_free(&query);
}

static ks_buffer nest(size_t depth, const char *inside) {
    ks_buffer text = {0};
    for (size_t i = 0; i < depth; i++) ks_buffer_str(&text, "(x ");
    ks_buffer_str(&text, inside);
    for (size_t i = 0; i < depth; i++) ks_buffer_char(&text, ')');
    return text;
}

/* Counts the groups on the way down to the deepest one. */
static size_t depth_of(const ks_query_node *node) {
    size_t most = 0;
    for (const ks_query_node *child = node->child; child; child = child->next) {
        size_t depth = depth_of(child);
        if (depth > most) most = depth;
    }
    return most + (node->kind == KS_QUERY_GROUP);
}

static void brackets_nest_so_deep(void **state) {
    ks_query query = parse(nest(KS_QUERY_DEPTH, "a b"));
    (void)state;
    assert_int_equal(query.warning_count, 0);
    assert_int_equal(depth_of(query.root), KS_QUERY_DEPTH); /* the outermost is the root */
    ks_query_free(&query);
    query = parse(nest(KS_QUERY_DEPTH + 1, "a b"));
    assert_int_equal(query.warning_count, 1);
    assert_string_equal(query.warnings[0], "the bracket at byte 192 is nested deeper than 64; it is ignored");
    assert_int_equal(depth_of(query.root), KS_QUERY_DEPTH);
    ks_query_free(&query);
}

/* At the greatest depth printing adds no brackets that would be too deep when read again. */
static void printing_stays_within_the_depth(void **state) {
    static const char *const insides[] = {
        "a OR b", "-f(y)",   "a b OR -f(y)", "title:(y",    "title:(-a b)",
        "-(a b)", "(a OR b", "-\"a\"b",      "has:\"x y\"", "foo:ba* OR -foo:ba*"};
    (void)state;
    for (size_t i = 0; i < sizeof insides / sizeof *insides; i++) {
        for (size_t depth = KS_QUERY_DEPTH - 2; depth < KS_QUERY_DEPTH + 3; depth++) {
            ks_query query = parse(nest(depth, insides[i]));
            ks_query_free(&query);
        }
    }
}

static void a_hundred_thousand_brackets(void **state) {
    ks_query query = parse(nest(100000, "a b"));
    ks_buffer text = repeat("", "(", 100000);
    (void)state;
    assert_true(has_warning(&query, "nested deeper than 64"));
    ks_query_free(&query);
    ks_buffer_str(&text, "a");
    query = parse(text);
    assert_string_equal(query.root->child->text, "a");
    assert_null(query.root->child->next);
    ks_query_free(&query);
    query = parse(repeat("a", ")", 100000));
    assert_string_equal(query.root->child->text, "a");
    ks_query_free(&query);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_megabyte_of_anything),
        cmocka_unit_test(lists_of_a_megabyte),
        cmocka_unit_test(one_long_word_is_a_word),
        cmocka_unit_test(so_many_words_and_no_more),
        cmocka_unit_test(a_cut_is_clean),
        cmocka_unit_test(operators_count_where_they_are_words),
        cmocka_unit_test(values_count_one_by_one),
        cmocka_unit_test(operators_and_brackets_do_not_count),
        cmocka_unit_test(empty_brackets_end_somewhere),
        cmocka_unit_test(brackets_nest_so_deep),
        cmocka_unit_test(printing_stays_within_the_depth),
        cmocka_unit_test(a_hundred_thousand_brackets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
