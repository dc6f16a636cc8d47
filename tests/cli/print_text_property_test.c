/* What stands under a hit as text - authors, tags, the address - for random ones of any length: within the
 * width, whole where there is room, cut only with an ellipsis, and in colors the same. */
#include "tests/cli/support.h"

#include "base/buffer.h"
#include "cli/printer.h"
#include "cli/text.h"
#include "tests/support/random.h"

enum { ROUNDS = 4000, MOST_NAMES = 24, MOST_NAME = 1000, MOST_PASSAGE = 2000, PASSAGES = 3 };

typedef struct made {
    char texts[2 * MOST_NAMES + 3][MOST_NAME];
    char passage_texts[PASSAGES][MOST_PASSAGE];
    const char *authors[MOST_NAMES], *tags[MOST_NAMES];
    ks_passage passages[PASSAGES];
    ks_record record;
    ks_hit hit;
    ks_results results;
    size_t width;
} made;

/* Of words whose lengths are such that some end just where a line does. */
static const char *make_name(char *out, size_t most, uint64_t *random) {
    size_t size = 1 + ks_test_below(random, most);
    *out = '\0';
    while (strlen(out) + 4 < size + 3) {
        size_t kind = ks_test_below(random, 12);
        strcat(out, kind == 0 && *out ? " " : kind == 1 ? "\u7b56" : kind == 2 ? "e\u0301" : "n");
    }
    strcat(out, "z"); /* no blank at the end */
    return out;
}

/* Claims and running text, cut at either end or not. */
static void make_passages(made *it, uint64_t *random) {
    size_t count = ks_test_below(random, PASSAGES + 1);
    for (size_t i = 0; i < count; i++) {
        size_t most = ks_test_below(random, 4) ? 120 : MOST_PASSAGE - 10;
        it->passages[i] = (ks_passage){.field = ks_test_below(random, 2) ? "claims" : "body",
                                       .text = make_name(it->passage_texts[i], most, random),
                                       .cut_before = ks_test_below(random, 2),
                                       .cut_after = ks_test_below(random, 2)};
    }
    it->hit.passages = it->passages;
    it->hit.passage_count = count;
}

static void make_hit(made *it, uint64_t *random) {
    static const size_t ranks[] = {1, 9, 10, 99, 100, 12345, 1000000};
    size_t authors = ks_test_below(random, 6), tags = ks_test_below(random, MOST_NAMES);
    memset(it, 0, sizeof *it);
    for (size_t i = 0; i < authors; i++)
        it->authors[i] = make_name(it->texts[i], ks_test_below(random, 2) ? 90 : 900, random);
    for (size_t i = 0; i < tags; i++) it->tags[i] = make_name(it->texts[MOST_NAMES + i], 30, random);
    it->record = (ks_record){.id = make_name(it->texts[2 * MOST_NAMES], 60, random),
                             .kind = "blog",
                             .status = ks_test_below(random, 2) ? "ok" : "not_yet",
                             .title = make_name(it->texts[2 * MOST_NAMES + 1], 190, random),
                             .url = make_name(it->texts[2 * MOST_NAMES + 2], 190, random),
                             .date = "--02-03",
                             .authors = {it->authors, authors},
                             .tags = {it->tags, tags}};
    it->hit = (ks_hit){.rank = ranks[ks_test_below(random, 7)], .score = 1.5, .tier = KS_TIER_ALL};
    it->hit.record = &it->record;
    make_passages(it, random);
    it->results =
        (ks_results){.raw = "n", .parsed = "n", .engine = "native", .total = 1, .total_is_exact = true};
    it->results.hits = &it->hit;
    it->results.hit_count = 1;
    it->width = 40 + ks_test_below(random, 1 + ks_test_below(random, 70));
}

static char *show(const made *it, bool color) {
    sink out;
    cli_printer printer = {.form = &cli_print_text, .fields = CLI_FIELD_ALL, .scores = true};
    sink_open(&out);
    printer.out = out.out;
    printer.term = (cli_term){.color = color, .width = it->width};
    cli_printer_print(&printer, &it->results);
    return printed(&out);
}

/* Without blanks and line breaks. */
static void add_visible(ks_buffer *out, const char *text) {
    for (; *text; text++)
        if (*text != ' ' && *text != '\n') ks_buffer_char(out, *text);
}

