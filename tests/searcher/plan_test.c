/* From queries to plans: a table of queries with the plan's tree and its scores. */
#include "searcher/plan.h"
#include "searcher/plan_words.h"
#include "tests/searcher/oracle_index.h"

#include <stdio.h>
#include <string.h>

/* What prefixes and whole tags are looked up in. */
static int set_up(void **state) {
    static const ks_test_spec specs[] = {
        {.id = "1",
         .fields = {"reinforc reinforce polici policy gradient deep"},
         .values = "tag:policy-gradients tag:deep tag:a-b-c-d tag:a-b-c-d-e tag:deep-learning"},
        {.id = "2",
         .fields = {"reinforc deepmind"},
         .values = "tag:reinforcement-learning tag:c++ tag:t-sne"},
        {.id = "3", .fields = {"pixel", "polici"}, .values = "tag:policy"},
    };
    (void)state;
    open_oracle();
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) put_spec(&specs[i]);
    return 0;
}

/* The plan's tree on one line, brackets around children: "and(words(term a, term b), dates 1..2)". */
static void print_tree(ks_buffer *out, const ks_plan_node *node) {
    ks_buffer line = {0};
    ks_plan_node alone = *node;
    alone.child = NULL;
    ks_plan_print(&line, &alone, 0);
    ks_buffer_add(out, line.data, line.size - 1);
    ks_buffer_free(&line);
    if (!node->child) return;
    ks_buffer_char(out, '(');
    for (const ks_plan_node *child = node->child; child; child = child->next) {
        print_tree(out, child);
        if (child->next) ks_buffer_str(out, ", ");
    }
    ks_buffer_char(out, ')');
}

static void print_scores(ks_buffer *out, const ks_plan *plan) {
    for (size_t i = 0; i < plan->score_count; i++) {
        const ks_plan_score *score = &plan->scores[i];
        ks_buffer_format(out, "%s%.*s", i ? ", " : "", (int)score->term.size, score->term.text);
        if (score->field != KS_FIELD_ANY) ks_buffer_format(out, " in %s", ks_field_name(score->field));
        if (score->weight != 1) ks_buffer_format(out, " x%g", score->weight);
    }
}

struct row {
    const char *query, *tree, *scores;
};

static void check_with(const struct row *row, double tag_boost) {
    ks_query query = {0};
    ks_query_plan plan = {0};
    ks_buffer tree = {0}, scores = {0};
    ks_error error = {0};
    assert_int_equal(ks_query_parse(&query, row->query, strlen(row->query), &error), KS_OK);
    assert_int_equal(ks_query_plan_make(&plan, &query, index_, tag_boost, &error), KS_OK);
    print_tree(&tree, plan.plan.root);
    print_scores(&scores, &plan.plan);
    if (strcmp(tree.data, row->tree) != 0)
        fail_msg("[%s]\n  is  %s\n  not %s", row->query, tree.data, row->tree);
    if (strcmp(scores.size ? scores.data : "", row->scores) != 0)
        fail_msg("[%s] scores\n  %s\n  not %s", row->query, scores.size ? scores.data : "", row->scores);
    ks_buffer_free(&tree);
    ks_buffer_free(&scores);
    ks_query_plan_free(&plan);
    ks_query_free(&query);
}

static void check_rows(const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) check_with(&rows[i], 1);
}

#define CHECK(...)                                                                                           \
    do {                                                                                                     \
        static const struct row rows[] = {__VA_ARGS__};                                                      \
        check_rows(rows, sizeof rows / sizeof rows[0]);                                                      \
    } while (0)

static void words(void **state) {
    (void)state;
    CHECK({"pong", "and(words(term pong))", "pong"},
          {"Playing PONG", "and(words(term play, term pong))", "play, pong"},
          {"title:pong", "and(words(term pong in title))", "pong in title"},
          {"claim:pong x", "and(words(term pong in claims, term x))", "pong in claims, x"},
          {"body:\"x y\"", "and(words(phrase x y in body))", "x in body, y in body"});
}

static void repeated_words_weigh_twice(void **state) {
    (void)state;
    CHECK({"pong pong", "and(words(term pong, term pong))", "pong x2"},
          {"pong PONGS x", "and(words(term pong, term pong, term x))", "pong x2, x"},
          {"pong title:pong", "and(words(term pong, term pong in title))", "pong, pong in title"},
          {"pong \"pong x\"", "and(words(term pong, phrase pong x))", "pong x2, x"});
}

