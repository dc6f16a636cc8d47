/* The clever passes against the exhaustive one: the same documents in the same order with the same scores,
 * and as many, for random plans over random leaves and over such as are awkward for skipping. */
#include "tests/native/searching.h"

#include "tests/support/soak.h"

#include "native/native.h"

enum { EVERYTHING = 100000 };

/* ---- Comparing ---- */

static const char *const way_names[WAYS] = {"exhaustive", "conjunction", "disjunction"};

static void compare_rank(const struct course *course, enum way way, const ks_pass *want, const ks_pass *got,
                         size_t rank) {
    const ks_candidate *a = &want->ranking.heap[rank], *b = &got->ranking.heap[rank];
    if (a->leaf == b->leaf && a->doc == b->doc && fabs(a->score - b->score) <= 1e-9) return;
    say_plan(course->plan);
    fail_msg("%s, %zu wanted, match %d: rank %zu is %u of leaf %td (%.12f), not %u of %td (%.12f)",
             way_names[way], got->ranking.capacity, (int)course->match, rank, b->doc, b->leaf - view.leaves,
             b->score, a->doc, a->leaf - view.leaves, a->score);
}

static void compare_count(const struct course *course, enum way way, const ks_pass *want, const ks_pass *got,
                          bool counting) {
    uint64_t limit = course->plan->count_limit;
    bool good = !counting                ? got->counted == 0
                : want->counted <= limit ? got->counted == want->counted
                                         : got->counted > limit && got->counted <= want->counted;
    if (good) return;
    say_plan(course->plan);
    fail_msg("%s, counting to %llu: %llu counted of %llu", way_names[way], (unsigned long long)limit,
             (unsigned long long)got->counted, (unsigned long long)want->counted);
}

/* `want` ranks and counts everything. */
static void compare_pass(struct course *course, enum way way, const ks_pass *want, size_t capacity,
                         bool counting) {
    ks_pass got = run_pass(course, way, capacity, counting, want);
    size_t count = want->ranking.count < capacity ? want->ranking.count : capacity;
    if (got.ranking.count != count) {
        say_plan(course->plan);
        fail_msg("%s, %zu wanted: %zu ranked, not %zu", way_names[way], capacity, got.ranking.count, count);
    }
    for (size_t i = 0; i < count; i++) compare_rank(course, way, want, &got, i);
    compare_count(course, way, want, &got, counting);
    ks_ranking_free(&got.ranking);
}

/* Every pass that is right for the plan, with many limits; returns how many passes were compared. */
static size_t compare_ways(ks_plan *plan, ks_match match, const ks_pass *ranked) {
    static const size_t capacities[] = {1, 10, 1000, 0};
    static const uint64_t limits[] = {0, 5, 1000, UINT64_MAX};
    struct course *course;
    ks_pass want;
    size_t compared = 0;
    plan->count_limit = UINT64_MAX;
    course = course_of(plan, match);
    want = run_pass(course, EXHAUSTIVE, EVERYTHING, true, ranked);
    if (ranked) want.ranked = ranked->ranked, want.ranked_count = ranked->ranked_count;
    for (enum way way = EXHAUSTIVE; way < WAYS; way++) {
        if (!is_right(course, way)) continue;
        for (size_t i = 0; i < 4; i++) {
            for (size_t j = 0; j < 4; j++) {
                plan->count_limit = limits[j];
                compare_pass(course, way, &want, capacities[i], true);
            }
            compare_pass(course, way, &want, capacities[i], false);
        }
        compared += way != EXHAUSTIVE;
    }
    ks_ranking_free(&want.ranking);
    return compared;
}

static int compare_places(const void *left, const void *right) {
    const ks_candidate *a = left, *b = right;
    if (a->leaf != b->leaf) return a->leaf < b->leaf ? -1 : 1;
    return (a->doc > b->doc) - (a->doc < b->doc);
}

/* Some of what matches, the best first among them, for a pass to leave out. */
static ks_pass some_ranked(const ks_plan *plan, ks_match match, uint64_t *random) {
    ks_plan all = *plan;
    ks_pass pass = {0}, found;
    all.count_limit = UINT64_MAX;
    found = run_pass(course_of(&all, match), EXHAUSTIVE, EVERYTHING, true, NULL);
    pass.ranked = room((found.ranking.count + 1) * sizeof *pass.ranked);
    for (size_t i = 0; i < found.ranking.count; i++)
        if (i < 5 || ks_test_below(random, 3) == 0) pass.ranked[pass.ranked_count++] = found.ranking.heap[i];
    qsort(pass.ranked, pass.ranked_count, sizeof *pass.ranked, compare_places);
    ks_ranking_free(&found.ranking);
    return pass;
}

/* ---- A search: tiers and pages ---- */

/* What the plan's answer is made of, by exhaustive passes: all the words first, then some. */
struct answer {
    ks_pass all, some;
    size_t count;
};

