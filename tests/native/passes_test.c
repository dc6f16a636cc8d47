/* The clever passes against the exhaustive one: the same documents in the same order with the same scores,
 * and as many, for random plans over random leaves and over such as are awkward for skipping. */
#include "tests/native/comparing.h"

#include "native/native.h"
#include "tests/support/soak.h"

/* ---- Random documents ---- */

static void put_random(size_t leaf, size_t count, bool by_day, uint64_t *random) {
    ks_writer *writer = write_leaf();
    ks_arena scratch = {0};
    for (size_t i = 0; i < count; i++) {
        char id[40];
        ks_document document;
        snprintf(id, sizeof id, "%zu/%zu", leaf, i);
        document = ks_test_random_document(&scratch, id, random);
        if (by_day) document.order = (uint64_t)document.day << 32 | ks_test_below(random, 9);
        put(writer, &document);
        ks_arena_reset(&scratch);
    }
    ks_arena_free(&scratch);
    finish_leaf(writer);
}

static void test_random(void **state) {
    static const char *const ids[] = {"0/0", "0/17", "1/3", "2/500", "nothing"};
    static const size_t sizes[] = {900, 1, 130, 400};
    uint64_t random = ks_test_seed(20);
    size_t plans = ks_test_share(3000, 400, 60), compared = 0;
    (void)state;
    for (size_t i = 0; i < 4; i++) put_random(i, sizes[i], i % 2 == 0, &random);
    open_view();
    assert_int_equal(view.count, 4);
    assert_true(view.leaves[0].segment->days_descend);
    for (size_t i = 0; i < plans; i++) {
        ks_plan plan = ks_test_random_plan(&arena, &random, ids, 5);
        if (i == plans / 2) delete_at_random(&random);
        compared += compare(&plan, &random);
        ks_arena_reset(&arena);
    }
    assert_true(compared > plans / 4);
}

/* ---- Awkward documents ----
 *
 * t0 to t29: each rarer than the one before; `every` is in all documents, `rare` in few; `asc` the more
 * often, and so scoring the higher, the greater the number of the document is; all documents with `flat`
 * alone score the same. A tag is given where its word stands in the tags. Some documents are very short. */

enum { TERMS = 30 };

static const char *const terms[TERMS] = {
    "t0",  "t1",  "t2",  "t3",  "t4",  "t5",  "t6",  "t7",  "t8",  "t9",  "t10", "t11", "t12", "t13", "t14",
    "t15", "t16", "t17", "t18", "t19", "t20", "t21", "t22", "t23", "t24", "t25", "t26", "t27", "t28", "t29"};

static void add_times(ks_buffer *text, const char *word, size_t times) {
    while (times--) ks_buffer_format(text, "%s ", word);
}

static void add_terms(ks_buffer fields[KS_TEXT_FIELDS], ks_buffer *values, uint64_t *random) {
    for (size_t i = 0; i < TERMS; i++) {
        size_t field = ks_test_below(random, KS_TEXT_FIELDS);
        if (ks_test_below(random, 1 + i * i / 2)) continue;
        add_times(&fields[field], terms[i], 1 + ks_test_below(random, 1 + ks_test_below(random, 12)));
        if (field == KS_FIELD_TAGS) ks_buffer_format(values, "tag:%s ", terms[i]);
    }
}

