/* The window of a long text that is shown, on random texts, against a naive choice: it holds as many
 * different words of the query as any stretch of three quarters of its length. */
#include "corpus/record.h"
#include "searcher/passages.h"
#include "searcher/plan.h"
#include "tests/searcher/oracle_index.h"
#include "tests/support/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXTS = 1500, WORDS = 24, QUERY = 5, STRETCH = KS_PASSAGE_BYTES * 3 / 4 };

/* Words that are their own terms; the first ones are asked for. */
static const char *const words[WORDS] = {"pong",
                                         "net",
                                         "deep",
                                         "t\xC3\xBCr",
                                         "xq", /* asked for */
                                         "a",
                                         "of",
                                         "the",
                                         "lorem",
                                         "ipsum",
                                         "dolor",
                                         "amet",
                                         "\xF0\x9F\x98\x80",
                                         "\xE2\x80\x94",
                                         "con\xC3\xA9tic",
                                         "b.",
                                         "c!",
                                         "d?",
                                         "e,",
                                         "(f)",
                                         "loooooooooooooooooooooong",
                                         "g",
                                         "h\n",
                                         "\t"};

static ks_query query;
static ks_query_plan plan;
static ks_highlighter highlighter;

static int set_up(void **state) {
    char text[100] = "";
    (void)state;
    for (int i = 0; i < QUERY; i++) sprintf(text + strlen(text), "%s ", words[i]);
    open_oracle();
    return ks_query_parse(&query, text, strlen(text), NULL) ||
           ks_query_plan_make(&plan, &query, index_, 0, NULL) ||
           ks_highlighter_make(&highlighter, index_->analyzer, &plan.plan, NULL);
}

static int tear_down(void **state) {
    ks_highlighter_free(&highlighter);
    ks_query_plan_free(&plan);
    ks_query_free(&query);
    return close_oracle(state);
}

/* ---- The naive side ---- */

struct match {
    size_t start, end;
    int word;
};

static bool is_blank(char c) {
    return c == ' ' || c == '\n' || c == '\t';
}

/* The words of the query in text[0..size), which stand between blanks. */
static size_t find_matches(const char *text, size_t size, struct match *out) {
    size_t count = 0;
    for (size_t at = 0; at < size;) {
        size_t end = at;
        while (end < size && !is_blank(text[end])) end++;
        for (int word = 0; word < QUERY; word++)
            if (strlen(words[word]) == end - at && memcmp(words[word], text + at, end - at) == 0)
                out[count++] = (struct match){at, end, word};
        at = end + 1;
    }
    return count;
}

static int different(const struct match *matches, size_t count, size_t low, size_t high) {
    bool seen[QUERY] = {false};
    int sum = 0;
    for (size_t i = 0; i < count; i++)
        if (matches[i].start >= low && matches[i].end <= high) seen[matches[i].word] = true;
    for (int i = 0; i < QUERY; i++) sum += seen[i];
    return sum;
}

static int best_stretch(const struct match *matches, size_t count, size_t size) {
    int best = 0;
    for (size_t low = 0; low < size; low++) {
        int value = different(matches, count, low, low + STRETCH);
        if (value > best) best = value;
    }
    return best;
}

static size_t utf16_units(const char *text, size_t size) {
    size_t units = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
    }
    return units;
}

static bool is_edge(const char *text, size_t at) {
    return ((unsigned char)text[at] & 0xC0) != 0x80;
}

/* ---- Checking ---- */

static void check_spans(const ks_passage *passage) {
    struct match matches[4000];
    size_t size = strlen(passage->text), count = find_matches(passage->text, size, matches);
    if (passage->span_count != count)
        fail_msg("%zu spans, not %zu, in [%s]", passage->span_count, count, passage->text);
    for (size_t i = 0; i < count; i++) {
        const ks_span *span = &passage->spans[i];
        assert_int_equal(span->start_byte, matches[i].start);
        assert_int_equal(span->end_byte, matches[i].end);
        assert_true(is_edge(passage->text, span->start_byte) && is_edge(passage->text, span->end_byte));
        assert_int_equal(span->start_utf16, utf16_units(passage->text, span->start_byte));
        assert_int_equal(span->end_utf16, utf16_units(passage->text, span->end_byte));
    }
}

