/* An answer as ids, one a line. */
#include "cli/printer.h"
#include "cli/text.h"

static void nothing(cli_printer *printer, const ks_results *results) {
    (void)printer;
    (void)results;
}

static void hit(cli_printer *printer, const ks_results *results, const ks_hit *one) {
    (void)results;
    cli_text_puts(printer->out, one->record->id);
    fputc('\n', printer->out);
}

const cli_printer_form cli_print_ids = {nothing, hit, nothing};
