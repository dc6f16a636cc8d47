/* Documents in memory to a segment: they are sorted; then they are written, and the streams of each term, of
 * all inverters, are read and brought into that order, which can be done at the same time; see inverter.h. */
#include "native/inverter_private.h"

#include "native/both.h"
#include "native/posting_array.h"

#include <stdlib.h>
#include <string.h>

/* A document to write: what decides its place, and where it is. */
struct flush_document {
    uint64_t order;
    ks_term id;
    uint32_t inverter, number;
};

/* A document as its postings ask for it: by its number in its inverter. */
struct flush_place {
    uint32_t doc; /* in the segment; KS_NO_DOC where it was dropped */
    uint32_t length;
};

struct flush_term {
    const ks_table_term *term;
    const struct flush_place *places; /* of its inverter */
};

/* What a flush works on. */
struct flush {
    ks_inverter *const *inverters;
    size_t count;
    ks_segment_writer *writer;
    struct flush_document *documents; /* live ones */
    size_t document_count;
    struct flush_place **places; /* by inverter */
    struct flush_term *terms;
    size_t term_count;
    uint8_t *bytes; /* the streams of the present term */
    size_t byte_capacity;
    ks_posting_array postings;
};

/* ---- Documents ---- */

static int compare_documents(const void *left, const void *right) {
    const struct flush_document *a = left, *b = right;
    return ks_segment_compare(a->order, a->id, b->order, b->id);
}

/* Puts documents that came newest first, or oldest first, into their order. */
static bool are_sorted(struct flush_document *documents, size_t count) {
    bool ascending = true, descending = true;
    for (size_t i = 1; i < count && (ascending || descending); i++) {
        int order = compare_documents(&documents[i - 1], &documents[i]);
        ascending = ascending && order < 0;
        descending = descending && order > 0;
    }
    if (ascending || !descending) return ascending;
    for (size_t i = 0; i < count / 2; i++) {
        struct flush_document document = documents[i];
        documents[i] = documents[count - 1 - i];
        documents[count - 1 - i] = document;
    }
    return true;
}

static ks_status sort_documents(struct flush *flush, ks_error *err) {
    size_t count = 0;
    for (size_t i = 0; i < flush->count; i++) count += flush->inverters[i]->live;
    if (!(flush->documents = malloc((count + 1) * sizeof *flush->documents))) return ks_error_nomem(err);
    for (size_t i = 0; i < flush->count; i++) {
        const ks_inverter *inverter = flush->inverters[i];
        for (uint32_t number = 0; number < inverter->document_count; number++) {
            const struct inverter_document *from = &inverter->documents[number];
            if (from->live)
                flush->documents[flush->document_count++] =
                    (struct flush_document){from->order, {from->bytes, from->id_size}, (uint32_t)i, number};
        }
    }
    if (!are_sorted(flush->documents, count))
        qsort(flush->documents, count, sizeof *flush->documents, compare_documents);
    return KS_OK;
}

static ks_segment_document document_at(const struct flush *flush, size_t i, ks_term *record) {
    const struct flush_document *document = &flush->documents[i];
    return ks_inverter_document(flush->inverters[document->inverter], document->number, record);
}

static ks_status write_documents(void *context, ks_error *err) {
    const struct flush *flush = context;
    ks_status status = KS_OK;
    for (size_t i = 0; i < flush->document_count && !status; i++) {
        ks_term record = {0};
        ks_segment_document document = document_at(flush, i, &record);
        status = ks_segment_writer_document(flush->writer, &document, record.text, record.size, err);
    }
    return status ? status : ks_segment_writer_end_documents(flush->writer, err);
}

/* Turns the sorted documents round: from their numbers in inverters to those in the segment. */
static ks_status number_documents(struct flush *flush, ks_error *err) {
    if (!(flush->places = calloc(flush->count, sizeof(struct flush_place *)))) return ks_error_nomem(err);
    for (size_t i = 0; i < flush->count; i++) {
        size_t bytes = flush->inverters[i]->document_count * sizeof **flush->places;
        if (!(flush->places[i] = malloc(bytes + 1))) return ks_error_nomem(err);
        memset(flush->places[i], 0xFF, bytes); /* KS_NO_DOC */
    }
    for (size_t i = 0; i < flush->document_count; i++) {
        const struct flush_document *document = &flush->documents[i];
        flush->places[document->inverter][document->number] = (struct flush_place){
            (uint32_t)i, flush->inverters[document->inverter]->documents[document->number].length};
    }
    ks_segment_writer_expect(flush->writer, (uint32_t)flush->document_count);
    return KS_OK;
}

/* ---- Terms ---- */

static int compare_terms(const void *left, const void *right) {
    const struct flush_term *a = left, *b = right;
    return ks_table_term_compare(a->term, b->term);
}

