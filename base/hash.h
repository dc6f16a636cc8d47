/* Hashes of bytes: XXH3 of xxHash, which is fast and not cryptographic. Its values are fixed for good, so
 * they may be stored. May use base. */
#ifndef KS_BASE_HASH_H
#define KS_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

typedef struct ks_hash128 {
    uint64_t low, high;
} ks_hash128;

uint64_t ks_hash64(const void *bytes, size_t size, uint64_t seed);

ks_hash128 ks_hash128_of(const void *bytes, size_t size, uint64_t seed);

#endif
