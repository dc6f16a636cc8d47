/* ks_search: what comes back, in which order, and with which options; and ks_index_record. */
#define _DEFAULT_SOURCE /* mkstemps */
#include <unistd.h>

#include "tests/searcher/support.h"

#include <math.h>

static const char records[] =
    "{\"id\":\"a\",\"title\":\"Deep "
    "nets\",\"date\":\"2015-03-01\",\"kind\":\"blog\",\"tags\":[\"deep-learning\"],"
    "\"author\":\"ann\",\"stars\":7}\n"
    "{\"id\":\"b\",\"title\":\"Deep "
    "sea\",\"date\":\"2016-03-01\",\"kind\":\"video\",\"summary\":\"Water.\"}\n"
    "{\"id\":\"c\",\"title\":\"Nets for "
    "fishing\",\"date\":\"2014\",\"kind\":\"blog\",\"author\":[\"bob\",\"cid\"]}\n"
    "{\"id\":\"d\",\"title\":\"Learning\",\"summary\":\"Deep learning, deep down.\",\"status\":\"failed\"}\n";

static ks_search_options options;

static int set_up(void **state) {
    (void)state;
    open_records(records);
    ks_search_options_init(&options);
    return 0;
}

/* The ids of the hits, those that hold only some of the words in brackets. */
static void expect(const char *query, const char *expected) {
    ks_results *results = search(query, &options);
    char got[100] = "";
    for (size_t i = 0; i < results->hit_count; i++) {
        const ks_hit *hit = &results->hits[i];
        sprintf(got + strlen(got), hit->tier == KS_TIER_ALL ? "%s" : "(%s)", hit->record->id);
        assert_int_equal(hit->rank, options.offset + i + 1);
    }
    ks_results_free(results);
    if (strcmp(got, expected) != 0) fail_msg("[%s]: %s, not %s", query, got, expected);
}

/* ---- Matching, order, pages ---- */

static void defaults(void **state) {
    (void)state;
    assert_int_equal(options.match, KS_MATCH_AUTO);
    assert_int_equal(options.sort, KS_SORT_SCORE);
    assert_int_equal(options.detail, KS_DETAIL_PASSAGES);
    assert_int_equal(options.limit, 10);
    assert_int_equal(options.offset, 0);
    assert_true(options.tag_boost == 1);
    assert_false(options.count_exact);
    assert_false(options.empty_is_all);
}

static void match_modes(void **state) {
    (void)state;
    options.sort = KS_SORT_NEW;
    expect("deep nets", "a(b)(c)(d)");
    options.match = KS_MATCH_ALL;
    expect("deep nets", "a");
    options.match = KS_MATCH_ANY;
    expect("deep nets", "(b)a(c)(d)");
    expect("deep", "bad");
    expect("deep nowhere", "(b)(a)(d)");
}

static void orders(void **state) {
    (void)state;
    options.sort = KS_SORT_NEW;
    expect("deep OR nets", "bacd");
    options.sort = KS_SORT_OLD;
    expect("deep OR nets", "dcab");
    options.sort = KS_SORT_SCORE;
    options.tag_boost = 0;
    expect("learning", "da");
    options.tag_boost = 1;
    expect("deep learning", "ad(b)");
}

static void pages(void **state) {
    (void)state;
    options.sort = KS_SORT_NEW;
    options.limit = 2;
    expect("deep nets", "a(b)");
    options.offset = 1;
    expect("deep nets", "(b)(c)");
    options.offset = 3;
    expect("deep nets", "(d)");
    options.offset = 4;
    expect("deep nets", "");
    options.offset = 0;
    options.limit = 0;
    expect("deep nets", "");
    options.limit = SIZE_MAX;
    expect("deep nets", "a(b)(c)(d)");
}

static void filters(void **state) {
    (void)state;
    expect("kind:blog nets", "ca");
    expect("kind:blog,video after:2015 deep", "ba");
    expect("id:d", "d");
    expect("author:cid", "c");
    expect("is:failed", "d");
    expect("-kind:blog deep", "bd");
    expect("tag:deep-learning", "a");
    expect("has:summary", "bd");
}

/* ---- Totals ---- */

static void totals(void **state) {
    ks_results *results;
    (void)state;
    options.limit = 1;
    results = search("deep nets", &options);
    assert_int_equal(results->total, 4);
    assert_true(results->total_is_exact);
    assert_int_equal(results->records, 4);
    assert_int_equal(results->generation, 1);
    assert_string_equal(results->engine, engine);
    assert_int_equal(results->match, KS_MATCH_AUTO);
    ks_results_free(results);
}

