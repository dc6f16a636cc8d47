/* Gathering many postings: window by window, with buckets that no documents share, great frequencies, and
 * long lists, which are left out when they cannot matter. Compared with the exhaustive pass, and sums with
 * scores. gather_test.c has shared buckets. */
#include "tests/native/comparing.h"
#include "tests/native/gathering.h"

#include "native/gather_read.h"
#include "tests/support/pieces.h"
#include "tests/support/soak.h"

/* Three windows, the last one short. The first words are each in every SHARE-th document or so, the next ones
 * in few, and the last one in nearly all. */
enum { DOCUMENTS = 140000, FREQUENT = 12, SHARE = 8, SELDOM = 10, EVERYWHERE = FREQUENT + SELDOM, WORDS };

static char words[WORDS][8];

/* Two words that are only in documents of two to four words: one in the first window; the other in the
 * windows behind, always with the word that nearly all documents hold. */
enum { NEAR = EVERYWHERE - 2, FAR };

static bool is_short(size_t number) {
    return number % 3000 == 7;
}

static size_t times_in_short(size_t word, size_t number) {
    if (number < 65536) return word == NEAR;
    return word == FAR ? 1 : word == EVERYWHERE ? 2 : 0;
}

static size_t times_of(size_t word, size_t number, uint64_t *random) {
    uint64_t great = ks_test_below(random, 400) == 0 ? 60 : 0; /* above KS_GATHER_TF now and then */
    if (is_short(number)) return times_in_short(word, number);
    if (word == NEAR || word == FAR) return 0;
    if (word == EVERYWHERE) return ks_test_below(random, 20) ? 1 + ks_test_below(random, 3) + great : 0;
    if (word < FREQUENT) return ks_test_below(random, SHARE) ? 0 : 1 + ks_test_below(random, 4) + great;
    if (number % 65536 < 3) return word % 2; /* at the edges of windows */
    return ks_test_below(random, 3000) ? 0 : 1 + ks_test_below(random, 9);
}

static void put_document(ks_writer *writer, ks_arena *scratch, size_t number, uint64_t *random) {
    char id[16], body[6000] = "x", *end = body + 1;
    ks_test_spec spec = {.id = id, .day = 20140101, .order = DOCUMENTS - number, .values = "kind:blog"};
    ks_document document;
    snprintf(id, sizeof id, "%zu", number);
    for (size_t i = 0; i < WORDS; i++)
        for (size_t times = times_of(i, number, random); times > 0; times--)
            end += sprintf(end, " %s", words[i]);
    spec.fields[ks_test_below(random, 4) ? KS_FIELD_BODY : KS_FIELD_SUMMARY] = body;
    document = ks_test_document(scratch, &spec);
    put(writer, &document);
    ks_arena_reset(scratch);
}

static int set_up_leaf(void **state) {
    for (size_t i = 0; i < WORDS; i++) snprintf(words[i], sizeof words[i], "w%zu", i);
    return set_up_one_leaf(state, DOCUMENTS, put_document, 171);
}

static int forget(void **state) {
    (void)state;
    ks_arena_free(&arena);
    return 0;
}

/* The leaf is made once for all tests. */
#define ON_LEAF(test) cmocka_unit_test_setup_teardown(test, NULL, forget)

static void add_word(ks_plan *plan, size_t word, ks_field field, double weight) {
    add_scoring(plan, (ks_plan_node *)(uintptr_t)plan->root, words[word], field, weight);
}

/* A disjunction of the words [from, to). */
static ks_plan plan_of_words(size_t from, size_t to) {
    ks_plan plan = plan_of(node_of(KS_PLAN_OR));
    for (size_t i = from; i < to; i++) add_word(&plan, i, KS_FIELD_ANY, 1);
    return plan;
}

static ks_gather_survey survey_of(struct course *course, bool counting) {
    ks_pass pass = pass_of(course, 10, counting);
    ks_gather_survey survey;
    ks_gather_look(&survey, &pass, &view.leaves[0]);
    ks_ranking_free(&pass.ranking);
    return survey;
}

