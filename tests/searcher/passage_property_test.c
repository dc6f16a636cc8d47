/* What must hold of every passage of every hit: it is a piece of the record, its spans are just what the
 * query's terms match in it, and it is cut only where it is long. Random queries over the sample. */
#define _DEFAULT_SOURCE /* mkstemps */
#include <unistd.h>

#include "tests/searcher/support.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "searcher/passages.h"
#include "tests/support/query_maker.h"
#include "tests/support/random.h"

enum { QUERIES = 400, MOST_BYTES = 1 << 16 };

static ks_analyzer *analyzer;

/* Whether the query gives score to the word in this field, or, without a field, to the whole tag. */
static bool is_asked_for(const ks_explanation *asked, const char *field, const char *text, size_t size) {
    for (size_t i = 0; i < asked->term_count; i++) {
        const ks_term_share *term = &asked->terms[i];
        if (strlen(term->term) == size && memcmp(term->term, text, size) == 0 &&
            (field ? !term->is_tag && (!term->field || strcmp(term->field, field) == 0) : term->is_tag))
            return true;
    }
    return false;
}

/* What of a text the query's terms match: a byte each, and where tokens that match begin and end. */
typedef struct marks {
    bool covered[MOST_BYTES], starts[MOST_BYTES], ends[MOST_BYTES];
    size_t count;
} marks;

static void add_mark(marks *out, size_t start, size_t end, size_t low, size_t high) {
    if (start < low || end > high) return;
    for (size_t at = start; at < end; at++) out->covered[at] = true;
    out->starts[start] = true;
    out->ends[end] = true;
    out->count++;
}

/* Of the tokens that lie within low..high. */
static void mark_text(marks *out, const ks_explanation *asked, const char *field, const char *text,
                      size_t low, size_t high) {
    ks_word word;
    bool more;
    size_t size = strlen(text);
    assert_true(size < MOST_BYTES);
    memset(out, 0, sizeof *out);
    ks_analyzer_start(analyzer, text, size, 0);
    while (ks_analyzer_next(analyzer, &word, &more, NULL) == KS_OK && more)
        for (size_t i = 0; i < word.count; i++)
            if (is_asked_for(asked, field, word.tokens[i].text, word.tokens[i].size))
                add_mark(out, word.tokens[i].start, word.tokens[i].end, low, high);
    if (strcmp(field, "tags") == 0) {
        ks_buffer exact = {0};
        assert_int_equal(ks_analyzer_exact(analyzer, text, size, &exact, NULL), KS_OK);
        if (exact.size && is_asked_for(asked, NULL, exact.data, exact.size))
            add_mark(out, 0, size, low, high);
        ks_buffer_free(&exact);
    }
}

/* ---- The texts of a record ---- */

typedef struct texts {
    const char *field;
    const char *const *items;
    size_t count, most; /* most: passages of this field in a hit */
} texts;

enum { FIELDS = 5 };

static void texts_of(const ks_record *record, texts out[FIELDS]) {
    out[0] = (texts){"title", &record->title, record->title != NULL, 1};
    out[1] = (texts){"summary", &record->summary, record->summary != NULL, 1};
    out[2] = (texts){"claims", record->claims.items, record->claims.count, KS_PASSAGE_CLAIMS};
    out[3] = (texts){"body", &record->body, record->body != NULL, 1};
    out[4] = (texts){"tags", record->tags.items, record->tags.count, KS_PASSAGE_TAGS};
}

/* Where the passage stands in the text; -1 where it does not. */
static long place_in(const ks_passage *passage, const char *text) {
    size_t size = strlen(passage->text), whole = strlen(text);
    if (!passage->cut_before && !passage->cut_after) return strcmp(passage->text, text) == 0 ? 0 : -1;
    if (size > whole) return -1;
    if (!passage->cut_before) return strncmp(passage->text, text, size) == 0 ? 0 : -1;
    if (!passage->cut_after)
        return strcmp(text + whole - size, passage->text) == 0 ? (long)(whole - size) : -1;
    for (const char *at = text; (at = strstr(at, passage->text)); at++)
        if (at > text && at + size < text + whole) return (long)(at - text);
    return -1;
}