static struct answer answer_of(const ks_plan *plan) {
    ks_plan *whole = room(sizeof *whole);
    struct answer answer = {0};
    ks_pass *all = &answer.all;
    *whole = *plan;
    whole->count_limit = UINT64_MAX;
    *all = run_pass(course_of(whole, KS_MATCH_ALL), EXHAUSTIVE, EVERYTHING, true, NULL);
    all->ranked = room((all->ranking.count + 1) * sizeof *all->ranked);
    if (all->ranking.count) memcpy(all->ranked, all->ranking.heap, all->ranking.count * sizeof *all->ranked);
    all->ranked_count = all->ranking.count;
    qsort(all->ranked, all->ranked_count, sizeof *all->ranked, compare_places);
    answer.some = run_pass(course_of(whole, KS_MATCH_ANY), EXHAUSTIVE, EVERYTHING, true,
                           plan->match == KS_MATCH_AUTO ? all : NULL);
    answer.count = plan->match == KS_MATCH_ALL ? all->ranking.count : (size_t)answer.some.counted;
    return answer;
}

static const ks_candidate *rank_of(const struct answer *answer, const ks_plan *plan, size_t rank) {
    size_t first = plan->match == KS_MATCH_ANY ? 0 : answer->all.ranking.count;
    return rank < first ? &answer->all.ranking.heap[rank] : &answer->some.ranking.heap[rank - first];
}

static bool is_full(const struct answer *answer, const ks_candidate *hit) {
    return answer->all.ranked_count &&
           bsearch(hit, answer->all.ranked, answer->all.ranked_count, sizeof *hit, compare_places);
}

static void check_hit(const struct answer *answer, const ks_plan *plan, const ks_found *hit, size_t rank) {
    const ks_candidate *want = rank_of(answer, plan, rank);
    uint64_t doc = ((uint64_t)(want->leaf - view.leaves) << 32 | want->doc) + 1;
    if (hit->doc == doc && fabs(hit->score - want->score) <= 1e-9 &&
        (hit->tier == KS_TIER_ALL) == is_full(answer, want))
        return;
    say_plan(plan);
    fail_msg("offset %zu, limit %zu: rank %zu is %llx (%.12f, tier %d), not %llx (%.12f)", plan->offset,
             plan->limit, rank, (unsigned long long)hit->doc, hit->score, (int)hit->tier,
             (unsigned long long)doc, want->score);
}

static void compare_search(const ks_plan *plan) {
    struct answer answer = answer_of(plan);
    size_t left = answer.count > plan->offset ? answer.count - plan->offset : 0;
    ks_arena scratch = {0};
    ks_topk got;
    OK(ks_native_search(&view, plan, &scratch, &got, err));
    if (got.count != (left < plan->limit ? left : plan->limit)) say_plan(plan);
    assert_int_equal(got.count, left < plan->limit ? left : plan->limit);
    for (size_t i = 0; i < got.count; i++) check_hit(&answer, plan, &got.items[i], plan->offset + i);
    assert_int_equal(got.total_is_exact, answer.count <= plan->count_limit);
    assert_int_equal(got.total, got.total_is_exact ? answer.count : plan->count_limit);
    ks_topk_free(&got);
    ks_arena_free(&scratch);
    ks_ranking_free(&answer.all.ranking);
    ks_ranking_free(&answer.some.ranking);
}

/* Everything above with one plan. */
static size_t compare(ks_plan *plan, uint64_t *random) {
    static const uint64_t limits[] = {0, 5, 1000, UINT64_MAX};
    ks_match match = ks_test_below(random, 2) ? KS_MATCH_ALL : KS_MATCH_ANY;
    ks_sort sort = plan->sort;
    size_t compared;
    ks_pass ranked;
    view.unpacker = ks_test_below(random, 2) ? ks_unpacker_portable() : ks_unpacker_best();
    plan->sort = KS_SORT_SCORE;
    /* A tag may add to scores without being asked for as long as the words match as the plan says. */
    if (plan->match != KS_MATCH_AUTO) match = plan->match;
    compared = compare_ways(plan, match, NULL);
    if (ks_test_below(random, 3) == 0) {
        ranked = some_ranked(plan, match, random);
        compare_ways(plan, match, &ranked);
    }
    plan->sort = sort;
    for (int i = 0; i < 3; i++) {
        plan->offset = ks_test_below(random, 2) ? 0 : ks_test_below(random, 60);
        plan->limit = ks_test_below(random, 40);
        plan->count_limit = limits[ks_test_below(random, 4)];
        compare_search(plan);
    }
    return compared;
}

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

/* Each of them by every pass that is right, `ways` of them clever. */
static void compare_plan(ks_plan plan, ks_match match, size_t ways) {
    const ks_unpacker *unpackers[] = {ks_unpacker_portable(), ks_unpacker_best()};
    uint64_t random = 5;
    for (size_t i = 0; i < 2; i++) {
        ks_pass ranked;
        view.unpacker = unpackers[i];
        ranked = some_ranked(&plan, match, &random);
        assert_int_equal(compare_ways(&plan, match, NULL), ways);
        assert_int_equal(compare_ways(&plan, match, &ranked), ways);
    }
}

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
