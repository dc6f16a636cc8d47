/* Sketches of very many lists, and failing allocations. */
#include "native/sketch.h"
#include "tests/native/sifting.h"
#include "tests/support/pieces.h"

/* ---- Very many lists ---- */

/* Thousands of lists that all hold every document: sums do not overflow, and scores are right. */
static void test_many_lists(void **state) {
    enum { MANY = 6000 };
    ks_plan_score *scores = room(MANY * sizeof *scores);
    ks_plan plan = plan_of(node_of(KS_PLAN_ALL));
    struct sifting *s;
    ks_sketch sketch = {0};
    const ks_candidates *c;
    (void)state;
    for (size_t i = 0; i < MANY; i++)
        scores[i] = (ks_plan_score){ks_test_term("all"), KS_FIELD_ANY, i % 2 ? 1 : 0.001};
    plan.scores = scores;
    plan.score_count = MANY;
    s = start(&plan, 10);
    c = &s->sift.candidates;
    assert_int_equal(s->count, MANY);
    OK(ks_sketch_make(&sketch, &arena, &s->sift, s->lists, MANY, err));
    ks_sketch_begin(&sketch, 0, 999, 0);
    for (size_t i = 0; i < MANY; i++) OK(ks_sketch_add(&sketch, i, 0, err));
    for (size_t doc = 0; doc < 1000; doc++) assert_in_range(sketch.sums[doc], INT16_MAX / 3, INT16_MAX);
    assert_int_equal(ks_sketch_take(&sketch, &s->sift, 0, (float)(s->lists[0].most)), 1000);
    assert_int_equal(c->count, 1000);
    for (uint32_t i = 0; i < c->count; i++) {
        double part = 1 / (1 + ks_list_norm(&s->course->factors, &view.leaves[0], i));
        double want = MANY / 2 * (s->lists[0].factor + s->lists[1].factor) * part;
        assert_true(fabs((double)c->scores[i] - want) <= want * 1e-4);
    }
    end(s);
}

/* ---- Memory that fails ---- */

static ks_status sketch_once(void *context, ks_error *err) {
    struct sifting *s = context;
    ks_arena scratch = {0};
    ks_sketch sketch = {0};
    ks_status status = ks_sketch_make(&sketch, &scratch, &s->sift, s->lists, s->count, err);
    if (!status) ks_sketch_begin(&sketch, 0, SOME - 1, 0);
    for (size_t i = 0; i < s->count && !status; i++) {
        ks_cursor_rewind(s->lists[i].cursor);
        status = ks_sketch_add(&sketch, i, 0, err);
    }
    ks_arena_free(&scratch);
    return status;
}

/* More postings than there is room for at first, so that the arrays grow. */
static void test_every_piece_may_fail(void **state) {
    ks_plan_score scores[20];
    ks_plan plan = plan_of(node_of(KS_PLAN_ALL));
    struct sifting *s;
    (void)state;
    for (size_t i = 0; i < 20; i++) scores[i] = (ks_plan_score){ks_test_term("all"), KS_FIELD_ANY, 1};
    plan.scores = scores;
    plan.score_count = 20;
    s = start(&plan, 10);
    assert_true(ks_test_each_piece(sketch_once, s) > 6);
    end(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_FREQUENT(test_many_lists), ON_FREQUENT(test_every_piece_may_fail)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
