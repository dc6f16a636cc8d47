/* Bit-packed blocks of 128 integers, and searching in unpacked ones. May use base. AVX2 and portable code
 * read the same bytes.
 *
 * With `bits` bits a value a block takes bits * 16 bytes, laid out as in SIMD-BP128 (Lemire and Boytsov,
 * "Decoding billions of integers per second through vectorization", 2015): four lanes of 32-bit words, value
 * i in lane i % 4, so that one vector instruction works on four neighbouring values. */
#ifndef KS_NATIVE_BITPACK_H
#define KS_NATIVE_BITPACK_H

#include "native/pairs.h"
#include "native/rice.h"

enum { KS_BLOCK = 128 };

/* The bits that the largest value needs: 0 to 32. */
unsigned ks_bitpack_width(const uint32_t values[KS_BLOCK]);

/* Bytes of a packed block. */
static inline size_t ks_bitpack_bytes(unsigned bits) {
    return (size_t)bits * (KS_BLOCK / 8);
}

/* Packs values that all fit into `bits` bits; writes ks_bitpack_bytes(bits) bytes. */
void ks_bitpack_pack(uint8_t *out, const uint32_t values[KS_BLOCK], unsigned bits);

/* The index of the first number in an ascending block that is not less than `target`; the last one must not
 * be less. A binary search of seven steps that uses arithmetic where a branch would be mispredicted half of
 * the time, so that the processor can overlap several searches. */
static inline uint32_t ks_block_find(const uint32_t block[KS_BLOCK], uint32_t target) {
    uint32_t low = 0;
    for (unsigned shift = 7; shift-- > 0;)
        low |= (uint32_t)(block[low + (1u << shift) - 1] < target) << shift;
    return low;
}

/* The functions that unpack and search blocks, chosen for the processor when an index is opened. */
typedef struct ks_unpacker {
    /* Reads exactly ks_bitpack_bytes(bits) bytes; bits from 0 to 32. */
    void (*plain)(uint32_t out[KS_BLOCK], const uint8_t *in, unsigned bits);
    /* Unpacks gaps and adds them up: out[i] = base + (1 + gap[0]) + … + (1 + gap[i]), strictly ascending
     * numbers after `base`. A base of UINT32_MAX stands for -1: the first number may be 0. Sums wrap. */
    void (*ascending)(uint32_t out[KS_BLOCK], const uint8_t *in, unsigned bits, uint32_t base);
    /* Unpacks numbers of up to 7 bits and looks each up: out[i] = table[number[i]]. The table has 128
     * entries; only those that `bits` bits can name need to be set. */
    void (*lookup)(uint32_t out[KS_BLOCK], const uint8_t *in, unsigned bits, const uint32_t *table);
    /* Sets bit i % 64 of word i / 64 where value i is at least `least`, and clears the others. */
    void (*reach)(uint64_t out[KS_BLOCK / 64], const uint32_t in[KS_BLOCK], uint32_t least);
    /* Intersects `count` ascending numbers with an ascending block, whose last value none of them exceeds.
     * For each match k, numbers[in_numbers[k]] == block[in_block[k]]. Returns how many matches there are;
     * one entry more may be overwritten. */
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
