/* What must hold of the document of any record: its words are what the analyzer gives for each text, claims
 * and tags far apart; its values are there once; and its hash tells the record and the version of the
 * analysis. Every record of the sample, and random ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "corpus/reader.h"
#include "corpus/record.h"
#include "indexer/document.h"
#include "tests/support/random.h"
#include "text/analyzer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ks_document_builder *builder;
static ks_analyzer *analyzer;

static int set_up(void **state) {
    (void)state;
    if (ks_document_builder_new(&builder, "english", NULL)) return -1;
    return ks_analyzer_new(&analyzer, "english", NULL) ? -1 : 0;
}

static int tear_down(void **state) {
    (void)state;
    ks_document_builder_free(builder);
    ks_analyzer_free(analyzer);
    return 0;
}

/* ---- Words ---- */

static size_t words_of(const ks_document *document, ks_field field) {
    size_t count = 0;
    for (size_t i = 0; i < document->occurrence_count; i++) count += document->occurrences[i].field == field;
    return count;
}

static bool has_word(const ks_document *document, ks_field field, const ks_token *token, uint32_t position) {
    for (size_t i = 0; i < document->occurrence_count; i++) {
        const ks_occurrence *it = &document->occurrences[i];
        if (it->field == field && it->position == position && it->term.size == token->size &&
            memcmp(it->term.text, token->text, token->size) == 0)
            return true;
    }
    return false;
}

/* Every token of the text stands in the document, from `start` on. Returns where the text ends. */
static uint32_t check_text(const ks_document *document, ks_field field, const char *text, uint32_t start,
                           size_t *tokens) {
    ks_word word;
    bool more;
    ks_analyzer_start(analyzer, text, strlen(text), start);
    for (;;) {
        assert_int_equal(ks_analyzer_next(analyzer, &word, &more, NULL), KS_OK);
        if (!more) return ks_analyzer_position(analyzer);
        for (size_t i = 0; i < word.count; i++, ++*tokens)
            if (!has_word(document, field, &word.tokens[i], word.tokens[i].position))
                fail_msg("%s: [%.*s] is missing", ks_field_name(field), (int)word.tokens[i].size,
                         word.tokens[i].text);
    }
}

static void check_field(const ks_document *document, ks_field field, const char *const *texts, size_t count) {
    size_t tokens = 0;
    uint32_t position = 0;
    for (size_t i = 0; i < count; i++)
        position = check_text(document, field, texts[i], position, &tokens) + KS_POSITION_GAP;
    assert_int_equal(words_of(document, field), tokens);
}

static void check_words(const ks_document *document, const ks_record *record) {
    check_field(document, KS_FIELD_TITLE, &record->title, record->title != NULL);
    check_field(document, KS_FIELD_SUMMARY, &record->summary, record->summary != NULL);
    check_field(document, KS_FIELD_BODY, &record->body, record->body != NULL);
    check_field(document, KS_FIELD_CLAIMS, record->claims.items, record->claims.count);
    check_field(document, KS_FIELD_TAGS, record->tags.items, record->tags.count);
    for (size_t i = 0; i < document->occurrence_count; i++)
        assert_in_range(document->occurrences[i].term.size, 1, KS_TOKEN_LIMIT);
}

/* ---- Values ---- */

static bool has_value(const ks_document *document, ks_exact exact, const char *text) {
    ks_buffer normal = {0};
    bool found = false;
    assert_int_equal(ks_analyzer_exact(analyzer, text, strlen(text), &normal, NULL), KS_OK);
    for (size_t i = 0; i < document->value_count; i++)
        found =
            found || (document->values[i].exact == exact && document->values[i].value.size == normal.size &&
                      memcmp(document->values[i].value.text, normal.data, normal.size) == 0);
    found = found || normal.size == 0; /* nothing to find it by */
    ks_buffer_free(&normal);
    return found;
}

static void check_values(const ks_document *document, const ks_record *record) {
    size_t most = 3 + record->authors.count + record->tags.count + 9;
    assert_true(has_value(document, KS_EXACT_KIND, record->kind));
    assert_true(has_value(document, KS_EXACT_STATUS, record->status));
    for (size_t i = 0; i < record->authors.count; i++)
        assert_true(has_value(document, KS_EXACT_AUTHOR, record->authors.items[i]));
    for (size_t i = 0; i < record->tags.count; i++)
        assert_true(has_value(document, KS_EXACT_TAG, record->tags.items[i]));
    assert_int_equal(has_value(document, KS_EXACT_HAS, "title"), record->title != NULL);
    assert_int_equal(has_value(document, KS_EXACT_HAS, "claims"), record->claims.count > 0);
    assert_int_equal(has_value(document, KS_EXACT_HAS, "date"), record->date != NULL);
    assert_true(document->value_count <= most);
    for (size_t i = 0; i < document->value_count; i++) {
        const ks_exact_value *a = &document->values[i];
        assert_true(a->exact != KS_EXACT_ID && a->exact != KS_EXACT_SOURCE);
        assert_in_range(a->value.size, 1, 3 * KS_TOKEN_LIMIT);
        for (size_t k = 0; k < i; k++) {
            const ks_exact_value *b = &document->values[k];
            assert_false(a->exact == b->exact && a->value.size == b->value.size &&
                         memcmp(a->value.text, b->value.text, a->value.size) == 0);
        }
    }
}

