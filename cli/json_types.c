/* Results, reports and errors as JSON; see json_types.h. */
#include "cli/json_types.h"

static void add_strings(cli_json *json, const char *name, ks_strings strings) {
    cli_json_name(json, name);
    cli_json_begin_flat(json, '[');
    for (size_t i = 0; i < strings.count; i++) cli_json_text(json, strings.items[i]);
    cli_json_end(json, ']');
}

static const char *match_name(ks_match match) {
    switch (match) {
    case KS_MATCH_AUTO: return "auto";
    case KS_MATCH_ALL: return "all";
    case KS_MATCH_ANY: return "any";
    }
    return NULL;
}

static const char *tier_name(ks_tier tier) {
    return tier == KS_TIER_ALL ? "all" : "some";
}

/* One string or a list, as the source has it. */
static void add_author(cli_json *json, const ks_record *record) {
    if (record->author_is_list)
        add_strings(json, "author", record->authors);
    else
        cli_json_add_text(json, "author", record->authors.count ? record->authors.items[0] : NULL);
}

static void add_passage(cli_json *json, const ks_passage *passage) {
    cli_json_begin(json, '{');
    cli_json_add_text(json, "field", passage->field);
    cli_json_add_text(json, "text", passage->text);
    cli_json_name(json, "spans");
    cli_json_begin(json, '[');
    for (size_t i = 0; i < passage->span_count; i++) {
        const ks_span *span = &passage->spans[i];
        cli_json_begin_flat(json, '{');
        cli_json_add_count(json, "start_byte", span->start_byte);
        cli_json_add_count(json, "end_byte", span->end_byte);
        cli_json_add_count(json, "start_utf16", span->start_utf16);
        cli_json_add_count(json, "end_utf16", span->end_utf16);
        cli_json_end(json, '}');
    }
    cli_json_end(json, ']');
    cli_json_add_bool(json, "cut_before", passage->cut_before);
    cli_json_add_bool(json, "cut_after", passage->cut_after);
    cli_json_end(json, '}');
}

static void add_passages(cli_json *json, const ks_hit *hit) {
    cli_json_name(json, "passages");
    cli_json_begin(json, '[');
    for (size_t i = 0; i < hit->passage_count; i++) add_passage(json, &hit->passages[i]);
    cli_json_end(json, ']');
}

void cli_json_hit_members(cli_json *json, const ks_hit *hit, unsigned fields) {
    const ks_record *record = hit->record;
    cli_json_add_count(json, "rank", hit->rank);
    cli_json_add_text(json, "id", record->id);
    cli_json_add_number(json, "score", hit->score);
    cli_json_add_text(json, "tier", tier_name(hit->tier));
    if (fields & CLI_FIELD_KIND) cli_json_add_text(json, "kind", record->kind);
    if (fields & CLI_FIELD_AUTHOR) add_author(json, record);
    if (fields & CLI_FIELD_DATE) cli_json_add_text(json, "date", record->date);
    if (fields & CLI_FIELD_STATUS) cli_json_add_text(json, "status", record->status);
    if (fields & CLI_FIELD_TITLE) cli_json_add_text(json, "title", record->title);
    if (fields & CLI_FIELD_URL) cli_json_add_text(json, "url", record->url);
    if (fields & CLI_FIELD_SUMMARY) cli_json_add_text(json, "summary", record->summary);
    if (fields & CLI_FIELD_CLAIMS) add_strings(json, "claims", record->claims);
    if (fields & CLI_FIELD_TAGS) add_strings(json, "tags", record->tags);
    if (fields & CLI_FIELD_MATCHED) add_strings(json, "matched_fields", hit->matched_fields);
    if (fields & CLI_FIELD_PASSAGES) add_passages(json, hit);
}