/* The line of the metadata with nothing cut. */
static char *whole_metadata(const ks_record *record) {
    ks_buffer out = {0};
    add_visible(&out, "blog");
    for (size_t i = 0; i < record->authors.count && i < 3; i++) {
        add_visible(&out, i ? "," : "\u00b7");
        add_visible(&out, record->authors.items[i]);
    }
    if (record->authors.count > 3) ks_buffer_format(&out, "+%zu", record->authors.count - 3);
    add_visible(&out, "\u00b7 Feb 3");
    if (strcmp(record->status, "ok") != 0) add_visible(&out, "\u00b7 not_yet");
    for (size_t i = 0; i < record->tags.count && i < 16; i++) {
        add_visible(&out, i ? "#" : "\u00b7 #");
        add_visible(&out, record->tags.items[i]);
    }
    if (record->tags.count > 16) ks_buffer_format(&out, "+%zu", record->tags.count - 16);
    ks_buffer_add(&out, "", 1);
    return ks_buffer_take(&out);
}

/* What is printed from the kind on must be the metadata, or the beginning of it and an ellipsis. True where
 * it was whole. */
static bool compare_metadata(const made *it, const char *text) {
    ks_buffer got = {0};
    char *wanted = whole_metadata(&it->record);
    const char *from = strstr(text, "\n    blog");
    assert_non_null(from);
    add_visible(&got, from);
    ks_buffer_add(&got, "", 1);
    bool whole = strncmp(got.data, wanted, strlen(wanted)) == 0;
    if (!whole) {
        const char *cut = strstr(got.data, "\u2026");
        assert_non_null(cut);
        assert_memory_equal(got.data, wanted, (size_t)(cut - got.data));
    }
    ks_buffer_free(&got);
    free(wanted);
    return whole;
}

/* Every passage comes in its order between its marks, with an ellipsis where it is cut off the text. True
 * where all were whole: a very long one has an ellipsis before its end. */
static bool compare_passages(const made *it, const char *text) {
    const char *end = strstr(text, "\n    blog");
    ks_buffer got = {0};
    bool whole = true;
    assert_non_null(end);
    char *head = strndup(text, (size_t)(end - text));
    assert_non_null(head);
    add_visible(&got, head);
    ks_buffer_add(&got, "", 1);
    const char *at = got.data;
    for (size_t i = 0; i < it->hit.passage_count; i++) {
        const ks_passage *passage = &it->passages[i];
        bool claim = strcmp(passage->field, "claims") == 0;
        ks_buffer wanted = {0};
        ks_buffer_str(&wanted, claim ? "\u201c" : "");
        ks_buffer_str(&wanted, passage->cut_before ? "\u2026" : "");
        add_visible(&wanted, passage->text);
        ks_buffer_str(&wanted, passage->cut_after ? "\u2026" : "");
        ks_buffer_str(&wanted, claim ? "\u201d" : "");
        ks_buffer_add(&wanted, "", 1);
        const char *found = strstr(at, wanted.data);
        if (found)
            at = found + wanted.size - 1;
        else
            whole = false;
        ks_buffer_free(&wanted);
    }
    assert_int_equal(count_of(head, "\u201c"), count_of(head, "\u201d"));
    free(head);
    ks_buffer_free(&got);
    return whole;
}

/* Shorter ones fit into the 32 lines that a passage may take, wherever their words end. */
static bool is_long(const made *it) {
    for (size_t i = 0; i < it->hit.passage_count; i++)
        if (strlen(it->passages[i].text) > 600) return true;
    return false;
}

static void random_hits(void **state) {
    uint64_t random = ks_test_seed(4495);
    size_t whole = 0;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        static made it;
        make_hit(&it, &random);
        char *plain = show(&it, false), *colored = show(&it, true);
        for (const char *line = plain, *end; (end = strchr(line, '\n')); line = end + 1) {
            if (cli_text_width(line, (size_t)(end - line)) > it.width)
                fail_msg("wider than %zu: %.*s", it.width, (int)(end - line), line);
        }
        whole += compare_metadata(&it, plain);
        if (!compare_passages(&it, plain)) assert_true(is_long(&it));
        strip_colors(colored);
        assert_string_equal(colored, plain);
        free(plain);
        free(colored);
    }
    assert_true(whole > ROUNDS / 2 && whole < ROUNDS - ROUNDS / 50);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_hits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
