/* What matches must be like: the lists that a filter opens or takes over, its range of documents, and that
 * with them it says of every document what a matcher of the whole plan says. */
#include "tests/native/searching.h"

/* Leaf 0: days descend with the documents; leaf 1: they do not. */
static int set_up_index(void **state) {
    uint64_t random = 31;
    if (set_up(state)) return -1;
    for (size_t leaf = 0; leaf < 2; leaf++) {
        ks_writer *writer = write_leaf();
        ks_arena scratch = {0};
        for (size_t i = 0; i < 400; i++) {
            char id[40];
            ks_document document;
            snprintf(id, sizeof id, "%zu/%zu", leaf, i);
            document = ks_test_random_document(&scratch, id, &random);
            if (leaf == 0) document.order = (uint64_t)document.day << 32;
            put(writer, &document);
            ks_arena_reset(&scratch);
        }
        ks_arena_free(&scratch);
        finish_leaf(writer);
    }
    open_view();
    assert_int_equal(view.count, 2);
    assert_true(view.leaves[0].segment->days_descend);
    assert_false(view.leaves[1].segment->days_descend);
    return 0;
}

#define ON_INDEX(test) cmocka_unit_test_setup_teardown(test, set_up_index, tear_down)

/* A filter with all that it was opened with. */
struct opened {
    ks_filter filter;
    ks_list *lists;
    size_t count;
    ks_pass pass;
};

static struct opened *open_filter(const struct course *course, const ks_leaf *leaf) {
    struct opened *opened = room(sizeof *opened);
    opened->pass = pass_of(course, 10, true);
    OK(ks_lists_open(&opened->lists, &opened->count, &arena, &course->factors, leaf, err));
    OK(ks_filter_open(&opened->filter, &arena, &opened->pass, &course->route, leaf, opened->lists,
                      &opened->count, false, err));
    return opened;
}

static void close_filter(struct opened *opened) {
    ks_filter_close(&opened->filter);
    ks_ranking_free(&opened->pass.ranking);
}

static ks_plan_node *two(ks_plan_kind kind, ks_plan_node *first, ks_plan_node *second) {
    return with(with(node_of(kind), second), first);
}

/* ---- Needed terms ---- */

static void test_needed_terms(void **state) {
    ks_plan plan =
        plan_of(two(KS_PLAN_AND, two(KS_PLAN_AND, term_of("a"), term_of("deep")), term_of("pong")));
    struct opened *opened;
    (void)state;
    score(&plan, "deep");
    score(&plan, "neural");
    opened = open_filter(course_of(&plan, KS_MATCH_ALL), &view.leaves[0]);
    assert_false(opened->filter.none);
    assert_int_equal(opened->filter.needed_count, 3);
    assert_int_equal(opened->filter.other_count, 0);
    assert_int_equal(opened->filter.begin, 0);
    assert_int_equal(opened->filter.end, 400);
    assert_int_equal(opened->count, 1); /* deep was taken out, neural stays */
    assert_int_equal(opened->lists[0].score_index, 1);
    for (size_t i = 0; i < 3; i++) {
        const ks_list *list = &opened->filter.needed[i];
        assert_true(list->score_index == 0 ? list->factor > 0 : list->factor == 0);
        if (i) assert_true(list->cursor->documents >= list[-1].cursor->documents);
    }
    close_filter(opened);
}

/* A scoring term that comes twice adds to scores once. */
static void test_terms_twice(void **state) {
    ks_plan plan =
        plan_of(two(KS_PLAN_AND, term_of("deep"), two(KS_PLAN_AND, term_of("deep"), term_of("deep"))));
    struct opened *opened;
    size_t scoring = 0;
    (void)state;
    score(&plan, "deep");
    opened = open_filter(course_of(&plan, KS_MATCH_ALL), &view.leaves[0]);
    for (size_t i = 0; i < opened->filter.needed_count; i++) scoring += opened->filter.needed[i].factor > 0;
    assert_int_equal(scoring, 1);
    assert_int_equal(opened->count, 0);
    close_filter(opened);
}

