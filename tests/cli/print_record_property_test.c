/* A whole record as text, for random records: all of it is there in its order and nothing else, every line
 * begins with a label or stands under the others, none is too wide, and colors change nothing but the looks.
 */
#include "tests/cli/support.h"

#include "base/buffer.h"
#include "cli/print_record.h"
#include "cli/text.h"
#include "tests/support/random.h"

enum { ROUNDS = 3000, MOST_TEXTS = 20, MOST_TEXT = 320, COLUMN = 10, NAMES = 4 };

typedef struct made {
    char texts[MOST_TEXTS][MOST_TEXT];
    size_t text_count;
    const char *authors[NAMES], *tags[NAMES], *claims[NAMES];
    ks_record record;
} made;

static const char *make_text(made *it, size_t most, uint64_t *random) {
    static const char *const bits[] = {"pong ",       "word",         "a ",      "\n",         "\n\n",
                                       " ",           "\u7b56\u7565", "e\u0301", "\x1b[31m",   "\xff",
                                       "longer-word", "\u202e",       "\t",      "\U0001f600", "x"};
    char *out = it->texts[it->text_count++];
    assert_true(it->text_count <= MOST_TEXTS);
    *out = '\0';
    for (size_t n = 1 + ks_test_below(random, most); n > 0; n--)
        strcat(out, bits[ks_test_below(random, sizeof bits / sizeof *bits)]);
    strcat(out, "."); /* a text without any is as good as absent, and is not in a record */
    return out;
}

static const char *sometimes(made *it, size_t most, uint64_t *random) {
    return ks_test_below(random, 2) ? make_text(it, most, random) : NULL;
}

static ks_strings make_names(made *it, const char **names, size_t most, uint64_t *random) {
    size_t count = ks_test_below(random, NAMES);
    for (size_t i = 0; i < count; i++) names[i] = make_text(it, most, random);
    return (ks_strings){names, count};
}

static void make_record(made *it, uint64_t *random) {
    static const char *const dates[] = {NULL, "2014", "2014-05-31"};
    static const char json[] = "{\"id\":\"x\",\"n\":1.50,\"a_very_long_name\":[\"a b\"],\"kind\":\"k\"}";
    memset(it, 0, sizeof *it);
    it->record = (ks_record){.id = make_text(it, 2, random),
                             .kind = "blog",
                             .status = ks_test_below(random, 2) ? "ok" : "failed",
                             .date = dates[ks_test_below(random, 3)],
                             .json = json,
                             .json_size = sizeof json - 1};
    it->record.title = sometimes(it, 12, random);
    it->record.url = sometimes(it, 8, random);
    it->record.lang = ks_test_below(random, 2) ? "en" : NULL;
    it->record.summary = sometimes(it, 25, random);
    it->record.body = sometimes(it, 25, random);
    it->record.authors = make_names(it, it->authors, 9, random);
    it->record.tags = make_names(it, it->tags, 5, random);
    it->record.claims = make_names(it, it->claims, 20, random);
}

/* ---- What must be there ---- */

/* All that a reader sees of a text but its blanks. */
static void add_visible(ks_buffer *out, const char *text) {
    for (size_t at = 0, size = strlen(text); at < size;) {
        cli_glyph glyph = cli_text_glyph(text + at, size - at);
        if (glyph.safe)
            ks_buffer_add(out, text + at, glyph.size);
        else if (!glyph.blank)
            ks_buffer_str(out, "\uFFFD");
        at += glyph.size;
    }
}

static void add_member(ks_buffer *out, const char *label, const char *text) {
    if (!text) return;
    ks_buffer_str(out, label);
    add_visible(out, text);
}

static void add_members(ks_buffer *out, const char *label, ks_strings names, const char *const marks[3]) {
    for (size_t i = 0; i < names.count; i++) {
        ks_buffer_str(out, i ? marks[1] : label);
        ks_buffer_str(out, marks[0]);
        add_visible(out, names.items[i]);
        ks_buffer_str(out, marks[2]);
    }
}

static char *all_visible(const ks_record *record) {
    static const char *const authors[] = {"", ",", ""}, *const tags[] = {"#", "", ""};
    static const char *const claims[] = {"\u201C", "", "\u201D"};
    ks_buffer out = {0};
    add_member(&out, "id", record->id);
    add_member(&out, "title", record->title);
    add_member(&out, "kind", record->kind);
    add_members(&out, "author", record->authors, authors);
    add_member(&out, "date", record->date);
    add_member(&out, "status", record->status);
    add_member(&out, "url", record->url);
    add_member(&out, "lang", record->lang);
    add_members(&out, "tags", record->tags, tags);
    add_member(&out, "summary", record->summary);
    add_members(&out, "claims", record->claims, claims);
    add_member(&out, "body", record->body);
    add_member(&out, "n", "1.50");
    add_member(&out, "a_very_long_name", "[\"a b\"]");
    ks_buffer_add(&out, "", 1);
    return ks_buffer_take(&out);
}

/* ---- What is printed ---- */

/* A line is empty, or begins with a label, or with the blanks that stand under labels. */
static void check_line(const char *line, size_t size, size_t width) {
    size_t blanks = strspn(line, " ");
    if (cli_text_width(line, size) > width) fail_msg("wider than %zu: %.*s", width, (int)size, line);
    if (size && blanks && blanks != COLUMN && blanks != COLUMN + 1) /* of a claim the mark stands out */
        fail_msg("%zu blanks: %.*s", blanks, (int)size, line);
}

static void check_lines(const char *text, size_t width) {
    for (const char *line = text, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        assert_non_null(end);
        check_line(line, (size_t)(end - line), width);
    }
}

static void random_records(void **state) {
    static const size_t widths[] = {30, 40, 60, 80, 100, 300};
    uint64_t random = ks_test_seed(4490);
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        static made it;
        size_t width = widths[ks_test_below(&random, 6)];
        ks_buffer got = {0};
        make_record(&it, &random);
        char *wanted = all_visible(&it.record), *plain = show_record(&it.record, width, false);
        char *colored = show_record(&it.record, width, true);
        check_lines(plain, width < 100 ? width : 100);
        add_visible(&got, plain);
        ks_buffer_add(&got, "", 1);
        assert_string_equal(got.data, wanted);
        strip_colors(colored);
        assert_string_equal(colored, plain);
        ks_buffer_free(&got);
        free(wanted);
        free(plain);
        free(colored);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_records)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
