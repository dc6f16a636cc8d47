/* Sifting: what is read, joined and dropped, against naive versions that walk the lists document by document.
 * Whatever rounding does, a document whose exact score reaches the threshold stays. */
#include "tests/native/sifting.h"

#include "tests/support/soak.h"

/* ---- Reading ---- */

static void read_once(const struct sifting *s, ks_list *list, uint32_t high) {
    uint32_t docs[KS_BLOCK], got = 0, count, first = list->cursor->doc, at = list->cursor->in_block;
    float scores[KS_BLOCK], norms[KS_BLOCK];
    count = ks_sift_read(&s->sift, list, high, 0, docs, scores, norms);
    assert_int_equal(list->cursor->doc, first);
    assert_int_equal(list->cursor->in_block, at);
    for (; at < list->cursor->block_size && list->cursor->docs[at] <= high; at++) {
        bool holds;
        uint32_t doc = list->cursor->docs[at];
        double part = exact_part(s, list, doc, &holds);
        if (!holds) continue; /* in the field */
        assert_true(got < count);
        assert_int_equal(docs[got], doc);
        assert_close((double)scores[got], part);
        assert_close((double)norms[got], ks_list_norm(&s->course->factors, &view.leaves[0], doc));
        got++;
    }
    assert_int_equal(got, count);
}

static void test_read(void **state) {
    uint64_t random = ks_test_seed(42);
    (void)state;
    for (int round = 0; round < 40; round++) {
        ks_plan plan = some_plan(&random, 1);
        struct sifting *s = start(&plan, 10);
        uint32_t doc = 0;
        while (doc < DOCUMENTS && s->count) {
            ks_cursor_advance(s->lists[0].cursor, doc);
            if (s->lists[0].cursor->doc == KS_NO_DOC) break;
            read_once(s, &s->lists[0], doc + (uint32_t)ks_test_below(&random, 300));
            doc = s->lists[0].cursor->doc + 1 + (uint32_t)ks_test_below(&random, 400);
        }
        end(s);
    }
}

/* Behind the last document there is nothing to read. */
static void test_read_at_end(void **state) {
    ks_plan plan = plan_of(node_of(KS_PLAN_ALL));
    uint32_t docs[KS_BLOCK];
    float scores[KS_BLOCK], norms[KS_BLOCK];
    struct sifting *s;
    (void)state;
    score(&plan, "a");
    s = start(&plan, 10);
    ks_cursor_advance(s->lists[0].cursor, 1);
    assert_int_equal(ks_sift_read(&s->sift, &s->lists[0], 0, 0, docs, scores, norms), 0);
    ks_cursor_advance(s->lists[0].cursor, DOCUMENTS);
    assert_int_equal(s->lists[0].cursor->doc, KS_NO_DOC);
    assert_int_equal(ks_sift_read(&s->sift, &s->lists[0], DOCUMENTS, 0, docs, scores, norms), 0);
    end(s);
}

/* ---- Joining ---- */

/* Random documents from `low` on, with the scores that they have so far. Returns the next one that may come.
 */
static uint32_t add_candidates(struct sifting *s, uint32_t low, double *before, uint64_t *random) {
    ks_candidates *c = &s->sift.candidates;
    size_t step = 1 + ks_test_below(random, ks_test_below(random, 2) ? 3 : 200);
    c->count = 0;
    for (uint32_t doc = low; doc < DOCUMENTS && doc < low + 600;
         doc += 1 + (uint32_t)ks_test_below(random, step)) {
        before[c->count] = (double)ks_test_below(random, 1000) / 250;
        c->docs[c->count] = doc;
        c->scores[c->count] = (float)before[c->count];
        c->norms[c->count++] = (float)ks_list_norm(&s->course->factors, &view.leaves[0], doc);
    }
    return low + 600;
}

struct joined {
    uint32_t count, docs[KS_CANDIDATES];
    double scores[KS_CANDIDATES]; /* exact, with the list's part */
    bool holds[KS_CANDIDATES];
};

/* All that was a candidate, with what joining makes of it. */
static void join_naively(const struct sifting *s, const ks_list *list, const double *before,
                         struct joined *out) {
    const ks_candidates *c = &s->sift.candidates;
    out->count = c->count;
    for (uint32_t i = 0; i < c->count; i++) {
        out->docs[i] = c->docs[i];
        out->scores[i] = before[i] + exact_part(s, list, c->docs[i], &out->holds[i]);
    }
}

