/* The progress line; see progress.h. */
#include "cli/progress.h"

#include "cli/text.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Columns of the bar, of the percentage behind it, and what the rest of the line needs at least. */
enum { BAR = 24, PERCENT = 8, LEAST_REST = 42 };

static const double REDRAW = 0.1; /* seconds between two drawings */

static double now(void) {
    struct timespec time = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void cli_progress_init(cli_progress *progress, FILE *out, bool quiet) {
    const char *term = getenv("TERM");
    *progress = (cli_progress){.out = out, .term = cli_term_of(out, CLI_COLOR_AUTO), .started = now()};
    progress->on = progress->term.terminal && !quiet && term && strcmp(term, "dumb") != 0;
}

static void put_bar(FILE *out, const ks_sync_progress *state) {
    double share = (double)state->bytes_read / (double)state->bytes_total;
    if (share > 1) share = 1;
    int filled = (int)(share * BAR);
    for (int i = 0; i < BAR; i++) fputs(i < filled ? "━" : "─", out);
    fprintf(out, " %3d %%  ", (int)(share * 100));
}

void cli_progress_line(FILE *out, size_t width, const ks_sync_progress *state, double seconds) {
    char records[32], rate[32], line[128];
    size_t room = width - 1; /* the last column would wrap */
    if (state->source && state->bytes_total > 0 && width >= BAR + PERCENT + LEAST_REST) {
        put_bar(out, state);
        room -= BAR + PERCENT;
    }
    cli_text_count(records, state->records);
    cli_text_count(rate, seconds > 0 ? (uint64_t)((double)state->records / seconds) : 0);
    snprintf(line, sizeof line, "%s record%s  %s/s%s", records, state->records == 1 ? "" : "s", rate,
             state->source ? "" : "  committing");
    fprintf(out, "%.*s", (int)room, line);
}

void cli_progress_update(void *context, const ks_sync_progress *state) {
    cli_progress *progress = context;
    double time = now();
    if (!progress->on || (progress->shown && time - progress->drawn < REDRAW)) return;
    progress->drawn = time;
    progress->shown = true;
    fputs("\r\033[K", progress->out);
    cli_progress_line(progress->out, progress->term.width, state, time - progress->started);
    fflush(progress->out);
}

void cli_progress_clear(cli_progress *progress) {
    if (!progress->shown) return;
    fputs("\r\033[K", progress->out);
    fflush(progress->out); /* before anything else is printed */
    progress->shown = false;
}