/* ---- The rest ---- */

static void check_hash(const ks_document *document, uint64_t *random) {
    ks_hash128 other = document->hash;
    char *changed = malloc(document->stored.size);
    assert_non_null(changed);
    memcpy(changed, document->stored.text, document->stored.size);
    assert_int_equal(ks_document_hash_version(document->stored, document->hash), KS_ANALYSIS_VERSION);
    changed[ks_test_below(random, document->stored.size)] ^= 1;
    assert_int_equal(ks_document_hash_version((ks_term){changed, document->stored.size}, document->hash), 0);
    other.low ^= 1;
    assert_int_equal(ks_document_hash_version(document->stored, other), 0);
    other = (ks_hash128){document->hash.low, document->hash.high ^ (UINT64_C(1) << 63)};
    assert_int_equal(ks_document_hash_version(document->stored, other), 0);
    free(changed);
}

static void check_record(const ks_record *record, uint64_t *random) {
    ks_document document;
    assert_int_equal(ks_document_build(builder, &document, record, NULL), KS_OK);
    assert_int_equal(document.id.size, strlen(record->id));
    assert_memory_equal(document.id.text, record->id, document.id.size);
    assert_int_equal(document.stored.size, record->json_size);
    assert_memory_equal(document.stored.text, record->json, record->json_size);
    assert_true(document.order == ks_record_order(record));
    assert_int_equal(document.day, ks_record_day(record));
    assert_int_equal(document.source_count, 0);
    check_words(&document, record);
    check_values(&document, record);
    check_hash(&document, random);
}

static void check_source(const char *path, uint64_t *random) {
    ks_source_reader *reader = NULL;
    ks_source_item item;
    size_t count = 0;
    assert_int_equal(ks_source_open(&reader, path, NULL, NULL), KS_OK);
    for (;; count++) {
        assert_int_equal(ks_source_next(reader, &item, NULL), KS_OK);
        if (item.event == KS_SOURCE_END) break;
        assert_int_equal(item.event, KS_SOURCE_RECORD);
        check_record(item.record, random);
        ks_record_free(item.record);
    }
    assert_true(count > 10);
    ks_source_close(reader);
}

static void records_of_the_sample(void **state) {
    uint64_t random = ks_test_seed(1131);
    (void)state;
    check_source(KS_SOURCE_DIR "/corpus/sample/papers.jsonl", &random);
    check_source(KS_SOURCE_DIR "/corpus/sample/posts.jsonl", &random);
    check_source(KS_SOURCE_DIR "/corpus/sample/captures.json", &random);
    check_source(KS_SOURCE_DIR "/corpus/sample/feed.txt", &random);
}

/* ---- At random ---- */

static void put_text(ks_buffer *out, uint64_t *random) {
    static const char *const pieces[] = {"deep",        "C++",
                                         "t-SNE",       "162,000",
                                         " ",           " ",
                                         ". ",          "\xE6\xB7\xB1\xE5\xBA\xA6",
                                         "LSTMs",       "M\xC3\xBCller",
                                         "a_b/c.d'e-f", "...",
                                         "camelCase10", "\xE2\x80\x94",
                                         "x",           "-",
                                         "5.1%"};
    ks_buffer_char(out, '"');
    for (size_t n = ks_test_below(random, 20); n; n--)
        ks_buffer_str(out, pieces[ks_test_below(random, sizeof pieces / sizeof *pieces)]);
    ks_buffer_char(out, '"');
}

static void put_texts(ks_buffer *out, const char *name, uint64_t *random) {
    size_t count = ks_test_below(random, 5);
    ks_buffer_format(out, ",\"%s\":[", name);
    for (size_t i = 0; i < count; i++) {
        if (i) ks_buffer_char(out, ',');
        put_text(out, random);
    }
    ks_buffer_char(out, ']');
}

static void random_records(void **state) {
    uint64_t random = ks_test_seed(1132);
    (void)state;
    for (int round = 0; round < 400; round++) {
        ks_buffer json = {0};
        ks_record *record = NULL;
        ks_error error;
        ks_buffer_str(&json, "{\"url\":\"u\",\"title\":\"always\",\"summary\":");
        put_text(&json, &random);
        ks_buffer_str(&json, ",\"body\":");
        put_text(&json, &random);
        ks_buffer_str(&json, ",\"kind\":");
        put_text(&json, &random);
        put_texts(&json, "claims", &random);
        put_texts(&json, "tags", &random);
        put_texts(&json, "author", &random);
        ks_buffer_char(&json, '}');
        if (ks_record_parse(&record, json.data, json.size, NULL, &error))
            fail_msg("%s: %s", json.data, error.message);
        check_record(record, &random);
        ks_record_free(record);
        ks_buffer_free(&json);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(records_of_the_sample, set_up, tear_down),
        cmocka_unit_test_setup_teardown(random_records, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