/* ---- Spans ---- */

static void check_units(const ks_passage *passage) {
    for (size_t i = 0; i < passage->span_count; i++) {
        const ks_span *span = &passage->spans[i];
        assert_int_equal(span->start_utf16, ks_utf8_utf16_length(passage->text, span->start_byte));
        assert_int_equal(span->end_utf16, ks_utf8_utf16_length(passage->text, span->end_byte));
    }
}

static void check_spans(const ks_passage *passage, const marks *found, size_t place_of) {
    size_t size = strlen(passage->text), last = 0;
    bool covered[MOST_BYTES] = {false};
    for (size_t i = 0; i < passage->span_count; i++) {
        const ks_span *span = &passage->spans[i];
        assert_true(span->start_byte >= last && span->start_byte < span->end_byte && span->end_byte <= size);
        assert_true(found->starts[place_of + span->start_byte]);
        assert_true(found->ends[place_of + span->end_byte]);
        for (size_t at = span->start_byte; at < span->end_byte; at++) covered[at] = true;
        last = span->end_byte;
    }
    for (size_t at = 0; at < size; at++)
        if (covered[at] != found->covered[place_of + at])
            fail_msg("[%s] %s at byte %zu of the %s", passage->text,
                     covered[at] ? "is marked" : "is not marked", at, passage->field);
    check_units(passage);
}

static bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* A window of a text with blanks begins and ends where words do. */
static bool words_have_blanks = true;

static void check_edges(const ks_passage *passage, const char *text, size_t at) {
    size_t size = strlen(passage->text);
    if (!words_have_blanks) return;
    assert_int_equal(passage->cut_before, at > 0);
    assert_int_equal(passage->cut_after, at + size < strlen(text));
    if (passage->cut_before && !(is_space(text[at - 1]) && !is_space(text[at])))
        fail_msg("[%s] begins within a word", passage->text);
    if (passage->cut_after && !(is_space(text[at + size]) && !is_space(text[at + size - 1])))
        fail_msg("[%s] ends within a word", passage->text);
}

/* A text of the record that the passage comes from; its spans are what matches there. */
static void check_passage(const ks_passage *passage, const ks_record *record, const ks_explanation *asked) {
    static marks found;
    texts all[FIELDS];
    size_t size = strlen(passage->text);
    texts_of(record, all);
    assert_int_equal(ks_utf8_valid(passage->text, size), size);
    for (size_t f = 0; f < FIELDS; f++) {
        if (strcmp(all[f].field, passage->field) != 0) continue;
        for (size_t i = 0; i < all[f].count; i++) {
            const char *text = all[f].items[i];
            long at = place_in(passage, text);
            if (at < 0) continue;
            if (strlen(text) <= KS_PASSAGE_WHOLE) assert_false(passage->cut_before || passage->cut_after);
            if (strlen(text) > KS_PASSAGE_WHOLE) assert_true(size <= KS_PASSAGE_WHOLE);
            check_edges(passage, text, (size_t)at);
            mark_text(&found, asked, passage->field, text, (size_t)at, (size_t)at + size);
            check_spans(passage, &found, (size_t)at);
            return;
        }
    }
    fail_msg("no %s of %s has the passage [%s]", passage->field, record->id, passage->text);
}

/* Fields in their order, and how many passages each may have. */
static void check_order(const ks_hit *hit) {
    static const char *const order[] = {"title", "summary", "claims", "body", "tags"};
    size_t at = 0, of_field = 0, fields = sizeof order / sizeof *order;
    texts all[FIELDS];
    texts_of(hit->record, all);
    for (size_t i = 0; i < hit->passage_count; i++) {
        while (at < fields && strcmp(order[at], hit->passages[i].field) != 0) {
            at++;
            of_field = 0;
        }
        assert_true(at < fields);
        assert_true(++of_field <= (at < fields ? all[at].most : 0));
    }
}

