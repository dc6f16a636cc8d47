/* Writing a segment: all documents in their order, and all terms in theirs. One thread may add the documents
 * while another adds the terms. May use base, engine and native's files. */
#ifndef KS_NATIVE_SEGMENT_WRITER_H
#define KS_NATIVE_SEGMENT_WRITER_H

#include "native/list_writer.h"

/* What a segment keeps of a document besides its terms and its record. */
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

/* Adds the next document, newest first. */
ks_status ks_segment_writer_document(ks_segment_writer *writer, const ks_segment_document *document,
                                     const void *record, size_t size, ks_error *err);

/* Copies a block with the records of the next documents, which must then be added by _describe, without their
 * records; see ks_store_writer_copy. */
ks_status ks_segment_writer_copy_block(ks_segment_writer *writer, const ks_store_block *block, uint32_t more,
                                       bool *copied, ks_error *err);
ks_status ks_segment_writer_copied_document(ks_segment_writer *writer, const ks_segment_document *document,
                                            ks_error *err);

/* Writes all that the segment keeps of documents. _finish does it if it was not done before. */
ks_status ks_segment_writer_end_documents(ks_segment_writer *writer, ks_error *err);

/* Must be called before the first term: how many documents the segment gets. */
void ks_segment_writer_set_documents(ks_segment_writer *writer, uint32_t documents);

/* Adds the next term, in ascending byte order, with at least one posting. */
ks_status ks_segment_writer_term(ks_segment_writer *writer, ks_term term, const ks_posting *postings,
                                 size_t count, ks_error *err);

/* The same in steps: begin a list, add postings to *out, end it. A list that is not ended is dropped. */
ks_status ks_segment_writer_begin_list(ks_segment_writer *writer, ks_list_writer **out, ks_error *err);
ks_status ks_segment_writer_end_list(ks_segment_writer *writer, ks_term term, ks_error *err);

/* Makes the segment durable. KS_ERR_ARGUMENT if the number of documents is not the one that was set. */
ks_status ks_segment_writer_finish(ks_segment_writer *writer, ks_error *err);

/* Removes the file, unless it was finished. */
void ks_segment_writer_free(ks_segment_writer *writer);

/* Compares documents in a segment's order, newest first and then by id: negative if the first comes first. */
int ks_segment_compare(uint64_t order, ks_term id, uint64_t other_order, ks_term other_id);

#endif
