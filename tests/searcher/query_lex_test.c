/* What the lexer's tokens are to the parser, for queries of every kind: in order, in pairs, none of them
 * without content; and where operands begin, worked out a second time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "searcher/query_lex.h"
#include "tests/support/random.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST = 300, QUERIES = 20000 };

struct lexed {
    ks_query query;
    ks_lexer lex;
    char *raw;
};

/* Tokens of the text, tidied; the raw text is all of it. */
static void lex_text(struct lexed *it, const char *text, size_t size) {
    *it = (struct lexed){0};
    assert_non_null(it->raw = ks_arena_copy(&it->query.arena, text, size));
    it->query.raw = it->raw;
    it->query.raw_size = size;
    ks_lex_run(&it->lex, &it->query, NULL);
    ks_lex_tidy(&it->lex);
    assert_int_equal(it->lex.status, KS_OK);
}

static void free_lexed(struct lexed *it) {
    ks_lex_free(&it->lex);
    ks_query_free(&it->query);
}

/* ---- Tokens as text ---- */

/* A letter each: leaves by their kind (w, ", *, =, d), brackets and signs as they are written. */
static void describe(const ks_lexer *lex, char *out) {
    static const char signs[] = {
        [KS_LEX_OPEN] = '(', [KS_LEX_CLOSE] = ')', [KS_LEX_MINUS] = '-',  [KS_LEX_NOT] = '!',
        [KS_LEX_AND] = '&',  [KS_LEX_OR] = '|',    [KS_LEX_DROPPED] = '?'};
    static const char leaves[] = {[KS_QUERY_WORDS] = 'w',
                                  [KS_QUERY_PHRASE] = '"',
                                  [KS_QUERY_PREFIX] = '*',
                                  [KS_QUERY_EXACT] = '=',
                                  [KS_QUERY_DATES] = 'd'};
    for (size_t i = 0; i < lex->count; i++) {
        const ks_query_token *token = &lex->tokens[i];
        *out++ = token->kind == KS_LEX_LEAF ? leaves[token->leaf->kind] : signs[token->kind];
    }
    *out = '\0';
}

static void expect(const char *text, const char *expected) {
    struct lexed it;
    char found[LONGEST];
    lex_text(&it, text, strlen(text));
    describe(&it.lex, found);
    if (strcmp(found, expected) != 0) fail_msg("[%s] is %s, not %s", text, found, expected);
    free_lexed(&it);
}

