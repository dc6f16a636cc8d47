/* Finding where a JSON value ends, without checking what is inside. May use base. */
#ifndef KS_CORPUS_JSON_SPAN_H
#define KS_CORPUS_JSON_SPAN_H

#include "corpus/json_check.h"

/* A walk over one value, which can pause and resume at any byte. Zero-initialise before use. */
typedef struct ks_json_span {
    uint64_t is_object[KS_JSON_DEPTH / 64]; /* a bit for each open bracket, the outermost first */
    unsigned depth;
    bool in_string, escaped, in_word;
} ks_json_span;

typedef enum ks_json_span_state {
    KS_SPAN_OPEN,   /* the value goes on */
    KS_SPAN_CLOSED, /* *at is the first byte behind it */
    KS_SPAN_BROKEN, /* the byte at *at cannot be there: a bracket that closes nothing, or no value at all */
    KS_SPAN_DEEP    /* the bracket at *at goes deeper than KS_JSON_DEPTH */
} ks_json_span_state;

/* Walks on from text[*at] to text[size] at most. The first byte of the value must not be blank. */
ks_json_span_state ks_json_span_walk(ks_json_span *span, const char *text, size_t size, size_t *at);

/* The range of the value of member number `n`, from 0, in text[0..size), a valid JSON object that begins with
 * its brace and has such a member. */
void ks_json_member(const char *text, size_t size, size_t n, size_t *start, size_t *end);

#endif
