/* The disjunction pass where it sketches, on a leaf of several wide windows: it answers every plan as the
 * exhaustive pass does. */
#include "tests/native/comparing.h"

#include "native/sketch.h"
#include "tests/support/allocation.h"
#include "tests/support/soak.h"

enum { DOCUMENTS = 140000, WORDS = 30, FEWEST = 9 };

/* No window holds the whole leaf. */
_Static_assert((int)DOCUMENTS > (int)KS_SKETCH_WINDOW, "long enough");

static char words[WORDS][8];

/* One of so many documents holds the word. The last two words are only in parts of the leaf: see has_word. */
static const size_t rarity[WORDS] = {2,   4,   6,   10,  15,  20,   30,   40,   50,  60,
                                     80,  100, 120, 150, 200, 250,  300,  400,  500, 700,
                                     900, 999, 999, 999, 999, 1500, 3000, 9000, 40,  15};

static bool has_word(size_t word, size_t number, uint64_t *random) {
    if (word == 28 && number / 5000 % 3 != 1) return false;
    if (word == 29 && number < DOCUMENTS - 3000) return false;
    return ks_test_below(random, rarity[word]) == 0;
}

/* Documents are short, so that the index is made quickly; some words occur several times. */
static void put_tiny(ks_writer *writer, ks_arena *scratch, size_t number, uint64_t *random) {
    char id[16], body[1600] = "x", title[1600] = "", *ends[2] = {body + 1, title};
    ks_test_spec spec = {.id = id, .day = 20140101 + (uint32_t)(number / 5000), .order = number};
    ks_document document;
    snprintf(id, sizeof id, "%zu", number);
    for (size_t i = 0; i < WORDS; i++) {
        char **end = &ends[ks_test_below(random, 5) == 0];
        if (!has_word(i, number, random)) continue;
        for (size_t times = 1 + ks_test_below(random, 1 + ks_test_below(random, 11)); times > 0; times--)
            *end += sprintf(*end, " %s", words[i]);
    }
    for (size_t left = ks_test_below(random, 4) ? 0 : ks_test_below(random, 40); left > 0; left--)
        ends[0] += sprintf(ends[0], " x");
    spec.values = number % 3 ? "kind:blog" : "kind:tweet";
    spec.fields[KS_FIELD_BODY] = body;
    spec.fields[KS_FIELD_TITLE] = title;
    document = ks_test_document(scratch, &spec);
    put(writer, &document);
    ks_arena_reset(scratch);
}

static int set_up_leaf(void **state) {
    for (size_t i = 0; i < WORDS; i++) snprintf(words[i], sizeof words[i], "w%zu", i);
    return set_up_one_leaf(state, DOCUMENTS, put_tiny, 121);
}

/* ---- Plans ---- */

/* Many different words, of like weights or not, some of them in a field; or a few, whose documents stand far
 * apart. Rare words alone make windows as wide as can be. */
static ks_plan_node *some_words(ks_plan *plan, uint64_t *random) {
    ks_plan_node *any = node_of(ks_test_below(random, 2) ? KS_PLAN_WORDS : KS_PLAN_OR);
    bool few = ks_test_below(random, 3) == 0;
    size_t count =
        few ? 2 + ks_test_below(random, FEWEST - 2) : FEWEST + ks_test_below(random, WORDS - FEWEST + 1);
    size_t first = ks_test_below(random, 3) ? 0 : 10;
    bool even = ks_test_below(random, 2), fields = ks_test_below(random, 3) == 0;
    for (size_t tries = 0; plan->score_count < count && tries < 300; tries++) {
        const char *word = words[first + ks_test_below(random, WORDS - first)];
        ks_field field = fields && ks_test_below(random, few ? 2 : 4) == 0 ? KS_FIELD_TITLE : KS_FIELD_ANY;
        add_scoring(plan, any, word, field, even ? 1 : (double)(1 + ks_test_below(random, 20)) / 5);
    }
    return any;
}

static ks_plan_node *some_condition(uint64_t *random) {
    switch (ks_test_below(random, 5)) {
    case 0: return dates_of(20140103, 20140103 + (uint32_t)ks_test_below(random, 26));
    case 1: return term_of(ks_test_below(random, 2) ? "XKblog" : "XKtweet");
    case 2: return with(node_of(KS_PLAN_NOT), term_of(words[ks_test_below(random, 4)]));
    case 3: return with(node_of(KS_PLAN_NOT), term_of("XKblog"));
    default: return term_of("x");
    }
}

