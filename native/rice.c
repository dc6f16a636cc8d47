/* Golomb and Rice's code; see rice.h. */
#include "native/rice.h"

#include <string.h>

static uint64_t cost(const uint32_t *values, size_t count, unsigned bits) {
    uint64_t sum = (uint64_t)count * (bits + 1);
    for (size_t i = 0; i < count; i++) sum += values[i] >> bits;
    return sum;
}

/* With the logarithm of the mean the rests are at most two for each number: the limit holds. Numbers that are
 * mostly less than their mean want fewer bits. */
unsigned ks_rice_bits(const uint32_t *values, size_t count) {
    uint64_t sum = 0, least, now;
    unsigned best;
    for (size_t i = 0; i < count; i++) sum += values[i];
    best = ks_rice_bits_of_gaps(sum, count);
    least = cost(values, count, best);
    for (unsigned bits = best; bits > 0 && (now = cost(values, count, bits - 1)) < least; bits--) {
        least = now;
        best = bits - 1;
    }
    return best;
}

static void put_bits(uint8_t *to, uint64_t at, uint64_t value) {
    to += at / 8;
    for (value <<= at % 8; value; value >>= 8) *to++ |= (uint8_t)value;
}

static void put_all(uint8_t *to, const uint32_t *values, size_t count, unsigned bits) {
    uint64_t at = (uint64_t)count * bits;
    uint32_t mask = (uint32_t)((UINT64_C(1) << bits) - 1);
    for (size_t i = 0; i < count; i++) put_bits(to, (uint64_t)i * bits, values[i] & mask);
    for (size_t i = 0; i < count; i++, at++) {
        at += values[i] >> bits;
        to[at / 8] |= (uint8_t)(1u << at % 8);
    }
}

void ks_rice_put(ks_buffer *out, const uint32_t *values, size_t count, unsigned bits) {
    static const char zeros[256] = {0};
    size_t begin = out->size;
    for (uint64_t left = (cost(values, count, bits) + 7) / 8; left > 0;) {
        size_t step = left < sizeof zeros ? (size_t)left : sizeof zeros;
        ks_buffer_add(out, zeros, step);
        left -= step;
    }
    if (!out->failed) put_all((uint8_t *)out->data + begin, values, count, bits);
}

bool ks_rice_start(ks_rice *rice, const uint8_t *begin, const uint8_t *end, uint64_t count, unsigned bits) {
    uint64_t limit = (uint64_t)(end - begin) * 8;
    if (bits > KS_RICE_BITS || count > limit / (bits + 1)) return false;
    *rice = (ks_rice){begin, end, count * bits, limit, 0, count, bits};
    return true;
}

/* How many ones each byte of the word has, and the bytes below it: in that byte. Without a processor's own
 * instruction for it, which not all have, this is the fastest way to count them (Vigna, "Broadword
 * implementation of rank/select queries", 2008). */
static uint64_t ones_up_to(uint64_t word) {
    word -= word >> 1 & UINT64_C(0x5555555555555555);
    word = (word & UINT64_C(0x3333333333333333)) + (word >> 2 & UINT64_C(0x3333333333333333));
    return ((word + (word >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F)) * UINT64_C(0x0101010101010101);
}

/* The bit behind the `count`-th one of the word, which has at least as many. `sums` as above. Where in a byte
 * is found as in a word, by bytes that each hold one of its bits: there are no branches. */
static unsigned behind_one(uint64_t word, uint64_t sums, unsigned count) {
    const uint64_t low = UINT64_C(0x0101010101010101), top = low << 7;
    uint64_t reached = ((sums | top) - low * count) & top, bits;
    unsigned byte = (unsigned)__builtin_ctzll(reached) & ~7u;
    count -= (unsigned)(sums << 8 >> byte & 0xFF);
    bits = (word >> byte & 0xFF) * low & UINT64_C(0x8040201008040201);
    sums = ((bits + (top - low)) >> 7 & low) * low; /* a byte that is not 0 counts */
    reached = ((sums | top) - low * count) & top;
    return byte + (unsigned)__builtin_ctzll(reached) / 8 + 1;
}

/* Both of the following work on copies, whose members stay in registers. */
static inline bool seek(ks_rice *rice, uint64_t index) {
    if (index < rice->index || index > rice->count) return false;
    while (rice->index < index) {
        uint64_t word = ks_rice_word(rice, rice->at), left = index - rice->index, sums = ones_up_to(word);
        unsigned ones = (unsigned)(sums >> 56);
        if (ones >= left) {
            rice->at += behind_one(word, sums, (unsigned)left);
            rice->index = index;
            break;
        }
        rice->index += ones;
        if (rice->limit - rice->at <= 64 - rice->at % 8) return false;
        rice->at += 64 - rice->at % 8;
    }
    return true;
}

static inline bool sum_up(ks_rice *rice, uint32_t count, uint32_t *out) {
    const uint64_t mask = (UINT64_C(1) << rice->bits) - 1, begin = rice->at;
    uint64_t at = begin, low_at = rice->index * rice->bits, lows = 0, one = at;
    uint64_t word = ks_rice_word(rice, at);
    for (uint32_t i = 0; i < count; i++) {
        while (!word) {
            uint64_t step = 64 - at % 8;
            if (rice->limit - at <= step) return false;
            at += step;
            word = ks_rice_word(rice, at);
        }
        one = at + (unsigned)__builtin_ctzll(word);
        word &= word - 1;
        lows += ks_rice_word(rice, low_at) & mask;
        low_at += rice->bits;
        /* The zeros so far are the high halves so far: together they are added up by counting bits. */
        out[i] = (uint32_t)(((one - begin - i) << rice->bits) + lows + i);
    }
    if (count) rice->at = one + 1;
    rice->index += count;
    return true;
}

bool ks_rice_seek(ks_rice *rice, uint64_t index) {
    ks_rice moving = *rice;
    bool good = seek(&moving, index);
    *rice = moving;
    return good;
}

bool ks_rice_sums(ks_rice *rice, uint64_t index, uint32_t count, uint32_t *out) {
    ks_rice moving = *rice;
    bool good;
    if (index < moving.index) ks_rice_rewind(&moving);
    good = seek(&moving, index) && count <= moving.count - index && sum_up(&moving, count, out);
    *rice = moving;
    return good;
}
