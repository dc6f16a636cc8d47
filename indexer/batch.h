/* Batches of new records for the index. Private to the indexer. May use base, corpus, engine. */
#ifndef KS_INDEXER_BATCH_H
#define KS_INDEXER_BATCH_H

#include "indexer/document.h"

/* A record and the one source that gave it. */
typedef struct ks_sighted {
    ks_record *record;
    uint32_t source;
} ks_sighted;

/* Owns its records. Zero-initialise before use. */
typedef struct ks_batch {
    ks_sighted *items;
    size_t count, capacity;
    size_t bytes; /* of JSON */
} ks_batch;

/* Takes over the record, also on failure. */
ks_status ks_batch_add(ks_batch *batch, ks_record *record, uint32_t source, ks_error *err);

/* Receives the documents of a batch one by one. */
typedef ks_status ks_batch_put(void *to, const ks_document *document, ks_error *err);

/* Builds the document of each record and hands it to `put`. Frees all records, also on failure. */
ks_status ks_batch_write(ks_batch *batch, ks_document_builder *builder, ks_batch_put *put, void *to,
                         ks_error *err);

/* Frees the records and keeps the room for others. */
void ks_batch_clear(ks_batch *batch);

void ks_batch_free(ks_batch *batch);

#endif
