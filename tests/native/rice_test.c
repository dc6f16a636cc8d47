/* Rice's code against the numbers themselves: one after the other, from any place on, cut short, noise. */
#include "native/bitpack.h"
#include "native/rice.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/random.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 700 };

static uint32_t values[MOST];
static uint8_t
    *memory; /* the code, ending where its memory ends, so that the sanitizers see a read behind it */
static const uint8_t *begin, *end;

/* Numbers of about `bits` bits, with larger ones among them. */
static void random_values(uint64_t *random, size_t count, unsigned bits) {
    for (size_t i = 0; i < count; i++) {
        unsigned width = ks_test_below(random, 20) ? bits : 32;
        values[i] = (uint32_t)(ks_test_random(random) & ((UINT64_C(1) << width) - 1));
    }
}

static size_t encode(size_t count, unsigned bits) {
    ks_buffer out = {0};
    size_t size;
    ks_buffer_str(&out, "in front");
    ks_rice_put(&out, values, count, bits);
    assert_int_equal(ks_buffer_check(&out, NULL), KS_OK);
    assert_memory_equal(out.data, "in front", 8);
    size = out.size - 8;
    free(memory);
    assert_non_null(memory = malloc(size + 1));
    memcpy(memory + 1, out.data + 8, size);
    begin = memory + 1;
    end = begin + size;
    ks_buffer_free(&out);
    return size;
}

static void check_all(size_t count, unsigned bits) {
    ks_rice rice;
    assert_true(ks_rice_start(&rice, begin, end, count, bits));
    for (size_t i = 0; i < count; i++) {
        uint64_t value = 0;
        assert_true(ks_rice_next(&rice, &value));
        assert_true(value == values[i]);
    }
    assert_true((rice.at + 7) / 8 == (uint64_t)(end - begin));
    ks_rice_rewind(&rice);
    assert_true(ks_rice_seek(&rice, count));
    assert_true((rice.at + 7) / 8 == (uint64_t)(end - begin));
}

/* All at once: the same numbers. */
static void check_together(size_t count, unsigned bits) {
    uint32_t all[MOST];
    ks_rice rice;
    assert_true(ks_rice_start(&rice, begin, end, count, bits));
    assert_true(ks_rice_read(&rice, all));
    assert_memory_equal(all, values, count * sizeof *all);
    assert_int_equal(rice.index, 0);
}

static void check_jumps(size_t count, unsigned bits, size_t longest, uint64_t *random) {
    ks_rice rice;
    assert_true(ks_rice_start(&rice, begin, end, count, bits));
    for (size_t at = ks_test_below(random, longest); at < count; at += ks_test_below(random, longest)) {
        uint64_t value = 0;
        assert_true(ks_rice_seek(&rice, at));
        assert_true(ks_rice_next(&rice, &value));
        assert_true(value == values[at++]);
    }
    assert_false(ks_rice_seek(&rice, count + 1));
    if (rice.index > 0) assert_false(ks_rice_seek(&rice, rice.index - 1));
}

/* The ways to add up: everywhere, and the fastest here. */
static ks_rice_summer *summer(unsigned way) {
    return way ? ks_unpacker_best()->sums : ks_unpacker_portable()->sums;
}

/* From any number on, back as well, up to any sum. */
static void check_sums(size_t count, unsigned bits, unsigned way, uint64_t *random) {
    uint32_t some_more;
    ks_rice rice;
    assert_true(ks_rice_start(&rice, begin, end, count, bits));
    for (size_t round = 0; round < 8; round++) {
        size_t index = ks_test_below(random, count + 1), most = ks_test_below(random, count - index + 1);
        uint32_t got[MOST], sum = UINT32_MAX, some = (uint32_t)most, wanted = 0;
        uint32_t last = round % 2 ? UINT32_MAX : (uint32_t)ks_test_below(random, UINT32_MAX) >> bits / 2;
        assert_true(summer(way)(&rice, index, &some, last, got));
        for (bool more = true; more && wanted < most; more = sum <= last) {
            assert_int_equal(got[wanted], sum + values[index + wanted] + 1);
            sum = got[wanted++];
        }
        assert_int_equal(some, wanted);
    }
    some_more = (uint32_t)count + 1;
    assert_false(summer(way)(&rice, 0, &some_more, UINT32_MAX, NULL));
}

