/* ks_explain: the plan, the terms, and how their shares make up the score that ks_search gives. */
#define _DEFAULT_SOURCE /* mkstemps */
#include <unistd.h>

#include "tests/searcher/support.h"

#include "base/buffer.h"
#include "tests/support/query_maker.h"
#include "tests/support/random.h"

#include <math.h>

static const char papers[] = KS_SOURCE_DIR "/corpus/sample/papers.jsonl";
static ks_search_options options;

static int set_up(void **state) {
    (void)state;
    open_records("{\"id\":\"a\",\"title\":\"Deep nets\",\"tags\":[\"deep-learning\"]}\n"
                 "{\"id\":\"b\",\"title\":\"Deep sea\",\"summary\":\"Learning.\"}\n"
                 "{\"id\":\"c\",\"title\":\"Nets\"}\n");
    ks_search_options_init(&options);
    return 0;
}

static int set_up_papers(void **state) {
    (void)state;
    open_source(papers);
    ks_search_options_init(&options);
    return 0;
}

static ks_explanation *explain(const char *query, const char *id) {
    ks_explanation *explanation = NULL;
    ks_error error = {0};
    if (ks_explain(&explanation, index_, query, strlen(query), id, &options, &error))
        fail_msg("[%s] %s: %s", query, id ? id : "-", error.message);
    return explanation;
}

/* ---- A query alone ---- */

static void a_query_without_a_record(void **state) {
    ks_explanation *got = explain("deep  (learning", NULL);
    (void)state;
    assert_string_equal(got->raw, "deep  (learning");
    assert_string_equal(got->parsed, "deep learning");
    assert_int_equal(got->warnings.count, 1);
    assert_string_equal(got->plan, "and\n  words\n    term deep\n    term learn\n");
    assert_int_equal(got->records, 3);
    assert_true(got->average_length > 0);
    assert_int_equal(got->term_count, 3);
    assert_null(got->record);
    assert_true(got->score == 0);
    for (size_t i = 0; i < got->term_count; i++)
        assert_true(got->terms[i].share == 0 && got->terms[i].frequency == 0);
    ks_explanation_free(got);
    ks_explanation_free(NULL);
}

static void terms(void **state) {
    ks_explanation *got = explain("deep learning title:nets deep", NULL);
    (void)state;
    assert_int_equal(got->term_count, 4);
    assert_string_equal(got->terms[0].term, "deep");
    assert_true(got->terms[0].weight == 2);
    assert_int_equal(got->terms[0].documents, 2);
    assert_null(got->terms[0].field);
    assert_false(got->terms[0].is_tag);
    assert_string_equal(got->terms[2].term, "deep-learning");
    assert_true(got->terms[2].is_tag);
    assert_int_equal(got->terms[2].documents, 1);
    assert_string_equal(got->terms[3].term, "net");
    assert_string_equal(got->terms[3].field, "title");
    ks_explanation_free(got);
}

/* ---- A record ---- */

static void a_record(void **state) {
    ks_explanation *got;
    (void)state;
    options.tag_boost = 3;
    got = explain("deep learning", "a");
    assert_string_equal(got->record->id, "a");
    assert_int_equal(got->length,
                     4 + 4 + 3 * 3 + 3); /* two words in the title; three terms and a whole tag */
    assert_true(got->matches);
    assert_int_equal(got->tier, KS_TIER_ALL);
    assert_int_equal(got->terms[0].frequency, 7);
    assert_int_equal(got->terms[2].frequency, 3);
    assert_true(got->terms[2].weight == 3);
    ks_explanation_free(got);
}

