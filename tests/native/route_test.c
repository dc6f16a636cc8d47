/* Which way the matches of a plan are found: what a route says of plans made by hand. */
#include "tests/native/searching.h"

/* Two words each in some documents, a tag, kinds, days. */
static void make_index(void) {
    static const char *const texts[] = {"a b", "a c", "b c x", "d", "a b c d"};
    ks_writer *writer = write_leaf();
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char id[2] = {(char)('0' + i), '\0'};
        ks_test_spec spec = {.id = id, .fields = {[KS_FIELD_BODY] = texts[i]}, .day = 20140101};
        ks_document document;
        if (i == 0) spec.fields[KS_FIELD_TAGS] = "a";
        spec.values = i == 0 ? "tag:a kind:blog" : "kind:blog";
        document = ks_test_document(&arena, &spec);
        put(writer, &document);
    }
    finish_leaf(writer);
    open_view();
}

static int set_up_index(void **state) {
    if (set_up(state)) return -1;
    make_index();
    return 0;
}

#define ON_INDEX(test) cmocka_unit_test_setup_teardown(test, set_up_index, tear_down)

/* What a route says in short: "required terms|other nodes|flags", the flags being scores, covered,
 * disjunction. */
static const char *route_of(const ks_plan *plan, ks_match match) {
    static const char *const kinds[] = {"all", "term", "phrase", "near", "dates",
                                        "and", "or",   "words",  "not"};
    const struct course *course = course_of(plan, match);
    const ks_route *route = &course->route;
    ks_buffer text = {0};
    const char *out;
    for (size_t i = 0; i < route->required_count; i++) {
        ks_buffer_format(&text, "%s%.*s", i ? " " : "", (int)route->required[i].term.size,
                         route->required[i].term.text);
        if (route->required[i].field != KS_FIELD_ANY)
            ks_buffer_format(&text, ".%s", ks_field_name(route->required[i].field));
    }
    ks_buffer_char(&text, '|');
    for (size_t i = 0; i < route->other_count; i++)
        ks_buffer_format(&text, "%s%s", i ? " " : "", kinds[route->others[i]->kind]);
    ks_buffer_format(&text, "|%s%s%s", route->scores ? "s" : "", route->covered ? "c" : "",
                     route->disjunction ? "d" : "");
    assert_false(text.failed);
    out = ks_arena_copy(&arena, text.data, text.size);
    ks_buffer_free(&text);
    return out;
}

static ks_plan_node *two(ks_plan_kind kind, ks_plan_node *first, ks_plan_node *second) {
    return with(with(node_of(kind), second), first);
}

/* The plan, with the words a, b and c scoring. */
static const ks_plan *scored(ks_plan_node *root) {
    ks_plan *plan = room(sizeof *plan);
    *plan = plan_of(root);
    score(plan, "a");
    score(plan, "b");
    score(plan, "c");
    return plan;
}

static void test_single_terms(void **state) {
    ks_plan plan = plan_of(term_of("a"));
    (void)state;
    assert_string_equal(route_of(&plan, KS_MATCH_ALL), "a||"); /* nothing scores */
    score(&plan, "a");
    assert_string_equal(route_of(&plan, KS_MATCH_ALL), "a||scd");
    assert_string_equal(route_of(&plan, KS_MATCH_ANY), "a||scd");
    score(&plan, "b"); /* which is in documents that do not match, too */
    assert_string_equal(route_of(&plan, KS_MATCH_ANY), "a||sc");
    plan.root = with(node_of(KS_PLAN_OR), term_of("a"));
    assert_string_equal(route_of(&plan, KS_MATCH_ANY), "a||sc");
    plan.root = with(node_of(KS_PLAN_WORDS), term_of("a"));
    assert_string_equal(route_of(&plan, KS_MATCH_ANY), "a||sc");
}

/* A score of another field, or one that weighs nothing, is none of the term's. */
static void test_fields_and_weights(void **state) {
    ks_plan plan = plan_of(term_in("a", KS_FIELD_BODY));
    (void)state;
    score(&plan, "a");
    assert_string_equal(route_of(&plan, KS_MATCH_ALL), "a.body||");
    score_in(&plan, "a", KS_FIELD_BODY, 1);
    assert_string_equal(route_of(&plan, KS_MATCH_ALL), "a.body||sc");
    plan = plan_of(term_of("a"));
    score_in(&plan, "a", KS_FIELD_ANY, 0);
    assert_string_equal(route_of(&plan, KS_MATCH_ALL), "a||");
}

static void test_words(void **state) {
    const ks_plan *plan =
        scored(two(KS_PLAN_WORDS, term_of("a"), two(KS_PLAN_OR, term_of("b"), term_of("c"))));
    const ks_plan *both = scored(two(KS_PLAN_AND, term_of("a"), term_of("b")));
    (void)state;
    assert_string_equal(route_of(plan, KS_MATCH_ALL), "a|or|sc");
    assert_string_equal(route_of(plan, KS_MATCH_ANY), "||cd");
    assert_string_equal(route_of(both, KS_MATCH_ALL), "a b||sc");
    assert_string_equal(route_of(both, KS_MATCH_ANY), "a b||sc");
}

