/* The description of an index as text. May use ksearch.h and libc. */
#ifndef KS_CLI_PRINT_STATUS_H
#define KS_CLI_PRINT_STATUS_H

#include <ksearch/ksearch.h>

#include <stdio.h>

/* A line for each property, then the sections, the largest first. */
void cli_print_status(FILE *out, const char *path, const ks_index_info *info);

#endif
