/* One whole record as text. May use ksearch.h, cJSON and libc. */
#ifndef KS_CLI_PRINT_RECORD_H
#define KS_CLI_PRINT_RECORD_H

#include "cli/json.h"
#include "cli/term.h"

/* Prints every member of the record, those that ksearch does not know as JSON. */
void cli_print_record(FILE *out, const cli_term *term, const ks_record *record);

#endif