/* Who walks the lists of a, b and c need not ask whether one of them is there. */
static void test_alternatives_and_filters(void **state) {
    ks_plan_node *any = with(two(KS_PLAN_OR, term_of("a"), term_of("b")), term_of("c"));
    const ks_plan *plan = scored(two(KS_PLAN_AND, any, dates_of(20140101, 20141231)));
    (void)state;
    assert_string_equal(route_of(plan, KS_MATCH_ALL), "|dates|c");
    any = with(two(KS_PLAN_OR, term_of("a"), term_of("b")), term_of("c"));
    plan = scored(two(KS_PLAN_AND, any, term_of("XKblog")));
    assert_string_equal(route_of(plan, KS_MATCH_ALL), "XKblog||c");
    any = two(KS_PLAN_OR, term_of("a"), term_of("b")); /* c alone scores, but does not match */
    plan = scored(two(KS_PLAN_AND, any, term_of("XKblog")));
    assert_string_equal(route_of(plan, KS_MATCH_ALL), "XKblog|or|c");
    any = two(KS_PLAN_OR, term_of("a"), term_of("d")); /* d matches, but does not score */
    plan = scored(two(KS_PLAN_AND, any, term_of("XKblog")));
    assert_string_equal(route_of(plan, KS_MATCH_ALL), "XKblog|or|");
}

static void test_what_covers_nothing(void **state) {
    (void)state;
    assert_string_equal(route_of(scored(node_of(KS_PLAN_ALL)), KS_MATCH_ALL), "||");
    assert_string_equal(route_of(scored(dates_of(1, 2)), KS_MATCH_ALL), "|dates|");
    assert_string_equal(route_of(scored(node_of(KS_PLAN_AND)), KS_MATCH_ALL), "||");
    assert_string_equal(route_of(scored(node_of(KS_PLAN_OR)), KS_MATCH_ALL), "|or|");
    assert_string_equal(route_of(scored(with(node_of(KS_PLAN_NOT), term_of("a"))), KS_MATCH_ALL), "|not|");
    assert_string_equal(route_of(scored(two(KS_PLAN_OR, term_of("a"), dates_of(1, 2))), KS_MATCH_ALL),
                        "|or|");
    assert_string_equal(
        route_of(scored(two(KS_PLAN_AND, term_of("a"), with(node_of(KS_PLAN_NOT), term_of("b")))),
                 KS_MATCH_ALL),
        "a|not|sc");
}

/* Ids have no lists; phrases and NEAR are asked besides what they are made of. */
static void test_ids_and_phrases(void **state) {
    (void)state;
    assert_string_equal(route_of(scored(term_of("Q3")), KS_MATCH_ALL), "|term|");
    assert_string_equal(route_of(scored(two(KS_PLAN_AND, term_of("Q3"), term_of("a"))), KS_MATCH_ALL),
                        "a|term|sc");
    assert_string_equal(route_of(scored(pair_of(KS_PLAN_PHRASE, "a", "d")), KS_MATCH_ALL), "a d|phrase|sc");
    assert_string_equal(route_of(scored(pair_of(KS_PLAN_NEAR, "d", "x")), KS_MATCH_ALL), "d x|near|");
    assert_string_equal(
        route_of(scored(two(KS_PLAN_OR, pair_of(KS_PLAN_NEAR, "a", "x"), term_of("b"))), KS_MATCH_ALL),
        "|or|c");
}

/* A whole tag that scores without being asked for brings a word of the query, but not where all of them are
 * asked for; and a tag that is asked for scores as it likes. */
static void test_tags(void **state) {
    ks_plan plan = *scored(with(two(KS_PLAN_WORDS, term_of("a"), term_of("b")), term_of("c")));
    (void)state;
    score(&plan, "Ka");
    plan.match = KS_MATCH_ANY;
    assert_string_equal(route_of(&plan, KS_MATCH_ANY), "||cd");
    plan.match = KS_MATCH_AUTO;
    assert_string_equal(route_of(&plan, KS_MATCH_ANY), "||cd");
    plan.root = term_of("a");
    plan.score_count = 1;
    score(&plan, "Ka");
    assert_string_equal(route_of(&plan, KS_MATCH_ALL), "a||scd");
    plan.match = KS_MATCH_ALL;
    assert_string_equal(route_of(&plan, KS_MATCH_ALL), "a||sc");
    plan.match = KS_MATCH_AUTO;
    plan.root = two(KS_PLAN_AND, term_of("Ka"), two(KS_PLAN_OR, term_of("a"), term_of("b")));
    score(&plan, "b");
    assert_string_equal(route_of(&plan, KS_MATCH_ALL), "Ka|or|sc");
}

