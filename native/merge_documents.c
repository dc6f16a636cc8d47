/* The documents of several segments into one, run by run; see merge_private.h. May use base, engine and
 * native's files. */
#include "native/merge_private.h"

#include <stdlib.h>

/* The sources read last, as neighbours mostly have the same. */
struct sources {
    const ks_segment *segment; /* NULL: none */
    uint32_t list;
    uint32_t *items;
    size_t count;
};

static ks_status read_sources(struct sources *sources, const ks_segment *segment, uint32_t doc,
                              ks_error *err) {
    uint32_t list = ks_column_get(&segment->sources.list_of, doc), *items = NULL;
    ks_status status;
    if (sources->segment == segment && sources->list == list) return KS_OK;
    if ((status = ks_segment_sources(segment, doc, &items, &sources->count, err))) return status;
    free(sources->items);
    sources->segment = segment;
    sources->list = list;
    sources->items = items;
    return KS_OK;
}

static ks_status copy_document(ks_segment_writer *writer, const ks_segment *segment, uint32_t doc,
                               struct sources *sources, ks_buffer *record, ks_error *err) {
    ks_segment_document document = {.order = ks_segment_order(segment, doc),
                                    .day = ks_segment_day(segment, doc),
                                    .length = ks_segment_length(segment, doc)};
    ks_status status;
    ks_buffer_truncate(record, 0);
    if ((status = ks_segment_id(segment, doc, &document.id, err)) ||
        (status = ks_segment_hash(segment, doc, &document.hash, err)) ||
        (status = read_sources(sources, segment, doc, err)) ||
        (status = ks_store_get(segment->store, doc, record, err)))
        return status;
    document.sources = sources->items;
    document.source_count = sources->count;
    return ks_segment_writer_document(writer, &document, record->data, record->size, err);
}

ks_status ks_merge_documents(const ks_merge *merge, ks_error *err) {
    struct sources sources = {0};
    ks_buffer record = {0};
    ks_status status = KS_OK;
    for (const ks_merge_run *run = merge->runs; run < merge->runs + merge->run_count && !status; run++)
        for (uint32_t i = 0; i < run->count && !status; i++)
            status = copy_document(merge->writer, merge->segments[run->leaf], run->first + i, &sources,
                                   &record, err);
    ks_buffer_free(&record);
    free(sources.items);
    return status ? status : ks_segment_writer_end_documents(merge->writer, err);
}
