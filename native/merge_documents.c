/* Merging the documents of several segments, run by run; see merge_private.h. If a run covers a whole block
 * of records, the block is copied without unpacking it. May use base, engine and native's files. */
#include "native/merge_private.h"

#include <stdlib.h>

struct copying {
    ks_segment_writer *writer;
    ks_store_block *blocks; /* by leaf: the block found last */
    /* The present run: */
    const ks_segment *segment;
    ks_store_block *block; /* of its leaf */
    uint32_t end;          /* behind its last document */
    /* The list of sources read last: neighbours mostly have the same one. */
    const ks_segment *sources_of; /* the segment it is from; NULL: none was read */
    uint32_t source_list;
    uint32_t *sources;
    size_t source_count;
    ks_buffer record;
};

static ks_status read_sources(struct copying *copying, uint32_t doc, ks_error *err) {
    const ks_segment *segment = copying->segment;
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
static ks_status read_document(struct copying *copying, uint32_t doc, ks_segment_document *out,
                               ks_error *err) {
    const ks_segment *segment = copying->segment;
    ks_status status;
    *out = (ks_segment_document){.order = ks_segment_order(segment, doc),
                                 .day = ks_segment_day(segment, doc),
                                 .length = ks_segment_length(segment, doc)};
    if ((status = ks_segment_id(segment, doc, &out->id, err)) ||
        (status = ks_segment_hash(segment, doc, &out->hash, err)) ||
        (status = read_sources(copying, doc, err)))
        return status;
    out->sources = copying->sources;
    out->source_count = copying->source_count;
    return KS_OK;
}

static ks_status copy_document(struct copying *copying, uint32_t doc, ks_error *err) {
    ks_segment_document document;
    ks_status status;
    ks_buffer_truncate(&copying->record, 0);
    if ((status = read_document(copying, doc, &document, err)) ||
        (status = ks_segment_record(copying->segment, doc, &copying->record, err)))
        return status;
    return ks_segment_writer_document(copying->writer, &document, copying->record.data, copying->record.size,
                                      err);
}

/* Copies a whole block, if one begins with `doc` and the run goes on to its end. *next gets the document to
 * go on with, `doc` itself if nothing was copied. */
static ks_status copy_block(struct copying *copying, uint32_t doc, uint32_t *next, ks_error *err) {
    ks_store_block *block = copying->block;
    bool copied = false;
    ks_status status = KS_OK;
    *next = doc;
    if (doc < block->first || doc >= block->next)
        status = ks_segment_find_block(copying->segment, doc, block, err);
    if (!status && doc == block->first && block->next <= copying->end)
        status =
            ks_segment_writer_copy_block(copying->writer, block, copying->end - block->next, &copied, err);
    for (; copied && !status && *next < block->next; ++*next) {
        ks_segment_document document;
        if (!(status = read_document(copying, *next, &document, err)))
            status = ks_segment_writer_copied_document(copying->writer, &document, err);
    }
    return status;
}

static ks_status copy_run(struct copying *copying, const ks_merge *merge, const ks_merge_run *run,
                          ks_error *err) {
    uint32_t next;
    ks_status status = KS_OK;
    copying->segment = merge->segments[run->leaf];
    copying->block = &copying->blocks[run->leaf];
    copying->end = run->first + run->count;
    for (uint32_t doc = run->first; doc < copying->end && !status; doc = next) {
        status = copy_block(copying, doc, &next, err);
        if (!status && next == doc) status = copy_document(copying, next++, err);
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
