/* Compounds, which match by one word or by some others together: passes that are led by the lists of which
 * each match holds one, and any-word hits that hold all the words, against the exhaustive pass. */
#include "tests/native/comparing.h"

#include "tests/support/soak.h"

enum { LEAVES = 4, WORDS = 14 };

static const char *const words[WORDS] = {"w0", "w1", "w2", "w3",  "w4",  "w5",  "w6",
                                         "w7", "w8", "w9", "w10", "w11", "w12", "w13"};

/* The greater its number the rarer a word is. Those from w8 on are each missing in some leaf; in the last one
 * there is none of them. */
static bool has_word(size_t leaf, size_t word, uint64_t *random) {
    if (ks_test_below(random, 2 + word * word)) return false;
    return word < 8 || (leaf != LEAVES - 1 && (leaf + word) % 3 != 0);
}

static void put_words(ks_writer *writer, size_t leaf, size_t number, uint64_t *random) {
    char id[40], texts[2][800] = {"", ""};
    ks_arena scratch = {0};
    ks_test_spec spec = {.id = id, .day = 20140101 + (uint32_t)number % 28, .order = number};
    ks_document document;
    snprintf(id, sizeof id, "%zu/%zu", leaf, number);
    for (size_t i = 0; i < WORDS; i++) {
        char *text = texts[ks_test_below(random, 3) == 0];
        if (!has_word(leaf, i, random)) continue;
        for (size_t times = 1 + ks_test_below(random, 1 + ks_test_below(random, 5)); times > 0; times--) {
            strcat(text, words[i]);
            strcat(text, ks_test_below(random, 3) ? " " : " x ");
        }
    }
    spec.values = number % 3 ? "kind:blog" : "kind:tweet";
    spec.fields[KS_FIELD_BODY] = texts[0];
    spec.fields[KS_FIELD_TITLE] = texts[1];
    document = ks_test_document(&scratch, &spec);
    put(writer, &document);
    ks_arena_free(&scratch);
}

static int set_up_words(void **state) {
    static const size_t sizes[LEAVES] = {1500, 300, 40, 500};
    uint64_t random = 101;
    if (set_up(state)) return -1;
    for (size_t leaf = 0; leaf < LEAVES; leaf++) {
        ks_writer *writer = write_leaf();
        for (size_t i = 0; i < sizes[leaf]; i++) put_words(writer, leaf, i, &random);
        finish_leaf(writer);
    }
    open_view();
    assert_int_equal(view.count, LEAVES);
    return 0;
}

#define ON_WORDS(test) cmocka_unit_test_setup_teardown(test, set_up_words, tear_down)

/* ---- Plans ---- */

/* A word of [from, to) that scores, now and then in a field; sometimes as another field's, and so not. */
static ks_plan_node *some_word(ks_plan *plan, size_t from, size_t to, uint64_t *random) {
    static const double weights[] = {1, 1, 2, 0.25};
    const char *word = words[from + ks_test_below(random, to - from)];
    ks_field field = ks_test_below(random, 8) ? KS_FIELD_ANY : KS_FIELD_BODY;
    if (ks_test_below(random, 40)) score_in(plan, word, field, weights[ks_test_below(random, 4)]);
    return term_in(word, field);
}

/* All of two or three words, some of them frequent. */
static ks_plan_node *some_parts(ks_plan *plan, ks_plan_kind kind, uint64_t *random) {
    ks_plan_node *parts = node_of(kind);
    for (size_t left = 2 + ks_test_below(random, 2); left > 0; left--)
        with(parts, some_word(plan, ks_test_below(random, 9), WORDS, random));
    return parts;
}

/* A word or its parts, or several of such. */
static ks_plan_node *some_compound(ks_plan *plan, unsigned depth, uint64_t *random) {
    ks_plan_node *either = node_of(KS_PLAN_OR);
    for (size_t left = 1 + ks_test_below(random, 2); left > 0; left--)
        with(either, some_parts(plan, ks_test_below(random, 3) ? KS_PLAN_AND : KS_PLAN_WORDS, random));
    if (ks_test_below(random, 4)) with(either, some_word(plan, 3, WORDS, random));
    if (depth && ks_test_below(random, 3) == 0)
        with(either, with(with(node_of(KS_PLAN_AND), some_word(plan, 0, 8, random)),
                          some_compound(plan, depth - 1, random)));
    return either;
}

static ks_plan_node *some_condition(ks_plan *plan, uint64_t *random) {
    switch (ks_test_below(random, 7)) {
    case 0: return dates_of(20140105, 20140105 + (uint32_t)ks_test_below(random, 20));
    case 1: return term_of(ks_test_below(random, 2) ? "XKblog" : "XKtweet");
    case 2: return with(node_of(KS_PLAN_NOT), term_of(words[ks_test_below(random, WORDS)]));
    case 3: return pair_of(ks_test_below(random, 2) ? KS_PLAN_PHRASE : KS_PLAN_NEAR, "w0", "w1");
    case 4: return term_of("x"); /* which does not score */
    default: return some_word(plan, 0, 8, random);
    }
}

