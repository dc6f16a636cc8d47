/* The inner loops of rice.h. They are compiled twice: for any processor, and for those with instructions that
 * find the n-th one of a word. May use base. */
#ifndef KS_NATIVE_RICE_INLINE_H
#define KS_NATIVE_RICE_INLINE_H

#include "native/rice.h"

#define INLINE __attribute__((always_inline)) static inline

/* Cumulative counts of ones: byte i of the result counts the ones in bytes 0 to i of the word. The fastest
 * way without an instruction for it (Vigna, "Broadword implementation of rank/select queries", 2008). */
INLINE uint64_t ks_rice_ones_up_to(uint64_t word) {
    word -= word >> 1 & UINT64_C(0x5555555555555555);
    word = (word & UINT64_C(0x3333333333333333)) + (word >> 2 & UINT64_C(0x3333333333333333));
    return ((word + (word >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F)) * UINT64_C(0x0101010101010101);
}

/* The index of the bit after the word's `count`-th one, which must exist; `sums` are its cumulative counts.
 * The top bits of `reached` mark the bytes by whose end the one has come: the lowest of them holds it. Within
 * that byte the same is done with its eight bits, spread to a byte each. There are no branches. */
INLINE unsigned ks_rice_behind_one(uint64_t word, uint64_t sums, unsigned count) {
    const uint64_t low = UINT64_C(0x0101010101010101), top = low << 7;
    uint64_t reached = ((sums | top) - low * count) & top, bits;
    unsigned byte = (unsigned)__builtin_ctzll(reached) & ~7u;
    count -= (unsigned)(sums << 8 >> byte & 0xFF);
    bits = (word >> byte & 0xFF) * low & UINT64_C(0x8040201008040201);
    sums = ((bits + (top - low)) >> 7 & low) * low; /* count the bytes that are not 0 */
    reached = ((sums | top) - low * count) & top;
    return byte + (unsigned)__builtin_ctzll(reached) / 8 + 1;
}

/* The index of the bit after the word's `count`-th one, `count` from 1 on; 0 if the word has fewer ones.
 * *ones gets the number of ones. */
typedef unsigned ks_rice_finder(uint64_t word, uint64_t count, unsigned *ones);

INLINE unsigned ks_rice_find(uint64_t word, uint64_t count, unsigned *ones) {
    uint64_t sums = ks_rice_ones_up_to(word);
    *ones = (unsigned)(sums >> 56);
    return *ones < count ? 0 : ks_rice_behind_one(word, sums, (unsigned)count);
}

/* ks_rice_seek */
INLINE bool ks_rice_move(ks_rice *rice, uint64_t index, ks_rice_finder *find) {
    uint64_t at = rice->at, left;
    if (index < rice->index || index > rice->count) return false;
    for (left = index - rice->index; left > 0;) {
        unsigned ones, found = find(ks_rice_word(rice, at), left, &ones);
        if (found) {
            at += found;
            break;
        }
        left -= ones;
        if (rice->limit - at <= 64 - at % 8) return false;
        at += 64 - at % 8;
    }
    rice->at = at;
    rice->index = index;
    return true;
}

/* At least 31 bits, from bit `at` on. `inside` says that eight bytes can be loaded there. */
INLINE uint64_t ks_rice_low(const ks_rice *rice, uint64_t at, bool inside) {
    return inside ? ks_get_u64(rice->begin + at / 8) >> at % 8 : ks_rice_word(rice, at);
}

/* ks_rice_sums for the next *count numbers. */
INLINE bool ks_rice_add_next(ks_rice *rice, uint32_t *count, uint32_t last, uint32_t *out, bool inside) {
    const ks_rice from = *rice; /* stays in registers */
    const uint64_t mask = (UINT64_C(1) << from.bits) - 1;
    uint64_t at = from.at, low_at = from.index * from.bits, lows = 0, one = at;
    uint64_t word = ks_rice_word(&from, at);
    uint32_t i = 0, sum = 0;
    while (i < *count && sum <= last) {
        while (!word) {
            uint64_t step = 64 - at % 8;
            if (from.limit - at <= step) return false;
            at += step;
            word = ks_rice_word(&from, at);
        }
        one = at + (unsigned)__builtin_ctzll(word);
        word &= word - 1;
        lows += ks_rice_low(&from, low_at, inside) & mask;
        low_at += from.bits;
        /* The zeros before this one are all quotients so far added up: counting bits is adding. */
        out[i] = sum = (uint32_t)(((one - from.at - i) << from.bits) + lows + i);
        i++;
    }
    rice->at = one + 1;
    rice->index += i;
    *count = i;
    return true;
}

/* ks_rice_sums */
INLINE bool ks_rice_add_up(ks_rice *rice, uint64_t index, uint32_t *count, uint32_t last, uint32_t *out,
                           ks_rice_finder *find) {
    bool inside;
    if (*count == 0) return true;
    if (index < rice->index) ks_rice_rewind(rice);
    if (!ks_rice_move(rice, index, find) || *count > rice->count - index) return false;
    inside = (index + *count - 1) * rice->bits / 8 + 8 <= (uint64_t)(rice->end - rice->begin);
    return inside ? ks_rice_add_next(rice, count, last, out, true)
                  : ks_rice_add_next(rice, count, last, out, false);
}

#undef INLINE
#endif
