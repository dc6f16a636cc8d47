/* Private to base: hashing long texts with AVX2. */
#ifndef KS_BASE_HASH_AVX2_H
#define KS_BASE_HASH_AVX2_H

#include <stddef.h>
#include <stdint.h>

typedef uint64_t ks_long_hash(const void *bytes, size_t size, uint64_t seed);

/* The function that hashes as XXH3_64bits_withSeed does; NULL where the processor, or the compiler, has no
 * AVX2. */
ks_long_hash *ks_hash_avx2(void);

#endif
