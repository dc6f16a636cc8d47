/* Replacements that wait: a record that comes from several sources in different states is written once, at
 * the end of the run, and not at all if its last state is the one that the index has. Private to the indexer.
 * May use base and corpus. */
#ifndef KS_INDEXER_PENDING_H
#define KS_INDEXER_PENDING_H

#include "base/map.h"

/* More than this does not wait any longer: JSON, and what each record takes besides. */
#define KS_PENDING_BYTES ((size_t)64 << 20)
#define KS_PENDING_EACH ((size_t)1 << 10)

typedef struct ks_replacement {
    ks_record *record; /* NULL: nothing is waiting */
    uint32_t *sources; /* all that gave the record, before this run or in it; ascending */
    size_t source_count;
    bool written; /* at some time in this run */
} ks_replacement;

/* Zero-initialise before use. */
typedef struct ks_pending {
    ks_map ids; /* id to index */
    ks_replacement *items;
    size_t count, capacity;
    size_t bytes; /* waiting, as KS_PENDING_BYTES counts them */
} ks_pending;

/* The replacement of this id; NULL where there never was one. It lives until the next ks_pending_set. */
ks_replacement *ks_pending_find(const ks_pending *pending, const char *id);

/* Lets the record wait in place of what waited under its id. Takes record and sources over, on failure too.
 */
ks_status ks_pending_set(ks_pending *pending, ks_record *record, uint32_t *sources, size_t source_count,
                         ks_error *err);

/* Lets go of what waits, and of nothing else. */
void ks_pending_drop(ks_pending *pending, ks_replacement *item);

void ks_pending_free(ks_pending *pending);

#endif
