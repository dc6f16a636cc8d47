/* Which terms of a query score, and how much, against a model: random queries of words, fields, phrases,
 * negations and groups, whose scores are gathered while the query is written down; and the whole tags that
 * runs of their words are. */
#include "searcher/plan.h"
#include "tests/searcher/oracle_index.h"
#include "tests/support/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 6, TAGS = 40, QUERIES = 4000, MOST_SCORES = 200, MOST_RUN = 60, DEPTH = 3 };

/* They are their own stems. */
static const char *const words[WORDS] = {"net", "pong", "deep", "atari", "rl", "agent"};

static char tags[TAGS][40]; /* that records have, without the prefix */

/* ---- Records with tags of one to five words ---- */

static void make_tag(char *out, uint64_t *random) {
    size_t count = 1 + ks_test_below(random, 5);
    *out = '\0';
    for (size_t i = 0; i < count; i++)
        sprintf(out + strlen(out), "%s%s", i ? "-" : "", words[ks_test_below(random, WORDS)]);
}

static void make_index(uint64_t seed) {
    uint64_t random = seed;
    open_oracle();
    for (size_t i = 0; i < TAGS; i++) {
        char id[20], values[60];
        make_tag(tags[i], &random);
        snprintf(id, sizeof id, "r%zu", i);
        snprintf(values, sizeof values, "tag:%s", tags[i]);
        put_spec(&(ks_test_spec){.id = id, .values = values});
    }
}

/* ---- The model: what a query is to score, gathered as it is written ---- */

struct expected {
    char term[50];
    ks_field field;
    double weight;
};

struct model {
    ks_buffer text;
    struct expected scores[MOST_SCORES];
    size_t count, leaves; /* leaves: terms and phrases of the tree, negated ones too */
    const char *run[MOST_RUN];
    size_t run_count;
    unsigned negated;
    double boost;
    uint64_t *random;
};

static void score(struct model *m, const char *term, ks_field field, double weight) {
    struct expected *it = m->scores;
    if (m->negated) return;
    while (it < m->scores + m->count && (it->field != field || strcmp(it->term, term) != 0)) it++;
    if (it == m->scores + m->count) {
        assert_true(m->count++ < MOST_SCORES);
        *it = (struct expected){.field = field};
        snprintf(it->term, sizeof it->term, "%s", term);
    }
    it->weight += weight;
}

static bool is_tag(const char *text) {
    for (size_t i = 0; i < TAGS; i++)
        if (strcmp(tags[i], text) == 0) return true;
    return false;
}

/* One to four words of the run that are a tag. */
static void end_run(struct model *m) {
    for (size_t first = 0; first < m->run_count; first++) {
        char joined[200] = "", term[210];
        for (size_t i = first; i < m->run_count && i < first + 4; i++) {
            sprintf(joined + strlen(joined), "%s%s", i > first ? "-" : "", m->run[i]);
            snprintf(term, sizeof term, "%s%s", ks_exact_prefix(KS_EXACT_TAG), joined);
            if (m->boost > 0 && is_tag(joined)) score(m, term, KS_FIELD_ANY, m->boost);
        }
    }
    m->run_count = 0;
}

static void extend_run(struct model *m, const char *word) {
    if (m->negated) return;
    assert_true(m->run_count < MOST_RUN);
    m->run[m->run_count++] = word;
}

static const char *any_word(struct model *m) {
    return words[ks_test_below(m->random, WORDS)];
}

static void write_word(struct model *m) {
    const char *word = any_word(m);
    ks_buffer_str(&m->text, word);
    score(m, word, KS_FIELD_ANY, 1);
    extend_run(m, word);
    m->leaves++;
}

static void write_field(struct model *m) {
    static const char *const names[] = {"title:", "summary:", "claim:", NULL, "body:"};
    ks_field field = (ks_field)ks_test_below(m->random, KS_TEXT_FIELDS);
    const char *word = any_word(m);
    if (!names[field]) field = KS_FIELD_BODY;
    end_run(m);
    ks_buffer_format(&m->text, "%s%s", names[field], word);
    score(m, word, field, 1);
    m->leaves++;
}

/* Its words are a run of their own. */
static void write_phrase(struct model *m) {
    size_t count = 1 + ks_test_below(m->random, 4);
    end_run(m);
    ks_buffer_char(&m->text, '"');
    for (size_t i = 0; i < count; i++) {
        const char *word = any_word(m);
        ks_buffer_format(&m->text, "%s%s", i ? " " : "", word);
        score(m, word, KS_FIELD_ANY, 1);
        extend_run(m, word);
    }
    ks_buffer_char(&m->text, '"');
    if (ks_test_below(m->random, 3) == 0) ks_buffer_format(&m->text, "~%zu", 1 + ks_test_below(m->random, 9));
    end_run(m);
    m->leaves++;
}

static void write_items(struct model *m, size_t count, unsigned depth);

