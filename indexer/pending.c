/* Replacements that wait; see pending.h. */
#include "indexer/pending.h"

#include <stdlib.h>
#include <string.h>

ks_replacement *ks_pending_find(const ks_pending *pending, const char *id) {
    const uint32_t *at = ks_map_find(&pending->ids, id, strlen(id));
    return at ? &pending->items[*at] : NULL;
}

void ks_pending_drop(ks_pending *pending, ks_replacement *item) {
    if (item->record) pending->bytes -= item->record->json_size + KS_PENDING_EACH;
    ks_record_free(item->record);
    free(item->sources);
    item->record = NULL;
    item->sources = NULL;
    item->source_count = 0;
}

static ks_status add_item(ks_pending *pending, const char *id, ks_error *err) {
    ks_status status = ks_array_reserve(&pending->items, &pending->capacity, pending->count + 1,
                                        sizeof *pending->items, err);
    if (!status)
        status = ks_map_insert(&pending->ids, id, strlen(id), (uint32_t)pending->count, NULL, NULL, err);
    if (!status) pending->items[pending->count++] = (ks_replacement){0};
    return status;
}

ks_status ks_pending_set(ks_pending *pending, ks_record *record, uint32_t *sources, size_t source_count,
                         ks_error *err) {
    ks_replacement *item = ks_pending_find(pending, record->id);
    ks_status status;
    if (!item && (status = add_item(pending, record->id, err))) {
        ks_record_free(record);
        free(sources);
        return status;
    }
    if (!item) item = &pending->items[pending->count - 1];
    ks_pending_drop(pending, item);
    item->record = record;
    item->sources = sources;
    item->source_count = source_count;
    pending->bytes += record->json_size + KS_PENDING_EACH;
    return KS_OK;
}

void ks_pending_free(ks_pending *pending) {
    for (size_t i = 0; i < pending->count; i++) ks_pending_drop(pending, &pending->items[i]);
    free(pending->items);
    ks_map_free(&pending->ids);
    *pending = (ks_pending){0};
}
