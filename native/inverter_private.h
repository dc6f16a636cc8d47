/* What gathering documents and flushing them share. Private to native.
 *
 * A term's stream has for each document, in the order of their numbers:
 *   u8 mask of the fields | ONE_PLACE where it stands at one place in one field
 *   varint number of the document minus that of the one before (the first: its number plus one)
 *   ONE_PLACE: varint position; its frequency is the field's weight
 *   otherwise: varint frequency, and, where the mask is not 0, varint size and bytes of the positions, as a
 *     ks_posting has them
 *
 * Documents that were dropped, or were not taken in to their end, have postings, too. */
#ifndef KS_NATIVE_INVERTER_PRIVATE_H
#define KS_NATIVE_INVERTER_PRIVATE_H

#include "native/inverter.h"
#include "native/term_table.h"

enum { KS_ONE_PLACE = 1 << 5 };

struct inverter_document {
    ks_hash128 hash;
    uint64_t order;
    const char *bytes; /* its id and its record */
    const uint32_t *sources;
    size_t source_count;
    uint32_t day, length, id_size, record_size;
    bool live;
};

/* A posting of the document that is being added. */
struct inverter_posting {
    uint32_t term;        /* its number */
    uint32_t first, last; /* its places */
    uint32_t places, tf;
    uint8_t mask;
};

struct inverter_place {
    uint32_t position, next; /* the posting's next place */
    ks_field field;
};

struct ks_inverter {
    ks_term_table table;
    ks_pool records; /* and ids and sources: apart, so that what is written to again and again is close */
    struct inverter_document *documents;
    size_t document_count, document_capacity;
    uint32_t live;
    /* Ids to documents: brought up to date when asked. */
    struct inverter_id *ids;
    size_t id_slots, ids_known; /* documents that are in it */
    /* Of the document that is being added. */
    uint32_t weights[KS_TEXT_FIELDS];
    struct inverter_place *places;
    size_t place_capacity;
    struct inverter_posting *postings;
    size_t posting_count, posting_capacity;
    uint32_t *positions;
    size_t position_capacity;
    uint8_t *encoded; /* a posting */
    size_t encoded_capacity;
};

/* Forgets everything and gives the memory back. */
void ks_inverter_clear(ks_inverter *inverter);

#endif
