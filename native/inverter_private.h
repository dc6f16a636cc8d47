/* What gathering documents and flushing them share. Private to native. */
#ifndef KS_NATIVE_INVERTER_PRIVATE_H
#define KS_NATIVE_INVERTER_PRIVATE_H

#include "native/inverter.h"

enum { KS_TERM_LIMIT = 255 };

struct inverter_term {
    size_t document; /* the document added last that holds it, counting from 1, */
    size_t posting;  /* and its posting there */
};

struct inverter_posting {
    uint32_t term, tf, positions_size;
    uint8_t mask;
};

struct inverter_document {
    ks_hash128 hash;
    uint64_t order, positions; /* where its positions begin */
    size_t bytes;              /* where its id and record stand */
    size_t first_posting, posting_count, first_source, source_count;
    uint32_t day, length, id_size, record_size;
    bool live;
};

/* An occurrence, waiting for its positions to be encoded. */
struct inverter_place {
    size_t posting;
    uint32_t position, field;
};

struct ks_inverter {
    ks_map numbers; /* text to index in terms */
    struct inverter_term *terms;
    size_t term_count, term_capacity;
    struct inverter_posting *postings; /* document by document */
    size_t posting_count, posting_capacity;
    struct inverter_document *documents;
    size_t document_count, document_capacity;
    uint32_t *sources;
    size_t source_total, source_capacity;
    struct inverter_place *places;
    size_t place_capacity;
    ks_buffer positions, bytes;
    uint32_t live, length; /* length: of the document being added */
};

#endif
