/* Random trees, written down in one of the many ways that the language allows, parse to just these trees. The
 * writer knows the language from its description only and shares nothing with the printer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/searcher/query_dump.h"

#include <stdio.h>

enum { ROUNDS = 20000, DEEPEST = 5 };

typedef struct writer {
    uint64_t random;
    ks_buffer text; /* the query */
    ks_buffer tree; /* its s-expression, made beside it */
    const char *field;
} writer;

static size_t choose(writer *w, size_t count) {
    w->random = w->random * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(w->random >> 33) % count;
}

static const char *pick(writer *w, const char *const *choices, size_t count) {
    return choices[choose(w, count)];
}

#define PICK(w, choices) pick((w), (choices), sizeof(choices) / sizeof *(choices))

static void blank(writer *w) {
    static const char *const blanks[] = {" ",   " ",  " ", "  ", "\t", "\n", "\xC2\xA0", " \xE3\x80\x80",
                                         " & ", " - "};
    ks_buffer_str(&w->text, PICK(w, blanks));
}

static void both(writer *w, const char *text) {
    ks_buffer_str(&w->text, text);
    ks_buffer_str(&w->tree, text);
}

static const char *const words[] = {"policy", "gradients", "C++",   "t-SNE", "5.1%", "162,000",
                                    "or",     "x",         "don't", "12:30", "e.g.", "\xC3\xA9t\xC3\xA9",
                                    "#1",     "a_b/c",     "AND/OR"};

static void write_word(writer *w) {
    static const char *const signs[] = {"", "", "", "", "+"};
    ks_buffer_str(&w->text, PICK(w, signs));
    both(w, PICK(w, words));
}

static void write_phrase(writer *w) {
    static const char *const quotes[] = {"\"",           "\"",           "\xE2\x80\x9C",
                                         "\xE2\x80\x9D", "\xE2\x80\x9E", "\xE2\x80\x9F"};
    static const char *const extras[] = {"", "(", ")", "-", "OR", "title:", "*", ","};
    size_t count = choose(w, 3) + 1, slop = choose(w, 3) ? 0 : choose(w, 50) + 1;
    ks_buffer_str(&w->text, PICK(w, quotes));
    ks_buffer_char(&w->tree, '"');
    for (size_t i = 0; i < count; i++) {
        if (i) ks_buffer_char(&w->tree, ' ');
        if (i || choose(w, 2)) ks_buffer_str(&w->text, choose(w, 2) ? " " : " \t ");
        both(w, PICK(w, extras));
        both(w, PICK(w, words));
    }
    ks_buffer_str(&w->text, PICK(w, quotes));
    ks_buffer_char(&w->tree, '"');
    if (!slop) return;
    ks_buffer_format(&w->text, "~%zu", slop);
    ks_buffer_format(&w->tree, "~%zu", slop);
}

static void write_prefix(writer *w) {
    static const char *const starts[] = {"reinf", "C", "1", "t-S", "\xC3\xA9"};
    static const char *const stars[] = {"*", "*", "**", "*,", "*."};
    both(w, PICK(w, starts));
    ks_buffer_str(&w->text, PICK(w, stars));
    ks_buffer_char(&w->tree, '*');
}

static void write_text(writer *w) {
    switch (choose(w, 4)) {
    case 0: write_phrase(w); break;
    case 1: write_prefix(w); break;
    default: write_word(w); break;
    }
}

/* A name in the query and what the dump calls it. */
typedef struct naming {
    const char *name, *dumped;
} naming;

static const naming fields[] = {{"title:", "title="},  {"TITLE:", "title="},   {"summary:", "summary="},
                                {"claim:", "claims="}, {"claims:", "claims="}, {"Body:", "body="}};

static void write_plain(writer *w) {
    const naming *field = &fields[choose(w, 6)];
    if (choose(w, 4) == 0) {
        ks_buffer_str(&w->text, field->name);
        ks_buffer_str(&w->tree, field->dumped);
    } else {
        ks_buffer_str(&w->tree, w->field);
    }
    write_text(w);
}

static void write_filter(writer *w) {
    static const naming names[] = {{"kind:", "kind{"}, {"author:", "author{"}, {"Status:", "status{"},
                                   {"is:", "status{"}, {"id:", "id{"},         {"lang:", "lang{"},
                                   {"tag:", "tag{"},   {"tags:", "tag{"}};
    static const char *const bare[] = {"blog", "Paper", "a:b", "arxiv:1706.03762", "C++",
                                       "x/y",  "f(x)",  "-1",  "\xC3\xA9"};
    static const char *const quoted[] = {"Andrej Karpathy", "a,b", "(", "x*", "a OR b", "//x"};
    const naming *name = &names[choose(w, 8)];
    size_t count = choose(w, 3) + 1;
    ks_buffer_str(&w->text, name->name);
    ks_buffer_str(&w->tree, name->dumped);
    for (size_t i = 0; i < count; i++) {
        const char *quote = choose(w, 3) ? "" : "\"";
        if (i) {
            ks_buffer_char(&w->text, ',');
            ks_buffer_char(&w->tree, '|');
        }
        ks_buffer_str(&w->text, quote);
        both(w, *quote ? PICK(w, quoted) : PICK(w, bare));
        ks_buffer_str(&w->text, quote);
    }
    ks_buffer_char(&w->tree, '}');
}

