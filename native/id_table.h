/* The documents of a segment by the hashes of their ids: an open-addressed table with linear probing. May use
 * base and native/bytes.h.
 *
 * A slot is a little-endian u32, 0 where it is free. Its low bits, as many as the number of documents needs,
 * are a document's number + 1; the others are the hash's bits of the same places, so that few ids have to be
 * looked at that are not the right one. For n documents there are n + n / 3 + 1 slots; probing begins at slot
 * (upper 31 bits of the hash) * slots >> 31. */
#ifndef KS_NATIVE_ID_TABLE_H
#define KS_NATIVE_ID_TABLE_H

#include "native/bytes.h"

typedef struct ks_id_table {
    const uint8_t *slots;
    uint64_t count;   /* of slots */
    uint32_t numbers; /* mask of the bits that are a document's number */
} ks_id_table;

/* A table for so many documents, whose slots, `count` times 4 bytes, are yet to be set. */
ks_id_table ks_id_table_of(uint32_t documents);

/* Puts a document into the slots being made, of which at least one must be free. */
void ks_id_table_add(const ks_id_table *table, uint8_t *slots, uint64_t hash, uint32_t doc);

/* Looking up: documents whose ids may have the hash, one after the other. */
typedef struct ks_id_probe {
    uint64_t at, left; /* slot, and how many are still to be looked at */
    uint32_t tag;      /* the hash's bits */
} ks_id_probe;

ks_id_probe ks_id_probe_start(const ks_id_table *table, uint64_t hash);

/* Whether there is another candidate; *doc gets it. Where there is none and probe->left is 0 the table is
 * damaged: it has no free slot. A damaged table may give any number as a candidate. */
bool ks_id_probe_next(const ks_id_table *table, ks_id_probe *probe, uint32_t *doc);

#endif