/* ---- What is known beforehand ---- */

static void test_survey(void **state) {
    ks_plan plan = plan_of_words(0, WORDS);
    struct course *course = course_of(&plan, KS_MATCH_ANY);
    const ks_dict_entry *everywhere = &course->factors.entries[EVERYWHERE];
    ks_gather_survey counting = survey_of(course, true), free = survey_of(course, false);
    uint64_t all = 0;
    (void)state;
    for (size_t i = 0; i < WORDS; i++) all += course->factors.entries[i].documents;
    assert_int_equal(counting.lists, WORDS);
    assert_int_equal(counting.all, all);
    assert_int_equal(counting.postings, all); /* no list is long as long as matches are counted */
    assert_int_equal(counting.longest, everywhere->documents);
    assert_int_equal(free.all, all);
    assert_int_equal(free.postings, all - everywhere->documents);
    assert_true(free.longest < everywhere->documents);
    assert_true(ks_gather_is_long(&free, everywhere->documents, course->factors.values[EVERYWHERE]));
    assert_false(ks_gather_is_long(&free, everywhere->documents, free.strongest));
    assert_true(ks_gather_is_long(&free, (uint32_t)(all / 4), course->factors.values[EVERYWHERE]));
    assert_false(ks_gather_is_long(&free, (uint32_t)(all / 4 - 1), course->factors.values[EVERYWHERE]));
}

static void test_suits(void **state) {
    ks_plan frequent = plan_of_words(0, EVERYWHERE), one_long = plan_of_words(FREQUENT, WORDS);
    ks_plan many = plan_of_words(0, WORDS), both = plan_of_words(FREQUENT - 1, WORDS);
    ks_plan half = plan_of_words(FREQUENT / 2, WORDS);
    (void)state;
    assert_true(suits(&frequent, true)); /* a hundred thousand postings, evenly spread */
    assert_true(suits(&frequent, false));
    assert_false(suits(&one_long, true)); /* one list has nearly all */
    assert_false(suits(&one_long, false));
    assert_false(suits(&both, false)); /* long by itself, but the others have few postings */
    assert_true(suits(&many, true));   /* one list has many, but not half of them */
    assert_true(suits(&many, false));  /* it is long, and the others have enough */
    assert_false(suits(&half, true));  /* one list has most */
    assert_false(suits(&half, false)); /* it is long, but the others have too few */
    for (size_t i = 0; i < FREQUENT; i++) score_in(&frequent, words[i], KS_FIELD_BODY, 1);
    assert_true(suits(&frequent, true));
    for (ks_field field = KS_FIELD_TITLE; field < KS_FIELD_BODY; field++)
        for (size_t i = 0; i < FREQUENT; i++) score_in(&frequent, words[i], field, 1);
    assert_false(suits(&frequent, true)); /* more postings than may be read */
}

/* ---- Sums ---- */

/* The most that lists not left out give to the document, by another way. */
static double exact_score(const struct course *course, const ks_gathering *g, ks_list *lists, uint32_t doc) {
    double k = ks_list_norm(&course->factors, g->leaf, doc), score = 0;
    for (size_t i = 0; i < g->run_count; i++)
        if (!(g->left_out && g->runs[i].cursor) && ks_list_holds(&lists[i], doc))
            score += ks_list_part(&lists[i], k);
    return score;
}

/* Every sum is an upper bound, every bucket without a document is empty, every group's top is its greatest
 * sum, and each posting has its frequency. */