static ks_status sort_terms(struct flush *flush, ks_error *err) {
    size_t count = 0;
    for (size_t i = 0; i < flush->count; i++) count += flush->inverters[i]->table.count;
    if (!(flush->terms = malloc((count + 1) * sizeof *flush->terms))) return ks_error_nomem(err);
    for (size_t i = 0; i < flush->count; i++) {
        const ks_term_table *table = &flush->inverters[i]->table;
        for (size_t j = 0; j < table->count; j++)
            flush->terms[flush->term_count++] = (struct flush_term){&table->terms[j], flush->places[i]};
    }
    if (count) qsort(flush->terms, count, sizeof *flush->terms, compare_terms);
    return KS_OK;
}

/* Our own bytes: they need no checks. */
static uint32_t read_varint(const uint8_t **at) {
    const uint8_t *p = *at;
    uint32_t value = *p & 0x7F;
    for (unsigned shift = 7; *p++ & 0x80; shift += 7) value |= (uint32_t)(*p & 0x7F) << shift;
    *at = p;
    return value;
}

/* Reads a posting, all but document and length. */
static const uint8_t *read_posting(const uint8_t *at, uint8_t head, ks_posting *out) {
    out->mask = head & (KS_ONE_PLACE - 1);
    if (head & KS_ONE_PLACE) {
        ks_field field = 0;
        while (!(head & 1u << field)) field++;
        out->tf = ks_field_weight(field);
        out->positions = at;
        read_varint(&at);
        out->positions_size = (uint32_t)(at - out->positions);
        return at;
    }
    out->tf = read_varint(&at);
    out->positions_size = out->mask ? read_varint(&at) : 0;
    out->positions = at;
    return at + out->positions_size;
}

/* Appends the live postings of a stream. There is room. */
static void read_stream(ks_posting_array *out, const uint8_t *at, const uint8_t *end,
                        const struct flush_place *places) {
    uint32_t document = 0; /* counting from 1 */
    while (at < end) {
        ks_posting *posting = &out->items[out->count];
        uint8_t head = *at++;
        document += read_varint(&at);
        at = read_posting(at, head, posting);
        posting->doc = places[document - 1].doc;
        posting->length = places[document - 1].length;
        if (posting->doc != KS_NO_DOC) out->count++;
    }
}

/* Writes one term, which `count` inverters hold. */
static ks_status write_term(struct flush *flush, const struct flush_term *terms, size_t count,
                            ks_error *err) {
    size_t size = 0, most = 0;
    uint8_t *at;
    ks_status status;
    for (size_t i = 0; i < count; i++) {
        size += ks_stream_size(&terms[i].term->postings);
        most += terms[i].term->postings.additions;
    }
    flush->postings.count = 0;
    if ((status = ks_array_reserve(&flush->bytes, &flush->byte_capacity, size, 1, err)) ||
        (status = ks_posting_array_reserve(&flush->postings, most, err)))
        return status;
    at = flush->bytes;
    for (size_t i = 0; i < count; i++) {
        const ks_stream *stream = &terms[i].term->postings;
        if (count > 1) size = ks_stream_size(stream); /* else it is known */
        ks_stream_copy(stream, at);
        read_stream(&flush->postings, at, at + size, terms[i].places);
        at += size;
    }
    if (flush->postings.count == 0) return KS_OK;
    if ((status = ks_posting_array_sort(&flush->postings, err))) return status;
    return ks_segment_writer_term(flush->writer, (ks_term){terms->term->text, terms->term->size},
                                  flush->postings.items, flush->postings.count, err);
}

static ks_status write_terms(void *context, ks_error *err) {
    struct flush *flush = context;
    ks_status status = sort_terms(flush, err);
    for (size_t i = 0, end; i < flush->term_count && !status; i = end) {
        for (end = i + 1; end < flush->term_count; end++)
            if (compare_terms(&flush->terms[i], &flush->terms[end]) != 0) break;
        status = write_term(flush, flush->terms + i, end - i, err);
    }
    return status;
}

/* ---- The whole ---- */

static void flush_free(struct flush *flush) {
    ks_segment_writer_free(flush->writer);
    free(flush->documents);
    for (size_t i = 0; flush->places && i < flush->count; i++) free(flush->places[i]);
    free(flush->places);
    free(flush->terms);
    free(flush->bytes);
    ks_posting_array_free(&flush->postings);
}

ks_status ks_inverter_flush(ks_inverter *const *inverters, size_t count, const char *folder, uint64_t number,
                            bool parallel, ks_error *err) {
    struct flush flush = {.inverters = inverters, .count = count};
    ks_status status;
    if (!(status = sort_documents(&flush, err)) &&
        !(status = ks_segment_writer_open(&flush.writer, folder, number, err)) &&
        !(status = number_documents(&flush, err)) &&
        !(status = ks_both(write_documents, write_terms, &flush, parallel, err)))
        status = ks_segment_writer_finish(flush.writer, err);
    flush_free(&flush);
    for (size_t i = 0; i < count && !status; i++) ks_inverter_clear(inverters[i]);
    return status;
}
