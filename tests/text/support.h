/* What the tests of text/ share: tokens copied out of the analyzer, and seeded random text. */
#ifndef KS_TESTS_TEXT_SUPPORT_H
#define KS_TESTS_TEXT_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "text/analyzer.h"

#include <stdlib.h>
#include <string.h>

typedef struct copied_token {
    char text[KS_TOKEN_LIMIT + 1];
    uint32_t size, position;
    ks_token_kind kind;
    size_t start, end;
    size_t word, word_start, word_end; /* the number and the bytes of the word it came with */
} copied_token;

/* All tokens of a text; free(list.tokens). */
typedef struct token_list {
    copied_token *tokens;
    size_t count;
    uint32_t position; /* after the last word */
} token_list;

static inline void copy_word(token_list *list, const ks_word *word, size_t number) {
    list->tokens = realloc(list->tokens, (list->count + word->count + 1) * sizeof *list->tokens);
    assert_true(word->count > 0);
    assert_non_null(list->tokens);
    for (size_t i = 0; i < word->count; i++) {
        const ks_token *token = &word->tokens[i];
        copied_token *copy = &list->tokens[list->count++];
        assert_in_range(token->size, 1, KS_TOKEN_LIMIT);
        memset(copy, 0, sizeof *copy);
        memcpy(copy->text, token->text, token->size);
        copy->size = token->size;
        copy->position = token->position;
        copy->kind = token->kind;
        copy->start = token->start;
        copy->end = token->end;
        copy->word = number;
        copy->word_start = word->start;
        copy->word_end = word->end;
    }
}

static inline token_list analyse(ks_analyzer *analyzer, const char *text, size_t size, uint32_t position) {
    token_list list = {0};
    ks_word word;
    ks_error err;
    bool more = true;
    ks_analyzer_start(analyzer, text, size, position);
    for (size_t number = 0;; number++) {
        assert_int_equal(ks_analyzer_next(analyzer, &word, &more, &err), KS_OK);
        if (!more) break;
        copy_word(&list, &word, number);
    }
    list.position = ks_analyzer_position(analyzer);
    return list;
}

static inline ks_analyzer *analyzer_for(const char *language) {
    ks_analyzer *analyzer = NULL;
    ks_error err;
    assert_int_equal(ks_analyzer_new(&analyzer, language, &err), KS_OK);
    assert_non_null(analyzer);
    return analyzer;
}

/* xorshift64*: the same numbers on every machine. */
static inline uint64_t random_next(uint64_t *state) {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

static inline size_t random_below(uint64_t *state, size_t limit) {
    return (size_t)((random_next(state) >> 33) % limit);
}

#endif
