/* Little-endian integers in files. May use base. */
#ifndef KS_NATIVE_BYTES_H
#define KS_NATIVE_BYTES_H

#include "base/buffer.h"
#include "base/bytes.h"

static inline void ks_add_u32(ks_buffer *out, uint32_t value) {
    uint8_t bytes[4];
    ks_put_u32(bytes, value);
    ks_buffer_add(out, bytes, sizeof bytes);
}

static inline void ks_add_u64(ks_buffer *out, uint64_t value) {
    uint8_t bytes[8];
    ks_put_u64(bytes, value);
    ks_buffer_add(out, bytes, sizeof bytes);
}

#endif
