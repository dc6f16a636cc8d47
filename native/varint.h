/* Variable-length integers (LEB128): seven bits a byte, the lowest first; the top bit says that another byte
 * follows. May use base. */
#ifndef KS_NATIVE_VARINT_H
#define KS_NATIVE_VARINT_H

#include "base/buffer.h"

enum { KS_VARINT_LIMIT = 10 }; /* bytes of the longest */

static inline void ks_varint_put(ks_buffer *out, uint64_t value) {
    char bytes[KS_VARINT_LIMIT];
    size_t size = 0;
    for (; value >= 0x80; value >>= 7) bytes[size++] = (char)(uint8_t)(value | 0x80);
    bytes[size++] = (char)value;
    ks_buffer_add(out, bytes, size);
}

/* Reads a varint at *at (at most `end`) and moves *at past it. Returns false and changes nothing if the bytes
 * end too early, the varint is longer than its value needs, or the value exceeds 64 bits. */
static inline bool ks_varint_get(const uint8_t **at, const uint8_t *end, uint64_t *out) {
    const uint8_t *p = *at;
    uint64_t value = 0;
    if (p < end && *p < 0x80) { /* the usual case */
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
