/* XXH3 compiled with AVX2, where the compiler is told to; the values are the same. See hash_avx2.h. */
#include "base/hash_avx2.h"

#include "base/cpu.h"

#ifdef __AVX2__
#define XXH_INLINE_ALL
#include <xxhash.h>

static uint64_t hash(const void *bytes, size_t size, uint64_t seed) {
    return XXH3_64bits_withSeed(bytes, size, seed);
}

ks_long_hash *ks_hash_avx2(void) {
    return KS_CPU_HAS(AVX2, "avx2") ? hash : NULL;
}
#else
ks_long_hash *ks_hash_avx2(void) {
    return NULL;
}
#endif
