/* An answer as one JSON object, schema ksearch.search/1. */
#include "cli/json_types.h"
#include "cli/printer.h"

#include <string.h>

static void begin(cli_printer *printer, const ks_results *results) {
    cli_json *json = &printer->json;
    cli_json_init(json, printer->out, printer->pretty);
    cli_json_begin(json, '{');
    cli_json_add_text(json, "schema", "ksearch.search/1");
    if (printer->query_id) {
        cli_json_name(json, "id");
        if (printer->id_is_number)
            cli_json_raw(json, printer->query_id, strlen(printer->query_id));
        else
            cli_json_text(json, printer->query_id);
    }
    cli_json_results_head(json, results);
    cli_json_add_count(json, "took_us", results->took_us);
    cli_json_add_text(json, "suggestion", NULL);
    cli_json_name(json, "hits");
    cli_json_begin(json, '[');
}

static void hit(cli_printer *printer, const ks_results *results, const ks_hit *one) {
    (void)results;
    cli_json_begin(&printer->json, '{');
    cli_json_hit_members(&printer->json, one, printer->fields);
    cli_json_end(&printer->json, '}');
}

static void end(cli_printer *printer, const ks_results *results) {
    (void)results;
    cli_json_end(&printer->json, ']');
    cli_json_end(&printer->json, '}');
    cli_json_finish(&printer->json);
}

const cli_printer_form cli_print_json = {begin, hit, end};
