/* UTF-8: decoding, repair, lengths in UTF-16 units. May use base only. */
#ifndef KS_BASE_UTF8_H
#define KS_BASE_UTF8_H

#include "base/buffer.h"

enum { KS_REPLACEMENT = 0xFFFD };

/* Decodes the code point at text[0..size), size >= 1, into *point and returns the bytes it takes, 1 to 4.
 * Where the bytes are not valid UTF-8 (overlong, surrogate, cut off, above U+10FFFF) it returns 0 minus the
 * number of bytes to step over (the maximal subpart, Unicode 15, section 3.9), and *point is U+FFFD. */
int ks_utf8_decode(const char *text, size_t size, uint32_t *point);

/* Writes `point` as UTF-8 into out[0..4) and returns its length; a surrogate or a number above U+10FFFF is
 * written as U+FFFD. */
size_t ks_utf8_encode(uint32_t point, char out[4]);

/* Offset of the first invalid byte in text[0..size), or `size` when all is valid. */
size_t ks_utf8_valid(const char *text, size_t size);

/* Appends text to out with every invalid sequence as U+FFFD; returns how many there were. */
size_t ks_utf8_repair(ks_buffer *out, const char *text, size_t size);

/* Number of UTF-16 code units in valid UTF-8. */
size_t ks_utf8_utf16_length(const char *text, size_t size);

#endif
