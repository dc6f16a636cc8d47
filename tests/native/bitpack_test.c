/* Packing and both unpackers against a bit-by-bit oracle, for every width. Inputs stand at the end of a piece
 * of memory, so that the sanitizers see a read behind them. */
#include "native/bitpack.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "native/bitpack_avx2.h"
#include "tests/native/unpackers.h"
#include "tests/support/random.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 24, WIDEST = 32 };

/* The layout as bitpack.h describes it: bit `bit` of value i in a lane of 32-bit little-endian words. */
static size_t bit_offset(size_t i, unsigned bits, unsigned bit) {
    size_t in_lane = i / 4 * bits + bit, word = in_lane / 32 * 4 + i % 4;
    return word * 32 + in_lane % 32;
}

static void oracle_pack(uint8_t *out, const uint32_t *values, unsigned bits) {
    memset(out, 0, (size_t)bits * 16);
    for (size_t i = 0; i < KS_BLOCK; i++)
        for (unsigned bit = 0; bit < bits; bit++) {
            size_t at = bit_offset(i, bits, bit);
            if (values[i] >> bit & 1) out[at / 8] = (uint8_t)(out[at / 8] | 1u << at % 8);
        }
}

static unsigned oracle_width(const uint32_t *values) {
    unsigned width = 0;
    for (size_t i = 0; i < KS_BLOCK; i++)
        while (width < WIDEST && (uint64_t)values[i] >= (uint64_t)1 << width) width++;
    return width;
}

static uint32_t highest(unsigned bits) {
    return (uint32_t)(((uint64_t)1 << bits) - 1);
}

/* Zeros, all bits, a single large value, small values with a few large ones, or any. */
static void random_block(uint64_t *random, uint32_t *values, unsigned bits, unsigned kind) {
    uint32_t most = highest(bits);
    for (size_t i = 0; i < KS_BLOCK; i++) {
        uint32_t any = (uint32_t)ks_test_random(random) & most;
        values[i] = kind == 0 ? 0 : kind == 1 ? most : kind == 2 ? 0 : kind == 3 ? any & 3 : any;
        if (kind == 3 && ks_test_below(random, 16) == 0) values[i] = any;
    }
    if (kind == 2) values[ks_test_below(random, KS_BLOCK)] = most;
}

/* `size` bytes that end where their memory ends and begin `shift` bytes behind where it begins. */
static uint8_t *copy_to_end(const uint8_t *bytes, size_t size, size_t shift, void **memory) {
    uint8_t *piece = malloc(size + shift + 1);
    assert_non_null(piece);
    *memory = piece;
    /* A byte more, so that the size is never 0; it stands in front. */
    memcpy(piece + 1 + shift, bytes, size);
    return piece + 1 + shift;
}

static void check_plain(const ks_unpacker *unpacker, const uint8_t *in, unsigned bits,
                        const uint32_t *values) {
    uint32_t *out = malloc(KS_BLOCK * sizeof *out);
    assert_non_null(out);
    memset(out, 0xA5, KS_BLOCK * sizeof *out);
    unpacker->plain(out, in, bits);
    assert_memory_equal(out, values, KS_BLOCK * sizeof *out);
    free(out);
}

static void check_ascending(const ks_unpacker *unpacker, const uint8_t *in, unsigned bits,
                            const uint32_t *values, uint32_t base) {
    uint32_t *out = malloc(KS_BLOCK * sizeof *out);
    uint64_t sum = base;
    assert_non_null(out);
    unpacker->ascending(out, in, bits, base);
    for (size_t i = 0; i < KS_BLOCK; i++) {
        sum += (uint64_t)values[i] + 1;
        assert_int_equal(out[i], (uint32_t)(sum & UINT32_MAX));
    }
    free(out);
}

/* Through a table that ends where its memory ends. */
static void check_lookup(const ks_unpacker *unpacker, const uint8_t *in, unsigned bits,
                         const uint32_t *values) {
    uint32_t *table = malloc(128 * sizeof *table), *out = malloc(KS_BLOCK * sizeof *out);
    assert_non_null(table);
    assert_non_null(out);
    for (uint32_t i = 0; i < 128; i++) table[i] = i * 0x9E3779B9u + 7;
    unpacker->lookup(out, in, bits, table);
    for (size_t i = 0; i < KS_BLOCK; i++) assert_int_equal(out[i], values[i] * 0x9E3779B9u + 7);
    free(table);
    free(out);
}

static void check_block(const uint32_t *values, unsigned bits, uint32_t base) {
    uint8_t packed[WIDEST * 16 + 1], expected[WIDEST * 16];
    size_t size = ks_bitpack_bytes(bits);
    packed[size] = 0x5A;
    ks_bitpack_pack(packed, values, bits);
    oracle_pack(expected, values, bits);
    assert_memory_equal(packed, expected, size);
    assert_int_equal(packed[size], 0x5A);
    for (size_t i = 0; i < 2; i++) {
        void *memory;
        const uint8_t *in = copy_to_end(packed, size, base % 16, &memory);
        check_plain(unpackers[i], in, bits, values);
        check_ascending(unpackers[i], in, bits, values, base);
        if (bits <= 7) check_lookup(unpackers[i], in, bits, values);
        free(memory);
    }
}

static void every_width_and_kind(void **state) {
    uint64_t random = ks_test_seed(41);
    (void)state;
    for (unsigned bits = 0; bits <= WIDEST; bits++)
        for (unsigned round = 0; round < ROUNDS; round++) {
            uint32_t values[KS_BLOCK];
            random_block(&random, values, bits, round % 6);
            check_block(values, bits, (uint32_t)ks_test_random(&random));
        }
}