void cli_json_results_head(cli_json *json, const ks_results *results) {
    cli_json_name(json, "query");
    cli_json_begin(json, '{');
    cli_json_add_text(json, "raw", results->raw);
    cli_json_add_text(json, "parsed", results->parsed);
    cli_json_add_text(json, "match", match_name(results->match));
    add_strings(json, "warnings", results->warnings);
    cli_json_end(json, '}');
    cli_json_name(json, "index");
    cli_json_begin_flat(json, '{');
    cli_json_add_text(json, "engine", results->engine);
    cli_json_add_count(json, "generation", results->generation);
    cli_json_add_count(json, "records", results->records);
    cli_json_end(json, '}');
    cli_json_name(json, "total");
    cli_json_begin_flat(json, '{');
    cli_json_add_count(json, "value", results->total);
    cli_json_add_text(json, "relation", results->total_is_exact ? "eq" : "gte");
    cli_json_end(json, '}');
}

static void add_reject(cli_json *json, const ks_reject *reject) {
    cli_json_begin(json, '{');
    cli_json_add_text(json, "source", reject->source);
    cli_json_add_count(json, "line", reject->line);
    cli_json_add_count(json, "byte", reject->byte);
    cli_json_add_text(json, "reason", reject->reason);
    cli_json_end(json, '}');
}

void cli_json_report(cli_json *json, const ks_sync_report *report) {
    cli_json_begin(json, '{');
    cli_json_add_text(json, "schema", "ksearch.index/1");
    cli_json_add_count(json, "total", report->total);
    cli_json_add_count(json, "new", report->fresh);
    cli_json_add_count(json, "changed", report->changed);
    cli_json_add_count(json, "removed", report->removed);
    cli_json_add_count(json, "unchanged", report->unchanged);
    cli_json_name(json, "rejected");
    cli_json_begin(json, '[');
    for (size_t i = 0; i < report->reject_count; i++) add_reject(json, &report->rejects[i]);
    cli_json_end(json, ']');
    cli_json_add_count(json, "duplicates", report->duplicates);
    cli_json_add_count(json, "kept", report->kept);
    cli_json_add_count(json, "repaired", report->repaired);
    cli_json_add_count(json, "skipped", report->skipped);
    cli_json_add_count(json, "generation", report->generation);
    cli_json_add_count(json, "took_us", report->took_us);
    cli_json_end(json, '}');
}

double cli_deleted_share(const ks_index_info *info) {
    uint64_t all = info->records + info->deleted;
    return all ? (double)info->deleted / (double)all : 0;
}

void cli_json_info(cli_json *json, const char *path, const ks_index_info *info) {
    cli_json_begin(json, '{');
    cli_json_add_text(json, "schema", "ksearch.status/1");
    cli_json_add_text(json, "path", path);
    cli_json_add_text(json, "engine", info->engine);
    cli_json_add_text(json, "language", info->language);
    cli_json_add_count(json, "generation", info->generation);
    cli_json_add_count(json, "records", info->records);
    cli_json_add_count(json, "terms", info->terms);
    cli_json_add_count(json, "bytes", info->bytes);
    cli_json_add_number(json, "average_length", info->average_length);
    cli_json_add_count(json, "segments", info->segments);
    cli_json_add_count(json, "deleted", info->deleted);
    cli_json_add_number(json, "deleted_share", cli_deleted_share(info));
    cli_json_name(json, "sections");
    cli_json_begin(json, '[');
    for (size_t i = 0; i < info->section_count; i++) {
        cli_json_begin_flat(json, '{');
        cli_json_add_text(json, "name", info->sections[i].name);
        cli_json_add_count(json, "bytes", info->sections[i].bytes);
        cli_json_end(json, '}');
    }
    cli_json_end(json, ']');
    cli_json_end(json, '}');
}

void cli_json_check(cli_json *json, const char *path, const ks_check_report *report) {
    cli_json_begin(json, '{');
    cli_json_add_text(json, "schema", "ksearch.check/1");
    cli_json_add_text(json, "path", path);
    cli_json_add_text(json, "engine", report->engine);
    cli_json_add_count(json, "generation", report->generation);
    cli_json_add_count(json, "records", report->records);
    cli_json_add_count(json, "segments", report->segments);
    cli_json_add_count(json, "terms", report->terms);
    cli_json_add_count(json, "postings", report->postings);
    cli_json_add_count(json, "bytes", report->bytes);
    cli_json_add_count(json, "took_us", report->took_us);
    cli_json_end(json, '}');
}

