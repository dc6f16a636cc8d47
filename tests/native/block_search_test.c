/* Looking through blocks: which values reach a limit, which numbers stand in a block and where, by both
 * unpackers and against going through it one by one. Blocks and numbers stand at the ends of pieces of
 * memory, so that the sanitizers and valgrind see what is read or written behind them. */
#include "native/bitpack.h"
#include "native/postings.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/native/unpackers.h"
#include "tests/support/random.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_NUMBERS = 4096, RESULTS = KS_BLOCK + 1 };

/* Where numbers may be taken for negative ones, or wrap around. */
static const uint32_t edges[] = {0,
                                 1,
                                 2,
                                 127,
                                 INT32_MAX - 1u,
                                 INT32_MAX,
                                 INT32_MAX + 1u,
                                 INT32_MAX + 2u,
                                 UINT32_MAX - 128,
                                 UINT32_MAX - 127,
                                 UINT32_MAX - 1,
                                 UINT32_MAX};

enum { EDGES = sizeof edges / sizeof *edges };

static uint32_t *memory_of(size_t count) {
    uint32_t *memory = malloc(count * sizeof *memory);
    assert_non_null(memory);
    memset(memory, 0xA5, count * sizeof *memory);
    return memory;
}

/* ---- What reaches a limit ---- */

static void check_reach(const uint32_t *values, uint32_t least) {
    uint32_t *block = memory_of(KS_BLOCK);
    memcpy(block, values, KS_BLOCK * sizeof *block);
    for (size_t u = 0; u < 2; u++) {
        uint64_t out[KS_BLOCK / 64 + 1] = {1, 2, 3};
        unpackers[u]->reach(out, block, least);
        for (size_t i = 0; i < KS_BLOCK; i++) assert_int_equal(out[i / 64] >> i % 64 & 1, values[i] >= least);
        assert_int_equal(out[2], 3);
    }
    free(block);
}

static void test_reach_at_random(void **state) {
    uint64_t random = ks_test_seed(51);
    uint32_t values[KS_BLOCK];
    (void)state;
    for (int round = 0; round < 2000; round++) {
        unsigned shift = (unsigned)ks_test_below(&random, 32);
        for (size_t i = 0; i < KS_BLOCK; i++) values[i] = (uint32_t)ks_test_random(&random) >> shift;
        check_reach(values, values[ks_test_below(&random, KS_BLOCK)]);
        check_reach(values, (uint32_t)ks_test_random(&random) >> shift);
    }
}

/* Every pair of edges, alone in each place among values of the other kind. */
static void test_reach_at_edges(void **state) {
    uint32_t values[KS_BLOCK];
    (void)state;
    for (size_t least = 0; least < EDGES; least++) {
        for (size_t i = 0; i < KS_BLOCK; i++) values[i] = edges[i % EDGES];
        check_reach(values, edges[least]);
        for (size_t i = 0; i < KS_BLOCK; i++) {
            for (size_t j = 0; j < KS_BLOCK; j++) values[j] = j == i ? edges[least] : edges[least] - 1;
            check_reach(values, edges[least]);
        }
    }
}

/* ---- The first that is not less ---- */

static uint32_t find_naively(const uint32_t *block, uint32_t target) {
    uint32_t place = 0;
    while (block[place] < target) place++;
    return place;
}

/* Ascending numbers from `first` on, most of them `step` apart at the most; KS_NO_DOC from `size` on. */
static void make_block(uint32_t *block, uint32_t first, size_t size, size_t step, uint64_t *random) {
    uint32_t number = first;
    for (size_t i = 0; i < KS_BLOCK; i++) {
        uint32_t left = UINT32_MAX - number - (uint32_t)(KS_BLOCK - i);
        uint32_t gap = i ? 1 + (uint32_t)ks_test_below(random, step) : 0;
        number += gap <= left ? gap : i != 0;
        block[i] = i < size ? number : KS_NO_DOC;
    }
}

/* A block that begins anywhere, the edges included. */
static size_t some_block(uint32_t *block, uint64_t *random) {
    size_t step = (size_t)1 << ks_test_below(random, 25);
    size_t size = ks_test_below(random, 2) ? KS_BLOCK : 1 + ks_test_below(random, KS_BLOCK);
    uint32_t first = ks_test_below(random, 2) ? edges[ks_test_below(random, EDGES)] : 0;
    if (ks_test_below(random, 2)) first -= first < 64 ? 0 : 64; /* the edge is in its midst */
    if (first > UINT32_MAX - KS_BLOCK - 1) first = UINT32_MAX - KS_BLOCK - 1;
    make_block(block, first, size, step, random);
    return size;
}

static void test_find(void **state) {
    uint64_t random = ks_test_seed(52);
    uint32_t *block = memory_of(KS_BLOCK);
    (void)state;
    for (int round = 0; round < 500; round++) {
        some_block(block, &random);
        for (size_t i = 0; i < KS_BLOCK; i++)
            for (uint32_t d = 0; d < 3; d++) {
                uint32_t target = block[i] + d - 1; /* wraps around from 0, to the most there is */
                if (target > block[KS_BLOCK - 1]) continue;
                assert_int_equal(ks_block_find(block, target), find_naively(block, target));
            }
    }
    free(block);
}

/* ---- Which numbers stand in a block ---- */

static void check_found(const uint32_t *block, const uint32_t *numbers, uint32_t count, uint32_t found,
                        const uint32_t *which, const uint32_t *places) {
    uint32_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t place = find_naively(block, numbers[i]);
        if (block[place] != numbers[i]) continue;
        assert_true(at < found);
        assert_int_equal(which[at], i);
        assert_int_equal(places[at], place);
        at++;
    }
    assert_int_equal(at, found);
}

