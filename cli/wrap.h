/* Word wrapping, without allocation: text goes in piece by piece and comes out in lines, with marked
 * stretches painted. May use ksearch.h and libc. */
#ifndef KS_CLI_WRAP_H
#define KS_CLI_WRAP_H

#include "cli/term.h"
#include "cli/text.h"

/* Set the members marked "set" after cli_wrap_init if the defaults do not do. */
typedef struct cli_wrap {
    FILE *out;
    bool color;
    size_t width, indent;
    cli_paint paint;  /* set: the look of the text */
    bool lead;        /* set: only the first line looks so, the others are plain */
    const char *tail; /* set: stands dim at the right end of the first line, or NULL */
    size_t max_lines; /* set: what goes beyond is cut, with an ellipsis; 0: no limit */
    size_t reserve;   /* set: columns kept free at the end of a line for what cli_wrap_close adds */
    size_t column;    /* set: where the cursor is when the text does not begin a line */
    size_t lines;     /* line breaks so far */
    cli_paint look;   /* what the terminal is set to */
    bool started, space, full;
} cli_wrap;

/* Text at `indent` in `width` columns; the first line is indented too unless `column` says otherwise. */
void cli_wrap_init(cli_wrap *wrap, FILE *out, size_t width, size_t indent, bool color);

/* Adds text; runs of blanks become one space or a line break. Spans are byte ranges of `text`, in order,
 * shown as marked; may be NULL. */
void cli_wrap_text(cli_wrap *wrap, const char *text, size_t size, const ks_span *spans, size_t span_count);

/* Adds a NUL-terminated text in a look of its own. */
void cli_wrap_puts(cli_wrap *wrap, cli_paint paint, const char *text);

/* Makes room for a piece of so many columns, behind a space when `space`: on the next line where this one
 * cannot hold it. */
void cli_wrap_room(cli_wrap *wrap, size_t width, bool space);

/* Adds a text behind a space, in one piece where a line can hold it. */
void cli_wrap_word(cli_wrap *wrap, cli_paint paint, const char *text);

/* Writes a mark that closes the text, in its look, come what may: the caller has kept room for it. */
void cli_wrap_close(cli_wrap *wrap, const char *mark);

/* Ends the last line, if anything was written. */
void cli_wrap_end(cli_wrap *wrap);

#endif