static void check_window(const struct course *course, const ks_gathering *g, ks_list *lists) {
    size_t postings = 0;
    for (uint32_t doc = g->low; doc < g->high; doc++) {
        double exact = exact_score(course, g, lists, doc);
        int16_t sum = g->sums[doc & g->bucket_mask];
        assert_true((double)g->unit * sum * (1 + 1e-5) >= exact);
        if (ks_gather_is_folded(g)) continue;
        assert_int_equal(sum > 0, exact > 0);
        assert_int_equal(ks_gather_doc(g, doc & g->bucket_mask), doc);
    }
    for (size_t group = 0; group < g->groups; group++) {
        int16_t top = 0;
        for (size_t i = 0; i < KS_GATHER_GROUP; i++)
            if (g->sums[ks_gather_bucket(group, i)] > top) top = g->sums[ks_gather_bucket(group, i)];
        assert_int_equal(g->tops[group], top);
    }
    for (const ks_gather_run *run = g->runs; run < g->runs + g->run_count; run++) {
        const ks_dict_entry *entry = &course->factors.entries[run->score_index];
        ks_cursor *cursor = room(sizeof *cursor);
        OK(ks_cursor_open(cursor, g->leaf->segment, entry, view.unpacker, err));
        for (size_t i = run->from; i < run->to; i++) {
            ks_cursor_advance(cursor, g->docs[i]);
            assert_int_equal(cursor->doc, g->docs[i]);
            assert_true(cursor->doc >= g->low && cursor->doc < g->high);
            assert_int_equal(ks_gather_tf(g, run, i), ks_cursor_tf(cursor));
        }
        assert_true(g->docs[run->to] >= g->high);
        postings += run->to - run->from;
    }
    assert_int_equal(g->here, postings);
}

/* Goes through all windows; returns how many there are, and how many postings they have. */
static size_t check_windows(struct course *course, bool counting, size_t *postings) {
    ks_pass pass = pass_of(course, 10, counting);
    ks_gather_survey survey = survey_of(course, counting);
    ks_gathering g = {.pass = &pass, .leaf = &view.leaves[0], .arena = &arena};
    ks_list *lists;
    size_t count, windows = 0;
    bool more = true;
    OK(ks_lists_open(&lists, &count, &arena, &course->factors, &view.leaves[0], err));
    OK(ks_gather_read(&g, &survey, err));
    assert_int_equal(count, g.run_count);
    for (*postings = 0;; windows++) {
        uint32_t before = g.high;
        OK(ks_gather_next(&g, &more, err));
        if (!more) break;
        assert_int_equal(g.low, before);
        assert_true(g.high > g.low && g.high - g.low <= g.width);
        check_window(course, &g, lists);
        *postings += g.here;
    }
    assert_int_equal(g.high, DOCUMENTS);
    ks_ranking_free(&pass.ranking);
    return windows;
}

static void test_windows(void **state) {
    ks_plan many = plan_of_words(0, WORDS), few = plan_of_words(FREQUENT, EVERYWHERE);
    ks_plan some = plan_of_words(3, 7);
    struct course *course = course_of(&many, KS_MATCH_ANY);
    size_t postings;
    (void)state;
    assert_int_equal(check_windows(course, true, &postings), 3);
    assert_int_equal(postings, survey_of(course, true).all);
    assert_int_equal(check_windows(course, false, &postings), 3); /* nothing sets a threshold */
    assert_int_equal(postings, survey_of(course, true).all);
    assert_int_equal(check_windows(course_of(&few, KS_MATCH_ANY), true, &postings), 1);
    assert_true(check_windows(course_of(&some, KS_MATCH_ANY), true, &postings) > 1); /* beginning anywhere */
}

/* ---- Passes ---- */

/* Gathering against the exhaustive pass, at these page sizes. */
static void compare_gathering(const ks_plan *plan) {
    static const size_t capacities[] = {1, 10, 100, 300};
    struct course *course = course_of(plan, KS_MATCH_ANY);
    ks_pass want = run_pass(course, EXHAUSTIVE, EVERYTHING, true, NULL);
    for (size_t i = 0; i < 4; i++) {
        compare_pass(course, GATHER, &want, capacities[i], true);
        compare_pass(course, GATHER, &want, capacities[i], false);
    }
    ks_ranking_free(&want.ranking);
}

static void test_passes(void **state) {
    ks_plan plans[] = {plan_of_words(0, EVERYWHERE), plan_of_words(0, WORDS), plan_of_words(FREQUENT, WORDS),
                       plan_of_words(3, 7)};
    (void)state;
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) compare_gathering(&plans[i]);
    view.unpacker = ks_unpacker_portable();
    compare_gathering(&plans[1]);
    view.unpacker = ks_unpacker_best();
}