static void what_matches_and_what_does_not(void **state) {
    static const struct {
        const char *query, *id;
        ks_match match;
        bool matches;
        ks_tier tier;
    } rows[] = {
        {"deep learning", "b", KS_MATCH_AUTO, true, KS_TIER_ALL},
        {"deep learning", "c", KS_MATCH_AUTO, false, KS_TIER_ALL},
        {"deep nets", "c", KS_MATCH_AUTO, true, KS_TIER_SOME},
        {"deep nets", "c", KS_MATCH_ANY, true, KS_TIER_SOME},
        {"deep nets", "c", KS_MATCH_ALL, false, KS_TIER_ALL},
        {"deep nets", "a", KS_MATCH_ANY, true, KS_TIER_ALL},
        {"nets -deep", "a", KS_MATCH_AUTO, false, KS_TIER_ALL},
        {"nets -deep", "c", KS_MATCH_AUTO, true, KS_TIER_ALL},
        {"tag:deep-learning", "a", KS_MATCH_AUTO, true, KS_TIER_ALL},
        {"id:a", "a", KS_MATCH_AUTO, true, KS_TIER_ALL},
        {"id:a", "b", KS_MATCH_AUTO, false, KS_TIER_ALL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ks_explanation *got;
        options.match = rows[i].match;
        got = explain(rows[i].query, rows[i].id);
        if (got->matches != rows[i].matches)
            fail_msg("[%s] %s: matches is %d", rows[i].query, rows[i].id, got->matches);
        if (got->matches) assert_int_equal(got->tier, rows[i].tier);
        ks_explanation_free(got);
    }
}

static void empty_queries(void **state) {
    ks_explanation *got = explain("", "a");
    (void)state;
    assert_false(got->matches);
    assert_int_equal(got->term_count, 0);
    ks_explanation_free(got);
    options.empty_is_all = true;
    got = explain("", "a");
    assert_true(got->matches);
    assert_string_equal(got->plan, "every record\n");
    ks_explanation_free(got);
}

static void wrong_calls(void **state) {
    ks_explanation *got = NULL;
    ks_error error = {0};
    (void)state;
    assert_int_equal(ks_explain(&got, index_, "deep", 4, "nobody", &options, &error), KS_ERR_NOT_FOUND);
    assert_int_equal(error.code, KS_ERR_NOT_FOUND);
    assert_int_equal(ks_explain(&got, NULL, "deep", 4, "a", &options, &error), KS_ERR_ARGUMENT);
    assert_int_equal(ks_explain(&got, index_, NULL, 4, "a", &options, &error), KS_ERR_ARGUMENT);
    assert_int_equal(ks_explain(&got, index_, "deep", 4, "a", NULL, &error), KS_ERR_ARGUMENT);
    assert_int_equal(ks_explain(NULL, index_, "deep", 4, "a", &options, &error), KS_ERR_ARGUMENT);
    assert_null(got);
}

/* ---- Against ks_search, on random queries ---- */

static void check_hit(const char *query, const ks_hit *hit) {
    ks_explanation *got = explain(query, hit->record->id);
    double sum = 0;
    for (size_t i = 0; i < got->term_count; i++) {
        const ks_term_share *term = &got->terms[i];
        sum += term->share;
        assert_true(term->share >= 0);
        assert_int_equal(term->frequency > 0 && term->weight > 0, term->share > 0);
        assert_true(term->documents > 0 || term->frequency == 0);
    }
    if (fabs(sum - got->score) > 1e-9 || fabs(got->score - hit->score) > 1e-6)
        fail_msg("[%s] %s: shares of %.9f, score %.9f, in the search %.9f", query, hit->record->id, sum,
                 got->score, hit->score);
    if (!got->matches) fail_msg("[%s] %s: does not match", query, hit->record->id);
    if (got->tier != hit->tier) fail_msg("[%s] %s: tier %d", query, hit->record->id, (int)got->tier);
    ks_explanation_free(got);
}

/* A record that the search does not give does not match either. */
static void check_others(const char *query, const ks_results *results) {
    ks_search_options all = options;
    ks_results *everything;
    all.empty_is_all = true;
    all.limit = 1000;
    everything = NULL;
    assert_int_equal(ks_search(&everything, index_, "", 0, &all, NULL), KS_OK);
    for (size_t i = 0; i < everything->hit_count; i += 7) {
        const char *id = everything->hits[i].record->id;
        bool found = false;
        ks_explanation *got = explain(query, id);
        for (size_t j = 0; j < results->hit_count; j++)
            found = found || strcmp(results->hits[j].record->id, id) == 0;
        if (got->matches != found) fail_msg("[%s] %s: matches is %d", query, id, got->matches);
        ks_explanation_free(got);
    }
    ks_results_free(everything);
}

static void random_queries(void **state) {
    ks_query_maker *maker = ks_query_maker_new(papers, ks_test_seed(6));
    ks_buffer query = {0};
    (void)state;
    for (int i = 0; i < 120; i++) {
        ks_results *results;
        ks_query_maker_next(maker, &query);
        ks_query_maker_options(maker, &options);
        options.offset = 0;
        options.limit = 1000;
        results = search(query.data, &options);
        for (size_t j = 0; j < results->hit_count; j += 1 + j / 4) check_hit(query.data, &results->hits[j]);
        check_others(query.data, results);
        ks_results_free(results);
    }
    ks_buffer_free(&query);
    ks_query_maker_free(maker);
}

#define WITH_INDEX(test) cmocka_unit_test_setup_teardown(test, set_up, close_all)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_INDEX(a_query_without_a_record),
        WITH_INDEX(terms),
        WITH_INDEX(a_record),
        WITH_INDEX(what_matches_and_what_does_not),
        WITH_INDEX(empty_queries),
        WITH_INDEX(wrong_calls),
        cmocka_unit_test_setup_teardown(random_queries, set_up_papers, close_all),
    };
    RUN_FOR_EACH_ENGINE(tests);
}
