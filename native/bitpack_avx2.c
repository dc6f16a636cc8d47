/* Unpacking eight lanes at a time, with one function for each width, in which all shifts are constants; see
 * bitpack.h. Only these functions are compiled for AVX2: the library also runs on processors without it. */
#include "native/bitpack_avx2.h"

#if defined(__x86_64__) || defined(__i386__)

#include "base/cpu.h"
#include "native/rice_inline.h"

#include <immintrin.h>

#define VECTOR __attribute__((target("avx2,bmi,popcnt")))
#define INLINE VECTOR __attribute__((always_inline)) static inline

#define EIGHT(X, n) X(n) X((n) + 1) X((n) + 2) X((n) + 3) X((n) + 4) X((n) + 5) X((n) + 6) X((n) + 7)
#define EACH_PAIR(X) EIGHT(X, 0) EIGHT(X, 8)

/* Two words of 128 bits, which are neighbours or the same. */
INLINE __m256i load(const uint8_t *in, unsigned low, unsigned high) {
    const __m128i *words = (const __m128i *)(const void *)in;
    return low == high ? _mm256_broadcastsi128_si256(_mm_loadu_si128(words + low))
                       : _mm256_loadu_si256((const __m256i *)(const void *)(words + low));
}

/* The first four lanes hold `low`, the others `high`. */
INLINE __m256i four_each(int low, int high) {
    return _mm256_setr_epi32(low, low, low, low, high, high, high, high);
}

/* Two rows of four values, 8 * pair to 8 * pair + 7. A row begins `shift` bits above the end of its word;
 * where it goes on in the next word, what is there comes from that one. Nothing behind the block's last word
 * is read. */
INLINE __m256i unpack_pair(const uint8_t *in, unsigned bits, unsigned pair) {
    const unsigned low = 2 * pair * bits / 32, low_shift = 2 * pair * bits % 32;
    const unsigned high = (2 * pair + 1) * bits / 32, high_shift = (2 * pair + 1) * bits % 32;
    const bool low_goes_on = low_shift + bits > 32, high_goes_on = high_shift + bits > 32;
    __m256i value, rest;
    if (bits == 0) return _mm256_setzero_si256();
    value = _mm256_srlv_epi32(load(in, low, high), four_each((int)low_shift, (int)high_shift));
    if (low_goes_on || high_goes_on) {
        rest = load(in, low_goes_on ? low + 1 : high + 1, high_goes_on ? high + 1 : low + 1);
        /* A shift by 32 or more leaves nothing. */
        rest = _mm256_sllv_epi32(rest, four_each(low_goes_on ? 32 - (int)low_shift : 32,
                                                 high_goes_on ? 32 - (int)high_shift : 32));
        value = _mm256_or_si256(value, rest);
    }
    return _mm256_and_si256(value, _mm256_set1_epi32((int)(UINT32_MAX >> (32 - bits))));
}

INLINE void store(uint32_t *out, unsigned pair, __m256i value) {
    _mm256_storeu_si256((__m256i *)(void *)out + pair, value);
}

/* Prefix sums of 1 + gap over eight gaps: in each half, then with the sum of the lower half in the upper one.
 * The caller adds the sum of all pairs before: that way only one addition for each pair has to wait for the
 * pair before. */
INLINE __m256i sums_of_pair(__m256i gaps) {
    __m256i lower;
    gaps = _mm256_add_epi32(gaps, _mm256_slli_si256(gaps, 4));
    gaps = _mm256_add_epi32(gaps, _mm256_slli_si256(gaps, 8));
    lower = _mm256_permute2x128_si256(gaps, gaps, 0x08); /* zeros, then the lower half */
    gaps = _mm256_add_epi32(gaps, _mm256_shuffle_epi32(lower, 0xFF));
    return _mm256_add_epi32(gaps, _mm256_setr_epi32(1, 2, 3, 4, 5, 6, 7, 8));
}

#define PLAIN_PAIR(pair) store(out, pair, unpack_pair(in, bits, pair));
#define ASCENDING_PAIR(pair)                                                                                 \
    sums = sums_of_pair(unpack_pair(in, bits, pair));                                                        \
    store(out, pair, _mm256_add_epi32(sums, before));                                                        \
    before = _mm256_add_epi32(before, _mm256_permutevar8x32_epi32(sums, _mm256_set1_epi32(7)));

INLINE void plain_pairs(uint32_t *restrict out, const uint8_t *restrict in, unsigned bits) {
    EACH_PAIR(PLAIN_PAIR);
}

