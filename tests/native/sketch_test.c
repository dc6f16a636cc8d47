/* Sketches of windows, compared with sums over all lists document by document: no document that reaches the
 * least is missing, each candidate has its score, and few others are candidates. */
#include "native/sketch.h"

#include "native/sift_read.h"
#include "tests/native/sifting.h"
#include "tests/support/soak.h"

enum { LISTS = 12 };

/* ---- A sketch of some lists ---- */

struct sketching {
    struct sifting *s;
    ks_sketch sketch;
    const double *exact;      /* by list and document, as exact_parts returns them */
    double *bounds;           /* the same for the most that is added to a sum */
    double threshold, margin; /* what must be found is divided by `margin` before it is asked for */
    bool added[128];          /* of each list: whether it is part of the present window */
    bool taken[SOME];         /* of each document: whether it was a candidate in this window */
};

/* What a term frequency gives to the shortest document; the list's bound from KS_SKETCH_PARTS - 1 on. */
static double bound_of(const struct sifting *s, const ks_list *list, uint32_t tf) {
    double part = list->factor * tf / (tf + ks_norm_of(&s->course->factors.norm, 0));
    return tf >= KS_SKETCH_PARTS - 1 || part > list->most ? list->most : part;
}

static void make_bounds(struct sketching *k) {
    k->bounds = room((k->s->count + 1) * SOME * sizeof *k->bounds);
    for (size_t i = 0; i < k->s->count; i++) {
        ks_list copy = k->s->lists[i];
        copy.cursor = room(sizeof *copy.cursor);
        OK(ks_cursor_open(copy.cursor, view.leaves[0].segment,
                          &k->s->course->factors.entries[copy.score_index], view.unpacker, err));
        for (uint32_t doc = 0; doc < SOME; doc++)
            k->bounds[i * SOME + doc] =
                ks_list_holds(&copy, doc) ? bound_of(k->s, &copy, ks_cursor_tf(copy.cursor)) : -1;
    }
}

static struct sketching *start_sketch(const ks_plan *plan, double threshold) {
    struct sketching *k = room(sizeof *k);
    memset(k, 0, sizeof *k);
    k->s = start(plan, 10);
    k->threshold = threshold;
    k->margin = KS_MARGIN;
    k->exact = exact_parts(k->s);
    make_bounds(k);
    OK(ks_sketch_make(&k->sketch, &arena, &k->s->sift, k->s->lists, k->s->count, err));
    assert_true(k->sketch.unit > 0);
    return k;
}

static void end_sketch(struct sketching *k) {
    end(k->s);
}

/* The sum of the added lists' parts; -1 if none of them holds the document. */
static double sum_of(const struct sketching *k, const double *parts, uint32_t doc, size_t *held) {
    double sum = 0;
    *held = 0;
    for (size_t i = 0; i < k->s->count; i++)
        if (k->added[i] && parts[i * SOME + doc] >= 0) {
            sum += parts[i * SOME + doc];
            ++*held;
        }
    return *held ? sum : -1;
}

/* ---- A window ---- */

/* Whether the sketch may make it a candidate: each part is rounded up by at most a unit. */
static bool is_allowed(const struct sketching *k, uint32_t doc, double least) {
    size_t held;
    double unit = (double)k->sketch.unit, most = sum_of(k, k->bounds, doc, &held);
    return held && most * KS_MARGIN * (1 + 1e-5) + unit * ((double)held + 1e-3) >= floor(least / unit) * unit;
}

/* The lists that gave to the document, as bits. */
static uint64_t held_of(const struct sketching *k, uint32_t doc) {
    uint64_t held = 0;
    for (size_t i = 0; i < k->s->count; i++)
        if (k->added[i] && k->exact[i * SOME + doc] >= 0)
            held |= UINT64_C(1) << k->s->lists[i].score_index % 64;
    return held;
}

