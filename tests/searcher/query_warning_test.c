/* What is wrong in a query: the warning, the byte it names, and what becomes of the text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/searcher/query_dump.h"

#include <stdio.h>

/* `warnings` are all of them, joined with "|". */
typedef struct row {
    const char *query, *tree, *warnings;
} row;

#define CLOSED " is not closed; its text is taken as words"
#define NO_VALUE " has no value; it is taken as a word"
#define NO_OPERAND " has no operand; it is taken as a word"
#define IGNORED "; it is ignored"
#define MEMBERS " knows title, url, summary, claims, tags, body, date, author and lang; it is taken as words"
#define RANGES " is not YYYY, YYYY-MM or YYYY-MM-DD, nor two of them with .. between; it is taken as words"
#define DATES " is not YYYY, YYYY-MM or YYYY-MM-DD; it is taken as words"
#define REVERSED " end before they begin; they are taken as words"
#define NO_FIELD " is no field; it is taken as words"

static const row empty[] = {
    {"", "(all)", "the query is empty"},
    {" \t\n\xC2\xA0\x01", "(all)", "the query is empty"},
    {"-", "(all)", "the query holds no words"},
    {"... & - + \xE2\x80\x94", "(all)", "the query holds no words"},
};

static const row quotes[] = {
    {"\"policy gradients", "(all policy gradients)", "the quote at byte 0" CLOSED},
    {"a \"b -c", "(all a b (not c))", "the quote at byte 2" CLOSED},
    {"a \"-b", "(all a b)", "the quote at byte 2" CLOSED},
    {"\"a b\" 12\"", "(all \"a b\" 12)", "the quote at byte 8" CLOSED},
    {"a \xE2\x80\x9C"
     "b",
     "(all a b)", "the quote at byte 2" CLOSED},
    {"title:\"a b", "(all title=a b)", "the quote at byte 6" CLOSED},
    {"author:\"a b", "(all author: a b)", "author: at byte 0" NO_VALUE "|the quote at byte 7" CLOSED},
    {"author:a,\"b c", "(all author{a} b c)", "the quote at byte 9" CLOSED},
    {"\"\" a", "(all a)", "the phrase at byte 0 is empty" IGNORED},
    {"a \"  \"", "(all a)", "the phrase at byte 2 is empty" IGNORED},
    {"a \"?!\"~2", "(all a)", "the phrase at byte 2 is empty" IGNORED},
    {"-\"\" a", "(all a)", "the phrase at byte 1 is empty" IGNORED},
    {"a OR \"\" b", "(all (any a b))", "the phrase at byte 5 is empty" IGNORED},
    {"\"\"", "(all)", "the phrase at byte 0 is empty" IGNORED "|the query holds no words"},
    {"\"a b\"~51", "(all \"a b\"~50)", "the distance at byte 5 is more than 50; 50 is taken"},
    {"\"a b\"~99999999999999999999", "(all \"a b\"~50)",
     "the distance at byte 5 is more than 50; 50 is taken"},
};

