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
        cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
