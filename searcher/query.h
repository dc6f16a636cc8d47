/* The query language: text to a syntax tree, and a tree back to text. Knows no index. May use base and
 * engine/fields.h. The grammar is written down in docs/query-language.md. */
#ifndef KS_SEARCHER_QUERY_H
#define KS_SEARCHER_QUERY_H

#include "base/buffer.h"
#include "base/memory.h"
#include "engine/fields.h"

/* A query is cut, with a warning, at so many words, phrases and filters, and at this depth of brackets. */
enum { KS_QUERY_LEAVES = 1024, KS_QUERY_DEPTH = 64 };

typedef enum ks_query_kind {
    KS_QUERY_WORDS,  /* surface text, white space between words is possible; `field` may restrict it */
    KS_QUERY_PHRASE, /* the text between quotes; `slop` 0: in a row, n: within n of each other */
    KS_QUERY_PREFIX, /* the text before the star */
    KS_QUERY_EXACT,  /* any of `values` of `exact` */
    KS_QUERY_DATES,  /* first..last, both included */
    KS_QUERY_GROUP,  /* children side by side, as in brackets; the root is one */
    KS_QUERY_OR,     /* any of the children */
    KS_QUERY_NOT     /* not the one child */
} ks_query_kind;

typedef struct ks_query_node {
    ks_query_kind kind;
    struct ks_query_node *next, *child; /* siblings in order; first child */
    ks_field field;                     /* WORDS, PHRASE, PREFIX: KS_FIELD_ANY when not restricted */
    const char *text; /* WORDS, PHRASE, PREFIX; NUL-terminated, NULs in the query were blanks */
    size_t size;
    size_t start, end;    /* bytes of the query it came from */
    uint32_t slop;        /* PHRASE */
    ks_exact exact;       /* EXACT */
    ks_strings values;    /* EXACT: as typed, unquoted */
    uint32_t first, last; /* DATES: yyyymmdd; 0 and 99991231 where open */
} ks_query_node;

typedef struct ks_query {
    ks_arena arena;  /* owns everything below */
    const char *raw; /* repaired UTF-8 */
    size_t raw_size;
    ks_query_node *root; /* a GROUP; without children for an empty query */
    const char **warnings;
    size_t warning_count, warning_capacity;
} ks_query;

/* Parses text[0..size). Never fails for what the text says: what cannot be understood becomes words and a
 * warning. Only KS_ERR_NOMEM. Free with ks_query_free in any case. */
ks_status ks_query_parse(ks_query *query, const char *text, size_t size, ks_error *err);

void ks_query_free(ks_query *query);

/* Adds a warning (printf format). */
ks_status ks_query_warn(ks_query *query, ks_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for what no other warning may push out: it becomes the first. */
ks_status ks_query_warn_first(ks_query *query, ks_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Appends the query as it was understood, in the query language: parsing that again gives the same tree. */
void ks_query_print(ks_buffer *out, const ks_query_node *node);

#endif
