/* Sorting by a number and a text, against a sort by insertion: few and many, in every order in which they may
 * come, with numbers and texts that are often the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/text_order.h"
#include "tests/support/allocation.h"
#include "tests/support/random.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 2000, TEXTS = 9 };

static const char *const texts[TEXTS] = {"", "a", "ab", "abc", "abd", "b", "ba", "\xC3\xA4", "zz"};

/* Naively: byte by byte, and an end comes before any byte. */
static int compare(const ks_text_item *a, const ks_text_item *b) {
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    for (uint32_t i = 0;; i++) {
        int x = i < a->text.size ? (unsigned char)a->text.text[i] : -1;
        int y = i < b->text.size ? (unsigned char)b->text.text[i] : -1;
        if (x != y) return x < y ? -1 : 1;
        if (x < 0) return 0;
    }
}

static void insert(ks_text_item *sorted, size_t count, ks_text_item item) {
    for (; count > 0 && compare(&sorted[count - 1], &item) > 0; count--) sorted[count] = sorted[count - 1];
    sorted[count] = item;
}

enum keys { FEW_KEYS, HIGH_KEYS, LOW_KEYS, ANY_KEYS, ONE_KEY, KINDS };

static uint64_t make_key(enum keys keys, uint64_t *random) {
    switch (keys) {
    case FEW_KEYS: return ks_test_below(random, 20) << 13;
    case HIGH_KEYS: return ks_test_below(random, 1000) << 48 | 77;
    case LOW_KEYS: return ~ks_test_below(random, 1000);
    case ANY_KEYS: return ks_test_random(random);
    case ONE_KEY:
    case KINDS: break;
    }
    return 5;
}

static void make_items(ks_text_item *items, ks_text_item *sorted, size_t count, enum keys keys,
                       uint64_t *random) {
    for (size_t i = 0; i < count; i++) {
        const char *text = texts[ks_test_below(random, TEXTS)];
        items[i] = (ks_text_item){
            make_key(keys, random), {text, (uint32_t)strlen(text)}, (uint32_t)i % 7, (uint32_t)i};
        insert(sorted, i, items[i]);
    }
}

/* What compares the same may change places; everything comes back once, whole. */
static void assert_sorted(const ks_text_item *items, const ks_text_item *before, const ks_text_item *sorted,
                          size_t count) {
    static bool seen[MOST];
    memset(seen, 0, sizeof seen);
    for (size_t i = 0; i < count; i++) {
        const ks_text_item *from = &before[items[i].number];
        assert_int_equal(compare(&items[i], &sorted[i]), 0);
        assert_false(seen[items[i].number]);
        seen[items[i].number] = true;
        assert_true(items[i].key == from->key && items[i].text.text == from->text.text &&
                    items[i].text.size == from->text.size && items[i].inverter == from->inverter);
    }
    for (size_t i = 1; i < count; i++)
        assert_int_equal(ks_text_same(&items[i - 1], &items[i]), compare(&items[i - 1], &items[i]) == 0);
}

static void sort_and_check(const ks_text_item *given, const ks_text_item *sorted, size_t count) {
    static ks_text_item before[MOST];
    ks_text_item *items = malloc((count + 1) * sizeof *items);
    for (size_t i = 0; i < count; i++) {
        items[i] = before[i] = given[i];
        items[i].number = before[i].number = (uint32_t)i;
    }
    assert_int_equal(ks_text_sort(&items, count, NULL), KS_OK);
    assert_sorted(items, before, sorted, count);
    free(items);
}

static void sorting(void **state) {
    static const size_t counts[] = {0, 1, 2, 3, 20, 127, 128, 129, 300, MOST};
    static ks_text_item items[MOST], sorted[MOST], opposite[MOST];
    uint64_t random = ks_test_seed(1);
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        for (enum keys keys = 0; keys < KINDS; keys++) {
            size_t count = counts[i];
            make_items(items, sorted, count, keys, &random);
            for (size_t j = 0; j < count; j++) opposite[j] = sorted[count - 1 - j];
            sort_and_check(items, sorted, count);
            sort_and_check(sorted, sorted, count);
            sort_and_check(opposite, sorted, count);
        }
}

/* The keys' bytes decide from the highest to the lowest, each by itself. */
static void every_digit(void **state) {
    static ks_text_item items[1024], sorted[1024];
    uint64_t random = ks_test_seed(2);
    (void)state;
    for (unsigned shift = 0; shift < 64; shift += 4) {
        for (size_t i = 0; i < 1024; i++) {
            items[i] = (ks_text_item){ks_test_below(&random, 256) << shift, {"x", 1}, 0, (uint32_t)i};
            insert(sorted, i, items[i]);
        }
        sort_and_check(items, sorted, 1024);
    }
}

static void out_of_memory(void **state) {
    static ks_text_item given[500], sorted[500];
    uint64_t random = ks_test_seed(3);
    ks_text_item *items = malloc(500 * sizeof *items);
    size_t nth = 1;
    (void)state;
    if (!ks_test_can_fail_allocation()) {
        free(items);
        skip();
    }
    make_items(given, sorted, 500, ANY_KEYS, &random);
    for (;; nth++) {
        ks_text_item *same = items;
        ks_status status;
        memcpy(items, given, sizeof given);
        ks_test_fail_allocation(nth);
        status = ks_text_sort(&items, 500, NULL);
        if (!ks_test_allocation_failed()) break;
        assert_int_equal(status, KS_ERR_NOMEM);
        assert_ptr_equal(items, same);
        assert_memory_equal(items, given, sizeof given);
    }
    assert_int_equal(nth, 3);
    assert_sorted(items, given, sorted, 500);
    free(items);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorting),
        cmocka_unit_test(every_digit),
        cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
