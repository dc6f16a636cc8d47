/* Changed records that wait to replace what the index has. So a record that comes from several sources in
 * different states is written once, at the end of the run, and not at all if its last state is the one that
 * the index has. Private to the indexer. May use base and corpus. */
#ifndef KS_INDEXER_PENDING_H
#define KS_INDEXER_PENDING_H

#include "base/map.h"

/* No more than this waits: bytes of JSON, and the overhead of each record. */
#define KS_PENDING_BYTES ((size_t)64 << 20)
#define KS_PENDING_EACH ((size_t)1 << 10)

typedef struct ks_replacement {
    ks_record *record; /* NULL: none is waiting */
    uint32_t *sources; /* all that gave the record, before this run or in it; ascending */
    size_t source_count;
    bool written; /* a replacement of this id was written earlier in this run */
} ks_replacement;

/* Zero-initialise before use. */
typedef struct ks_pending {
    ks_map ids; /* id to index in items */
    ks_replacement *items;
    size_t count, capacity;
    size_t bytes; /* of what waits, as KS_PENDING_BYTES counts */
} ks_pending;

/* The entry of this id, even if nothing waits in it any more; NULL if there never was one. It is valid until
 * the next ks_pending_set. */
ks_replacement *ks_pending_find(const ks_pending *pending, const char *id);

/* Lets the record wait, in place of an earlier one with its id. Takes over record and sources, also on
 * failure. */
ks_status ks_pending_set(ks_pending *pending, ks_record *record, uint32_t *sources, size_t source_count,
                         ks_error *err);

/* Frees what waits in an entry, and keeps the entry. */
void ks_pending_drop(ks_pending *pending, ks_replacement *item);

void ks_pending_free(ks_pending *pending);

#endif
