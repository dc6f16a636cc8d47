/* Word wrapping without allocation: text goes in piece by piece and comes out in lines, with marked stretches
 * painted. May use ksearch.h and libc. */
#ifndef KS_CLI_WRAP_H
#define KS_CLI_WRAP_H

#include "cli/term.h"
#include "cli/text.h"

/* The caller may change the members marked "set" after cli_wrap_init. */
typedef struct cli_wrap {
    FILE *out;
    bool color;
    size_t width, indent;
    cli_paint paint;  /* set: the look of the text */
    bool lead;        /* set: only the first line has this look, the others are plain */
    const char *tail; /* set: text to put, dim, at the right end of the first line; NULL: none */
    size_t max_lines; /* set: text beyond this many lines is cut, with an ellipsis; 0: no limit */
    size_t reserve;   /* set: columns to keep free at the end of a line for cli_wrap_close */
    size_t column;    /* set: the cursor's column, if the text does not begin a line */
    size_t lines;     /* line breaks so far */
    cli_paint look;   /* the look that the terminal is set to */
    bool started, space, full;
} cli_wrap;

/* Wraps text in `width` columns, indented by `indent`; so is the first line, unless `column` is set. */
void cli_wrap_init(cli_wrap *wrap, FILE *out, size_t width, size_t indent, bool color);

/* Adds text, with one space or a line break for each run of blanks. Spans, ascending byte ranges of `text`,
 * are shown as marked; may be NULL. */
void cli_wrap_text(cli_wrap *wrap, const char *text, size_t size, const ks_span *spans, size_t span_count);

/* Adds a NUL-terminated text in a look of its own. */
void cli_wrap_puts(cli_wrap *wrap, cli_paint paint, const char *text);

/* Makes room for a piece of `width` columns, behind a space if `space`; on the next line if this one is too
 * short. */
void cli_wrap_room(cli_wrap *wrap, size_t width, bool space);

/* Adds a text behind a space, unbroken if a line can hold it. */
void cli_wrap_word(cli_wrap *wrap, cli_paint paint, const char *text);

/* Writes a mark that closes the text, in its look and on the same line: `reserve` has kept room for it. */
void cli_wrap_close(cli_wrap *wrap, const char *mark);

/* Ends the last line, if anything was written. */
void cli_wrap_end(cli_wrap *wrap);

#endif