/* Every document of [from, next) that reaches the least is a candidate or was taken before; no candidate was,
 * and each is allowed. */
static void check_taken(struct sketching *k, uint32_t from, uint32_t next, double least) {
    const ks_candidates *c = &k->s->sift.candidates;
    uint32_t at = 0;
    for (uint32_t doc = from; doc < next && doc < SOME; doc++) {
        size_t held;
        double sum = sum_of(k, k->exact, doc, &held);
        bool here = at < c->count && c->docs[at] == doc;
        if (here && k->taken[doc]) fail_msg("%u once more", doc);
        if (!here && held && sum >= least && !k->taken[doc])
            fail_msg("%u is missing: %.9f reaches %.9f", doc, sum, least);
        if (here && !is_allowed(k, doc, least / k->margin)) fail_msg("%u cannot reach %.9f", doc, least);
        if (!here) continue;
        k->taken[doc] = true;
        assert_close((double)c->scores[at], sum);
        assert_true(c->held[at] == held_of(k, doc));
        assert_close((double)c->norms[at++], ks_list_norm(&k->s->course->factors, &view.leaves[0], doc));
    }
    assert_int_equal(at, c->count);
}

static void choose_lists(struct sketching *k, size_t of_eight, uint64_t *random) {
    for (size_t i = 0; i < k->s->count; i++) k->added[i] = ks_test_below(random, 8) < of_eight;
}

/* Adds the lists chosen. */
static void add_lists(struct sketching *k, uint32_t low, uint32_t high, double least) {
    uint32_t documents = 0;
    size_t held;
    ks_sketch_begin(&k->sketch, low, high, (float)(least / k->margin));
    memset(k->taken, 0, sizeof k->taken);
    for (uint32_t at = 0; at <= high - low; at++) assert_int_equal(k->sketch.sums[at], 0);
    for (size_t i = 0; i < k->s->count; i++) {
        if (!k->added[i]) continue;
        OK(ks_sketch_add(&k->sketch, i, 0, err));
        assert_true(k->s->lists[i].cursor->doc > high);
    }
    for (uint32_t doc = low; doc <= high; doc++) documents += sum_of(k, k->exact, doc, &held) >= 0;
    assert_int_equal(ks_sketch_documents(&k->sketch), documents);
}

/* Takes all candidates; the least rises by `step` each time. Returns how many were taken. */
static size_t take_all(struct sketching *k, double least, double step) {
    const ks_candidates *c = &k->s->sift.candidates;
    uint32_t from = k->sketch.low, next;
    size_t taken = 0;
    for (; from <= k->sketch.high; from = next, least += step) {
        next = ks_sketch_take(&k->sketch, &k->s->sift, from, (float)(least / k->margin));
        assert_true(next > from);
        assert_int_equal(next <= k->sketch.high && c->count < KS_CANDIDATES, 0);
        check_taken(k, from, next, least);
        taken += c->count;
    }
    assert_int_equal(from, k->sketch.high + 1);
    return taken;
}

/* The score of some document of the window, or something near the threshold. */
static double some_least(const struct sketching *k, uint32_t low, uint32_t high, uint64_t *random) {
    size_t held;
    double sum = sum_of(k, k->exact, low + (uint32_t)ks_test_below(random, high - low + 1), &held);
    if (ks_test_below(random, 4) == 0) return k->threshold * (double)ks_test_below(random, 8) / 4;
    return sum < 0 ? k->threshold : sum;
}

/* ---- Windows anywhere in the leaf ---- */

/* One window; sometimes the least is lowered afterwards, and the rest is taken. */
static size_t run_window(struct sketching *k, uint32_t low, uint32_t high, uint64_t *random) {
    double least;
    size_t taken;
    choose_lists(k, ks_test_below(random, 3) ? 8 : 4, random);
    least = some_least(k, low, high, random);
    add_lists(k, low, high, least);
    taken = take_all(k, least * (ks_test_below(random, 4) ? 1 : 1.1), 0);
    if (ks_test_below(random, 2)) return taken;
    least *= (double)ks_test_below(random, 4) / 4;
    ks_sketch_lower(&k->sketch, (float)(least / k->margin));
    return taken + take_all(k, least, 0);
}

