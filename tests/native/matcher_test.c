/* Matchers one by one: the documents of a segment that a random tree matches, against the engine that looks
 * at every document; by whatever way they are asked for. */
#include "tests/native/searching.h"

#include "native/matcher.h"
#include "tests/support/oracle.h"

enum { DOCUMENTS = 240, PLANS = 900 };

static ks_oracle *oracle;
static const char *ids[DOCUMENTS];
static bool expected[DOCUMENTS]; /* by number in the segment: what the plan at hand matches */
static const ks_leaf *leaf;

static int set_up_oracle(void **state) {
    oracle = ks_oracle_new("english");
    return set_up(state);
}

static int tear_down_oracle(void **state) {
    ks_oracle_free(oracle);
    return tear_down(state);
}

static void make_documents(uint64_t *random) {
    ks_writer *writer = write_leaf();
    for (size_t i = 0; i < DOCUMENTS; i++) {
        char id[20];
        ks_document document;
        snprintf(id, sizeof id, "id%zu", i);
        ids[i] = ks_arena_copy(&arena, id, strlen(id));
        document = ks_test_random_document(&arena, ids[i], random);
        ks_oracle_put(oracle, &document);
        put(writer, &document);
    }
    finish_leaf(writer);
    open_view();
    assert_int_equal(view.count, 1);
    leaf = &view.leaves[0];
}

/* Asks the oracle; a plan may hold what it refuses, such as a NEAR of too many words. */
static void expect(const ks_plan_node *root, ks_match match) {
    ks_plan plan = {
        .root = root, .match = match, .sort = KS_SORT_NEW, .limit = DOCUMENTS, .count_limit = UINT64_MAX};
    ks_reader *reader = ks_oracle_reader(oracle);
    ks_topk topk = {0};
    OK(reader->ops->search(reader, &plan, &topk, err));
    memset(expected, 0, sizeof expected);
    for (size_t i = 0; i < topk.count; i++) {
        bool found;
        uint32_t doc;
        OK(ks_segment_find(leaf->segment, topk.items[i].id, &found, &doc, err));
        assert_true(found);
        expected[doc] = true;
    }
    ks_topk_free(&topk);
}

static ks_matcher *open_matcher(ks_arena *own, const ks_plan_node *root, ks_match match) {
    ks_matcher *matcher = NULL;
    OK(ks_matcher_make(&matcher, own, root, match, leaf, view.unpacker, err));
    return matcher;
}

static uint32_t next_expected(uint32_t target) {
    while (target < DOCUMENTS && !expected[target]) target++;
    return target < DOCUMENTS ? target : KS_NO_DOC;
}

static uint64_t all_expected(void) {
    uint64_t count = 0;
    for (size_t i = 0; i < DOCUMENTS; i++) count += expected[i];
    return count;
}

/* ---- The ways ---- */

static void one_after_the_other(ks_matcher *matcher) {
    uint32_t target = 0;
    do {
        OK(matcher->advance(matcher, target, err));
        assert_int_equal(matcher->doc, next_expected(target));
        target = matcher->doc + 1;
    } while (matcher->doc != KS_NO_DOC);
}

static void by_leaps(ks_matcher *matcher, uint64_t *random) {
    uint32_t target = (uint32_t)ks_test_below(random, 30);
    while (target < DOCUMENTS) {
        OK(matcher->advance(matcher, target, err));
        assert_int_equal(matcher->doc, next_expected(target));
        if (matcher->doc == KS_NO_DOC) return;
        target = matcher->doc + 1 + (uint32_t)ks_test_below(random, 40);
    }
    OK(matcher->advance(matcher, target, err));
    assert_int_equal(matcher->doc, KS_NO_DOC);
}

typedef ks_status ask(ks_matcher *matcher, uint32_t doc, bool *out, ks_error *err);

static ks_status test_one(ks_matcher *matcher, uint32_t doc, bool *out, ks_error *err) {
    return ks_matcher_test(matcher, doc, out, err);
}

static ks_status check_one(ks_matcher *matcher, uint32_t doc, bool *out, ks_error *err) {
    return ks_matcher_check(matcher, doc, out, err);
}

/* Documents in their order, some of them twice. */
static void asked_for(ks_matcher *matcher, ask *about, size_t step, uint64_t *random) {
    for (uint32_t doc = (uint32_t)ks_test_below(random, step); doc < DOCUMENTS;
         doc += (uint32_t)ks_test_below(random, step)) {
        bool matches = !expected[doc];
        OK(about(matcher, doc, &matches, err));
        if (matches != expected[doc]) fail_msg("document %u", (unsigned)doc);
    }
}

