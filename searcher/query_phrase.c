/* Quoted text: phrases with their slop, and the quoted values of filters. May use base. */
#include "searcher/query_lex.h"

#include <string.h>

enum { LARGEST_SLOP = 50 };

/* Finds the next quote from `from` on, its offset and length. Once there is none, it does not look again: a
 * query of nothing but opening quotes takes linear time. */
static bool find_quote(ks_lexer *lex, size_t from, size_t *at, size_t *length) {
    ks_query_char class = KS_CHAR_OTHER;
    if (lex->quotes_end) return false;
    for (*at = from; (class = ks_lex_char(lex, *at, length)) != KS_CHAR_END && class != KS_CHAR_QUOTE;)
        *at += *length;
    lex->quotes_end = class == KS_CHAR_END;
    return class == KS_CHAR_QUOTE;
}

static const char *copy_single_spaced(ks_lexer *lex, size_t from, size_t to) {
    char *copy = ks_arena_alloc(&lex->query->arena, to - from + 1);
    size_t size = 0, length;
    bool gap = false;
    if (!copy) {
        lex->status = ks_error_nomem(lex->err);
        return NULL;
    }
    for (size_t at = from; at < to; at += length) {
        if (ks_lex_char(lex, at, &length) == KS_CHAR_BLANK) {
            gap = size > 0;
            continue;
        }
        if (gap) copy[size++] = ' ';
        gap = false;
        memcpy(copy + size, lex->query->raw + at, length);
        size += length;
    }
    copy[size] = '\0';
    return copy;
}

bool ks_lex_quoted(ks_lexer *lex, size_t at, const char **text, size_t *end) {
    size_t length, close, close_length;
    ks_lex_char(lex, at, &length);
    if (!find_quote(lex, at + length, &close, &close_length)) return false;
    *text = copy_single_spaced(lex, at + length, close);
    *end = close + close_length;
    return *text != NULL;
}

/* Reads the number of a ~n at lex->at and steps over it; 0 if there is none. */
static uint32_t read_slop(ks_lexer *lex) {
    const char *raw = lex->query->raw; /* ends with NUL */
    size_t at = lex->at + 1;
    uint32_t slop = 0;
    if (raw[lex->at] != '~' || raw[at] < '0' || raw[at] > '9') return 0;
    for (; raw[at] >= '0' && raw[at] <= '9'; at++)
        if (slop <= LARGEST_SLOP) slop = slop * 10 + (uint32_t)(raw[at] - '0');
    if (slop > LARGEST_SLOP) {
        ks_lex_warn(lex, "the distance at byte %zu is more than %d; %d is taken", lex->at, LARGEST_SLOP,
                    LARGEST_SLOP);
        slop = LARGEST_SLOP;
    }
    lex->at = at;
    return slop;
}

void ks_lex_phrase(ks_lexer *lex) {
    size_t start = lex->at, length;
    const char *text;
    uint32_t slop;
    ks_query_node *node;
    lex->at_start = lex->after_word = false;
    if (!ks_lex_quoted(lex, start, &text, &lex->at)) {
        ks_lex_char(lex, start, &length);
        lex->at = start + length;
        ks_lex_warn(lex, "the quote at byte %zu is not closed; its text is taken as words", start);
        return;
    }
    slop = read_slop(lex);
    if (!ks_query_has_letters(text)) {
        ks_lex_warn(lex, "the phrase at byte %zu is empty; it is ignored", start);
        return;
    }
    node = ks_lex_leaf(lex, KS_QUERY_PHRASE, start, lex->at);
    if (!node) return;
    node->text = text;
    node->size = strlen(text);
    node->slop = slop;
}
