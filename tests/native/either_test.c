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

/* All words score, and the index of its score is its number. */
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

/* ---- Scores that lead to every match ---- */

/* Of a set's words the one in the fewest documents is among the leads. */
static void check_lead(uint64_t set, uint64_t leads, const ks_factors *factors) {
    uint64_t fewest = UINT64_MAX;
    for (size_t i = 0; i < WORDS; i++)
        if (set >> i & 1 && factors->documents[i] < fewest) fewest = factors->documents[i];
    for (size_t i = 0; i < WORDS; i++)
        if (set >> i & leads >> i & 1 && factors->documents[i] == fewest) return;
    fail_msg("set %llx has no lead of %llu documents", (unsigned long long)set, (unsigned long long)fewest);
}

/* Whatever meets the condition holds a lead, and no lead is there without a set that it is the best of. */
static size_t check_leads(const ks_plan_node *root, ks_match match, const ks_factors *factors) {
    ks_either either = {0};
    bool told = false, empty = false;
    uint64_t leads, documents = 7, sum = 0, all = 0;
    OK(ks_either_make(&either, &told, &arena, root, match, factors, err));
    if (!told) return 0;
    leads = ks_either_leads(&either, factors, &documents);
    for (size_t i = 0; i < either.count; i++) empty = empty || either.sets[i] == 0;
    assert_int_equal(leads == 0, empty || either.count == 0);
    if (!leads) return 0;
    for (uint64_t held = 0; held < 1u << WORDS; held++)
        if (matches(root, match, held)) assert_true(held & leads);
    for (size_t i = 0; i < WORDS; i++)
        if (leads >> i & 1) sum += factors->documents[i];
    assert_int_equal(documents, sum);
    for (size_t i = 0; i < either.count; i++) {
        check_lead(either.sets[i], leads, factors);
        all |= either.sets[i];
    }
    assert_int_equal(leads & ~all, 0);
    assert_true((size_t)__builtin_popcountll(leads) <= either.count);
    return 1;
}

static void test_leads_of_random_trees(void **state) {
    uint64_t random = ks_test_seed(42);
    size_t led = 0;
    (void)state;
    for (int round = 0; round < 1000; round++) {
        ks_plan_node *root = random_tree(&random, DEPTH);
        ks_plan plan;
        const ks_factors *factors = factors_of(&plan, root);
        for (size_t i = 0; i < WORDS; i++) factors->documents[i] = 1 + ks_test_below(&random, 20);
        led += check_leads(root, KS_MATCH_ALL, factors) + check_leads(root, KS_MATCH_ANY, factors);
        ks_arena_reset(&arena);
    }
    assert_true(led > 1000); /* of 2000 */
}

/* Sets by hand, words in as many documents as are given: which lead, in how many. */
static void assert_leads(const uint64_t *sets, size_t count, const char *documents, uint64_t want,
                         uint64_t want_documents) {
    uint64_t numbers[64], got = 7;
    ks_factors factors = {.documents = numbers};
    ks_either either = {.count = count, .sets = room((count + 1) * sizeof *either.sets)};
    for (size_t i = 0; i < 64; i++) numbers[i] = i < strlen(documents) ? (uint64_t)(documents[i] - '0') : 9;
    if (count) memcpy(either.sets, sets, count * sizeof *sets);
    assert_true(ks_either_leads(&either, &factors, &got) == want);
    assert_int_equal(got, want_documents);
}

static void test_leads_by_hand(void **state) {
    const uint64_t apart[] = {3, 12}, shared[] = {3, 6, 4}, high[] = {UINT64_C(3) << 62, 1};
    (void)state;
    assert_leads(apart, 2, "2143", 10, 4); /* the second and the fourth */
    assert_leads(shared, 3, "314", 6, 5);  /* the second is the best of two sets, and counts once */
    assert_leads(shared, 1, "05", 1, 0);   /* a word that no document has */
    assert_leads(high, 2, "1", UINT64_C(1) << 62 | 1, 10);
    assert_leads((uint64_t[]){0, 3}, 2, "11", 0, 0); /* what asks for nothing has no leads */
    assert_leads(NULL, 0, "11", 0, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_WORDS(test_random_trees),
        WITH_WORDS(test_compound),
        WITH_WORDS(test_what_scores_do_not_tell),
        WITH_WORDS(test_sets_are_few),
        WITH_WORDS(test_a_late_score),
        WITH_WORDS(test_leads_of_random_trees),
        WITH_WORDS(test_leads_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