static void check_values(size_t count, unsigned bits, uint64_t *random) {
    encode(count, bits);
    check_all(count, bits);
    check_together(count, bits);
    check_jumps(count, bits, 3, random);
    check_jumps(count, bits, 40, random);
    check_jumps(count, bits, MOST, random);
    check_sums(count, bits, 0, random);
    check_sums(count, bits, 1, random);
}

static void numbers_of_every_size(void **state) {
    static const size_t counts[] = {1, 2, 7, 63, 64, 65, 128, MOST};
    uint64_t random = ks_test_seed(201);
    (void)state;
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
        for (unsigned bits = 0; bits <= 32; bits++) {
            random_values(&random, counts[c], bits);
            check_values(counts[c], ks_rice_bits(values, counts[c]), &random);
            check_values(counts[c], KS_RICE_BITS, &random);
        }
}

static uint64_t size_with(size_t count, unsigned bits) {
    uint64_t sum = (uint64_t)count * (bits + 1);
    for (size_t i = 0; i < count; i++) sum += values[i] >> bits;
    return (sum + 7) / 8;
}

/* No more than the limit, and not much more than the best. */
static void the_bits_that_are_chosen(void **state) {
    uint64_t random = ks_test_seed(202);
    (void)state;
    for (int round = 0; round < 2000; round++) {
        size_t count = 1 + ks_test_below(&random, MOST), size;
        uint64_t best = UINT64_MAX;
        unsigned bits;
        random_values(&random, count, (unsigned)ks_test_below(&random, 33));
        bits = ks_rice_bits(values, count);
        assert_true(bits <= KS_RICE_BITS);
        size = (size_t)size_with(count, bits);
        assert_true(size <= ks_rice_limit(count));
        for (unsigned other = 0; other <= KS_RICE_BITS; other++)
            if (size_with(count, other) < best) best = size_with(count, other);
        assert_true(size <= best + best / 4 + 1);
        if (size < 100000) assert_int_equal(encode(count, bits), size);
    }
}

/* Ascending numbers below the universe: never more than the limit. */
static void gaps_of_a_universe(void **state) {
    uint64_t random = ks_test_seed(203);
    (void)state;
    for (int round = 0; round < 2000; round++) {
        size_t count = 1 + ks_test_below(&random, 127);
        uint64_t universe = count + ks_test_random(&random) % (round % 2 ? 1000 : UINT32_MAX - count), left;
        unsigned bits = ks_rice_bits_of_gaps(universe, count);
        left = universe - count;
        for (size_t i = 0; i < count; i++) {
            values[i] =
                (uint32_t)(ks_test_below(&random, 3) ? ks_test_random(&random) % (left / (count - i) + 1)
                                                     : ks_test_random(&random) % (left + 1));
            left -= values[i];
        }
        if (round % 5 == 0) values[count - 1] += (uint32_t)left;
        assert_true(size_with(count, bits) <= ks_rice_limit(count));
        check_values(count, bits, &random);
    }
}

