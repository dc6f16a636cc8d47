/* Merging the documents of several segments, run by run; see merge_private.h. If a run covers a whole block
 * of records, the block is copied without unpacking it. May use base, engine and native's files. */
#include "native/merge_private.h"

#include <stdlib.h>

struct copying {
    ks_segment_writer *writer;
    ks_store_block *blocks; /* by leaf: the block found last */
    /* The list of sources read last: neighbours mostly have the same one. */
    const ks_segment *sources_of; /* the segment it is from; NULL: none was read */
    uint32_t source_list;
    uint32_t *sources;
    size_t source_count;
    ks_buffer record;
};

static ks_status read_sources(struct copying *copying, const ks_segment *segment, uint32_t doc,
                              ks_error *err) {
    uint32_t list = 0, *sources = NULL;
    ks_status status = ks_segment_source_list(segment, doc, &list, err);
    if (status) return status;
    if (copying->sources_of == segment && copying->source_list == list) return KS_OK;
    if ((status = ks_segment_sources(segment, doc, &sources, &copying->source_count, err))) return status;
    free(copying->sources);
    copying->sources_of = segment;
    copying->source_list = list;
    copying->sources = sources;
    return KS_OK;
}

/* Reads all of a document but its record. */
static ks_status read_document(struct copying *copying, const ks_segment *segment, uint32_t doc,
                               ks_segment_document *out, ks_error *err) {
    ks_status status;
    *out = (ks_segment_document){.order = ks_segment_order(segment, doc),
                                 .day = ks_segment_day(segment, doc),
                                 .length = ks_segment_length(segment, doc)};
    if ((status = ks_segment_id(segment, doc, &out->id, err)) ||
        (status = ks_segment_hash(segment, doc, &out->hash, err)) ||
        (status = read_sources(copying, segment, doc, err)))
        return status;
    out->sources = copying->sources;
    out->source_count = copying->source_count;
    return KS_OK;
}

static ks_status copy_document(struct copying *copying, const ks_segment *segment, uint32_t doc,
                               ks_error *err) {
    ks_segment_document document;
    ks_status status;
    ks_buffer_truncate(&copying->record, 0);
    if ((status = read_document(copying, segment, doc, &document, err)) ||
        (status = ks_segment_record(segment, doc, &copying->record, err)))
        return status;
    return ks_segment_writer_document(copying->writer, &document, copying->record.data, copying->record.size,
                                      err);
}

/* Copies the documents of the block that begins with `doc`, if it ends before or at `end`. *next gets the
 * document to go on with, `doc` itself if nothing was copied. */
static ks_status copy_block(struct copying *copying, const ks_segment *segment, ks_store_block *block,
                            uint32_t doc, uint32_t end, uint32_t *next, ks_error *err) {
    bool copied = false;
    ks_status status = KS_OK;
    *next = doc;
    if (doc < block->first || doc >= block->next) status = ks_segment_block(segment, doc, block, err);
    if (!status && doc == block->first && block->next <= end)
        status = ks_segment_writer_copy(copying->writer, block, end - block->next, &copied, err);
    for (; copied && !status && *next < block->next; ++*next) {
        ks_segment_document document;
        if (!(status = read_document(copying, segment, *next, &document, err)))
            status = ks_segment_writer_describe(copying->writer, &document, err);
    }
    return status;
}

static ks_status copy_run(struct copying *copying, const ks_merge *merge, const ks_merge_run *run,
                          ks_error *err) {
    const ks_segment *segment = merge->segments[run->leaf];
    uint32_t doc = run->first, end = run->first + run->count, next;
    ks_status status = KS_OK;
    while (doc < end && !status) {
        status = copy_block(copying, segment, &copying->blocks[run->leaf], doc, end, &next, err);
        if (!status && next == doc) status = copy_document(copying, segment, next++, err);
        doc = next;
    }
    return status;
}

ks_status ks_merge_documents(const ks_merge *merge, ks_error *err) {
    struct copying copying = {.writer = merge->writer};
    ks_status status = KS_OK;
    if (!(copying.blocks = calloc(merge->count, sizeof *copying.blocks))) return ks_error_nomem(err);
    for (size_t i = 0; i < merge->run_count && !status; i++)
        status = copy_run(&copying, merge, &merge->runs[i], err);
    ks_buffer_free(&copying.record);
    free(copying.sources);
    free(copying.blocks);
    return status ? status : ks_segment_writer_end_documents(merge->writer, err);
}