static void check_meet(const uint32_t *values, const uint32_t *wanted, uint32_t count) {
    uint32_t *block = memory_of(KS_BLOCK), *numbers = memory_of(count);
    memcpy(block, values, KS_BLOCK * sizeof *block);
    memcpy(numbers, wanted, count * sizeof *numbers);
    for (size_t u = 0; u < 2; u++) {
        uint32_t *which = memory_of(RESULTS), *places = memory_of(RESULTS);
        uint32_t found = unpackers[u]->meet(block, numbers, count, which, places);
        check_found(block, numbers, count, found, which, places);
        for (uint32_t i = found + 1; i < RESULTS; i++) { /* one more may be written */
            assert_int_equal(which[i], 0xA5A5A5A5);
            assert_int_equal(places[i], 0xA5A5A5A5);
        }
        free(which);
        free(places);
    }
    free(block);
    free(numbers);
}

/* Numbers of the block and others, up to its last, that is not padding; at least one. `dense`: of 8. */
static uint32_t some_numbers(uint32_t *out, uint32_t most, const uint32_t *block, size_t size, size_t dense,
                             uint64_t *random) {
    uint32_t count = 0, last = block[size - 1], number = block[0] - (block[0] < 40 ? block[0] : 40);
    for (size_t i = 0; number <= last && count < most; number++) {
        while (block[i] < number) i++;
        if (block[i] - number >= 16) number = block[i] - 2; /* what lies far between the two is left out */
        if (ks_test_below(random, 8) < dense) out[count++] = number;
    }
    if (count == 0) out[count++] = last;
    return count;
}

static void test_meet_at_random(void **state) {
    static uint32_t numbers[MOST_NUMBERS];
    uint64_t random = ks_test_seed(53);
    uint32_t block[KS_BLOCK];
    size_t few = 0, many = 0;
    (void)state;
    for (int round = 0; round < 4000; round++) {
        size_t size = some_block(block, &random), dense = 1 + ks_test_below(&random, 8);
        uint32_t most = 1 + (uint32_t)ks_test_below(&random, ks_test_below(&random, 2) ? 30 : MOST_NUMBERS);
        uint32_t count = some_numbers(numbers, most, block, size, dense, &random);
        check_meet(block, numbers, count);
        few += count < 24;
        many += count > KS_BLOCK;
    }
    assert_true(few > 500 && many > 500);
}

/* All of a block, and the neighbours of all: with more numbers than the block has. */
static void test_meet_all(void **state) {
    uint32_t block[KS_BLOCK], numbers[3 * KS_BLOCK];
    uint64_t random = ks_test_seed(54);
    (void)state;
    for (size_t step = 1; step <= 100; step += 33)
        for (size_t e = 0; e < EDGES; e++) {
            uint32_t first = edges[e] > UINT32_MAX - 20000 ? UINT32_MAX - 20000 : edges[e], count = 0;
            make_block(block, first, KS_BLOCK, step, &random);
            check_meet(block, block, KS_BLOCK);
            for (size_t i = 0; i < KS_BLOCK; i++)
                for (uint32_t d = 0; d < 3; d++) {
                    uint32_t number = block[i] + d;
                    if (number < block[KS_BLOCK - 1] && (count == 0 || number > numbers[count - 1]))
                        numbers[count++] = number;
                }
            numbers[count++] = block[KS_BLOCK - 1];
            check_meet(block, numbers, count);
            check_meet(block, numbers + count - 1, 1);
        }
}

/* One number alone, at each place and beside it; and such as are all before the block, or between two. */
static void test_meet_few(void **state) {
    uint32_t block[KS_BLOCK], before[40];
    uint64_t random = ks_test_seed(55);
    (void)state;
    for (int round = 0; round < 20; round++) {
        size_t size = some_block(block, &random);
        for (size_t i = 0; i < size; i++) {
            check_meet(block, &block[i], 1);
            if (block[i] > 0) check_meet(block, &(uint32_t){block[i] - 1}, 1);
        }
    }
    make_block(block, INT32_MAX, KS_BLOCK, 1000, &random);
    for (uint32_t i = 0; i < 40; i++) before[i] = (uint32_t)INT32_MAX - 40 + i;
    for (uint32_t count = 1; count <= 40; count++) check_meet(block, before, count);
    for (uint32_t i = 0; i < 40; i++) before[i] = i;
    for (uint32_t count = 1; count <= 40; count++) check_meet(block, before, count);
}

/* Numbers that span as much as is mapped, less, and more: one in each of a block's places. */
static void test_meet_spans(void **state) {
    uint32_t block[KS_BLOCK], numbers[64];
    uint64_t random = ks_test_seed(56);
    (void)state;
    for (uint32_t span = 4090; span <= 4100; span++)
        for (uint32_t first = 0; first < 3; first++) {
            make_block(block, first, KS_BLOCK, 40, &random);
            block[KS_BLOCK - 1] = first + span + 1;
            block[KS_BLOCK - 2] = first + span;
            for (uint32_t i = 0; i < 63; i++) numbers[i] = block[i];
            numbers[63] = first + span;
            if (block[KS_BLOCK - 3] < first + span) check_meet(block, numbers, 64);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reach_at_random),
        cmocka_unit_test(test_reach_at_edges),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_meet_at_random),
        cmocka_unit_test(test_meet_all),
        cmocka_unit_test(test_meet_few),
        cmocka_unit_test(test_meet_spans),
    };
    return cmocka_run_group_tests(tests, find_unpackers, NULL);
}
