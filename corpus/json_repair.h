/* Making the strings of JSON text into clean Unicode without NUL. May use base. */
#ifndef KS_CORPUS_JSON_REPAIR_H
#define KS_CORPUS_JSON_REPAIR_H

#include "base/buffer.h"

/* Appends JSON text that ks_json_check has passed to `out`. Invalid UTF-8 and raw NUL bytes become U+FFFD,
 * the escapes \u0000 and those of lone surrogates become \ufffd; all else stays byte for byte. Returns how
 * many were replaced. */
size_t ks_json_repair(ks_buffer *out, const char *text, size_t size);

#endif
