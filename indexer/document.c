/* Analysing the fields of a record; see document.h. */
#include "indexer/document.h"

#include "corpus/record.h"
#include "text/analyzer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The text of terms is copied into pieces of this size. */
enum { TEXT_PIECE = 32 << 10 };

struct ks_document_builder {
    ks_analyzer *analyzer;
    ks_arena arena; /* the terms' text */
    char *text;     /* free room in the arena's newest piece */
    size_t room;
    ks_buffer scratch;
    ks_occurrence *occurrences;
    size_t occurrence_count, occurrence_capacity;
    ks_exact_value *values;
    size_t value_count, value_capacity;
};

ks_status ks_document_builder_new(ks_document_builder **out, const char *language, ks_error *err) {
    ks_document_builder *builder = calloc(1, sizeof *builder);
    ks_status status;
    if (!builder) return ks_error_nomem(err);
    if ((status = ks_analyzer_new(&builder->analyzer, language, err))) {
        free(builder);
        return status;
    }
    *out = builder;
    return KS_OK;
}

void ks_document_builder_free(ks_document_builder *builder) {
    if (!builder) return;
    ks_analyzer_free(builder->analyzer);
    ks_arena_free(&builder->arena);
    ks_buffer_free(&builder->scratch);
    free(builder->occurrences);
    free(builder->values);
    free(builder);
}

ks_hash128 ks_document_hash(const ks_record *record) {
    return ks_hash128_of(record->json, record->json_size, KS_ANALYSIS_VERSION);
}

unsigned ks_document_hash_version(ks_term stored, ks_hash128 hash) {
    for (unsigned version = KS_ANALYSIS_VERSION; version > 0; version--) {
        ks_hash128 made = ks_hash128_of(stored.text, stored.size, version);
        if (made.low == hash.low && made.high == hash.high) return version;
    }
    return 0;
}

static ks_status add_piece(ks_document_builder *builder, ks_error *err) {
    char *piece = ks_arena_alloc(&builder->arena, TEXT_PIECE);
    if (!piece) return ks_error_nomem(err);
    builder->text = piece;
    builder->room = TEXT_PIECE;
    return KS_OK;
}

/* For the text of a token or of an exact value, which are far smaller than a piece. */
static ks_status copy_term(ks_document_builder *builder, ks_term *out, const char *text, size_t size,
                           ks_error *err) {
    ks_status status;
    if (size > builder->room && (status = add_piece(builder, err))) return status;
    memcpy(builder->text, text, size);
    *out = (ks_term){builder->text, (uint32_t)size};
    builder->text += size;
    builder->room -= size;
    return KS_OK;
}

/* As copy_term for a token, most of which are short: a copy of fixed size takes no loop. It may copy bytes
 * behind the text, which the analyzer lets us read and the next term overwrites. */
static ks_status copy_token(ks_document_builder *builder, ks_term *out, const ks_token *token,
                            ks_error *err) {
    enum { SHORT = 24 };
    static_assert((int)SHORT <= (int)KS_TOKEN_LIMIT, "a token has that many readable bytes");
    if (token->size > SHORT || builder->room < SHORT)
        return copy_term(builder, out, token->text, token->size, err);
    memcpy(builder->text, token->text, SHORT);
    *out = (ks_term){builder->text, token->size};
    builder->text += token->size;
    builder->room -= token->size;
    return KS_OK;
}

static ks_status add_word(ks_document_builder *builder, ks_field field, const ks_word *word, ks_error *err) {
    size_t need = builder->occurrence_count + word->count;
    ks_status status;
    if (need > builder->occurrence_capacity &&
        (status = ks_array_reserve(&builder->occurrences, &builder->occurrence_capacity, need,
                                   sizeof *builder->occurrences, err)))
        return status;
    for (size_t i = 0; i < word->count; i++) {
        const ks_token *token = &word->tokens[i];
        ks_occurrence *occurrence = &builder->occurrences[builder->occurrence_count];
        if ((status = copy_token(builder, &occurrence->term, token, err))) return status;
        occurrence->position = token->position;
        occurrence->field = field;
        builder->occurrence_count++;
    }
    return KS_OK;
}

/* Adds the words of a text from *position on, and moves *position to where a next text of the field may
 * start. */
static ks_status add_text(ks_document_builder *builder, ks_field field, const char *text, uint32_t *position,
                          ks_error *err) {
    ks_status status;
    ks_word word;
    bool more;
    if (!text) return KS_OK;
    ks_analyzer_start(builder->analyzer, text, strlen(text), *position);
    while (!(status = ks_analyzer_next(builder->analyzer, &word, &more, err)) && more)
        if ((status = add_word(builder, field, &word, err))) return status;
    *position = ks_analyzer_position(builder->analyzer) + KS_POSITION_GAP;
    return status;
}

static ks_status add_texts(ks_document_builder *builder, ks_field field, ks_strings texts, ks_error *err) {
    ks_status status = KS_OK;
    uint32_t position = 0;
    for (size_t i = 0; i < texts.count && !status; i++)
        status = add_text(builder, field, texts.items[i], &position, err);
    return status;
}

