/* What gathering documents and flushing them share. Private to native.
 *
 * The postings of a document are kept together, as note.h has them: what is appended lies where the last
 * bytes were appended, while the ends of all lists would be as many places as there are terms. A flush reads
 * the documents in the segment's order and distributes what it reads among the terms, so that no list needs
 * to be sorted. */
#ifndef KS_NATIVE_INVERTER_PRIVATE_H
#define KS_NATIVE_INVERTER_PRIVATE_H

#include "native/inverter.h"
#include "native/note.h"
#include "native/term_table.h"

struct inverter_document {
    ks_hash128 hash;
    uint64_t order;
    const uint32_t *sources; /* behind them: its id and its record */
    const uint8_t *notes;    /* its postings; NULL: dropped, or not taken in to its end */
    uint32_t note_bytes;
    uint32_t source_count, day, length, id_size, record_size;
};

static inline bool inverter_is_live(const struct inverter_document *document) {
    return document->notes != NULL;
}

static inline ks_term inverter_id(const struct inverter_document *document) {
    return (ks_term){(const char *)(document->sources + document->source_count), document->id_size};
}

/* A posting of the document that is being added. */
struct inverter_posting {
    uint32_t term;        /* its number */
    uint32_t first, last; /* its places */
    uint32_t occurrences, tf;
    uint8_t mask;
};

struct inverter_occurrence {
    uint32_t position, next; /* the posting's next place */
    ks_field field;
};

struct ks_inverter {
    ks_term_table table;
    ks_pool records; /* and ids and sources: apart, as each is read by itself */
    ks_pool notes;
    struct inverter_document *documents;
    size_t document_count, document_capacity;
    uint32_t live;
    /* Ids to documents: brought up to date when asked. */
    struct inverter_id *ids;
    size_t id_slots, ids_known; /* documents that are in it */
    /* Of the document that is being added. */
    uint32_t weights[KS_TEXT_FIELDS];
    struct inverter_occurrence *occurrences;
    size_t occurrence_capacity;
    struct inverter_posting *postings;
    size_t posting_count, posting_capacity;
    uint32_t *positions;
    size_t position_capacity;
    uint8_t *encoded; /* its postings */
    size_t encoded_size, encoded_capacity;
};

/* Forgets everything and gives the memory back. */
void ks_inverter_clear(ks_inverter *inverter);

#endif
