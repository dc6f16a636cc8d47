/* Word wrapping against a wrapper that fills lines one word at a time and keeps them as strings: the same
 * lines to the byte, with indents, tails, cuts and closing marks; and colors that change nothing but the
 * looks. */
#include "tests/cli/support.h"

#include "base/buffer.h"
#include "cli/wrap.h"
#include "tests/support/random.h"

enum { ROUNDS = 4000, MOST_PIECES = 4, MOST_BYTES = 400 };

/* What is wrapped and how; a piece is one call. */
typedef struct scene {
    size_t width, indent, max_lines, reserve;
    const char *tail;
    char pieces[MOST_PIECES][MOST_BYTES];
    bool closed[MOST_PIECES]; /* a comma stands behind it, come what may */
    size_t count;
} scene;

static void add_bits(char *text, size_t count, uint64_t *random) {
    static const char *const bits[] = {"a",      "word",       " ",  "\n",           "\u7b56", "e\u0301",
                                       "longer", "\U0001f389", "  ", "x\u200dy",     "b-c",    "\t",
                                       "\x1b[m", "\xff",       " ",  "\u7b56\u0301", "12",     "\u3000"};
    *text = '\0';
    for (; count > 0; count--) strcat(text, bits[ks_test_below(random, sizeof bits / sizeof *bits)]);
}

static void make_scene(scene *it, uint64_t *random) {
    static const char *const tails[] = {NULL, NULL, "9", "12.31", "a rather long tail"};
    memset(it, 0, sizeof *it);
    it->indent = ks_test_below(random, 7);
    it->width = it->indent + 10 + ks_test_below(random, 30);
    it->max_lines = ks_test_below(random, 5);
    it->reserve = ks_test_below(random, 3);
    it->tail = tails[ks_test_below(random, 5)];
    it->count = 1 + ks_test_below(random, MOST_PIECES);
    for (size_t i = 0; i < it->count; i++) {
        add_bits(it->pieces[i], ks_test_below(random, 20), random);
        it->closed[i] = ks_test_below(random, 4) == 0;
    }
}

/* ---- The model ---- */

typedef struct model {
    const scene *of;
    ks_buffer done, line;
    size_t column, lines; /* of the present line without its indent; of those that are done */
    bool begun, blank, cut;
} model;

/* The columns behind the indent that text may take on the present line. */
static size_t room(const model *it) {
    size_t taken = it->of->indent + it->of->reserve, least = 2;
    size_t tail = it->of->tail && it->lines == 0 ? strlen(it->of->tail) + 2 : 0;
    size_t all = it->of->width;
    if (tail && all - it->of->reserve > tail) taken += tail; /* a longer one takes what place it needs */
    if (it->of->max_lines && it->lines + 1 >= it->of->max_lines) taken++; /* for the ellipsis */
    return all > taken + 1 ? all - taken : least;
}

static void end_line(model *it) {
    size_t used = it->of->indent + it->column;
    for (size_t i = 0; i < it->of->indent; i++) ks_buffer_str(&it->done, " ");
    ks_buffer_add(&it->done, it->line.data, it->line.size);
    if (it->lines == 0 && it->of->tail) {
        size_t from = it->of->width > strlen(it->of->tail) ? it->of->width - strlen(it->of->tail) : 0;
        for (; used < from; used++) ks_buffer_str(&it->done, " ");
        ks_buffer_str(&it->done, it->of->tail);
    }
    ks_buffer_str(&it->done, "\n");
    ks_buffer_truncate(&it->line, 0);
    it->column = 0;
    it->lines++;
}

/* Goes to the next line, or cuts the text where there is none. */
static void next_line(model *it) {
    it->blank = false;
    it->cut = it->of->max_lines && it->lines + 1 >= it->of->max_lines;
    if (!it->cut) {
        end_line(it);
        return;
    }
    ks_buffer_str(&it->line, "\u2026");
    it->column++;
}

static void put(model *it, const char *glyph, size_t size, size_t width) {
    if (it->column && it->column + width > room(it)) next_line(it);
    if (it->cut) return;
    ks_buffer_add(&it->line, glyph, size);
    it->column += width;
}

/* What a terminal gets to see of the glyph. */
static void put_shown(model *it, const char *text, cli_glyph glyph) {
    if (glyph.safe)
        put(it, text, glyph.size, glyph.width);
    else
        put(it, "\uFFFD", 3, 1);
}

static void put_word(model *it, const char *text, size_t size, size_t width) {
    it->begun = true;
    if (it->column && it->column + it->blank + width > room(it)) next_line(it);
    if (it->cut) return;
    if (it->blank) {
        ks_buffer_str(&it->line, " ");
        it->column++;
    }
    it->blank = false;
    for (size_t at = 0; at < size && !it->cut;) {
        cli_glyph glyph = cli_text_glyph(text + at, size - at);
        put_shown(it, text + at, glyph);
        at += glyph.size;
    }
}

