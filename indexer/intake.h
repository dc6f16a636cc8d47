/* The intake of new records: several threads analyse them and hand them to the engine, each through a lane of
 * its own. For many records, several processors and an engine with lanes. Private to the indexer. May use
 * base, corpus, text, engine. */
#ifndef KS_INDEXER_INTAKE_H
#define KS_INDEXER_INTAKE_H

#include "indexer/document.h"

/* No thread is started before there are this many records, or this many bytes of JSON. */
enum { KS_INTAKE_RECORDS = 1000, KS_INTAKE_BYTES = 1 << 20 };

/* A job is a batch of about this many bytes of JSON. Two jobs per thread fit into the queue. */
enum { KS_INTAKE_BATCH = 256 << 10 };

/* More threads than this are never used. */
enum { KS_INTAKE_THREADS = 256 };

/* Belongs to one thread. */
typedef struct ks_intake ks_intake;

/* `threads` counts the calling one; 0 means one per processor. *out is NULL if a single thread is to do it
 * all: then documents go straight to the writer. The writer, the builder (for the calling thread) and the
 * language must outlive the intake. */
ks_status ks_intake_new(ks_intake **out, ks_writer *writer, ks_document_builder *builder,
                        const char *language, unsigned threads, ks_error *err);

/* Ends all threads and drops what they have not written. */
void ks_intake_free(ks_intake *intake);

/* Takes over a record, also on failure. Its id must be new: not in the index, and not added before. The
 * writer may not know the record until ks_intake_settle. The error may be one that a thread met with an
 * earlier record. */
ks_status ks_intake_add(ks_intake *intake, ks_record *record, uint32_t source, ks_error *err);

/* Returns when the writer knows all that has been added and no thread is at work. */
ks_status ks_intake_settle(ks_intake *intake, ks_error *err);

/* As ks_intake_settle; besides, the lanes have written out what they held, and all threads have ended.
 * Nothing can be added afterwards. */
ks_status ks_intake_finish(ks_intake *intake, ks_error *err);

#endif
