/* Term text to what an inverter knows of the term: a hash table made for one look-up an occurrence. May use
 * base and native's files.
 *
 * Slots hold 32 bits of hash beside a term's number, so that a look-up reads a term only where it most likely
 * is the one; a term is half a cache line with its first sixteen bytes in it, so that short ones need no
 * second look. A table is larger than the processor's caches: who looks many terms up does so in three
 * rounds, each of which fetches what the next will read. */
#ifndef KS_NATIVE_TERM_TABLE_H
#define KS_NATIVE_TERM_TABLE_H

#include "engine/plan.h"
#include "native/pool.h"

#include <stdbool.h>
#include <stdint.h>

/* The first bytes of a term, zeros behind a short one, as numbers whose order is the terms'. */
typedef struct ks_term_prefix {
    uint64_t first, second;
} ks_term_prefix;

/* Half a cache line. */
typedef struct ks_table_term {
    ks_term_prefix prefix;
    uint32_t size;
    /* For the inverter: */
    uint32_t postings; /* how many it has at most */
    uint32_t document; /* the one that held it last, counting from 1, */
    uint32_t posting;  /* and the number of its posting among that document's */
} ks_table_term;

typedef struct ks_table_slot {
    uint32_t tag;    /* bits of the hash; where the search begins, too */
    uint32_t number; /* of the term, counting from 1; 0: free */
} ks_table_slot;

/* Zero-initialise before use. */
typedef struct ks_term_table {
    ks_pool pool;         /* of the texts */
    ks_table_term *terms; /* in the order in which they came; at the edge of a cache line */
    const char **texts;   /* of the terms */
    size_t count, capacity, text_capacity;
    void *term_memory; /* that they are in */
    ks_table_slot *slots;
    size_t slot_count; /* 0 or a power of two; a free one stands behind the last */
} ks_term_table;

/* What a look-up needs of a term's text. */
typedef struct ks_term_key {
    ks_term_prefix prefix;
    uint32_t tag;
} ks_term_key;

/* The first round. */
ks_term_key ks_term_key_of(const char *text, uint32_t size);

static inline void ks_term_table_prefetch(const ks_term_table *table, const ks_term_key *key) {
    if (table->slot_count) __builtin_prefetch(&table->slots[key->tag & (table->slot_count - 1)]);
}

/* The second, which may be left out. */
static inline void ks_term_table_prefetch_term(const ks_term_table *table, const ks_term_key *key) {
    const ks_table_slot *slot;
    if (!table->slot_count) return;
    slot = &table->slots[key->tag & (table->slot_count - 1)];
    if (slot->tag != key->tag) slot++; /* there is one more */
    if (slot->tag == key->tag && slot->number) __builtin_prefetch(&table->terms[slot->number - 1], 1);
}

/* The third: the number of the term, a new one where it is not there yet. */
ks_status ks_term_table_number(ks_term_table *table, const char *text, uint32_t size, const ks_term_key *key,
                               uint32_t *out, ks_error *err);

/* Bytes of memory that it takes. */
size_t ks_term_table_bytes(const ks_term_table *table);

void ks_term_table_free(ks_term_table *table);

#endif
