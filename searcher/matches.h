/* Where a text holds the terms of a query. Private to passages. May use base, text, engine. */
#ifndef KS_SEARCHER_MATCHES_H
#define KS_SEARCHER_MATCHES_H

#include "searcher/passages.h"

/* Behind its first match a text is looked at for so many bytes: a record may be one long text full of them.
 */
enum { KS_MATCHES_REACH = 1 << 20 };

typedef struct ks_text_match {
    size_t start, end; /* bytes */
    uint32_t term;     /* the same number for the same term */
} ks_text_match;

typedef struct ks_text_matches {
    ks_text_match *items; /* by start; they may overlap */
    size_t count, capacity;
} ks_text_matches;

/* Replaces *out by the matches in `text`, a text of `field`, as far as KS_MATCHES_REACH goes. Whole tags
 * match as a whole. */
ks_status ks_matches_find(ks_text_matches *out, ks_highlighter *highlighter, ks_field field, const char *text,
                          ks_error *err);

/* The stretch of about `bytes` bytes, from a word's beginning to a word's end, that holds the most different
 * matched terms, and of those the most matches. The whole text when it is short enough. */
void ks_matches_window(const ks_text_matches *matches, const char *text, size_t size, size_t *start,
                       size_t *end);

#endif
