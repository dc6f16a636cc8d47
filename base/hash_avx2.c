/* XXH3 over long texts, built with AVX2 where the compiler is told so; see hash_avx2.h. The values are the
 * same. */
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
