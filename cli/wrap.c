/* Word wrapping; see wrap.h. A word ends at a blank, or beside a wide character, where CJK text may break. */
#include "cli/wrap.h"

#include <string.h>

/* A text, its marked stretches, and the index of the next of these. */
typedef struct marked {
    const char *text;
    size_t size;
    const ks_span *spans;
    size_t count, next;
} marked;

void cli_wrap_init(cli_wrap *wrap, FILE *out, size_t width, size_t indent, bool color) {
    *wrap = (cli_wrap){.out = out, .color = color, .width = width, .indent = indent};
    if (wrap->width < indent + 10) wrap->width = indent + 10; /* better too wide than one letter per line */
}

/* The last column that the current line may fill. */
static size_t line_end(const cli_wrap *wrap) {
    size_t end = wrap->width - wrap->reserve;
    if (wrap->lines == 0 && wrap->tail && end > strlen(wrap->tail) + 2) end -= strlen(wrap->tail) + 2;
    if (wrap->max_lines && wrap->lines + 1 >= wrap->max_lines) end--;
    return end > wrap->indent + 1 ? end : wrap->indent + 2;
}

static void pad(cli_wrap *wrap, size_t column) {
    for (; wrap->column < column; wrap->column++) fputc(' ', wrap->out);
}

static void look(cli_wrap *wrap, cli_paint paint) {
    if (paint != wrap->look) cli_term_paint(wrap->out, wrap->color, paint);
    wrap->look = paint;
}

static void finish_line(cli_wrap *wrap) {
    look(wrap, CLI_PLAIN);
    if (wrap->lines == 0 && wrap->tail) {
        size_t size = strlen(wrap->tail);
        pad(wrap, wrap->width > size ? wrap->width - size : 0);
        cli_term_puts(wrap->out, wrap->color, CLI_DIM, wrap->tail);
    }
    fputc('\n', wrap->out);
    wrap->column = 0;
    wrap->lines++;
}

static void start_line(cli_wrap *wrap) {
    pad(wrap, wrap->indent);
    wrap->started = true;
}

/* Ends the line, so that the next can begin; or cuts the text, with false, if no further line is allowed. */
static bool break_line(cli_wrap *wrap) {
    wrap->space = false;
    if (wrap->max_lines && wrap->lines + 1 >= wrap->max_lines) {
        look(wrap, wrap->paint);
        fputs("…", wrap->out);
        wrap->column++;
        wrap->full = true;
        return false;
    }
    finish_line(wrap);
    if (wrap->lead) wrap->paint = CLI_PLAIN;
    return true;
}

/* The size of the word that text[0..size) begins with, in bytes, and in *width its columns. */
static size_t word_size(const char *text, size_t size, size_t *width) {
    size_t at = cli_text_plain(text, size);
    *width = at;
    while (at < size) {
        cli_glyph glyph = cli_text_glyph(text + at, size - at);
        if (glyph.blank) break;
        if (*width && glyph.width == 2) break;
        at += glyph.size;
        *width += glyph.width;
        if (glyph.width != 2) continue;
        while (at < size) { /* combining marks belong to it */
            glyph = cli_text_glyph(text + at, size - at);
            if (glyph.width != 0) return at;
            at += glyph.size;
        }
    }
    return at;
}

/* Switches to the look of the character at text[at]. */
static void look_at(cli_wrap *wrap, marked *text, size_t at) {
    while (text->next < text->count && text->spans[text->next].end_byte <= at) text->next++;
    bool on = text->next < text->count && text->spans[text->next].start_byte <= at;
    look(wrap, on ? cli_term_mark(wrap->paint) : wrap->paint);
}

/* Where the look may change next, after look_at(…, at). */
static size_t next_look(const marked *text, size_t at) {
    const ks_span *span = &text->spans[text->next];
    if (text->next == text->count) return text->size;
    return span->start_byte > at ? span->start_byte : span->end_byte;
}

