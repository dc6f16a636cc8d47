/* Conditions told by the scores that a document holds, against reading the tree anew each time. */
#include "native/either.h"

#include "tests/native/searching.h"

static const char *const words[] = {"a", "b", "c", "d", "e", "f", "g", "h"};

enum { WORDS = sizeof words / sizeof *words, DEPTH = 3, MOST_SETS = 16 };

/* An index in which one document holds all the words. */
static int set_up_words(void **state) {
    ks_test_spec spec = {.id = "one", .fields = {[KS_FIELD_BODY] = "a b c d e f g h"}};
    ks_writer *writer;
    ks_document document;
    if (set_up(state)) return -1;
    document = ks_test_document(&arena, &spec);
    writer = write_leaf();
    put(writer, &document);
    finish_leaf(writer);
    open_view();
    return 0;
}

#define WITH_WORDS(test) cmocka_unit_test_setup_teardown(test, set_up_words, tear_down)

/* All words score, each at the place that is its number. */
static ks_factors *factors_of(ks_plan *plan, ks_plan_node *root) {
    ks_factors *factors = room(sizeof *factors);
    *plan = plan_of(root);
    for (size_t i = 0; i < WORDS; i++) score(plan, words[i]);
    OK(ks_factors_make(factors, &arena, &view, plan, err));
    return factors;
}

static ks_plan_node *random_tree(uint64_t *random, unsigned depth) {
    static const ks_plan_kind kinds[] = {KS_PLAN_AND, KS_PLAN_OR, KS_PLAN_WORDS};
    ks_plan_node *node;
    if (depth == 0 || ks_test_below(random, 3) == 0) return term_of(words[ks_test_below(random, WORDS)]);
    node = node_of(kinds[ks_test_below(random, 3)]);
    for (size_t left = ks_test_below(random, 4); left > 0; left--) with(node, random_tree(random, depth - 1));
    return node;
}

/* The tree read as engine/plan.h tells it. */
static bool matches(const ks_plan_node *node, ks_match match, uint64_t held) {
    bool every = node->kind == KS_PLAN_AND || (node->kind == KS_PLAN_WORDS && match == KS_MATCH_ALL);
    if (node->kind == KS_PLAN_TERM) return held >> (node->terms[0].text[0] - 'a') & 1;
    if (node->kind == KS_PLAN_WORDS && !node->child) return false;
    for (const ks_plan_node *child = node->child; child; child = child->next)
        if (matches(child, match, held) != every) return !every;
    return every;
}

static size_t check_tree(const ks_plan_node *root, ks_match match, const ks_factors *factors) {
    ks_either either = {0};
    bool told = false;
    OK(ks_either_make(&either, &told, &arena, root, match, factors, err));
    if (!told) return 0;
    assert_true(either.count <= MOST_SETS);
    for (uint64_t held = 0; held < 1u << WORDS; held++)
        assert_int_equal(ks_either_holds(&either, held), matches(root, match, held));
    return 1;
}

static void test_random_trees(void **state) {
    uint64_t random = ks_test_seed(41);
    size_t told = 0;
    (void)state;
    for (int round = 0; round < 300; round++) {
        ks_plan_node *root = random_tree(&random, DEPTH);
        ks_plan plan;
        const ks_factors *factors = factors_of(&plan, root);
        told += check_tree(root, KS_MATCH_ALL, factors) + check_tree(root, KS_MATCH_ANY, factors);
    }
    assert_true(told > 300); /* of 600 */
}

/* A compound: its joined form, or all its parts. */
static void test_compound(void **state) {
    ks_plan_node *parts = with(with(node_of(KS_PLAN_WORDS), term_of("c")), term_of("b"));
    ks_plan_node *either = with(with(node_of(KS_PLAN_OR), parts), term_of("a"));
    ks_either made = {0};
    bool told = false;
    ks_plan plan;
    (void)state;
    OK(ks_either_make(&made, &told, &arena, either, KS_MATCH_ALL, factors_of(&plan, either), err));
    assert_true(told);
    assert_int_equal(made.count, 2);
    assert_int_equal(made.sets[0], 1);
    assert_int_equal(made.sets[1], 6);
    assert_true(ks_either_holds(&made, 1));
    assert_false(ks_either_holds(&made, 2));
    assert_true(ks_either_holds(&made, 14));
}

static void assert_not_told(ks_plan_node *node) {
    ks_either made = {0};
    bool told = true;
    ks_plan plan;
    OK(ks_either_make(&made, &told, &arena, node, KS_MATCH_ALL, factors_of(&plan, node), err));
    assert_false(told);
    assert_null(made.sets);
}

static void test_what_scores_do_not_tell(void **state) {
    (void)state;
    assert_not_told(term_of("unheard"));
    assert_not_told(term_in("a", KS_FIELD_TITLE));
    assert_not_told(pair_of(KS_PLAN_PHRASE, "a", "b"));
    assert_not_told(pair_of(KS_PLAN_NEAR, "a", "b"));
    assert_not_told(dates_of(20200101, 20201231));
    assert_not_told(node_of(KS_PLAN_ALL));
    assert_not_told(with(node_of(KS_PLAN_NOT), term_of("a")));
    assert_not_told(with(with(node_of(KS_PLAN_OR), term_of("a")), dates_of(20200101, 20201231)));
}

/* Each alternative more doubles the sets of their conjunction. */
static ks_plan_node *pairs(unsigned count) {
    ks_plan_node *all = node_of(KS_PLAN_AND);
    for (unsigned i = 0; i < count; i++)
        with(all,
             with(with(node_of(KS_PLAN_OR), term_of(words[i % WORDS])), term_of(words[(i + 1) % WORDS])));
    return all;
}

static void test_sets_are_few(void **state) {
    ks_plan plan;
    (void)state;
    assert_int_equal(check_tree(pairs(4), KS_MATCH_ANY, factors_of(&plan, term_of("a"))), 1);
    assert_not_told(pairs(5));
    assert_not_told(with(with(node_of(KS_PLAN_OR), pairs(4)), term_of("a")));
}

/* Only the first 64 scores have a bit. */
static void test_a_late_score(void **state) {
    char names[64][8];
    ks_plan plan = plan_of(term_of("a"));
    ks_factors factors;
    ks_either made = {0};
    bool told = true;
    (void)state;
    for (int i = 0; i < 64; i++) {
        snprintf(names[i], sizeof names[i], "none%d", i);
        score(&plan, names[i]);
    }
    score(&plan, "a");
    OK(ks_factors_make(&factors, &arena, &view, &plan, err));
    OK(ks_either_make(&made, &told, &arena, term_of("none63"), KS_MATCH_ALL, &factors, err));
    assert_true(told);
    assert_true(made.sets[0] == UINT64_C(1) << 63);
    OK(ks_either_make(&made, &told, &arena, term_of("a"), KS_MATCH_ALL, &factors, err));
    assert_false(told);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_WORDS(test_random_trees),
        WITH_WORDS(test_compound),
        WITH_WORDS(test_what_scores_do_not_tell),
        WITH_WORDS(test_sets_are_few),
        WITH_WORDS(test_a_late_score),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