static void check_ways(const ks_plan_node *root, ks_match match, uint64_t *random) {
    for (int way = 0; way < 6; way++) {
        ks_arena own = {0};
        ks_matcher *matcher = open_matcher(&own, root, match);
        assert_true(matcher->cost >= all_expected() || match == KS_MATCH_ANY);
        if (way == 0) one_after_the_other(matcher);
        if (way == 1) by_leaps(matcher, random);
        if (way == 2) asked_for(matcher, test_one, 2, random);
        if (way == 3) asked_for(matcher, test_one, 25, random);
        if (way == 4) asked_for(matcher, check_one, 2, random);
        if (way == 5) asked_for(matcher, check_one, 25, random);
        ks_matcher_free(matcher);
        ks_arena_free(&own);
    }
}

static void random_trees(void **state) {
    uint64_t random = ks_test_seed(771);
    size_t some = 0;
    (void)state;
    make_documents(&random);
    for (int i = 0; i < PLANS; i++) {
        ks_arena own = {0};
        ks_plan plan = ks_test_random_plan(&own, &random, ids, DOCUMENTS);
        ks_match match = i % 2 ? KS_MATCH_ALL : KS_MATCH_ANY;
        expect(plan.root, match);
        some += all_expected() > 0 && all_expected() < DOCUMENTS;
        check_ways(plan.root, match, &random);
        ks_arena_free(&own);
    }
    assert_true(some > PLANS / 4);
}

/* ---- By hand ---- */

static void check_both(const ks_plan_node *root, uint64_t *random) {
    expect(root, KS_MATCH_ALL);
    check_ways(root, KS_MATCH_ALL, random);
    expect(root, KS_MATCH_ANY);
    check_ways(root, KS_MATCH_ANY, random);
}

static void nodes_without_children(void **state) {
    static const ks_plan_kind kinds[] = {KS_PLAN_ALL, KS_PLAN_AND, KS_PLAN_OR, KS_PLAN_WORDS};
    uint64_t random = ks_test_seed(772);
    (void)state;
    make_documents(&random);
    for (size_t i = 0; i < 4; i++) {
        check_both(node_of(kinds[i]), &random);
        check_both(with(node_of(KS_PLAN_NOT), node_of(kinds[i])), &random);
    }
}

static void nots_in_nots(void **state) {
    uint64_t random = ks_test_seed(773);
    ks_plan_node *node = term_of("deep");
    (void)state;
    make_documents(&random);
    for (int depth = 0; depth < 6; depth++) {
        check_both(node, &random);
        node = with(node_of(KS_PLAN_NOT), node);
    }
}

static void positional_nodes(void **state) {
    static const char *const words[] = {"deep", "net", "a", "pong", "nowhere"};
    uint64_t random = ks_test_seed(774);
    (void)state;
    make_documents(&random);
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < 5; j++) {
            check_both(pair_of(KS_PLAN_PHRASE, words[i], words[j]), &random);
            check_both(pair_of(KS_PLAN_NEAR, words[i], words[j]), &random);
        }
}

static void ids_are_terms(void **state) {
    static const struct {
        const char *text;
        ks_field field;
        bool is_id;
    } cases[] = {{"", KS_FIELD_ANY, true},
                 {"id5", KS_FIELD_ANY, true},
                 {"nobody", KS_FIELD_ANY, true},
                 {"id5", KS_FIELD_TITLE, false},
                 {"id", KS_FIELD_ANY, true}};
    uint64_t random = ks_test_seed(775);
    (void)state;
    make_documents(&random);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = room(40);
        ks_plan_node *node;
        snprintf(text, 40, "%s%s", ks_exact_prefix(KS_EXACT_ID), cases[i].text);
        node = term_in(text, cases[i].field);
        assert_int_equal(ks_matcher_is_id(node), cases[i].is_id);
        if (cases[i].is_id) check_both(node, &random);
    }
    assert_false(ks_matcher_is_id(term_of("deep")));
    assert_false(ks_matcher_is_id(term_of("")));
}

static void ranges_of_days(void **state) {
    static const uint32_t days[] = {0,        1,        20140101, 20140102,  20140531,
                                    20151231, 20160301, 20160302, UINT32_MAX};
    uint64_t random = ks_test_seed(776);
    (void)state;
    make_documents(&random);
    for (size_t i = 0; i < 9; i++)
        for (size_t j = i; j < 9; j++) check_both(dates_of(days[i], days[j]), &random);
}

/* More words than NEAR may have are refused; as many are not. */
static void near_of_many_words(void **state) {
    uint64_t random = ks_test_seed(777);
    ks_term *terms = room((KS_NEAR_TERMS + 1) * sizeof *terms);
    (void)state;
    make_documents(&random);
    for (size_t i = 0; i <= KS_NEAR_TERMS; i++) terms[i] = ks_test_term("deep");
    for (uint32_t count = KS_NEAR_TERMS; count <= KS_NEAR_TERMS + 1; count++) {
        ks_plan_node *node = node_of(KS_PLAN_NEAR);
        ks_arena own = {0};
        ks_matcher *matcher = NULL;
        ks_error error = {0};
        ks_status status;
        node->terms = terms;
        node->term_count = count;
        node->window = 4;
        status = ks_matcher_make(&matcher, &own, node, KS_MATCH_ALL, leaf, view.unpacker, &error);
        assert_int_equal(status, count > KS_NEAR_TERMS ? KS_ERR_TOO_LARGE : KS_OK);
        if (status) assert_non_null(strstr(error.message, "NEAR"));
        ks_matcher_free(matcher);
        ks_arena_free(&own);
    }
}

