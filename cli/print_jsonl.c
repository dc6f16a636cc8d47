/* An answer as JSON lines: {"type":"begin",…}, a {"type":"hit",…} each, {"type":"end",…}. */
#include "cli/json_types.h"
#include "cli/printer.h"

static cli_json *begin_line(cli_printer *printer, const char *type) {
    cli_json_init(&printer->json, printer->out, false);
    cli_json_begin(&printer->json, '{');
    cli_json_add_text(&printer->json, "type", type);
    return &printer->json;
}

static void end_line(cli_printer *printer) {
    cli_json_end(&printer->json, '}');
    cli_json_finish(&printer->json);
}

static void begin(cli_printer *printer, const ks_results *results) {
    cli_json *json = begin_line(printer, "begin");
    cli_json_add_text(json, "schema", "ksearch.search/1");
    cli_json_results_head(json, results);
    cli_json_add_text(json, "suggestion", NULL);
    end_line(printer);
}

static void hit(cli_printer *printer, const ks_results *results, const ks_hit *one) {
    (void)results;
    cli_json_hit_members(begin_line(printer, "hit"), one, printer->fields);
    end_line(printer);
}

static void end(cli_printer *printer, const ks_results *results) {
    cli_json_add_count(begin_line(printer, "end"), "took_us", results->took_us);
    end_line(printer);
}

const cli_printer_form cli_print_jsonl = {begin, hit, end};
