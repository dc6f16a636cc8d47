/* Comparing two indexes; see agreement.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

/* `wide` is the expected answer with MARGIN more hits on both sides. */
static void compare_hit(const char *query, const ks_hit *got, const ks_results *wide, size_t first,
                        const ks_search_options *options) {
    const ks_hit *want = &wide->hits[first], *same = hit_of(wide, got->record->id);
    if (!same)
        fail_msg("query [%s]: rank %zu is %s, which is not expected", query, got->rank, got->record->id);
    if (!close_to(same->score, got->score))
        fail_msg("query [%s]: %s scores %.9f, not %.9f", query, got->record->id, got->score, same->score);
    if (same->tier != got->tier) fail_msg("query [%s]: %s is in another tier", query, got->record->id);
    if (want->rank != got->rank) fail_msg("query [%s]: rank %zu, not %zu", query, got->rank, want->rank);
    if (strcmp(want->record->id, got->record->id) != 0 &&
        (options->sort != KS_SORT_SCORE || !close_to(want->score, got->score)))
        fail_msg("query [%s]: rank %zu is %s (%.9f), not %s (%.9f)", query, got->rank, got->record->id,
                 got->score, want->record->id, want->score);
}

static size_t page_size(const ks_results *wide, size_t first, size_t limit) {
    size_t left = wide->hit_count > first ? wide->hit_count - first : 0;
    return left < limit ? left : limit;
}

bool ks_assert_same_answer(ks_index *expected, ks_index *actual, const char *query,
                           const ks_search_options *options) {
    size_t first = options->offset < MARGIN ? options->offset : MARGIN, page;
    ks_search_options more = *options;
    ks_results *got = ask(actual, query, options), *wide;
    bool any;
    more.offset = options->offset - first;
    more.limit = first + options->limit + MARGIN;
    wide = ask(expected, query, &more);
    page = page_size(wide, first, options->limit);
    if (wide->total != got->total || wide->total_is_exact != got->total_is_exact)
        fail_msg("query [%s] match %d: %llu hits, not %llu", query, (int)options->match,
                 (unsigned long long)got->total, (unsigned long long)wide->total);
    if (page != got->hit_count)
        fail_msg("query [%s] match %d offset %zu: a page of %zu hits, not %zu", query, (int)options->match,
                 options->offset, got->hit_count, page);
    for (size_t i = 0; i < page; i++) compare_hit(query, &got->hits[i], wide, first + i, options);
    any = got->total > 0;
    ks_results_free(got);
    ks_results_free(wide);
    return any;
}

size_t ks_assert_same_answers(ks_index *expected, ks_index *actual, const char *path, size_t count,
                              uint64_t seed) {
    ks_query_maker *maker = ks_query_maker_new(path, seed);
    ks_search_options options;
    ks_buffer query = {0};
    size_t with_hits = 0;
    for (size_t i = 0; i < count; i++) {
        ks_query_maker_next(maker, &query);
        ks_query_maker_options(maker, &options);
        with_hits += ks_assert_same_answer(expected, actual, query.data, &options);
    }
    ks_buffer_free(&query);
    ks_query_maker_free(maker);
    return with_hits;
}
