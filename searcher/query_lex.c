/* The lexer: from characters to tokens. May use base. */
#include "searcher/query_lex.h"

#include <stdlib.h>
#include <string.h>

ks_query_char ks_lex_char(const ks_lexer *lex, size_t at, size_t *length) {
    return ks_query_char_at(lex->query->raw, lex->query->raw_size, at, length);
}

void ks_lex_warn(ks_lexer *lex, const char *format, ...) {
    va_list args;
    if (lex->status) return;
    va_start(args, format);
    lex->status = ks_query_vwarn(lex->query, lex->err, format, args);
    va_end(args);
}

void ks_lex_end_field(ks_lexer *lex) {
    bool is_bare = lex->field != KS_FIELD_ANY && !lex->field_used;
    lex->field = KS_FIELD_ANY;
    if (!is_bare || lex->cut) return;
    ks_lex_warn(lex, "%.*s at byte %zu has no value; it is taken as a word",
                (int)(lex->field_end - lex->field_start), lex->query->raw + lex->field_start,
                lex->field_start);
    ks_lex_words(lex, lex->field_start, lex->field_end);
}

/* A minus negates what it stands directly before, unless that is another sign. */
static bool is_minus(const ks_lexer *lex) {
    const char *raw = lex->query->raw;
    ks_query_char next;
    size_t length;
    if (!lex->at_start || raw[lex->at] != '-' || raw[lex->at + 1] == '-' || raw[lex->at + 1] == '+')
        return false;
    next = ks_lex_char(lex, lex->at + 1, &length);
    return next != KS_CHAR_END && next != KS_CHAR_BLANK && next != KS_CHAR_CLOSE;
}

bool ks_lex_is_tail(const ks_lexer *lex, size_t at) {
    size_t length;
    for (;; at += length) {
        switch (ks_lex_char(lex, at, &length)) {
        case KS_CHAR_END:
        case KS_CHAR_BLANK:
        case KS_CHAR_CLOSE: return true;
        case KS_CHAR_QUOTE:
        case KS_CHAR_OPEN:
        case KS_CHAR_LETTER: return false;
        case KS_CHAR_STAR:
        case KS_CHAR_OTHER:
        case KS_CHAR_MARK: break;
        }
    }
}

/* Steps over the signs before a word, and over what would change the meaning of `field:` if the printer wrote
 * it right behind that colon. */
static size_t skip_signs(const ks_lexer *lex, size_t at) {
    return at + strspn(lex->query->raw + at, "+-:/");
}

/* A run of characters that can stand in a word. Its tail is what is behind its last colon: of std::vec* only
 * vec can be a prefix. */
typedef struct run {
    size_t start, end;
    size_t tail;                /* where the tail begins, signs skipped */
    bool head_letters, letters; /* there are letters before the tail; there are letters in it */
    bool is_word_end;           /* its last character is a letter or digit */
} run;

static run scan_run(const ks_lexer *lex) {
    run found = {.start = lex->at, .end = lex->at, .tail = lex->at};
    size_t length;
    for (;; found.end += length) {
        ks_query_char class = ks_lex_char(lex, found.end, &length);
        if (class < KS_CHAR_OTHER) break;
        if (class != KS_CHAR_MARK) found.is_word_end = class == KS_CHAR_LETTER;
        if (class == KS_CHAR_LETTER) found.letters = true;
        if (lex->query->raw[found.end] != ':') continue;
        found.tail = found.end + 1;
        found.head_letters = found.head_letters || found.letters;
        found.letters = false;
    }
    found.tail = skip_signs(lex, found.tail);
    return found;
}

/* An operator's name that is meant as a word is written small, so that it is still a word when printed. */
void ks_lex_words(ks_lexer *lex, size_t start, size_t end) {
    ks_query_token_kind op = ks_query_operator_of(lex->query->raw + start, end - start);
    ks_query_node *node = ks_lex_leaf(lex, KS_QUERY_WORDS, start, end);
    if (!node) return;
    if (op == KS_LEX_LEAF || node->field != KS_FIELD_ANY) {
        ks_lex_text(lex, node, start, end);
    } else {
        ks_query_operator_word(node, op);
    }
}