static size_t run_windows(struct sketching *k, size_t wide, uint64_t *random) {
    size_t taken = 0;
    for (uint32_t low = (uint32_t)ks_test_below(random, 200), high; low < SOME; low = high + 1) {
        high = low + (uint32_t)ks_test_below(random, wide);
        if (high >= SOME) high = SOME - 1;
        taken += run_window(k, low, high, random);
        if (ks_test_below(random, 4) == 0) high += (uint32_t)ks_test_below(random, 500); /* a gap */
    }
    return taken;
}

/* A threshold that is some share of what all lists give together. */
static double share_of_all(const ks_plan *plan, double share) {
    struct course *course = course_of(plan, KS_MATCH_ANY);
    double sum = 0;
    for (size_t i = 0; i < plan->score_count; i++) sum += course->factors.values[i];
    return sum * share;
}

static void test_windows(void **state) {
    static const size_t widths[] = {3, 100, 129, 700, 2000, SOME};
    uint64_t random = ks_test_seed(112);
    size_t rounds = ks_test_share(600, 60, 12), taken = 0;
    (void)state;
    for (size_t round = 0; round < rounds; round++) {
        ks_plan plan = frequent_plan(&random, 1 + ks_test_below(&random, LISTS), round % 2 ? 0 : 40);
        double threshold = share_of_all(&plan, (double)(1 + ks_test_below(&random, 9)) / 10);
        struct sketching *k = start_sketch(&plan, threshold);
        size_t wide = widths[ks_test_below(&random, 6)];
        view.unpacker = round % 4 < 2 ? ks_unpacker_portable() : ks_unpacker_best();
        taken += run_windows(k, wide, &random);
        end_sketch(k);
    }
    assert_true(taken > rounds * 10);
}

/* Thresholds so small or so great that sums in units say next to nothing, and some between. */
static void test_thresholds(void **state) {
    static const double shares[] = {1e-30, 1e-6, 1e-3, 0.5, 1, 30, 1e3, 1e9};
    uint64_t random = ks_test_seed(113);
    (void)state;
    for (size_t i = 0; i < 8; i++) {
        ks_plan plan = frequent_plan(&random, LISTS, 20);
        struct sketching *k = start_sketch(&plan, share_of_all(&plan, shares[i]));
        run_windows(k, 3000, &random);
        end_sketch(k);
    }
}

/* One or two lists, so that units are small, and a least that some document just reaches: parts need a
 * margin. */
static void test_margin(void **state) {
    uint64_t random = ks_test_seed(118);
    (void)state;
    for (int round = 0; round < 20; round++) {
        ks_plan plan = frequent_plan(&random, 1 + (size_t)round / 10, 0);
        struct sketching *k = start_sketch(&plan, 1e-9);
        k->margin = 1 + 1e-6;
        run_windows(k, 200, &random);
        end_sketch(k);
    }
}

/* ---- Taking a few at a time ---- */

static void rewind_lists(struct sketching *k) {
    for (size_t i = 0; i < k->s->count; i++) ks_cursor_rewind(k->s->lists[i].cursor);
}

/* The word "all" makes more candidates than there is room for at once. Later windows just fit, or just do
 * not. */
