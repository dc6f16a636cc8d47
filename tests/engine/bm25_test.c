/* The ranking formula against numbers worked out apart from it, to forty digits, and against its properties.
 */
#include "engine/bm25.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/random.h"

#include <math.h>

static void expect_near(double found, double expected, const char *what, size_t row) {
    double room = 1e-12 * fmax(1, fabs(expected));
    if (!(fabs(found - expected) <= room))
        fail_msg("%s, row %zu: %.17g, not %.17g", what, row, found, expected);
}

static void the_parameters(void **state) {
    (void)state;
    assert_true(KS_BM25_K1 == 1.2);
    assert_true(KS_BM25_B == 0.75);
    assert_true(KS_BM25_LEAST_LENGTH == 0.5);
}

/* ln x for x = (N - n + 0.5) / (n + 0.5) where x is 2 or more, ln (x / 2 + 1) where it is less. */
static void idf_by_the_table(void **state) {
    static const struct {
        uint64_t records, documents;
        double idf;
    } rows[] = {
        {1, 0, 1.09861228866810969e+0}, /* ln 3 */
        {1, 1, 1.54150679827258304e-1}, /* ln (1 + 1/6) */
        {2, 1, 4.05465108108164382e-1}, /* ln 1.5: an x of 1 */
        {2, 2, 9.53101798043248600e-2}, /* ln 1.1 */
        {3, 1, 6.06135803570315543e-1},
        {3, 2, 2.62364264467491052e-1},
        {32, 1, 3.04452243772342300e+0}, /* ln 21 */
        {32, 2, 2.50143595173921087e+0}, /* ln 12.2 */
        {32, 10, 7.62140052046896761e-1},
        {32, 11, 6.59994973243044838e-1}, /* the first below an x of 2 */
        {32, 16, 4.05465108108164382e-1}, /* half of all */
        {32, 32, 7.66287274556912408e-3},
        {1000, 1, 6.50179004583229037e+0},
        {1000, 333, 6.93896524918726186e-1},
        {1000, 334, 6.91276972421787109e-1},
        {1000, 500, 4.05465108108164382e-1},
        {1000, 1000, 2.49843848894897955e-4},
        {203000, 17, 9.35867909300281640e+0},
        {1000000, 1, 1.34100449498559847e+1},
        {1000000, 1000000, 2.49999843750098958e-7},
        {UINT64_C(1000000000000), 1, 2.72255560078198838e+1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_near(ks_bm25_idf(rows[i].records, rows[i].documents), rows[i].idf, "idf", i);
}

static void score_by_the_table(void **state) {
    static const struct {
        double idf, tf, length, average, score;
    } rows[] = {
        {1, 1, 100, 100, 1},                      /* 2.2 / 2.2 */
        {1, 2, 100, 100, 1.375},                  /* 4.4 / 3.2 */
        {1, 4, 100, 100, 1.69230769230769231e+0}, /* 8.8 / 5.2 */
        {1, 1, 200, 100, 7.09677419354838710e-1}, /* 2.2 / (1 + 1.2 · 1.75) */
        {1, 1, 50, 100, 1.25714285714285714e+0},  /* 2.2 / (1 + 1.2 · 0.625) */
        {1, 1, 49, 100, 1.25714285714285714e+0},  /* shorter than half the mean: as half */
        {1, 1, 0, 100, 1.25714285714285714e+0},
        {1, 1, 1000, 100, 2.13592233009708738e-1},
        {2.5, 3, 80, 120, 4.23076923076923077e+0},
        {3.044522437723423, 4, 75, 90.5, 5.30966313238351928e+0},
        {0.5, 10, 10, 100, 1.02325581395348837e+0},
        {1, 0, 100, 100, 0},
        {1, 0, 0, 100, 0},
        {0, 5, 100, 100, 0},
        {1, 1000000, 100, 100, 2.19999736000316800e+0},
        {7.25, 1, 33.5, 40.25, 7.78402546226129130e+0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_near(ks_bm25_score(rows[i].idf, rows[i].tf, rows[i].length, rows[i].average), rows[i].score,
                    "score", i);
}

/* Also for the term that every record holds. */
static void idf_is_positive_and_falls(void **state) {
    static const uint64_t collections[] = {1, 2, 3, 10, 32, 1000, 65536};
    (void)state;
    for (size_t i = 0; i < sizeof collections / sizeof *collections; i++) {
        uint64_t records = collections[i];
        double before = INFINITY;
        for (uint64_t documents = 0; documents <= records; documents++) {
            double idf = ks_bm25_idf(records, documents);
            assert_true(idf > 0);
            assert_true(idf < before);
            before = idf;
        }
    }
    for (uint64_t records = 1; records <= UINT64_C(1000000000000); records *= 10)
        assert_true(ks_bm25_idf(records, records) > 0);
}

static void idf_grows_with_the_collection(void **state) {
    (void)state;
    for (uint64_t documents = 1; documents < 50; documents++)
        for (uint64_t records = documents; records < 2000; records++)
            assert_true(ks_bm25_idf(records + 1, documents) > ks_bm25_idf(records, documents));
}

/* At x = 2 both forms give ln 2, so that a frequent term never outweighs a rarer one. */
static void idf_has_no_step(void **state) {
    (void)state;
    for (uint64_t documents = 10; documents < 2000; documents++) {
        uint64_t records = 3 * documents + 1; /* x = (2n + 1.5) / (n + 0.5), a little above 2 */
        assert_true(ks_bm25_idf(records, documents) >= log(2));
        assert_true(ks_bm25_idf(records - 1, documents) < log(2));
        assert_true(ks_bm25_idf(records, documents) - ks_bm25_idf(records - 1, documents) <
                    1.0 / (double)documents);
    }
}

static void score_grows_with_tf_up_to_a_bound(void **state) {
    static const double lengths[] = {0, 10, 50, 100, 300, 5000};
    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        double before = -1;
        for (int tf = 0; tf <= 5000; tf++) {
            double score = ks_bm25_score(2, tf, lengths[i], 100);
            assert_true(score > before);
            assert_true(score < 2 * (KS_BM25_K1 + 1));
            before = score;
        }
    }
}

/* The second occurrence adds less than the first, the third less than the second. */
static void each_occurrence_adds_less(void **state) {
    double step = INFINITY;
    (void)state;
    for (int tf = 0; tf < 200; tf++) {
        double next = ks_bm25_score(1, tf + 1, 120, 100) - ks_bm25_score(1, tf, 120, 100);
        assert_true(next > 0);
        assert_true(next < step);
        step = next;
    }
}

static void score_falls_with_length_above_half_the_mean(void **state) {
    const double average = 80, half = 40;
    double shortest = ks_bm25_score(1, 3, 0, average), before = shortest;
    (void)state;
    for (int length = 0; length <= 1000; length++) {
        double score = ks_bm25_score(1, 3, length, average);
        if (length <= half)
            assert_true(score == shortest);
        else
            assert_true(score < before);
        before = score;
    }
}

static void only_the_relative_length_counts(void **state) {
    uint64_t random = ks_test_seed(6);
    (void)state;
    for (int i = 0; i < 2000; i++) {
        double length = (double)ks_test_below(&random, 5000),
               average = 1 + (double)ks_test_below(&random, 500);
        double tf = (double)ks_test_below(&random, 50),
               idf = 0.01 + (double)ks_test_below(&random, 1000) / 100;
        double score = ks_bm25_score(idf, tf, length, average);
        expect_near(ks_bm25_score(idf, tf, 4 * length, 4 * average), score, "scaled", (size_t)i);
        expect_near(ks_bm25_score(3 * idf, tf, length, average), 3 * score, "weighted", (size_t)i);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parameters),
        cmocka_unit_test(idf_by_the_table),
        cmocka_unit_test(score_by_the_table),
        cmocka_unit_test(idf_is_positive_and_falls),
        cmocka_unit_test(idf_grows_with_the_collection),
        cmocka_unit_test(idf_has_no_step),
        cmocka_unit_test(score_grows_with_tf_up_to_a_bound),
        cmocka_unit_test(each_occurrence_adds_less),
        cmocka_unit_test(score_falls_with_length_above_half_the_mean),
        cmocka_unit_test(only_the_relative_length_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
