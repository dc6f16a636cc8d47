/* An answer for people to read: a heading, the matching passages, a line of metadata and the id for each
 * hit; marked words in color. */
#include "cli/printer.h"
#include "cli/text.h"
#include "cli/wrap.h"

#include <string.h>

/* Whatever a record holds, a page of hits stays one: what takes more lines is cut. */
enum { MARGIN = 4, READING_WIDTH = 100, LEAD_LINES = 3, TITLE_LINES = 8, MOST_LINES = 32 };

static size_t reading_width(const cli_printer *printer) {
    return printer->term.width < READING_WIDTH ? printer->term.width : READING_WIDTH;
}

static void wrap_at(cli_wrap *wrap, const cli_printer *printer, size_t indent) {
    cli_wrap_init(wrap, printer->out, reading_width(printer), indent, printer->term.color);
}

static bool is_field(const ks_passage *passage, const char *field) {
    return strcmp(passage->field, field) == 0;
}

static bool is_running_text(const ks_passage *passage) {
    return is_field(passage, "summary") || is_field(passage, "body");
}

/* The first passage of the field whose text is exactly this, or NULL: where the field's marks are known. */
static const ks_passage *find_passage(const ks_hit *hit, const char *field, const char *text) {
    for (size_t i = 0; i < hit->passage_count; i++)
        if (is_field(&hit->passages[i], field) && strcmp(hit->passages[i].text, text) == 0)
            return &hit->passages[i];
    return NULL;
}

static const ks_passage *first_running(const ks_hit *hit) {
    for (size_t i = 0; i < hit->passage_count; i++)
        if (is_running_text(&hit->passages[i])) return &hit->passages[i];
    return NULL;
}

/* Text with the marks of the passage it comes from, which may be NULL. */
static void put_marked(cli_wrap *wrap, const char *text, const ks_passage *passage) {
    cli_wrap_text(wrap, text, strlen(text), passage ? passage->spans : NULL,
                  passage ? passage->span_count : 0);
}

/* ---- The parts of a hit ---- */

static void put_running(cli_wrap *wrap, const ks_passage *passage) {
    if (passage->cut_before) cli_wrap_puts(wrap, wrap->paint, "…");
    wrap->reserve = passage->cut_after;
    wrap->max_lines = MOST_LINES;
    put_marked(wrap, passage->text, passage);
    if (passage->cut_after && !wrap->full) cli_wrap_close(wrap, "…");
    cli_wrap_end(wrap);
}

/* Where a record has no title its text begins in the heading. */
static const char *heading_text(const ks_record *record) {
    const char *texts[] = {record->title, record->summary,
                           record->claims.count ? record->claims.items[0] : NULL, record->body, record->url};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i] && *texts[i]) return texts[i];
    return record->id;
}

static bool is_passage_start(const ks_passage *passage, const char *text) {
    return !passage->cut_before && strncmp(passage->text, text, strlen(passage->text)) == 0;
}

/* Prints the heading, and returns the running passage that it has used up: one that begins the text which
 * stands for a title is printed as one piece with it. */
static const ks_passage *put_heading(cli_printer *printer, const ks_hit *hit) {
    const ks_record *record = hit->record;
    const ks_passage *running = first_running(hit);
    const char *text = heading_text(record);
    char score[32], rank[32];
    cli_wrap wrap;
    wrap_at(&wrap, printer, MARGIN);
    snprintf(score, sizeof score, "%.2f", hit->score);
    if (printer->scores && hit->score > 0) wrap.tail = score; /* filters alone score nothing */
    wrap.column = (size_t)snprintf(rank, sizeof rank, "%2zu  ", hit->rank);
    cli_term_puts(printer->out, printer->term.color, CLI_DIM, rank);
    wrap.paint = CLI_BOLD;
    if (text == record->title) {
        wrap.max_lines = TITLE_LINES;
        put_marked(&wrap, text, find_passage(hit, "title", text));
        running = NULL;
    } else if (running && is_passage_start(running, text)) {
        wrap.lead = true;
        put_running(&wrap, running);
        return running;
    } else {
        wrap.lead = true;
        wrap.max_lines = running || text != record->summary ? 1 : LEAD_LINES;
        put_marked(&wrap, text, find_passage(hit, "claims", text));
        running = NULL;
    }
    cli_wrap_end(&wrap);
    return running;
}

