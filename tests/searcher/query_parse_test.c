/* Queries and their trees: every form of the language, one row each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/searcher/query_dump.h"

/* All rows here parse without a warning; query_warning_test.c has the others. */
typedef struct row {
    const char *query, *tree;
} row;

static const row words[] = {
    {"policy gradients", "(all policy gradients)"},
    {"policy", "(all policy)"},
    {"  policy \t gradients\n", "(all policy gradients)"},
    {"a\xC2\xA0"
     "b",
     "(all a b)"}, /* no-break space */
    {"a\xE3\x80\x80"
     "b",
     "(all a b)"}, /* ideographic space */
    {"a\xE2\x80\xA8"
     "b",
     "(all a b)"}, /* line separator */
    {"a\xE2\x80\x8B"
     "b",
     "(all a b)"}, /* zero width space */
    {"a\xC2\x85"
     "b\x7F"
     "c\x01"
     "d",
     "(all a b c d)"}, /* control characters */
    {"CIFAR-10", "(all CIFAR-10)"},
    {"t-SNE", "(all t-SNE)"},
    {"C++ C# PixelCNN++", "(all C++ C# PixelCNN++)"},
    {"162,000 5.1%", "(all 162,000 5.1%)"},
    {"don't e.g. AND/OR", "(all don't e.g. AND/OR)"},
    {"\xC3\x9C"
     "bung \xE6\x97\xA5\xE6\x9C\xAC",
     "(all \xC3\x9C"
     "bung \xE6\x97\xA5\xE6\x9C\xAC)"},
    {"and or not And Or", "(all and or not And Or)"},
    {"+word ++word -+word +-word --word", "(all word word word word word)"},
    {"--help", "(all help)"},
    {"a - b", "(all a b)"},
    {"a + b & c \xE2\x80\x94 d ... => !", "(all a b c d)"},
    {"a -- b -", "(all a b)"},
    {"/usr/lib //x", "(all usr/lib x)"},
    {"@karpathy #tag $5", "(all @karpathy #tag $5)"},
    {"a_b a=b a;b", "(all a_b a=b a;b)"},
    {"[0,1] {x} <y>", "(all [0,1] {x} <y>)"},
    {"\xF0\x9F\x98\x80 x", "(all x)"},
    {"a\xCC\x81", "(all a\xCC\x81)"},
};

static const row brackets_in_words[] = {
    {"f(x)", "(all f x)"},
    {"N(0, sigma)", "(all N 0, sigma)"},
    {"f(g(x))", "(all f g x)"},
    {"f(x y)(z)", "(all f x y z)"},
    {"f(-x)", "(all f x)"},
    {"f(", "(all f)"},
    {"f() g", "(all f g)"},
    {"(f(x) y) z", "(all (all f x y) z)"},
    {"e\xCC\x81(x)", "(all e\xCC\x81 x)"},
    {"policy(gradient OR method)", "(all policy (any gradient method))"},
    {"C++(x y)", "(all C++ (all x y))"},
};

static const row phrases[] = {
    {"\"policy gradients\"", "(all \"policy gradients\")"},
    {"\"one\"", "(all \"one\")"},
    {"\" policy \t gradients \"", "(all \"policy gradients\")"},
    {"\"a b\"~3", "(all \"a b\"~3)"},
    {"\"a b\"~0", "(all \"a b\")"},
    {"\"a b\"~50", "(all \"a b\"~50)"},
    {"\"a b\"~", "(all \"a b\")"},
    {"\"a b\"~x", "(all \"a b\" ~x)"},
    {"\"a b\" ~3", "(all \"a b\" ~3)"},
    {"\"a b\"~3x", "(all \"a b\"~3 x)"},
    {"\"a b\"~007", "(all \"a b\"~7)"},
    {"\"a\"\"b\"", "(all \"a\" \"b\")"},
    {"x\"a b\"y", "(all x \"a b\" y)"},
    {"\xE2\x80\x9Cpolicy gradients\xE2\x80\x9D", "(all \"policy gradients\")"},
    {"\xE2\x80\x9Epolicy gradients\xE2\x80\x9C~2", "(all \"policy gradients\"~2)"},
    {"\xE2\x80\x9Fpolicy gradients\"", "(all \"policy gradients\")"},
    {"\"title:x (y) OR -z*\"", "(all \"title:x (y) OR -z*\")"},
    {"\"\xE6\x97\xA5 \xE6\x9C\xAC\"", "(all \"\xE6\x97\xA5 \xE6\x9C\xAC\")"},
};

