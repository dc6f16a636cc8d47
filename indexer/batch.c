/* A growing array of records; see batch.h. */
#include "indexer/batch.h"

#include <stdlib.h>

ks_status ks_batch_add(ks_batch *batch, ks_record *record, uint32_t source, ks_error *err) {
    ks_status status =
        ks_array_reserve(&batch->items, &batch->capacity, batch->count + 1, sizeof *batch->items, err);
    if (status) {
        ks_record_free(record);
        return status;
    }
    batch->items[batch->count++] = (ks_sighted){record, source};
    batch->bytes += record->json_size;
    return KS_OK;
}

ks_status ks_batch_write(ks_batch *batch, ks_document_builder *builder, ks_batch_put *put, void *to,
                         ks_error *err) {
    ks_status status = KS_OK;
    for (size_t i = 0; i < batch->count && !status; i++) {
        ks_document document;
        if ((status = ks_document_build(builder, &document, batch->items[i].record, err))) break;
        document.sources = &batch->items[i].source;
        document.source_count = 1;
        status = put(to, &document, err);
    }
    ks_batch_clear(batch);
    return status;
}

void ks_batch_clear(ks_batch *batch) {
    for (size_t i = 0; i < batch->count; i++) ks_record_free(batch->items[i].record);
    batch->count = batch->bytes = 0;
}

void ks_batch_free(ks_batch *batch) {
    ks_batch_clear(batch);
    free(batch->items);
    *batch = (ks_batch){0};
}