static void check_window(const char *text, const ks_passage *passage) {
    struct match *matches = malloc((strlen(text) + 1) * sizeof *matches);
    size_t size = strlen(text), length = strlen(passage->text), count, start;
    const char *found = passage->cut_before ? strstr(text, passage->text) : text;
    int best;
    assert_non_null(matches);
    count = find_matches(text, size, matches);
    assert_true(length <= KS_PASSAGE_WHOLE + 200);
    if (size <= KS_PASSAGE_WHOLE) assert_int_equal(length, size);
    if (!passage->cut_after) found = text + size - length;
    assert_non_null(found);
    start = (size_t)(found - text);
    assert_memory_equal(found, passage->text, length);
    assert_int_equal(passage->cut_before, start > 0);
    assert_int_equal(passage->cut_after, start + length < size);
    assert_true(is_edge(text, start) && (start + length == size || is_edge(text, start + length)));
    best = best_stretch(matches, count, size);
    if (different(matches, count, start, start + length) < best)
        fail_msg("%d different words, not %d, at %zu to %zu of [%s]",
                 different(matches, count, start, start + length), best, start, start + length, text);
    free(matches);
}

static void check(const char *text) {
    ks_record record = {.id = "1", .kind = "k", .status = "ok", .body = text};
    ks_hit hit = {.record = &record};
    ks_arena arena = {0};
    ks_error error = {0};
    assert_int_equal(ks_passages_make(&hit, &arena, &highlighter, &error), KS_OK);
    assert_int_equal(hit.passage_count, 1);
    assert_string_equal(hit.passages[0].field, "body");
    check_spans(&hit.passages[0]);
    check_window(text, &hit.passages[0]);
    ks_arena_free(&arena);
}

static void random_texts(void **state) {
    uint64_t random = ks_test_seed(4);
    (void)state;
    for (int i = 0; i < TEXTS; i++) {
        ks_buffer text = {0};
        size_t count = 1 + ks_test_below(&random, i % 10 ? 150 : 600), rare = ks_test_below(&random, 30) + 1;
        for (size_t n = 0; n < count; n++) {
            bool asked = ks_test_below(&random, rare) == 0;
            size_t word =
                asked ? ks_test_below(&random, QUERY) : QUERY + ks_test_below(&random, WORDS - QUERY);
            ks_buffer_format(&text, "%s%s", words[word], n + 1 < count ? " " : "");
        }
        assert_false(text.failed);
        check(text.data);
        ks_buffer_free(&text);
    }
}

/* Without blanks, or with nothing but them, a text is still cut between characters. */
static void texts_without_words(void **state) {
    static const char *const pieces[] = {"x", "\xC3\xA9", "\xF0\x9F\x98\x80", " ", "\n ", "-", ". "};
    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
        for (int where = 0; where < 3; where++) {
            ks_buffer text = {0};
            if (where == 1) ks_buffer_str(&text, "pong ");
            for (int n = 0; n < 700; n++) ks_buffer_str(&text, pieces[i]);
            if (where == 2) ks_buffer_str(&text, " pong");
            check(text.data);
            ks_buffer_free(&text);
        }
}

static void the_last_byte_of_a_short_text(void **state) {
    (void)state;
    for (size_t size = KS_PASSAGE_WHOLE - 3; size < KS_PASSAGE_WHOLE + 4; size++) {
        char text[KS_PASSAGE_WHOLE + 10];
        memset(text, 'x', size);
        text[size] = '\0';
        memcpy(text + size - 5, " pong", 5);
        check(text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_texts),
        cmocka_unit_test(texts_without_words),
        cmocka_unit_test(the_last_byte_of_a_short_text),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