static void counting_stops(void **state) {
    char *text = malloc(200000), *at = text;
    ks_results *results;
    (void)state;
    close_all(NULL);
    for (int i = 0; i < KS_COUNT_LIMIT + 100; i++)
        at += sprintf(at, "{\"id\":\"%d\",\"title\":\"word\"}\n", i);
    open_records(text);
    free(text);
    results = search("word", &options);
    assert_int_equal(results->total, KS_COUNT_LIMIT);
    assert_false(results->total_is_exact);
    ks_results_free(results);
    options.count_exact = true;
    results = search("word", &options);
    assert_int_equal(results->total, KS_COUNT_LIMIT + 100);
    assert_true(results->total_is_exact);
    ks_results_free(results);
}

/* ---- What was asked ---- */

static void what_was_understood(void **state) {
    ks_results *results;
    (void)state;
    results = search("deep  (nets", &options);
    assert_string_equal(results->raw, "deep  (nets");
    assert_string_equal(results->parsed, "deep nets");
    assert_int_equal(results->warnings.count, 1);
    ks_results_free(results);
    results = search("d\xFF"
                     "eep",
                     &options);
    assert_string_equal(results->raw, "d\xEF\xBF\xBD"
                                      "eep");
    assert_int_equal(results->warnings.count, 1);
    ks_results_free(results);
}

static void empty_queries(void **state) {
    static const char *const empty[] = {"", " ", "...", "()", "\"\"", "-..."};
    (void)state;
    for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++) {
        options.empty_is_all = false;
        options.sort = KS_SORT_NEW;
        expect(empty[i], "");
        options.empty_is_all = true;
        expect(empty[i], "bacd");
    }
    options.empty_is_all = true;
    expect("nowhere", ""); /* not empty, only without hits */
    expect("kind:nowhere", "");
    assert_int_equal(ks_search(&(ks_results *){NULL}, index_, NULL, 1, &options, NULL), KS_ERR_ARGUMENT);
}

static void no_text_at_all(void **state) {
    ks_results *results = NULL;
    (void)state;
    assert_int_equal(ks_search(&results, index_, NULL, 0, &options, NULL), KS_OK);
    assert_string_equal(results->raw, "");
    assert_string_equal(results->parsed, "");
    assert_int_equal(results->hit_count, 0);
    ks_results_free(results);
    ks_results_free(NULL);
}

/* ---- Details ---- */

static void details(void **state) {
    ks_results *results;
    (void)state;
    options.detail = KS_DETAIL_ID;
    results = search("nets deep learning", &options);
    assert_string_equal(results->hits[0].record->id, "a");
    assert_null(results->hits[0].record->title);
    assert_null(results->hits[0].record->json);
    assert_int_equal(results->hits[0].passage_count, 0);
    ks_results_free(results);
    options.detail = KS_DETAIL_RECORD;
    results = search("nets deep learning", &options);
    assert_string_equal(results->hits[0].record->title, "Deep nets");
    assert_non_null(strstr(results->hits[0].record->json, "\"stars\":7"));
    assert_int_equal(results->hits[0].passage_count, 0);
    assert_int_equal(results->hits[0].matched_fields.count, 0);
    ks_results_free(results);
    options.detail = KS_DETAIL_PASSAGES;
    results = search("nets deep learning", &options);
    assert_int_equal(results->hits[0].passage_count, 2);
    assert_int_equal(results->hits[0].matched_fields.count, 2);
    assert_string_equal(results->hits[0].matched_fields.items[1], "tags");
    ks_results_free(results);
}

static void fails_with(const ks_search_options *wrong) {
    ks_results *results = NULL;
    ks_explanation *explanation = NULL;
    ks_error error = {0};
    assert_int_equal(ks_search(&results, index_, "deep", 4, wrong, &error), KS_ERR_ARGUMENT);
    assert_int_equal(error.code, KS_ERR_ARGUMENT);
    assert_int_not_equal(error.message[0], 0);
    assert_null(results);
    assert_int_equal(ks_explain(&explanation, index_, "deep", 4, "a", wrong, &error), KS_ERR_ARGUMENT);
    assert_null(explanation);
}