static ks_plan some_plan(uint64_t *random) {
    ks_plan plan = plan_of(NULL);
    ks_plan_node *root = node_of(ks_test_below(random, 3) ? KS_PLAN_WORDS : KS_PLAN_AND);
    for (size_t left = 1 + ks_test_below(random, 2); left > 0; left--)
        with(root, some_compound(&plan, 2, random));
    if (ks_test_below(random, 2)) with(root, some_word(&plan, 0, 6, random));
    if (ks_test_below(random, 2)) root = with(node_of(KS_PLAN_AND), root);
    for (size_t left = ks_test_below(random, 3); left > 0 && root->kind == KS_PLAN_AND; left--)
        with(root, some_condition(&plan, random));
    plan.root = root;
    plan.match = (ks_match)ks_test_below(random, 3);
    return plan;
}

/* ---- Random plans ---- */

struct tally {
    size_t alone, beside; /* plans with leads, without and with words that are needed besides */
};

static void note_route(struct tally *tally, const ks_plan *plan) {
    const ks_route *route = &course_of(plan, KS_MATCH_ALL)->route;
    tally->alone += route->leads && route->required_count == 0;
    tally->beside += route->leads && route->required_count > 0;
}

static void compare_some(size_t plans, struct tally *tally, uint64_t *random) {
    for (size_t i = 0; i < plans; i++) {
        ks_plan plan = some_plan(random);
        note_route(tally, &plan);
        compare(&plan, random);
        ks_arena_reset(&arena);
    }
}

static void test_random(void **state) {
    uint64_t random = ks_test_seed(102);
    size_t plans = ks_test_share(2000, 120, 20);
    struct tally tally = {0};
    (void)state;
    compare_some(plans, &tally, &random);
    delete_at_random(&random);
    compare_some(plans, &tally, &random);
    assert_true(tally.alone > plans / 4 && tally.beside > plans / 4);
}

/* ---- By hand ---- */

static ks_plan_node *both(ks_plan_kind kind, ks_plan_node *first, ks_plan_node *second) {
    return with(with(node_of(kind), second), first);
}

/* The plan, in which all words score. */
static ks_plan scored(ks_plan_node *root) {
    ks_plan plan = plan_of(root);
    for (size_t i = 0; i < WORDS; i++) score(&plan, words[i]);
    return plan;
}

static ks_plan_node *pair(const char *first, const char *second) {
    return both(KS_PLAN_AND, term_of(first), term_of(second));
}

/* The words that lead the plan, one behind the other; and what its passes say is the same. */
static void check_led(ks_plan_node *root, const char *leads) {
    ks_plan plan = scored(root);
    const struct course *course = course_of(&plan, KS_MATCH_ALL);
    char got[80] = "";
    for (size_t i = 0; i < WORDS; i++)
        if (course->route.leads >> i & 1) strcat(strcat(got, got[0] ? " " : ""), words[i]);
    assert_string_equal(got, leads);
    assert_true(leads[0] == '\0' || is_right(course, CONJUNCTION));
    compare_plan(plan, KS_MATCH_ALL,
                 (size_t)is_right(course, CONJUNCTION) + (size_t)is_right(course, DISJUNCTION));
}

/* Leads that are in all leaves, in some, in none; that are fewer than what is needed, or more. */
static void test_leads(void **state) {
    (void)state;
    check_led(both(KS_PLAN_OR, pair("w0", "w7"), pair("w1", "w6")), "w6 w7");
    check_led(both(KS_PLAN_OR, pair("w0", "w12"), term_of("w10")), "w10 w12");
    check_led(both(KS_PLAN_OR, pair("w9", "w12"), pair("w9", "w12")), "w12");
    check_led(both(KS_PLAN_AND, both(KS_PLAN_OR, pair("w2", "w9"), term_of("w13")), term_of("w1")), "w9 w13");
    check_led(both(KS_PLAN_AND, both(KS_PLAN_OR, pair("w0", "w2"), term_of("w3")), term_of("w7")), "w2 w3");
    check_led(both(KS_PLAN_OR, pair("w0", "missing"), term_of("w10")), "");
    delete_document(1, 0);
    check_led(
        both(KS_PLAN_AND, both(KS_PLAN_OR, term_of("w9"), term_of("w10")), dates_of(20140101, 20140115)),
        "w9 w10");
}

/* A lead that is needed as well: what is needed is read. */
static void test_leads_that_are_needed(void **state) {
    (void)state;
    check_led(both(KS_PLAN_AND, both(KS_PLAN_OR, pair("w5", "w9"), term_of("w8")), term_of("w9")), "w8 w9");
    check_led(both(KS_PLAN_AND, both(KS_PLAN_OR, pair("w1", "w4"), term_of("w6")), term_of("w6")), "w4 w6");
    check_led(both(KS_PLAN_AND, both(KS_PLAN_OR, pair("w1", "w4"), term_of("w6")), pair("w1", "w0")),
              "w4 w6");
}

