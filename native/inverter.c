/* Gathering documents; see inverter.h. Turning them into a segment is in flush.c. */
#include "native/inverter_private.h"

#include "native/varint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

ks_status ks_inverter_new(ks_inverter **out, ks_error *err) {
    ks_inverter *inverter = calloc(1, sizeof *inverter);
    if (!inverter) return ks_error_nomem(err);
    *out = inverter;
    return KS_OK;
}

void ks_inverter_free(ks_inverter *inverter) {
    if (!inverter) return;
    ks_map_free(&inverter->numbers);
    free(inverter->terms);
    free(inverter->postings);
    free(inverter->documents);
    free(inverter->sources);
    free(inverter->places);
    ks_buffer_free(&inverter->positions);
    ks_buffer_free(&inverter->bytes);
    free(inverter);
}

void ks_inverter_drop(ks_inverter *inverter, uint32_t number) {
    if (inverter->documents[number].live) inverter->live--;
    inverter->documents[number].live = false;
}

uint32_t ks_inverter_documents(const ks_inverter *inverter) {
    return inverter->live;
}

uint32_t ks_inverter_count(const ks_inverter *inverter) {
    return (uint32_t)inverter->document_count;
}

bool ks_inverter_is_live(const ks_inverter *inverter, uint32_t number) {
    return inverter->documents[number].live;
}

size_t ks_inverter_bytes(const ks_inverter *inverter) {
    enum { FLUSH_BYTES_A_POSTING = sizeof(ks_posting), BYTES_A_TERM = 96, BYTES_A_DOCUMENT = 160 };
    return inverter->posting_count * (sizeof *inverter->postings + FLUSH_BYTES_A_POSTING) +
           inverter->positions.size + inverter->bytes.size + inverter->term_count * BYTES_A_TERM +
           inverter->document_count * BYTES_A_DOCUMENT;
}

ks_segment_document ks_inverter_document(const ks_inverter *inverter, uint32_t number, ks_term *record) {
    const struct inverter_document *from = &inverter->documents[number];
    const char *bytes = inverter->bytes.data + from->bytes;
    if (record) *record = (ks_term){bytes + from->id_size, from->record_size};
    return (ks_segment_document){.id = {bytes, from->id_size},
                                 .hash = from->hash,
                                 .order = from->order,
                                 .day = from->day,
                                 .length = from->length,
                                 .sources = inverter->sources + from->first_source,
                                 .source_count = from->source_count};
}

/* The posting of a term in the document being added, a new one if there is none yet. */
static ks_status posting_of(ks_inverter *inverter, const char *text, size_t size, size_t *out,
                            ks_error *err) {
    uint32_t *number;
    struct inverter_term *term;
    bool added;
    ks_status status;
    if ((status = ks_map_insert(&inverter->numbers, text, size, (uint32_t)inverter->term_count, &number,
                                &added, err)))
        return status;
    if (added) {
        if ((status = ks_array_reserve(&inverter->terms, &inverter->term_capacity, inverter->term_count + 1,
                                       sizeof *inverter->terms, err)))
            return status;
        inverter->terms[inverter->term_count++] = (struct inverter_term){0};
    }
    term = &inverter->terms[*number];
    if (term->document != inverter->document_count + 1) {
        if ((status = ks_array_reserve(&inverter->postings, &inverter->posting_capacity,
                                       inverter->posting_count + 1, sizeof *inverter->postings, err)))
            return status;
        term->document = inverter->document_count + 1;
        term->posting = inverter->posting_count;
        inverter->postings[inverter->posting_count++] = (struct inverter_posting){.term = *number};
    }
    *out = term->posting;
    return KS_OK;
}

static ks_status add_occurrences(ks_inverter *inverter, const ks_document *document, ks_error *err) {
    ks_status status = ks_array_reserve(&inverter->places, &inverter->place_capacity,
                                        document->occurrence_count, sizeof *inverter->places, err);
    for (size_t i = 0; i < document->occurrence_count && !status; i++) {
        const ks_occurrence *occurrence = &document->occurrences[i];
        size_t posting = 0;
        if ((status = posting_of(inverter, occurrence->term.text, occurrence->term.size, &posting, err)))
            break;
        inverter->postings[posting].tf += ks_field_weight(occurrence->field);
        inverter->postings[posting].mask |= (uint8_t)(1u << occurrence->field);
        inverter->places[i] =
            (struct inverter_place){posting, occurrence->position, (uint32_t)occurrence->field};
    }
    return status;
}

static ks_status add_exact(ks_inverter *inverter, ks_exact exact, const char *value, size_t size,
                           ks_error *err) {
    char text[256];
    size_t prefix = strlen(ks_exact_prefix(exact)), posting = 0;
    ks_status status;
    if (prefix + size > KS_TERM_LIMIT) size = KS_TERM_LIMIT - prefix;
    memcpy(text, ks_exact_prefix(exact), prefix);
    memcpy(text + prefix, value, size);
    if ((status = posting_of(inverter, text, prefix + size, &posting, err))) return status;
    inverter->postings[posting].tf = exact == KS_EXACT_TAG ? ks_field_weight(KS_FIELD_TAGS) : 1;
    if (exact == KS_EXACT_TAG) inverter->length += ks_field_weight(KS_FIELD_TAGS);
    return KS_OK;
}

