/* The library's types as JSON: the members of docs/ksearch.schema.json. May use ksearch.h and libc. */
#ifndef KS_CLI_JSON_TYPES_H
#define KS_CLI_JSON_TYPES_H

#include "cli/json.h"
#include "cli/options.h"

/* The share of stored records that are deleted, 0 to 1. */
double cli_deleted_share(const ks_index_info *info);

/* Writes the members query, index and total of an answer into an open object. */
void cli_json_results_head(cli_json *json, const ks_results *results);

/* Writes the members of a hit into an open object; `fields` are bits of enum cli_field. */
void cli_json_hit_members(cli_json *json, const ks_hit *hit, unsigned fields);

/* A report of indexing, schema ksearch.index/1. */
void cli_json_report(cli_json *json, const ks_sync_report *report);

/* The state of an index, schema ksearch.status/1. */
void cli_json_info(cli_json *json, const char *path, const ks_index_info *info);

/* What a check has verified, schema ksearch.check/1. */
void cli_json_check(cli_json *json, const char *path, const ks_check_report *report);

/* What optimizing did, schema ksearch.optimize/1. */
void cli_json_optimize(cli_json *json, const char *path, const ks_optimize_report *report);

/* An explanation, schema ksearch.explain/1. */
void cli_json_explanation(cli_json *json, const ks_explanation *explanation);

/* The member "error" and its object. `code` is a ks_status_name, or "usage". */
void cli_json_error(cli_json *json, const char *code, const ks_error *error);

#endif
