/* One run of ks_sync: what its steps share. Private to the indexer. May use base, corpus, text, engine. */
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
    ks_intake *intake;     /* of new records; NULL: they go straight to the writer */
    ks_batch postponed;    /* further records with the ids of new ones, which the writer may not know yet */
    ks_pending pending;    /* changed records that wait to be written */
    ks_set fresh;          /* ids that came in this run and are new in the index */
    ks_set ids;            /* ids that came in this run and were in the index before */
    ks_set sightings;      /* the (source, id) pairs in which the latter came */
    ks_set unreliable;     /* sources with rejected records: one of those may be what seems to be missing */
    uint64_t existing;     /* how many are in `ids` */
    uint64_t bytes_before; /* of the files that have been read to their end */
    uint64_t records;      /* read so far */
    bool dirty;            /* something was written: there is something to commit */
    ks_sync_report *report;
} ks_transaction;

/* Takes in one record of the source: a new one is written, by this thread or another; a changed one waits; an
 * unchanged one is only counted. Takes the record over, also on failure. The error may be one that a thread
 * met with an earlier record. */
ks_status ks_transaction_take(ks_transaction *transaction, ks_record *record, uint32_t source, ks_error *err);

/* To be called after the last ks_transaction_take: finishes the work of all threads, ends them, and writes
 * what waits. */
ks_status ks_transaction_finish(ks_transaction *transaction, ks_error *err);

/* Removes the records that are gone from the sources that were read, and those of files that are gone from
 * the folders that were named. A record that another source still has stays. */
ks_status ks_transaction_remove_missing(ks_transaction *transaction, ks_error *err);

/* The members of the sets above: hashes of a (source, id) pair, of an id, of a source. */
ks_hash128 ks_sighting_hash(uint32_t source, const char *id, size_t size);
ks_hash128 ks_id_hash(ks_term id);
ks_hash128 ks_source_hash(uint32_t source);

/* Writes the record with exactly these sources, which are ascending. */
ks_status ks_transaction_put(ks_transaction *transaction, const ks_record *record, const uint32_t *sources,
                             size_t count, ks_error *err);

#endif