/* Brackets around a single thing are needless: runs of words go on through them. */
static void write_group(struct model *m, unsigned depth) {
    size_t count = 1 + ks_test_below(m->random, 5);
    if (count > 1) end_run(m);
    ks_buffer_char(&m->text, '(');
    write_items(m, count, depth - 1);
    ks_buffer_char(&m->text, ')');
    if (count > 1) end_run(m);
}

static void write_filter(struct model *m) {
    static const char *const filters[] = {"kind:blog", "date:2014", "tag:deep-net", "has:url",
                                          "author:ann,bob"};
    end_run(m);
    ks_buffer_str(&m->text, filters[ks_test_below(m->random, 5)]);
}

static void write_item(struct model *m, unsigned depth) {
    switch (ks_test_below(m->random, depth ? 12 : 9)) {
    case 7: write_field(m); break;
    case 8: write_phrase(m); break;
    case 9: write_group(m, depth); break;
    case 10: write_filter(m); break;
    case 11:
        end_run(m);
        ks_buffer_char(&m->text, '-');
        m->negated++;
        write_item(m, 0);
        m->negated--;
        break;
    default: write_word(m); break;
    }
}

static void write_items(struct model *m, size_t count, unsigned depth) {
    for (; count > 0; count--) {
        write_item(m, depth);
        ks_buffer_str(&m->text, count > 1 ? " " : "");
    }
}

/* ---- Checks ---- */

static size_t leaves_of(const ks_plan_node *node) {
    size_t count = node->kind == KS_PLAN_TERM || node->kind == KS_PLAN_PHRASE || node->kind == KS_PLAN_NEAR;
    if (count && ks_exact_prefix(KS_EXACT_TAG)[0] == node->terms[0].text[0]) return 0; /* filters */
    if (count && node->terms[0].text[0] >= 'A' && node->terms[0].text[0] <= 'Z') return 0;
    for (const ks_plan_node *child = node->child; child; child = child->next) count += leaves_of(child);
    return count;
}

static const ks_plan_score *find(const ks_plan *plan, const struct expected *wanted) {
    for (size_t i = 0; i < plan->score_count; i++) {
        const ks_plan_score *it = &plan->scores[i];
        if (it->field == wanted->field && it->term.size == strlen(wanted->term) &&
            memcmp(it->term.text, wanted->term, it->term.size) == 0)
            return it;
    }
    return NULL;
}

static void check(const struct model *m, const ks_plan *plan) {
    for (size_t i = 0; i < m->count; i++) {
        const ks_plan_score *found = find(plan, &m->scores[i]);
        if (!found) fail_msg("[%s]: %s does not score", m->text.data, m->scores[i].term);
        if (found->weight < m->scores[i].weight - 1e-9 || found->weight > m->scores[i].weight + 1e-9)
            fail_msg("[%s]: %s weighs %g, not %g", m->text.data, m->scores[i].term, found->weight,
                     m->scores[i].weight);
    }
    if (plan->score_count != m->count)
        fail_msg("[%s]: %zu scores, not %zu", m->text.data, plan->score_count, m->count);
    if (leaves_of(plan->root) != m->leaves)
        fail_msg("[%s]: %zu leaves, not %zu", m->text.data, leaves_of(plan->root), m->leaves);
}

/* Returns how many whole tags scored. */
static size_t one_query(uint64_t *random, double boost) {
    struct model m = {.random = random, .boost = boost};
    ks_query query = {0};
    ks_query_plan plan = {0};
    size_t tagged = 0;
    write_items(&m, 1 + ks_test_below(random, 7), DEPTH);
    end_run(&m);
    assert_false(m.text.failed);
    assert_int_equal(ks_query_parse(&query, m.text.data, m.text.size, NULL), KS_OK);
    assert_int_equal(query.warning_count, 0);
    assert_int_equal(ks_query_plan_make(&plan, &query, index_, boost, NULL), KS_OK);
    assert_false(plan.empty);
    check(&m, &plan.plan);
    for (size_t i = 0; i < m.count; i++) tagged += m.scores[i].term[0] == ks_exact_prefix(KS_EXACT_TAG)[0];
    ks_query_plan_free(&plan);
    ks_query_free(&query);
    ks_buffer_free(&m.text);
    return tagged;
}

static void queries_at_random(void **state) {
    static const double boosts[] = {1, 0.25, 3};
    uint64_t random = ks_test_seed(791);
    size_t tagged = 0;
    (void)state;
    make_index(random);
    for (size_t i = 0; i < QUERIES; i++) tagged += one_query(&random, boosts[i % 3]);
    assert_true(tagged > QUERIES / 4);
}

static void without_a_boost_no_tag_scores(void **state) {
    uint64_t random = ks_test_seed(792);
    (void)state;
    make_index(random);
    for (size_t i = 0; i < QUERIES / 4; i++) assert_int_equal(one_query(&random, 0), 0);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(queries_at_random, close_oracle),
        cmocka_unit_test_teardown(without_a_boost_no_tag_scores, close_oracle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
