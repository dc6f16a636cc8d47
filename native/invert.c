/* Adding a document to an inverter: gathers its words into postings and encodes these as notes; see
 * inverter.h and note.h. */
#include "native/inverter_private.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How many terms are looked up together. */
enum { AT_ONCE = 32 };

/* Bytes of the longest term, and of the longest varint of a u32. */
enum { TERM_LIMIT = 255, MOST_BYTES = 5 };

/* With more words a document could need a note of more than KS_NOTE_MOST bytes. */
enum { MOST_WORDS = KS_NOTE_MOST / (MOST_BYTES + 1) };

/* ---- Postings of the document ---- */

/* Finds the term's posting in the document being added, or begins it. The caller has made room. */
static ks_status posting_of(ks_inverter *inverter, ks_term text, const ks_term_key *key,
                            struct inverter_posting **out, ks_error *err) {
    uint32_t document = (uint32_t)inverter->document_count, number;
    ks_table_term *term;
    ks_status status = ks_term_table_number(&inverter->table, text.text, text.size, key, &number, err);
    if (status) return status;
    term = &inverter->table.terms[number];
    if (term->document != document) {
        term->document = document;
        term->posting = (uint32_t)inverter->posting_count++;
        inverter->postings[term->posting] = (struct inverter_posting){.term = number};
    }
    *out = &inverter->postings[term->posting];
    return KS_OK;
}

/* A term to look up. */
struct inverter_lookup {
    ks_term text;
    ks_term_key key;
};

/* The first two rounds of looking up terms; see term_table.h. */
static void prepare_lookups(const ks_inverter *inverter, struct inverter_lookup *lookups, size_t count) {
    for (size_t i = 0; i < count; i++) {
        lookups[i].key = ks_term_key_of(lookups[i].text.text, lookups[i].text.size);
        ks_term_table_prefetch(&inverter->table, &lookups[i].key);
    }
    for (size_t i = 0; i < count; i++) ks_term_table_prefetch_term(&inverter->table, &lookups[i].key);
}

static void add_occurrence(ks_inverter *inverter, struct inverter_posting *posting, uint32_t index) {
    ks_field field = inverter->occurrences[index].field;
    if (posting->occurrence_count++)
        inverter->occurrences[posting->last].next = index;
    else
        posting->first = index;
    posting->last = index;
    posting->tf += inverter->weights[field];
    posting->mask |= (uint8_t)(1u << field);
}

/* Adds `count` occurrences, at most AT_ONCE, from the document's occurrence number `at` on. */
static ks_status add_some(ks_inverter *inverter, const ks_occurrence *occurrences, size_t at, size_t count,
                          ks_error *err) {
    struct inverter_lookup lookups[AT_ONCE];
    for (size_t i = 0; i < count; i++) lookups[i].text = occurrences[at + i].term;
    prepare_lookups(inverter, lookups, count);
    for (size_t i = 0; i < count; i++) {
        struct inverter_posting *posting;
        ks_status status = posting_of(inverter, lookups[i].text, &lookups[i].key, &posting, err);
        if (status) return status;
        inverter->occurrences[at + i].position = occurrences[at + i].position;
        inverter->occurrences[at + i].field = occurrences[at + i].field;
        add_occurrence(inverter, posting, (uint32_t)(at + i));
    }
    return KS_OK;
}

static ks_status add_occurrences(ks_inverter *inverter, const ks_document *document, ks_error *err) {
    size_t count = document->occurrence_count;
    uint32_t length = 0;
    ks_status status = KS_OK;
    for (size_t i = 0; i < count; i++) length += inverter->weights[document->occurrences[i].field];
    for (size_t at = 0; at < count && !status; at += AT_ONCE)
        status =
            add_some(inverter, document->occurrences, at, count - at < AT_ONCE ? count - at : AT_ONCE, err);
    inverter->documents[inverter->document_count - 1].length += length;
    return status;
}

/* Exact values that wait to be looked up together. */
struct inverter_values {
    struct inverter_lookup lookups[AT_ONCE];
    uint32_t tfs[AT_ONCE];
    size_t count;
    char texts[AT_ONCE][TERM_LIMIT];
};

static ks_status write_values(ks_inverter *inverter, struct inverter_values *values, ks_error *err) {
    prepare_lookups(inverter, values->lookups, values->count);
    for (size_t i = 0; i < values->count; i++) {
        struct inverter_posting *posting;
        const struct inverter_lookup *lookup = &values->lookups[i];
        ks_status status = posting_of(inverter, lookup->text, &lookup->key, &posting, err);
        if (status) return status;
        posting->tf = values->tfs[i];
    }
    values->count = 0;
    return KS_OK;
}

