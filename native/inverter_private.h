/* What adding documents and flushing them share. Private to native.
 *
 * The postings of a document are kept together, in the form of note.h: appending to one place is kind to the
 * processor's caches, where appending to a list for each term would touch as many places as there are terms.
 * A flush reads the documents in the segment's order and distributes their postings among the terms, so that
 * no list needs sorting. */
#ifndef KS_NATIVE_INVERTER_PRIVATE_H
#define KS_NATIVE_INVERTER_PRIVATE_H

#include "native/inverter.h"
#include "native/note.h"
#include "native/term_table.h"

struct inverter_document {
    ks_hash128 hash;
    uint64_t order;
    const uint32_t *sources; /* followed by its id and its record */
    const uint8_t *notes;    /* its postings; NULL: dropped, or adding it failed */
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
    uint32_t term;        /* number of the term */
    uint32_t first, last; /* indices of its first and last occurrence */
    uint32_t occurrence_count, tf;
    uint8_t mask;
};

/* An occurrence in the document that is being added. Those of one posting are a linked list. */
struct inverter_occurrence {
    uint32_t position, next; /* next: index of the posting's next occurrence */
    ks_field field;
};

struct ks_inverter {
    ks_term_table table;
    ks_pool records; /* with ids and sources */
    ks_pool notes;   /* apart from records, as a flush reads them apart */
    struct inverter_document *documents;
    size_t document_count, document_capacity;
    uint32_t live;
    /* A hash table from ids to documents, brought up to date by each look-up: */
    struct inverter_id *ids;
    size_t id_slots, ids_known; /* how many documents are in it */
    /* Scratch memory for the document that is being added: */
    uint32_t weights[KS_TEXT_FIELDS];
    struct inverter_occurrence *occurrences;
    size_t occurrence_capacity;
    struct inverter_posting *postings;
    size_t posting_count, posting_capacity;
    uint32_t *positions;
    size_t position_capacity;
    uint8_t *encoded; /* its notes */
    size_t encoded_size, encoded_capacity;
};

/* Forgets everything and gives the memory back. */
void ks_inverter_clear(ks_inverter *inverter);

#endif
