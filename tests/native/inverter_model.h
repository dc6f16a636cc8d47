/* A naive model of what a segment must hold, and documents at random whose words stand in any order; shared
 * by the tests of the inverter and of merging. */
#ifndef KS_TESTS_NATIVE_INVERTER_MODEL_H
#define KS_TESTS_NATIVE_INVERTER_MODEL_H

#include "base/map.h"
#include "native/segment_writer.h"
#include "native/view.h"
#include "tests/support/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MODEL_DOCUMENTS = 600, MODEL_WORDS = 50 };

#define OK(call)                                                                                             \
    do {                                                                                                     \
        ks_error error_ = {0}, *err = &error_;                                                               \
        if (call) fail_msg("%s: %s", #call, error_.message);                                                 \
    } while (0)

/* The documents that ought to be in an index, in no order. */
struct model {
    ks_arena arena;
    ks_document documents[MODEL_DOCUMENTS];
    bool live[MODEL_DOCUMENTS];
    size_t count;
};

static inline void *model_room(struct model *model, size_t size) {
    void *room = ks_arena_alloc(&model->arena, size);
    assert_non_null(room);
    return room;
}

static inline ks_term model_text(struct model *model, const char *text) {
    char *copy = ks_arena_copy(&model->arena, text, strlen(text));
    assert_non_null(copy);
    return (ks_term){copy, (uint32_t)strlen(text)};
}

/* Few words occur often, most seldom; a few are long. */
static inline ks_term model_word(struct model *model, uint64_t *random) {
    char text[80];
    size_t number = ks_test_below(random, ks_test_below(random, MODEL_WORDS) + 1);
    snprintf(text, sizeof text, number % 7 ? "w%zu" : "aLongerWord%040zu", number);
    return model_text(model, text);
}

static inline void model_shuffle(ks_occurrence *occurrences, size_t count, uint64_t *random) {
    for (size_t i = count; i > 1; i--) {
        size_t other = ks_test_below(random, i);
        ks_occurrence kept = occurrences[i - 1];
        occurrences[i - 1] = occurrences[other];
        occurrences[other] = kept;
    }
}

static inline void model_occurrences(struct model *model, ks_document *document, uint64_t *random) {
    size_t count = ks_test_below(random, ks_test_below(random, 8) ? 30 : 400);
    ks_occurrence *occurrences = model_room(model, (count + 1) * sizeof *occurrences);
    uint32_t positions[KS_TEXT_FIELDS] = {0};
    for (size_t i = 0; i < count; i++) {
        ks_field field = (ks_field)ks_test_below(random, KS_TEXT_FIELDS);
        positions[field] += (uint32_t)ks_test_below(random, ks_test_below(random, 20) ? 3 : 70000) + 1;
        occurrences[i] = (ks_occurrence){model_word(model, random), positions[field], field};
    }
    if (ks_test_below(random, 2)) model_shuffle(occurrences, count, random);
    document->occurrences = occurrences;
    document->occurrence_count = count;
}

static inline void model_values(struct model *model, ks_document *document, uint64_t *random) {
    static const char *const names[] = {"x", "y", "zz"};
    ks_exact_value *values = model_room(model, 6 * sizeof *values);
    uint32_t *sources = model_room(model, 2 * sizeof *sources);
    for (size_t i = 0; i < 3; i++) {
        if (ks_test_below(random, 2))
            values[document->value_count++] = (ks_exact_value){KS_EXACT_TAG, model_text(model, names[i])};
        if (ks_test_below(random, 3) == 0)
            values[document->value_count++] = (ks_exact_value){KS_EXACT_KIND, model_text(model, names[i])};
    }
    document->values = values;
    sources[0] = (uint32_t)ks_test_below(random, 3);
    sources[1] = 1000000 + (uint32_t)ks_test_below(random, 2);
    document->sources = sources;
    document->source_count = ks_test_below(random, 3);
}

/* A new document; `order` is its place in time. Its number. */
static inline size_t model_add(struct model *model, uint64_t order, uint64_t *random) {
    ks_document *document = &model->documents[model->count];
    char text[200];
    *document = (ks_document){.order = order, .day = (uint32_t)ks_test_below(random, 20200101)};
    snprintf(text, sizeof text, "id%zu", (model->count * 7919) % 10007);
    document->id = model_text(model, text);
    snprintf(text, sizeof text, "%*zu", (int)ks_test_below(random, 150), model->count);
    document->stored = model_text(model, ks_test_below(random, 9) ? text : "");
    document->hash = (ks_hash128){ks_test_random(random), ks_test_random(random)};
    model_occurrences(model, document, random);
    model_values(model, document, random);
    model->live[model->count] = true;
    return model->count++;
}

/* ---- Comparing ---- */

static inline uint32_t model_length(const ks_document *document) {
    uint32_t length = 0;
    for (size_t i = 0; i < document->occurrence_count; i++)
        length += ks_field_weight(document->occurrences[i].field);
    for (size_t i = 0; i < document->value_count; i++)
        if (document->values[i].exact == KS_EXACT_TAG) length += ks_field_weight(KS_FIELD_TAGS);
    return length;
}

static inline const ks_document *model_by_id(const struct model *model, ks_term id) {
    for (size_t i = 0; i < model->count; i++)
        if (model->live[i] && model->documents[i].id.size == id.size &&
            memcmp(model->documents[i].id.text, id.text, id.size) == 0)
            return &model->documents[i];
    return NULL;
}

static inline void assert_same_document(const ks_segment *segment, uint32_t doc,
                                        const ks_document *expected) {
    ks_hash128 hash;
    ks_buffer record = {0};
    uint32_t *sources = NULL;
    size_t count = 0;
    OK(ks_segment_hash(segment, doc, &hash, err));
    assert_true(hash.low == expected->hash.low && hash.high == expected->hash.high);
    assert_true(ks_segment_order(segment, doc) == expected->order);
    assert_int_equal(ks_segment_day(segment, doc), expected->day);
    assert_int_equal(ks_segment_length(segment, doc), model_length(expected));
    OK(ks_segment_record(segment, doc, &record, err));
    assert_int_equal(record.size, expected->stored.size);
    if (record.size) assert_memory_equal(record.data, expected->stored.text, record.size);
    OK(ks_segment_sources(segment, doc, &sources, &count, err));
    assert_int_equal(count, expected->source_count);
    for (size_t i = 0; i < count; i++) assert_int_equal(sources[i], expected->sources[i]);
    free(sources);
    ks_buffer_free(&record);
}

static inline int compare_u32(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The positions of the word in one field of the document, ascending; there is room. Returns how many. */
static inline size_t model_positions(const ks_document *document, ks_term word, ks_field field,
                                     uint32_t *out) {
    size_t count = 0;
    for (size_t i = 0; i < document->occurrence_count; i++) {
        const ks_occurrence *occurrence = &document->occurrences[i];
        if (occurrence->field == field && occurrence->term.size == word.size &&
            memcmp(occurrence->term.text, word.text, word.size) == 0)
            out[count++] = occurrence->position;
    }
    if (count) qsort(out, count, sizeof *out, compare_u32);
    return count;
}

/* What the cursor tells of a word in the document where it stands. */
static inline void assert_same_posting(ks_cursor *cursor, const ks_document *document, ks_term word) {
    uint32_t expected[400], *got = NULL, tf = 0;
    size_t capacity = 0;
    for (ks_field field = 0; field < KS_FIELD_ANY; field++) {
        size_t count = model_positions(document, word, field, expected), got_count = 0;
        OK(ks_cursor_positions(cursor, field, &got, &capacity, &got_count, err));
        assert_int_equal(got_count, count);
        if (count) assert_memory_equal(got, expected, count * sizeof *got);
        assert_int_equal(ks_cursor_mask(cursor) >> field & 1, count > 0);
        tf += ks_field_weight(field) * (uint32_t)count;
    }
    assert_int_equal(ks_cursor_tf(cursor), tf);
    free(got);
}

static inline bool model_holds(const ks_document *document, ks_term word) {
    uint32_t positions[400];
    for (ks_field field = 0; field < KS_FIELD_ANY; field++)
        if (model_positions(document, word, field, positions)) return true;
    return false;
}

/* Whether it has the exact value or source, given with its prefix. */
static inline bool model_has_exact(const ks_document *document, ks_term term) {
    char text[100];
    for (size_t i = 0; i < document->value_count; i++) {
        int size = snprintf(text, sizeof text, "%s%.*s", ks_exact_prefix(document->values[i].exact),
                            (int)document->values[i].value.size, document->values[i].value.text);
        if ((uint32_t)size == term.size && memcmp(text, term.text, term.size) == 0) return true;
    }
    for (size_t i = 0; i < document->source_count; i++) {
        int size =
            snprintf(text, sizeof text, "%s%u", ks_exact_prefix(KS_EXACT_SOURCE), document->sources[i]);
        if ((uint32_t)size == term.size && memcmp(text, term.text, term.size) == 0) return true;
    }
    return false;
}

/* One list of the segment; `documents` are the model's by segment number. */
static inline void assert_same_list(const ks_segment *segment, const ks_dict_cursor *term,
                                    const ks_document *const *documents, ks_cursor *cursor) {
    ks_term text = {term->text, term->size};
    bool is_word = text.text[0] == 'w' || text.text[0] == 'a';
    OK(ks_cursor_open(cursor, segment, &term->entry, ks_unpacker_best(), err));
    for (uint32_t doc = 0; doc < segment->documents; doc++) {
        bool holds = is_word ? model_holds(documents[doc], text) : model_has_exact(documents[doc], text);
        assert_int_equal(cursor->doc == doc, holds);
        if (!holds) continue;
        if (is_word)
            assert_same_posting(cursor, documents[doc], text);
        else
            assert_int_equal(ks_cursor_tf(cursor), text.text[0] == 'K' ? ks_field_weight(KS_FIELD_TAGS) : 1);
        ks_cursor_next(cursor);
    }
    assert_int_equal(cursor->doc, KS_NO_DOC);
    assert_false(cursor->damaged);
}

/* Different terms of the live documents, counted by a map. */
static inline size_t model_terms(const struct model *model) {
    ks_map terms = {0};
    size_t count;
    char text[100];
    for (size_t i = 0; i < model->count; i++) {
        const ks_document *document = &model->documents[i];
        if (!model->live[i]) continue;
        for (size_t j = 0; j < document->occurrence_count; j++)
            OK(ks_map_insert(&terms, document->occurrences[j].term.text, document->occurrences[j].term.size,
                             0, NULL, NULL, err));
        for (size_t j = 0; j < document->value_count; j++) {
            int size = snprintf(text, sizeof text, "%s%.*s", ks_exact_prefix(document->values[j].exact),
                                (int)document->values[j].value.size, document->values[j].value.text);
            OK(ks_map_insert(&terms, text, (size_t)size, 0, NULL, NULL, err));
        }
        for (size_t j = 0; j < document->source_count; j++) {
            int size = snprintf(text, sizeof text, "XO%u", document->sources[j]);
            OK(ks_map_insert(&terms, text, (size_t)size, 0, NULL, NULL, err));
        }
    }
    count = terms.used;
    ks_map_free(&terms);
    return count;
}

/* Everything in the segment is what the live documents of the model say, and all of it. */
static inline void assert_same_segment(ks_segment *segment, const struct model *model) {
    const ks_document **documents = calloc(segment->documents, sizeof(ks_document *));
    ks_cursor *cursor = malloc(sizeof *cursor);
    ks_dict_cursor term;
    size_t live = 0, terms = 0;
    for (size_t i = 0; i < model->count; i++) live += model->live[i];
    assert_int_equal(segment->documents, live);
    for (uint32_t doc = 0; doc < segment->documents; doc++) {
        ks_term id;
        OK(ks_segment_id(segment, doc, &id, err));
        assert_non_null(documents[doc] = model_by_id(model, id));
        assert_same_document(segment, doc, documents[doc]);
        if (doc > 0)
            assert_true(ks_segment_compare(documents[doc - 1]->order, documents[doc - 1]->id,
                                           documents[doc]->order, id) < 0);
    }
    OK(ks_dict_seek(&segment->dict, &term, (ks_term){"", 0}, err));
    for (; term.valid; terms++) {
        assert_same_list(segment, &term, documents, cursor);
        OK(ks_dict_next(&term, err));
    }
    assert_int_equal(terms, model_terms(model));
    free(cursor);
    free(documents);
}

static inline void model_free(struct model *model) {
    ks_arena_free(&model->arena);
    *model = (struct model){0};
}

#endif
