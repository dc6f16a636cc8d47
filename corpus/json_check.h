/* Strict checking of JSON text (RFC 8259), which locates the first fault. May use base.
 *
 * Strict, because text that passes is stored and printed again as it came, and readers of that output may
 * refuse anything that is not JSON to the letter. */
#ifndef KS_CORPUS_JSON_CHECK_H
#define KS_CORPUS_JSON_CHECK_H

#include "base/error.h"

#include <stdbool.h>

/* Arrays and objects nest at most this deep, numbers have at most this many characters. Both are below
 * cJSON's own limits (1000 and 63), so text that has passed never exceeds those. */
enum { KS_JSON_DEPTH = 512, KS_JSON_NUMBER = 60 };

typedef struct ks_json_shape {
    size_t start, end; /* the value without the white space around it */
    bool odd_bytes;    /* it may have bytes above 0x7F, or NUL, so its UTF-8 must be checked */
    bool odd_escapes;  /* it has \u0000 or an escaped surrogate, paired or not */
} ks_json_shape;

/* Checks that text[0..size) is one JSON value. In strings, any byte from 0x80 on passes, and so does NUL:
 * they are repaired later (json_repair.h). KS_ERR_FORMAT, "not valid JSON: …", with the position of the
 * fault. */
ks_status ks_json_check(const char *text, size_t size, ks_json_shape *out, ks_error *err);

/* Space, tab, LF, CR. */
bool ks_json_is_blank(char c);

#endif
