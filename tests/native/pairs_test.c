/* Competitive pairs against all pairs: nothing is beaten, everything is bounded. */
#include "native/pairs.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "native/varint.h"
#include "tests/support/random.h"

enum { MOST = 3000 };

static ks_pair all[MOST];

static bool beats(const ks_pair *a, const ks_pair *b) {
    return a->tf >= b->tf && a->length <= b->length && (a->tf != b->tf || a->length != b->length);
}

/* The pairs that no other one beats, once each. */
static size_t naive(ks_pair *out, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool beaten = false;
        for (size_t j = 0; j < count && !beaten; j++) beaten = beats(&all[j], &all[i]);
        for (size_t j = 0; j < kept && !beaten; j++)
            beaten = out[j].tf == all[i].tf && out[j].length == all[i].length;
        if (!beaten) out[kept++] = all[i];
    }
    return kept;
}

static bool contains(const ks_pairs *pairs, const ks_pair *pair) {
    for (size_t i = 0; i < pairs->count; i++)
        if (pairs->items[i].tf == pair->tf && pairs->items[i].length == pair->length) return true;
    return false;
}

static void check_order(const ks_pairs *pairs) {
    for (size_t i = 1; i < pairs->count; i++) {
        assert_true(pairs->items[i].tf < pairs->items[i - 1].tf);
        assert_true(pairs->items[i].length < pairs->items[i - 1].length);
    }
}

static bool is_bounded(const ks_pair *pair, const ks_pair *bounds, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (bounds[i].tf >= pair->tf && bounds[i].length <= pair->length) return true;
    return false;
}

/* What was written: few, ascending, and a bound for each pair; each frequency and each length is of some
 * pair. */
static void check_written(const ks_pairs *pairs, size_t most, size_t count) {
    ks_buffer out = {0};
    const uint8_t *at, *end;
    ks_pair written[KS_PAIRS_OF_MANY];
    size_t size;
    ks_pairs_put(pairs, most, &out);
    assert_int_equal(ks_buffer_check(&out, NULL), KS_OK);
    at = (const uint8_t *)out.data;
    end = at + out.size;
    size = *at++;
    assert_int_equal(size, pairs->count < most ? pairs->count : most);
    for (size_t i = 0; i < size; i++) {
        uint64_t tf = 0, length = 0;
        assert_true(ks_varint_get(&at, end, &tf) && ks_varint_get(&at, end, &length));
        written[i] = (ks_pair){(uint32_t)tf, (uint32_t)length};
        if (i) written[i].tf += written[i - 1].tf;
        if (i) written[i].length += written[i - 1].length;
        if (i) assert_true(written[i].tf > written[i - 1].tf && written[i].length > written[i - 1].length);
    }
    assert_ptr_equal(at, end);
    for (size_t i = 0; i < count; i++) assert_true(is_bounded(&all[i], written, size));
    ks_buffer_free(&out);
}

static void check(size_t count) {
    static ks_pair expected[MOST];
    ks_pairs pairs = {0};
    size_t kept = naive(expected, count);
    for (size_t i = 0; i < count; i++) ks_pairs_add(&pairs, all[i].tf, all[i].length);
    check_order(&pairs);
    if (kept <= KS_PAIRS_ROOM) {
        assert_int_equal(pairs.count, kept);
        for (size_t i = 0; i < kept; i++) assert_true(contains(&pairs, &expected[i]));
    }
    for (size_t i = 0; i < count; i++) assert_true(is_bounded(&all[i], pairs.items, pairs.count));
    check_written(&pairs, KS_PAIRS, count);
    check_written(&pairs, KS_PAIRS_OF_MANY, count);
}

/* The pairs of two halves together are those of all. */
static void check_joined(size_t count) {
    ks_pairs halves[2] = {{0}}, together = {0};
    for (size_t i = 0; i < count; i++) {
        ks_pairs_add(&halves[i % 2], all[i].tf, all[i].length);
        ks_pairs_add(&together, all[i].tf, all[i].length);
    }
    ks_pairs_join(&halves[0], &halves[1]);
    check_order(&halves[0]);
    assert_int_equal(halves[0].count, together.count);
    for (size_t i = 0; i < together.count; i++) assert_true(contains(&halves[0], &together.items[i]));
}

static void random_pairs(void **state) {
    static const uint32_t limits[] = {1, 2, 5, 60, 1000, UINT32_MAX - 1};
    uint64_t random = ks_test_seed(211);
    (void)state;
    for (int round = 0; round < 600; round++) {
        size_t count = 1 + ks_test_below(&random, round % 20 ? 130 : 1000);
        uint32_t tfs = limits[ks_test_below(&random, 6)], lengths = limits[ks_test_below(&random, 6)];
        for (size_t i = 0; i < count; i++)
            all[i] = (ks_pair){1 + (uint32_t)(ks_test_random(&random) % tfs),
                               (uint32_t)(ks_test_random(&random) % lengths)};
        check(count);
        if (count <= KS_PAIRS_ROOM) check_joined(count);
    }
}

/* Longer documents with more of the term: none beats another, and there is not room for all. */
static void more_than_there_is_room_for(void **state) {
    uint64_t random = ks_test_seed(212);
    (void)state;
    for (size_t count = 1; count <= MOST; count += 1 + count / 3) {
        for (uint32_t i = 0; i < count; i++) all[i] = (ks_pair){i + 1, 10 * i + 3};
        check(count);
        for (size_t i = count; i > 1; i--) {
            size_t other = ks_test_below(&random, i);
            ks_pair swap = all[i - 1];
            all[i - 1] = all[other];
            all[other] = swap;
        }
        check(count);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_pairs),
        cmocka_unit_test(more_than_there_is_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
