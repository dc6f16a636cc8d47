/* SplitMix64; see random.h. */
#include "tests/support/random.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

uint64_t ks_test_seed(uint64_t fallback) {
    const char *text = getenv("KS_TEST_SEED");
    char *end;
    uint64_t seed = text && *text ? strtoull(text, &end, 0) : fallback;
    if (text && *text && *end) seed = fallback;
    fprintf(stderr, "KS_TEST_SEED=%" PRIu64 "\n", seed);
    return seed;
}

uint64_t ks_test_random(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

size_t ks_test_below(uint64_t *state, size_t limit) {
    return (size_t)(ks_test_random(state) % limit);
}

void ks_test_random_bytes(uint64_t *state, void *bytes, size_t size) {
    unsigned char *out = bytes;
    for (size_t i = 0; i < size; i++) out[i] = (unsigned char)ks_test_random(state);
}
