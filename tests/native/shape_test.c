/* Shapes of postings: written and read back, made of postings, and what is no shape. */
#include "native/shape.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "native/shape_table.h"
#include "tests/support/random.h"

#include <string.h>

enum { ROUNDS = 20000 };

static ks_shape make(uint8_t mask, const uint32_t *counts) {
    ks_shape shape = {.mask = mask, .tf = mask ? 0 : counts[0]};
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++) {
        if (!(mask & 1u << field)) continue;
        shape.counts[field] = counts[field];
        shape.tf += counts[field] * ks_field_weight((ks_field)field);
    }
    return shape;
}

static ks_shape random_shape(uint64_t *random) {
    uint32_t counts[KS_TEXT_FIELDS];
    uint8_t mask = (uint8_t)ks_test_below(random, 32);
    uint64_t most = UINT64_C(1) << ks_test_below(random, mask ? 28 : 32);
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++)
        counts[field] = 1 + (uint32_t)(ks_test_random(random) % most);
    return make(mask, counts);
}

static void assert_same(const ks_shape *shape, const ks_shape *expected) {
    assert_int_equal(shape->tf, expected->tf);
    assert_int_equal(shape->mask, expected->mask);
    assert_memory_equal(shape->counts, expected->counts, sizeof expected->counts);
}

static void written_and_read(void **state) {
    uint64_t random = ks_test_seed(231);
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        ks_shape shape = random_shape(&random), again;
        ks_buffer out = {0};
        const uint8_t *at;
        ks_shape_put(&out, &shape);
        at = (const uint8_t *)out.data;
        assert_true(ks_shape_get(&at, at + out.size, &again));
        assert_ptr_equal(at, out.data + out.size);
        assert_same(&again, &shape);
        for (size_t less = 1; less <= out.size; less++) {
            at = (const uint8_t *)out.data;
            assert_false(ks_shape_get(&at, at + out.size - less, &again));
        }
        ks_buffer_free(&out);
    }
}

/* Positions for the shape, as a posting has them. */
static void put_positions(ks_buffer *out, const ks_shape *shape, uint64_t *random) {
    ks_buffer_str(out, "");
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++) {
        if (!shape->counts[field]) continue;
        if (shape->mask & (shape->mask - 1)) ks_varint_put(out, shape->counts[field]);
        for (uint32_t i = 0; i < shape->counts[field]; i++)
            ks_varint_put(out, ks_test_random(random) >> (32 + ks_test_below(random, 32)));
    }
}

static void made_of_postings(void **state) {
    uint64_t random = ks_test_seed(232);
    (void)state;
    for (int round = 0; round < ROUNDS / 4; round++) {
        uint32_t counts[KS_TEXT_FIELDS];
        ks_shape shape, again;
        ks_buffer positions = {0};
        const uint8_t *at;
        for (unsigned field = 0; field < KS_TEXT_FIELDS; field++)
            counts[field] = 1 + (uint32_t)ks_test_below(&random, 20);
        shape = make((uint8_t)ks_test_below(&random, 32), counts);
        put_positions(&positions, &shape, &random);
        at = (const uint8_t *)positions.data;
        assert_true(ks_shape_of(&again, shape.tf, shape.mask, at, positions.size));
        assert_same(&again, &shape);
        assert_true(ks_shape_positions(&again) == ks_shape_positions(&shape));
        if (ks_mask_has_many(shape.mask)) {
            assert_false(ks_shape_of(&again, shape.tf + 1, shape.mask, at, positions.size));
            assert_false(ks_shape_of(&again, shape.tf, shape.mask, at, positions.size - 1));
            ks_buffer_char(&positions, 1);
            at = (const uint8_t *)positions.data;
            assert_false(ks_shape_of(&again, shape.tf, shape.mask, at, positions.size));
        }
        ks_buffer_free(&positions);
    }
}

static void no_postings(void **state) {
    ks_shape shape;
    (void)state;
    assert_false(ks_shape_of(&shape, 0, 0, NULL, 0));
    assert_false(ks_shape_of(&shape, 1, 32, NULL, 0));
    assert_false(ks_shape_of(&shape, 3, 1, NULL, 0)); /* no multiple of the title's weight */
    assert_false(ks_shape_of(&shape, 6, 1, NULL, 0));
    assert_true(ks_shape_of(&shape, 8, 1, NULL, 0));
}