static const row operators[] = {
    {"-a", "(all (not a))"},
    {"-a b", "(all (not a) b)"},
    {"NOT a", "(all (not a))"},
    {"NOT  a b", "(all (not a) b)"},
    {"-\"a b\"", "(all (not \"a b\"))"},
    {"-\"a b\"~2", "(all (not \"a b\"~2))"},
    {"-title:a", "(all (not title=a))"},
    {"-kind:tweet", "(all (not kind{tweet}))"},
    {"-pre*", "(all (not pre*))"},
    {"-(a b)", "(all (not (all a b)))"},
    {"-(a)", "(all (not a))"},
    {"NOT (a OR b)", "(all (not (any a b)))"},
    {"NOT(a b)", "(all (not (all a b)))"},
    {"a -1.5", "(all a (not 1.5))"},
    {"a-b", "(all a-b)"},
    {"(-a)", "(all (not a))"},
    {"NOT NOT a", "(all a)"},
    {"NOT -a", "(all a)"},
    {"-(-a)", "(all a)"},
    {"-(-(-a))", "(all (not a))"},
    {"-(-(a b)) c", "(all (all a b) c)"},
    {"-f(x) y", "(all (not (all f x)) y)"},
    {"-f(x y)", "(all (not (all f x)) y)"},
    {"-a\"b c\"", "(all (not (all a \"b c\")))"},
    {"-OR -AND -NOT", "(all (not or) (not and) (not not))"},
    {"a OR b", "(all (any a b))"},
    {"a OR b OR c", "(all (any a b c))"},
    {"a b OR c d", "(all a (any b c) d)"},
    {"a OR b c OR d", "(all (any a b) (any c d))"},
    {"a OR -b", "(all (any a (not b)))"},
    {"-a OR b", "(all (any (not a) b))"},
    {"NOT a OR b", "(all (any (not a) b))"},
    {"a OR NOT b", "(all (any a (not b)))"},
    {"\"a\"OR\"b\"", "(all (any \"a\" \"b\"))"},
    {"a OR kind:blog OR date:2014", "(all (any a kind{blog} [20140101..20141231]))"},
    {"a AND b", "(all a b)"},
    {"a AND b OR c", "(all a (any b c))"},
    {"a OR b AND c", "(all (any a b) c)"},
    {"a AND NOT b", "(all a (not b))"},
    {"a AND (b c)", "(all a (all b c))"},
    {"a AND(b c)", "(all a (all b c))"},
    {"a OR, b", "(all a OR, b)"},
};

static const row groups[] = {
    {"(a b) c", "(all (all a b) c)"},
    {"(a b)", "(all a b)"},
    {"((a b))", "(all a b)"},
    {"(a) b", "(all a b)"},
    {"(((a))) b", "(all a b)"},
    {"(a b) (c d)", "(all (all a b) (all c d))"},
    {"(a b)(c d)", "(all (all a b) (all c d))"},
    {"(a b)c", "(all (all a b) c)"},
    {"(a b) OR c", "(all (any (all a b) c))"},
    {"a OR (b OR c)", "(all (any a b c))"},
    {"((a OR b) OR c) OR d", "(all (any a b c d))"},
    {"(a OR b) (c OR d)", "(all (any a b) (any c d))"},
    {"(a OR b c) OR d", "(all (any (all (any a b) c) d))"},
    {"( a )", "(all a)"},
    {"a ((b c) d)", "(all a (all (all b c) d))"},
};

static const row prefixes[] = {
    {"reinforc*", "(all reinforc*)"},
    {"r*", "(all r*)"},
    {"\xC3\xA9*", "(all \xC3\xA9*)"},
    {"1*", "(all 1*)"},
    {"CIFAR-1*", "(all CIFAR-1*)"},
    {"word**", "(all word*)"},
    {"a*b", "(all a b)"},
    {"*b", "(all b)"},
    {"a*b*", "(all a b*)"},
    {"foo*, bar*.", "(all foo* bar*)"},
    {"(foo*)", "(all foo*)"},
    {"f(foo*)", "(all f foo*)"},
    {"foo*(x)", "(all foo x)"},
    {"OR*", "(all OR*)"},
    {"http://x.y/pa*", "(all http:// x.y/pa*)"},
    {"12:3*", "(all 12: 3*)"},
};