void cli_json_optimize(cli_json *json, const char *path, const ks_optimize_report *report) {
    cli_json_begin(json, '{');
    cli_json_add_text(json, "schema", "ksearch.optimize/1");
    cli_json_add_text(json, "path", path);
    cli_json_add_text(json, "engine", report->engine);
    cli_json_add_bool(json, "changed", report->changed);
    cli_json_add_count(json, "generation", report->generation);
    cli_json_add_count(json, "segments_before", report->segments_before);
    cli_json_add_count(json, "segments_after", report->segments_after);
    cli_json_add_count(json, "deleted_before", report->deleted_before);
    cli_json_add_count(json, "deleted_after", report->deleted_after);
    cli_json_add_count(json, "bytes_before", report->bytes_before);
    cli_json_add_count(json, "bytes_after", report->bytes_after);
    cli_json_add_count(json, "took_us", report->took_us);
    cli_json_end(json, '}');
}

static void add_term(cli_json *json, const ks_term_share *term, bool with_record) {
    cli_json_begin_flat(json, '{');
    cli_json_add_text(json, "term", term->term);
    cli_json_add_text(json, "field", term->field);
    cli_json_add_bool(json, "is_tag", term->is_tag);
    cli_json_add_number(json, "weight", term->weight);
    cli_json_add_count(json, "documents", term->documents);
    cli_json_add_number(json, "idf", term->idf);
    if (with_record) {
        cli_json_add_count(json, "frequency", term->frequency);
        cli_json_add_number(json, "share", term->share);
    }
    cli_json_end(json, '}');
}

static void add_explained_record(cli_json *json, const ks_explanation *explanation) {
    cli_json_name(json, "record");
    if (!explanation->record) {
        cli_json_null(json);
        return;
    }
    cli_json_begin(json, '{');
    cli_json_add_text(json, "id", explanation->record->id);
    cli_json_add_count(json, "length", explanation->length);
    cli_json_add_bool(json, "matches", explanation->matches);
    cli_json_add_text(json, "tier", explanation->matches ? tier_name(explanation->tier) : NULL);
    cli_json_add_number(json, "score", explanation->score);
    cli_json_end(json, '}');
}

void cli_json_explanation(cli_json *json, const ks_explanation *explanation) {
    cli_json_begin(json, '{');
    cli_json_add_text(json, "schema", "ksearch.explain/1");
    cli_json_name(json, "query");
    cli_json_begin(json, '{');
    cli_json_add_text(json, "raw", explanation->raw);
    cli_json_add_text(json, "parsed", explanation->parsed);
    add_strings(json, "warnings", explanation->warnings);
    cli_json_end(json, '}');
    cli_json_add_text(json, "plan", explanation->plan);
    cli_json_name(json, "index");
    cli_json_begin_flat(json, '{');
    cli_json_add_count(json, "records", explanation->records);
    cli_json_add_number(json, "average_length", explanation->average_length);
    cli_json_end(json, '}');
    cli_json_name(json, "terms");
    cli_json_begin(json, '[');
    for (size_t i = 0; i < explanation->term_count; i++)
        add_term(json, &explanation->terms[i], explanation->record != NULL);
    cli_json_end(json, ']');
    add_explained_record(json, explanation);
    cli_json_end(json, '}');
}

void cli_json_error(cli_json *json, const char *code, const ks_error *error) {
    cli_json_name(json, "error");
    cli_json_begin(json, '{');
    cli_json_add_text(json, "code", code);
    cli_json_add_text(json, "message", error->message);
    cli_json_add_text(json, "hint", *error->hint ? error->hint : NULL);
    cli_json_name(json, "position");
    if (error->position >= 0)
        cli_json_count(json, (uint64_t)error->position);
    else
        cli_json_null(json);
    cli_json_end(json, '}');
}