/* What a hit holds is told of long lists, too. */
static void test_held(void **state) {
    ks_plan plan = plan_of_words(0, WORDS);
    struct course *course = course_of(&plan, KS_MATCH_ANY);
    ks_pass want = run_pass(course, EXHAUSTIVE, 100, false, NULL);
    ks_pass got = run_pass(course, GATHER, 100, false, NULL);
    size_t with_long = 0;
    (void)state;
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(got.ranking.heap[i].held, want.ranking.heap[i].held);
        assert_true(got.ranking.heap[i].score == want.ranking.heap[i].score); /* to the last bit */
        with_long += got.ranking.heap[i].held >> EVERYWHERE & 1;
    }
    assert_true(with_long > 0 && with_long < 100);
    ks_ranking_free(&want.ranking);
    ks_ranking_free(&got.ranking);
}

/* The second window's postings of the long list are not read once the first one has set a threshold; but they
 * are where the page is so large that there is none. */
static void test_long_lists_are_left_out(void **state) {
    static const size_t capacities[] = {10, EVERYTHING};
    ks_plan plan = plan_of_words(0, WORDS);
    struct course *course = course_of(&plan, KS_MATCH_ANY);
    ks_gather_survey survey = survey_of(course, false);
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        ks_pass pass = pass_of(course, capacities[i], false),
                full = run_pass(course, GATHER, 10, false, NULL);
        ks_gathering g = {.pass = &pass, .leaf = &view.leaves[0], .arena = &arena};
        const ks_gather_run *run;
        bool more;
        OK(ks_gather_read(&g, &survey, err));
        OK(ks_gather_next(&g, &more, err));
        run = &g.runs[EVERYWHERE];
        assert_non_null(run->cursor);
        assert_false(g.left_out);
        assert_true(run->to > run->from);
        for (size_t j = 0; j < full.ranking.count; j++)
            ks_pass_offer(&pass, g.leaf, full.ranking.heap[j].doc, full.ranking.heap[j].score, 0);
        OK(ks_gather_next(&g, &more, err));
        assert_true(more);
        assert_int_equal(g.left_out, i == 0);
        assert_int_equal(run->to > run->from, i == 1);
        assert_true(ks_gather_left_out(&g) == (i == 0 ? g.long_most : 0));
        ks_ranking_free(&pass.ranking);
        ks_ranking_free(&full.ranking);
    }
}

/* Sets the weight of the plan's last score so that its list is long, but hardly so. */
static void weaken_last(ks_plan *plan) {
    struct course *course = course_of(plan, KS_MATCH_ANY);
    size_t last = plan->score_count - 1;
    double strongest = 0;
    for (size_t i = 0; i < last; i++) strongest = fmax(strongest, course->factors.values[i]);
    ((ks_plan_score *)(uintptr_t)plan->scores)[last].weight *=
        strongest / (4.001 * course->factors.values[last]);
}

/* Where the words of a page's last documents score about the same, a long list decides which of them are on
 * it: they are found although the other lists bring them less near than the threshold. */
static void test_long_lists_decide(void **state) {
    uint64_t random = ks_test_seed(174);
    size_t plans = ks_test_share(60, 12, 4);
    (void)state;
    for (size_t i = 0; i < plans; i++) {
        ks_plan plan = plan_of(node_of(KS_PLAN_OR));
        struct course *course;
        for (size_t j = i % 2 ? 0 : FREQUENT; j < (i % 2 ? FREQUENT : EVERYWHERE); j++)
            add_word(&plan, j, KS_FIELD_ANY, ks_test_below(&random, 4) ? 1 : 0.9);
        add_word(&plan, EVERYWHERE, KS_FIELD_ANY, 1);
        weaken_last(&plan);
        course = course_of(&plan, KS_MATCH_ANY);
        assert_true(survey_of(course, false).postings < survey_of(course, false).all);
        compare_gathering(&plan);
        ks_arena_reset(&arena);
    }
}