static ks_plan some_plan(bool filtered, uint64_t *random) {
    ks_plan plan = plan_of(NULL);
    ks_plan_node *root = some_words(&plan, random);
    if (filtered) {
        root = with(node_of(KS_PLAN_AND), root);
        for (size_t left = 1 + ks_test_below(random, 2); left > 0; left--) with(root, some_condition(random));
    }
    plan.root = root;
    plan.match = KS_MATCH_ANY;
    return plan;
}

/* ---- Comparing ---- */

/* Pages of several sizes, without counting and counting up to a limit. */
static void compare_pages(ks_plan *plan, const ks_pass *ranked) {
    static const size_t capacities[] = {1, 10, 100, 3000};
    struct course *course = course_of(plan, KS_MATCH_ANY);
    ks_pass want;
    assert_true(is_right(course, DISJUNCTION));
    plan->count_limit = UINT64_MAX;
    want = run_pass(course, EXHAUSTIVE, EVERYTHING, true, ranked);
    if (ranked) want.ranked = ranked->ranked, want.ranked_count = ranked->ranked_count;
    for (size_t i = 0; i < 4; i++) {
        compare_pass(course, DISJUNCTION, &want, capacities[i], false);
        plan->count_limit = i % 2 ? 1000 : 20000; /* counting ends in the first window, or later */
        compare_pass(course, DISJUNCTION, &want, capacities[i], true);
    }
    ks_ranking_free(&want.ranking);
}

static void compare_plans(size_t plans, bool filtered, uint64_t *random) {
    for (size_t i = 0; i < plans; i++) {
        ks_plan plan = some_plan(filtered, random);
        view.unpacker = i % 2 ? ks_unpacker_portable() : ks_unpacker_best();
        if (i % 8 == 7) {
            ks_pass ranked = some_ranked(&plan, KS_MATCH_ANY, random);
            compare_pages(&plan, &ranked);
        } else {
            compare_pages(&plan, NULL);
        }
        ks_arena_reset(&arena);
    }
}

static void compare_searches(size_t plans, uint64_t *random) {
    static const size_t limits[] = {1, 10, 100};
    for (size_t i = 0; i < plans; i++) {
        ks_plan plan = some_plan(i % 2, random);
        plan.limit = limits[i % 3];
        plan.offset = i % 3 ? ks_test_below(random, 60) : 0;
        plan.count_limit = 1000;
        if (i % 2) plan.match = KS_MATCH_AUTO;
        compare_search(&plan);
        ks_arena_reset(&arena);
    }
}

/* ---- Memory that fails ---- */

static ks_status run_once(struct course *course, size_t n, ks_error *err) {
    ks_pass pass = pass_of(course, 10, false);
    ks_arena scratch = {0};
    ks_status status;
    ks_test_fail_allocation(n);
    status = ks_pass_disjunction(&pass, &course->route, &view.leaves[0], &scratch, err);
    ks_arena_free(&scratch);
    ks_ranking_free(&pass.ranking);
    return status;
}

/* A pass that sketches reports each allocation that fails, and leaks nothing. */
static void check_failures(void) {
    ks_plan plan = plan_of(node_of(KS_PLAN_OR));
    struct course *course;
    size_t n = 1;
    if (!ks_test_can_fail_allocation()) return;
    for (size_t i = 0; i < WORDS; i++) {
        with((ks_plan_node *)(uintptr_t)plan.root, term_of(words[i]));
        score(&plan, words[i]);
    }
    course = course_of(&plan, KS_MATCH_ANY);
    for (;; n++) {
        ks_error error = {0};
        ks_status status = run_once(course, n, &error);
        if (!ks_test_allocation_failed()) break;
        assert_int_equal(status, KS_ERR_NOMEM);
    }
    assert_true(n > 5);
}

static void test_long_leaf(void **state) {
    uint64_t random = ks_test_seed(122);
    size_t plans = ks_test_share(200, 12, 2);
    (void)state;
    compare_plans(plans, false, &random);
    compare_plans(plans, true, &random);
    compare_searches(plans / 2 + 1, &random);
    check_failures();
    delete_at_random(&random);
    for (uint32_t doc = 20000; doc < 40000; doc += 2) delete_document(0, doc);
    compare_plans(plans, false, &random);
    compare_plans(plans, true, &random);
    compare_searches(plans / 2 + 1, &random);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_long_leaf, set_up_leaf, tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