static void compounds(void **state) {
    (void)state;
    CHECK({"CIFAR-10", "and(words(or(term cifar10, words(term cifar, term 10))))", "cifar, cifar10 x0.5, 10"},
          {"batch CIFAR-10", "and(words(term batch, or(term cifar10, words(term cifar, term 10))))",
           "batch, cifar, cifar10 x0.5, 10"});
}

static void spelled_forms(void **state) {
    (void)state;
    CHECK({"C++", "and(words(words(term c++, or(words(term c)))))", "c, c++, Kc++"},
          {"PixelCNN++", "and(words(words(term pixelcnn++, or(term pixelcnn, words(term pixel, term cnn)))))",
           "pixel, pixelcnn x0.5, pixelcnn++, cnn"},
          {"CNNs", "and(words(or(term cnns, words(term cnn))))", "cnn, cnns x0.5"});
}

static void unspaced_scripts(void **state) {
    (void)state;
    CHECK({"\xE5\xAD\xA6", "and(words(words(term \xE5\xAD\xA6)))", "\xE5\xAD\xA6"},
          {"\xE5\xAD\xA6\xE7\xBF\x92", "and(words(words(term \xE5\xAD\xA6\xE7\xBF\x92)))",
           "\xE5\xAD\xA6\xE7\xBF\x92"},
          {"\xE6\xA9\x9F\xE6\xA2\xB0\xE5\xAD\xA6\xE7\xBF\x92",
           "and(words(words(term \xE6\xA9\x9F\xE6\xA2\xB0, term \xE6\xA2\xB0\xE5\xAD\xA6, term "
           "\xE5\xAD\xA6\xE7\xBF\x92)))",
           "\xE6\xA9\x9F\xE6\xA2\xB0, \xE6\xA2\xB0\xE5\xAD\xA6, \xE5\xAD\xA6\xE7\xBF\x92"},
          {"\"\xE6\xA9\x9F\xE6\xA2\xB0\xE5\xAD\xA6\"",
           "and(words(phrase \xE6\xA9\x9F \xE6\xA2\xB0 \xE5\xAD\xA6))",
           "\xE6\xA9\x9F, \xE6\xA2\xB0, \xE5\xAD\xA6"});
}

static void phrases(void **state) {
    (void)state;
    CHECK({"\"x y z\"", "and(words(phrase x y z))", "x, y, z"}, {"\"x\"", "and(words(term x))", "x"},
          {"\"CIFAR-10 set\"", "and(words(phrase cifar 10 set))", "cifar, 10, set"},
          {"\"in C++ code\"", "and(words(phrase in c++ code))", "in, c++, code, Kc++"},
          {"\"x y\"~3", "and(words(near window 4 x y))", "x, y"},
          {"\"x y\"~1", "and(words(near window 2 x y))", "x, y"},
          {"\"a b c d\"~1", "and(words(near window 4 a b c d))", "a, b, c, d, Ka-b-c-d"},
          {"\"x y\"~50", "and(words(near window 51 x y))", "x, y"}, {"\"...\" x", "and(words(term x))", "x"},
          {"title:\"x y\"~4", "and(words(near window 5 x y in title))", "x in title, y in title"});
}

