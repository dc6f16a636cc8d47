/* Packing blocks, unpacking them without special instructions, and the choice of the unpacker; see bitpack.h.
 */
#include "native/bitpack.h"

#include "native/bitpack_avx2.h"
#include "native/bytes.h"

enum { LANES = 4, ROWS = KS_BLOCK / LANES };

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

const ks_unpacker *ks_unpacker_portable(void) {
    static const ks_unpacker portable = {plain, ascending, lookup, ks_rice_sums, "portable"};
    return &portable;
}

const ks_unpacker *ks_unpacker_best(void) {
    const ks_unpacker *avx2 = ks_unpacker_avx2();
    return avx2 ? avx2 : ks_unpacker_portable();
}