static void a_wider_pack_than_needed(void **state) {
    uint64_t random = ks_test_seed(42);
    (void)state;
    for (unsigned bits = 0; bits <= WIDEST; bits++) {
        uint32_t values[KS_BLOCK];
        random_block(&random, values, bits / 2, 4);
        check_block(values, bits, 7);
    }
}

static void each_value_has_its_place(void **state) {
    (void)state;
    for (size_t i = 0; i < KS_BLOCK; i++)
        for (unsigned bits = 1; bits <= WIDEST; bits += 5) {
            uint32_t values[KS_BLOCK] = {0};
            values[i] = highest(bits);
            check_block(values, bits, 0);
        }
}

static void the_layout_by_hand(void **state) {
    /* Of 1 bit: value i is bit i / 4 of word i % 4. */
    static const uint8_t expected[16] = {0x01, 0, 0, 0x80, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80};
    uint32_t values[KS_BLOCK] = {0};
    uint8_t packed[16];
    (void)state;
    values[0] = values[124] = values[5] = values[127] = 1;
    ks_bitpack_pack(packed, values, 1);
    assert_memory_equal(packed, expected, sizeof expected);
}

static void ascending_from_the_edges(void **state) {
    static const uint32_t bases[] = {
        0, 1, UINT32_MAX, UINT32_MAX - 1, UINT32_MAX - 127, UINT32_MAX - 128, 0x80000000};
    uint64_t random = ks_test_seed(43);
    (void)state;
    for (size_t b = 0; b < sizeof bases / sizeof *bases; b++)
        for (unsigned bits = 0; bits <= WIDEST; bits++) {
            uint32_t values[KS_BLOCK];
            random_block(&random, values, bits, bits % 2 ? 1 : 4);
            check_block(values, bits, bases[b]);
        }
}

static void the_first_document_may_be_0(void **state) {
    uint32_t out[KS_BLOCK];
    (void)state;
    for (size_t u = 0; u < 2; u++) {
        unpackers[u]->ascending(out, (const uint8_t *)"", 0, UINT32_MAX);
        for (uint32_t i = 0; i < KS_BLOCK; i++) assert_int_equal(out[i], i);
    }
}

static void gaps_come_back_as_the_documents(void **state) {
    uint64_t random = ks_test_seed(44);
    (void)state;
    for (int round = 0; round < 100; round++) {
        uint32_t documents[KS_BLOCK], gaps[KS_BLOCK], out[KS_BLOCK], before = UINT32_MAX;
        uint8_t packed[WIDEST * 16];
        unsigned bits;
        for (size_t i = 0; i < KS_BLOCK; i++) {
            gaps[i] = (uint32_t)ks_test_below(&random, (size_t)1 << ks_test_below(&random, 20));
            documents[i] = before += gaps[i] + 1;
        }
        bits = ks_bitpack_width(gaps);
        ks_bitpack_pack(packed, gaps, bits);
        for (size_t u = 0; u < 2; u++) {
            unpackers[u]->ascending(out, packed, bits, UINT32_MAX);
            assert_memory_equal(out, documents, sizeof out);
        }
    }
}

static void width_of_a_block(void **state) {
    uint64_t random = ks_test_seed(45);
    uint32_t values[KS_BLOCK] = {0};
    (void)state;
    assert_int_equal(ks_bitpack_width(values), 0);
    for (unsigned bits = 1; bits <= WIDEST; bits++)
        for (size_t i = 0; i < KS_BLOCK; i += 127) {
            memset(values, 0, sizeof values);
            values[i] = (uint32_t)1 << (bits - 1);
            assert_int_equal(ks_bitpack_width(values), bits);
            values[i] = highest(bits);
            assert_int_equal(ks_bitpack_width(values), bits);
        }
    for (int round = 0; round < 500; round++) {
        random_block(&random, values, (unsigned)ks_test_below(&random, 33),
                     (unsigned)ks_test_below(&random, 5));
        assert_int_equal(ks_bitpack_width(values), oracle_width(values));
    }
}

static void bytes_of_a_block(void **state) {
    (void)state;
    assert_int_equal(ks_bitpack_bytes(0), 0);
    assert_int_equal(ks_bitpack_bytes(1), 16);
    assert_int_equal(ks_bitpack_bytes(32), sizeof(uint32_t) * KS_BLOCK);
}

static void which_unpacker_is_best(void **state) {
    const ks_unpacker *avx2 = ks_unpacker_avx2();
    (void)state;
    assert_string_equal(ks_unpacker_portable()->name, "portable");
    assert_ptr_equal(ks_unpacker_best(), avx2 ? avx2 : ks_unpacker_portable());
    assert_ptr_equal(ks_unpacker_best(), ks_unpacker_best());
    if (avx2) assert_string_equal(avx2->name, "avx2");
#if defined(__x86_64__)
    assert_int_equal(avx2 != NULL, __builtin_cpu_supports("avx2") != 0);
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_width_and_kind),
        cmocka_unit_test(a_wider_pack_than_needed),
        cmocka_unit_test(each_value_has_its_place),
        cmocka_unit_test(the_layout_by_hand),
        cmocka_unit_test(ascending_from_the_edges),
        cmocka_unit_test(the_first_document_may_be_0),
        cmocka_unit_test(gaps_come_back_as_the_documents),
        cmocka_unit_test(width_of_a_block),
        cmocka_unit_test(bytes_of_a_block),
        cmocka_unit_test(which_unpacker_is_best),
    };
    return cmocka_run_group_tests(tests, find_unpackers, NULL);
}