static const row brackets[] = {
    {"(a b", "(all a b)", "the bracket at byte 0 is not closed" IGNORED},
    {"a (b (c) d", "(all a b c d)", "the bracket at byte 2 is not closed" IGNORED},
    {"a OR (b c", "(all (any a b) c)", "the bracket at byte 5 is not closed" IGNORED},
    {"-(a b", "(all (not a) b)", "the bracket at byte 1 is not closed" IGNORED},
    {"-( a b", "(all a b)", "the bracket at byte 1 is not closed" IGNORED},
    {"title:(a b", "(all title=a b)", "the bracket at byte 6 is not closed" IGNORED},
    {"title:((a b) c", "(all (all title=a title=b) c)", "the bracket at byte 6 is not closed" IGNORED},
    {"title:(((a b", "(all title=a b)",
     "the bracket at byte 6 is not closed" IGNORED "|the bracket at byte 7 is not closed" IGNORED
     "|the bracket at byte 8 is not closed" IGNORED},
    {"title:( a", "(all a)", "the bracket at byte 6 is not closed" IGNORED},
    {"title:(kind:a", "(all kind{a})", "the bracket at byte 6 is not closed" IGNORED},
    {"(f(x)", "(all f x)", "the bracket at byte 0 is not closed" IGNORED},
    {"a) b", "(all a b)", "the bracket at byte 1 closes nothing" IGNORED},
    {"(a b)) c", "(all (all a b) c)", "the bracket at byte 5 closes nothing" IGNORED},
    {"f(x)) y", "(all f x y)", "the bracket at byte 4 closes nothing" IGNORED},
    {":-)", "(all)", "the bracket at byte 2 closes nothing" IGNORED "|the query holds no words"},
    {"a () b", "(all a b)", "the brackets at byte 2 are empty; they are ignored"},
    {"a (() ()) b", "(all a b)",
     "the brackets at byte 3 are empty; they are ignored|the brackets at byte 6 are empty; they are ignored|"
     "the brackets at byte 2 are empty; they are ignored"},
    {"-() a", "(all a)", "the brackets at byte 1 are empty; they are ignored"},
    {"(-) a", "(all a)", "the brackets at byte 0 are empty; they are ignored"},
    {"a OR () b", "(all (any a b))", "the brackets at byte 5 are empty; they are ignored"},
    {"a OR ()", "(all a or)", "the brackets at byte 5 are empty; they are ignored|OR at byte 2" NO_OPERAND},
    {"title:() a", "(all a)", "the brackets at byte 6 are empty; they are ignored"},
};

static const row operators[] = {
    {"OR", "(all or)", "OR at byte 0" NO_OPERAND},
    {"AND", "(all and)", "AND at byte 0" NO_OPERAND},
    {"NOT", "(all not)", "NOT at byte 0" NO_OPERAND},
    {"OR a", "(all or a)", "OR at byte 0" NO_OPERAND},
    {"a OR", "(all a or)", "OR at byte 2" NO_OPERAND},
    {"AND a", "(all and a)", "AND at byte 0" NO_OPERAND},
    {"a AND", "(all a and)", "AND at byte 2" NO_OPERAND},
    {"a NOT", "(all a not)", "NOT at byte 2" NO_OPERAND},
    {"a OR OR b", "(all a or or b)", "OR at byte 2" NO_OPERAND "|OR at byte 5" NO_OPERAND},
    {"a OR AND b", "(all a or b)", "OR at byte 2" NO_OPERAND},
    {"a OR NOT", "(all a or not)", "OR at byte 2" NO_OPERAND "|NOT at byte 5" NO_OPERAND},
    {"NOT OR a", "(all not or a)", "NOT at byte 0" NO_OPERAND "|OR at byte 4" NO_OPERAND},
    {"NOT NOT", "(all not not)", "NOT at byte 0" NO_OPERAND "|NOT at byte 4" NO_OPERAND},
    {"(OR) (a OR) b", "(all or (all a or) b)", "OR at byte 1" NO_OPERAND "|OR at byte 8" NO_OPERAND},
    {"title:(OR a)", "(all title=or title=a)", "OR at byte 7" NO_OPERAND},
    {"-f(OR)", "(all (not f) or)", "OR at byte 3" NO_OPERAND},
};

static const row stars[] = {
    {"*", "(all)", "the star at byte 0 has no letter or digit before it" IGNORED "|the query holds no words"},
    {"a ** b", "(all a b)", "the star at byte 2 has no letter or digit before it" IGNORED},
    {"a (*) b", "(all a b)",
     "the star at byte 3 has no letter or digit before it" IGNORED
     "|the brackets at byte 2 are empty; they are ignored"},
    {"title:*", "(all title:)", "title: at byte 0" NO_VALUE},
    {"kind:blo*", "(all kind{blo})", "the star at byte 8 has no effect" IGNORED},
    {"tag:a,b*", "(all tag{a|b})", "the star at byte 7 has no effect" IGNORED},
    {"tag:\"a b\"*", "(all tag{a b})", "the star at byte 9 has no effect" IGNORED},
    {"tag:++*", "(all tag{++})", "the star at byte 6 has no effect" IGNORED},
    {"tag:a*b", "(all tag{a} b)", "the star at byte 5 has no effect" IGNORED},
};

