/* The terms of an inverter: a hash table from a term's text to its number, looked up for each occurrence. May
 * use base and native's files.
 *
 * A slot holds 32 bits of hash, the tag, beside the term's number, so that a look-up reads a term only if it
 * is most likely the right one. A term takes half a cache line, which includes its first sixteen bytes, so
 * that short terms are compared there. As a table outgrows the processor's caches, many terms are best looked
 * up together, in three rounds, each of which prefetches what the next one reads. */
#ifndef KS_NATIVE_TERM_TABLE_H
#define KS_NATIVE_TERM_TABLE_H

#include "engine/plan.h"
#include "native/pool.h"

#include <stdbool.h>
#include <stdint.h>

/* The first sixteen bytes of a term, padded with zeros, as big-endian numbers: they order as the bytes do. */
typedef struct ks_term_prefix {
    uint64_t first, second;
} ks_term_prefix;

/* Half a cache line. */
typedef struct ks_table_term {
    ks_term_prefix prefix;
    uint32_t size;
    /* For the inverter: */
    uint32_t postings; /* how many it has, those of dropped documents included */
    uint32_t document; /* the last document that has it, counted from 1, */
    uint32_t posting;  /* and the index of its posting among that document's */
} ks_table_term;

typedef struct ks_table_slot {
    uint32_t tag;    /* bits of the hash; the lowest say where probing begins */
    uint32_t number; /* of the term, counted from 1; 0: a free slot */
} ks_table_slot;

/* Zero-initialise before use. */
typedef struct ks_term_table {
    ks_pool pool;         /* of the texts */
    ks_table_term *terms; /* by number, in the order they were added; aligned to a cache line */
    const char **texts;   /* by number */
    size_t count, capacity, text_capacity;
    void *term_memory; /* the allocation that `terms` points into */
    ks_table_slot *slots;
    size_t slot_count; /* 0 or a power of two; one more slot, always free, follows for prefetching */
} ks_term_table;

/* What a look-up computes from a term's text. */
typedef struct ks_term_key {
    ks_term_prefix prefix;
    uint32_t tag;
} ks_term_key;

/* The first round: computes the key, and prefetches its slot. */
ks_term_key ks_term_key_of(const char *text, uint32_t size);

static inline void ks_term_table_prefetch(const ks_term_table *table, const ks_term_key *key) {
    if (table->slot_count) __builtin_prefetch(&table->slots[key->tag & (table->slot_count - 1)]);
}

/* The second round, which may be left out: prefetches the term in the key's slot or the one after it. */
static inline void ks_term_table_prefetch_term(const ks_term_table *table, const ks_term_key *key) {
    const ks_table_slot *slot;
    if (!table->slot_count) return;
    slot = &table->slots[key->tag & (table->slot_count - 1)];
    if (slot->tag != key->tag) slot++;
    if (slot->tag == key->tag && slot->number) __builtin_prefetch(&table->terms[slot->number - 1], 1);
}

/* The third round: sets *out to the term's number. A new term is added. */
ks_status ks_term_table_number(ks_term_table *table, const char *text, uint32_t size, const ks_term_key *key,
                               uint32_t *out, ks_error *err);

/* The bytes of memory that the table takes. */
size_t ks_term_table_bytes(const ks_term_table *table);

void ks_term_table_free(ks_term_table *table);

#endif
