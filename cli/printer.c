/* Choosing a printer and running it; see printer.h. */
#include "cli/printer.h"

static const cli_printer_form *form_of(const cli_options *options) {
    switch ((cli_format)options->format) {
    case CLI_FORMAT_JSON: return &cli_print_json;
    case CLI_FORMAT_JSONL: return options->batch ? &cli_print_json : &cli_print_jsonl;
    case CLI_FORMAT_IDS: return &cli_print_ids;
    case CLI_FORMAT_TREC: return &cli_print_trec;
    case CLI_FORMAT_UNSET:
    case CLI_FORMAT_TEXT: break;
    }
    return &cli_print_text;
}

cli_printer cli_printer_of(const cli_options *options, FILE *out) {
    cli_printer printer = {.form = form_of(options), .out = out, .fields = options->fields};
    printer.term = cli_term_of(out, (cli_color)options->color);
    printer.pretty = printer.term.terminal && !options->batch;
    printer.scores = options->command == CLI_SEARCH && options->sort == KS_SORT_SCORE;
    printer.offset = options->offset;
    return printer;
}

void cli_printer_print(cli_printer *printer, const ks_results *results) {
    printer->form->begin(printer, results);
    for (size_t i = 0; i < results->hit_count; i++) printer->form->hit(printer, results, &results->hits[i]);
    printer->form->end(printer, results);
}
