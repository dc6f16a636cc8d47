/* What bench/latency decides by: whether answers agree, and percentiles. */
#include "bench/latency/answers.c"
#include "bench/latency/samples.c"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MOST = 8 };

/* An answer under construction: hit i has the id ids[i]. */
typedef struct answer {
    ks_record records[MOST];
    char names[MOST][2];
    ks_hit hits[MOST];
    ks_results results;
} answer;

static void make_answer(answer *out, const char *ids, const double *scores) {
    size_t count = strlen(ids);
    *out = (answer){0};
    for (size_t i = 0; i < count; i++) {
        out->names[i][0] = ids[i];
        out->records[i].id = out->names[i];
        out->hits[i] = (ks_hit){.rank = i + 1, .score = scores[i], .record = &out->records[i]};
    }
    out->results = (ks_results){.hits = out->hits, .hit_count = count};
}

static bool agree(const char *ids, const double *scores, const char *others, const double *other_scores,
                  size_t full) {
    answer one, other;
    make_answer(&one, ids, scores);
    make_answer(&other, others, other_scores);
    bool result = lat_answers_agree(&one.results, &other.results, full);
    assert_int_equal(result, lat_answers_agree(&other.results, &one.results, full));
    return result;
}

static void test_same_answers(void **state) {
    (void)state;
    const double scores[] = {3, 2, 1};
    assert_true(agree("", scores, "", scores, 10));
    assert_true(agree("abc", scores, "abc", scores, 10));
    assert_true(agree("abc", scores, "abc", scores, 3));
}

static void test_other_answers(void **state) {
    (void)state;
    const double scores[] = {3, 2, 1};
    assert_false(agree("abc", scores, "ab", scores, 10));
    assert_false(agree("abc", scores, "", scores, 10));
    assert_false(agree("abc", scores, "acb", scores, 10));
    assert_false(agree("abc", scores, "abd", scores, 10));
    assert_false(agree("abc", scores, "abd", scores, 3)); /* full, and no tie at its end */
}

static void test_scores_are_compared(void **state) {
    (void)state;
    const double scores[] = {3, 2, 1}, near[] = {3 + 4e-7, 2 - 4e-7, 1}, far[] = {3, 2, 1.000002};
    assert_true(agree("abc", scores, "abc", near, 10));
    assert_false(agree("abc", scores, "abc", far, 10));
}

static void test_tiers_are_compared(void **state) {
    (void)state;
    const double scores[] = {3, 2};
    answer one, other;
    make_answer(&one, "ab", scores);
    make_answer(&other, "ab", scores);
    other.hits[1].tier = KS_TIER_SOME;
    assert_false(lat_answers_agree(&one.results, &other.results, 10));
    one.hits[1].tier = KS_TIER_SOME;
    assert_true(lat_answers_agree(&one.results, &other.results, 10));
}

static void test_ties_change_places(void **state) {
    (void)state;
    const double scores[] = {3, 2 + 3e-7, 2, 1};
    assert_true(agree("abcd", scores, "acbd", scores, 10));
    assert_false(agree("abcd", scores, "bacd", scores, 10));
    assert_false(agree("abcd", scores, "acdb", scores, 10));
    assert_false(agree("abcd", scores, "axbd", scores, 10));
}

/* What comes before what at the end of a full list is decided by less than the tolerance, unless nothing but
 * the tie rule decides it. */
static void test_ties_at_the_end(void **state) {
    (void)state;
    const double near[] = {3, 2 + 3e-7, 2}, level[] = {3, 2, 2};
    assert_true(agree("abc", near, "abd", near, 3));
    assert_true(agree("abc", near, "abd", level, 3));
    assert_false(agree("abc", near, "abd", near, 10));
    assert_false(agree("abc", level, "abd", level, 3));
    assert_true(agree("abc", level, "acb", level, 3));
    assert_false(agree("abc", near, "xbc", near, 3));
}

static void test_percentiles(void **state) {
    (void)state;
    lat_samples samples = {0};
    double *room = lat_samples_add(&samples, 1000);
    assert_non_null(room);
    for (size_t i = 0; i < 1000; i++) room[i] = (double)((i * 37) % 1000 + 1);
    samples.elapsed = 2e6;
    lat_figures figures = lat_samples_figures(&samples);
    assert_int_equal(figures.count, 1000);
    assert_true(fabs(figures.mean - 500.5) < 1e-9);
    const double found[] = {figures.p50, figures.p95, figures.p99, figures.p999, figures.max, figures.qps};
    const double wanted[] = {500, 950, 990, 999, 1000, 500};
    for (size_t i = 0; i < 6; i++) assert_true(fabs(found[i] - wanted[i]) < 1e-9);
    lat_samples_free(&samples);
}

static void test_one_time(void **state) {
    (void)state;
    lat_samples samples = {0};
    *lat_samples_add(&samples, 1) = 7;
    samples.elapsed = 7;
    lat_figures figures = lat_samples_figures(&samples);
    const double found[] = {figures.mean, figures.p50, figures.p95, figures.p99, figures.p999, figures.max};
    for (size_t i = 0; i < 6; i++) assert_true(fabs(found[i] - 7) < 1e-9);
    lat_samples_free(&samples);
}

static void test_joining(void **state) {
    (void)state;
    lat_samples all = {0}, one = {0}, none = {0};
    for (size_t i = 0; i < 100; i++) *lat_samples_add(&one, 1) = (double)i;
    one.elapsed = 5;
    assert_true(lat_samples_join(&all, &one));
    assert_true(lat_samples_join(&all, &none));
    assert_true(lat_samples_join(&all, &one));
    assert_int_equal(all.count, 200);
    assert_true(fabs(all.elapsed - 10) < 1e-9);
    for (size_t i = 0; i < 200; i++) assert_true(fabs(all.times[i] - (double)(i % 100)) < 1e-9);
    lat_samples_free(&all);
    lat_samples_free(&one);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_answers),
        cmocka_unit_test(test_other_answers),
        cmocka_unit_test(test_scores_are_compared),
        cmocka_unit_test(test_tiers_are_compared),
        cmocka_unit_test(test_ties_change_places),
        cmocka_unit_test(test_ties_at_the_end),
        cmocka_unit_test(test_percentiles),
        cmocka_unit_test(test_one_time),
        cmocka_unit_test(test_joining),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