static ks_document awkward(ks_arena *scratch, size_t leaf, size_t number, size_t count, uint64_t *random) {
    ks_buffer fields[KS_TEXT_FIELDS] = {{0}}, values = {0};
    size_t ascending = 1 + number * 60 / count;
    char id[40];
    ks_test_spec spec = {.id = id, .day = 20140101 + (uint32_t)((count - number) * 27 / count)};
    ks_document document;
    snprintf(id, sizeof id, "%zu/%06zu", leaf, number);
    spec.order = (uint64_t)spec.day << 32 | (count - number); /* the number is that in the leaf */
    ks_buffer_format(&values, number % 3 ? "kind:blog " : "kind:tweet ");
    add_times(&fields[KS_FIELD_BODY], "every", 1);
    if (number % 5 == 0) {
        add_times(&fields[KS_FIELD_BODY], "asc", ascending);
        add_times(&fields[KS_FIELD_BODY], "filler", 60 - ascending);
    } else if (number % 5 == 1) {
        add_times(&fields[KS_FIELD_TITLE], "flat", 1);
    } else if (number % 5 == 2 && ks_test_below(random, 3)) {
        add_times(&fields[KS_FIELD_BODY], "every", ks_test_below(random, 3)); /* short ones */
    } else {
        add_terms(fields, &values, random);
    }
    if (ks_test_below(random, 300) == 0) add_times(&fields[KS_FIELD_SUMMARY], "rare", 2);
    for (int i = 0; i < KS_TEXT_FIELDS; i++) /* the document points into them */
        if (fields[i].data) spec.fields[i] = ks_arena_copy(scratch, fields[i].data, fields[i].size);
    spec.values = ks_arena_copy(scratch, values.data, values.size);
    document = ks_test_document(scratch, &spec);
    for (int i = 0; i < KS_TEXT_FIELDS; i++) ks_buffer_free(&fields[i]);
    ks_buffer_free(&values);
    return document;
}

static void put_awkward(size_t leaf, size_t count, uint64_t *random) {
    ks_writer *writer = write_leaf();
    ks_arena scratch = {0};
    for (size_t i = 0; i < count; i++) {
        ks_document document = awkward(&scratch, leaf, i, count, random);
        put(writer, &document);
        ks_arena_reset(&scratch);
    }
    ks_arena_free(&scratch);
    finish_leaf(writer);
}

/* ---- Plans for them ---- */

static const char *some_term(uint64_t *random) {
    static const char *const others[] = {"every", "rare", "asc", "flat", "filler", "missing"};
    if (ks_test_below(random, 3) == 0) return others[ks_test_below(random, 6)];
    return terms[ks_test_below(random, ks_test_below(random, 2) ? 6 : TERMS)];
}

static ks_field some_field(uint64_t *random) {
    return ks_test_below(random, 4) ? KS_FIELD_ANY : (ks_field)ks_test_below(random, KS_TEXT_FIELDS);
}

/* Whatever has the tag has its word. */
static void score_tag(ks_plan *plan, const char *word, uint64_t *random) {
    char tag[16];
    int size = snprintf(tag, sizeof tag, "%s%s", ks_exact_prefix(KS_EXACT_TAG), word);
    static const double boosts[] = {1, 3, 0.5, 0};
    score_in(plan, ks_arena_copy(&arena, tag, (size_t)size), KS_FIELD_ANY, boosts[ks_test_below(random, 4)]);
}

/* Words at the top of the plan, with their scores; all of them where there are many. */
static ks_plan_node *some_words(ks_plan *plan, size_t count, uint64_t *random) {
    static const double weights[] = {1, 1, 1, 1, 1, 3, 0.01, 0};
    ks_plan_node *words = node_of(ks_test_below(random, 4) ? KS_PLAN_WORDS : KS_PLAN_OR);
    for (size_t i = 0; i < count; i++) {
        const char *text = count < TERMS ? some_term(random) : terms[i];
        ks_field field = some_field(random);
        double weight = weights[ks_test_below(random, 8)];
        with(words, term_in(text, field));
        score_in(plan, text, field, weight);
        if (text[0] == 't' && field == KS_FIELD_ANY && ks_test_below(random, 2))
            score_tag(plan, text, random);
    }
    return words;
}

static ks_plan_node *some_filter(ks_plan *plan, uint64_t *random) {
    const char *text = some_term(random);
    ks_field field = some_field(random);
    switch (ks_test_below(random, 9)) {
    case 0: return dates_of(20140101 + (uint32_t)ks_test_below(random, 27), 20140127);
    case 1: return dates_of(20140105, 20140105 + (uint32_t)ks_test_below(random, 20));
    case 2: return term_of(ks_test_below(random, 2) ? "XKblog" : "XKtweet");
    case 3: return with(node_of(KS_PLAN_NOT), term_of(text));
    case 4: return pair_of(ks_test_below(random, 2) ? KS_PLAN_PHRASE : KS_PLAN_NEAR, text, text);
    case 5: return with(with(node_of(KS_PLAN_OR), term_of(text)), term_of(some_term(random)));
    case 6: score_in(plan, text, field, 1); return term_in(text, field);
    case 7: score_in(plan, "Kt1", KS_FIELD_ANY, 2); return term_of("Kt1");
    default: return term_in(text, field);
    }
}

