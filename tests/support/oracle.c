/* The oracle's documents and its face as an engine; see oracle.h. Matching and scoring are in
 * oracle_search.c. */
#include "tests/support/oracle.h"

#include "corpus/reader.h"
#include "indexer/document.h"
#include "searcher/index.h"
#include "tests/support/oracle_private.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint32_t ks_oracle_term(ks_oracle *oracle, const char *text, size_t size) {
    uint32_t *number;
    bool added;
    ks_status status =
        ks_map_insert(&oracle->terms, text, size, (uint32_t)oracle->terms.used, &number, &added, NULL);
    assert(status == KS_OK);
    return *number;
}

bool ks_oracle_find_term(const ks_oracle *oracle, const char *text, size_t size, uint32_t *number) {
    const uint32_t *found = ks_map_find(&oracle->terms, text, size);
    if (found) *number = *found;
    return found != NULL;
}

static char *copy(const char *text, size_t size) {
    char *out = malloc(size + 1);
    assert(out);
    memcpy(out, text, size);
    out[size] = '\0';
    return out;
}

static int compare_words(const void *left, const void *right) {
    const oracle_word *a = left, *b = right;
    if (a->term != b->term) return a->term < b->term ? -1 : 1;
    if (a->field != b->field) return a->field < b->field ? -1 : 1;
    return (a->position > b->position) - (a->position < b->position);
}

/* The weights of the fields, apart from engine/fields.h. */
uint64_t ks_oracle_weight(unsigned field) {
    static const uint64_t weights[] = {[KS_FIELD_TITLE] = 4,
                                       [KS_FIELD_TAGS] = 3,
                                       [KS_FIELD_CLAIMS] = 2,
                                       [KS_FIELD_SUMMARY] = 1,
                                       [KS_FIELD_BODY] = 1};
    return weights[field];
}

static void fill(ks_oracle *oracle, oracle_document *out, const ks_document *document) {
    out->id = copy(document->id.text, document->id.size);
    out->stored = copy(document->stored.text, document->stored.size);
    out->order = document->order;
    out->day = document->day;
    out->words = calloc(document->occurrence_count + 1, sizeof *out->words);
    out->values = calloc(document->value_count + 1, sizeof *out->values);
    assert(out->words && out->values);
    for (size_t i = 0; i < document->occurrence_count; i++) {
        const ks_occurrence *from = &document->occurrences[i];
        out->words[out->word_count++] = (oracle_word){
            ks_oracle_term(oracle, from->term.text, from->term.size), from->position, (uint8_t)from->field};
        out->length += ks_oracle_weight(from->field);
    }
    qsort(out->words, out->word_count, sizeof *out->words, compare_words);
    for (size_t i = 0; i < document->value_count; i++) {
        char text[1024];
        int size = snprintf(text, sizeof text, "%s%.*s", ks_exact_prefix(document->values[i].exact),
                            (int)document->values[i].value.size, document->values[i].value.text);
        assert(size > 0 && (size_t)size < sizeof text);
        out->values[out->value_count++] = (oracle_value){ks_oracle_term(oracle, text, (size_t)size),
                                                         document->values[i].exact == KS_EXACT_TAG};
        if (document->values[i].exact == KS_EXACT_TAG) out->length += ks_oracle_weight(KS_FIELD_TAGS);
    }
}

static void forget_frequencies(ks_oracle *oracle) {
    free(oracle->frequencies);
    oracle->frequencies = NULL;
}

static void empty(oracle_document *document) {
    free(document->id);
    free(document->stored);
    free(document->words);
    free(document->values);
    *document = (oracle_document){0};
}

static oracle_document *find(const ks_oracle *oracle, const char *id, size_t size) {
    const uint32_t *at = ks_map_find(&oracle->ids, id, size);
    return at && oracle->documents[*at].id ? &oracle->documents[*at] : NULL;
}

void ks_oracle_put(ks_oracle *oracle, const ks_document *document) {
    uint32_t *at;
    bool added;
    ks_status status = ks_array_reserve(&oracle->documents, &oracle->capacity, oracle->count + 1,
                                        sizeof *oracle->documents, NULL);
    assert(status == KS_OK);
    status = ks_map_insert(&oracle->ids, document->id.text, document->id.size, (uint32_t)oracle->count, &at,
                           &added, NULL);
    assert(status == KS_OK);
    if (added)
        oracle->documents[oracle->count++] = (oracle_document){0};
    else
        empty(&oracle->documents[*at]);
    fill(oracle, &oracle->documents[*at], document);
    forget_frequencies(oracle);
}

void ks_oracle_remove(ks_oracle *oracle, const char *id) {
    oracle_document *document = find(oracle, id, strlen(id));
    if (document) empty(document);
    forget_frequencies(oracle);
}