INLINE void ascending_pairs(uint32_t *restrict out, const uint8_t *restrict in, unsigned bits,
                            uint32_t base) {
    __m256i before = _mm256_set1_epi32((int)base), sums;
    EACH_PAIR(ASCENDING_PAIR);
}

/* How many registers hold a table of 2^bits numbers. */
#define REGISTERS(bits) ((bits) > 3 ? 1 << ((bits)-3) : 1)

/* The lowest three bits of a number select a lane in each register of the table, the others the register. */
INLINE __m256i look_up(__m256i numbers, unsigned bits, const __m256i *table) {
    __m256i value = _mm256_permutevar8x32_epi32(table[0], numbers);
    for (int i = 1; i < REGISTERS(bits); i++)
        value = _mm256_blendv_epi8(value, _mm256_permutevar8x32_epi32(table[i], numbers),
                                   _mm256_cmpgt_epi32(numbers, _mm256_set1_epi32(8 * i - 1)));
    return value;
}

#define LOOKUP_PAIR(pair) store(out, pair, look_up(unpack_pair(in, bits, pair), bits, registers));

INLINE void lookup_pairs(uint32_t *restrict out, const uint8_t *restrict in, unsigned bits,
                         const uint32_t *restrict table) {
    __m256i registers[4];
    for (int i = 0; i < REGISTERS(bits); i++)
        registers[i] = _mm256_loadu_si256((const __m256i *)(const void *)table + i);
    EACH_PAIR(LOOKUP_PAIR);
}

/* clang-format off */
#define EACH_WIDTH(X) \
    X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16) \
    X(17) X(18) X(19) X(20) X(21) X(22) X(23) X(24) X(25) X(26) X(27) X(28) X(29) X(30) X(31) X(32)
/* clang-format on */

#define FUNCTIONS(bits)                                                                                      \
    VECTOR static void plain_##bits(uint32_t *out, const uint8_t *in) {                                      \
        plain_pairs(out, in, bits);                                                                          \
    }                                                                                                        \
    VECTOR static void ascending_##bits(uint32_t *out, const uint8_t *in, uint32_t base) {                   \
        ascending_pairs(out, in, bits, base);                                                                \
    }
EACH_WIDTH(FUNCTIONS)

static void plain(uint32_t out[KS_BLOCK], const uint8_t *in, unsigned bits) {
#define PLAIN_NAME(bits) plain_##bits,
    static void (*const of_width[])(uint32_t *, const uint8_t *) = {EACH_WIDTH(PLAIN_NAME)};
    of_width[bits](out, in);
}

static void ascending(uint32_t out[KS_BLOCK], const uint8_t *in, unsigned bits, uint32_t base) {
#define ASCENDING_NAME(bits) ascending_##bits,
    static void (*const of_width[])(uint32_t *, const uint8_t *, uint32_t) = {EACH_WIDTH(ASCENDING_NAME)};
    of_width[bits](out, in, base);
}

#define LOOKUP_FUNCTION(bits)                                                                                \
    VECTOR static void lookup_##bits(uint32_t *out, const uint8_t *in, const uint32_t *table) {              \
        lookup_pairs(out, in, bits, table);                                                                  \
    }
LOOKUP_FUNCTION(0)
LOOKUP_FUNCTION(1)
LOOKUP_FUNCTION(2)
LOOKUP_FUNCTION(3)
LOOKUP_FUNCTION(4)
LOOKUP_FUNCTION(5)

static void lookup(uint32_t out[KS_BLOCK], const uint8_t *in, unsigned bits, const uint32_t *table) {
    static void (*const of_width[])(uint32_t *, const uint8_t *, const uint32_t *) = {
        lookup_0, lookup_1, lookup_2, lookup_3, lookup_4, lookup_5};
    if (bits < sizeof of_width / sizeof *of_width) {
        of_width[bits](out, in, table);
        return;
    }
    plain(out, in, bits);
    for (int i = 0; i < KS_BLOCK; i++) out[i] = table[out[i]];
}

/* ---- Searching a block ---- */

VECTOR static void reach(uint64_t out[KS_BLOCK / 64], const uint32_t in[KS_BLOCK], uint32_t least) {
    const __m256i *from = (const __m256i *)(const void *)in, limit = _mm256_set1_epi32((int)least);
    for (unsigned word = 0; word < KS_BLOCK / 64; word++) {
        out[word] = 0;
        for (unsigned i = 0; i < 8; i++) {
            __m256i values = _mm256_loadu_si256(from++);
            __m256i good = _mm256_cmpeq_epi32(_mm256_max_epu32(values, limit), values);
            out[word] |= (uint64_t)(unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(good)) << 8 * i;
        }
    }
}