/* Reads until it fails; never beyond the bytes. */
static void read_all(size_t count, unsigned bits, uint64_t *random) {
    ks_rice rice;
    uint64_t value;
    uint32_t all[MOST];
    size_t good = 0;
    bool whole;
    if (!ks_rice_start(&rice, begin, end, count, bits)) return;
    whole = ks_rice_read(&rice, all);
    assert_int_equal(whole, ks_rice_seek(&rice, count));
    ks_rice_rewind(&rice);
    for (; good < count && ks_rice_next(&rice, &value); good++) {
        if (whole) assert_int_equal(all[good], (uint32_t)value);
    }
    ks_rice_rewind(&rice);
    ks_rice_seek(&rice, ks_test_below(random, count + 1));
    if (rice.index < count) ks_rice_next(&rice, &value);
    ks_rice_rewind(&rice);
    ks_rice_seek(&rice, count);
    for (unsigned way = 0; way < 2; way++) {
        uint32_t sums[MOST], some = (uint32_t)ks_test_below(random, count + 1);
        ks_rice_rewind(&rice);
        summer(way)(&rice, ks_test_below(random, count + 1), &some, UINT32_MAX, sums);
    }
}

static void bytes_cut_short(void **state) {
    uint64_t random = ks_test_seed(204);
    (void)state;
    for (int round = 0; round < 200; round++) {
        size_t count = 1 + ks_test_below(&random, 40), size;
        ks_rice rice;
        uint64_t value;
        unsigned bits;
        random_values(&random, count, (unsigned)ks_test_below(&random, 20));
        bits = ks_rice_bits(values, count);
        size = encode(count, bits);
        for (size_t less = 1; less <= size; less++) {
            uint8_t *copy = malloc(size - less + 1);
            bool good;
            assert_non_null(copy);
            memcpy(copy, begin, size - less);
            good = ks_rice_start(&rice, copy, copy + (size - less), count, bits);
            for (size_t i = 0; i < count && good; i++) good = ks_rice_next(&rice, &value);
            assert_false(good); /* the last byte holds the last one */
            if (ks_rice_start(&rice, copy, copy + (size - less), count, bits)) {
                uint32_t all[MOST], sums[MOST];
                assert_false(ks_rice_read(&rice, all));
                assert_false(ks_rice_seek(&rice, count));
                for (unsigned way = 0; way < 2; way++) {
                    uint32_t some = (uint32_t)count;
                    ks_rice_rewind(&rice);
                    assert_false(summer(way)(&rice, 0, &some, UINT32_MAX, sums));
                }
            }
            free(copy);
        }
    }
}

static void noise(void **state) {
    uint64_t random = ks_test_seed(205);
    (void)state;
    for (int round = 0; round < 5000; round++) {
        size_t size = ks_test_below(&random, 40);
        free(memory);
        assert_non_null(memory = malloc(size + 1));
        ks_test_random_bytes(&random, memory + 1, size);
        if (round % 3 == 0) memset(memory + 1, 0, size);
        begin = memory + 1;
        end = begin + size;
        read_all(1 + ks_test_below(&random, 60), (unsigned)ks_test_below(&random, 33), &random);
    }
}

static void too_many_bits_or_numbers(void **state) {
    static const uint8_t bytes[8] = {0};
    ks_rice rice;
    (void)state;
    assert_false(ks_rice_start(&rice, bytes, bytes + 8, 1, 32));
    assert_false(ks_rice_start(&rice, bytes, bytes + 8, 1, 255));
    assert_true(ks_rice_start(&rice, bytes, bytes + 8, 64, 0));
    assert_false(ks_rice_start(&rice, bytes, bytes + 8, 65, 0));
    assert_true(ks_rice_start(&rice, bytes, bytes + 8, 32, 1));
    assert_false(ks_rice_start(&rice, bytes, bytes + 8, 33, 1));
    assert_false(ks_rice_start(&rice, bytes, bytes + 8, UINT64_MAX, 31));
    assert_true(ks_rice_start(&rice, bytes, bytes, 0, 5));
    assert_true(ks_rice_seek(&rice, 0));
}

static int tear_down(void **state) {
    (void)state;
    free(memory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_every_size),
        cmocka_unit_test(the_bits_that_are_chosen),
        cmocka_unit_test(gaps_of_a_universe),
        cmocka_unit_test(bytes_cut_short),
        cmocka_unit_test(noise),
        cmocka_unit_test(too_many_bits_or_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