static void put_claim(cli_printer *printer, const ks_passage *passage) {
    cli_wrap wrap;
    wrap_at(&wrap, printer, MARGIN + 1);
    for (size_t i = 0; i < MARGIN; i++) fputc(' ', printer->out);
    fputs(passage->cut_before ? "“…" : "“", printer->out);
    wrap.column = MARGIN + 1 + passage->cut_before;
    wrap.reserve = 1 + passage->cut_after;
    wrap.max_lines = MOST_LINES;
    put_marked(&wrap, passage->text, passage);
    cli_wrap_close(&wrap, passage->cut_after && !wrap.full ? "…”" : "”");
    cli_wrap_end(&wrap);
}

/* Where nothing in the running text matched, its beginning. */
static void put_lead(cli_printer *printer, const ks_hit *hit) {
    const char *text = hit->record->summary ? hit->record->summary : hit->record->body;
    cli_wrap wrap;
    if (!text || !hit->record->title || first_running(hit)) return;
    wrap_at(&wrap, printer, MARGIN);
    wrap.max_lines = LEAD_LINES - 1;
    put_marked(&wrap, text, NULL);
    cli_wrap_end(&wrap);
}

static void put_passages(cli_printer *printer, const ks_hit *hit, const ks_passage *used) {
    for (size_t i = 0; i < hit->passage_count; i++) {
        const ks_passage *passage = &hit->passages[i];
        if (passage == used) continue;
        if (is_running_text(passage)) {
            cli_wrap wrap;
            wrap_at(&wrap, printer, MARGIN);
            put_running(&wrap, passage);
        } else if (is_field(passage, "claims") && strcmp(passage->text, heading_text(hit->record)) != 0) {
            put_claim(printer, passage);
        }
    }
}

static void put_separator(cli_wrap *wrap) {
    if (wrap->started) cli_wrap_word(wrap, CLI_DIM, "·");
}

static void put_item(cli_wrap *wrap, cli_paint paint, const char *text) {
    if (!text || !*text) return;
    put_separator(wrap);
    cli_wrap_word(wrap, paint, text);
}

static void put_more(cli_wrap *wrap, size_t count) {
    char more[32];
    if (count == 0) return;
    snprintf(more, sizeof more, "+%zu", count);
    cli_wrap_word(wrap, CLI_DIM, more);
}

static void put_authors(cli_wrap *wrap, ks_strings authors) {
    enum { MOST = 3 };
    if (authors.count > 0) put_separator(wrap);
    wrap->reserve = 1; /* for the comma */
    for (size_t i = 0; i < authors.count && i < MOST && !wrap->full; i++) {
        const char *name = authors.items[i];
        cli_wrap_room(wrap, cli_text_width(name, strlen(name)), true);
        cli_wrap_puts(wrap, CLI_DIM, name);
        if (i + 1 < authors.count && i + 1 < MOST && !wrap->full) cli_wrap_close(wrap, ",");
    }
    wrap->reserve = 0;
    put_more(wrap, authors.count > MOST ? authors.count - MOST : 0);
}

static void put_tag(cli_wrap *wrap, cli_paint paint, const char *tag) {
    cli_wrap_room(wrap, cli_text_width(tag, strlen(tag)) + 1, true);
    cli_wrap_puts(wrap, paint, "#");
    cli_wrap_puts(wrap, paint, tag);
}

/* The first ones, and behind these what matches; a tag may be there many times. */
static void put_tags(cli_wrap *wrap, const ks_hit *hit) {
    enum { MOST = 16, MOST_MATCHING = 16 };
    ks_strings tags = hit->record->tags;
    size_t shown = 0;
    if (tags.count > 0) put_separator(wrap);
    for (size_t i = 0; i < tags.count; i++) {
        bool matches = find_passage(hit, "tags", tags.items[i]);
        if (i >= MOST && (!matches || shown == MOST + MOST_MATCHING)) continue;
        put_tag(wrap, matches ? CLI_MARK_DIM : CLI_DIM, tags.items[i]);
        shown++;
    }
    put_more(wrap, tags.count - shown);
}