static void test_more_than_fit(void **state) {
    uint64_t random = ks_test_seed(114);
    ks_plan plan = plan_of_words("all f0 f3");
    struct sketching *k;
    (void)state;
    k = start_sketch(&plan, share_of_all(&plan, 0.5));
    choose_lists(k, 8, &random);
    add_lists(k, 0, SOME - 1, 0);
    assert_int_equal(take_all(k, 0, 0), SOME);
    assert_int_equal(take_all(k, 0, 0), 0); /* what was taken is forgotten */
    ks_sketch_lower(&k->sketch, 0);
    assert_int_equal(take_all(k, 0, 0), 0);
    for (uint32_t low = 1; low < SOME - KS_CANDIDATES; low += 400) {
        double least = low % 800 == 1 ? 0 : k->threshold / 4;
        rewind_lists(k);
        add_lists(k, low, low + KS_CANDIDATES - 1 + (low > 1), least);
        take_all(k, least, k->threshold);
    }
    end_sketch(k);
}

/* A least beyond what sums can express: no document reaches it, or every document of any list does. */
static void test_least_at_the_ends(void **state) {
    static const float none[] = {1e30f, INFINITY}, all[] = {0, -1, -1e30f, -INFINITY, 1e-30f};
    uint64_t random = ks_test_seed(115);
    ks_plan plan = frequent_plan(&random, 4, 0);
    struct sketching *k = start_sketch(&plan, share_of_all(&plan, 0.2));
    ks_sift *sift = &k->s->sift;
    uint32_t documents;
    (void)state;
    choose_lists(k, 8, &random);
    for (size_t i = 0; i < 2; i++) {
        rewind_lists(k);
        add_lists(k, 10, 2000, i ? 0 : (double)none[0]);
        assert_int_equal(ks_sketch_take(&k->sketch, sift, 10, none[i]), 2001);
        assert_int_equal(sift->candidates.count, 0);
    }
    for (size_t i = 0; i < 5; i++) {
        rewind_lists(k);
        add_lists(k, 10, 2000, (double)all[i]);
        documents = ks_sketch_documents(&k->sketch);
        assert_true(documents > 0);
        assert_int_equal(ks_sketch_take(&k->sketch, sift, 10, all[4 - i]), 2001);
        assert_int_equal(sift->candidates.count, documents);
    }
    end_sketch(k);
}

/* A window to which nothing was added is empty, and has nothing of the window before. */
static void test_empty(void **state) {
    uint64_t random = ks_test_seed(116);
    ks_plan plan = frequent_plan(&random, 6, 0);
    struct sketching *k = start_sketch(&plan, share_of_all(&plan, 0.2));
    (void)state;
    add_lists(k, 0, SOME - 1, 0);
    assert_int_equal(take_all(k, 0, 0), 0);
    choose_lists(k, 8, &random);
    add_lists(k, 5, 900, 0);
    assert_true(take_all(k, 0, 0) > 20);
    memset(k->added, 0, sizeof k->added);
    add_lists(k, 0, SOME - 1, 0);
    assert_int_equal(take_all(k, 0, 0), 0);
    choose_lists(k, 8, &random);
    add_lists(k, SOME - 50, SOME - 1, 0);
    assert_true(take_all(k, 0, 0) > 20);
    ks_sketch_begin(&k->sketch, 0, SOME - 1, 0); /* all lists have ended */
    for (size_t i = 0; i < k->s->count; i++) OK(ks_sketch_add(&k->sketch, i, 0, err));
    assert_int_equal(ks_sketch_documents(&k->sketch), 0);
    assert_int_equal(ks_sketch_take(&k->sketch, &k->s->sift, 0, 0), SOME);
    assert_int_equal(k->s->sift.candidates.count, 0);
    end_sketch(k);
}

/* ---- Adding only what may reach the least ---- */

/* Adds the lists from `first` on and takes candidates. Returns the document to go on from. */
static uint32_t add_as_needed(struct sketching *k, size_t first, double least) {
    for (size_t i = 0; i < k->s->count; i++) k->added[i] = i >= first;
    ks_sketch_begin(&k->sketch, 0, SOME - 1, 0);
    OK(ks_sketch_add_from(&k->sketch, first, least / k->margin, err));
    for (size_t i = first; i < k->s->count; i++) assert_int_equal(k->s->lists[i].cursor->doc, KS_NO_DOC);
    return ks_sketch_take(&k->sketch, &k->s->sift, 0, 0);
}

