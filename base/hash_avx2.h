/* Private to base: hashing long texts with AVX2. */
#ifndef KS_BASE_HASH_AVX2_H
#define KS_BASE_HASH_AVX2_H

#include <stddef.h>
#include <stdint.h>

typedef uint64_t ks_long_hash(const void *bytes, size_t size, uint64_t seed);

/* XXH3_64bits_withSeed with AVX2; NULL if the processor or the build is without it. */
ks_long_hash *ks_hash_avx2(void);

#endif