/* matched_fields are those in which anything matches, title, summary, claims, tags, body. */
static void check_fields(const ks_hit *hit, const ks_explanation *asked) {
    static const char *const order[] = {"title", "summary", "claims", "tags", "body"};
    static marks found;
    texts all[FIELDS];
    size_t next = 0;
    texts_of(hit->record, all);
    for (size_t o = 0; o < sizeof order / sizeof *order; o++) {
        bool matches = false;
        for (size_t f = 0; f < FIELDS; f++)
            for (size_t i = 0; strcmp(all[f].field, order[o]) == 0 && i < all[f].count && !matches; i++) {
                mark_text(&found, asked, order[o], all[f].items[i], 0, strlen(all[f].items[i]));
                matches = found.count > 0;
            }
        if (!matches) continue;
        assert_true(next < hit->matched_fields.count);
        assert_string_equal(hit->matched_fields.items[next++], order[o]);
    }
    assert_int_equal(next, hit->matched_fields.count);
}

/* Something to read is always there: a passage of running text where the record has any. */
static void check_lead(const ks_hit *hit) {
    const ks_record *record = hit->record;
    bool running = false;
    for (size_t i = 0; i < hit->passage_count; i++)
        running =
            running || (strcmp(hit->passages[i].field, "title") && strcmp(hit->passages[i].field, "tags"));
    assert_int_equal(running, record->summary || record->claims.count || record->body);
}

static void check_query(const char *query, size_t size, const ks_search_options *wanted, size_t *hits) {
    ks_results *results = NULL;
    ks_explanation *asked = NULL;
    ks_search_options options = *wanted;
    options.detail = KS_DETAIL_PASSAGES;
    options.limit = 5;
    options.offset = 0;
    assert_int_equal(ks_search(&results, index_, query, size, &options, NULL), KS_OK);
    assert_int_equal(ks_explain(&asked, index_, query, size, NULL, &options, NULL), KS_OK);
    for (size_t i = 0; i < results->hit_count; i++) {
        const ks_hit *hit = &results->hits[i];
        for (size_t p = 0; p < hit->passage_count; p++) check_passage(&hit->passages[p], hit->record, asked);
        check_order(hit);
        check_fields(hit, asked);
        check_lead(hit);
        ++*hits;
    }
    ks_explanation_free(asked);
    ks_results_free(results);
}

static int open_sample(void **state) {
    (void)state;
    open_source(KS_SOURCE_DIR "/corpus/sample");
    return ks_analyzer_new(&analyzer, "english", NULL) == KS_OK ? 0 : -1;
}

static int close_sample(void **state) {
    ks_analyzer_free(analyzer);
    return close_all(state);
}

static void random_queries(const char *path, uint64_t seed) {
    ks_query_maker *maker = ks_query_maker_new(path, seed);
    ks_buffer query = {0};
    size_t hits = 0;
    for (int i = 0; i < QUERIES; i++) {
        ks_search_options options;
        ks_search_options_init(&options);
        ks_query_maker_next(maker, &query);
        ks_query_maker_options(maker, &options);
        check_query(query.data, query.size, &options, &hits);
    }
    assert_true(hits > QUERIES / 2);
    ks_buffer_free(&query);
    ks_query_maker_free(maker);
}

static void queries_of_papers(void **state) {
    (void)state;
    random_queries(KS_SOURCE_DIR "/corpus/sample/papers.jsonl", ks_test_seed(1031));
}

static void queries_of_posts(void **state) {
    (void)state;
    random_queries(KS_SOURCE_DIR "/corpus/sample/posts.jsonl", ks_test_seed(1032));
}

/* By hand, such as random queries seldom are. */
static void awkward_queries(void **state) {
    static const char *const queries[] = {"C++",
                                          "t-SNE",
                                          "tag:lstm",
                                          "title:the",
                                          "a",
                                          "the of and",
                                          "\"deep learning\"",
                                          "deep-learning",
                                          "net* NOT a",
                                          "summary:deep*",
                                          "claim:a",
                                          "2014..2016",
                                          "is:failed",
                                          "kind:blog a",
                                          "(deep OR net) pong",
                                          "-pong"};
    size_t hits = 0;
    (void)state;
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        ks_search_options options;
        ks_search_options_init(&options);
        check_query(queries[i], strlen(queries[i]), &options, &hits);
        options.tag_boost = 0;
        check_query(queries[i], strlen(queries[i]), &options, &hits);
    }
    assert_true(hits > 20);
}

