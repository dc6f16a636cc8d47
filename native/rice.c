/* Golomb-Rice coding; see rice.h. */
#include "native/rice_inline.h"

#include <string.h>

/* The size of the code in bits. */
static uint64_t cost(const uint32_t *values, size_t count, unsigned bits) {
    uint64_t sum = (uint64_t)count * (bits + 1);
    for (size_t i = 0; i < count; i++) sum += values[i] >> bits;
    return sum;
}

/* With the logarithm of the mean as the number of low bits, quotients and ones take at most three bits for
 * each number on average, so that ks_rice_limit holds. Numbers that are mostly below their mean want fewer
 * low bits. */
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

/* Writes the low bits of all numbers. Partial bytes are padded with zeros. */
static void put_lows(uint8_t *to, const uint32_t *values, size_t count, unsigned bits) {
    uint64_t waiting = 0, mask = (UINT64_C(1) << bits) - 1;
    unsigned filled = 0; /* bits in `waiting` */
    for (size_t i = 0; i < count; i++) {
        waiting |= (values[i] & mask) << filled;
        filled += bits;
        if (filled < 32) continue;
        ks_put_u32(to, (uint32_t)waiting);
        to += 4;
        waiting >>= 32;
        filled -= 32;
    }
    for (; filled > 0; filled -= filled < 8 ? filled : 8, waiting >>= 8) *to++ = (uint8_t)waiting;
}

static void put_all(uint8_t *to, const uint32_t *values, size_t count, unsigned bits) {
    uint64_t at = (uint64_t)count * bits;
    if (bits) put_lows(to, values, count, bits);
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

bool ks_rice_seek(ks_rice *rice, uint64_t index) {
    return ks_rice_move(rice, index, ks_rice_find);
}

bool ks_rice_sums(ks_rice *rice, uint64_t index, uint32_t *count, uint32_t last, uint32_t *out) {
    return ks_rice_add_up(rice, index, count, last, out, ks_rice_find);
}

/* Reads the quotients a word at a time: each one in it ends a quotient. */
static bool read_quotients(const ks_rice *rice, uint32_t *out) {
    uint64_t at = rice->at, begin = at; /* of the present quotient */
    for (uint64_t i = 0; i < rice->count;) {
        uint64_t word = ks_rice_word(rice, at), valid = 64 - at % 8;
        for (; word && i < rice->count; word &= word - 1) {
            uint64_t one = at + (unsigned)__builtin_ctzll(word);
            out[i++] = (uint32_t)(one - begin);
            begin = one + 1;
        }
        at += valid;
        if (i < rice->count && at >= rice->limit) return false;
    }
    return true;
}

bool ks_rice_read(const ks_rice *rice, uint32_t *out) {
    uint64_t mask = (UINT64_C(1) << rice->bits) - 1;
    if (!read_quotients(rice, out)) return false;
    for (uint64_t i = 0; rice->bits && i < rice->count; i++)
        out[i] = (uint32_t)(out[i] << rice->bits | (ks_rice_word(rice, i * rice->bits) & mask));
    return true;
}