static ks_status add_exact(ks_inverter *inverter, struct inverter_values *values, ks_exact exact,
                           const char *value, size_t size, ks_error *err) {
    const char *prefix = ks_exact_prefix(exact);
    char *text = values->texts[values->count];
    size_t prefix_size = 0;
    for (; prefix[prefix_size]; prefix_size++) text[prefix_size] = prefix[prefix_size];
    if (prefix_size + size > TERM_LIMIT) size = TERM_LIMIT - prefix_size;
    memcpy(text + prefix_size, value, size);
    values->lookups[values->count].text = (ks_term){text, (uint32_t)(prefix_size + size)};
    values->tfs[values->count++] = exact == KS_EXACT_TAG ? ks_field_weight(KS_FIELD_TAGS) : 1;
    return values->count == AT_ONCE ? write_values(inverter, values, err) : KS_OK;
}

static ks_status add_values(ks_inverter *inverter, const ks_document *document, ks_error *err) {
    struct inverter_values values;
    ks_status status = KS_OK;
    values.count = 0;
    for (size_t i = 0; i < document->value_count && !status; i++)
        status = add_exact(inverter, &values, document->values[i].exact, document->values[i].value.text,
                           document->values[i].value.size, err);
    for (size_t i = 0; i < document->source_count && !status; i++) {
        char number[16];
        int size = snprintf(number, sizeof number, "%u", document->sources[i]);
        status = add_exact(inverter, &values, KS_EXACT_SOURCE, number, (size_t)size, err);
    }
    return status ? status : write_values(inverter, &values, err);
}

/* ---- Notes ---- */

