/* Golomb-Rice coding of numbers that are mostly small (Witten, Moffat, Bell: Managing Gigabytes, 1999,
 * section 3.3), with low and high bits kept apart as in Elias-Fano lists. May use base.
 *
 * First come the low `bits` bits of all numbers, then the rest of each number, its quotient, in unary: that
 * many zeros and a one. With 2 low bits, 5 and 2 (binary 101 and 010) are
 *
 *   low bits   01 10        quotients   0 1   1
 *
 * Bits fill a byte from the lowest. Low bits stand at known offsets, and the end of a quotient is found by
 * counting ones a word at a time: so any number can be reached without decoding those before it. */
#ifndef KS_NATIVE_RICE_H
#define KS_NATIVE_RICE_H

#include "native/bytes.h"

enum { KS_RICE_BITS = 31, KS_RICE_MOST = 35 }; /* most low bits; most bits of a number, on average */

/* The most bytes that `count` numbers take with the low bits that ks_rice_bits chooses. */
static inline uint64_t ks_rice_limit(uint64_t count) {
    return (count * KS_RICE_MOST + 7) / 8;
}

/* The number of low bits that makes the code short. */
unsigned ks_rice_bits(const uint32_t *values, size_t count);

/* The number of low bits for the gaps between `count` ascending numbers in 0..universe - 1. */
static inline unsigned ks_rice_bits_of_gaps(uint64_t universe, uint64_t count) {
    uint64_t mean = count ? universe / count : 0;
    return mean ? 63u - (unsigned)__builtin_clzll(mean) : 0;
}

void ks_rice_put(ks_buffer *out, const uint32_t *values, size_t count, unsigned bits);

/* A reader of `count` numbers. */
typedef struct ks_rice {
    const uint8_t *begin, *end;
    uint64_t at, limit; /* in bits from `begin`: the next number's quotient, the end */
    uint64_t index;     /* of the next number */
    uint64_t count;
    unsigned bits;
} ks_rice;

/* Returns false if there are too few bytes for each number's low bits and one more bit. */
bool ks_rice_start(ks_rice *rice, const uint8_t *begin, const uint8_t *end, uint64_t count, unsigned bits);

/* Reads all numbers with a reader that has read none yet. Numbers above 32 bits are cut off. Returns false if
 * the bytes end too early. */
bool ks_rice_read(const ks_rice *rice, uint32_t *out);

/* Back to the first number. */
static inline void ks_rice_rewind(ks_rice *rice) {
    rice->at = rice->count * rice->bits;
    rice->index = 0;
}

/* Moves forwards to number `index`, at most the count. Returns false if the reader is past it, or it is not
 * there. */
bool ks_rice_seek(ks_rice *rice, uint64_t index);

/* Reads *count numbers, starting with number `index`, as gaps, and adds them up: out[i] = -1 + (1 + gap[0]) +
 * … + (1 + gap[i]). Sums wrap at 2^32. Stops early after the first sum above `last`, and sets *count to how
 * many were read. Moves backwards if necessary. Returns false if there are not so many numbers, or the bytes
 * end too early. */
typedef bool ks_rice_summer(ks_rice *rice, uint64_t index, uint32_t *count, uint32_t last, uint32_t *out);
ks_rice_summer ks_rice_sums;

/* At least 57 bits, from bit `at` on; zeros after the end. */
static inline uint64_t ks_rice_word(const ks_rice *rice, uint64_t at) {
    const uint8_t *from = rice->begin + at / 8;
    int64_t left = rice->end - from;
    uint64_t word = 0;
    if (left >= 8) return ks_get_u64(from) >> at % 8;
    if (left <= 0) return 0;
    if (rice->end - rice->begin >= 8) return ks_get_u64(rice->end - 8) >> 8 * (8 - left) >> at % 8;
    for (unsigned i = 0; i < left; i++) word |= (uint64_t)from[i] << 8 * i;
    return word >> at % 8;
}

/* Reads the next number. Returns false if the bytes end too early. */
static inline bool ks_rice_next(ks_rice *rice, uint64_t *out) {
    uint64_t high = 0, word, low;
    while (!(word = ks_rice_word(rice, rice->at))) {
        uint64_t step = 64 - rice->at % 8;
        if (rice->limit - rice->at <= step) return false;
        rice->at += step;
        high += step;
    }
    high += (unsigned)__builtin_ctzll(word);
    rice->at += (unsigned)__builtin_ctzll(word) + 1;
    low = ks_rice_word(rice, rice->index++ * rice->bits) & ((UINT64_C(1) << rice->bits) - 1);
    *out = high << rice->bits | low;
    return true;
}

#endif
