/* Gathering the postings of many lists, compared with the exhaustive pass: documents that share a bucket,
 * sums that overflow, and damaged lists. passes_test.c has other leaves and plans. */
#include "tests/native/comparing.h"
#include "tests/native/gathering.h"

#include "tests/support/pieces.h"
#include "tests/support/soak.h"

/* Documents that are SHARE apart share a bucket as long as there are few postings. */
enum { DOCUMENTS = 20000, SHARE = 4096, WORDS = 24 };

static char words[WORDS][8];

/* Words 0 to 7 are all in document 5 and in those SHARE apart from it, and nowhere else; words 8 to 15 come
 * in stretches; the others are scattered. */
static bool has_word(size_t word, size_t number, uint64_t *random) {
    if (word < 8) return number % SHARE == 5;
    if (word < 16) return number / 100 % 40 == word && ks_test_below(random, 3);
    return ks_test_below(random, 2000) == 0;
}

static void put_tiny(ks_writer *writer, ks_arena *scratch, size_t number, uint64_t *random) {
    char id[16], body[4000] = "x", *end = body + 1;
    ks_test_spec spec = {.id = id, .day = 20140101, .order = DOCUMENTS - number, .values = "kind:blog"};
    ks_document document;
    snprintf(id, sizeof id, "%zu", number);
    for (size_t i = 0; i < WORDS; i++)
        for (size_t times = has_word(i, number, random) ? 1 + ks_test_below(random, 9) : 0; times > 0;
             times--)
            end += sprintf(end, " %s", words[i]);
    spec.fields[ks_test_below(random, 4) ? KS_FIELD_BODY : KS_FIELD_TITLE] = body;
    document = ks_test_document(scratch, &spec);
    put(writer, &document);
    ks_arena_reset(scratch);
}

static int set_up_leaf(void **state) {
    for (size_t i = 0; i < WORDS; i++) snprintf(words[i], sizeof words[i], "w%zu", i);
    return set_up_one_leaf(state, DOCUMENTS, put_tiny, 131);
}

#define ON_LEAF(test) cmocka_unit_test_setup_teardown(test, set_up_leaf, tear_down)

/* A disjunction of the words [from, to). */
static ks_plan plan_of_words(size_t from, size_t to) {
    ks_plan_node *any = node_of(KS_PLAN_OR);
    ks_plan plan = plan_of(any);
    for (size_t i = from; i < to; i++) {
        with(any, term_of(words[i]));
        score(&plan, words[i]);
    }
    return plan;
}

/* ---- Which leaves ---- */

/* gather_windows_test.c has more postings. */
static void test_suits(void **state) {
    ks_plan few = plan_of_words(8, 8 + KS_GATHER_LISTS - 1), enough = plan_of_words(8, 8 + KS_GATHER_LISTS);
    (void)state;
    assert_false(suits(&few, true));
    assert_true(suits(&enough, true));
    score(&few, "missing"); /* no list of this leaf */
    assert_false(suits(&few, true));
    score_in(&few, words[20], KS_FIELD_ANY, 0); /* nor does this one score */
    assert_false(suits(&few, true));
}

/* ---- Shared buckets ---- */

static void compare_part(size_t from, size_t to) {
    compare_plan(plan_of_words(from, to), KS_MATCH_ANY, 1);
}

static void test_shared_buckets(void **state) {
    uint64_t random = ks_test_seed(132);
    (void)state;
    compare_part(0, 8); /* five documents, one bucket */
    compare_part(0, WORDS);
    compare_part(8, 16);
    compare_part(16, WORDS);
    delete_document(0, 5 + SHARE);
    compare_part(0, 8);
    delete_at_random(&random);
    compare_part(0, WORDS);
    for (size_t i = 0; i < DOCUMENTS; i++) delete_document(0, (uint32_t)i);
    compare_part(0, WORDS);
}

/* All lists together give a document nearly what a sum can hold; five in one bucket are too much. */
static void test_sums_that_overflow(void **state) {
    static const double weights[] = {1e-9, 1, 1e9};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        ks_plan plan = plan_of(node_of(KS_PLAN_OR));
        for (size_t j = 0; j < WORDS; j++) {
            with((ks_plan_node *)(uintptr_t)plan.root, term_of(words[j]));
            score_in(&plan, words[j], KS_FIELD_ANY, j < 8 ? weights[i] : weights[2 - i]);
        }
        compare_plan(plan, KS_MATCH_ANY, 1);
    }
}

/* ---- Fields, and many plans ---- */

static void test_random_plans(void **state) {
    uint64_t random = ks_test_seed(133);
    size_t plans = ks_test_share(200, 20, 3);
    (void)state;
    for (size_t i = 0; i < plans; i++) {
        ks_plan plan = plan_of(node_of(KS_PLAN_OR));
        for (size_t wanted = 2 + ks_test_below(&random, 15); plan.score_count < wanted;) {
            const char *word = words[ks_test_below(&random, WORDS)];
            ks_field field = ks_test_below(&random, 3) ? KS_FIELD_ANY : KS_FIELD_TITLE;
            add_scoring(&plan, (ks_plan_node *)(uintptr_t)plan.root, word, field,
                        (double)(1 + ks_test_below(&random, 20)) / 5);
        }
        if (i == plans / 2) delete_at_random(&random);
        compare_plan(plan, KS_MATCH_ANY, 1);
        ks_arena_reset(&arena);
    }
}

/* ---- What fails ---- */

static ks_status gather_once(void *context, ks_error *error) {
    return gather_first(context, true, error);
}

static void test_every_piece_may_fail(void **state) {
    ks_plan plan = plan_of_words(0, WORDS);
    (void)state;
    assert_true(ks_test_each_piece(gather_once, course_of(&plan, KS_MATCH_ANY)) > 10);
}

/* An entry that leads outside of the segment, or to bytes that are no list. */
static void test_damaged_entries(void **state) {
    ks_plan plan = plan_of_words(0, WORDS);
    struct course *course = course_of(&plan, KS_MATCH_ANY);
    (void)state;
    for (size_t i = 0; i < WORDS; i++) {
        ks_dict_entry *entry = &course->factors.entries[i], good = *entry;
        ks_error error = {0};
        entry->documents = 1;
        entry->doc = DOCUMENTS;
        assert_int_equal(gather_once(course, &error), KS_ERR_CORRUPT);
        entry->documents = DOCUMENTS + 1;
        assert_int_equal(gather_once(course, &error), KS_ERR_CORRUPT);
        *entry = good;
        entry->postings = UINT64_MAX / 2;
        assert_int_equal(gather_once(course, &error), KS_ERR_CORRUPT);
        *entry = good;
        OK(gather_once(course, err));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_LEAF(test_suits),        ON_LEAF(test_shared_buckets),       ON_LEAF(test_sums_that_overflow),
        ON_LEAF(test_random_plans), ON_LEAF(test_every_piece_may_fail), ON_LEAF(test_damaged_entries)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