static ks_plan some_plan(uint64_t *random) {
    static const size_t counts[] = {1, 2, 2, 3, 3, 5, 12, TERMS};
    ks_plan plan = plan_of(NULL);
    ks_plan_node *root = some_words(&plan, counts[ks_test_below(random, 8)], random);
    if (ks_test_below(random, 2)) {
        root = with(node_of(KS_PLAN_AND), root);
        for (size_t left = ks_test_below(random, 3); left > 0; left--) with(root, some_filter(&plan, random));
    }
    plan.root = root;
    plan.match = (ks_match)ks_test_below(random, 3);
    return plan;
}

static void compare_awkward(size_t plans, uint64_t *random) {
    for (size_t i = 0; i < plans; i++) {
        ks_plan plan = some_plan(random);
        compare(&plan, random);
        ks_arena_reset(&arena);
    }
}

static void test_awkward(void **state) {
    uint64_t random = ks_test_seed(21);
    size_t plans = ks_test_share(1500, 150, 20);
    (void)state;
    put_awkward(0, 2000, &random);
    put_awkward(1, 700, &random);
    put_awkward(2, 90, &random);
    open_view();
    assert_int_equal(view.count, 3);
    compare_awkward(plans, &random);
    delete_at_random(&random);
    compare_awkward(plans, &random);
}

/* ---- Hand-made plans for the same documents ---- */

static ks_plan words_of(const char *const *list, size_t count) {
    ks_plan_node *words = node_of(KS_PLAN_WORDS);
    ks_plan plan = plan_of(words);
    for (size_t i = 0; i < count; i++) {
        with(words, term_of(list[i]));
        score(&plan, list[i]);
    }
    return plan;
}

/* Scores that rise with the documents: whatever was found first is displaced. Or that are all the same. */
static void test_rising_and_equal(void **state) {
    static const char *const pairs[][2] = {
        {"asc", "flat"}, {"asc", "every"}, {"flat", "every"}, {"rare", "every"}, {"rare", "asc"}};
    uint64_t random = ks_test_seed(22);
    (void)state;
    put_awkward(0, 3000, &random);
    put_awkward(1, 300, &random);
    open_view();
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        ks_plan plan = words_of(pairs[i], 2);
        compare_plan(plan, KS_MATCH_ANY, 1);
        compare_plan(plan, KS_MATCH_ALL, 1);
        plan.root = term_of(pairs[i][0]);
        plan.score_count = 1;
        compare_plan(plan, KS_MATCH_ANY, 2); /* one term is both */
    }
    compare_plan(words_of(terms, TERMS), KS_MATCH_ANY, 1);
}

/* The rising ones have risen, and the flat ones are as equal as they are said to be. */
static void test_awkward_is_awkward(void **state) {
    const char *const asc = "asc", *const flat = "flat";
    uint64_t random = ks_test_seed(23);
    ks_plan rising = words_of(&asc, 1), equal = words_of(&flat, 1);
    ks_pass pass;
    (void)state;
    put_awkward(0, 2000, &random);
    open_view();
    pass = run_pass(course_of(&rising, KS_MATCH_ALL), EXHAUSTIVE, 20, true, NULL);
    assert_true(pass.ranking.heap[0].doc > 1900);
    ks_ranking_free(&pass.ranking);
    pass = run_pass(course_of(&equal, KS_MATCH_ALL), DISJUNCTION, 300, true, NULL);
    for (uint32_t i = 1; i < 200; i++) {
        assert_true(pass.ranking.heap[i].score <= pass.ranking.heap[i - 1].score);
        if (pass.ranking.heap[i].score == pass.ranking.heap[i - 1].score)
            assert_true(pass.ranking.heap[i].doc > pass.ranking.heap[i - 1].doc);
    }
    ks_ranking_free(&pass.ranking);
}

