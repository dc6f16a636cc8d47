/* Integers in as few bytes as they need: seven bits a byte, the lowest first, the top bit set in all bytes
 * but the last (LEB128). May use base. */
#ifndef KS_NATIVE_VARINT_H
#define KS_NATIVE_VARINT_H

#include "base/buffer.h"

enum { KS_VARINT_LIMIT = 10 }; /* bytes that the largest takes */

static inline void ks_varint_put(ks_buffer *out, uint64_t value) {
    char bytes[KS_VARINT_LIMIT];
    size_t size = 0;
    for (; value >= 0x80; value >>= 7) bytes[size++] = (char)(uint8_t)(value | 0x80);
    bytes[size++] = (char)value;
    ks_buffer_add(out, bytes, size);
}

/* Reads from *at, which lies before or at `end`, and moves it behind. False, and nothing is changed, where
 * the bytes end too early, are more than the number needs, or exceed 64 bits. */
static inline bool ks_varint_get(const uint8_t **at, const uint8_t *end, uint64_t *out) {
    const uint8_t *p = *at;
    uint64_t value = 0;
    if (p < end && *p < 0x80) { /* most are that short */
        *out = *p;
        *at = p + 1;
        return true;
    }
    for (unsigned shift = 0; p < end && shift < 64; shift += 7) {
        uint8_t byte = *p++;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte & 0x80) continue;
        if (shift > 0 && (byte == 0 || (shift == 63 && byte > 1))) return false;
        *at = p;
        *out = value;
        return true;
    }
    return false;
}

#endif
