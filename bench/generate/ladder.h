/* Drawing ranks, up to 2^31 of them, by a Zipf-Mandelbrot law in constant time and little memory. */
#ifndef KS_BENCH_LADDER_H
#define KS_BENCH_LADDER_H

#include "bench/generate/random.h"

enum { GEN_LADDER_STEPS = 512, GEN_LADDER_SLOTS = 1 << 14 };

/* The ranks are cut into steps, each about a sixteenth wider than the one before; the ranks of a step
 * are equally likely. Every slot names a step, and a step has slots in proportion to its probability: a draw
 * picks a slot, then a rank of its step. */
typedef struct gen_ladder {
    uint32_t bounds[GEN_LADDER_STEPS + 1];
    uint16_t slots[GEN_LADDER_SLOTS];
} gen_ladder;

/* For ranks 0 to ranks - 1, at most 2^31, with probabilities in proportion to 1 / (rank + flat). A `decay` of
 * n, 1 to 15, makes the tail steeper: each step loses a further 2^n-th part of its probability against the
 * one before. 0 is none. */
void gen_ladder_make(gen_ladder *ladder, uint32_t ranks, uint32_t flat, unsigned decay);

static inline uint32_t gen_ladder_draw(const gen_ladder *ladder, gen_random *random) {
    uint64_t bits = gen_random_next(random);
    uint32_t step = ladder->slots[bits & (GEN_LADDER_SLOTS - 1)];
    uint32_t first = ladder->bounds[step];
    return first + (uint32_t)(((bits >> 32) * (ladder->bounds[step + 1] - first)) >> 32);
}

#endif
