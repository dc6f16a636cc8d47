/* The values behind a filter's colon: a list with commas, each value quoted or bare. May use base. */
#include "searcher/query_lex.h"

/* A closing bracket is looked for no further than this; else many open ones would take quadratic time. */
enum { BRACKET_REACH = 256 };

/* Where a bare value ends: at the next comma, or at anything else that cannot stand in a word, but not at
 * brackets that close again, as in id:10.1016/S0140-6736(20)30183-5. */
static size_t find_end(const ks_lexer *lex, size_t start, bool *has_brackets) {
    size_t at = start, outer = start, depth = 0, length;
    for (;; at += length) {
        ks_query_char class = ks_lex_char(lex, at, &length);
        if (class == KS_CHAR_OPEN && at > start) {
            if (depth++ == 0) outer = at;
        } else if (class == KS_CHAR_CLOSE && depth) {
            depth--;
            *has_brackets = true;
        } else if (class < KS_CHAR_OTHER || lex->query->raw[at] == ',') {
            return depth ? outer : at;
        }
        if (depth && at - outer > BRACKET_REACH) return outer;
    }
}

static const char *read_bare(ks_lexer *lex, ks_query_values *list) {
    size_t start = list->end;
    bool has_brackets = false;
    const char *copy;
    list->end = find_end(lex, start, &has_brackets);
    list->is_plain = list->is_plain && !has_brackets;
    copy = ks_arena_copy(&lex->query->arena, lex->query->raw + start, list->end - start);
    if (!copy) lex->status = ks_error_nomem(lex->err);
    return copy;
}

/* NULL if a closing quote is missing, or on failure. */
static const char *read_value(ks_lexer *lex, ks_query_values *list) {
    const char *value = NULL;
    size_t length;
    if (ks_lex_char(lex, list->end, &length) != KS_CHAR_QUOTE) return read_bare(lex, list);
    if (!ks_lex_quoted(lex, list->end, &value, &list->end)) return NULL;
    list->is_plain = false;
    return value;
}

void ks_lex_values(ks_lexer *lex, size_t start, ks_query_values *list) {
    size_t room = KS_QUERY_LEAVES - lex->leaves;
    list->count = 0;
    list->is_plain = true;
    for (list->end = start;; list->end++) {
        list->cut = list->count == room;
        if (list->cut) return;
        const char *value = read_value(lex, list);
        if (!value) return;
        if (value[0]) list->items[list->count++] = value;
        if (lex->query->raw[list->end] != ',') return;
    }
}
