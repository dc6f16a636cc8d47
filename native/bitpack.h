/* Blocks of 128 integers, bit-packed. May use base. The AVX2 and the portable code read and write the same
 * bytes.
 *
 * A block of `bits` bits a value takes bits * 16 bytes, in the order of SIMD-BP128 (Lemire and Boytsov,
 * "Decoding billions of integers per second through vectorization", 2015): four lanes of 32-bit words, value
 * i in lane i % 4. */
#ifndef KS_NATIVE_BITPACK_H
#define KS_NATIVE_BITPACK_H

#include "native/pairs.h"
#include "native/rice.h"

enum { KS_BLOCK = 128 };

/* Bits that the largest of the 128 values needs: 0 to 32. */
unsigned ks_bitpack_width(const uint32_t values[KS_BLOCK]);

/* Bytes of a packed block. */
static inline size_t ks_bitpack_bytes(unsigned bits) {
    return (size_t)bits * (KS_BLOCK / 8);
}

/* Packs with `bits` bits a value, which all must fit; writes ks_bitpack_bytes(bits) bytes. */
void ks_bitpack_pack(uint8_t *out, const uint32_t values[KS_BLOCK], unsigned bits);

/* The first place in an ascending block whose number is not less than `target`; the last must not be.
 * Arithmetic, not branches, which no processor could foretell: several searches go on at once. */
static inline uint32_t ks_block_find(const uint32_t block[KS_BLOCK], uint32_t target) {
    uint32_t low = 0;
    for (unsigned shift = 7; shift-- > 0;)
        low |= (uint32_t)(block[low + (1u << shift) - 1] < target) << shift;
    return low;
}

/* How blocks are unpacked and looked through: chosen once when an index is opened. */
typedef struct ks_unpacker {
    /* Reads exactly ks_bitpack_bytes(bits) bytes; bits from 0 to 32. */
    void (*plain)(uint32_t out[KS_BLOCK], const uint8_t *in, unsigned bits);
    /* The same for gaps: out[i] = base + 1 + in[0] + … + 1 + in[i]: strictly ascending numbers after `base`
     * (UINT32_MAX stands for -1, so that the first number may be 0). Sums wrap around. */
    void (*ascending)(uint32_t out[KS_BLOCK], const uint8_t *in, unsigned bits, uint32_t base);
    /* The same for numbers of up to 7 bits, which stand for table[number]: out[i] = table[in[i]]. The table
     * has 128 entries, of which those count that `bits` bits can name. */
    void (*lookup)(uint32_t out[KS_BLOCK], const uint8_t *in, unsigned bits, const uint32_t *table);
    /* A bit for each value that is not less than `least`: of value i, bit i % 64 of word i / 64. */
    void (*reach)(uint64_t out[KS_BLOCK / 64], const uint32_t in[KS_BLOCK], uint32_t least);
    /* Which of `count` numbers, ascending, stand in the ascending block, the last of which none exceeds:
     * their places among the numbers and in the block; returns how many. One more is written than are found.
     */
    uint32_t (*meet)(const uint32_t block[KS_BLOCK], const uint32_t *numbers, uint32_t count,
                     uint32_t in_numbers[KS_BLOCK + 1], uint32_t in_block[KS_BLOCK + 1]);
    ks_rice_summer *sums; /* ks_rice_sums */
    ks_pairs_best *best;
    const char *name; /* "avx2" or "portable" */
} ks_unpacker;

const ks_unpacker *ks_unpacker_portable(void);

/* The fastest that this processor can run. */
const ks_unpacker *ks_unpacker_best(void);

#endif
