/* An explanation as text: labels, the plan's tree, a table of terms; see print_explanation.h. */
#include "cli/print_explanation.h"

#include "cli/text.h"

#include <inttypes.h>
#include <string.h>

/* Widths in the table of terms: of its first column; from there to the column of shares; of a share; of the
 * gap before a bar; of a bar. */
enum { LEAST_TERM = 4, MOST_TERM = 30, TO_SHARE = 49, SHARE = 7, GAP = 2, BAR = 20 };
enum { TO_BAR = TO_SHARE + SHARE + GAP };

typedef struct page {
    FILE *out;
    const cli_term *term;
    const ks_explanation *explanation;
} page;

static void put_label(const page *to, const char *label) {
    cli_term_puts(to->out, to->term->color, CLI_DIM, label);
}

static void put_row(const page *to, const char *label, const char *text) {
    put_label(to, label);
    cli_text_puts(to->out, text);
    fputc('\n', to->out);
}

/* Text filled up with blanks to a number of columns. */
static void put_padded(const page *to, const char *text, size_t columns) {
    size_t width = cli_text_width(text, strlen(text));
    cli_text_puts(to->out, text);
    for (; width < columns; width++) fputc(' ', to->out);
}

static void put_plan(const page *to) {
    const char *line = to->explanation->plan;
    if (!line || !*line) return;
    fputc('\n', to->out);
    put_label(to, "plan");
    fputc('\n', to->out);
    while (*line) {
        size_t size = strcspn(line, "\n");
        fputs("  ", to->out);
        cli_text_put(to->out, line, size);
        fputc('\n', to->out);
        line += size + (line[size] == '\n');
    }
}

static size_t term_columns(const ks_explanation *explanation) {
    size_t columns = LEAST_TERM;
    for (size_t i = 0; i < explanation->term_count; i++) {
        const char *term = explanation->terms[i].term;
        size_t width = cli_text_width(term, strlen(term));
        if (width > columns) columns = width;
    }
    return columns < MOST_TERM ? columns : MOST_TERM;
}

static double greatest_share(const ks_explanation *explanation) {
    double most = 0;
    for (size_t i = 0; i < explanation->term_count; i++)
        if (explanation->terms[i].share > most) most = explanation->terms[i].share;
    return most;
}

/* A bar in proportion to the share, as long as the table leaves room. */
static void put_bar(const page *to, double share, double most, size_t columns) {
    size_t room = to->term->width > columns + TO_BAR ? to->term->width - columns - TO_BAR : 0;
    int cells = most > 0 ? (int)(share / most * (double)(room < BAR ? room : BAR) + 0.5) : 0;
    if (cells <= 0) return;
    fputs("  ", to->out);
    cli_term_paint(to->out, to->term->color, CLI_MARK);
    while (cells-- > 0) fputs("█", to->out);
    cli_term_paint(to->out, to->term->color, CLI_PLAIN);
}

static const char *field_name(const ks_term_share *term) {
    return term->is_tag ? "whole tag" : term->field ? term->field : "any";
}

static void put_term(const page *to, const ks_term_share *term, size_t columns, double most) {
    char documents[32];
    fputs("  ", to->out);
    put_padded(to, term->term, columns);
    fputs("  ", to->out);
    put_padded(to, field_name(term), 9);
    fprintf(to->out, "  %6.2f  %9s  %7.3f", term->weight, cli_text_count(documents, term->documents),
            term->idf);
    if (to->explanation->record) {
        fprintf(to->out, "  %4" PRIu64 "  %7.3f", term->frequency, term->share);
        put_bar(to, term->share, most, columns);
    }
    fputc('\n', to->out);
}

static void put_terms(const page *to) {
    const ks_explanation *explanation = to->explanation;
    size_t columns = term_columns(explanation);
    double most = greatest_share(explanation);
    if (explanation->term_count == 0) return;
    fputc('\n', to->out);
    cli_term_paint(to->out, to->term->color, CLI_DIM);
    fputs("  ", to->out);
    put_padded(to, "term", columns);
    fprintf(to->out, "  %-9s  %6s  %9s  %7s", "field", "weight", "records", "idf");
    if (explanation->record) fprintf(to->out, "  %4s  %7s", "tf", "share");
    cli_term_paint(to->out, to->term->color, CLI_PLAIN);
    fputc('\n', to->out);
    for (size_t i = 0; i < explanation->term_count; i++) put_term(to, &explanation->terms[i], columns, most);
    if (!explanation->record) return;
    for (size_t i = 0; i < columns + TO_SHARE; i++) fputc(' ', to->out);
    cli_term_paint(to->out, to->term->color, CLI_BOLD);
    fprintf(to->out, "%7.3f", explanation->score);
    cli_term_paint(to->out, to->term->color, CLI_PLAIN);
    fputc('\n', to->out);
}

static void put_record(const page *to) {
    const ks_explanation *explanation = to->explanation;
    if (!explanation->record) return;
    put_row(to, "record   ", explanation->record->id);
    put_row(to, "answers  ",
            !explanation->matches              ? "no"
            : explanation->tier == KS_TIER_ALL ? "with all of the words"
                                               : "with some of the words");
    put_label(to, "length   ");
    fprintf(to->out, "%" PRIu64 " weighted terms, %.1f on average\n", explanation->length,
            explanation->average_length);
}

void cli_print_explanation(FILE *out, const cli_term *term, const ks_explanation *explanation) {
    page to = {.out = out, .term = term, .explanation = explanation};
    char records[32];
    put_row(&to, "query    ", explanation->raw);
    put_row(&to, "parsed   ", explanation->parsed);
    put_row(&to, "records  ", cli_text_count(records, explanation->records));
    put_record(&to);
    put_plan(&to);
    put_terms(&to);
}
