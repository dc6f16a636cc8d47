/* Finding where a JSON value ends, without judging what is inside. May use base. */
#ifndef KS_CORPUS_JSON_SPAN_H
#define KS_CORPUS_JSON_SPAN_H

#include "corpus/json_check.h"

/* A walk over one value that can stop and go on wherever its text is cut. Zero-initialise before use. */
typedef struct ks_json_span {
    uint64_t is_object[KS_JSON_DEPTH / 64]; /* a bit for each open bracket, the outermost first */
    unsigned depth;
    bool in_string, escaped, in_word;
} ks_json_span;

typedef enum ks_json_span_state {
    KS_SPAN_OPEN,   /* the value goes on */
    KS_SPAN_CLOSED, /* *at is the first byte behind it */
    KS_SPAN_BROKEN, /* the byte at *at cannot stand there: a bracket that closes nothing, no value at all */
    KS_SPAN_DEEP    /* the bracket at *at goes deeper than KS_JSON_DEPTH */
} ks_json_span_state;

/* Goes on from text[*at] to at most text[size]; the value's first byte must not be blank. */
ks_json_span_state ks_json_span_walk(ks_json_span *span, const char *text, size_t size, size_t *at);

/* The bytes of the value of member number `n`, from 0, in a valid JSON object text[0..size) that has so many
 * and starts with its brace. */
void ks_json_member(const char *text, size_t size, size_t n, size_t *start, size_t *end);

#endif