static void prefixes(void **state) {
    (void)state;
    CHECK({"rein*", "and(words(or(term reinforc, term reinforce)))", "reinforc, reinforce"},
          {"reinforcement*", "and(words(or(term reinforc)))", "reinforc"},
          {"polic*", "and(words(or(term polici, term policy)))", "polici, policy"},
          {"zzz*", "and(words(or))", ""},
          {"\xE6\xA9\x9F\xE6\xA2\xB0\xE5\xAD\xA6*",
           "and(words(words(term \xE6\xA9\x9F\xE6\xA2\xB0, term \xE6\xA2\xB0\xE5\xAD\xA6)))",
           "\xE6\xA9\x9F\xE6\xA2\xB0, \xE6\xA2\xB0\xE5\xAD\xA6"},
          {"title:deep*", "and(words(or(term deep in title, term deepmind in title)))",
           "deep in title, deepmind in title"},
          {"tag:pol*", "and(or(term Kpolicy, term Kpolicy-gradients))", ""}, {"tag:zzz*", "and(or)", ""},
          {"tag:policy-*", "and(or(term Kpolicy-gradients))", ""},
          {"tag:Policy_*", "and(or(term Kpolicy-gradients))", ""}, {"tag:polic-*", "and(or)", ""},
          {"tag:policy-g*", "and(or(term Kpolicy-gradients))", ""},
          {"DEEP*", "and(words(or(term deep, term deepmind)))", "deep, deepmind"},
          {"policy poli* deep*",
           "and(words(term polici, or(term polici, term policy), or(term deep, term deepmind)))",
           "polici x2, Kpolicy, policy, deep, deepmind"},
          {"deep* poli* polic*",
           "and(words(or(term deep, term deepmind), or(term polici, term policy), or(term polici, term "
           "policy)))",
           "deep, deepmind, polici x2, policy x2"});
}

static void exact_values(void **state) {
    (void)state;
    CHECK({"kind:blog", "and(or(term XKblog))", ""},
          {"kind:blog,Tweet", "and(or(term XKblog, term XKtweet))", ""},
          {"tag:\"Policy Gradients\"", "and(or(term Kpolicy-gradients))", ""},
          {"author:\"Ann Bee\" x", "and(words(term x), or(term Aann-bee))", "x"},
          {"id:\"a/B\"", "and(or(term Qa/B))", ""},
          {"is:failed has:url lang:EN", "and(or(term XSfailed), or(term XHurl), or(term Len))", ""},
          {"tag:deep tag:policy", "and(or(term Kdeep), or(term Kpolicy))", ""});
}

static void dates(void **state) {
    (void)state;
    CHECK({"date:2014..2016", "and(dates 20140101..20161231)", ""},
          {"after:2015 x", "and(words(term x), dates 20150101..99991231)", "x"},
          {"before:2015-06", "and(dates 00000000..20150630)", ""});
}

static void negations_do_not_score(void **state) {
    (void)state;
    CHECK({"x -y", "and(words(term x), not(term y))", "x"}, {"-y", "and(not(term y))", ""},
          {"NOT (x y)", "and(not(and(words(term x, term y))))", ""}, {"-\"x y\"", "and(not(phrase x y))", ""},
          {"-kind:blog x", "and(words(term x), not(or(term XKblog)))", "x"},
          {"-deep*", "and(not(or(term deep, term deepmind)))", ""},
          {"-(x -y)", "and(not(and(words(term x), not(term y))))", ""},
          {"x -...", "and(words(term x))", "x"});
}

static void groups_and_alternatives(void **state) {
    (void)state;
    CHECK({"x OR y", "and(words(or(term x, term y)))", "x, y"},
          {"x y OR z", "and(words(term x, or(term y, term z)))", "x, y, z"},
          {"(x y) OR z", "and(words(or(and(words(term x, term y)), term z)))", "x, y, z"},
          {"x (y OR kind:blog)", "and(words(term x, or(term y, or(term XKblog))))", "x, y"},
          {"kind:blog OR kind:tweet", "and(or(or(term XKblog), or(term XKtweet)))", ""},
          {"(kind:blog)", "and(or(term XKblog))", ""},
          {"x (kind:blog after:2015)", "and(words(term x), and(or(term XKblog), dates 20150101..99991231))",
           "x"},
          {"title:(x y)", "and(words(term x in title, term y in title))", "x in title, y in title"});
}

