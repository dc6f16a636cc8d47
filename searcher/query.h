/* The query language: from text to a syntax tree, and back to text. Knows no index. docs/query-language.md
 * has the grammar. May use base and engine/fields.h. */
#ifndef KS_SEARCHER_QUERY_H
#define KS_SEARCHER_QUERY_H

#include "base/buffer.h"
#include "base/memory.h"
#include "engine/fields.h"

/* A query may have this many words, phrases and filter values, and brackets nested this deep; the rest is cut
 * or ignored, with a warning. */
enum { KS_QUERY_LEAVES = 1024, KS_QUERY_DEPTH = 64 };

typedef enum ks_query_kind {
    KS_QUERY_WORDS,  /* text as it was typed, usually one word */
    KS_QUERY_PHRASE, /* the text between quotes; `slop` 0: words in a row, n: within n of each other */
    KS_QUERY_PREFIX, /* the text before the star */
    KS_QUERY_EXACT,  /* any of `values`, of the kind `exact` */
    KS_QUERY_DATES,  /* first..last, both included */
    KS_QUERY_GROUP,  /* children side by side, as in brackets; the root is one */
    KS_QUERY_OR,     /* any of the children */
    KS_QUERY_NOT     /* not its only child */
} ks_query_kind;

typedef struct ks_query_node {
    ks_query_kind kind;
    struct ks_query_node *next, *child; /* siblings in order; first child */
    ks_field field;                     /* WORDS, PHRASE, PREFIX: KS_FIELD_ANY when not restricted */
    const char *text;                   /* WORDS, PHRASE, PREFIX; NUL-terminated, with no NUL inside */
    size_t size;
    size_t start, end;    /* the bytes of the query that it came from */
    uint32_t slop;        /* PHRASE */
    ks_exact exact;       /* EXACT */
    ks_strings values;    /* EXACT: as typed, unquoted */
    uint32_t first, last; /* DATES: yyyymmdd; 0 and 99991231 where open */
} ks_query_node;

typedef struct ks_query {
    ks_arena arena;  /* owns everything below */
    const char *raw; /* the query as valid UTF-8; NULs have become blanks */
    size_t raw_size;
    ks_query_node *root; /* a GROUP; without children for an empty query */
    const char **warnings;
    size_t warning_count, warning_capacity;
} ks_query;

/* Parses text[0..size). No text is an error: what cannot be understood becomes words, and a warning. So the
 * only failure is KS_ERR_NOMEM. Free with ks_query_free in any case. */
ks_status ks_query_parse(ks_query *query, const char *text, size_t size, ks_error *err);

void ks_query_free(ks_query *query);

/* Adds a warning (printf format). */
ks_status ks_query_warn(ks_query *query, ks_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a warning that others must not push out of the list: it becomes the first. */
ks_status ks_query_warn_first(ks_query *query, ks_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Appends the query as it was understood, in the query language. Parsing that gives the same tree again. */
void ks_query_print(ks_buffer *out, const ks_query_node *node);

#endif
