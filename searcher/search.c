/* Answering a query: parse, plan, ask the engine, dress the hits. May use base, corpus, text, engine. */
#include "base/clock.h"
#include "corpus/record.h"
#include "searcher/index.h"
#include "searcher/options.h"
#include "searcher/passages.h"
#include "searcher/plan.h"
#include "searcher/query.h"

#include <stdlib.h>

/* What the public results are the head of. */
struct results {
    ks_results public;
    ks_arena arena;
    ks_query query;
    ks_topk topk;
    ks_record **records;
    ks_hit *hits;
};

void ks_results_free(ks_results *public) {
    struct results *results = (struct results *)public;
    if (!results) return;
    for (size_t i = 0; results->records && i < results->topk.count; i++) ks_record_free(results->records[i]);
    free(results->records);
    free(results->hits);
    ks_topk_free(&results->topk);
    ks_query_free(&results->query);
    ks_arena_free(&results->arena);
    free(results);
}

static ks_status ask_engine(struct results *results, ks_index *index, ks_query_plan *plan,
                            const ks_search_options *options, ks_error *err) {
    ks_status status;
    plan->plan.match = options->match;
    plan->plan.sort = options->sort;
    plan->plan.offset = options->offset;
    plan->plan.limit = options->limit;
    plan->plan.count_limit = options->count_exact ? UINT64_MAX : KS_COUNT_LIMIT;
    plan->plan.want_stored = plan->plan.leave_ids = options->detail != KS_DETAIL_ID;
    if (plan->empty && !options->empty_is_all) {
        static const ks_plan_node nothing = {.kind = KS_PLAN_OR};
        plan->plan.root = &nothing;
    }
    status = index->reader->ops->search(index->reader, &plan->plan, &results->topk, err);
    if (status) return status;
    results->public.generation = results->topk.generation;
    results->public.records = results->topk.records;
    results->public.total = results->topk.total;
    results->public.total_is_exact = results->topk.total_is_exact;
    return KS_OK;
}

/* With KS_DETAIL_ID a record is an id and nothing else. */
static ks_status make_record(struct results *results, const ks_record **out, const ks_found *found, size_t i,
                             const ks_search_options *options, ks_error *err) {
    ks_status status;
    if (options->detail == KS_DETAIL_ID) {
        ks_record *record = ks_arena_alloc(&results->arena, sizeof *record);
        if (!record) return ks_error_nomem(err);
        *record = (ks_record){.id = found->id.text};
        *out = record;
        return KS_OK;
    }
    status = ks_record_parse(&results->records[i], found->stored.text, found->stored.size, NULL, err);
    if (status == KS_ERR_FORMAT)
        status = ks_error_set(err, KS_ERR_CORRUPT, "the stored record of hit %zu is damaged",
                              options->offset + i + 1);
    *out = results->records[i];
    return status;
}

static ks_status make_hits(struct results *results, ks_index *index, const ks_plan *plan,
                           const ks_search_options *options, ks_error *err) {
    ks_highlighter highlighter = {0};
    size_t count = results->topk.count;
    ks_status status;
    results->hits = calloc(count + 1, sizeof *results->hits);
    results->records = calloc(count + 1, sizeof(ks_record *));
    if (!results->hits || !results->records) return ks_error_nomem(err);
    status = options->detail == KS_DETAIL_PASSAGES
                 ? ks_highlighter_make(&highlighter, index->analyzer, plan, err)
                 : KS_OK;
    for (size_t i = 0; i < count && !status; i++) {
        const ks_found *found = &results->topk.items[i];
        ks_hit *hit = &results->hits[i];
        hit->rank = options->offset + i + 1;
        hit->score = found->score;
        hit->tier = found->tier;
        status = make_record(results, &hit->record, found, i, options, err);
        if (!status && options->detail == KS_DETAIL_PASSAGES)
            status = ks_passages_make(hit, &results->arena, &highlighter, err);
    }
    ks_highlighter_free(&highlighter);
    results->public.hits = results->hits;
    results->public.hit_count = count;
    return status;
}

static ks_status describe_query(struct results *results, const ks_search_options *options, ks_error *err) {
    ks_buffer parsed = {0};
    ks_query *query = &results->query;
    ks_query_print(&parsed, query->root);
    results->public.raw = query->raw;
    if (query->raw_size || !options->empty_is_all)
        results->public.warnings = (ks_strings){query->warnings, query->warning_count};
    results->public.parsed =
        parsed.failed ? NULL : ks_arena_copy(&results->arena, parsed.size ? parsed.data : "", parsed.size);
    ks_buffer_free(&parsed);
    return results->public.parsed ? KS_OK : ks_error_nomem(err);
}

ks_status ks_search(ks_results **out, ks_index *index, const char *text, size_t size,
                    const ks_search_options *options, ks_error *error) {
    uint64_t start = ks_clock_us();
    ks_query_plan plan = {0};
    struct results *results;
    ks_status status;
    if (!out || !index || !options || (!text && size))
        return ks_error_set(error, KS_ERR_ARGUMENT, "ks_search needs an index, a query and options");
    if ((status = ks_search_options_check(options, error))) return status;
    if (!(results = calloc(1, sizeof *results))) return ks_error_nomem(error);
    results->public.match = options->match;
    results->public.engine = index->engine->name;
    if ((status = ks_query_parse(&results->query, text, size, error)) ||
        (status = ks_query_plan_make(&plan, &results->query, index, options->tag_boost, error)) ||
        (status = ask_engine(results, index, &plan, options, error)))
        goto done;
    results->public.took_us = results->topk.ranked_us - start;
    if (!(status = make_hits(results, index, &plan.plan, options, error)))
        status = describe_query(results, options, error);
done:
    ks_query_plan_free(&plan);
    if (status)
        ks_results_free(&results->public);
    else
        *out = &results->public;
    return status;
}