static void whole_tags(void **state) {
    (void)state;
    CHECK({"policy gradients", "and(words(term polici, term gradient))",
           "polici, gradient, Kpolicy, Kpolicy-gradients"},
          {"Policy-Gradients", "and(words(or(term policygradi, words(term polici, term gradient))))",
           "polici, policygradi x0.5, gradient, Kpolicy-gradients"},
          {"x policy gradients y", "and(words(term x, term polici, term gradient, term y))",
           "x, polici, gradient, y, Kpolicy, Kpolicy-gradients"},
          {"a b c d e", "and(words(term a, term b, term c, term d, term e))", "a, b, c, d, e, Ka-b-c-d"},
          {"policy x gradients", "and(words(term polici, term x, term gradient))",
           "polici, x, gradient, Kpolicy"},
          {"policy kind:blog gradients", "and(words(term polici, term gradient), or(term XKblog))",
           "polici, Kpolicy, gradient"},
          {"policy (gradients)", "and(words(term polici, term gradient))",
           "polici, gradient, Kpolicy, Kpolicy-gradients"},
          {"\"policy gradients\"", "and(words(phrase polici gradient))",
           "polici, gradient, Kpolicy, Kpolicy-gradients"},
          {"policy OR gradients", "and(words(or(term polici, term gradient)))", "polici, Kpolicy, gradient"},
          {"-policy", "and(not(term polici))", ""},
          {"title:policy gradients", "and(words(term polici in title, term gradient))",
           "polici in title, gradient"},
          {"deep deep", "and(words(term deep, term deep))", "deep x2, Kdeep x2"},
          {"t-SNE", "and(words(or(term tsne, words(term t, term sne))))", "t, tsne x0.5, sne, Kt-sne"},
          {"c++", "and(words(words(term c++, or(words(term c)))))", "c, c++, Kc++"},
          {"deep learning deep", "and(words(term deep, term learn, term deep))",
           "deep x2, learn, Kdeep x2, Kdeep-learning"},
          {"tag:deep deep", "and(words(term deep), or(term Kdeep))", "deep, Kdeep"});
}

static void nothing_at_all(void **state) {
    (void)state;
    CHECK({"", "every record", ""}, {"...", "every record", ""}, {"-...", "every record", ""},
          {"(\"\" OR ...)", "and(words(term or))", "or"});
}

static void the_tag_boost(void **state) {
    static const struct row off = {"policy gradients", "and(words(term polici, term gradient))",
                                   "polici, gradient"},
                            half = {"policy gradients", "and(words(term polici, term gradient))",
                                    "polici, gradient, Kpolicy x0.5, Kpolicy-gradients x0.5"};
    (void)state;
    check_with(&off, 0);
    check_with(&half, 0.5);
}

/* ---- Cuts ---- */

static size_t leaves(const ks_plan_node *node) {
    size_t count = node->term_count;
    for (const ks_plan_node *child = node->child; child; child = child->next) count += leaves(child);
    return count;
}

/* Whether the tree holds a WORDS or OR without children, which no record matches. */
static bool is_spoilt(const ks_plan_node *node) {
    if (!node->child && (node->kind == KS_PLAN_WORDS || node->kind == KS_PLAN_OR)) return true;
    for (const ks_plan_node *child = node->child; child; child = child->next)
        if (is_spoilt(child)) return true;
    return false;
}

/* `warning` is one of those given; "" for none at all, NULL for any. */
static void check_cut(const char *text, const char *warning) {
    ks_query query = {0};
    ks_query_plan plan = {0};
    bool found = !warning || !*warning;
    assert_int_equal(ks_query_parse(&query, text, strlen(text), NULL), KS_OK);
    assert_int_equal(ks_query_plan_make(&plan, &query, index_, 1, NULL), KS_OK);
    assert_true(leaves(plan.plan.root) <= KS_PLAN_TERMS);
    assert_false(is_spoilt(plan.plan.root));
    for (size_t i = 0; i < query.warning_count; i++)
        found = found || (warning && strcmp(query.warnings[i], warning) == 0);
    if (!found) fail_msg("[%.50s…] does not warn: %s", text, warning);
    if (warning && !*warning) assert_int_equal(query.warning_count, 0);
    ks_query_plan_free(&plan);
    ks_query_free(&query);
}

/* `count` words, then what is given, in one quoted phrase or none: one leaf of the query. */
static const char *many_words(size_t count, bool quoted, const char *then) {
    static char text[40000];
    size_t used = 0;
    if (quoted) text[used++] = '"';
    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "w%c ", 'a' + (int)(i % 26));
    snprintf(text + used, sizeof text - used, "%s%s", quoted ? "\" " : "", then);
    return text;
}

static const char too_long[] = "the query is too long; it was cut after 2048 terms";

static void long_phrases_are_cut(void **state) {
    (void)state;
    check_cut(many_words(KS_PLAN_TERMS, true, ""), "");
    check_cut(many_words(KS_PLAN_TERMS + 1, true, ""), too_long);
    check_cut(many_words(KS_PLAN_TERMS, true, "x"), too_long);
    check_cut(many_words(KS_PLAN_TERMS + 500, true, "x y z"), too_long);
}

