/* What the output goes to: a terminal or not, how wide, with colors or not; and the colors. Reads the
 * environment. May use libc. */
#ifndef KS_CLI_TERM_H
#define KS_CLI_TERM_H

#include "cli/options.h"

typedef struct cli_term {
    bool terminal; /* output is a terminal, perhaps behind a pager */
    bool color;
    size_t width; /* columns to use */
} cli_term;

/* How a stretch of text looks. */
typedef enum cli_paint {
    CLI_PLAIN,
    CLI_BOLD,
    CLI_DIM,
    CLI_LINK,
    CLI_ALERT,
    CLI_MARK,      /* a matched word in plain text, */
    CLI_MARK_BOLD, /* in bold text, */
    CLI_MARK_DIM   /* and in dim text */
} cli_paint;

/* Examines the stream; the width is 80 if it is no terminal. */
cli_term cli_term_of(FILE *out, cli_color color);

/* Switches from any look to this one; writes nothing without colors. */
void cli_term_paint(FILE *out, bool color, cli_paint paint);

/* The look of a matched word inside text of the look `base`. */
cli_paint cli_term_mark(cli_paint base);

/* Writes text in one look, made safe for terminals. */
void cli_term_puts(FILE *out, bool color, cli_paint paint, const char *text);

#endif
