/* The lexer of the query language, and what the query_*.c files share. Private to them; may use base.
 *
 * A query is parsed in three steps: lexing makes tokens and finds each bracket's partner; tidying drops
 * tokens that turned out to have no content and marks where operands start; parsing builds the tree. All
 * three report through one ks_lexer, whose `status` is sticky. */
#ifndef KS_SEARCHER_QUERY_LEX_H
#define KS_SEARCHER_QUERY_LEX_H

#include "searcher/query.h"

#include <stdarg.h>

/* A query is cut at this many tokens, operators and brackets included. */
enum { KS_QUERY_TOKENS = 1 << 16 };

/* What a character means to the lexer. Ordered: from OTHER on, a character can stand in a word. */
typedef enum ks_query_char {
    KS_CHAR_END,
    KS_CHAR_BLANK, /* white space and control characters */
    KS_CHAR_QUOTE,
    KS_CHAR_OPEN,
    KS_CHAR_CLOSE,
    KS_CHAR_STAR,
    KS_CHAR_OTHER, /* punctuation and symbols */
    KS_CHAR_MARK,  /* combining marks and invisible characters: count as what stands before them */
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
    KS_LEX_DROPPED /* an opening bracket that is never closed */
} ks_query_token_kind;

typedef struct ks_query_token {
    ks_query_token_kind kind;
    ks_field field;      /* OPEN: the field before the bracket, or KS_FIELD_ANY */
    bool glued;          /* there is no blank between it and the token before */
    bool operand;        /* an operand starts here; set by tidying */
    size_t start, end;   /* the bytes of the query */
    ks_query_node *leaf; /* LEAF */
} ks_query_token;

typedef struct ks_lexer {
    ks_query *query;
    ks_error *err;
    ks_status status; /* the first failure, after which nothing more happens */
    ks_query_token *tokens;
    size_t count, capacity;
    size_t leaves; /* so far; each value of a filter counts */
    bool cut;      /* a limit was exceeded: the rest of the query is left out */

    size_t at;       /* offset of the next byte of the query */
    bool at_start;   /* right behind a blank or bracket, where a minus negates */
    bool glued;      /* no blank since the last token */
    bool after_word; /* right behind a letter or digit, where a bracket only separates */
    bool quotes_end; /* there is no further quote in the query */

    ks_field field;                /* that was named, up to the next blank; KS_FIELD_ANY: none */
    size_t field_start, field_end; /* its name and colon */
    bool field_used;               /* something came behind the colon */

    ks_buffer brackets;                   /* one character for each open bracket; see query_bracket.c */
    size_t opened[KS_QUERY_DEPTH], depth; /* indexes of the tokens that opened the open groups */
} ks_lexer;

/* The class of the character at text[at], KS_CHAR_END from `size` on, and its length in bytes. */
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

/* Adds a token for the bytes start..end; false if that failed or exceeds the limit. */
bool ks_lex_push(ks_lexer *lex, ks_query_token_kind kind, size_t start, size_t end);

/* A new node for the bytes start..end; NULL when out of memory. */
ks_query_node *ks_lex_node(ks_lexer *lex, ks_query_kind kind, size_t start, size_t end);

/* Adds a token with a new leaf, restricted to the field that was named, and returns the leaf; NULL when out
 * of memory or beyond the limit. */
ks_query_node *ks_lex_leaf(ks_lexer *lex, ks_query_kind kind, size_t start, size_t end);

/* Sets the node's text to a copy of the query's bytes from..to. */
void ks_lex_text(ks_lexer *lex, ks_query_node *node, size_t from, size_t to);

/* Adds the bytes start..end as a leaf of WORDS. */
void ks_lex_words(ks_lexer *lex, size_t start, size_t end);

/* Cuts the query at byte `from`, with a warning. */
void ks_lex_cut(ks_lexer *lex, size_t from);

/* Ends the reach of the field that was named, if any. If nothing came behind its colon, its name becomes a
 * word. */
void ks_lex_end_field(ks_lexer *lex);

/* Whether there is nothing but punctuation between `at` and the next blank or closing bracket. */
bool ks_lex_is_tail(const ks_lexer *lex, size_t at);

/* query_phrase.c: a quote at lex->at. */
void ks_lex_phrase(ks_lexer *lex);

/* Reads the quoted text whose opening quote is at `at`: *text is a copy in the arena, trimmed and with single
 * blanks, *end is the offset behind the closing quote. False if there is no closing quote, or on failure. */
bool ks_lex_quoted(ks_lexer *lex, size_t at, const char **text, size_t *end);

/* query_bracket.c: a bracket at lex->at; and the brackets that are still open at the end of the query. */
void ks_lex_open(ks_lexer *lex);
void ks_lex_close(ks_lexer *lex);
void ks_lex_close_rest(ks_lexer *lex);

/* query_field.c: the name of a field, or a whole filter, at lex->at; false if there is neither. */
bool ks_lex_field(ks_lexer *lex);

/* query_value.c: reads the values behind a filter's colon, from byte `start` on. */
typedef struct ks_query_values {
    const char *items[KS_QUERY_LEAVES]; /* in the arena */
    size_t count, end;                  /* `end` is the offset behind the last value */
    bool is_plain;                      /* there are neither quotes nor brackets in them */
    bool cut;                           /* the list goes on, but the query has reached its limit */
} ks_query_values;
void ks_lex_values(ks_lexer *lex, size_t start, ks_query_values *list);

typedef enum ks_filter_kind {
    KS_FILTER_EXACT,
    KS_FILTER_HAS,
    KS_FILTER_DATE,
    KS_FILTER_AFTER,
    KS_FILTER_BEFORE
} ks_filter_kind;

/* query_filter.c: the filter whose name begins at `start` and whose values begin at `colon`, behind the
 * colon. */
void ks_lex_filter(ks_lexer *lex, ks_filter_kind kind, ks_exact exact, size_t start, size_t name_end);

/* query_dates.c: the days that a date filter's value means, and the shortest value for given days. */
typedef enum ks_dates_result { KS_DATES_OK, KS_DATES_BAD, KS_DATES_REVERSED } ks_dates_result;
ks_dates_result ks_query_dates_read(ks_filter_kind kind, const char *text, uint32_t *first, uint32_t *last);
void ks_query_dates_print(ks_buffer *out, uint32_t first, uint32_t last);

/* query_tidy.c: drops signs without an operand, and empty brackets; marks where operands start. */
void ks_lex_tidy(ks_lexer *lex);

/* query_tree.c: builds the tree of the tokens, lex->query->root. */
void ks_query_build(ks_lexer *lex);

/* query_operator.c: the operator that a text names, KS_LEX_LEAF for none; an operator's name; and the name in
 * small letters as the text of a WORDS node. */
ks_query_token_kind ks_query_operator_of(const char *text, size_t size);
const char *ks_query_operator_name(ks_query_token_kind kind);
void ks_query_operator_word(ks_query_node *node, ks_query_token_kind kind);

#endif