/* A document that may reach `least`, counting the bounds of the lists not added, has the parts of all lists
 * that were; any other may lack some. Returns how many postings were left out. */
static size_t check_needed(const struct sketching *k, size_t first, double least, uint32_t end) {
    const ks_candidates *c = &k->s->sift.candidates;
    size_t all = 0, held;
    uint32_t at = 0;
    for (size_t i = 0; i < first; i++) least -= k->s->lists[i].most;
    for (uint32_t doc = 0; doc < SOME; doc++) {
        double sum = sum_of(k, k->exact, doc, &held);
        bool here = at < c->count && c->docs[at] == doc;
        all += held;
        if (sum >= 0 && sum >= least && doc < end) {
            if (!here) fail_msg("%u is missing: %.9f reaches %.9f", doc, sum, least);
            assert_close((double)c->scores[at], sum);
            assert_true(c->held[at] == held_of(k, doc));
        } else if (here) {
            assert_true((double)c->scores[at] <= sum * (1 + 1e-5));
            assert_true((c->held[at] & ~held_of(k, doc)) == 0);
        }
        at += here;
    }
    return all - k->sketch.added;
}

/* A sketch's lists ascend by `most`. */
static int compare_most(const void *left, const void *right) {
    const ks_list *a = left, *b = right;
    return (a->most > b->most) - (a->most < b->most);
}

static void test_what_is_needed(void **state) {
    uint64_t random = ks_test_seed(120);
    size_t spared = 0;
    (void)state;
    for (size_t round = 0; round < 60; round++) {
        ks_plan plan = frequent_plan(&random, 2 + ks_test_below(&random, LISTS - 1), round % 2 ? 0 : 40);
        struct sifting *s = start(&plan, 10);
        struct sketching *k = room(sizeof *k);
        double least = share_of_all(&plan, (double)ks_test_below(&random, 8) / 10);
        size_t first = ks_test_below(&random, 3);
        view.unpacker = round % 4 < 2 ? ks_unpacker_portable() : ks_unpacker_best();
        qsort(s->lists, s->count, sizeof *s->lists, compare_most);
        *k = (struct sketching){.s = s, .margin = KS_MARGIN, .exact = exact_parts(s)};
        OK(ks_sketch_make(&k->sketch, &arena, &s->sift, s->lists, s->count, err));
        spared += check_needed(k, first, least, add_as_needed(k, first, least));
        end(s);
    }
    assert_true(spared > 1000);
}

/* A list that a sketch has read to its end can be rewound and read again. */
static void test_after_the_end(void **state) {
    uint64_t random = ks_test_seed(119);
    (void)state;
    for (int round = 0; round < 20; round++) {
        ks_plan plan = frequent_plan(&random, LISTS, 20);
        struct sketching *k = start_sketch(&plan, 1);
        choose_lists(k, 8, &random);
        add_lists(k, 0, SOME - 1, 0);
        for (size_t i = 0; i < k->s->count; i++) {
            ks_list *list = &k->s->lists[i];
            assert_int_equal(list->cursor->doc, KS_NO_DOC);
            assert_int_equal(ks_list_look(list, SOME), KS_NO_DOC);
            ks_cursor_rewind(list->cursor);
            for (uint32_t doc = 0; doc < SOME; doc++)
                assert_int_equal(ks_list_holds(list, doc), k->exact[i * SOME + doc] >= 0);
        }
        end_sketch(k);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_FREQUENT(test_windows),       ON_FREQUENT(test_thresholds),        ON_FREQUENT(test_margin),
        ON_FREQUENT(test_more_than_fit), ON_FREQUENT(test_least_at_the_ends), ON_FREQUENT(test_empty),
        ON_FREQUENT(test_after_the_end), ON_FREQUENT(test_what_is_needed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
