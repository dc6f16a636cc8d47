/* The terminal: is it one, its width, colors; see term.h. */
#include "cli/term.h"

#include "cli/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { DEFAULT_WIDTH = 80, LEAST_WIDTH = 20, MOST_WIDTH = 1000 };

static size_t width_of(int fd) {
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    unsigned long width = DEFAULT_WIDTH;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        width = size.ws_col;
    else if (columns && *columns >= '1' && *columns <= '9')
        width = strtoul(columns, NULL, 10);
    return width < LEAST_WIDTH ? LEAST_WIDTH : width > MOST_WIDTH ? MOST_WIDTH : width;
}

/* https://no-color.org: the variable counts when it is not empty. */
static bool wants_color(bool terminal, cli_color color) {
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    switch (color) {
    case CLI_COLOR_ALWAYS: return true;
    case CLI_COLOR_NEVER: return false;
    case CLI_COLOR_AUTO: break;
    }
    return terminal && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

cli_term cli_term_of(FILE *out, cli_color color) {
    int fd = fileno(out);
    cli_term term = {.terminal = fd >= 0 && isatty(fd), .width = DEFAULT_WIDTH};
    if (term.terminal) term.width = width_of(fd);
    term.color = wants_color(term.terminal, color);
    return term;
}

void cli_term_paint(FILE *out, bool color, cli_paint paint) {
    static const char *const codes[] = {
        [CLI_PLAIN] = "\033[0m",          [CLI_BOLD] = "\033[0;1m",      [CLI_DIM] = "\033[0;2m",
        [CLI_LINK] = "\033[0;2;4m",       [CLI_ALERT] = "\033[0;31m",    [CLI_MARK] = "\033[0;33m",
        [CLI_MARK_BOLD] = "\033[0;1;33m", [CLI_MARK_DIM] = "\033[0;33m",
    };
    if (color) fputs(codes[paint], out);
}

cli_paint cli_term_mark(cli_paint base) {
    return base == CLI_BOLD ? CLI_MARK_BOLD : base == CLI_DIM ? CLI_MARK_DIM : CLI_MARK;
}

void cli_term_puts(FILE *out, bool color, cli_paint paint, const char *text) {
    cli_term_paint(out, color, paint);
    cli_text_puts(out, text);
    cli_term_paint(out, color, CLI_PLAIN);
}