static void queries_by_hand(void **state) {
    static const char *const cases[][2] = {
        {"", ""},
        {"  \t\n", ""},
        {"a b", "ww"},
        {"a AND b OR NOT c", "w&w|!w"},
        {"and or not", "www"},
        {"AND", "&"},
        {"-a", "-w"},
        {"--a", "w"},
        {"- a", "w"},
        {"-", ""},
        {"a -", "w"},
        {"a-b", "w"},
        {"-+a", "w"},
        {"-(a b)", "-(ww)"},
        {"-()", ""},
        {"-( )a", "-w"},
        {"()", ""},
        {"(())", ""},
        {"(a)(b)", "(w)(w)"},
        {"f(x)", "ww"},
        {"f (x)", "w(w)"},
        {"NOT(a b)", "!(ww)"},
        {"(a", "w"},
        {"a)", "w"},
        {"((a)", "(w)"},
        {"pre*", "*"},
        {"pre**", "*"},
        {"p*re", "ww"},
        {"*", ""},
        {"* a", "w"},
        {"\"a b\"", "\""},
        {"\"a b\"~3", "\""},
        {"\"\"", ""},
        {"-\"a b\"", "-\""},
        {"\"open", "w"},
        {"kind:a", "="},
        {"-kind:a,b", "-="},
        {"date:2014", "d"},
        {"date:never", "w"},
        {"title:a", "w"},
        {"title:(a b)", "(ww)"},
        {"title:\"a b\"", "\""},
        {"title:a*", "*"},
        {"title:", "w"},
        {"has:url is:failed", "=="},
        {"tag:x tag:y*", "=*"},
        {"... !?", ""},
        {"\xE2\x80\x9C"
         "a b\xE2\x80\x9D",
         "\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) expect(cases[i][0], cases[i][1]);
}

/* ---- Queries at random ---- */

static const char *const pieces[] = {"a",    "bc",       "Deep",   "\xC3\xA4", "\xE6\xB7\xB1",
                                     "7",    " ",        " ",      " ",        "\t",
                                     "(",    "(",        ")",      ")",        "-",
                                     "--",   "+",        "*",      "\"",       "\xE2\x80\x9D",
                                     "~3",   "AND",      "OR",     "NOT",      "and",
                                     ":",    "title:",   "tag:",   "kind:",    "date:",
                                     "2014", "..",       "after:", ",",        "/",
                                     ".",    "\xCC\x81", "has:",   "url",      "claim:"};

static size_t random_query(char *out, uint64_t *random) {
    size_t size = 0, count = ks_test_below(random, 30);
    for (size_t i = 0; i < count; i++) {
        const char *piece = pieces[ks_test_below(random, sizeof pieces / sizeof *pieces)];
        memcpy(out + size, piece, strlen(piece));
        size += strlen(piece);
    }
    out[size] = '\0';
    return size;
}

/* Each begins where the one before ends, or behind it, and its text is the query's. */
static const char *fault_of_places(const struct lexed *it) {
    size_t end = 0;
    for (size_t i = 0; i < it->lex.count; i++) {
        const ks_query_token *token = &it->lex.tokens[i];
        if (token->start < end || token->end < token->start || token->end > it->query.raw_size)
            return "out of place";
        if (token->end == token->start) return "empty";
        if (token->glued && i == 0 && token->start == 0) return "glued to nothing";
        end = token->end;
        if (token->kind == KS_LEX_OPEN && it->raw[token->start] != '(') return "no bracket";
        if (token->kind == KS_LEX_CLOSE && it->raw[token->start] != ')') return "no closing bracket";
        if (token->kind == KS_LEX_MINUS && it->raw[token->start] != '-') return "no minus";
        if (token->kind == KS_LEX_DROPPED) return "dropped, yet there";
    }
    return NULL;
}

static const char *fault_of_pairs(const ks_lexer *lex) {
    size_t depth = 0;
    for (size_t i = 0; i < lex->count; i++) {
        const ks_query_token *next = i + 1 < lex->count ? &lex->tokens[i + 1] : NULL;
        switch (lex->tokens[i].kind) {
        case KS_LEX_OPEN:
            if (++depth > KS_QUERY_DEPTH) return "too deep";
            if (next && next->kind == KS_LEX_CLOSE) return "an empty group";
            break;
        case KS_LEX_CLOSE:
            if (depth-- == 0) return "closes nothing";
            break;
        case KS_LEX_MINUS:
            if (!next || !next->glued || (next->kind != KS_LEX_LEAF && next->kind != KS_LEX_OPEN))
                return "a minus without an operand";
            break;
        case KS_LEX_LEAF:
        case KS_LEX_NOT:
        case KS_LEX_AND:
        case KS_LEX_OR:
        case KS_LEX_DROPPED: break;
        }
    }
    return depth ? "not closed" : NULL;
}

static const char *fault_of_leaves(const ks_lexer *lex) {
    size_t leaves = 0;
    for (size_t i = 0; i < lex->count; i++) {
        const ks_query_node *leaf = lex->tokens[i].leaf;
        if ((lex->tokens[i].kind == KS_LEX_LEAF) != (leaf != NULL))
            return "a leaf without a node, or the reverse";
        if (!leaf) continue;
        leaves += leaf->kind == KS_QUERY_EXACT ? leaf->values.count : 1;
        if (leaf->kind == KS_QUERY_EXACT && leaf->values.count == 0) return "a filter without values";
        if (leaf->kind == KS_QUERY_DATES && leaf->first > leaf->last)
            return "dates that end before they begin";
        if (leaf->kind <= KS_QUERY_PREFIX && (leaf->size == 0 || strlen(leaf->text) != leaf->size))
            return "no text";
        if (leaf->kind == KS_QUERY_PREFIX && !ks_query_has_letters(leaf->text))
            return "a prefix without letters";
        if (leaf->start != lex->tokens[i].start || leaf->end != lex->tokens[i].end) return "a leaf elsewhere";
    }
    return leaves > lex->leaves ? "more leaves than were counted" : NULL;
}

/* An operand begins with a leaf, a bracket or a minus, or with any number of NOTs before one. */
static bool begins_operand(const ks_lexer *lex, size_t i) {
    while (i < lex->count && lex->tokens[i].kind == KS_LEX_NOT) i++;
    return i < lex->count && (lex->tokens[i].kind == KS_LEX_LEAF || lex->tokens[i].kind == KS_LEX_OPEN ||
                              lex->tokens[i].kind == KS_LEX_MINUS);
}

static const char *fault_of_operands(const ks_lexer *lex) {
    for (size_t i = 0; i < lex->count; i++)
        if (lex->tokens[i].operand != begins_operand(lex, i)) return "an operand, or none";
    return NULL;
}

static void check(const char *text, size_t size) {
    struct lexed it;
    const char *fault;
    lex_text(&it, text, size);
    if ((fault = fault_of_places(&it)) || (fault = fault_of_pairs(&it.lex)) ||
        (fault = fault_of_leaves(&it.lex)) || (fault = fault_of_operands(&it.lex)))
        fail_msg("[%.*s]: %s", (int)size, text, fault);
    free_lexed(&it);
}

static void pieces_at_random(void **state) {
    uint64_t random = ks_test_seed(731);
    (void)state;
    for (int i = 0; i < QUERIES; i++) {
        char text[LONGEST];
        check(text, random_query(text, &random));
    }
}

static void characters_at_random(void **state) {
    static const char all[] = "ab:*-\"() ~,.AND0";
    uint64_t random = ks_test_seed(732);
    (void)state;
    for (int i = 0; i < QUERIES; i++) {
        char text[40];
        size_t size = ks_test_below(&random, sizeof text);
        for (size_t j = 0; j < size; j++) text[j] = all[ks_test_below(&random, sizeof all - 1)];
        check(text, size);
    }
}

/* Every text of a few of the characters that mean something. */
static void all_short_queries(void **state) {
    static const char all[] = "a-(*)\" :";
    enum { KINDS = sizeof all - 1 };
    (void)state;
    for (size_t size = 1; size <= 5; size++) {
        size_t texts = 1;
        for (size_t i = 0; i < size; i++) texts *= KINDS;
        for (size_t number = 0; number < texts; number++) {
            char text[8];
            for (size_t i = 0, rest = number; i < size; i++, rest /= KINDS) text[i] = all[rest % KINDS];
            check(text, size);
        }
    }
}

/* ---- Operators ---- */

static void names_of_operators(void **state) {
    static const struct {
        const char *name, *word;
        ks_query_token_kind kind;
    } cases[] = {{"AND", "and", KS_LEX_AND}, {"OR", "or", KS_LEX_OR}, {"NOT", "not", KS_LEX_NOT}};
    static const char *const others[] = {"", "A", "AN", "ANDS", "and", "And", "ORR", "nOT", "NO", "X"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        ks_query_node node = {0};
        assert_int_equal(ks_query_operator_of(cases[i].name, strlen(cases[i].name)), cases[i].kind);
        assert_string_equal(ks_query_operator_name(cases[i].kind), cases[i].name);
        ks_query_operator_word(&node, cases[i].kind);
        assert_string_equal(node.text, cases[i].word);
        assert_int_equal(node.size, strlen(cases[i].word));
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(ks_query_operator_of(others[i], strlen(others[i])), KS_LEX_LEAF);
    assert_int_equal(ks_query_operator_of("ANDROID", 3), KS_LEX_AND); /* as many bytes as it says */
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_by_hand),      cmocka_unit_test(pieces_at_random),
        cmocka_unit_test(characters_at_random), cmocka_unit_test(all_short_queries),
        cmocka_unit_test(names_of_operators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