/* AVX2 only compares signed integers: flipping the top bit keeps unsigned numbers in order. */
INLINE __m256i signs(__m256i numbers) {
    return _mm256_xor_si256(numbers, _mm256_set1_epi32(INT32_MIN));
}

/* One bit for each of the eight lanes of a comparison. */
INLINE uint32_t bits_of(__m256i comparison) {
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(comparison));
}

/* Sixteen groups of eight values make up a block. A number can only be in the first group whose last value is
 * not less than it: two comparisons count the groups before that one, and a third looks into it. No branch
 * depends on the numbers. */
VECTOR static uint32_t meet(const uint32_t block[KS_BLOCK], const uint32_t *numbers, uint32_t count,
                            uint32_t in_numbers[KS_BLOCK + 1], uint32_t in_block[KS_BLOCK + 1]) {
    const __m256i every_eighth = _mm256_setr_epi32(0, 8, 16, 24, 32, 40, 48, 56);
    const int *lasts = (const int *)(const void *)(block + 7);
    const __m256i lower = signs(_mm256_i32gather_epi32(lasts, every_eighth, 4));
    const __m256i upper = signs(_mm256_i32gather_epi32(lasts + KS_BLOCK / 2, every_eighth, 4));
    uint32_t found = 0;
    for (uint32_t i = 0; i < count && found < KS_BLOCK; i++) {
        __m256i number = _mm256_set1_epi32((int)numbers[i]), from = signs(number);
        __m256i less = _mm256_packs_epi32(_mm256_cmpgt_epi32(from, lower), _mm256_cmpgt_epi32(from, upper));
        /* Two bits for each group of eight that ends before the number. */
        uint32_t eight = (uint32_t)_mm_popcnt_u32((uint32_t)_mm256_movemask_epi8(less)) * 4;
        uint32_t equal = bits_of(
            _mm256_cmpeq_epi32(number, _mm256_loadu_si256((const __m256i *)(const void *)(block + eight))));
        in_numbers[found] = i;
        in_block[found] = eight + _tzcnt_u32(equal); /* 32 where there is none */
        found += equal != 0;
    }
    return found;
}

/* ---- Rice coding: uses no vectors, but instructions that most of these processors have as well ---- */

#ifdef __x86_64__
#define BITS __attribute__((target("avx2,bmi,bmi2,popcnt")))

/* A ks_rice_finder: pdep leaves only the word's `count`-th one, and tzcnt tells where that is. */
BITS __attribute__((always_inline)) static inline unsigned find_one(uint64_t word, uint64_t count,
                                                                    unsigned *ones) {
    *ones = (unsigned)_mm_popcnt_u64(word);
    return *ones < count ? 0 : (unsigned)_tzcnt_u64(_pdep_u64(UINT64_C(1) << (count - 1), word)) + 1;
}

BITS static bool sums(ks_rice *rice, uint64_t index, uint32_t *count, uint32_t last, uint32_t *out) {
    return ks_rice_add_up(rice, index, count, last, out, find_one);
}

/* On AMD processors before Zen 3 pdep takes hundreds of cycles, on others three. Those are the processors
 * with SSE4a, which only AMD has, but without VPCLMULQDQ. */
static bool finds_ones(void) {
    return KS_CPU_HAS(BMI2, "bmi2") && (!KS_CPU_HAS(SSE4A, "sse4a") || KS_CPU_HAS(VPCLMULQDQ, "vpclmulqdq"));
}
#else
#define sums ks_rice_sums

static bool finds_ones(void) {
    return false;
}
#endif

const ks_unpacker *ks_unpacker_avx2(void) {
    static const ks_unpacker avx2 = {plain,        ascending,          lookup, reach, meet,
                                     ks_rice_sums, ks_pairs_best_avx2, "avx2"};
    static const ks_unpacker and_bits = {plain, ascending,          lookup, reach, meet,
                                         sums,  ks_pairs_best_avx2, "avx2"};
    if (!KS_CPU_HAS(AVX2, "avx2") || !KS_CPU_HAS(BMI1, "bmi") || !KS_CPU_HAS(POPCNT, "popcnt")) return NULL;
    return finds_ones() ? &and_bits : &avx2;
}

#else

const ks_unpacker *ks_unpacker_avx2(void) {
    return NULL;
}

#endif