static void write_dates(writer *w) {
    static const naming forms[] = {
        {"date:2014", "[20140101..20141231]"},  {"date:2014-02..", "[20140201..99991231]"},
        {"DATE:..2016-02", "[0..20160229]"},    {"date:2014..2015-06-07", "[20140101..20150607]"},
        {"after:2015", "[20150101..99991231]"}, {"before:2015-06", "[0..20150630]"},
        {"tag:reinf*", "tags=reinf*"},          {"has:claim,url", "has{claims|url}"}};
    const naming *form = &forms[choose(w, 8)];
    ks_buffer_str(&w->text, form->name);
    ks_buffer_str(&w->tree, form->dumped);
}

static void write_leaf(writer *w) {
    switch (choose(w, 6)) {
    case 0: write_filter(w); break;
    case 1: write_dates(w); break;
    default: write_plain(w); break;
    }
}

/* What a part may be without brackets where it stands. */
typedef enum place { IN_LIST, IN_ANY, IN_NOT } place;

static void write_part(writer *w, size_t depth, place where);

/* Brackets, sometimes with a field before them, which then holds inside. */
static void open_bracket(writer *w, const char **outer) {
    const naming *field = &fields[choose(w, 6)];
    *outer = w->field;
    if (choose(w, 6) == 0) {
        ks_buffer_str(&w->text, field->name);
        w->field = field->dumped;
    }
    ks_buffer_char(&w->text, '(');
    if (choose(w, 4) == 0) blank(w);
}

static void close_bracket(writer *w, const char *outer) {
    if (choose(w, 4) == 0) blank(w);
    ks_buffer_char(&w->text, ')');
    w->field = outer;
}

static void write_parts(writer *w, size_t depth, place where, bool has_and) {
    size_t count = choose(w, 3) + 2;
    for (size_t i = 0; i < count; i++) {
        if (i) blank(w);
        if (i && where == IN_ANY) {
            ks_buffer_str(&w->text, "OR");
            blank(w);
        } else if (i && has_and && choose(w, 4) == 0) {
            ks_buffer_str(&w->text, "AND");
            blank(w);
        }
        ks_buffer_char(&w->tree, ' ');
        write_part(w, depth - 1, where);
    }
}

static void write_group(writer *w, size_t depth) {
    const char *outer;
    open_bracket(w, &outer);
    ks_buffer_str(&w->tree, "(all");
    write_parts(w, depth, IN_LIST, true);
    ks_buffer_char(&w->tree, ')');
    close_bracket(w, outer);
}

static void write_any(writer *w, size_t depth, place where) {
    bool has_brackets = where == IN_NOT || choose(w, 2);
    const char *outer = w->field;
    if (has_brackets) open_bracket(w, &outer);
    ks_buffer_str(&w->tree, "(any");
    write_parts(w, depth, IN_ANY, false);
    ks_buffer_char(&w->tree, ')');
    if (has_brackets) close_bracket(w, outer);
}

static void write_not(writer *w, size_t depth) {
    static const char *const signs[] = {"-", "-", "NOT ", "NOT\t", "NOT NOT NOT ", "NOT NOT -"};
    ks_buffer_str(&w->tree, "(not ");
    ks_buffer_str(&w->text, PICK(w, signs));
    write_part(w, depth - 1, IN_NOT);
    ks_buffer_char(&w->tree, ')');
}

/* A leaf behind a minus must not begin with another sign: then it is in brackets. */
static void write_bracketed_leaf(writer *w) {
    size_t brackets = choose(w, 3) + 1;
    for (size_t i = 0; i < brackets; i++) ks_buffer_char(&w->text, '(');
    write_leaf(w);
    for (size_t i = 0; i < brackets; i++) ks_buffer_char(&w->text, ')');
}

static void write_part(writer *w, size_t depth, place where) {
    size_t kind = depth ? choose(w, 6) : 5;
    if (kind == 0) {
        write_group(w, depth);
    } else if (kind == 1 && where != IN_ANY) {
        write_any(w, depth, where);
    } else if (kind == 2 && where != IN_NOT) {
        write_not(w, depth);
    } else if (where == IN_NOT || choose(w, 6) == 0) {
        write_bracketed_leaf(w);
    } else {
        write_leaf(w);
    }
}

static void check(writer *w, uint64_t seed) {
    ks_query query;
    char *tree;
    assert_int_equal(ks_buffer_check(&w->text, NULL), KS_OK);
    assert_int_equal(ks_buffer_check(&w->tree, NULL), KS_OK);
    assert_int_equal(ks_query_parse(&query, w->text.data, w->text.size, NULL), KS_OK);
    tree = dump_tree(query.root);
    if (strcmp(tree, w->tree.data) != 0 || query.warning_count) {
        print_error("seed %llu\nquery: %s\n", (unsigned long long)seed, w->text.data);
        if (query.warning_count) print_error("warning: %s\n", query.warnings[0]);
    }
    assert_string_equal(tree, w->tree.data);
    assert_int_equal(query.warning_count, 0);
    free(tree);
    ks_query_free(&query);
}

static void written_trees_are_read(void **state) {
    static const uint64_t first_seed = 20141105;
    (void)state;
    print_message("seeds from %llu\n", (unsigned long long)first_seed);
    for (uint64_t seed = first_seed; seed < first_seed + ROUNDS; seed++) {
        writer w = {.random = seed, .field = ""};
        ks_buffer_str(&w.tree, "(all");
        write_parts(&w, choose(&w, DEEPEST) + 1, IN_LIST, true);
        ks_buffer_char(&w.tree, ')');
        check(&w, seed);
        ks_buffer_free(&w.text);
        ks_buffer_free(&w.tree);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(written_trees_are_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
