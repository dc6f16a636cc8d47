/* Sorting postings: every kind of order that comes in, few and many, against qsort. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/posting_array.h"
#include "tests/support/allocation.h"
#include "tests/support/random.h"

#include <stdlib.h>

enum order { ASCENDING, DESCENDING, SHUFFLED, RUNS, ORDERS };

static int compare_docs(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Different numbers with gaps up to `gap`, in the order asked for. */
static void make_docs(uint32_t *docs, size_t count, size_t gap, enum order order, uint64_t *random) {
    uint32_t doc = (uint32_t)ks_test_below(random, gap);
    for (size_t i = 0; i < count; i++, doc += 1 + (uint32_t)ks_test_below(random, gap))
        docs[order == DESCENDING ? count - 1 - i : order == RUNS ? i % 3 * (count / 3) + i / 3 : i] = doc;
    for (size_t i = count; order == SHUFFLED && i > 1; i--) {
        size_t other = ks_test_below(random, i);
        uint32_t kept = docs[i - 1];
        docs[i - 1] = docs[other];
        docs[other] = kept;
    }
}

static void fill(ks_posting_array *array, const uint32_t *docs, size_t count) {
    array->count = 0;
    assert_int_equal(ks_posting_array_reserve(array, count, NULL), KS_OK);
    for (size_t i = 0; i < count; i++)
        array->items[array->count++] = (ks_posting){.doc = docs[i], .tf = docs[i] * 3 + 1};
}

static void assert_sorted(const ks_posting_array *array, uint32_t *docs, size_t count) {
    if (count) qsort(docs, count, sizeof *docs, compare_docs);
    assert_int_equal(array->count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(array->items[i].doc, docs[i]);
        assert_int_equal(array->items[i].tf, docs[i] * 3 + 1);
    }
}

static void sorting(void **state) {
    static const size_t counts[] = {0, 1, 2, 3, 47, 48, 49, 50, 100, 3000, 20001, 60},
                        gaps[] = {1, 3, 200, 60000};
    static uint32_t docs[21000];
    uint64_t random = ks_test_seed(1);
    ks_posting_array array = {0};
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        for (size_t j = 0; j < sizeof gaps / sizeof gaps[0]; j++)
            for (enum order order = 0; order < ORDERS; order++) {
                size_t count = order == RUNS ? counts[i] / 3 * 3 : counts[i];
                make_docs(docs, count, gaps[j], order, &random);
                fill(&array, docs, count);
                assert_int_equal(ks_posting_array_sort(&array, NULL), KS_OK);
                assert_sorted(&array, docs, count);
            }
    ks_posting_array_free(&array);
}

/* Around every power of two, up to the greatest number a document can have. */
static void numbers_at_the_edges(void **state) {
    enum { AROUND = 3 };
    uint32_t docs[33 * (2 * AROUND + 1)] = {0}, given[33 * (2 * AROUND + 1)];
    uint64_t random = ks_test_seed(2);
    ks_posting_array array = {0};
    (void)state;
    for (unsigned most = 1; most <= 32; most++)
        for (int round = 0; round < 4; round++) {
            size_t count = 0;
            for (unsigned bit = 0; bit <= most; bit++)
                for (int64_t off = -AROUND; off <= AROUND; off++) {
                    int64_t doc = ((int64_t)1 << bit) + off;
                    bool known = doc < 0 || doc >= UINT32_MAX;
                    for (size_t i = 0; i < count && !known; i++) known = docs[i] == (uint32_t)doc;
                    if (!known) docs[count++] = (uint32_t)doc;
                }
            for (size_t i = count; i > 1; i--) {
                size_t other = ks_test_below(&random, i);
                uint32_t kept = docs[i - 1];
                docs[i - 1] = docs[other];
                docs[other] = kept;
            }
            for (size_t i = 0; i < count; i++) given[i] = docs[i];
            fill(&array, given, count);
            assert_int_equal(ks_posting_array_sort(&array, NULL), KS_OK);
            assert_sorted(&array, docs, count);
        }
    ks_posting_array_free(&array);
}

/* What is there stays where room is made, and everything of a posting comes along with its document. */
static void postings_stay_whole(void **state) {
    enum { COUNT = 500 };
    static const uint8_t places[COUNT];
    ks_posting_array array = {0};
    (void)state;
    for (uint32_t i = 0; i < COUNT; i++) {
        assert_int_equal(ks_posting_array_reserve(&array, 1 + i % 3, NULL), KS_OK);
        array.items[array.count++] = (ks_posting){.doc = i * 7919 % COUNT,
                                                  .tf = i + 1,
                                                  .length = 2 * i,
                                                  .mask = (uint8_t)(i % 32),
                                                  .positions = places + i,
                                                  .positions_size = i % 5};
    }
    assert_int_equal(ks_posting_array_sort(&array, NULL), KS_OK);
    assert_int_equal(array.count, COUNT);
    for (uint32_t doc = 0; doc < COUNT; doc++) {
        const ks_posting *it = &array.items[doc];
        uint32_t i = it->tf - 1;
        assert_int_equal(it->doc, doc);
        assert_int_equal(i * 7919 % COUNT, doc);
        assert_int_equal(it->length, 2 * i);
        assert_int_equal(it->mask, i % 32);
        assert_ptr_equal(it->positions, places + i);
        assert_int_equal(it->positions_size, i % 5);
    }
    ks_posting_array_free(&array);
    ks_posting_array_free(&array);
}

static void out_of_memory(void **state) {
    static uint32_t docs[1000];
    uint64_t random = ks_test_seed(2);
    ks_posting_array array = {0};
    size_t nth = 1;
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    ks_test_fail_allocation(1);
    assert_int_equal(ks_posting_array_reserve(&array, 10, NULL), KS_ERR_NOMEM);
    assert_true(ks_test_allocation_failed());
    make_docs(docs, 1000, 5, SHUFFLED, &random);
    for (;; nth++) {
        ks_status status;
        fill(&array, docs, 1000);
        ks_test_fail_allocation(nth);
        status = ks_posting_array_sort(&array, NULL);
        if (!ks_test_allocation_failed()) break;
        assert_int_equal(status, KS_ERR_NOMEM);
        assert_int_equal(array.items[7].doc, docs[7]);
    }
    assert_int_equal(nth, 3); /* the room that one time made is there the next */
    assert_sorted(&array, docs, 1000);
    ks_posting_array_free(&array);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorting),
        cmocka_unit_test(numbers_at_the_edges),
        cmocka_unit_test(postings_stay_whole),
        cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