/* The list of the word in one field is not that of the word. */
static void test_fields_apart(void **state) {
    ks_plan plan = plan_of(two(KS_PLAN_AND, term_in("deep", KS_FIELD_BODY), term_of("deep")));
    struct opened *opened;
    (void)state;
    score_in(&plan, "deep", KS_FIELD_BODY, 1);
    opened = open_filter(course_of(&plan, KS_MATCH_ALL), &view.leaves[0]);
    assert_int_equal(opened->filter.needed_count, 2);
    assert_int_equal(opened->count, 0);
    for (size_t i = 0; i < 2; i++)
        assert_true((opened->filter.needed[i].field == KS_FIELD_BODY) ==
                    (opened->filter.needed[i].factor > 0));
    close_filter(opened);
}

static void test_missing_term(void **state) {
    ks_plan plan = plan_of(two(KS_PLAN_AND, term_of("a"), term_of("absent")));
    struct opened *opened;
    (void)state;
    score(&plan, "a");
    opened = open_filter(course_of(&plan, KS_MATCH_ALL), &view.leaves[0]);
    assert_true(opened->filter.none);
    close_filter(opened);
}

/* ---- Dates ---- */

/* The range is that of the days; several dates narrow it together. Elsewhere they are asked for one by one.
 */
static void test_dates(void **state) {
    ks_plan plan = plan_of(two(KS_PLAN_AND, dates_of(20140201, 20160229), dates_of(20151231, 20161231)));
    struct opened *opened = open_filter(course_of(&plan, KS_MATCH_ALL), &view.leaves[0]);
    (void)state;
    assert_int_equal(opened->filter.other_count, 0);
    assert_false(opened->filter.none);
    for (uint32_t doc = 0; doc < 400; doc++) {
        uint32_t day = ks_segment_day(view.leaves[0].segment, doc);
        assert_int_equal(doc >= opened->filter.begin && doc < opened->filter.end,
                         day == 20151231 || day == 20160229);
    }
    close_filter(opened);
    opened = open_filter(course_of(&plan, KS_MATCH_ALL), &view.leaves[1]);
    assert_int_equal(opened->filter.other_count, 2);
    assert_int_equal(opened->filter.begin, 0);
    assert_int_equal(opened->filter.end, 400);
    close_filter(opened);
}

static void test_no_such_days(void **state) {
    ks_plan apart = plan_of(two(KS_PLAN_AND, dates_of(20140101, 20140101), dates_of(20160301, 20160301)));
    ks_plan none = plan_of(dates_of(20170101, 20180101)), backwards = plan_of(dates_of(20160301, 20140101));
    const ks_plan *plans[] = {&apart, &none, &backwards};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct opened *opened = open_filter(course_of(plans[i], KS_MATCH_ALL), &view.leaves[0]);
        assert_true(opened->filter.none);
        close_filter(opened);
    }
}

/* ---- At random ---- */

/* Whether the phrases stand in the document, at which all the lists stand: as if it were the only one that
 * was read from the first of them. */
static bool passes_phrases(const ks_filter *filter, uint32_t doc) {
    uint32_t found = 1;
    ks_filter_begin(filter);
    for (size_t i = 1; i < filter->needed_count && found; i++) {
        uint32_t in_docs = 0, in_block = filter->needed[i].cursor->in_block;
        found = ks_phrase_keep(filter->needed[i].words, &doc, &in_docs, &in_block, 1);
    }
    assert_int_equal(ks_filter_status(filter), KS_OK);
    return found == 1;
}

