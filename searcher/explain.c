/* ks_explain: how a query is understood, and a record's score term by term. May use base, corpus, text,
 * engine. */
#include "corpus/record.h"
#include "engine/bm25.h"
#include "searcher/index.h"
#include "searcher/options.h"
#include "searcher/plan.h"
#include "searcher/query.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a ks_explanation really is: the public part, and what owns its memory. */
struct explanation {
    ks_explanation public;
    ks_arena arena;
    ks_query query;
    ks_buffer plan_text, parsed;
    ks_term_share *terms;
    ks_record *record;
};

void ks_explanation_free(ks_explanation *public) {
    struct explanation *explanation = (struct explanation *)public;
    if (!explanation) return;
    ks_record_free(explanation->record);
    ks_query_free(&explanation->query);
    ks_arena_free(&explanation->arena);
    ks_buffer_free(&explanation->plan_text);
    ks_buffer_free(&explanation->parsed);
    free(explanation->terms);
    free(explanation);
}

static ks_status explain_query(struct explanation *explanation, ks_index *index, const ks_plan *plan,
                               ks_error *err) {
    ks_engine_info info;
    ks_status status = index->reader->ops->describe(index->reader, &info, err);
    if (status) return status;
    explanation->public.records = info.records;
    explanation->public.average_length = info.average_length;
    ks_query_print(&explanation->parsed, explanation->query.root);
    ks_buffer_str(&explanation->parsed, ""); /* makes it "" rather than NULL for an empty query */
    ks_plan_print(&explanation->plan_text, plan->root, 0);
    if ((status = ks_buffer_check(&explanation->parsed, err)) ||
        (status = ks_buffer_check(&explanation->plan_text, err)))
        return status;
    explanation->public.raw = explanation->query.raw;
    explanation->public.parsed = explanation->parsed.data;
    explanation->public.plan = explanation->plan_text.data;
    explanation->public.warnings =
        (ks_strings){explanation->query.warnings, explanation->query.warning_count};
    return KS_OK;
}

static ks_status explain_term(struct explanation *explanation, ks_term_share *share, ks_index *index,
                              const ks_plan_score *score, ks_docid doc, ks_error *err) {
    ks_reader *reader = index->reader;
    const ks_explanation *whole = &explanation->public;
    size_t prefix = strlen(ks_exact_prefix(KS_EXACT_TAG));
    ks_status status;
    share->is_tag = strncmp(score->term.text, ks_exact_prefix(KS_EXACT_TAG), prefix) == 0;
    share->term = share->is_tag ? score->term.text + prefix : score->term.text;
    share->term = ks_arena_copy(&explanation->arena, share->term, strlen(share->term));
    if (!share->term) return ks_error_nomem(err);
    share->field = ks_field_name(score->field);
    share->weight = score->weight;
    if ((status = reader->ops->documents(reader, score->term, &share->documents, err))) return status;
    share->idf = ks_bm25_idf(whole->records, share->documents);
    if (!doc) return KS_OK;
    if ((status = reader->ops->frequency(reader, doc, score->term, score->field, &share->frequency, err)))
        return status;
    share->share = share->weight * ks_bm25_score(share->idf, (double)share->frequency, (double)whole->length,
                                                 whole->average_length);
    return KS_OK;
}

static ks_status explain_terms(struct explanation *explanation, ks_index *index, const ks_plan *plan,
                               ks_docid doc, ks_error *err) {
    ks_status status = KS_OK;
    explanation->terms = calloc(plan->score_count + 1, sizeof *explanation->terms);
    if (!explanation->terms) return ks_error_nomem(err);
    for (size_t i = 0; i < plan->score_count && !status; i++) {
        status = explain_term(explanation, &explanation->terms[i], index, &plan->scores[i], doc, err);
        explanation->public.score += explanation->terms[i].share;
    }
    explanation->public.terms = explanation->terms;
    explanation->public.term_count = plan->score_count;
    return status;
}

/* Finds out whether the plan matches the record, by asking the engine for the query AND the record's id. */
static ks_status explain_match(struct explanation *explanation, ks_index *index, const ks_query_plan *plan,
                               const char *id, const ks_search_options *options, ks_error *err) {
    ks_buffer id_text = {0};
    ks_term id_term;
    ks_plan_node query = *plan->plan.root;
    ks_plan_node one = {.kind = KS_PLAN_TERM, .field = KS_FIELD_ANY, .terms = &id_term, .term_count = 1};
    ks_plan_node both = {.kind = KS_PLAN_AND, .child = &query};
    ks_plan asked = {.root = &both, .match = options->match, .limit = 1, .count_limit = 1};
    ks_topk found = {0};
    ks_status status;
    query.next = &one;
    ks_buffer_format(&id_text, "%s%s", ks_exact_prefix(KS_EXACT_ID), id);
    status = ks_buffer_check(&id_text, err);
    id_term = (ks_term){id_text.data, (uint32_t)id_text.size};
    if (!status) status = index->reader->ops->search(index->reader, &asked, &found, err);
    explanation->public.matches = found.count == 1 && (!plan->empty || options->empty_is_all);
    if (found.count) explanation->public.tier = found.items[0].tier;
    ks_topk_free(&found);
    ks_buffer_free(&id_text);
    return status;
}

static ks_status explain_record(struct explanation *explanation, ks_index *index, const ks_query_plan *plan,
                                const char *id, const ks_search_options *options, ks_docid *doc,
                                ks_error *err) {
    ks_reader *reader = index->reader;
    ks_status status;
    if ((status = ks_index_record(&explanation->record, index, id, err)) ||
        (status = reader->ops->find(reader, (ks_term){id, (uint32_t)strlen(id)}, doc, err)) ||
        (status = reader->ops->length(reader, *doc, &explanation->public.length, err)))
        return status;
    explanation->public.record = explanation->record;
    return explain_match(explanation, index, plan, id, options, err);
}

ks_status ks_explain(ks_explanation **out, ks_index *index, const char *text, size_t size, const char *id,
                     const ks_search_options *options, ks_error *error) {
    struct explanation *explanation;
    ks_query_plan plan = {0};
    ks_docid doc = 0;
    ks_status status;
    if (!out || !index || !options || (!text && size))
        return ks_error_set(error, KS_ERR_ARGUMENT, "ks_explain needs an index, a query and options");
    if ((status = ks_search_options_check(options, error))) return status;
    if (!(explanation = calloc(1, sizeof *explanation))) return ks_error_nomem(error);
    if ((status = ks_query_parse(&explanation->query, text, size, error)) ||
        (status = ks_query_plan_make(&plan, &explanation->query, index, options->tag_boost, error)) ||
        (status = explain_query(explanation, index, &plan.plan, error)))
        goto done;
    if (id) status = explain_record(explanation, index, &plan, id, options, &doc, error);
    if (!status) status = explain_terms(explanation, index, &plan.plan, doc, error);
done:
    ks_query_plan_free(&plan);
    if (status)
        ks_explanation_free(&explanation->public);
    else
        *out = &explanation->public;
    return status;
}