static void put_metadata(cli_printer *printer, const ks_hit *hit) {
    const ks_record *record = hit->record;
    char date[64];
    cli_wrap wrap;
    wrap_at(&wrap, printer, MARGIN);
    wrap.paint = CLI_DIM;
    wrap.max_lines = MOST_LINES;
    put_item(&wrap, CLI_DIM, record->kind);
    put_authors(&wrap, record->authors);
    if (record->date) put_item(&wrap, CLI_DIM, cli_text_date(date, sizeof date, record->date));
    if (strcmp(record->status, "ok") != 0)
        put_item(&wrap, strcmp(record->status, "failed") == 0 ? CLI_ALERT : CLI_DIM, record->status);
    put_tags(&wrap, hit);
    cli_wrap_end(&wrap);
}

/* The id, and the url where it is not the id itself. */
static void put_address(cli_printer *printer, const ks_record *record) {
    cli_wrap wrap;
    wrap_at(&wrap, printer, MARGIN);
    wrap.paint = CLI_DIM;
    if (record->url && strcmp(record->url, record->id) != 0) {
        wrap.max_lines = MOST_LINES;
        cli_wrap_word(&wrap, CLI_LINK, record->url);
        wrap.max_lines = 0;
        if (wrap.full) {
            cli_wrap_end(&wrap);
            wrap_at(&wrap, printer, MARGIN);
            wrap.paint = CLI_DIM;
        } else {
            put_separator(&wrap);
        }
    }
    cli_wrap_word(&wrap, CLI_DIM, record->id);
    cli_wrap_end(&wrap);
}

/* ---- The form ---- */

static void put_rule(cli_printer *printer, const char *text) {
    size_t column = 3 + strlen(text) + 1;
    cli_term_paint(printer->out, printer->term.color, CLI_DIM);
    fprintf(printer->out, "── %s ", text);
    for (; column < reading_width(printer); column++) fputs("─", printer->out);
    cli_term_paint(printer->out, printer->term.color, CLI_PLAIN);
    fputs("\n\n", printer->out);
}

static void begin(cli_printer *printer, const ks_results *results) {
    (void)results;
    printer->in_tail = false;
}

static void hit(cli_printer *printer, const ks_results *results, const ks_hit *one) {
    bool first = one == results->hits;
    if (!first) fputc('\n', printer->out);
    if (printer->scores && results->match == KS_MATCH_AUTO && one->tier == KS_TIER_SOME &&
        !printer->in_tail) {
        put_rule(printer, "some of the words");
        printer->in_tail = true;
    }
    const ks_passage *used = put_heading(printer, one);
    put_lead(printer, one);
    put_passages(printer, one, used);
    put_metadata(printer, one);
    put_address(printer, one->record);
}

/* "11–20 of 1,000+ records", "2 of 17 records", "17 records". */
static void describe_total(char *out, size_t size, const cli_printer *printer, const ks_results *results) {
    char total[32], shown[64] = "";
    size_t last = printer->offset + results->hit_count;
    if (printer->offset > 0)
        snprintf(shown, sizeof shown, "%zu–%zu of ", printer->offset + 1, last);
    else if (last < results->total)
        snprintf(shown, sizeof shown, "%zu of ", last);
    snprintf(out, size, "%s%s%s record%s", shown, cli_text_count(total, results->total),
             results->total_is_exact ? "" : "+", results->total == 1 ? "" : "s");
}

static void end(cli_printer *printer, const ks_results *results) {
    char total[128], took[32], more[64];
    size_t last = printer->offset + results->hit_count;
    cli_wrap wrap;
    if (!printer->term.terminal || results->hit_count == 0) return;
    describe_total(total, sizeof total, printer, results);
    snprintf(more, sizeof more, "more: --offset %zu", last);
    fputc('\n', printer->out);
    wrap_at(&wrap, printer, 0);
    wrap.paint = CLI_DIM;
    put_item(&wrap, CLI_DIM, total);
    put_item(&wrap, CLI_DIM, cli_text_duration(took, results->took_us));
    if (last < results->total) put_item(&wrap, CLI_DIM, more);
    cli_wrap_end(&wrap);
}

const cli_printer_form cli_print_text = {begin, hit, end};