/* Scripts without spaces, with marks, of several UTF-16 units a character, and long texts of them. */
static void other_scripts(void **state) {
    static const char *const samples[] = {
        "\u6df1\u5ea6\u5b66\u4e60\u662f\u673a\u5668\u5b66\u4e60\u7684\u5206\u652f",
        "\u30c7\u30a3\u30fc\u30d7\u30e9\u30fc\u30cb\u30f3\u30b0\u306f\u6df1\u5c64\u5b66\u7fd2\u3067\u3059",
        "\uae30\uacc4 \ud559\uc2b5 \u1100\u1161\u11a8",
        "\u0e01\u0e32\u0e23\u0e40\u0e23\u0e35\u0e22\u0e19\u0e23\u0e39\u0e49",
        "\u0627\u0644\u0630\u0643\u0627\u0621 \u0627\u0644\u0627\u0635\u0637\u0646\u0627\u0639\u064a",
        "cafe\u0301 and caf\u00e9 M\u00fcller \U0001d4d0\U0001d4d1 \U0001f916 robot \U0001f916",
        "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e",
        "C++ and C# in \uff21\uff22\uff23 \u2460\u2461",
    };
    static const char *const queries[] = {
        "\xE5\xAD\xA6\xE4\xB9\xA0",
        "\xE6\xB7\xB1",
        "\xE6\xB7\xB1\xE5\xB1\xA4\xE5\xAD\xA6\xE7\xBF\x92",
        "\xED\x95\x99\xEC\x8A\xB5",
        "\xEA\xB0\x81",
        "\xE0\xB9\x80\xE0\xB8\xA3",
        "\xD8\xA7\xD9\x84\xD8\xB0\xD9\x83\xD8\xA7\xD8\xA1",
        "cafe",
        "CAF\xC3\x89 muller",
        "robot",
        "ab",
        "\xE0\xA4\xA6\xE0\xA5\x81\xE0\xA4\xA8\xE0\xA4\xBF\xE0\xA4\xAF\xE0\xA4\xBE",
        "c++",
        "abc 12",
        "\xE5\xAD\xA6*",
        "\"\xE6\x9C\xBA\xE5\x99\xA8\"",
    };
    static const char *const unbroken[] = {"\u5b66\u4e60\u662f", "\U0001f916\U0001f600", "\u0e01\u0e32\u0e23",
                                           "\u00e9\u00e8"};
    ks_buffer records = {0};
    size_t hits = 0;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        ks_buffer_format(&records, "{\"id\":\"%zu\",\"title\":\"%s\",\"summary\":\"", i, samples[i]);
        for (int n = 0; n < 30; n++)
            ks_buffer_format(&records, "%s. ", samples[i]); /* so long that it is cut */
        ks_buffer_format(&records, "\",\"claims\":[\"%s\"],\"tags\":[\"%s\",\"ab\"]}\n", samples[i],
                         samples[i]);
    }
    for (size_t i = 0; i < sizeof unbroken / sizeof *unbroken;
         i++) { /* not a blank in hundreds of characters */
        ks_buffer_format(&records, "{\"id\":\"u%zu\",\"summary\":\"", i);
        for (int n = 0; n < 120; n++) ks_buffer_str(&records, n == 60 ? "\u6df1\u5ea6" : unbroken[i]);
        ks_buffer_str(&records, "\"}\n");
    }
    close_all(state);
    open_records(records.data);
    words_have_blanks = false;
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        ks_search_options options;
        ks_search_options_init(&options);
        check_query(queries[i], strlen(queries[i]), &options, &hits);
    }
    assert_true(hits > sizeof queries / sizeof *queries);
    ks_buffer_free(&records);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_of_papers), cmocka_unit_test(queries_of_posts),
        cmocka_unit_test(awkward_queries),
        cmocka_unit_test(other_scripts), /* the last: it has an index of its own */
    };
    return cmocka_run_group_tests(tests, open_sample, close_sample);
}
