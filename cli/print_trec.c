/* An answer as a TREC run: query, Q0, record, rank, score, name of the run. */
#include "cli/printer.h"
#include "cli/text.h"

#include <string.h>

/* Blanks separate the columns, so an id must have none. */
static void put_id(FILE *out, const char *id) {
    size_t size = strlen(id);
    if (size == 0) fputc('_', out);
    for (size_t at = 0; at < size;) {
        cli_glyph glyph = cli_text_glyph(id + at, size - at);
        if (glyph.blank)
            fputc('_', out);
        else
            cli_text_put_glyph(out, &glyph, id + at);
        at += glyph.size;
    }
}

static void nothing(cli_printer *printer, const ks_results *results) {
    (void)printer;
    (void)results;
}

static void hit(cli_printer *printer, const ks_results *results, const ks_hit *one) {
    (void)results;
    put_id(printer->out, printer->query_id ? printer->query_id : "1");
    fputs(" Q0 ", printer->out);
    put_id(printer->out, one->record->id);
    fprintf(printer->out, " %zu %.6f ksearch\n", one->rank, one->score);
}

const cli_printer_form cli_print_trec = {nothing, hit, nothing};