ks_oracle *ks_oracle_new(const char *language) {
    ks_oracle *oracle = calloc(1, sizeof *oracle);
    assert(oracle);
    oracle->language = copy(language, strlen(language));
    oracle->reader.ops = &ks_oracle_reader_ops;
    return oracle;
}

void ks_oracle_free(ks_oracle *oracle) {
    if (!oracle) return;
    for (size_t i = 0; i < oracle->count; i++) empty(&oracle->documents[i]);
    free(oracle->documents);
    forget_frequencies(oracle);
    ks_map_free(&oracle->terms);
    ks_map_free(&oracle->ids);
    free(oracle->language);
    free(oracle);
}

void ks_oracle_put_file(ks_oracle *oracle, const char *path) {
    ks_reader_options options = {0};
    ks_source_reader *reader = NULL;
    ks_document_builder *builder = NULL;
    ks_source_item item = {.event = KS_SOURCE_RECORD};
    ks_document document;
    ks_status status = ks_source_open(&reader, path, &options, NULL);
    assert(status == KS_OK);
    status = ks_document_builder_new(&builder, oracle->language, NULL);
    assert(status == KS_OK);
    while (item.event != KS_SOURCE_END) {
        status = ks_source_next(reader, &item, NULL);
        assert(status == KS_OK);
        if (item.event != KS_SOURCE_RECORD) continue;
        status = ks_document_build(builder, &document, item.record, NULL);
        assert(status == KS_OK);
        ks_oracle_put(oracle, &document);
        ks_record_free(item.record);
    }
    ks_document_builder_free(builder);
    ks_source_close(reader);
    (void)status;
}

ks_reader *ks_oracle_reader(ks_oracle *oracle) {
    return &oracle->reader;
}

ks_index *ks_oracle_index(ks_oracle *oracle) {
    static const ks_engine engine = {.name = "oracle"};
    ks_index *index = calloc(1, sizeof *index);
    ks_status status;
    assert(index);
    index->engine = &engine;
    index->reader = &oracle->reader;
    ks_buffer_str(&index->language, oracle->language);
    status = ks_analyzer_new(&index->analyzer, oracle->language, NULL);
    assert(status == KS_OK);
    (void)status;
    return index;
}

/* ---- The plain parts of ks_reader_ops ---- */

static ks_oracle *self(ks_reader *reader) {
    return (ks_oracle *)reader;
}

static void oracle_close(ks_reader *reader) {
    (void)reader;
}

static ks_status oracle_describe(ks_reader *reader, ks_engine_info *out, ks_error *err) {
    (void)err;
    *out = (ks_engine_info){.generation = 1,
                            .records = ks_oracle_live(self(reader)),
                            .average_length = ks_oracle_average(self(reader))};
    return KS_OK;
}

static ks_status oracle_get_meta(ks_reader *reader, const char *key, ks_buffer *out, ks_error *err) {
    if (strcmp(key, "language") == 0) ks_buffer_str(out, self(reader)->language);
    return ks_buffer_check(out, err);
}

/* So that the planner looks every term up. */
static ks_status oracle_begins(ks_reader *reader, ks_term prefix, bool *out, ks_error *err) {
    (void)reader;
    (void)prefix;
    (void)err;
    *out = true;
    return KS_OK;
}

static ks_status oracle_documents(ks_reader *reader, ks_term term, uint64_t *out, ks_error *err) {
    (void)err;
    *out = ks_oracle_documents(self(reader), term);
    return KS_OK;
}

static ks_status oracle_find(ks_reader *reader, ks_term id, ks_docid *out, ks_error *err) {
    const oracle_document *document = find(self(reader), id.text, id.size);
    (void)err;
    *out = document ? (ks_docid)(document - self(reader)->documents) + 1 : 0;
    return KS_OK;
}

static ks_status oracle_stored(ks_reader *reader, ks_docid doc, ks_buffer *out, ks_error *err) {
    ks_buffer_str(out, self(reader)->documents[doc - 1].stored);
    return ks_buffer_check(out, err);
}

static ks_status oracle_length(ks_reader *reader, ks_docid doc, uint64_t *out, ks_error *err) {
    (void)err;
    *out = self(reader)->documents[doc - 1].length;
    return KS_OK;
}

static ks_status oracle_frequency(ks_reader *reader, ks_docid doc, ks_term term, ks_field field,
                                  uint64_t *out, ks_error *err) {
    (void)err;
    *out = ks_oracle_frequency(self(reader), &self(reader)->documents[doc - 1], term, field);
    return KS_OK;
}

const ks_reader_ops ks_oracle_reader_ops = {
    .close = oracle_close,
    .describe = oracle_describe,
    .get_meta = oracle_get_meta,
    .search = ks_oracle_search,
    .expand = ks_oracle_expand,
    .begins = oracle_begins,
    .documents = oracle_documents,
    .find = oracle_find,
    .stored = oracle_stored,
    .length = oracle_length,
    .frequency = oracle_frequency,
};
