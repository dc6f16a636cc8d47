/* How hits are ranked, from the query's text to the order of the hits: scores worked out by hand from the
 * words of random records, as the ranking is described: fields weigh 4, 3, 2, 1 and 1, a run of the query's
 * words that is a whole tag scores too, ties go to the newer record and then by id. Shares nothing with plan
 * or engines. */
#define _DEFAULT_SOURCE /* mkstemps */
#include <unistd.h>

#include "tests/searcher/support.h"

#include "tests/searcher/plain_records.h"

#include <math.h>

enum { QUERIES = 300, MOST_WORDS = 4 };

static const double weights[FIELDS] = {[TITLE] = 4, [SUMMARY] = 1, [CLAIMS] = 2, [TAGS] = 3, [BODY] = 1};
static const double k1 = 1.2, b = 0.75;

/* A query: words in a row, some of which hold for one field only (-1: any). */
typedef struct asked {
    size_t count, words[MOST_WORDS];
    int fields[MOST_WORDS];
    double boost;
} asked;

/* ---- Records ---- */

static bool same_item(const item *a, const item *c) {
    return a->count == c->count && memcmp(a->words, c->words, a->count) == 0;
}

static double frequency(const one_record *of, size_t word) {
    double sum = 0;
    for (size_t field = 0; field < FIELDS; field++)
        for (size_t i = 0; i < of->item_count[field]; i++)
            for (size_t k = 0; k < of->items[field][i].count; k++)
                sum += of->items[field][i].words[k] == word ? weights[field] : 0;
    return sum;
}

static bool in_field(const one_record *of, size_t word, int field) {
    for (size_t i = 0; i < of->item_count[field]; i++)
        for (size_t k = 0; k < of->items[field][i].count; k++)
            if (of->items[field][i].words[k] == word) return true;
    return false;
}

static bool has_tag(const one_record *of, const item *tag) {
    for (size_t i = 0; i < of->item_count[TAGS]; i++)
        if (same_item(&of->items[TAGS][i], tag)) return true;
    return false;
}

/* Every term that the record is indexed by: its words, the joined form of a tag of several, and each
 * different tag as a whole. */
static double length_of(const one_record *of) {
    double sum = 0;
    for (size_t field = 0; field < FIELDS; field++)
        for (size_t i = 0; i < of->item_count[field]; i++)
            sum += weights[field] * (double)of->items[field][i].count;
    for (size_t i = 0; i < of->item_count[TAGS]; i++) {
        bool again = false;
        for (size_t k = 0; k < i; k++) again = again || same_item(&of->items[TAGS][k], &of->items[TAGS][i]);
        sum += of->items[TAGS][i].count > 1 ? weights[TAGS] : 0;
        sum += again ? 0 : weights[TAGS];
    }
    return sum;
}

static double average_length(void) {
    double sum = 0;
    for (size_t i = 0; i < RECORDS; i++) sum += length_of(&records[i]);
    return sum / RECORDS;
}

/* ---- The formula ---- */

static double idf(size_t documents) {
    double odds = (RECORDS - (double)documents + 0.5) / ((double)documents + 0.5);
    return log(odds < 2 ? odds / 2 + 1 : odds);
}

static double share(size_t documents, double tf, const one_record *of, double average) {
    double relative = length_of(of) / average;
    if (tf <= 0) return 0;
    if (relative < 0.5) relative = 0.5;
    return idf(documents) * (k1 + 1) * tf / (tf + k1 * (1 - b + b * relative));
}

static size_t documents_of[WORDS];

static void count_documents(void) {
    for (size_t word = 0; word < WORDS; word++) {
        documents_of[word] = 0;
        for (size_t i = 0; i < RECORDS; i++) documents_of[word] += frequency(&records[i], word) > 0;
    }
}

static double word_share(const one_record *of, size_t word, int field, double average) {
    if (field >= 0 && !in_field(of, word, field)) return 0;
    return share(documents_of[word], frequency(of, word), of, average);
}

static double tag_share(const one_record *of, const item *tag, double average) {
    size_t documents = 0;
    if (!has_tag(of, tag)) return 0;
    for (size_t i = 0; i < RECORDS; i++) documents += has_tag(&records[i], tag);
    return share(documents, weights[TAGS], of, average);
}

static double score_of(const one_record *of, const asked *query, double average) {
    double sum = 0;
    for (size_t i = 0; i < query->count; i++)
        sum += word_share(of, query->words[i], query->fields[i], average);
    for (size_t from = 0; from < query->count; from++) {
        item run = {0};
        for (size_t to = from; to < query->count && query->fields[to] < 0; to++) {
            run.words[run.count++] = (unsigned char)query->words[to];
            sum += query->boost * tag_share(of, &run, average);
        }
    }
    return sum;
}

static size_t words_found(const one_record *of, const asked *query) {
    size_t found = 0;
    for (size_t i = 0; i < query->count; i++)
        found += query->fields[i] < 0 ? frequency(of, query->words[i]) > 0
                                      : in_field(of, query->words[i], query->fields[i]);
    return found;
}