/* Those that must be there are, in their order, with their scores; of the others any may be. */
static void check_joined(const ks_candidates *c, const struct joined *naive, bool must, double rest,
                         double exact) {
    uint32_t at = 0;
    for (uint32_t i = 0; i < naive->count; i++) {
        bool here = at < c->count && c->docs[at] == naive->docs[i];
        if (must && !naive->holds[i] && here) fail_msg("%u does not hold the term", naive->docs[i]);
        if (!here && (naive->holds[i] || !must) && naive->scores[i] + rest >= exact)
            fail_msg("%u was dropped: %.9f and %.9f reach %.9f", naive->docs[i], naive->scores[i], rest,
                     exact);
        if (here) assert_close((double)c->scores[at], naive->scores[i]);
        at += here;
    }
    assert_int_equal(at, c->count);
}

/* exact is the score that counts; 0: nothing is skipped. */
static void join_once(struct sifting *s, ks_list *list, const double *before, bool must, double rest,
                      double exact) {
    static struct joined naive;
    join_naively(s, list, before, &naive);
    ks_sift_join(&s->sift, list, must, (float)rest, (float)(exact / KS_MARGIN));
    check_joined(&s->sift.candidates, &naive, must, rest, exact);
}

static void test_join(void **state) {
    static double before[KS_CANDIDATES];
    uint64_t random = ks_test_seed(43);
    size_t rounds = ks_test_share(2000, 200, 40);
    (void)state;
    for (size_t round = 0; round < rounds; round++) {
        ks_plan plan = some_plan(&random, 1);
        struct sifting *s = start(&plan, 10);
        uint32_t low = (uint32_t)ks_test_below(&random, 100);
        while (s->count && low < DOCUMENTS) {
            double exact = ks_test_below(&random, 3) ? (double)ks_test_below(&random, 600) / 100 : 0;
            double rest = ks_test_below(&random, 2) ? 0 : (double)ks_test_below(&random, 300) / 100;
            low = add_candidates(s, low, before, &random);
            if (s->sift.candidates.count)
                join_once(s, &s->lists[0], before, ks_test_below(&random, 2), rest, exact);
        }
        end(s);
    }
}

/* Of a threshold that a score just reaches: it is as near as numbers can be. */
static void test_join_on_the_edge(void **state) {
    static double before[KS_CANDIDATES];
    uint64_t random = ks_test_seed(44);
    size_t rounds = ks_test_share(1000, 100, 20);
    (void)state;
    for (size_t round = 0; round < rounds; round++) {
        ks_plan plan = some_plan(&random, 1);
        struct sifting *s = start(&plan, 10);
        bool holds;
        add_candidates(s, (uint32_t)ks_test_below(&random, 900), before, &random);
        if (s->count && s->sift.candidates.count) {
            size_t chosen = ks_test_below(&random, s->sift.candidates.count);
            double rest = (double)ks_test_below(&random, 3);
            double score =
                before[chosen] + exact_part(s, &s->lists[0], s->sift.candidates.docs[chosen], &holds);
            join_once(s, &s->lists[0], before, false, rest, score + rest);
        }
        end(s);
    }
}

/* ---- One list after the other, with the threshold that some document just reaches ---- */

/* The documents of the first list, up to the window's end. */
static void read_first(struct sifting *s, uint32_t low, uint32_t high) {
    ks_candidates *c = &s->sift.candidates;
    c->count = 0;
    while (low <= high) {
        ks_cursor *cursor = s->lists[0].cursor;
        ks_cursor_advance(cursor, low);
        if (cursor->doc == KS_NO_DOC) break;
        c->count += ks_sift_read(&s->sift, &s->lists[0], high, 0, c->docs + c->count, c->scores + c->count,
                                 c->norms + c->count);
        low = cursor->docs[cursor->block_size - 1] + 1; /* the next block, if it begins in the window */
    }
}

static double total(const double *exact, size_t lists, uint32_t doc) {
    double sum = 0;
    for (size_t i = 0; i < lists; i++)
        if (exact[i * DOCUMENTS + doc] > 0) sum += exact[i * DOCUMENTS + doc];
    return sum;
}

static void sift_window(struct sifting *s, const double *exact, uint32_t low, uint32_t high, uint32_t edge) {
    const ks_candidates *c = &s->sift.candidates;
    double reached = total(exact, s->count, edge), rest = 0;
    float threshold = (float)(reached / KS_MARGIN);
    uint32_t at = 0;
    for (size_t i = 1; i < s->count; i++) rest += s->lists[i].most;
    read_first(s, low, high);
    ks_sift_drop(&s->sift, (float)((double)threshold - rest));
    for (size_t i = 1; i < s->count; i++) {
        rest -= s->lists[i].most;
        ks_sift_join(&s->sift, &s->lists[i], false, (float)rest, threshold);
    }
    ks_sift_drop(&s->sift, threshold);
    for (uint32_t doc = low; doc <= high; doc++) {
        bool here = at < c->count && c->docs[at] == doc, first = exact[doc] >= 0;
        if (here && !first) fail_msg("%u is not in the first list", doc);
        if (here) assert_close((double)c->scores[at], total(exact, s->count, doc));
        if (!here && first && total(exact, s->count, doc) >= reached)
            fail_msg("%u was dropped: %.12f reaches %.12f", doc, total(exact, s->count, doc), reached);
        at += here;
    }
    assert_int_equal(at, c->count);
}