/* The first window's documents fill the page. Those behind score less without the long list, whatever their
 * lengths are taken for, and more with it. */
static void test_long_lists_lift(void **state) {
    ks_plan plan = plan_of(node_of(KS_PLAN_OR));
    struct course *course;
    ks_pass pass;
    (void)state;
    add_word(&plan, NEAR, KS_FIELD_ANY, 1.1);
    add_word(&plan, FAR, KS_FIELD_ANY, 1);
    add_word(&plan, EVERYWHERE, KS_FIELD_ANY, 1);
    weaken_last(&plan);
    compare_gathering(&plan);
    course = course_of(&plan, KS_MATCH_ANY);
    pass = run_pass(course, GATHER, 10, false, NULL);
    assert_true(course->factors.values[0] > 1.05 * course->factors.values[1]);
    for (size_t i = 0; i < 10; i++) {
        assert_int_equal(pass.ranking.heap[i].held, 1 << 1 | 1 << 2);
        assert_true(pass.ranking.heap[i].doc >= 65536);
    }
    ks_ranking_free(&pass.ranking);
}

static void test_random_plans(void **state) {
    uint64_t random = ks_test_seed(172);
    size_t plans = ks_test_share(60, 8, 2);
    (void)state;
    for (size_t i = 0; i < plans; i++) {
        ks_plan plan = plan_of(node_of(KS_PLAN_OR));
        for (size_t wanted = 3 + ks_test_below(&random, 18); plan.score_count < wanted;) {
            size_t word = ks_test_below(&random, 3) ? ks_test_below(&random, WORDS) : EVERYWHERE;
            ks_field field = ks_test_below(&random, 3) ? KS_FIELD_ANY : KS_FIELD_BODY;
            add_word(&plan, word, field, (double)(1 + ks_test_below(&random, 40)) / 10);
        }
        compare_gathering(&plan);
        ks_arena_reset(&arena);
    }
}

/* ---- What fails ---- */

static ks_status gather_once(void *context, ks_error *error) {
    return gather_first(context, false, error);
}

static void test_every_piece_may_fail(void **state) {
    ks_plan plan = plan_of_words(0, WORDS);
    (void)state;
    assert_true(ks_test_each_piece(gather_once, course_of(&plan, KS_MATCH_ANY)) > 12);
}

static void test_damaged_long_list(void **state) {
    ks_plan plan = plan_of_words(0, WORDS);
    struct course *course = course_of(&plan, KS_MATCH_ANY);
    ks_dict_entry *entry = &course->factors.entries[EVERYWHERE], good = *entry;
    ks_error error = {0};
    (void)state;
    entry->postings = UINT64_MAX / 2; /* outside of the section */
    assert_int_equal(gather_once(course, &error), KS_ERR_CORRUPT);
    entry->postings = course->factors.entries[0].postings; /* of fewer documents: the skips make no sense */
    assert_int_equal(gather_once(course, &error), KS_ERR_CORRUPT);
    *entry = good;
    OK(gather_once(course, err));
}

/* Deletes documents: to be the last. */
static void test_deletions(void **state) {
    ks_plan plans[] = {plan_of_words(0, WORDS), plan_of_words(FREQUENT, WORDS)};
    uint64_t random = 173;
    (void)state;
    delete_at_random(&random);
    for (uint32_t doc = 60000; doc < 66000; doc++) delete_document(0, doc);
    for (size_t i = 0; i < 2; i++) compare_gathering(&plans[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_LEAF(test_survey),
        ON_LEAF(test_suits),
        ON_LEAF(test_windows),
        ON_LEAF(test_passes),
        ON_LEAF(test_held),
        ON_LEAF(test_long_lists_are_left_out),
        ON_LEAF(test_long_lists_decide),
        ON_LEAF(test_long_lists_lift),
        ON_LEAF(test_random_plans),
        ON_LEAF(test_every_piece_may_fail),
        ON_LEAF(test_damaged_long_list),
        ON_LEAF(test_deletions),
    };
    return cmocka_run_group_tests(tests, set_up_leaf, tear_down);
}