/* Deep trees: what must match is found through every AND, and through what has but one child. */
static void test_nesting(void **state) {
    ks_plan_node *inner = with(node_of(KS_PLAN_OR), two(KS_PLAN_AND, term_of("b"), term_of("XKblog")));
    const ks_plan *plan = scored(two(KS_PLAN_AND, with(node_of(KS_PLAN_WORDS), inner), term_of("a")));
    (void)state;
    assert_string_equal(route_of(plan, KS_MATCH_ANY), "b XKblog a||sc");
    plan = scored(with(node_of(KS_PLAN_NOT), with(node_of(KS_PLAN_NOT), term_of("a"))));
    assert_string_equal(route_of(plan, KS_MATCH_ANY), "|not|");
}

/* ---- Leads: scores of which every match holds one ---- */

/* The leading words of a plan in which the words scored are a, b, c, d and x: they are in 3, 3, 3, 2 and 1
 * documents, in 12 together. */
static const char *leads_of(ks_plan_node *root) {
    ks_plan plan = *scored(root);
    const struct course *course;
    char *out = room(16);
    score(&plan, "d");
    score(&plan, "x");
    course = course_of(&plan, KS_MATCH_ALL);
    out[0] = '\0';
    for (size_t i = 0; i < plan.score_count; i++)
        if (course->route.leads >> i & 1) strncat(out, plan.scores[i].term.text, plan.scores[i].term.size);
    assert_int_equal(course->route.leads >> plan.score_count, 0);
    return out;
}

static ks_plan_node *any_of(const char *first, const char *second) {
    return two(KS_PLAN_OR, term_of(first), term_of(second));
}

static ks_plan_node *all_of(const char *first, const char *second) {
    return two(KS_PLAN_AND, term_of(first), term_of(second));
}

/* Of each alternative the rarest word; where several conditions lead, the one of the fewest documents. */
static void test_leads(void **state) {
    ks_plan_node *compound = two(KS_PLAN_OR, all_of("a", "x"), term_of("d"));
    (void)state;
    assert_string_equal(leads_of(two(KS_PLAN_AND, any_of("a", "x"), term_of("b"))), "ax");
    assert_string_equal(leads_of(compound), "dx");
    assert_string_equal(leads_of(two(KS_PLAN_OR, all_of("x", "a"), all_of("x", "d"))), "x");
    assert_string_equal(leads_of(two(KS_PLAN_WORDS, compound, term_of("c"))), "dx");
    assert_string_equal(leads_of(two(KS_PLAN_AND, any_of("a", "b"), any_of("x", "d"))), "dx");
    assert_string_equal(leads_of(two(KS_PLAN_AND, any_of("x", "d"), any_of("a", "b"))), "dx");
    assert_string_equal(
        leads_of(with(two(KS_PLAN_AND, any_of("x", "d"), any_of("a", "b")), any_of("x", "c"))), "dx");
}

/* Where nothing is required leads are in half as many documents as all that score, or in fewer. */
static void test_leads_of_many_documents(void **state) {
    ks_plan_node *half = any_of("a", "b"), *more = with(any_of("a", "b"), term_of("x"));
    (void)state;
    assert_string_equal(leads_of(half), "ab");
    assert_string_equal(leads_of(more), "");
    assert_string_equal(leads_of(two(KS_PLAN_AND, more, dates_of(20140101, 20141231))), "");
    assert_string_equal(leads_of(two(KS_PLAN_AND, half, dates_of(20140101, 20141231))), "ab");
    assert_string_equal(leads_of(two(KS_PLAN_AND, more, term_of("XKblog"))), "abx");
    assert_string_equal(
        leads_of(two(KS_PLAN_AND, with(any_of("a", "b"), any_of("c", "d")), term_of("XKblog"))), "abcd");
}

/* Who walks all the lists that score needs no leads; conditions that scores do not tell have none. */
static void test_no_leads(void **state) {
    ks_plan_node *all = with(with(any_of("a", "b"), any_of("c", "d")), term_of("x"));
    (void)state;
    assert_string_equal(leads_of(all), "");
    assert_string_equal(leads_of(two(KS_PLAN_AND, all, term_of("XKblog"))), "");
    assert_string_equal(leads_of(all_of("a", "b")), "");
    assert_string_equal(leads_of(two(KS_PLAN_OR, term_of("x"), pair_of(KS_PLAN_PHRASE, "a", "d"))), "");
    assert_string_equal(leads_of(any_of("x", "XKblog")), "");
    assert_string_equal(leads_of(two(KS_PLAN_OR, term_of("x"), node_of(KS_PLAN_AND))), "");
    assert_string_equal(leads_of(with(node_of(KS_PLAN_NOT), any_of("x", "d"))), "");
    assert_string_equal(leads_of(two(KS_PLAN_AND, node_of(KS_PLAN_OR), term_of("a"))), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_INDEX(test_single_terms),
                                       ON_INDEX(test_fields_and_weights),
                                       ON_INDEX(test_words),
                                       ON_INDEX(test_alternatives_and_filters),
                                       ON_INDEX(test_what_covers_nothing),
                                       ON_INDEX(test_ids_and_phrases),
                                       ON_INDEX(test_tags),
                                       ON_INDEX(test_nesting),
                                       ON_INDEX(test_leads),
                                       ON_INDEX(test_leads_of_many_documents),
                                       ON_INDEX(test_no_leads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
