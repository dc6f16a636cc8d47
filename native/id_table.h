/* Finds the documents of a segment by the hashes of their ids: open addressing with linear probing. May use
 * base and native/bytes.h.
 *
 * A slot is a little-endian u32, 0 if it is free. Its low bits, as many as the number of documents needs, are
 * a document's number + 1. The other bits, the tag, are copied from the same bits of the hash: they rule out
 * most documents without a look at their ids. n documents have n + n / 3 + 1 slots; probing begins at slot
 * (upper 31 bits of the hash) * slots >> 31. */
#ifndef KS_NATIVE_ID_TABLE_H
#define KS_NATIVE_ID_TABLE_H

#include "native/bytes.h"

typedef struct ks_id_table {
    const uint8_t *slots;
    uint64_t count;       /* of slots */
    uint32_t number_mask; /* mask of the bits that hold a document's number */
} ks_id_table;

/* A table for this many documents. The caller provides the slots, `count` * 4 bytes. */
ks_id_table ks_id_table_of(uint32_t documents);

/* Puts a document into the slots of a table that is being built. At least one must be free. */
void ks_id_table_add(const ks_id_table *table, uint8_t *slots, uint64_t hash, uint32_t doc);

/* Looks up a hash: visits the documents whose ids may have it. */
typedef struct ks_id_probe {
    uint64_t at, left; /* the next slot, and how many are left to visit */
    uint32_t tag;
} ks_id_probe;

ks_id_probe ks_id_probe_start(const ks_id_table *table, uint64_t hash);

/* Sets *doc to the next candidate, or returns false if there is none. If probe->left is 0 then, the table is
 * damaged: it has no free slot. A damaged table may also give any number as a candidate. */
bool ks_id_probe_next(const ks_id_table *table, ks_id_probe *probe, uint32_t *doc);

#endif
