/* Building the table of a Zipf-Mandelbrot law, with integers alone. */
#include "bench/generate/ladder.h"

#include <stddef.h>

/* Cuts the ranks into steps; returns how many. */
static size_t cut(gen_ladder *ladder, uint32_t ranks) {
    uint64_t bound = 0;
    size_t steps = 0;
    while (bound < ranks && steps < GEN_LADDER_STEPS) {
        ladder->bounds[steps++] = (uint32_t)bound;
        bound += bound / 16 + 1;
    }
    ladder->bounds[steps] = bound < ranks ? (uint32_t)bound : ranks;
    return steps;
}

void gen_ladder_make(gen_ladder *ladder, uint32_t ranks, uint32_t flat, unsigned decay) {
    uint64_t masses[GEN_LADDER_STEPS], total = 0, factor = 1 << 16, reached = 0;
    size_t steps = cut(ladder, ranks), slot = 0;
    for (size_t i = 0; i < steps; i++) {
        uint64_t width = ladder->bounds[i + 1] - ladder->bounds[i];
        masses[i] = (width * ((UINT64_C(1) << 44) / ((uint64_t)ladder->bounds[i] + flat)) >> 16) * factor;
        total += masses[i];
        if (decay) factor -= factor >> decay;
    }
    for (size_t i = 0; i < steps; i++) {
        reached += masses[i];
        while (slot < GEN_LADDER_SLOTS && slot * (total / GEN_LADDER_SLOTS) < reached)
            ladder->slots[slot++] = (uint16_t)i;
    }
    while (slot < GEN_LADDER_SLOTS) ladder->slots[slot++] = (uint16_t)(steps - 1);
}