static ks_status add_words(ks_document_builder *builder, const ks_record *record, ks_error *err) {
    const struct {
        ks_field field;
        const char *text;
    } single[] = {
        {KS_FIELD_TITLE, record->title}, {KS_FIELD_SUMMARY, record->summary}, {KS_FIELD_BODY, record->body}};
    ks_status status;
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
        uint32_t position = 0;
        if ((status = add_text(builder, single[i].field, single[i].text, &position, err))) return status;
    }
    if ((status = add_texts(builder, KS_FIELD_CLAIMS, record->claims, err))) return status;
    return add_texts(builder, KS_FIELD_TAGS, record->tags, err);
}

static ks_status keep_value(ks_document_builder *builder, ks_exact exact, ks_term value, ks_error *err) {
    ks_status status = ks_array_reserve(&builder->values, &builder->value_capacity, builder->value_count + 1,
                                        sizeof *builder->values, err);
    if (!status) builder->values[builder->value_count++] = (ks_exact_value){exact, value};
    return status;
}

static ks_status add_value(ks_document_builder *builder, ks_exact exact, const char *text, ks_error *err) {
    ks_status status;
    ks_term value;
    if (!text) return KS_OK;
    ks_buffer_truncate(&builder->scratch, 0);
    if ((status = ks_analyzer_exact(builder->analyzer, text, strlen(text), &builder->scratch, err)))
        return status;
    if (builder->scratch.size == 0) return KS_OK;
    status = copy_term(builder, &value, builder->scratch.data, builder->scratch.size, err);
    return status ? status : keep_value(builder, exact, value, err);
}

static int compare_values(const void *left, const void *right) {
    const ks_exact_value *a = left, *b = right;
    uint32_t shorter = a->value.size < b->value.size ? a->value.size : b->value.size;
    int order = memcmp(a->value.text, b->value.text, shorter);
    if (order) return order;
    return (a->value.size > b->value.size) - (a->value.size < b->value.size);
}

/* Two spellings of a tag may normalise to one value, which a document has only once. */
static void drop_repeated_values(ks_document_builder *builder, size_t first) {
    ks_exact_value *values = builder->values + first;
    size_t count = builder->value_count - first, kept = 0;
    if (count < 2) return;
    qsort(values, count, sizeof *values, compare_values);
    for (size_t i = 1; i < count; i++)
        if (compare_values(&values[kept], &values[i]) != 0) values[++kept] = values[i];
    builder->value_count = first + kept + 1;
}

static ks_status add_all(ks_document_builder *builder, ks_exact exact, ks_strings texts, ks_error *err) {
    size_t first = builder->value_count;
    ks_status status = KS_OK;
    for (size_t i = 0; i < texts.count && !status; i++)
        status = add_value(builder, exact, texts.items[i], err);
    if (!status) drop_repeated_values(builder, first);
    return status;
}

/* The values of `has:`, the names of the members that the record has. They are in normal form already. */
static ks_status add_members(ks_document_builder *builder, const ks_record *record, ks_error *err) {
    const struct {
        const char *name;
        bool there;
    } members[] = {
        {"author", record->authors.count > 0}, {"body", record->body != NULL},
        {"claims", record->claims.count > 0},  {"date", record->date != NULL},
        {"lang", record->lang != NULL},        {"summary", record->summary != NULL},
        {"tags", record->tags.count > 0},      {"title", record->title != NULL},
        {"url", record->url != NULL},
    };
    ks_status status = KS_OK;
    for (size_t i = 0; i < sizeof members / sizeof members[0] && !status; i++)
        if (members[i].there)
            status = keep_value(builder, KS_EXACT_HAS,
                                (ks_term){members[i].name, (uint32_t)strlen(members[i].name)}, err);
    return status;
}

static ks_status add_values(ks_document_builder *builder, const ks_record *record, ks_error *err) {
    ks_status status;
    if ((status = add_value(builder, KS_EXACT_KIND, record->kind, err)) ||
        (status = add_all(builder, KS_EXACT_AUTHOR, record->authors, err)) ||
        (status = add_value(builder, KS_EXACT_STATUS, record->status, err)) ||
        (status = add_value(builder, KS_EXACT_LANG, record->lang, err)) ||
        (status = add_all(builder, KS_EXACT_TAG, record->tags, err)))
        return status;
    return add_members(builder, record, err);
}

ks_status ks_document_build(ks_document_builder *builder, ks_document *out, const ks_record *record,
                            ks_error *err) {
    ks_status status;
    if (record->json_size > UINT32_MAX)
        return ks_error_set(err, KS_ERR_TOO_LARGE, "a record of 4 GiB or more");
    ks_arena_reset(&builder->arena);
    builder->room = 0;
    builder->occurrence_count = builder->value_count = 0;
    if ((status = add_words(builder, record, err)) || (status = add_values(builder, record, err)))
        return status;
    *out = (ks_document){
        .id = {record->id, (uint32_t)strlen(record->id)},
        .hash = ks_document_hash(record),
        .order = ks_record_order(record),
        .day = ks_record_day(record),
        .stored = {record->json, (uint32_t)record->json_size},
        .occurrences = builder->occurrences,
        .occurrence_count = builder->occurrence_count,
        .values = builder->values,
        .value_count = builder->value_count,
    };
    return KS_OK;
}
