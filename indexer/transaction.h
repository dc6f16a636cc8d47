/* One synchronisation under way: what its steps share. Private to the indexer. May use base, corpus, text,
 * engine. */
#ifndef KS_INDEXER_TRANSACTION_H
#define KS_INDEXER_TRANSACTION_H

#include "base/set.h"
#include "indexer/batch.h"
#include "indexer/intake.h"
#include "indexer/pending.h"
#include "indexer/source_list.h"

typedef struct ks_transaction {
    const ks_sync_options *options;
    ks_source_list files;
    ks_source_table table;
    ks_writer *writer;
    ks_document_builder *builder;
    ks_intake *intake;     /* of new records; NULL: they go to the writer one by one */
    ks_batch postponed;    /* records with the ids of new ones, which the writer may not know yet */
    ks_set fresh;          /* ids that came in this run, and were new */
    ks_set ids;            /* ids that came in this run, and were there before */
    ks_set sightings;      /* of the latter: (source, id) pairs that came in this run */
    ks_set unreliable;     /* sources with rejected records: what is missing from them may be one of those */
    uint64_t bytes_before; /* of the files read to the end */
    uint64_t records;      /* read so far */
    ks_pending pending;
    uint64_t existing; /* ids that came in this run and were there before */
    bool dirty;        /* something was written */
    ks_sync_report *report;
} ks_transaction;

/* Takes in one record of the source: writes it if it is new, or lets other threads do that, and lets it wait
 * if it is changed. The record is the transaction's from now on, on failure too. An error may be one that an
 * earlier record met. */
ks_status ks_transaction_take(ks_transaction *transaction, ks_record *record, uint32_t source, ks_error *err);

/* The last call after those of ks_transaction_take: all that they left to other threads is done, and no
 * thread is left; all that waits is written. */
ks_status ks_transaction_finish(ks_transaction *transaction, ks_error *err);

/* Removes what is gone from the sources read and from the folders named; what another source still has stays.
 */
ks_status ks_transaction_remove_missing(ks_transaction *transaction, ks_error *err);

/* Of (source, id), of an id and of a source alone. */
ks_hash128 ks_sighting_hash(uint32_t source, const char *id, size_t size);
ks_hash128 ks_id_hash(ks_term id);
ks_hash128 ks_source_hash(uint32_t source);

/* Writes the record with exactly these sources (ascending). */
ks_status ks_transaction_put(ks_transaction *transaction, const ks_record *record, const uint32_t *sources,
                             size_t count, ks_error *err);

#endif