static const row fields[] = {
    {"title:pong", "(all title=pong)"},
    {"summary:pong claim:pong claims:pong body:pong", "(all summary=pong claims=pong claims=pong body=pong)"},
    {"TITLE:pong Title:Pong", "(all title=pong title=Pong)"},
    {"title:\"policy gradients\"~2", "(all title=\"policy gradients\"~2)"},
    {"title:reinf*", "(all title=reinf*)"},
    {"title:(policy gradients)", "(all title=policy title=gradients)"},
    {"title:(a OR b) c", "(all (any title=a title=b) c)"},
    {"title:(a -b \"c d\" e*)", "(all title=a (not title=b) title=\"c d\" title=e*)"},
    {"title:((a b) OR c)", "(all (any (all title=a title=b) title=c))"},
    {"title:(a summary:b kind:blog tag:x*)", "(all title=a summary=b kind{blog} tags=x*)"},
    {"title:(a summary:(b c) d)", "(all title=a (all summary=b summary=c) title=d)"},
    {"-title:(a b)", "(all (not (all title=a title=b)))"},
    {"title:-a", "(all title=a)"},
    {"title:f(x) y", "(all title=f title=x y)"},
    {"title:\"a b\"c", "(all title=\"a b\" title=c)"},
    {"title:kind:blog", "(all title=kind:blog)"},
    {"title:OR", "(all title=OR)"},
    {"title:CIFAR-10,C++", "(all title=CIFAR-10,C++)"},
    {"title:http://x.y", "(all title=http://x.y)"},
    {"title:a:b*", "(all title=a: title=b*)"},
    {"title:*a", "(all title=a)"},
};

static const row no_fields[] = {
    {"http://karpathy.github.io/2016/05/31/rl/", "(all http://karpathy.github.io/2016/05/31/rl/)"},
    {"std::vector title::x id::y", "(all std::vector title::x id::y)"},
    {"id://x kind://y", "(all id://x kind://y)"},
    {"12:30 1:2", "(all 12:30 1:2)"},
    {"note: x", "(all note: x)"},
    {"note:", "(all note:)"},
    {"(note:)", "(all note:)"},
    {"a1:b a-b:c \xC3\xA9t\xC3\xA9:b", "(all a1:b a-b:c \xC3\xA9t\xC3\xA9:b)"},
    {"C:/temp f:X", "(all C:/temp f:X)"},
    {"sub:: x", "(all sub:: x)"},
    {"::x :x", "(all x x)"},
};

