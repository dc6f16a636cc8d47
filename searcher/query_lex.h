/* The lexer of the query language and what its parts share. Private to the query_*.c files; may use base.
 *
 * Lexing makes the tokens and finds each bracket's partner, tidying drops what turned out to have no
 * content, parsing builds the tree. All three report through one ks_lexer, whose `status` is sticky. */
#ifndef KS_SEARCHER_QUERY_LEX_H
#define KS_SEARCHER_QUERY_LEX_H

#include "searcher/query.h"

#include <stdarg.h>

/* Operators and brackets count too: the query is cut at so many tokens. */
enum { KS_QUERY_TOKENS = 1 << 16 };

/* What a character means to the lexer. What stands in a word comes last. */
typedef enum ks_query_char {
    KS_CHAR_END,
    KS_CHAR_BLANK, /* white space and control characters */
    KS_CHAR_QUOTE,
    KS_CHAR_OPEN,
    KS_CHAR_CLOSE,
    KS_CHAR_STAR,
    KS_CHAR_OTHER, /* punctuation and symbols */
    KS_CHAR_MARK,  /* combining marks and invisible characters: like what stands before them */
    KS_CHAR_LETTER /* letters and digits */
} ks_query_char;

typedef enum ks_query_token_kind {
    KS_LEX_LEAF,
    KS_LEX_OPEN,
    KS_LEX_CLOSE,
    KS_LEX_MINUS,
    KS_LEX_NOT,
    KS_LEX_AND,
    KS_LEX_OR,
    KS_LEX_DROPPED /* an opening bracket that was never closed */
} ks_query_token_kind;

typedef struct ks_query_token {
    ks_query_token_kind kind;
    ks_field field;      /* OPEN: the field before the bracket, or KS_FIELD_ANY */
    bool glued;          /* no blank stands before it */
    bool operand;        /* an operand starts here; known after tidying */
    size_t start, end;   /* bytes of the query */
    ks_query_node *leaf; /* LEAF */
} ks_query_token;

typedef struct ks_lexer {
    ks_query *query;
    ks_error *err;
    ks_status status; /* the first failure; once it is set nothing more happens */
    ks_query_token *tokens;
    size_t count, capacity;
    size_t leaves; /* made so far, each value of a filter counted */
    bool cut;      /* a limit was met: the rest of the query is left out */

    size_t at;       /* the next byte */
    bool at_start;   /* a blank or a bracket stands before it: a minus would negate */
    bool glued;      /* no blank since the last token */
    bool after_word; /* a letter or digit stands before it: a bracket would only separate */
    bool quotes_end; /* there is no further quote */

    ks_field field; /* holds up to the next blank; KS_FIELD_ANY for none */
    size_t field_start, field_end;
    bool field_used;

    ks_buffer brackets;                   /* a character for each open one, see query_bracket.c */
    size_t opened[KS_QUERY_DEPTH], depth; /* tokens of the open groups */
} ks_lexer;

/* The class of the character at text[at] (KS_CHAR_END at or behind the end) and its bytes. */
ks_query_char ks_query_char_at(const char *text, size_t size, size_t at, size_t *length);
ks_query_char ks_lex_char(const ks_lexer *lex, size_t at, size_t *length);

/* Whether there is a letter or digit in the text. */
bool ks_query_has_letters(const char *text);