static const row names[] = {
    {"title:", "(all title:)", "title: at byte 0" NO_VALUE},
    {"a Title: b", "(all a Title: b)", "Title: at byte 2" NO_VALUE},
    {"(title:) b", "(all title: b)", "title: at byte 1" NO_VALUE},
    {"title:--- b", "(all title: b)", "title: at byte 0" NO_VALUE},
    {"title:\"\" b", "(all title: b)", "the phrase at byte 6 is empty" IGNORED "|title: at byte 0" NO_VALUE},
    {"-title: b", "(all (not title:) b)", "title: at byte 1" NO_VALUE},
    {"kind: blog", "(all kind: blog)", "kind: at byte 0" NO_VALUE},
    {"kind:, blog", "(all kind: blog)", "kind: at byte 0" NO_VALUE},
    {"kind:(a b)", "(all kind: (all a b))", "kind: at byte 0" NO_VALUE},
    {"kind:\"\"", "(all kind:)", "kind: at byte 0" NO_VALUE "|the phrase at byte 5 is empty" IGNORED},
    {"tag:*", "(all tag:)", "tag: at byte 0" NO_VALUE},
    {"has: is: date: id:", "(all has: is: date: id:)",
     "has: at byte 0" NO_VALUE "|is: at byte 5" NO_VALUE "|date: at byte 9" NO_VALUE
     "|id: at byte 15" NO_VALUE},
    {"foo:bar", "(all foo:bar)", "foo: at byte 0" NO_FIELD},
    {"a foo:bar,baz b", "(all a foo:bar,baz b)", "foo: at byte 2" NO_FIELD},
    {"-foo:bar", "(all (not foo:bar))", "foo: at byte 1" NO_FIELD},
    {"foo:\"a b\"", "(all foo: \"a b\")", "foo: at byte 0" NO_FIELD},
    {"foo:(a b)", "(all foo: (all a b))", "foo: at byte 0" NO_FIELD},
    {"foo:ba*", "(all foo: ba*)", "foo: at byte 0" NO_FIELD},
    {"-foo:ba*", "(all (not (all foo: ba*)))", "foo: at byte 1" NO_FIELD},
    {"abcdefghijklmnopqrstuvwxyzabcdefghijklmnop:x", "(all abcdefghijklmnopqrstuvwxyzabcdefghijklmnop:x)",
     "abcdefghijklmnopqrstuvwxyzabcdef: at byte 0" NO_FIELD},
    {"has:foo", "(all has:foo)", "has: at byte 0" MEMBERS},
    {"has:url,foo x", "(all has:url,foo x)", "has: at byte 0" MEMBERS},
    {"-has:foo", "(all (not has:foo))", "has: at byte 1" MEMBERS},
    {"has:\"foo bar\"", "(all has: \"foo bar\")", "has: at byte 0" MEMBERS},
    {"-has:\"foo bar\"", "(all (not (all has: \"foo bar\")))", "has: at byte 1" MEMBERS},
    {"has:f(x)", "(all has: f x)", "has: at byte 0" MEMBERS},
    {"has:fo*", "(all has:fo)", "has: at byte 0" MEMBERS},
};

static const row dates[] = {
    {"date:20145", "(all date:20145)", "the date at byte 5" RANGES},
    {"date:2014-13", "(all date:2014-13)", "the date at byte 5" RANGES},
    {"date:2014-00", "(all date:2014-00)", "the date at byte 5" RANGES},
    {"date:2015-02-29", "(all date:2015-02-29)", "the date at byte 5" RANGES},
    {"date:2014-04-31", "(all date:2014-04-31)", "the date at byte 5" RANGES},
    {"date:2014-04-00", "(all date:2014-04-00)", "the date at byte 5" RANGES},
    {"date:0000", "(all date:0000)", "the date at byte 5" RANGES},
    {"date:2014-2016", "(all date:2014-2016)", "the date at byte 5" RANGES},
    {"date:2014/05", "(all date:2014/05)", "the date at byte 5" RANGES},
    {"date:2014-05/31", "(all date:2014-05/31)", "the date at byte 5" RANGES},
    {"date:2014-5", "(all date:2014-5)", "the date at byte 5" RANGES},
    {"date:20a4", "(all date:20a4)", "the date at byte 5" RANGES},
    {"date:..", "(all date:..)", "the date at byte 5" RANGES},
    {"date:2014..x", "(all date:2014..x)", "the date at byte 5" RANGES},
    {"date:x..2014", "(all date:x..2014)", "the date at byte 5" RANGES},
    {"date:2014...2016", "(all date:2014...2016)", "the date at byte 5" RANGES},
    {"date:2014,2015", "(all date:2014,2015)", "the date at byte 5" RANGES},
    {"date:\"last year\"", "(all date: \"last year\")", "the date at byte 5" RANGES},
    {"a after:yesterday", "(all a after:yesterday)", "the date at byte 8" DATES},
    {"after:2014..2015", "(all after:2014..2015)", "the date at byte 6" DATES},
    {"before:soon", "(all before:soon)", "the date at byte 7" DATES},
    {"date:2016..2014", "(all date:2016..2014)", "the dates at byte 5" REVERSED},
    {"date:2014-05-02..2014-05-01", "(all date:2014-05-02..2014-05-01)", "the dates at byte 5" REVERSED},
};