static const row filters[] = {
    {"kind:blog", "(all kind{blog})"},
    {"KIND:Blog", "(all kind{Blog})"},
    {"kind:blog,paper", "(all kind{blog|paper})"},
    {"kind:blog, paper", "(all kind{blog} paper)"},
    {"kind:,blog,,paper,", "(all kind{blog|paper})"},
    {"author:\"Andrej Karpathy\",hinton", "(all author{Andrej Karpathy|hinton})"},
    {"author:\xE2\x80\x9C Andrej \n Karpathy\xE2\x80\x9D", "(all author{Andrej Karpathy})"},
    {"author:\"a,b\"", "(all author{a,b})"},
    {"author:\"\",x", "(all author{x})"},
    {"author:\"A\"b", "(all author{A} b)"},
    {"status:ok is:failed is:ok,failed", "(all status{ok} status{failed} status{ok|failed})"},
    {"lang:en,de", "(all lang{en|de})"},
    {"id:arxiv:1706.03762", "(all id{arxiv:1706.03762})"},
    {"id:https://x.y/a?b=c#d", "(all id{https://x.y/a?b=c#d})"},
    {"id:10.1016/S0140-6736(20)30183-5", "(all id{10.1016/S0140-6736(20)30183-5})"},
    {"(id:a(b)) c", "(all id{a(b)} c)"},
    {"id:a(b c)", "(all id{a} b c)"},
    {"id:a(b,c)", "(all id{a} b,c)"},
    {"id:/etc/x id:-1", "(all id{/etc/x} id{-1})"},
    {"tag:policy-gradients", "(all tag{policy-gradients})"},
    {"tags:a,b tag:c", "(all tag{a|b} tag{c})"},
    {"tag:\"policy gradients\"", "(all tag{policy gradients})"},
    {"tag:reinforc*", "(all tags=reinforc*)"},
    {"tag:c++ tag:\"x*\"", "(all tag{c++} tag{x*})"},
    {"-tag:a -is:failed", "(all (not tag{a}) (not status{failed}))"},
    {"has:title,url,summary,claims,tags,body,date,author,lang",
     "(all has{title|url|summary|claims|tags|body|date|author|lang})"},
    {"has:claim has:tag HAS:URL has:\"Date\"", "(all has{claims} has{tags} has{url} has{date})"},
    {"date:2014", "(all [20140101..20141231])"},
    {"date:2014-05", "(all [20140501..20140531])"},
    {"date:2014-05-31", "(all [20140531..20140531])"},
    {"date:2014..2016", "(all [20140101..20161231])"},
    {"date:2014-05..", "(all [20140501..99991231])"},
    {"date:..2016", "(all [0..20161231])"},
    {"date:..2016-02", "(all [0..20160229])"},
    {"date:2014-05-31..2016", "(all [20140531..20161231])"},
    {"after:2015 after:2015-06 after:2015-06-07",
     "(all [20150101..99991231] [20150601..99991231] [20150607..99991231])"},
    {"before:2015 before:2015-06 before:2015-06-07", "(all [0..20151231] [0..20150630] [0..20150607])"},
    {"-date:2014", "(all (not [20140101..20141231]))"},
    {"date:\"2014\", x", "(all [20140101..20141231] x)"},
    {"date:\"2014..2015\"", "(all [20140101..20151231])"},
    {"kind:blog\"a b\"", "(all kind{blog} \"a b\")"},
};

static void check_row(const row *expected) {
    ks_query query;
    tree_size counted = {0};
    char *tree;
    assert_int_equal(ks_query_parse(&query, expected->query, strlen(expected->query), NULL), KS_OK);
    tree = dump_tree(query.root);
    if (strcmp(tree, expected->tree) != 0) print_error("query: %s\n", expected->query);
    assert_string_equal(tree, expected->tree);
    if (query.warning_count) print_error("query: %s\nwarning: %s\n", expected->query, query.warnings[0]);
    assert_int_equal(query.warning_count, 0);
    assert_null(tree_fault(&query, query.root, &counted));
    free(tree);
    ks_query_free(&query);
}

#define CHECK_TABLE(table)                                                                                   \
    static void table##_parse(void **state) {                                                                \
        (void)state;                                                                                         \
        for (size_t i = 0; i < sizeof(table) / sizeof *(table); i++) check_row(&(table)[i]);                 \
    }

CHECK_TABLE(words)
CHECK_TABLE(brackets_in_words)
CHECK_TABLE(phrases)
CHECK_TABLE(operators)
CHECK_TABLE(groups)
CHECK_TABLE(prefixes)
CHECK_TABLE(fields)
CHECK_TABLE(no_fields)
CHECK_TABLE(filters)

/* The bytes of the query that each node of one kind came from, joined with "|". */
static void add_spans(ks_buffer *out, const ks_query *query, const ks_query_node *node, ks_query_kind kind) {
    if (node->kind == kind) {
        if (out->size) ks_buffer_char(out, '|');
        ks_buffer_add(out, query->raw + node->start, node->end - node->start);
    }
    for (const ks_query_node *child = node->child; child; child = child->next)
        add_spans(out, query, child, kind);
}

