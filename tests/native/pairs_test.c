/* Competitive pairs against all pairs: nothing is beaten, everything is bounded. */
#include "native/pairs.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/native/unpackers.h"
#include "tests/support/random.h"

#include <math.h>
#include <string.h>

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
        if ((bounds[i].tf >= pair->tf || bounds[i].tf == KS_PAIR_TF) && bounds[i].length <= pair->length)
            return true;
    return false;
}

/* The greatest share that pairs promise, as its definition says. */
static double naive_best(const ks_pair *pairs, size_t count, const ks_norm *norm) {
    double best = 0;
    for (size_t i = 0; i < count; i++) {
        double tf = pairs[i].tf, share = tf == KS_PAIR_TF ? 1 : tf / (tf + ks_norm_of(norm, pairs[i].length));
        if (share > best) best = share;
    }
    return best;
}

/* By each reader, whatever stands behind the pairs; 1 where bytes are missing. */
static void check_best(const uint8_t *bytes, size_t size, const ks_pair *pairs, size_t count) {
    static const double averages[] = {3, 250, 100000};
    uint8_t padded[1 + 3 * KS_PAIRS_OF_MANY + 40];
    memset(padded, 0xFF, sizeof padded);
    memcpy(padded, bytes, size);
    for (size_t i = 0; i < 3; i++) {
        ks_norm norm = {.base = 0.3, .slope = 0.9 / averages[i], .least = averages[i] / 2};
        double expected = naive_best(pairs, count, &norm);
        for (size_t u = 0; u < 2; u++) {
            ks_pairs_best *best = unpackers[u]->best;
            for (size_t more = 0; size + more <= sizeof padded; more += 13)
                assert_true(fabs(best(padded, padded + size + more, &norm) - expected) <= 1e-12);
            for (size_t less = 1; less <= size; less++)
                assert_true(best(padded, padded + size - less, &norm) >= 1);
        }
    }
}

/* What was written: few, ascending, and a bound for each pair. */
static void check_written(const ks_pairs *pairs, size_t most, size_t count) {
    ks_buffer out = {0};
    const uint8_t *bytes;
    ks_pair written[KS_PAIRS_OF_MANY];
    size_t size;
    ks_pairs_put(pairs, most, &out);
    assert_int_equal(ks_buffer_check(&out, NULL), KS_OK);
    bytes = (const uint8_t *)out.data;
    size = bytes[0];
    assert_int_equal(size, pairs->count < most ? pairs->count : most);
    assert_int_equal(out.size, 1 + 3 * size);
    assert_int_equal(ks_pairs_bytes(bytes, bytes + out.size), out.size);
    for (size_t i = 0; i < size; i++) {
        const uint8_t *length = bytes + 1 + size + 2 * i;
        written[i] = (ks_pair){bytes[1 + i], length[0] + 256u * length[1]};
        if (i) assert_true(written[i].tf > written[i - 1].tf || written[i].tf == KS_PAIR_TF);
        if (i) assert_true(written[i].length > written[i - 1].length || written[i].length == KS_PAIR_LENGTH);
    }
    for (size_t i = 0; i < count; i++) assert_true(is_bounded(&all[i], written, size));
    check_best(bytes, out.size, written, size);
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

/* Any bytes are read as some pairs, the same by each reader. */
static void any_bytes(void **state) {
    uint64_t random = ks_test_seed(213);
    const ks_norm norm = {.base = 0.3, .slope = 0.004, .least = 100};
    (void)state;
    for (int round = 0; round < 2000; round++) {
        uint8_t bytes[1000];
        size_t size = ks_test_below(&random, sizeof bytes + 1);
        double portable, best;
        for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)ks_test_below(&random, KS_PAIR_TF);
        portable = unpackers[0]->best(bytes, bytes + size, &norm);
        best = unpackers[1]->best(bytes, bytes + size, &norm);
        assert_true(portable >= 0 && portable <= 1);
        assert_true(fabs(portable - best) <= 1e-12);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_bytes),
        cmocka_unit_test(random_pairs),
        cmocka_unit_test(more_than_there_is_room_for),
    };
    return cmocka_run_group_tests(tests, find_unpackers, NULL);
}
