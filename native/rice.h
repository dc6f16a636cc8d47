/* Numbers that are mostly small, in Golomb and Rice's code (Witten, Moffat, Bell: Managing Gigabytes, 1999,
 * section 3.3), their halves apart as in the lists of Elias and Fano: first the low `bits` bits of all
 * numbers, one after the other, then the rest of each as so many zeros and a one. Bits are counted from the
 * lowest of a byte. Low bits can be looked up, and ones counted a word at a time, so that any number is found
 * without decoding those before it. May use base. */
#ifndef KS_NATIVE_RICE_H
#define KS_NATIVE_RICE_H

#include "native/bytes.h"

enum { KS_RICE_BITS = 31, KS_RICE_MOST = 35 }; /* most low bits; most bits a number on average */

/* Bytes that `count` numbers take at most with the bits that ks_rice_bits gives. */
static inline uint64_t ks_rice_limit(uint64_t count) {
    return (count * KS_RICE_MOST + 7) / 8;
}

/* The low bits that make the code short. */
unsigned ks_rice_bits(const uint32_t *values, size_t count);

/* The low bits for `count` of the numbers 0..universe - 1, as the gaps between them. */
static inline unsigned ks_rice_bits_of_gaps(uint64_t universe, uint64_t count) {
    uint64_t mean = count ? universe / count : 0;
    return mean ? 63u - (unsigned)__builtin_clzll(mean) : 0;
}

void ks_rice_put(ks_buffer *out, const uint32_t *values, size_t count, unsigned bits);

/* A place among `count` numbers. */
typedef struct ks_rice {
    const uint8_t *begin, *end;
    uint64_t at, limit; /* in bits from `begin`: the rest of the next number, the end */
    uint64_t index;     /* of the next number */
    uint64_t count;
    unsigned bits;
} ks_rice;

/* False where there are not bytes enough for the low bits, and a one for each number. */
bool ks_rice_start(ks_rice *rice, const uint8_t *begin, const uint8_t *end, uint64_t count, unsigned bits);

/* All numbers, where none was read yet: as ks_rice_next, but what does not fit is cut off. */
bool ks_rice_read(const ks_rice *rice, uint32_t *out);

/* Back to the first number. */
static inline void ks_rice_rewind(ks_rice *rice) {
    rice->at = rice->count * rice->bits;
    rice->index = 0;
}

/* Moves to the number `index`, at most the count: forwards only. */
bool ks_rice_seek(ks_rice *rice, uint64_t index);

/* The sums of *count numbers from number `index` on, up to each of them, and of a 1 for each before it: gaps
 * between ascending numbers, the first counted from -1, become those numbers. They wrap around at 2^32. Stops
 * behind the first that is more than `last`; *count are read then. Goes back where it must. False where the
 * bytes end before, or there are not so many. */
typedef bool ks_rice_summer(ks_rice *rice, uint64_t index, uint32_t *count, uint32_t last, uint32_t *out);
ks_rice_summer ks_rice_sums;

/* At least 57 bits from bit `at` on, zeros behind the end. */
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

/* The next number; false where the bytes end before it does. */
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