static void nodes_know_their_bytes(void **state) {
    static const struct {
        const char *query, *spans;
        ks_query_kind kind;
    } rows[] = {
        {"  policy -gradients title:x", "policy|gradients|x", KS_QUERY_WORDS},
        {"a \"b  c\"~3 title:\"d\" e", "\"b  c\"~3|\"d\"", KS_QUERY_PHRASE},
        {"a pre* title:post* tag:t*", "pre*|post*|tag:t*", KS_QUERY_PREFIX},
        {"kind:a,\"b c\" x is:ok", "kind:a,\"b c\"|is:ok", KS_QUERY_EXACT},
        {"x date:2014.. before:2015", "date:2014..|before:2015", KS_QUERY_DATES},
        {"a OR b c -(d OR e)", "a OR b|d OR e", KS_QUERY_OR},
        {"-a NOT b x NOT  \"c d\"~2", "-a|NOT b|NOT  \"c d\"~2", KS_QUERY_NOT},
        {" (a b) c ", " (a b) c |a b", KS_QUERY_GROUP},
        {"a title: OR", "a|title:|OR", KS_QUERY_WORDS},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ks_query query;
        ks_buffer spans = {0};
        assert_int_equal(ks_query_parse(&query, rows[i].query, strlen(rows[i].query), NULL), KS_OK);
        add_spans(&spans, &query, query.root, rows[i].kind);
        assert_string_equal(spans.data, rows[i].spans);
        assert_int_equal(query.root->start, 0);
        assert_int_equal(query.root->end, query.raw_size);
        ks_buffer_free(&spans);
        ks_query_free(&query);
    }
}

/* Offsets count in the repaired text, where a bad byte takes three. */
static void raw_is_the_repaired_text(void **state) {
    static const char text[] = "a\0b\xFF"
                               "c \xE2\x82 d";
    ks_query query;
    (void)state;
    assert_int_equal(ks_query_parse(&query, text, sizeof text - 1, NULL), KS_OK);
    assert_string_equal(query.raw, "a b\xEF\xBF\xBD"
                                   "c \xEF\xBF\xBD d");
    assert_int_equal(query.raw_size, strlen(query.raw));
    assert_int_equal(query.root->child->start, 0);
    assert_int_equal(query.root->child->next->start, 2);
    assert_int_equal(query.root->child->next->end, 7);
    assert_string_equal(query.root->child->next->text, "b\xEF\xBF\xBD"
                                                       "c");
    assert_int_equal(query.root->child->next->next->start, 12);
    ks_query_free(&query);
}

static void the_text_need_not_outlive_the_call(void **state) {
    char text[] = "title:\"a b\" kind:c d*";
    ks_query query;
    char *tree;
    (void)state;
    assert_int_equal(ks_query_parse(&query, text, strlen(text), NULL), KS_OK);
    memset(text, 'z', sizeof text - 1);
    tree = dump_tree(query.root);
    assert_string_equal(tree, "(all title=\"a b\" kind{c} d*)");
    free(tree);
    ks_query_free(&query);
}

static void freeing_leaves_an_empty_query(void **state) {
    ks_query query = {0};
    (void)state;
    ks_query_free(&query);
    assert_int_equal(ks_query_parse(&query, "a ) b", 5, NULL), KS_OK);
    assert_int_equal(query.warning_count, 1);
    ks_query_free(&query);
    assert_null(query.root);
    assert_null(query.warnings);
    assert_int_equal(query.warning_count, 0);
    ks_query_free(&query);
}

/* A part of a tree prints as the query for that part. */
static void parts_can_be_printed(void **state) {
    static const char text[] = "(a OR -(b c)) title:\"d\"";
    ks_query query;
    char *printed;
    (void)state;
    assert_int_equal(ks_query_parse(&query, text, strlen(text), NULL), KS_OK);
    printed = print_tree(query.root->child);
    assert_string_equal(printed, "a OR -(b c)");
    free(printed);
    printed = print_tree(query.root->child->child->next->child);
    assert_string_equal(printed, "b c");
    free(printed);
    printed = print_tree(query.root->child->next);
    assert_string_equal(printed, "title:\"d\"");
    free(printed);
    ks_query_free(&query);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_parse),
        cmocka_unit_test(brackets_in_words_parse),
        cmocka_unit_test(phrases_parse),
        cmocka_unit_test(operators_parse),
        cmocka_unit_test(groups_parse),
        cmocka_unit_test(prefixes_parse),
        cmocka_unit_test(fields_parse),
        cmocka_unit_test(no_fields_parse),
        cmocka_unit_test(filters_parse),
        cmocka_unit_test(nodes_know_their_bytes),
        cmocka_unit_test(raw_is_the_repaired_text),
        cmocka_unit_test(the_text_need_not_outlive_the_call),
        cmocka_unit_test(freeing_leaves_an_empty_query),
        cmocka_unit_test(parts_can_be_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