/* A term in every document weighs the least that one can; documents shorter than half the average count as
 * that long. */
static void test_least_weights(void **state) {
    const char *const every = "every";
    uint64_t random = ks_test_seed(24);
    ks_plan plan = words_of(&every, 1);
    struct course *course;
    (void)state;
    put_awkward(0, 1500, &random);
    open_view();
    course = course_of(&plan, KS_MATCH_ANY);
    assert_int_equal(course->factors.documents[0], 1500);
    assert_true(course->factors.values[0] > 0 && course->factors.values[0] < 0.01);
    assert_true(course->factors.norm.least > 2);
    compare_plan(plan, KS_MATCH_ANY, 2);
}

/* Nothing is left in the leaf, or in the index. */
static void test_all_deleted(void **state) {
    static const char *const list[] = {"asc", "every", "t1"};
    uint64_t random = ks_test_seed(25);
    ks_plan plan = words_of(list, 3);
    (void)state;
    put_awkward(0, 400, &random);
    put_awkward(1, 300, &random);
    open_view();
    for (uint32_t doc = 0; doc < 400; doc++) delete_document(0, doc);
    compare_plan(plan, KS_MATCH_ANY, 1);
    compare_plan(plan, KS_MATCH_ALL, 1);
    for (uint32_t doc = 0; doc < 299; doc++) delete_document(1, doc);
    compare_plan(plan, KS_MATCH_ANY, 1);
    compare_plan(plan, KS_MATCH_ALL, 1);
}

/* Leaves that are longer than a window, and lists with wide gaps. */
static void test_long_leaf(void **state) {
    static const char *const rare[] = {"rare", "t29", "t28"}, *const sparse[] = {"t11", "every", "t0"};
    uint64_t random = ks_test_seed(26);
    (void)state;
    put_awkward(0, 10000, &random);
    put_awkward(1, 200, &random);
    open_view();
    compare_plan(words_of(rare, 2), KS_MATCH_ANY, 1);
    compare_plan(words_of(rare, 3), KS_MATCH_ANY, 1);
    compare_plan(words_of(rare, 2), KS_MATCH_ALL, 1);
    compare_plan(words_of(sparse, 2), KS_MATCH_ALL, 1); /* a block of the first spans more than a window */
    compare_plan(words_of(sparse, 3), KS_MATCH_ALL, 1);
    compare_plan(words_of(terms, TERMS), KS_MATCH_ANY, 1);
    compare_plan(words_of(terms + 18, TERMS - 18), KS_MATCH_ANY, 1);
    delete_at_random(&random);
    compare_plan(words_of(terms + 10, TERMS - 10), KS_MATCH_ANY, 1);
    compare_awkward(ks_test_share(400, 40, 5), &random);
}

/* More scores than fit a word of bits, in front of those of the words. */
static void test_many_scores(void **state) {
    ks_plan_node *words = with(with(node_of(KS_PLAN_WORDS), term_of("every")), term_of("asc"));
    uint64_t random = ks_test_seed(27);
    (void)state;
    put_awkward(0, 700, &random);
    open_view();
    for (size_t before = 60; before <= 66; before++) {
        ks_plan plan = plan_of(words);
        for (size_t i = 0; plan.score_count < before; i++)
            score_in(&plan, terms[i / KS_TEXT_FIELDS], (ks_field)(i % KS_TEXT_FIELDS), 0.01);
        score(&plan, "every");
        score(&plan, "asc");
        plan.limit = 300;
        for (ks_match match = KS_MATCH_AUTO; match <= KS_MATCH_ANY; match++) {
            plan.match = match;
            compare_search(&plan);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {IN_FOLDER(test_random),           IN_FOLDER(test_awkward),
                                       IN_FOLDER(test_rising_and_equal), IN_FOLDER(test_awkward_is_awkward),
                                       IN_FOLDER(test_least_weights),    IN_FOLDER(test_all_deleted),
                                       IN_FOLDER(test_long_leaf),        IN_FOLDER(test_many_scores)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
