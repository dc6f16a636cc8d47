/* UTF-8: decoding, encoding, validation, repair, and lengths in UTF-16 code units. May use base. */
#ifndef KS_BASE_UTF8_H
#define KS_BASE_UTF8_H

#include "base/buffer.h"

enum { KS_REPLACEMENT = 0xFFFD }; /* U+FFFD, which stands for what is invalid */

/* Decodes the first code point of text[0..size), size >= 1, into *point and returns its bytes, 1 to 4. If
 * they are not valid UTF-8 (overlong, a surrogate, cut off, above U+10FFFF), *point is U+FFFD, and the result
 * is the number of bytes to step over (the maximal subpart, Unicode 15, section 3.9), negated. */
int ks_utf8_decode(const char *text, size_t size, uint32_t *point);

/* Writes `point` as UTF-8 into out[0..4) and returns its bytes; U+FFFD in place of a surrogate or a number
 * above U+10FFFF. */
size_t ks_utf8_encode(uint32_t point, char out[4]);

/* The offset of the first invalid byte in text[0..size), or `size` if all of it is valid. */
size_t ks_utf8_valid(const char *text, size_t size);

/* Appends the text with every invalid sequence replaced by U+FFFD; returns how many there were. */
size_t ks_utf8_repair(ks_buffer *out, const char *text, size_t size);

/* Number of UTF-16 code units in valid UTF-8. */
size_t ks_utf8_utf16_length(const char *text, size_t size);

#endif
