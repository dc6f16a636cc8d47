/* Private to base: the faster way of hashing much. */
#ifndef KS_BASE_HASH_AVX2_H
#define KS_BASE_HASH_AVX2_H

#include <stddef.h>
#include <stdint.h>

typedef uint64_t ks_long_hash(const void *bytes, size_t size, uint64_t seed);

/* NULL where the processor, or the compiler, has no AVX2. */
ks_long_hash *ks_hash_avx2(void);

#endif