static const char *random_text(uint64_t *random) {
    static const char *const words[] = {"a ", "a ", "b ", ". "};
    size_t count = ks_test_below(random, 14);
    char *text = room(2 * count + 1);
    text[0] = '\0';
    while (count-- > 0) strcat(text, words[ks_test_below(random, 4)]);
    return text;
}

static void make_repetitive_documents(uint64_t *random) {
    ks_writer *writer = write_leaf();
    for (size_t i = 0; i < DOCUMENTS; i++) {
        char id[20];
        ks_test_spec spec = {.id = id, .order = i};
        ks_document document;
        snprintf(id, sizeof id, "id%zu", i);
        spec.fields[KS_FIELD_TITLE] = random_text(random);
        spec.fields[KS_FIELD_BODY] = random_text(random);
        document = ks_test_document(&arena, &spec);
        ks_oracle_put(oracle, &document);
        put(writer, &document);
    }
    finish_leaf(writer);
    open_view();
    leaf = &view.leaves[0];
}

/* Words that are asked for several times have to be there as often, each time in a place of its own. */
static void words_that_come_again(void **state) {
    static const char *const words[] = {"a", "b"};
    uint64_t random = ks_test_seed(778);
    size_t some = 0;
    (void)state;
    make_repetitive_documents(&random);
    for (int i = 0; i < 300; i++) {
        ks_plan_node *node = node_of(i % 2 ? KS_PLAN_PHRASE : KS_PLAN_NEAR);
        size_t count = 2 + ks_test_below(&random, 6);
        ks_term *terms = room(count * sizeof *terms);
        for (size_t j = 0; j < count; j++)
            terms[j] = ks_test_term(words[ks_test_below(&random, i % 5 ? 2 : 1)]);
        node->terms = terms;
        node->term_count = count;
        node->window = (uint32_t)(count + ks_test_below(&random, 6));
        if (ks_test_below(&random, 3) == 0) node->field = KS_FIELD_TITLE;
        expect(node, KS_MATCH_ALL);
        some += all_expected() > 0 && all_expected() < DOCUMENTS;
        check_ways(node, KS_MATCH_ALL, &random);
    }
    assert_true(some > 100);
}

/* One word a thousand times, in a text of that word: its positions are read once, and windows that hold it
 * too seldom are left without trying who could move where, which would take minutes. */
static void one_word_over_and_over(void **state) {
    enum { TIMES = 1000, WORDS = 100000 };
    char *text = room(2 * WORDS + 1);
    ks_term *terms = room(TIMES * sizeof *terms);
    ks_test_spec spec = {.id = "id"};
    ks_writer *writer = write_leaf();
    ks_document document;
    (void)state;
    for (size_t i = 0; i < WORDS; i++) memcpy(text + 2 * i, i % 3 ? "a " : ". ", 3);
    for (size_t i = 0; i < TIMES; i++) terms[i] = ks_test_term("a");
    spec.fields[KS_FIELD_BODY] = text;
    document = ks_test_document(&arena, &spec);
    put(writer, &document);
    finish_leaf(writer);
    open_view();
    leaf = &view.leaves[0];
    for (int i = 0; i < 3; i++) {
        ks_plan_node *node = node_of(i ? KS_PLAN_NEAR : KS_PLAN_PHRASE);
        ks_arena own = {0};
        ks_matcher *matcher;
        node->terms = terms;
        node->term_count = TIMES;
        node->window = i == 1 ? TIMES * 3 / 2 - 2 : TIMES * 3 / 2; /* two positions of three have the word */
        matcher = open_matcher(&own, node, KS_MATCH_ALL);
        OK(matcher->advance(matcher, 0, err));
        assert_int_equal(matcher->doc, i == 2 ? 0 : KS_NO_DOC);
        for (size_t j = 1; j < TIMES; j++) assert_ptr_equal(matcher->cursors[j], matcher->cursors[0]);
        ks_matcher_free(matcher);
        ks_arena_free(&own);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_oracle, tear_down_oracle)

int main(void) {
    static const struct CMUnitTest tests[] = {
        TEST(random_trees),       TEST(nodes_without_children), TEST(nots_in_nots),
        TEST(positional_nodes),   TEST(ids_are_terms),          TEST(ranges_of_days),
        TEST(near_of_many_words), TEST(words_that_come_again),  TEST(one_word_over_and_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
