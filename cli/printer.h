/* Printing an answer: one interface, several forms. A printer allocates nothing and cannot fail; whether the
 * stream took everything is checked once, at the end. May use ksearch.h and libc. */
#ifndef KS_CLI_PRINTER_H
#define KS_CLI_PRINTER_H

#include "cli/json.h"
#include "cli/options.h"
#include "cli/term.h"

typedef struct cli_printer cli_printer;

typedef struct cli_printer_form {
    void (*begin)(cli_printer *printer, const ks_results *results);
    void (*hit)(cli_printer *printer, const ks_results *results, const ks_hit *hit);
    void (*end)(cli_printer *printer, const ks_results *results);
} cli_printer_form;

struct cli_printer {
    const cli_printer_form *form;
    FILE *out;
    cli_term term;
    cli_json json;
    bool pretty;          /* JSON in lines and indented */
    unsigned fields;      /* of JSON hits: enum cli_field */
    bool scores;          /* text: show scores and tiers */
    size_t offset;        /* text: hits left out before the first */
    bool in_tail;         /* text: the line before the second tier is printed */
    const char *query_id; /* JSON and trec: of a query in a batch, or NULL */
    bool id_is_number;    /* JSON: the query's id is no string */
};

extern const cli_printer_form cli_print_text, cli_print_json, cli_print_jsonl, cli_print_ids, cli_print_trec;

/* A printer that writes to `out` in the form that the options ask for. */
cli_printer cli_printer_of(const cli_options *options, FILE *out);

/* Prints a whole answer. */
void cli_printer_print(cli_printer *printer, const ks_results *results);

#endif
