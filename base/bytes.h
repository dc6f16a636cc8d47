/* Reading and writing little-endian integers, whatever the machine's byte order. May use nothing. */
#ifndef KS_BASE_BYTES_H
#define KS_BASE_BYTES_H

#include <stdint.h>

/* Compilers turn each of these into a single load or store. */
static inline uint32_t ks_get_u32(const void *bytes) {
    const uint8_t *b = bytes;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static inline uint64_t ks_get_u64(const void *bytes) {
    return ks_get_u32(bytes) | (uint64_t)ks_get_u32((const uint8_t *)bytes + 4) << 32;
}

static inline void ks_put_u32(void *bytes, uint32_t value) {
    uint8_t *b = bytes;
    for (int i = 0; i < 4; i++) b[i] = (uint8_t)(value >> 8 * i);
}

static inline void ks_put_u64(void *bytes, uint64_t value) {
    uint8_t *b = bytes;
    for (int i = 0; i < 8; i++) b[i] = (uint8_t)(value >> 8 * i);
}

#endif