/* ks_query_warn with a va_list, and for the lexer. */
ks_status ks_query_vwarn(ks_query *query, ks_error *err, const char *format, va_list args);
void ks_lex_warn(ks_lexer *lex, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Makes all tokens; free the lexer with ks_lex_free in any case. */
void ks_lex_run(ks_lexer *lex, ks_query *query, ks_error *err);
void ks_lex_free(ks_lexer *lex);

/* Adds a token for the bytes start..end; false when out of memory or over the limit. */
bool ks_lex_push(ks_lexer *lex, ks_query_token_kind kind, size_t start, size_t end);

/* A new node for bytes start..end; NULL when out of memory. */
ks_query_node *ks_lex_node(ks_lexer *lex, ks_query_kind kind, size_t start, size_t end);

/* Adds a leaf token, in the field that holds, and returns its node; NULL when out of memory or over the
 * limit. */
ks_query_node *ks_lex_leaf(ks_lexer *lex, ks_query_kind kind, size_t start, size_t end);

/* Sets the node's text to a copy of the query's bytes from..to. */
void ks_lex_text(ks_lexer *lex, ks_query_node *node, size_t from, size_t to);

/* Adds the bytes start..end as WORDS. */
void ks_lex_words(ks_lexer *lex, size_t start, size_t end);

/* Leaves out the query from byte `from` on, with a warning. */
void ks_lex_cut(ks_lexer *lex, size_t from);

/* Ends what a field before a colon holds for; a field that nothing came behind becomes a word. */
void ks_lex_end_field(ks_lexer *lex);

/* Whether nothing but punctuation stands between `at` and the next blank or closing bracket. */
bool ks_lex_is_tail(const ks_lexer *lex, size_t at);

/* query_phrase.c: a quote at lex->at. */
void ks_lex_phrase(ks_lexer *lex);

/* The quoted text that opens at `at`: its blanks made single and trimmed, in the arena, and the byte behind
 * the closing quote. False where the quote is not closed, or when out of memory. */
bool ks_lex_quoted(ks_lexer *lex, size_t at, const char **text, size_t *end);

/* query_bracket.c: a bracket at lex->at; and what is still open at the end. */
void ks_lex_open(ks_lexer *lex);
void ks_lex_close(ks_lexer *lex);
void ks_lex_close_rest(ks_lexer *lex);

/* query_field.c: the name of a field, or a whole filter, at lex->at; false where there is none. */
bool ks_lex_field(ks_lexer *lex);

/* query_value.c: the values behind a filter's colon, from byte `start` on. */
typedef struct ks_query_values {
    const char *items[KS_QUERY_LEAVES]; /* in the arena */
    size_t count, end;                  /* the byte behind the last one */
    bool is_plain;                      /* neither quotes nor brackets among them */
    bool cut;                           /* the list goes on, but the query may have no more values */
} ks_query_values;
void ks_lex_values(ks_lexer *lex, size_t start, ks_query_values *list);

typedef enum ks_filter_kind {
    KS_FILTER_EXACT,
    KS_FILTER_HAS,
    KS_FILTER_DATE,
    KS_FILTER_AFTER,
    KS_FILTER_BEFORE
} ks_filter_kind;

/* query_filter.c: the filter whose name starts at `start` and whose values begin behind `colon`. */
void ks_lex_filter(ks_lexer *lex, ks_filter_kind kind, ks_exact exact, size_t start, size_t colon);

/* query_dates.c: what a date filter's value says, and the shortest value that says it. */
typedef enum ks_dates_result { KS_DATES_OK, KS_DATES_BAD, KS_DATES_REVERSED } ks_dates_result;
ks_dates_result ks_query_dates_read(ks_filter_kind kind, const char *text, uint32_t *first, uint32_t *last);
void ks_query_dates_print(ks_buffer *out, uint32_t first, uint32_t last);

/* query_tidy.c: drops signs without an operand and empty brackets, and marks operands. */
void ks_lex_tidy(ks_lexer *lex);

/* query_tree.c: the tokens as a tree. */
void ks_query_build(ks_lexer *lex);

/* query_operator.c: which operator the text is (KS_LEX_LEAF: none), its name, and that as the text of WORDS.
 */
ks_query_token_kind ks_query_operator_of(const char *text, size_t size);
const char *ks_query_operator_name(ks_query_token_kind kind);
void ks_query_operator_word(ks_query_node *node, ks_query_token_kind kind);

#endif