static void test_many_lists(void **state) {
    uint64_t random = ks_test_seed(45);
    size_t rounds = ks_test_share(2000, 200, 30);
    (void)state;
    for (size_t round = 0; round < rounds; round++) {
        ks_plan plan = some_plan(&random, 1 + ks_test_below(&random, 30));
        struct sifting *s = start(&plan, 10);
        const double *exact = exact_parts(s);
        assert_true(s->count > 0);
        for (uint32_t low = 0; low < DOCUMENTS; low += 300)
            sift_window(s, exact, low, low + 299, (uint32_t)ks_test_below(&random, DOCUMENTS));
        end(s);
    }
}

/* ---- Keeping ---- */

static int descending(const void *left, const void *right) {
    float a = *(const float *)left, b = *(const float *)right;
    return (a < b) - (a > b);
}

/* The threshold is a little less than the worst of the best so far; none as long as there is room. */
static void test_threshold(void **state) {
    static const size_t capacities[] = {1, 2, 7, 100, 1000};
    static float seen[DOCUMENTS];
    uint64_t random = ks_test_seed(46);
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        ks_plan plan = some_plan(&random, 1);
        struct sifting *s = start(&plan, capacities[i]);
        for (size_t n = 0; n < 400 || n < capacities[i] + 20; n++) {
            float got = ks_sift_threshold(&s->sift);
            qsort(seen, n, sizeof *seen, descending);
            if (n < capacities[i])
                assert_true(got == 0);
            else
                assert_close((double)got, (double)seen[capacities[i] - 1] / KS_MARGIN);
            seen[n] = (float)ks_test_below(&random, 200) / 16; /* many of them the same */
            OK(ks_sift_keep(&s->sift, (uint32_t)n, seen[n], err));
        }
        end(s);
    }
}

/* What other leaves gave counts, too; and where nothing is wanted nothing is compared. */
static void test_threshold_of_ranking(void **state) {
    ks_plan plan = plan_of(node_of(KS_PLAN_ALL));
    struct sifting *s;
    (void)state;
    score(&plan, "a");
    s = start(&plan, 2);
    ks_pass_offer(&s->pass, &view.leaves[0], 1, 8, 0);
    assert_true(ks_sift_threshold(&s->sift) == 0);
    ks_pass_offer(&s->pass, &view.leaves[0], 2, 5, 0);
    ks_sift_free(&s->sift); /* the next leaf */
    OK(ks_sift_start(&s->sift, &s->pass, &view.leaves[0], err));
    assert_close((double)ks_sift_threshold(&s->sift), 5 / KS_MARGIN);
    assert_true((double)ks_sift_threshold(&s->sift) < 5);
    OK(ks_sift_keep(&s->sift, 3, 9, err));
    OK(ks_sift_keep(&s->sift, 4, 7, err));
    assert_close((double)ks_sift_threshold(&s->sift), 7 / KS_MARGIN);
    end(s); /* the plan's scores go with it */
    plan = plan_of(node_of(KS_PLAN_ALL));
    score(&plan, "a");
    s = start(&plan, 0);
    assert_true(ks_sift_threshold(&s->sift) == 0);
    end(s);
}

/* However wrong the approximate scores are within the margin, the exact ones decide in the end. */
static void test_finish(void **state) {
    uint64_t random = ks_test_seed(47);
    (void)state;
    for (int round = 0; round < 30; round++) {
        ks_plan plan = some_plan(&random, 4);
        struct sifting *s = start(&plan, 1 + ks_test_below(&random, 40));
        ks_ranking want;
        const double *exact = exact_parts(s);
        OK(ks_ranking_init(&want, s->pass.ranking.capacity, KS_SORT_SCORE, err));
        for (uint32_t doc = 0; doc < DOCUMENTS; doc++) {
            double score = total(exact, s->count, doc),
                   wrong = 1 + ((double)ks_test_below(&random, 9) - 4) * 1e-5;
            ks_scored candidate = {.score = score, .leaf = &view.leaves[0], .doc = doc};
            ks_ranking_offer(&want, &candidate);
            if ((float)(score * wrong) >= ks_sift_threshold(&s->sift))
                OK(ks_sift_keep(&s->sift, doc, (float)(score * wrong), err));
        }
        OK(ks_sift_finish(&s->sift, &arena, &(ks_sift_lists){s->lists, s->count}, 1, err));
        ks_ranking_sort(&want);
        ks_ranking_sort(&s->pass.ranking);
        assert_int_equal(s->pass.ranking.count, want.count);
        for (size_t i = 0; i < want.count; i++) {
            assert_int_equal(s->pass.ranking.heap[i].doc, want.heap[i].doc);
            assert_true(fabs(s->pass.ranking.heap[i].score - want.heap[i].score) <= 1e-9);
        }
        ks_ranking_free(&want);
        end(s);
    }
}