/* Words end at blanks, and before and behind a wide character with its marks. */
static void put_piece(model *it, const char *text) {
    size_t size = strlen(text), from = 0, width = 0;
    bool wide = false;
    for (size_t at = 0; at <= size;) {
        cli_glyph glyph = {.size = 1, .blank = true};
        if (at < size) glyph = cli_text_glyph(text + at, size - at);
        bool ends = glyph.blank || (width && glyph.width == 2) || (wide && glyph.width);
        if (ends && at > from && !it->cut) put_word(it, text + from, at - from, width);
        if (ends) {
            from = at;
            width = 0;
            wide = false;
        }
        if (glyph.blank) {
            from = at + glyph.size;
            if (at < size && !it->cut) it->blank = it->column > 0;
        } else {
            width += glyph.width;
            wide = wide || glyph.width == 2;
        }
        at += glyph.size;
    }
}

static void wrap_naively(model *it, const scene *of) {
    it->of = of;
    for (size_t i = 0; i < of->count; i++) {
        put_piece(it, of->pieces[i]);
        if (!of->closed[i] || !it->begun) continue;
        ks_buffer_str(&it->line, ",");
        it->column++;
    }
    if (it->begun) end_line(it);
}

/* ---- Against it ---- */

/* With spans that many pieces share, so that those of short ones lie beyond their end. */
static char *wrapped(const scene *of, const ks_span *spans, size_t count, bool color) {
    sink out;
    cli_wrap wrap;
    sink_open(&out);
    cli_wrap_init(&wrap, out.out, of->width, of->indent, color);
    wrap.tail = of->tail;
    wrap.max_lines = of->max_lines;
    wrap.reserve = of->reserve;
    for (size_t i = 0; i < of->count; i++) {
        cli_wrap_text(&wrap, of->pieces[i], strlen(of->pieces[i]), spans, count);
        if (of->closed[i] && wrap.started) cli_wrap_close(&wrap, ",");
    }
    cli_wrap_end(&wrap);
    return printed(&out);
}

static void same_lines(void **state) {
    uint64_t random = ks_test_seed(4410);
    size_t cut = 0, several = 0;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        model expected = {0};
        scene it;
        make_scene(&it, &random);
        wrap_naively(&expected, &it);
        char *text = wrapped(&it, NULL, 0, false);
        ks_buffer_add(&expected.done, "", 1);
        assert_false(expected.done.failed || expected.line.failed);
        if (strcmp(text, expected.done.data) != 0) print_message("round %d, width %zu\n", round, it.width);
        assert_string_equal(text, expected.done.data);
        cut += expected.cut;
        several += expected.lines > 1;
        ks_buffer_free(&expected.done);
        ks_buffer_free(&expected.line);
        free(text);
    }
    assert_true(cut > ROUNDS / 10 && several > ROUNDS / 10);
}

/* Takes the colors out of a text; marked[i] tells whether byte i of what is left is shown as marked, and
 * every line must end as it began. */
static void strip(char *text, bool *marked) {
    bool on = false;
    char *to = text;
    for (const char *at = text; *at;) {
        if (*at == '\033') {
            size_t size = strcspn(at, "m") + 1;
            on = memchr(at, '3', size) != NULL;
            at += size;
            continue;
        }
        if (*at == '\n') assert_false(on);
        marked[to - text] = on;
        *to++ = *at++;
    }
    *to = '\0';
}

/* Of the characters that are no blanks, those of spans are marked and no others. */
static void compare_marks(const char *text, const char *shown, const bool *marked, ks_span span) {
    size_t to = 0;
    for (size_t at = 0; text[at];) {
        cli_glyph glyph = cli_text_glyph(text + at, strlen(text + at));
        if (!glyph.blank) {
            while (shown[to] == ' ' || shown[to] == '\n') to++;
            assert_true(shown[to] != '\0');
            assert_int_equal(marked[to], at >= span.start_byte && at < span.end_byte);
            to += glyph.safe ? glyph.size : 3;
        }
        at += glyph.size;
    }
}

static void colors_change_nothing_else(void **state) {
    uint64_t random = ks_test_seed(4411);
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        static bool marked[16 * MOST_BYTES];
        scene it;
        size_t start = 0, end = 0;
        make_scene(&it, &random);
        it.count = 1;
        it.max_lines = 0;
        it.tail = NULL;
        it.closed[0] = false;
        for (size_t words = ks_test_below(&random, 12), at = 0; it.pieces[0][at]; words -= words > 0) {
            at += cli_text_glyph(it.pieces[0] + at, strlen(it.pieces[0] + at)).size;
            if (words == 6) start = at;
            if (words > 1) end = at;
        }
        if (start > end) start = end;
        ks_span span = {start, end, 0, 0};
        char *plain = wrapped(&it, &span, start < end, false), *text = wrapped(&it, &span, start < end, true);
        strip(text, marked);
        assert_string_equal(text, plain);
        compare_marks(it.pieces[0], text, marked, span);
        free(plain);
        free(text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_lines),
        cmocka_unit_test(colors_change_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
