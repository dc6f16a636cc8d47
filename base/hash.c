/* xxHash, inlined into this file alone, to keep its macros from all others; see hash.h. */
#include "base/hash.h"

#include "base/hash_avx2.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

/* From this size on, choosing the faster version costs nothing compared with hashing. */
enum { LONG_TEXT = 2048 };

uint64_t ks_hash64(const void *bytes, size_t size, uint64_t seed) {
    ks_long_hash *faster = size >= LONG_TEXT ? ks_hash_avx2() : NULL;
    if (faster) return faster(bytes, size, seed);
    return XXH3_64bits_withSeed(bytes, size, seed);
}

ks_hash128 ks_hash128_of(const void *bytes, size_t size, uint64_t seed) {
    XXH128_hash_t hash = XXH3_128bits_withSeed(bytes, size, seed);
    return (ks_hash128){.low = hash.low64, .high = hash.high64};
}
