/* Term text to what an inverter knows of the term: a hash table made for one look-up an occurrence. May use
 * base and native's files.
 *
 * Slots hold 32 bits of hash beside a term's number, so that a look-up reads a term only where it most likely
 * is the one; a term's first eight bytes are beside the rest, so that short ones need no second look. */
#ifndef KS_NATIVE_TERM_TABLE_H
#define KS_NATIVE_TERM_TABLE_H

#include "engine/plan.h"
#include "native/stream.h"

typedef struct ks_table_term {
    uint64_t
        prefix; /* the first eight bytes as a number whose order is the terms', zeros behind a short one */
    const char *text;
    uint32_t size;
    /* For the inverter, documents counting from 1: */
    uint32_t document;      /* the one that held it last, */
    uint32_t posting;       /* the number of its posting among that document's, */
    uint32_t last_document; /* and the one of the last posting in `postings` */
    ks_stream postings;
} ks_table_term;

typedef struct ks_table_slot {
    uint32_t tag;    /* bits of the hash; where the search begins, too */
    uint32_t number; /* of the term, counting from 1; 0: free */
} ks_table_slot;

/* Zero-initialise before use. Texts and postings live in the pool. */
typedef struct ks_term_table {
    ks_pool pool;
    ks_table_term *terms; /* in the order in which they came */
    size_t count, capacity;
    ks_table_slot *slots;
    size_t slot_count; /* 0 or a power of two */
} ks_term_table;

/* What a look-up needs of a term's text. */
typedef struct ks_term_key {
    uint64_t prefix;
    uint32_t tag;
} ks_term_key;

ks_term_key ks_term_key_of(const char *text, uint32_t size);

/* Begins to fetch from memory what the look-up will read. */
static inline void ks_term_table_prefetch(const ks_term_table *table, ks_term_key key) {
    if (table->slot_count) __builtin_prefetch(&table->slots[key.tag & (table->slot_count - 1)]);
}

/* The number of the term, a new one where it is not there yet. */
ks_status ks_term_table_number(ks_term_table *table, const char *text, uint32_t size, ks_term_key key,
                               uint32_t *out, ks_error *err);

/* Bytes of memory that it takes. */
size_t ks_term_table_bytes(const ks_term_table *table);

void ks_term_table_free(ks_term_table *table);

/* In the order of bytes: less than, equal to, or greater than 0. */
int ks_table_term_compare(const ks_table_term *a, const ks_table_term *b);

#endif
