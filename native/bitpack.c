/* Packing blocks, unpacking and searching them in portable C, and choosing the unpacker; see bitpack.h. */
#include "native/bitpack.h"

#include "native/bitpack_avx2.h"
#include "native/bytes.h"

#include <string.h>

enum { LANES = 4, ROWS = KS_BLOCK / LANES };

/* Fewer than FEW numbers, or numbers that span MAPPED or more, are searched for one by one. */
enum { FEW = 24, MAPPED = 4096 };

unsigned ks_bitpack_width(const uint32_t values[KS_BLOCK]) {
    uint32_t all = 0;
    for (int i = 0; i < KS_BLOCK; i++) all |= values[i];
    return all ? 32u - (unsigned)__builtin_clz(all) : 0;
}

void ks_bitpack_pack(uint8_t *out, const uint32_t values[KS_BLOCK], unsigned bits) {
    uint32_t words[KS_BLOCK] = {0};
    for (unsigned i = 0; bits > 0 && i < KS_BLOCK; i++) {
        unsigned bit = i / LANES * bits, shift = bit % 32, word = bit / 32 * LANES + i % LANES;
        words[word] |= values[i] << shift;
        if (shift + bits > 32) words[word + LANES] |= values[i] >> (32 - shift);
    }
    for (size_t i = 0; i < (size_t)bits * LANES; i++) ks_put_u32(out + i * 4, words[i]);
}

static void plain(uint32_t out[KS_BLOCK], const uint8_t *in, unsigned bits) {
    uint32_t mask = bits ? UINT32_MAX >> (32 - bits) : 0;
    for (unsigned row = 0; row < ROWS; row++) {
        unsigned bit = row * bits, shift = bit % 32;
        const uint8_t *word = in + (size_t)(bit / 32) * LANES * 4;
        for (unsigned lane = 0; lane < LANES; lane++, word += 4) {
            uint32_t value = bits ? ks_get_u32(word) >> shift : 0;
            if (shift + bits > 32) value |= ks_get_u32(word + (size_t)LANES * 4) << (32 - shift);
            out[row * LANES + lane] = value & mask;
        }
    }
}

static void ascending(uint32_t out[KS_BLOCK], const uint8_t *in, unsigned bits, uint32_t base) {
    plain(out, in, bits);
    for (int i = 0; i < KS_BLOCK; i++) out[i] = base += 1 + out[i];
}

static void lookup(uint32_t out[KS_BLOCK], const uint8_t *in, unsigned bits, const uint32_t *table) {
    plain(out, in, bits);
    for (int i = 0; i < KS_BLOCK; i++) out[i] = table[out[i]];
}

static void reach(uint64_t out[KS_BLOCK / 64], const uint32_t in[KS_BLOCK], uint32_t least) {
    out[0] = out[1] = 0;
    for (unsigned i = 0; i < KS_BLOCK; i++) out[i / 64] |= (uint64_t)(in[i] >= least) << i % 64;
}

/* ---- Intersecting ---- */

/* Looks each number up in a map from values to their index in the block. Merging the two lists instead would
 * make each comparison wait for the one before. */
static uint32_t meet_by_map(const uint32_t *block, const uint32_t *numbers, uint32_t count,
                            uint32_t *in_numbers, uint32_t *in_block) {
    uint8_t index_of[MAPPED]; /* by value - first; 1 + the value's index in the block, or 0 */
    uint32_t first = numbers[0], range = numbers[count - 1] - first, found = 0;
    memset(index_of, 0, range + 1);
    for (uint32_t j = ks_block_find(block, first); j < KS_BLOCK; j++) {
        uint32_t at = block[j] - first;
        if (at > range) break;
        index_of[at] = (uint8_t)(j + 1);
    }
    for (uint32_t i = 0; i < count && found < KS_BLOCK; i++) {
        uint32_t index = index_of[numbers[i] - first];
        in_numbers[found] = i;
        in_block[found] = index - 1;
        found += index != 0;
    }
    return found;
}

/* For few numbers, or for numbers that span too much for a map. */
static uint32_t meet_by_search(const uint32_t *block, const uint32_t *numbers, uint32_t count,
                               uint32_t *in_numbers, uint32_t *in_block) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < count && found < KS_BLOCK; i++) {
        uint32_t at = ks_block_find(block, numbers[i]);
        in_numbers[found] = i;
        in_block[found] = at;
        found += block[at] == numbers[i];
    }
    return found;
}

static uint32_t meet(const uint32_t block[KS_BLOCK], const uint32_t *numbers, uint32_t count,
                     uint32_t in_numbers[KS_BLOCK + 1], uint32_t in_block[KS_BLOCK + 1]) {
    bool few = count < FEW || numbers[count - 1] - numbers[0] >= MAPPED;
    return (few ? meet_by_search : meet_by_map)(block, numbers, count, in_numbers, in_block);
}

const ks_unpacker *ks_unpacker_portable(void) {
    static const ks_unpacker portable = {
        plain, ascending, lookup, reach, meet, ks_rice_sums, ks_pairs_best_portable, "portable"};
    return &portable;
}

const ks_unpacker *ks_unpacker_best(void) {
    const ks_unpacker *avx2 = ks_unpacker_avx2();
    return avx2 ? avx2 : ks_unpacker_portable();
}
