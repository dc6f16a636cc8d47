/* Comparing indexes; see agreement.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/native.h"
#include "searcher/index.h"
#include "tests/support/agreement.h"
#include "tests/support/query_maker.h"

#include <math.h>
#include <string.h>

/* Hits beyond the page that may have changed places with its last ones. */
enum { MARGIN = 200 };

static bool close_to(double a, double b) {
    return fabs(a - b) <= 1e-6;
}

static const ks_hit *hit_of(const ks_results *results, const char *id) {
    for (size_t i = 0; i < results->hit_count; i++)
        if (strcmp(results->hits[i].record->id, id) == 0) return &results->hits[i];
    return NULL;
}

static ks_results *ask(ks_index *index, const char *query, const ks_search_options *options) {
    ks_results *results = NULL;
    ks_error error = {0};
    if (ks_search(&results, index, query, strlen(query), options, &error))
        fail_msg("query [%s]: %s", query, error.message);
    return results;
}

/* A query on its way: the page that is asked for begins at `first` of the expected answer, which has MARGIN
 * more hits on both sides. */
struct question {
    const char *query;
    const ks_search_options *options;
    ks_results *wide;
    size_t first;
};

/* What is wrong with a hit; NULL: nothing. */
static const char *fault(const struct question *q, const ks_hit *want, const ks_hit *got) {
    const ks_hit *same = hit_of(q->wide, got->record->id);
    if (!same) return "it is not expected";
    if (!close_to(same->score, got->score)) return "a wrong score";
    if (same->tier != got->tier) return "a wrong tier";
    if (want->rank != got->rank) return "a wrong rank";
    if (strcmp(want->record->id, got->record->id) == 0) return NULL;
    if (q->options->sort != KS_SORT_SCORE || !close_to(want->score, got->score)) return "a wrong order";
    return NULL;
}

static void compare_hit(const struct question *q, const char *name, const ks_hit *want, const ks_hit *got) {
    const char *what = fault(q, want, got);
    if (what)
        fail_msg("query [%s] match %d sort %d of %s: rank %zu is %s (%.9f), expected %s (%.9f): %s", q->query,
                 (int)q->options->match, (int)q->options->sort, name, got->rank, got->record->id, got->score,
                 want->record->id, want->score, what);
}

static size_t page_size(const ks_results *wide, size_t first, size_t limit) {
    size_t left = wide->hit_count > first ? wide->hit_count - first : 0;
    return left < limit ? left : limit;
}

static void compare_answer(const struct question *q, const ks_compared *compared) {
    size_t page = page_size(q->wide, q->first, q->options->limit);
    ks_results *got = ask(compared->index, q->query, q->options);
    if (q->wide->total != got->total || q->wide->total_is_exact != got->total_is_exact)
        fail_msg("query [%s] match %d of %s: %llu hits, not %llu", q->query, (int)q->options->match,
                 compared->name, (unsigned long long)got->total, (unsigned long long)q->wide->total);
    if (page != got->hit_count)
        fail_msg("query [%s] match %d offset %zu of %s: a page of %zu hits, not %zu", q->query,
                 (int)q->options->match, q->options->offset, compared->name, got->hit_count, page);
    for (size_t i = 0; i < page; i++)
        compare_hit(q, compared->name, &q->wide->hits[q->first + i], &got->hits[i]);
    ks_results_free(got);
}

static bool compare_query(ks_index *expected, const ks_compared *compared, size_t count, size_t number,
                          const char *query, const ks_search_options *options) {
    struct question q = {.query = query, .options = options};
    ks_search_options more = *options;
    bool any;
    q.first = options->offset < MARGIN ? options->offset : MARGIN;
    more.offset = options->offset - q.first;
    more.limit = q.first + options->limit + MARGIN;
    q.wide = ask(expected, query, &more);
    for (size_t i = 0; i < count; i++)
        if (number < compared[i].queries) compare_answer(&q, &compared[i]);
    any = q.wide->total > 0;
    ks_results_free(q.wide);
    return any;
}

size_t ks_assert_same_answers(ks_index *expected, const ks_compared *compared, size_t count, const char *path,
                              size_t queries, uint64_t seed) {
    ks_query_maker *maker = ks_query_maker_new(path, seed);
    ks_search_options options;
    ks_buffer query = {0};
    size_t with_hits = 0;
    for (size_t i = 0; i < queries; i++) {
        ks_query_maker_next(maker, &query);
        ks_query_maker_options(maker, &options);
        with_hits += compare_query(expected, compared, count, i, query.data, &options);
    }
    ks_buffer_free(&query);
    ks_query_maker_free(maker);
    return with_hits;
}

ks_compared ks_test_compared(const char *name, const char *path, size_t queries, bool portable) {
    ks_compared compared = {.name = name, .queries = queries};
    ks_error error = {0};
    if (ks_index_open(&compared.index, path, &error)) fail_msg("%s", error.message);
    if (portable) {
        assert_ptr_equal(compared.index->engine, &ks_native_engine);
        ks_native_reader_view(compared.index->reader)->unpacker = ks_unpacker_portable();
    }
    return compared;
}
