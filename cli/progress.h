/* The progress line of ksearch index, on stderr. May use ksearch.h and libc. */
#ifndef KS_CLI_PROGRESS_H
#define KS_CLI_PROGRESS_H

#include "cli/term.h"

typedef struct cli_progress {
    FILE *out;
    cli_term term;
    double started, drawn; /* seconds of the monotonic clock */
    bool on, shown;
} cli_progress;

/* The line is drawn only if `out` is a terminal whose cursor can go back to the start of the line, and not if
 * `quiet`. */
void cli_progress_init(cli_progress *progress, FILE *out, bool quiet);

/* A ks_sync_options.progress; `context` is the cli_progress. */
void cli_progress_update(void *context, const ks_sync_progress *state);

/* Writes the line for the state after `seconds`, without moving the cursor. */
void cli_progress_line(FILE *out, size_t width, const ks_sync_progress *state, double seconds);

/* Clears the line. */
void cli_progress_clear(cli_progress *progress);

#endif
