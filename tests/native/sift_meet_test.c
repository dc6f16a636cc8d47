/* Where two lists meet: what both hold, with what both give, against walking them one document after the
 * other. */
#include "tests/native/sifting.h"

/* What both lists give to a document: -1 where one of them does not hold it. */
static double both_parts(const double *exact, uint32_t doc) {
    double a = exact[doc], b = exact[view.leaves[0].segment->documents + doc];
    return a < 0 || b < 0 ? -1 : a + b;
}

/* What must be there is, with its score and its norm; nothing else is. Returns how many were left out. */
static size_t check_met(const struct sifting *s, const double *exact, uint32_t low, uint32_t high,
                        double must) {
    const ks_candidates *c = &s->sift.candidates;
    uint32_t got = 0;
    size_t left_out = 0;
    for (uint32_t doc = low; doc <= high && doc < view.leaves[0].segment->documents; doc++) {
        double both = both_parts(exact, doc);
        bool here = got < c->count && c->docs[got] == doc;
        if (both < 0) continue;
        if (!here && both >= must) fail_msg("%u was left out: %.9f reaches %.9f", doc, both, must);
        left_out += !here;
        if (!here) continue;
        assert_close((double)c->scores[got], both);
        assert_close((double)c->norms[got++], ks_list_norm(&s->course->factors, &view.leaves[0], doc));
    }
    assert_int_equal(got, c->count);
    return left_out;
}

/* Block by block of the first list, in windows of at most `wide` documents; `must` is what has to be found.
 */
static size_t meet_lists(struct sifting *s, const double *exact, double must, size_t wide, uint64_t *random) {
    ks_list *first = &s->lists[0];
    size_t left_out = 0;
    uint32_t last;
    for (uint32_t low = 0, high; (last = ks_list_look(first, low)) != KS_NO_DOC; low = high + 1) {
        high = low + (uint32_t)ks_test_below(random, wide);
        if (last < high) high = last;
        ks_cursor_advance(first->cursor, low);
        ks_sift_meet(&s->sift, first, &s->lists[1], high, (float)(must / KS_MARGIN));
        left_out += check_met(s, exact, low, high, must);
    }
    return left_out;
}

static size_t meet_plan(ks_plan plan, int share, uint64_t *random) {
    struct sifting *s = start(&plan, 10);
    size_t left_out = 0;
    if (s->count == 2) {
        const double *exact = exact_parts(s);
        double must = (s->lists[0].most + s->lists[1].most) * share / 20;
        left_out = meet_lists(s, exact, must, 700, random);
    }
    end(s);
    return left_out;
}

/* Of random documents, whatever the share of the two bounds that is needed. */
static void test_meet(void **state) {
    uint64_t random = ks_test_seed(82);
    size_t left_out = 0;
    (void)state;
    for (int round = 0; round < 200; round++)
        left_out += meet_plan(some_plan(&random, 2), round % 21, &random);
    assert_true(left_out > 100);
}

/* Where frequencies tell of most documents that they need not be looked up. */
static void test_meet_frequent(void **state) {
    uint64_t random = ks_test_seed(83);
    size_t left_out = 0;
    (void)state;
    for (int round = 0; round < 420; round++) {
        view.unpacker = round % 2 ? ks_unpacker_best() : ks_unpacker_portable();
        left_out += meet_plan(frequent_plan(&random, 2, round % 3 ? 0 : 60), round % 21, &random);
    }
    assert_true(left_out > 1000);
}

/* Just what some document gets from both. */
static void test_meet_on_the_edge(void **state) {
    uint64_t random = ks_test_seed(84);
    size_t edges = 0;
    (void)state;
    for (int round = 0; round < 150; round++) {
        ks_plan plan = frequent_plan(&random, 2, 20);
        struct sifting *s = start(&plan, 10);
        const double *exact = exact_parts(s);
        double best = 0;
        int met = 0;
        uint32_t doc = (uint32_t)ks_test_below(&random, SOME);
        for (uint32_t n = 0; n < SOME && met <= round % 40; n++, doc = (doc + 1) % SOME) {
            best = fmax(best, both_parts(exact, doc)); /* often one of the best, at times the first met */
            met += both_parts(exact, doc) > 0;
        }
        meet_lists(s, exact, best, 1 + (size_t)round * 4, &random);
        edges += best > 0;
        end(s);
    }
    assert_true(edges > 100);
}

/* More than both can give: nothing, and the second list's blocks are not even decoded. */
static void test_meet_nothing(void **state) {
    ks_plan plan = plan_of_words("f0 all");
    struct sifting *s;
    uint32_t last;
    (void)state;
    s = start(&plan, 10);
    for (uint32_t low = 0; (last = ks_list_look(&s->lists[0], low)) != KS_NO_DOC; low = last + 1) {
        ks_cursor_advance(s->lists[0].cursor, low);
        ks_sift_meet(&s->sift, &s->lists[0], &s->lists[1], last,
                     (float)(s->lists[0].factor + s->lists[1].factor));
        assert_int_equal(s->sift.candidates.count, 0);
        assert_int_equal(s->lists[1].cursor->block, 0);
    }
    end(s);
}

/* Behind the window, or behind either list's end. */
static void test_meet_at_the_ends(void **state) {
    ks_plan plan = plan_of_words("f2 f11");
    struct sifting *s;
    (void)state;
    s = start(&plan, 10);
    ks_cursor_advance(s->lists[0].cursor, 500);
    ks_list_look(&s->lists[0], 500);
    s->sift.candidates.count = 7;
    ks_sift_meet(&s->sift, &s->lists[0], &s->lists[1], s->lists[0].cursor->doc - 1, 0);
    assert_int_equal(s->sift.candidates.count, 0);
    ks_list_look(&s->lists[1], SOME); /* which never goes back */
    ks_sift_meet(&s->sift, &s->lists[0], &s->lists[1], SOME, 0);
    assert_int_equal(s->sift.candidates.count, 0);
    ks_cursor_advance(s->lists[0].cursor, SOME);
    ks_sift_meet(&s->sift, &s->lists[0], &s->lists[1], SOME, 0);
    assert_int_equal(s->sift.candidates.count, 0);
    end(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_INDEX(test_meet), ON_FREQUENT(test_meet_frequent),
                                       ON_FREQUENT(test_meet_on_the_edge), ON_FREQUENT(test_meet_nothing),
                                       ON_FREQUENT(test_meet_at_the_ends)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