/* ---- Asking ---- */

static void put_query(ks_buffer *out, const asked *query) {
    static const char *const names[] = {"title:", "summary:", "claim:", NULL, "body:"};
    for (size_t i = 0; i < query->count; i++)
        ks_buffer_format(out, "%s%s%s", i ? " " : "", query->fields[i] < 0 ? "" : names[query->fields[i]],
                         words[query->words[i]]);
}

static asked random_query(uint64_t *random, bool with_fields) {
    static const int fields[] = {TITLE, SUMMARY, CLAIMS, BODY};
    static const double boosts[] = {1, 1, 0.5, 2, 0};
    asked query = {.count = 1 + ks_test_below(random, MOST_WORDS),
                   .boost = with_fields ? 0 : boosts[ks_test_below(random, 5)]};
    for (size_t i = 0; i < query.count; i++) {
        query.words[i] = ks_test_below(random, WORDS);
        query.fields[i] = with_fields && ks_test_below(random, 2) ? fields[ks_test_below(random, 4)] : -1;
    }
    return query;
}

static uint64_t day_of(const one_record *of) {
    return (uint64_t)(of->year * 10000 + of->month * 100 + of->day);
}

/* Whether the first may stand before the second. */
static bool in_order(const ks_hit *first, const ks_hit *second, const double *scores) {
    size_t a = (size_t)atoi(first->record->id + 1), c = (size_t)atoi(second->record->id + 1);
    if (first->tier != second->tier) return first->tier == KS_TIER_ALL;
    if (fabs(scores[a] - scores[c]) > 1e-9) return scores[a] > scores[c];
    if (scores[a] < scores[c] || scores[a] > scores[c]) return true; /* the same but for rounding */
    if (day_of(&records[a]) != day_of(&records[c])) return day_of(&records[a]) > day_of(&records[c]);
    return strcmp(first->record->id, second->record->id) < 0;
}

static void check_hits(const asked *query, const char *text, ks_match match, const ks_results *results,
                       double average) {
    double scores[RECORDS];
    size_t expected = 0;
    for (size_t i = 0; i < RECORDS; i++) {
        size_t found = words_found(&records[i], query);
        scores[i] = score_of(&records[i], query, average);
        expected += match == KS_MATCH_ALL ? found == query->count : found > 0;
    }
    assert_int_equal(results->hit_count, expected);
    for (size_t i = 0; i < results->hit_count; i++) {
        const ks_hit *hit = &results->hits[i];
        size_t number = (size_t)atoi(hit->record->id + 1);
        bool all = words_found(&records[number], query) == query->count;
        if (fabs(hit->score - scores[number]) > 1e-6)
            fail_msg("[%s] %s scores %.9f, not %.9f", text, hit->record->id, hit->score, scores[number]);
        assert_int_equal(hit->tier, all ? KS_TIER_ALL : KS_TIER_SOME);
        if (i && match != KS_MATCH_ANY && !in_order(hit - 1, hit, scores))
            fail_msg("[%s] %s stands before %s", text, hit[-1].record->id, hit->record->id);
        if (i && match == KS_MATCH_ANY)
            assert_true(scores[(size_t)atoi(hit[-1].record->id + 1)] > scores[number] - 1e-9);
    }
}

static void random_queries(uint64_t seed, bool with_fields) {
    uint64_t random = seed;
    double average;
    make_records(&random);
    average = average_length();
    count_documents();
    for (int i = 0; i < QUERIES; i++) {
        asked query = random_query(&random, with_fields);
        ks_buffer text = {0};
        ks_search_options options;
        ks_results *results;
        ks_search_options_init(&options);
        options.limit = RECORDS;
        options.detail = KS_DETAIL_ID;
        options.tag_boost = query.boost;
        options.match = (ks_match)(i % 3);
        put_query(&text, &query);
        results = search(text.data, &options);
        check_hits(&query, text.data, options.match, results, average);
        ks_results_free(results);
        ks_buffer_free(&text);
    }
}

static void words_and_tags(void **state) {
    (void)state;
    random_queries(ks_test_seed(1111), false);
}

static void words_in_fields(void **state) {
    (void)state;
    random_queries(ks_test_seed(1112), true);
}

static void the_average_is_told(void **state) {
    uint64_t random = ks_test_seed(1113);
    ks_index_info info;
    (void)state;
    make_records(&random);
    assert_int_equal(ks_index_describe(&info, index_, NULL), KS_OK);
    assert_true(fabs(info.average_length - average_length()) < 1e-9);
    assert_int_equal(info.records, RECORDS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(words_and_tags, close_all),
        cmocka_unit_test_teardown(words_in_fields, close_all),
        cmocka_unit_test_teardown(the_average_is_told, close_all),
    };
    RUN_FOR_EACH_ENGINE(tests);
}