static void check_bytes(const char *bytes, size_t size, bool good) {
    const uint8_t *at = (const uint8_t *)bytes;
    ks_shape shape;
    assert_int_equal(ks_shape_get(&at, at + size, &shape), good);
}

static void no_shapes(void **state) {
    (void)state;
    check_bytes("\0\3\1\1", 4, true);
    check_bytes("\0\3\1\0", 4, false);
    check_bytes("\0\1\1", 3, false);
    check_bytes("\0\0", 2, false);
    check_bytes("\0\x23\1\1\1", 5, false);
    check_bytes("\0\3\xFF\xFF\xFF\xFF\3\1", 8, true);  /* 2^30 - 1 in the title */
    check_bytes("\0\3\xFF\xFF\xFF\xFF\3\4", 8, false); /* beyond 2^32 - 1 with the summary */
    check_bytes("\0\3\x80\x80\x80\x80\4\1", 8, false);
    check_bytes("\xFA\xFF\xFF\xFF\x5F", 5, true);  /* an exact value, 2^32 - 1 */
    check_bytes("\x80\x80\x80\x80\x60", 5, false); /* 2^32 */
    check_bytes("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\1", 10, false);
    check_bytes("", 0, false);
}

static void keys(void **state) {
    uint64_t random = ks_test_seed(233);
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        ks_shape shape = random_shape(&random), again;
        uint64_t key = ks_shape_key(&shape);
        bool large = !shape.mask && shape.tf > 255;
        for (unsigned field = 0; field < KS_TEXT_FIELDS; field++) large = large || shape.counts[field] > 2047;
        assert_int_equal(key == 0, large);
        if (key == 0) continue;
        again = ks_shape_of_key(key);
        assert_same(&again, &shape);
    }
}

/* Where it has none: the number of shapes that have one. */
static uint32_t number_of(const ks_shape_table *table, uint64_t key) {
    for (size_t i = 0; i < KS_SHAPE_SLOTS; i++)
        if (key && table->slots[i].key == key) return table->slots[i].number;
    return (uint32_t)table->count;
}

/* The most frequent have the least numbers; those that do not fit have none. */
static void numbers(void **state) {
    static ks_shape_table table;
    uint64_t random = ks_test_seed(234);
    (void)state;
    for (uint32_t distinct = 1; distinct < 900; distinct += 1 + distinct / 4) {
        ks_shape_table_clear(&table);
        assert_int_equal(ks_shape_table_add(&table, 0), KS_SHAPE_UNSEEN);
        for (uint32_t i = 0; i < distinct; i++)
            for (uint32_t n = 0; n < 1 + (distinct - i) / 2; n++) {
                uint16_t slot = ks_shape_table_add(&table, 1 + i);
                assert_int_equal(slot == KS_SHAPE_UNSEEN, i >= KS_SHAPES_SEEN);
                if (slot != KS_SHAPE_UNSEEN) assert_int_equal(table.slots[slot].key, 1 + i);
            }
        ks_shape_table_settle(&table);
        assert_int_equal(table.count, distinct < KS_SHAPES ? distinct : KS_SHAPES);
        for (uint32_t i = 0; i < table.count; i++) {
            assert_int_equal(number_of(&table, table.keys[i]), i);
            if (distinct < KS_SHAPES_SEEN) assert_true((table.keys[i] - 1) / 2 <= i / 2 + 1);
        }
        assert_int_equal(number_of(&table, 0), table.count);
        assert_int_equal(number_of(&table, 1000 + ks_test_below(&random, 1000)), table.count);
        if (distinct > KS_SHAPES + 4) assert_int_equal(number_of(&table, distinct), table.count);
    }
}

/* A shape of one byte, and its frequency and mask alone. */
static void skimmed(void **state) {
    (void)state;
    for (unsigned code = 1; code < 0x80; code++) {
        ks_shape shape;
        uint32_t tf = 0;
        uint8_t mask = UINT8_MAX;
        ks_shape_set_single(&shape, code);
        assert_int_equal(ks_shape_code(&shape), code);
        ks_shape_skim_single(code, &tf, &mask);
        assert_int_equal(tf, shape.tf);
        assert_int_equal(mask, shape.mask);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_and_read),
        cmocka_unit_test(made_of_postings),
        cmocka_unit_test(no_postings),
        cmocka_unit_test(no_shapes),
        cmocka_unit_test(keys),
        cmocka_unit_test(numbers),
        cmocka_unit_test(skimmed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
