/* Repairing the strings of JSON text, so that they are valid Unicode without NUL. May use base. */
#ifndef KS_CORPUS_JSON_REPAIR_H
#define KS_CORPUS_JSON_REPAIR_H

#include "base/buffer.h"

/* Appends JSON text that has passed ks_json_check to `out`. Invalid UTF-8 and raw NUL bytes become U+FFFD,
 * the escapes \u0000 and those of lone surrogates become \ufffd; everything else stays as it is. Returns the
 * number of replacements. */
size_t ks_json_repair(ks_buffer *out, const char *text, size_t size);

#endif