static void wrong_options(void **state) {
    static const double boosts[] = {-1, -0.001, NAN, INFINITY, -INFINITY, 1000000.5, 1e300};
    ks_search_options wrong;
    (void)state;
    for (size_t i = 0; i < sizeof boosts / sizeof boosts[0]; i++) {
        wrong = options;
        wrong.tag_boost = boosts[i];
        fails_with(&wrong);
    }
    wrong = options;
    wrong.limit = SIZE_MAX;
    wrong.offset = 1;
    fails_with(&wrong);
    wrong = options;
    wrong.match = (ks_match)(KS_MATCH_ANY + 1);
    fails_with(&wrong);
    wrong = options;
    wrong.sort = (ks_sort)(KS_SORT_OLD + 1);
    fails_with(&wrong);
    wrong = options;
    wrong.detail = (ks_detail)(KS_DETAIL_PASSAGES + 1);
    fails_with(&wrong);
    fails_with(NULL);
}

static void missing_arguments(void **state) {
    ks_results *results = NULL;
    (void)state;
    assert_int_equal(ks_search(NULL, index_, "x", 1, &options, NULL), KS_ERR_ARGUMENT);
    assert_int_equal(ks_search(&results, NULL, "x", 1, &options, NULL), KS_ERR_ARGUMENT);
    assert_int_equal(ks_search(&results, index_, NULL, 1, &options, NULL), KS_ERR_ARGUMENT);
    assert_null(results);
}

/* ---- Single records ---- */

static void single_records(void **state) {
    ks_record *record = NULL;
    ks_error error = {0};
    char long_id[2000];
    (void)state;
    assert_int_equal(ks_index_record(&record, index_, "c", &error), KS_OK);
    assert_string_equal(record->id, "c");
    assert_int_equal(record->authors.count, 2);
    assert_true(record->author_is_list);
    ks_record_free(record);
    record = NULL;
    memset(long_id, 'x', sizeof long_id - 1);
    long_id[sizeof long_id - 1] = '\0';
    assert_int_equal(ks_index_record(&record, index_, "z", &error), KS_ERR_NOT_FOUND);
    assert_int_equal(error.code, KS_ERR_NOT_FOUND);
    assert_int_equal(ks_index_record(&record, index_, "", &error), KS_ERR_NOT_FOUND);
    assert_int_equal(ks_index_record(&record, index_, "C", &error), KS_ERR_NOT_FOUND);
    assert_int_equal(ks_index_record(&record, index_, long_id, &error), KS_ERR_NOT_FOUND);
    assert_int_equal(ks_index_record(&record, index_, NULL, &error), KS_ERR_ARGUMENT);
    assert_int_equal(ks_index_record(&record, NULL, "c", &error), KS_ERR_ARGUMENT);
    assert_int_equal(ks_index_record(NULL, index_, "c", &error), KS_ERR_ARGUMENT);
    assert_null(record);
    ks_record_free(NULL);
}

static void describing(void **state) {
    ks_index_info info;
    (void)state;
    assert_int_equal(ks_index_describe(&info, index_, NULL), KS_OK);
    assert_string_equal(info.engine, engine);
    assert_string_equal(info.language, "english");
    assert_int_equal(info.generation, 1);
    assert_int_equal(info.records, 4);
    assert_true(info.terms > 10);
    assert_true(info.bytes > 1000);
    assert_true(info.average_length > 5 && info.average_length < 50);
    assert_int_equal(ks_index_describe(NULL, index_, NULL), KS_ERR_ARGUMENT);
    assert_int_equal(ks_index_describe(&info, NULL, NULL), KS_ERR_ARGUMENT);
}

#define WITH_INDEX(test) cmocka_unit_test_setup_teardown(test, set_up, close_all)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_INDEX(defaults),
        WITH_INDEX(match_modes),
        WITH_INDEX(orders),
        WITH_INDEX(pages),
        WITH_INDEX(filters),
        WITH_INDEX(totals),
        WITH_INDEX(counting_stops),
        WITH_INDEX(what_was_understood),
        WITH_INDEX(empty_queries),
        WITH_INDEX(no_text_at_all),
        WITH_INDEX(details),
        WITH_INDEX(wrong_options),
        WITH_INDEX(missing_arguments),
        WITH_INDEX(single_records),
        WITH_INDEX(describing),
    };
    RUN_FOR_EACH_ENGINE(tests);
}