static bool is_negated(const ks_lexer *lex) {
    return lex->glued && lex->count && lex->tokens[lex->count - 1].kind == KS_LEX_MINUS;
}

static void add_prefix(ks_lexer *lex, const run *word, size_t end) {
    if (word->head_letters) ks_lex_words(lex, word->start, word->tail);
    ks_query_node *node = ks_lex_leaf(lex, KS_QUERY_PREFIX, word->tail, end);
    if (node) ks_lex_text(lex, node, word->tail, word->end);
}

static void add_word(ks_lexer *lex, const run *word) {
    size_t stars = strspn(lex->query->raw + word->end, "*"), end = word->end + stars;
    ks_query_token_kind op = ks_query_operator_of(lex->query->raw + word->start, word->end - word->start);
    lex->after_word = word->is_word_end && !stars;
    lex->at = end;
    if (stars && word->letters && ks_lex_is_tail(lex, end)) {
        add_prefix(lex, word, end);
    } else if (op != KS_LEX_LEAF && !stars && lex->field == KS_FIELD_ANY && !is_negated(lex)) {
        lex->after_word = false; /* so that the bracket of NOT(a b) groups */
        ks_lex_push(lex, op, word->start, end);
    } else if (word->letters || word->head_letters) {
        ks_lex_words(lex, word->start, word->end);
    }
}

static void lex_word(ks_lexer *lex) {
    if (is_minus(lex)) {
        ks_lex_push(lex, KS_LEX_MINUS, lex->at, lex->at + 1);
        lex->at++;
        lex->at_start = lex->after_word = false;
        return;
    }
    lex->at = skip_signs(lex, lex->at);
    lex->at_start = lex->after_word = false;
    if (lex->field == KS_FIELD_ANY && ks_lex_field(lex)) return;
    run word = scan_run(lex);
    if (word.end > word.start) add_word(lex, &word);
}

static void lex_star(ks_lexer *lex) {
    size_t start = lex->at;
    lex->at += strspn(lex->query->raw + start, "*");
    if (lex->at_start && ks_lex_is_tail(lex, lex->at))
        ks_lex_warn(lex, "the star at byte %zu has no letter or digit before it; it is ignored", start);
    lex->at_start = lex->after_word = false;
}

static void lex_blank(ks_lexer *lex, size_t length) {
    ks_lex_end_field(lex);
    lex->at += length;
    lex->at_start = true;
    lex->glued = lex->after_word = false;
}

static void lex_next(ks_lexer *lex) {
    size_t length;
    switch (ks_lex_char(lex, lex->at, &length)) {
    case KS_CHAR_END: break;
    case KS_CHAR_BLANK: lex_blank(lex, length); break;
    case KS_CHAR_QUOTE: ks_lex_phrase(lex); break;
    case KS_CHAR_OPEN: ks_lex_open(lex); break;
    case KS_CHAR_CLOSE: ks_lex_close(lex); break;
    case KS_CHAR_STAR: lex_star(lex); break;
    case KS_CHAR_OTHER:
    case KS_CHAR_MARK:
    case KS_CHAR_LETTER: lex_word(lex); break;
    }
}

void ks_lex_run(ks_lexer *lex, ks_query *query, ks_error *err) {
    lex->query = query;
    lex->err = err;
    lex->field = KS_FIELD_ANY;
    lex->at_start = true;
    while (!lex->status && !lex->cut && lex->at < query->raw_size) lex_next(lex);
    ks_lex_end_field(lex);
    ks_lex_close_rest(lex);
}

void ks_lex_free(ks_lexer *lex) {
    free(lex->tokens);
    ks_buffer_free(&lex->brackets);
}
