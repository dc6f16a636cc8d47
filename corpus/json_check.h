/* Strict checking of JSON text (RFC 8259), with the place of the first fault. May use base.
 *
 * What passes is stored and printed again as it came: a reader of our output would refuse what is not JSON to
 * the letter. */
#ifndef KS_CORPUS_JSON_CHECK_H
#define KS_CORPUS_JSON_CHECK_H

#include "base/error.h"

#include <stdbool.h>

/* Arrays and objects nest at most this deep, numbers have at most so many characters. Both are below cJSON's
 * own bounds (1000 and 63), so that what has passed here never meets those. */
enum { KS_JSON_DEPTH = 512, KS_JSON_NUMBER = 60 };

typedef struct ks_json_shape {
    size_t start, end; /* the value without the white space around it */
    bool odd_bytes;    /* it may hold bytes above 0x7F, or NUL, so that its UTF-8 must be checked */
    bool odd_escapes;  /* it holds \u0000 or an escaped surrogate, paired or not */
} ks_json_shape;

/* Checks that text[0..size) is one JSON value. In strings any byte from 0x80 up passes, and so does NUL:
 * repairing comes later (json_repair.h). KS_ERR_FORMAT "not valid JSON: …" with the position. */
ks_status ks_json_check(const char *text, size_t size, ks_json_shape *out, ks_error *err);

/* Space, tab, LF, CR. */
bool ks_json_is_blank(char c);

#endif