/* Writes the plain characters of text[at..to) that the line has room for and that look like the first, all at
 * once. Returns how many. */
static size_t put_plain(cli_wrap *wrap, marked *text, size_t at, size_t to) {
    size_t end = line_end(wrap), room = end > wrap->column ? end - wrap->column : 0;
    size_t size = cli_text_plain(text->text + at, to - at < room ? to - at : room);
    if (size == 0) return 0;
    look_at(wrap, text, at);
    if (size > next_look(text, at) - at) size = next_look(text, at) - at;
    fwrite(text->text + at, 1, size, wrap->out);
    wrap->column += size;
    return size;
}

/* Writes text[from..to), breaking it where the line is full. */
static void put_word(cli_wrap *wrap, marked *text, size_t from, size_t to) {
    for (size_t at = from; at < to && !wrap->full;) {
        size_t plain = put_plain(wrap, text, at, to);
        if (plain) {
            at += plain;
            continue;
        }
        cli_glyph glyph = cli_text_glyph(text->text + at, text->size - at);
        if (wrap->column + glyph.width > line_end(wrap) && wrap->column > wrap->indent) {
            if (!break_line(wrap)) return;
            start_line(wrap);
        }
        look_at(wrap, text, at);
        cli_text_put_glyph(wrap->out, &glyph, text->text + at);
        wrap->column += glyph.width;
        at += glyph.size;
    }
}

static bool is_too_long(const cli_wrap *wrap, size_t width) {
    return wrap->started && wrap->column > wrap->indent &&
           wrap->column + wrap->space + width > line_end(wrap);
}

static void add_word(cli_wrap *wrap, marked *text, size_t from, size_t to, size_t width) {
    if (is_too_long(wrap, width)) {
        if (!break_line(wrap)) return;
        start_line(wrap);
    } else if (!wrap->started) {
        wrap->space = false;
        start_line(wrap);
    }
    if (wrap->space) {
        if (from)
            look_at(wrap, text, from - 1); /* a blank inside a span is marked too */
        else
            look(wrap, wrap->paint);
        fputc(' ', wrap->out);
        wrap->column++;
    }
    wrap->space = false;
    put_word(wrap, text, from, to);
}

void cli_wrap_text(cli_wrap *wrap, const char *text, size_t size, const ks_span *spans, size_t span_count) {
    marked marks = {.text = text, .size = size, .spans = spans, .count = span_count};
    for (size_t at = 0; at < size && !wrap->full;) {
        cli_glyph glyph = cli_text_glyph(text + at, size - at);
        if (glyph.blank) {
            wrap->space = wrap->column > wrap->indent;
            at += glyph.size;
            continue;
        }
        size_t width, length = word_size(text + at, size - at, &width);
        add_word(wrap, &marks, at, at + length, width);
        at += length;
    }
}

void cli_wrap_puts(cli_wrap *wrap, cli_paint paint, const char *text) {
    cli_paint before = wrap->paint;
    wrap->paint = paint;
    cli_wrap_text(wrap, text, strlen(text), NULL, 0);
    wrap->paint = before;
}

void cli_wrap_room(cli_wrap *wrap, size_t width, bool space) {
    if (wrap->full) return;
    wrap->space = space && wrap->column > wrap->indent;
    if (is_too_long(wrap, width) && break_line(wrap)) start_line(wrap);
}

void cli_wrap_word(cli_wrap *wrap, cli_paint paint, const char *text) {
    cli_wrap_room(wrap, cli_text_width(text, strlen(text)), true);
    cli_wrap_puts(wrap, paint, text);
}

void cli_wrap_close(cli_wrap *wrap, const char *mark) {
    look(wrap, wrap->paint);
    cli_text_puts(wrap->out, mark);
    wrap->column += cli_text_width(mark, strlen(mark));
}

void cli_wrap_end(cli_wrap *wrap) {
    if (wrap->column > 0) finish_line(wrap);
}