static bool passes_filter(const struct opened *opened, uint32_t doc) {
    const ks_filter *filter = &opened->filter;
    bool here = !filter->none && doc >= filter->begin && doc < filter->end;
    for (size_t i = 0; i < filter->needed_count && here; i++) here = ks_list_holds(&filter->needed[i], doc);
    here = here && passes_phrases(filter, doc);
    if (here) OK(ks_filter_check(filter, doc, &here, err));
    return here;
}

/* Where the scoring lists are walked, one of them has the document; elsewhere nothing was left out. */
static bool has_score(struct opened *opened, uint32_t doc) {
    bool here = false;
    for (size_t i = 0; i < opened->count; i++)
        if (ks_list_holds(&opened->lists[i], doc)) here = true;
    return here;
}

/* Returns how many documents match. */
static size_t compare(const ks_plan *plan, ks_match match, const ks_leaf *leaf) {
    struct course *course = course_of(plan, match);
    struct opened *opened = open_filter(course, leaf);
    bool walked = course->route.covered && !course->route.scores;
    ks_matcher *matcher = NULL;
    size_t count = 0;
    OK(ks_matcher_make(&matcher, &arena, plan->root, match, leaf, view.unpacker, err));
    for (uint32_t doc = 0; doc < leaf->segment->documents; doc++) {
        bool want, got = passes_filter(opened, doc);
        OK(ks_matcher_test(matcher, doc, &want, err));
        if (walked && !opened->filter.none) got = has_score(opened, doc) && got;
        if (want != got) {
            say_plan(plan);
            fail_msg("document %u: %d, not %d", doc, got, want);
        }
        count += want;
    }
    ks_matcher_free(matcher);
    close_filter(opened);
    return count;
}

static void test_random(void **state) {
    static const char *const ids[] = {"0/0", "0/17", "1/3", "nothing"};
    uint64_t random = ks_test_seed(32);
    size_t matches = 0;
    (void)state;
    for (size_t i = 0; i < 600; i++) {
        ks_plan plan = ks_test_random_plan(&arena, &random, ids, 4);
        ks_match match = ks_test_below(&random, 2) ? KS_MATCH_ALL : KS_MATCH_ANY;
        if (plan.match != KS_MATCH_AUTO) match = plan.match;
        view.unpacker = ks_test_below(&random, 2) ? ks_unpacker_portable() : ks_unpacker_best();
        for (size_t leaf = 0; leaf < 2; leaf++) matches += compare(&plan, match, &view.leaves[leaf]) > 0;
        ks_arena_reset(&arena);
    }
    assert_true(matches > 300);
}

/* All the needed terms of a long AND, whatever scores. */
static void test_random_conjunctions(void **state) {
    uint64_t random = ks_test_seed(33);
    (void)state;
    for (size_t i = 0; i < 600; i++) {
        ks_plan_node *root = node_of(KS_PLAN_AND);
        ks_plan plan = plan_of(root);
        for (size_t left = 1 + ks_test_below(&random, 4); left > 0; left--) {
            const char *text = ks_test_random_word(&random);
            ks_field field = ks_test_below(&random, 2) ? KS_FIELD_ANY : (ks_field)ks_test_below(&random, 5);
            with(root, term_in(text, field));
            if (ks_test_below(&random, 2)) score_in(&plan, text, field, 1);
        }
        if (ks_test_below(&random, 2)) with(root, dates_of(20140102, 20160229));
        if (ks_test_below(&random, 2)) with(root, with(node_of(KS_PLAN_NOT), term_of("pong")));
        for (size_t leaf = 0; leaf < 2; leaf++) compare(&plan, KS_MATCH_ALL, &view.leaves[leaf]);
        ks_arena_reset(&arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_INDEX(test_needed_terms), ON_INDEX(test_terms_twice),
                                       ON_INDEX(test_fields_apart), ON_INDEX(test_missing_term),
                                       ON_INDEX(test_dates),        ON_INDEX(test_no_such_days),
                                       ON_INDEX(test_random),       ON_INDEX(test_random_conjunctions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
