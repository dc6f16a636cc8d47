/* Writing a segment: all its documents in their order, and all its terms in theirs. May use base, engine and
 * native's files.
 *
 * One thread may add the documents while another adds the terms. */
#ifndef KS_NATIVE_SEGMENT_WRITER_H
#define KS_NATIVE_SEGMENT_WRITER_H

#include "native/list_writer.h"

/* What a segment keeps of a document besides terms and record. */
typedef struct ks_segment_document {
    ks_term id;
    ks_hash128 hash;
    uint64_t order;
    uint32_t day, length;
    const uint32_t *sources;
    size_t source_count;
} ks_segment_document;

typedef struct ks_segment_writer ks_segment_writer;

ks_status ks_segment_writer_open(ks_segment_writer **out, const char *folder, uint64_t number, ks_error *err);

/* The next document, newest first. */
ks_status ks_segment_writer_document(ks_segment_writer *writer, const ks_segment_document *document,
                                     const void *record, size_t size, ks_error *err);

/* Copies the records of the next documents, which then are only described; see ks_store_writer_copy. */
ks_status ks_segment_writer_copy(ks_segment_writer *writer, const ks_store_block *block, uint32_t more,
                                 bool *copied, ks_error *err);
ks_status ks_segment_writer_describe(ks_segment_writer *writer, const ks_segment_document *document,
                                     ks_error *err);

/* Behind the last document, where that is not left to _finish: writes what the segment keeps of documents. */
ks_status ks_segment_writer_end_documents(ks_segment_writer *writer, ks_error *err);

/* Before the first term: how many documents the segment gets. */
void ks_segment_writer_set_documents(ks_segment_writer *writer, uint32_t documents);

/* The next term, in ascending order of bytes, with at least one posting. */
ks_status ks_segment_writer_term(ks_segment_writer *writer, ks_term term, const ks_posting *postings,
                                 size_t count, ks_error *err);

/* The same in steps: the list is begun, postings are added to *out, and it is ended. A list that was begun
 * but not ended is none. */
ks_status ks_segment_writer_begin_list(ks_segment_writer *writer, ks_list_writer **out, ks_error *err);
ks_status ks_segment_writer_end_list(ks_segment_writer *writer, ks_term term, ks_error *err);

/* Makes the segment durable. KS_ERR_ARGUMENT where there are more or fewer documents than were expected. */
ks_status ks_segment_writer_finish(ks_segment_writer *writer, ks_error *err);

/* Without a finish before: removes the file. */
void ks_segment_writer_free(ks_segment_writer *writer);

/* Whether a document of (order, id) stands before another: newer first, then by id. */
int ks_segment_compare(uint64_t order, ks_term id, uint64_t other_order, ks_term other_id);

#endif
