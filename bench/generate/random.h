/* Pseudo-random numbers that are the same on every machine: integers alone, no state but the caller's.
 * C leaves open which argument of a call is worked out first, so no call may have two arguments that draw. */
#ifndef KS_BENCH_RANDOM_H
#define KS_BENCH_RANDOM_H

#include <stdint.h>

typedef struct gen_random {
    uint64_t state;
} gen_random;

/* The output function of splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators,
 * OOPSLA 2014; constants of Stafford's variant 13). One to one, so different numbers stay different. */
static inline uint64_t gen_mix(uint64_t z) {
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* An own stream for each pair of numbers. */
static inline gen_random gen_random_of(uint64_t seed, uint64_t stream) {
    return (gen_random){gen_mix(gen_mix(seed + UINT64_C(0x9e3779b97f4a7c15)) + stream)};
}

static inline uint64_t gen_random_next(gen_random *random) {
    return gen_mix(random->state += UINT64_C(0x9e3779b97f4a7c15));
}

/* A number below `limit`, which is at least 1. Multiply and shift (Lemire 2019) without the rejection step:
 * the bias is below limit / 2^32. */
static inline uint32_t gen_random_below(gen_random *random, uint32_t limit) {
    return (uint32_t)(((gen_random_next(random) >> 32) * limit) >> 32);
}

#endif