/* Phrases are told by reading what is needed; what is asked for besides is asked all the same. */
static void test_leads_and_conditions(void **state) {
    const char *const kinds[] = {"XKblog", "XKtweet", "XKnone"};
    (void)state;
    check_led(both(KS_PLAN_AND, both(KS_PLAN_OR, pair("w2", "w9"), term_of("w8")),
                   pair_of(KS_PLAN_PHRASE, "w0", "w0")),
              "w8 w9");
    check_led(both(KS_PLAN_AND, both(KS_PLAN_OR, pair("w2", "w9"), term_of("w8")),
                   pair_of(KS_PLAN_NEAR, "w0", "w1")),
              "w8 w9");
    check_led(both(KS_PLAN_AND, both(KS_PLAN_OR, pair("w2", "w9"), term_of("w7")),
                   with(node_of(KS_PLAN_NOT), term_of("w0"))),
              "w7 w9");
    for (size_t i = 0; i < 3; i++)
        check_led(both(KS_PLAN_AND, both(KS_PLAN_OR, pair("w2", "w9"), term_of("w7")), term_of(kinds[i])),
                  "w7 w9");
}

/* ---- Which any-word hits hold all the words ---- */

/* The words are searched for as they are; at every offset of the page, all hits' tiers are right. */
static size_t check_tiers(ks_plan plan) {
    struct answer answer = answer_of(&plan);
    size_t full = answer.all.ranking.count;
    ks_ranking_free(&answer.all.ranking);
    ks_ranking_free(&answer.some.ranking);
    for (ks_match match = KS_MATCH_AUTO; match <= KS_MATCH_ANY; match++)
        for (plan.offset = 0; plan.offset < 400; plan.offset += 130) {
            plan.match = match;
            plan.limit = 100 + plan.offset;
            compare_search(&plan);
        }
    return full;
}

/* Words that score, of which each may have parts. */
static ks_plan_node *compounds(size_t count) {
    ks_plan_node *all = node_of(KS_PLAN_WORDS);
    for (size_t i = 0; i < count; i++)
        with(all, both(KS_PLAN_OR, pair(words[i % 4], words[(i + 1) % 4]), term_of(words[(i + 2) % 4])));
    return all;
}

static void test_full_matches(void **state) {
    ks_plan_node *inner = both(KS_PLAN_OR, term_of("w5"), pair("w0", "w3"));
    (void)state;
    for (size_t count = 1; count <= 6; count++) /* 2 to 64 sets of scores, of which 16 are told */
        assert_true(check_tiers(scored(compounds(count))) > 0);
    assert_true(check_tiers(scored(both(KS_PLAN_WORDS, both(KS_PLAN_AND, term_of("w1"), inner),
                                        both(KS_PLAN_OR, term_of("w2"), inner)))) > 0);
    check_tiers(scored(both(KS_PLAN_WORDS, pair("w9", "w12"), term_of("w0"))));
    check_tiers(scored(both(KS_PLAN_WORDS, term_of("w0"), pair_of(KS_PLAN_PHRASE, "w1", "w2"))));
}

static void score_nothing(ks_plan *plan, size_t until) {
    char *names = room(until * 32);
    for (size_t i = 0; plan->score_count < until; i++) {
        snprintf(names + 32 * i, 32, "none%zu", i);
        score(plan, names + 32 * i);
    }
}

/* The words behind many other scores, and across the 64th. */
static void test_full_matches_of_late_scores(void **state) {
    (void)state;
    for (size_t before = 58; before <= 66; before += 2) {
        ks_plan plan = plan_of(compounds(3));
        for (size_t i = 8; i < WORDS; i++) score(&plan, words[i]);
        score_nothing(&plan, before);
        for (size_t i = 0; i < 5; i++) score(&plan, words[i]);
        assert_true(check_tiers(plan) > 0);
    }
}

/* Scores from the 64th on, which many documents hold, are not taken for the words, which are the first. */
static void test_late_scores_tell_nothing(void **state) {
    ks_plan plan = plan_of(compounds(3));
    (void)state;
    for (size_t i = 0; i < 4; i++) score(&plan, words[i]);
    score_nothing(&plan, 64);
    for (size_t i = 0; i < 4; i++) score_in(&plan, words[3 - i], KS_FIELD_BODY, 1);
    assert_true(check_tiers(plan) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_WORDS(test_random),
                                       ON_WORDS(test_leads),
                                       ON_WORDS(test_leads_that_are_needed),
                                       ON_WORDS(test_leads_and_conditions),
                                       ON_WORDS(test_full_matches),
                                       ON_WORDS(test_full_matches_of_late_scores),
                                       ON_WORDS(test_late_scores_tell_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