static const row bytes[] = {
    {"a \xFF"
     "b",
     "(all a \xEF\xBF\xBD"
     "b)",
     "1 byte that is not UTF-8 was replaced"},
    {"\xE2\x82 a \xFF\xFE", "(all a)", "4 bytes that are not UTF-8 were replaced"},
    {"\xC3", "(all)", "1 byte that is not UTF-8 was replaced|the query holds no words"},
};

static char *join_warnings(const ks_query *query) {
    ks_buffer out = {0};
    for (size_t i = 0; i < query->warning_count; i++)
        ks_buffer_format(&out, "%s%s", i ? "|" : "", query->warnings[i]);
    return ks_buffer_take(&out);
}

static void check_row(const row *expected) {
    ks_query query;
    tree_size counted = {0};
    char *tree, *warnings;
    assert_int_equal(ks_query_parse(&query, expected->query, strlen(expected->query), NULL), KS_OK);
    tree = dump_tree(query.root);
    warnings = join_warnings(&query);
    if (strcmp(tree, expected->tree) != 0 || strcmp(warnings, expected->warnings) != 0)
        print_error("query: %s\n", expected->query);
    assert_string_equal(tree, expected->tree);
    assert_string_equal(warnings, expected->warnings);
    assert_null(tree_fault(&query, query.root, &counted));
    free(tree);
    free(warnings);
    ks_query_free(&query);
}

#define CHECK_TABLE(table)                                                                                   \
    static void table##_warn(void **state) {                                                                 \
        (void)state;                                                                                         \
        for (size_t i = 0; i < sizeof(table) / sizeof *(table); i++) check_row(&(table)[i]);                 \
    }

CHECK_TABLE(empty)
CHECK_TABLE(quotes)
CHECK_TABLE(brackets)
CHECK_TABLE(operators)
CHECK_TABLE(stars)
CHECK_TABLE(names)
CHECK_TABLE(dates)
CHECK_TABLE(bytes)

static size_t first_byte(const char *warning) {
    const char *byte = strstr(warning, "at byte ");
    assert_non_null(byte);
    return (size_t)strtoul(byte + strlen("at byte "), NULL, 10);
}

/* The byte that a warning names is where the thing stands, whatever stands before it. */
static void check_moved(const row *rows, size_t count) {
    static const char before[] = "kind:\xC3\xA9 \"x y\"~2 ";
    for (size_t i = 0; i < count; i++) {
        ks_query query;
        char text[128];
        int size = snprintf(text, sizeof text, "%s%s", before, rows[i].query);
        assert_int_equal(ks_query_parse(&query, text, (size_t)size, NULL), KS_OK);
        assert_true(query.warning_count > 0);
        assert_int_equal(first_byte(query.warnings[0]), first_byte(rows[i].warnings) + sizeof before - 1);
        ks_query_free(&query);
    }
}

static void bytes_move_with_the_text(void **state) {
    (void)state;
    check_moved(quotes, sizeof quotes / sizeof *quotes);
    check_moved(brackets, sizeof brackets / sizeof *brackets);
    check_moved(stars, sizeof stars / sizeof *stars);
    check_moved(names, sizeof names / sizeof *names);
    check_moved(dates, sizeof dates / sizeof *dates);
}