static ks_status add_values(ks_inverter *inverter, const ks_document *document, ks_error *err) {
    ks_status status = KS_OK;
    for (size_t i = 0; i < document->value_count && !status; i++)
        status = add_exact(inverter, document->values[i].exact, document->values[i].value.text,
                           document->values[i].value.size, err);
    for (size_t i = 0; i < document->source_count && !status; i++) {
        char number[16];
        int size = snprintf(number, sizeof number, "%u", document->sources[i]);
        status = add_exact(inverter, KS_EXACT_SOURCE, number, (size_t)size, err);
    }
    return status;
}

static int compare_places(const void *left, const void *right) {
    const struct inverter_place *a = left, *b = right;
    if (a->posting != b->posting) return a->posting < b->posting ? -1 : 1;
    if (a->field != b->field) return a->field < b->field ? -1 : 1;
    return (a->position > b->position) - (a->position < b->position);
}

static void put_positions(ks_inverter *inverter, const struct inverter_place *places, size_t count) {
    uint32_t before = UINT32_MAX;
    for (size_t i = 0; i < count; i++) {
        ks_varint_put(&inverter->positions, places[i].position - before - 1);
        before = places[i].position;
    }
}

/* Encodes the positions of all of the document's postings, in the order of the postings. */
static void encode_positions(ks_inverter *inverter, size_t count) {
    struct inverter_place *places = inverter->places;
    if (count) qsort(places, count, sizeof *places, compare_places);
    for (size_t i = 0, end; i < count; i = end) {
        struct inverter_posting *posting = &inverter->postings[places[i].posting];
        size_t start = inverter->positions.size, field_end;
        for (end = i; end < count && places[end].posting == places[i].posting;) end++;
        for (size_t at = i; at < end; at = field_end) {
            for (field_end = at; field_end < end && places[field_end].field == places[at].field;) field_end++;
            if (posting->mask & (uint8_t)(posting->mask - 1))
                ks_varint_put(&inverter->positions, field_end - at);
            put_positions(inverter, places + at, field_end - at);
        }
        posting->positions_size = (uint32_t)(inverter->positions.size - start);
    }
}

/* Everything but terms. */
static ks_status add_document(ks_inverter *inverter, const ks_document *document, size_t first_posting,
                              uint64_t positions, ks_error *err) {
    struct inverter_document *to;
    ks_status status;
    if ((status = ks_array_reserve(&inverter->documents, &inverter->document_capacity,
                                   inverter->document_count + 1, sizeof *inverter->documents, err)) ||
        (status = ks_array_reserve(&inverter->sources, &inverter->source_capacity,
                                   inverter->source_total + document->source_count, sizeof *inverter->sources,
                                   err)))
        return status;
    to = &inverter->documents[inverter->document_count];
    *to = (struct inverter_document){.hash = document->hash,
                                     .order = document->order,
                                     .day = document->day,
                                     .length = inverter->length,
                                     .live = true};
    to->bytes = inverter->bytes.size;
    to->id_size = document->id.size;
    to->record_size = document->stored.size;
    to->first_source = inverter->source_total;
    to->source_count = document->source_count;
    to->first_posting = first_posting;
    to->posting_count = inverter->posting_count - first_posting;
    to->positions = positions;
    ks_buffer_add(&inverter->bytes, document->id.text, document->id.size);
    ks_buffer_add(&inverter->bytes, document->stored.text, document->stored.size);
    for (size_t i = 0; i < document->source_count; i++)
        inverter->sources[inverter->source_total + i] = document->sources[i];
    if ((status = ks_buffer_check(&inverter->bytes, err)) ||
        (status = ks_buffer_check(&inverter->positions, err)))
        return status;
    inverter->source_total += document->source_count;
    inverter->document_count++;
    inverter->live++;
    return KS_OK;
}

ks_status ks_inverter_add(ks_inverter *inverter, const ks_document *document, uint32_t *number,
                          ks_error *err) {
    size_t first_posting = inverter->posting_count;
    uint64_t positions = inverter->positions.size;
    ks_status status;
    inverter->length = 0;
    for (size_t i = 0; i < document->occurrence_count; i++)
        inverter->length += ks_field_weight(document->occurrences[i].field);
    if ((status = add_occurrences(inverter, document, err)) || (status = add_values(inverter, document, err)))
        return status;
    encode_positions(inverter, document->occurrence_count);
    if ((status = add_document(inverter, document, first_posting, positions, err))) return status;
    *number = (uint32_t)inverter->document_count - 1;
    return KS_OK;
}
