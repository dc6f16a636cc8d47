/* An explanation as text. May use ksearch.h and libc. */
#ifndef KS_CLI_PRINT_EXPLANATION_H
#define KS_CLI_PRINT_EXPLANATION_H

#include "cli/term.h"

/* Prints the query as understood, the plan, and a table of its terms; with a record what each adds. */
void cli_print_explanation(FILE *out, const cli_term *term, const ks_explanation *explanation);

#endif