static void only_twenty_warnings_are_kept(void **state) {
    static const char text[] = "))))))))))))))))))))))))))))))";
    ks_query query;
    (void)state;
    assert_int_equal(ks_query_parse(&query, text, 20, NULL), KS_OK);
    assert_int_equal(query.warning_count, 21); /* that there are no words is one more */
    assert_string_equal(query.warnings[19], "the bracket at byte 19 closes nothing; it is ignored");
    assert_string_equal(query.warnings[20], "there are more warnings");
    ks_query_free(&query);
    assert_int_equal(ks_query_parse(&query, text, 19, NULL), KS_OK);
    assert_int_equal(query.warning_count, 20);
    assert_string_equal(query.warnings[19], "the query holds no words");
    ks_query_free(&query);
    assert_int_equal(ks_query_parse(&query, text, sizeof text - 1, NULL), KS_OK);
    assert_int_equal(query.warning_count, 21);
    assert_string_equal(query.warnings[20], "there are more warnings");
    assert_int_equal(ks_query_warn(&query, NULL, "one more"), KS_OK);
    assert_int_equal(query.warning_count, 21);
    ks_query_free(&query);
}

/* What others may not push out comes first; the last of the others gives way. */
static void the_weightiest_warnings_are_kept(void **state) {
    static const char text[] = "))))))))))))))))))))))))))))))";
    (void)state;
    for (size_t others = 0; others <= 25; others++) {
        size_t both = others + 2, shown = both > 20 ? 20 : both;
        ks_query query;
        assert_int_equal(ks_query_parse(&query, text, others, NULL), KS_OK);
        assert_int_equal(ks_query_warn_first(&query, NULL, "%s", "weighty"), KS_OK);
        assert_string_equal(query.warnings[0], "weighty");
        assert_int_equal(query.warning_count, both > 20 ? 21 : both);
        if (others)
            assert_string_equal(query.warnings[1], "the bracket at byte 0 closes nothing; it is ignored");
        if (others + 1 < 20) assert_non_null(strstr(query.warnings[shown - 1], "the query "));
        if (both > 20) assert_string_equal(query.warnings[20], "there are more warnings");
        assert_int_equal(ks_query_warn_first(&query, NULL, "%d", 2), KS_OK);
        assert_string_equal(query.warnings[0], "2");
        assert_string_equal(query.warnings[1], "weighty");
        ks_query_free(&query);
    }
}

/* That a query was cut is said even where everything else is wrong as well. */
static void a_cut_is_said_among_many_warnings(void **state) {
    ks_buffer text = {0};
    ks_query query;
    (void)state;
    for (size_t i = 0; i < 30; i++) ks_buffer_str(&text, ") ");
    for (size_t i = 0; i < KS_QUERY_LEAVES + 1; i++) ks_buffer_str(&text, "a ");
    assert_int_equal(ks_query_parse(&query, text.data, text.size, NULL), KS_OK);
    assert_string_equal(
        query.warnings[0],
        "from byte 2108 on the query is left out: it may have 1024 words, phrases and filters");
    assert_string_equal(query.warnings[20], "there are more warnings");
    assert_int_equal(query.warning_count, 21);
    ks_query_free(&query);
    ks_buffer_free(&text);
}

static void others_can_add_warnings(void **state) {
    char longest[2000];
    ks_query query;
    (void)state;
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(ks_query_parse(&query, "a", 1, NULL), KS_OK);
    assert_int_equal(ks_query_warn(&query, NULL, "%s at %d%%", "here", 7), KS_OK);
    assert_int_equal(ks_query_warn(&query, NULL, "%s", longest), KS_OK);
    assert_int_equal(query.warning_count, 2);
    assert_string_equal(query.warnings[0], "here at 7%");
    assert_string_equal(query.warnings[1], longest);
    ks_query_free(&query);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_warn),
        cmocka_unit_test(quotes_warn),
        cmocka_unit_test(brackets_warn),
        cmocka_unit_test(operators_warn),
        cmocka_unit_test(stars_warn),
        cmocka_unit_test(names_warn),
        cmocka_unit_test(dates_warn),
        cmocka_unit_test(bytes_warn),
        cmocka_unit_test(bytes_move_with_the_text),
        cmocka_unit_test(only_twenty_warnings_are_kept),
        cmocka_unit_test(the_weightiest_warnings_are_kept),
        cmocka_unit_test(a_cut_is_said_among_many_warnings),
        cmocka_unit_test(others_can_add_warnings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