/* Documents in any order, of which it is known, now and then, which lists do not hold them. */
static void test_finish_of_likely(void **state) {
    uint64_t random = ks_test_seed(49);
    (void)state;
    for (int round = 0; round < 30; round++) {
        ks_plan plan = some_plan(&random, 1 + ks_test_below(&random, 8));
        struct sifting *s = start(&plan, DOCUMENTS);
        const double *exact = exact_parts(s);
        uint32_t docs[DOCUMENTS], count = 0;
        for (uint32_t doc = 0; doc < DOCUMENTS; doc++)
            if (ks_test_below(&random, 1 + (size_t)round % 4) == 0) docs[count++] = doc;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t other = (uint32_t)ks_test_below(&random, count), doc = docs[i];
            docs[i] = docs[other];
            docs[other] = doc;
        }
        for (uint32_t i = 0; i < count; i++) {
            ks_likely likely = {docs[i], 1, 0};
            for (size_t j = 0; j < s->count; j++)
                if (exact[j * DOCUMENTS + docs[i]] >= 0 || ks_test_below(&random, 4) == 0)
                    likely.held |= UINT64_C(1) << s->lists[j].score_index;
            OK(ks_sift_keep_likely(&s->sift, likely, err));
        }
        OK(ks_sift_finish(&s->sift, &arena, &(ks_sift_lists){s->lists, s->count}, 1, err));
        assert_int_equal(s->pass.ranking.count, count);
        for (size_t i = 0; i < count; i++) {
            const ks_scored *candidate = &s->pass.ranking.heap[i];
            assert_true(fabs(candidate->score - total(exact, s->count, candidate->doc)) <= 1e-9);
        }
        end(s);
    }
}

/* ---- The first threshold ---- */

/* Every third document stands on the page already, now and then. */
static void rank_some(ks_pass *pass, uint64_t *random) {
    if (ks_test_below(random, 2)) return;
    pass->ranked = room(DOCUMENTS * sizeof *pass->ranked);
    for (uint32_t doc = 0; doc < DOCUMENTS; doc += 3)
        pass->ranked[pass->ranked_count++] = (ks_scored){.leaf = &view.leaves[0], .doc = doc};
}

/* Of what one list gives, the best `capacity` documents that are not ranked yet reach it, and it is the
 * list's own best but for rounding where that is all there is. */
static void test_prime(void **state) {
    uint64_t random = ks_test_seed(48);
    size_t primed = 0;
    (void)state;
    for (int round = 0; round < 60; round++) {
        size_t capacity = 1 + ks_test_below(&random, 4), reach = 0;
        ks_plan plan = some_plan(&random, 1);
        struct sifting *s = start(&plan, capacity);
        if (s->count) {
            double *exact = exact_parts(s);
            float threshold;
            rank_some(&s->pass, &random);
            OK(ks_sift_prime(&s->sift, &s->lists[0], &arena, err));
            threshold = ks_sift_threshold(&s->sift);
            for (uint32_t doc = 0; doc < DOCUMENTS; doc++)
                reach += exact[doc] >= 0 && !ks_leaf_is_deleted(&view.leaves[0], doc) &&
                         !ks_pass_is_ranked(&s->pass, &view.leaves[0], doc) &&
                         exact[doc] >= (double)threshold;
            assert_true(threshold <= 0 || reach >= capacity);
            assert_int_equal(s->lists[0].cursor->in_block + s->lists[0].cursor->block, 0);
            assert_int_equal(s->sift.candidates.count + s->sift.best_count, 0);
            for (uint32_t block = 0; threshold > 0 && block < s->lists[0].cursor->blocks; block++)
                assert_close((double)s->lists[0].bounds[block],
                             s->lists[0].factor *
                                 ks_cursor_bound(s->lists[0].cursor, block, &s->course->factors.norm));
            primed += threshold > 0;
        }
        end(s);
    }
    assert_true(primed > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_INDEX(test_read),
                                       ON_INDEX(test_read_at_end),
                                       ON_INDEX(test_join),
                                       ON_INDEX(test_join_on_the_edge),
                                       ON_INDEX(test_many_lists),
                                       ON_INDEX(test_threshold),
                                       ON_INDEX(test_threshold_of_ranking),
                                       ON_INDEX(test_finish),
                                       ON_INDEX(test_finish_of_likely),
                                       ON_INDEX(test_prime)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