/* What no longer fits in is left out, and does not become something that never matches. */
static void what_does_not_fit_is_left_out(void **state) {
    static const char *const last[] = {"CIFAR-10", "C++",       "\xE5\xAD\xA6\xE7\xBF\x92",
                                       "deep*",    "\"x y\"",   "\"x y\"~3",
                                       "(x OR y)", "title:x",   "-x",
                                       "-(x y)",   "-CIFAR-10", "tag:pol*"};
    (void)state;
    for (size_t i = 0; i < sizeof last / sizeof last[0]; i++)
        for (size_t room = 0; room < 4; room++)
            check_cut(many_words(KS_PLAN_TERMS - room, true, last[i]), room == 0 ? too_long : NULL);
}

/* That the query was cut is said first, whatever else is wrong with it. */
static void a_cut_is_said_among_many_warnings(void **state) {
    ks_buffer text = {0};
    ks_query query = {0};
    ks_query_plan plan = {0};
    (void)state;
    for (size_t i = 0; i < 30; i++) ks_buffer_str(&text, ") ");
    ks_buffer_str(&text, many_words(KS_PLAN_TERMS + 1, true, ""));
    assert_int_equal(ks_query_parse(&query, text.data, text.size, NULL), KS_OK);
    assert_int_equal(ks_query_plan_make(&plan, &query, index_, 1, NULL), KS_OK);
    assert_int_equal(query.warning_count, 21);
    assert_string_equal(query.warnings[0], too_long);
    ks_query_plan_free(&plan);
    ks_query_free(&query);
    ks_buffer_free(&text);
}

/* A tag whose words were cut off must not score: records that have it would be taken for matches. */
static void tags_of_words_that_were_cut_off(void **state) {
    static const char *const last[] = {"policy", "\"policy gradients\"", "\"policy x\"~3", "deep learning"};
    (void)state;
    for (size_t i = 0; i < sizeof last / sizeof last[0]; i++) {
        const char *text = many_words(KS_PLAN_TERMS, true, last[i]);
        ks_query query = {0};
        ks_query_plan plan = {0};
        assert_int_equal(ks_query_parse(&query, text, strlen(text), NULL), KS_OK);
        assert_int_equal(ks_query_plan_make(&plan, &query, index_, 1, NULL), KS_OK);
        assert_int_equal(plan.plan.score_count, 26); /* wa to wz */
        ks_query_plan_free(&plan);
        ks_query_free(&query);
    }
}

static void long_prefixes_are_cut(void **state) {
    ks_oracle *small = oracle;
    ks_index *before = index_;
    char text[200 * 10] = "";
    (void)state;
    for (int i = 0; i < 150; i++) sprintf(text + strlen(text), "pre%d ", i);
    open_oracle();
    put_spec(&(ks_test_spec){.id = "1", .fields = {text}, .values = "tag:pre1"});
    check_cut("pre*", "pre* begins more than 100 words; the 100 in most records were searched");
    check_cut("pre1*", "");
    check_cut("tag:pre*", "");
    close_oracle(NULL);
    oracle = small;
    index_ = before;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words),
        cmocka_unit_test(repeated_words_weigh_twice),
        cmocka_unit_test(compounds),
        cmocka_unit_test(spelled_forms),
        cmocka_unit_test(unspaced_scripts),
        cmocka_unit_test(phrases),
        cmocka_unit_test(prefixes),
        cmocka_unit_test(exact_values),
        cmocka_unit_test(dates),
        cmocka_unit_test(negations_do_not_score),
        cmocka_unit_test(groups_and_alternatives),
        cmocka_unit_test(whole_tags),
        cmocka_unit_test(nothing_at_all),
        cmocka_unit_test(the_tag_boost),
        cmocka_unit_test(long_phrases_are_cut),
        cmocka_unit_test(what_does_not_fit_is_left_out),
        cmocka_unit_test(a_cut_is_said_among_many_warnings),
        cmocka_unit_test(tags_of_words_that_were_cut_off),
        cmocka_unit_test(long_prefixes_are_cut),
    };
    return cmocka_run_group_tests(tests, set_up, close_oracle);
}
