/* Sorting texts that begin alike, against qsort: prefixes of every size up to 40 bytes, bytes of zero, empty
 * texts, thousands under one key, with the keys that terms have (their first bytes) and with one for all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/text_order.h"
#include "tests/support/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PREFIXES = 41, ROOM = 64, MANY = 5000 };

/* How the key comes from the text: not at all, its first eight bytes with zeros behind, or nothing but its
 * size, which does not agree with the order of the bytes. */
enum keys { NO_KEY, FIRST_BYTES, SIZE_KEY, KEY_KINDS };

static char room[MANY][ROOM];
static ks_text_item given[MANY];

static uint64_t key_of(enum keys keys, const char *text, size_t size) {
    uint64_t key = 0;
    switch (keys) {
    case NO_KEY: return 99;
    case FIRST_BYTES:
        for (size_t i = 0; i < 8; i++) key = key << 8 | (i < size ? (unsigned char)text[i] : 0);
        return key;
    case SIZE_KEY: return (uint64_t)size << 40;
    case KEY_KINDS: break;
    }
    fail();
    return 0;
}

/* By key, then as strings of unsigned bytes; nothing of the code under test. */
static int naively(const void *left, const void *right) {
    const ks_text_item *a = left, *b = right;
    size_t i = 0;
    if (a->key != b->key) return a->key > b->key ? 1 : -1;
    while (i < a->text.size && i < b->text.size && a->text.text[i] == b->text.text[i]) i++;
    if (i == a->text.size || i == b->text.size) return (i < a->text.size) - (i < b->text.size);
    return (unsigned char)a->text.text[i] > (unsigned char)b->text.text[i] ? 1 : -1;
}

static void give(size_t i, const char *text, size_t size, enum keys keys) {
    memcpy(room[i], text, size);
    given[i] =
        (ks_text_item){key_of(keys, text, size), {room[i], (uint32_t)size}, (uint32_t)(i % 3), (uint32_t)i};
}

/* Sorts the first `count`: at each place stands what stands there after qsort, and nothing came twice. */
static void check(size_t count) {
    static ks_text_item expected[MANY];
    static bool seen[MANY];
    ks_text_item *items = malloc((count + 1) * sizeof *items);
    assert_non_null(items);
    memset(seen, 0, sizeof seen);
    for (size_t i = 0; i < count; i++) items[i] = expected[i] = given[i];
    if (count) qsort(expected, count, sizeof *expected, naively);
    assert_int_equal(ks_text_sort(&items, count, NULL), KS_OK);
    for (size_t i = 0; i < count; i++) {
        uint32_t number = items[i].number;
        assert_true(number < count && !seen[number]);
        seen[number] = true;
        assert_true(items[i].key == given[number].key && items[i].inverter == number % 3);
        assert_ptr_equal(items[i].text.text, room[number]);
        assert_int_equal(items[i].text.size, given[number].text.size);
        assert_int_equal(naively(&items[i], &expected[i]), 0);
        if (i) assert_int_equal(ks_text_same(&items[i - 1], &items[i]), !naively(&items[i - 1], &items[i]));
    }
    free(items);
}

/* A prefix that all have, and a few bytes behind it, of which zero is the most frequent. */
static void equal_prefixes(void **state) {
    static const char bytes[] = {0, 0, 0, 1, 'a', 'b', '\x7F', '\x80', '\xFF'};
    uint64_t random = ks_test_seed(301);
    (void)state;
    for (size_t prefix = 0; prefix < PREFIXES; prefix++)
        for (enum keys keys = 0; keys < KEY_KINDS; keys++) {
            size_t count = prefix % 3 ? 60 + ks_test_below(&random, 140) : 400;
            char text[ROOM];
            memset(text, prefix % 2 ? 'p' : '\xC3', sizeof text);
            for (size_t i = 0; i < count; i++) {
                size_t size = prefix + ks_test_below(&random, 5);
                for (size_t j = prefix; j < size; j++) text[j] = bytes[ks_test_below(&random, sizeof bytes)];
                give(i, text, size, keys);
            }
            check(count);
        }
}

/* Texts that are beginnings of one another, where the end decides: nothing, a zero, two zeros and so on. */
static void nothing_but_zeros(void **state) {
    static const char zeros[ROOM];
    uint64_t random = ks_test_seed(302);
    (void)state;
    for (enum keys keys = 0; keys < KEY_KINDS; keys++)
        for (size_t count = 1; count < 700; count = count * 2 + 1) {
            for (size_t i = 0; i < count; i++) give(i, zeros, ks_test_below(&random, ROOM), keys);
            check(count);
        }
}

/* One that is different, at every place of a few that are the same: less than all, or greater. */
static void one_that_is_different(void **state) {
    static const size_t counts[] = {1, 2, 3, 127, 128, 129};
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        for (size_t place = 0; place < counts[i]; place++)
            for (int greater = 0; greater < 2; greater++) {
                for (size_t j = 0; j < counts[i]; j++) give(j, "middle of it", 12, FIRST_BYTES);
                give(place, greater ? "middle of itt" : "middle of", greater ? 13 : 9, FIRST_BYTES);
                check(counts[i]);
            }
}

/* Thousands under few keys, with few texts: stretches of equal ones, between which others stand alone. */
static void thousands_of_equal_keys(void **state) {
    uint64_t random = ks_test_seed(303);
    (void)state;
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < MANY; i++) {
            char text[ROOM];
            size_t kind = ks_test_below(&random, 50), size;
            if (kind)
                size = (size_t)snprintf(text, sizeof text, "commonly%zu",
                                        ks_test_below(&random, round ? 4000 : 2));
            else
                ks_test_random_bytes(&random, text, size = ks_test_below(&random, ROOM));
            give(i, text, size, round == 2 ? NO_KEY : FIRST_BYTES);
        }
        check(MANY);
    }
}

/* All under one key, of which only one digit or none is not zero, with texts that come backwards. */
static void one_key_in_any_digit(void **state) {
    (void)state;
    for (unsigned digit = 0; digit <= 8; digit++) {
        for (size_t i = 0; i < 300; i++) {
            char text[ROOM];
            int size = snprintf(text, sizeof text, "%03zu", (299 - i) / 2);
            give(i, text, (size_t)size, NO_KEY);
            given[i].key = digit < 8 ? UINT64_C(0xA5) << 8 * digit : 0;
        }
        check(300);
        given[7].key++; /* which makes it the last one, and the digits count */
        check(300);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_prefixes),        cmocka_unit_test(nothing_but_zeros),
        cmocka_unit_test(one_that_is_different), cmocka_unit_test(thousands_of_equal_keys),
        cmocka_unit_test(one_key_in_any_digit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
