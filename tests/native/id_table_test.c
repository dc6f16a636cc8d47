/* The table of ids against a list of hashes: what is there is found, what is not ends, damage ends too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/id_table.h"

#include "tests/support/random.h"

#include <stdlib.h>
#include <string.h>

static uint8_t *fill(ks_id_table *table, const uint64_t *hashes, uint32_t count) {
    uint8_t *slots;
    *table = ks_id_table_of(count);
    slots = calloc(table->count, 4);
    assert_non_null(slots);
    for (uint32_t doc = 0; doc < count; doc++) ks_id_table_add(table, slots, hashes[doc], doc);
    table->slots = slots;
    return slots;
}

/* Whether `wanted` is among the hash's candidates; each may come once only. Counts candidates up. */
static bool probe_for(const ks_id_table *table, uint64_t hash, uint32_t wanted, size_t *candidates) {
    ks_id_probe probe = ks_id_probe_start(table, hash);
    uint32_t doc, before = UINT32_MAX;
    bool found = false;
    while (ks_id_probe_next(table, &probe, &doc)) {
        assert_true(!found || doc != wanted);
        assert_int_not_equal(doc, before);
        found = found || doc == wanted;
        before = doc;
        ++*candidates;
    }
    assert_true(probe.left > 0);
    return found;
}

static void check_table(const uint64_t *hashes, uint32_t count, size_t *candidates) {
    ks_id_table table;
    uint8_t *slots = fill(&table, hashes, count);
    for (uint32_t doc = 0; doc < count; doc++) assert_true(probe_for(&table, hashes[doc], doc, candidates));
    free(slots);
}

static void random_hashes(void **state) {
    uint64_t random = ks_test_seed(61);
    (void)state;
    for (unsigned round = 0; round < 200; round++) {
        uint32_t count = (uint32_t)ks_test_below(&random, round < 100 ? 20 : 2000);
        uint64_t hashes[2000];
        size_t candidates = 0;
        for (uint32_t i = 0; i < count; i++) hashes[i] = ks_test_random(&random);
        check_table(hashes, count, &candidates);
        assert_true(candidates <= count + count / 50 + 2); /* the hash's bits tell nearly all apart */
    }
}

/* All at one slot, at the last slot, and equal hashes: then all are candidates. */
static void hashes_that_collide(void **state) {
    static const uint64_t common[] = {0, UINT64_MAX, 1ULL << 63, 0xFFFFFFFF00000000ULL};
    (void)state;
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        for (uint32_t count = 1; count < 70; count++) {
            uint64_t hashes[70];
            size_t candidates = 0;
            for (uint32_t doc = 0; doc < count; doc++) hashes[doc] = common[i];
            check_table(hashes, count, &candidates);
            assert_int_equal(candidates, count * count);
        }
}

static void hashes_that_are_not_there(void **state) {
    uint64_t random = ks_test_seed(62), hashes[3000];
    ks_id_table table;
    uint8_t *slots;
    size_t candidates = 0;
    (void)state;
    for (uint32_t i = 0; i < 3000; i++) hashes[i] = ks_test_random(&random);
    slots = fill(&table, hashes, 3000);
    for (int i = 0; i < 20000; i++)
        assert_false(probe_for(&table, ks_test_random(&random), UINT32_MAX, &candidates));
    assert_true(candidates < 20000 / 100);
    free(slots);
}

static void sizes(void **state) {
    static const struct {
        uint32_t documents;
        uint64_t slots;
        uint32_t numbers;
    } tables[] = {{0, 1, 0},
                  {1, 2, 1},
                  {2, 3, 3},
                  {3, 5, 3},
                  {4, 6, 7},
                  {255, 341, 255},
                  {256, 342, 511},
                  {3000000000U, 4000000001, UINT32_MAX},
                  {UINT32_MAX - 1, 5726623059, UINT32_MAX}};
    (void)state;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        ks_id_table table = ks_id_table_of(tables[i].documents);
        assert_int_equal(table.count, tables[i].slots);
        assert_int_equal(table.number_mask, tables[i].numbers);
        assert_true(ks_id_probe_start(&table, UINT64_MAX).at < table.count);
        assert_true(ks_id_probe_start(&table, UINT64_MAX).at + table.count / 1000 + 3 >= table.count);
        assert_int_equal(ks_id_probe_start(&table, 0).at, 0);
    }
}

static void the_layout_is_as_written_down(void **state) {
    /* 5 documents, 7 slots, 3 bits of number; upper 31 bits * 7 >> 31. */
    static const uint64_t hashes[] = {0, 0x8000000000000018, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFF00000007, 0x20};
    static const uint32_t expected[] = {1, 4, 0x20 | 5, 0x18 | 2, 0, 0, 0xFFFFFFF8 | 3};
    /* document 0 at 0, 1 at 3, 2 at 6, 3 at 6 taken: at 0 taken: at 1, 4 at 0 and 1 taken: at 2 */
    ks_id_table table;
    uint8_t *slots = fill(&table, hashes, 5);
    (void)state;
    assert_int_equal(table.count, 7);
    for (size_t i = 0; i < 7; i++) assert_int_equal(ks_get_u32(slots + i * 4), expected[i]);
    free(slots);
}

/* Tables without a free slot end, whatever they hold; ones with any content end and stay inside. */
static void damaged_tables_end(void **state) {
    uint64_t random = ks_test_seed(63);
    (void)state;
    for (int round = 0; round < 300; round++) {
        ks_id_table table = ks_id_table_of((uint32_t)ks_test_below(&random, 40));
        uint8_t *slots = malloc(table.count * 4);
        bool full = ks_test_below(&random, 2);
        assert_non_null(slots);
        ks_test_random_bytes(&random, slots, table.count * 4);
        for (uint64_t i = 0; full && i < table.count; i++) slots[i * 4 + 3] |= 1;
        table.slots = slots;
        for (int i = 0; i < 20; i++) {
            ks_id_probe probe = ks_id_probe_start(&table, ks_test_random(&random));
            uint32_t doc;
            uint64_t steps = 0;
            while (ks_id_probe_next(&table, &probe, &doc)) assert_true(++steps <= table.count);
            assert_true(!full || probe.left == 0);
        }
        free(slots);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_hashes),
        cmocka_unit_test(hashes_that_collide),
        cmocka_unit_test(hashes_that_are_not_there),
        cmocka_unit_test(sizes),
        cmocka_unit_test(the_layout_is_as_written_down),
        cmocka_unit_test(damaged_tables_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