static int compare_positions(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* Collects the posting's positions in one field, ascending, in inverter->positions; returns their number. */
static size_t collect_positions(ks_inverter *inverter, const struct inverter_posting *posting,
                                ks_field field) {
    size_t count = 0;
    bool ascending = true;
    for (uint32_t i = 0, at = posting->first; i < posting->occurrence_count;
         i++, at = inverter->occurrences[at].next) {
        const struct inverter_occurrence *occurrence = &inverter->occurrences[at];
        if (occurrence->field != field) continue;
        ascending = ascending && (count == 0 || occurrence->position >= inverter->positions[count - 1]);
        inverter->positions[count++] = occurrence->position;
    }
    if (!ascending) qsort(inverter->positions, count, sizeof *inverter->positions, compare_positions);
    return count;
}

static uint8_t *write_gaps(uint8_t *out, const uint32_t *positions, size_t count) {
    uint32_t before = UINT32_MAX;
    for (size_t i = 0; i < count; i++) {
        out = ks_note_put_varint(out, positions[i] - before - 1);
        before = positions[i];
    }
    return out;
}

/* Writes the posting's positions as a ks_posting has them. Returns where they end. */
static uint8_t *write_positions(ks_inverter *inverter, const struct inverter_posting *posting, uint8_t *out) {
    bool several = posting->mask & (posting->mask - 1);
    for (ks_field field = 0; posting->mask >> field; field++) {
        size_t count;
        if (!(posting->mask & 1u << field)) continue;
        count = collect_positions(inverter, posting, field);
        if (several) out = ks_note_put_varint(out, (uint32_t)count);
        out = write_gaps(out, inverter->positions, count);
    }
    return out;
}

/* The posting's note; for KS_NOTE_OTHER without its value. */
static ks_note note_of(const ks_inverter *inverter, const struct inverter_posting *posting) {
    ks_note note = {.term = posting->term, .kind = KS_NOTE_OTHER};
    if (!posting->mask && posting->tf < KS_NOTE_MOST) {
        note.kind = KS_NOTE_VALUE;
        note.value = posting->tf;
    } else if (posting->occurrence_count == 1) {
        const struct inverter_occurrence *occurrence = &inverter->occurrences[posting->first];
        if (occurrence->position >= KS_NOTE_MOST || posting->tf != inverter->weights[occurrence->field])
            return note;
        note.kind = occurrence->field;
        note.value = occurrence->position;
    }
    return note;
}

/* Writes a KS_NOTE_OTHER: for several positions, or a value that does not fit. The caller has made room. */
static uint8_t *note_other(ks_inverter *inverter, const struct inverter_posting *posting, ks_note note,
                           uint8_t *out) {
    uint8_t *body = out + KS_NOTE_LIMIT, *at = body;
    *at++ = posting->mask;
    at = ks_note_put_varint(at, posting->tf);
    at = write_positions(inverter, posting, at);
    note.value = (uint32_t)(at - body);
    out = ks_note_put(out, &note);
    memmove(out, body, note.value);
    return out + note.value;
}

static ks_status note_posting(ks_inverter *inverter, const struct inverter_posting *posting, ks_error *err) {
    size_t need =
        KS_NOTE_LIMIT + 1 + MOST_BYTES * (1 + 2 * (size_t)posting->occurrence_count) + KS_NOTE_SPARE;
    ks_note note = note_of(inverter, posting);
    ks_status status;
    uint8_t *out;
    if (inverter->encoded_capacity - inverter->encoded_size < need &&
        (status = ks_array_reserve(&inverter->encoded, &inverter->encoded_capacity,
                                   inverter->encoded_size + need, 1, err)))
        return status;
    out = inverter->encoded + inverter->encoded_size;
    out = note.kind == KS_NOTE_OTHER ? note_other(inverter, posting, note, out) : ks_note_put(out, &note);
    inverter->encoded_size = (size_t)(out - inverter->encoded);
    inverter->table.terms[posting->term].postings++;
    return KS_OK;
}

/* Encodes the postings and keeps their notes. From then on the document is live. */
static ks_status keep_notes(ks_inverter *inverter, ks_error *err) {
    struct inverter_document *document = &inverter->documents[inverter->document_count - 1];
    size_t size;
    uint8_t *notes;
    ks_status status = KS_OK;
    inverter->encoded_size = 0;
    for (size_t i = 0; i < inverter->posting_count && !status; i++)
        status = note_posting(inverter, &inverter->postings[i], err);
    if (status) return status;
    size = inverter->encoded_size;
    if (!(notes = ks_pool_alloc(&inverter->notes, size + KS_NOTE_SPARE))) return ks_error_nomem(err);
    if (size) memcpy(notes, inverter->encoded, size);
    memset(notes + size, 0, KS_NOTE_SPARE);
    document->notes = notes;
    document->note_bytes = (uint32_t)size;
    return KS_OK;
}

/* ---- Documents ---- */

static ks_status reserve(ks_inverter *inverter, const ks_document *document, ks_error *err) {
    size_t occurrences = document->occurrence_count;
    size_t terms = occurrences + document->value_count + document->source_count;
    ks_status status;
    if (inverter->document_count >= KS_NO_DOC - 1 || terms > MOST_WORDS)
        return ks_error_set(err, KS_ERR_TOO_LARGE, "too many documents, or too many words in one");
    if ((status = ks_array_reserve(&inverter->documents, &inverter->document_capacity,
                                   inverter->document_count + 1, sizeof *inverter->documents, err)) ||
        (status = ks_array_reserve(&inverter->occurrences, &inverter->occurrence_capacity, occurrences,
                                   sizeof *inverter->occurrences, err)) ||
        (status = ks_array_reserve(&inverter->positions, &inverter->position_capacity, occurrences,
                                   sizeof *inverter->positions, err)))
        return status;
    return ks_array_reserve(&inverter->postings, &inverter->posting_capacity, terms,
                            sizeof *inverter->postings, err);
}

/* Copies what does not become postings. */
static ks_status keep_document(ks_inverter *inverter, const ks_document *document, ks_error *err) {
    struct inverter_document *to = &inverter->documents[inverter->document_count - 1];
    size_t source_bytes = document->source_count * sizeof *document->sources;
    uint32_t *sources =
        ks_pool_alloc(&inverter->records, source_bytes + document->id.size + document->stored.size);
    char *bytes;
    uint32_t length = 0;
    if (!sources) return ks_error_nomem(err);
    for (size_t i = 0; i < document->source_count; i++) sources[i] = document->sources[i];
    bytes = (char *)(sources + document->source_count);
    memcpy(bytes, document->id.text, document->id.size);
    if (document->stored.size)
        memcpy(bytes + document->id.size, document->stored.text, document->stored.size);
    for (size_t i = 0; i < document->value_count; i++)
        if (document->values[i].exact == KS_EXACT_TAG) length += ks_field_weight(KS_FIELD_TAGS);
    *to = (struct inverter_document){.hash = document->hash,
                                     .order = document->order,
                                     .sources = sources,
                                     .source_count = (uint32_t)document->source_count,
                                     .day = document->day,
                                     .length = length,
                                     .id_size = document->id.size,
                                     .record_size = document->stored.size};
    return KS_OK;
}

ks_status ks_inverter_add(ks_inverter *inverter, const ks_document *document, uint32_t *number,
                          ks_error *err) {
    ks_status status = reserve(inverter, document, err);
    if (status) return status;
    for (ks_field field = 0; field < KS_FIELD_ANY; field++) inverter->weights[field] = ks_field_weight(field);
    /* If this fails half-way the document stays in the array, but never becomes live. */
    inverter->documents[inverter->document_count++] = (struct inverter_document){0};
    inverter->posting_count = 0;
    if ((status = keep_document(inverter, document, err)) ||
        (status = add_occurrences(inverter, document, err)) ||
        (status = add_values(inverter, document, err)) || (status = keep_notes(inverter, err)))
        return status;
    inverter->live++;
    if (number) *number = (uint32_t)(inverter->document_count - 1);
    return KS_OK;
}
