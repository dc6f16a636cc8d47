/* The intake of new records: analysed and handed to the engine by several threads, where there are many
 * records, several processors and an engine with lanes. Private to the indexer. May use base, corpus, text,
 * engine. */
#ifndef KS_INDEXER_INTAKE_H
#define KS_INDEXER_INTAKE_H

#include "indexer/document.h"

/* No thread is started for fewer records and fewer bytes of JSON than these. */
enum { KS_INTAKE_RECORDS = 1000, KS_INTAKE_BYTES = 1 << 20 };

/* What threads do at a time is a batch of at most about so many bytes of JSON; two of them wait for each
 * thread. */
enum { KS_INTAKE_BATCH = 256 << 10 };

/* More threads than this are never used. */
enum { KS_INTAKE_THREADS = 256 };

/* Belongs to one thread. */
typedef struct ks_intake ks_intake;

/* `threads`: the calling one included; 0 for as many as there are processors. *out stays NULL where a single
 * thread does it all: then documents go to the writer one by one. The writer, the builder (which the calling
 * thread uses) and the language must stay. */
ks_status ks_intake_new(ks_intake **out, ks_writer *writer, ks_document_builder *builder,
                        const char *language, unsigned threads, ks_error *err);

/* Ends all threads; what was not written is dropped. */
void ks_intake_free(ks_intake *intake);

/* Takes a record whose id is nowhere yet, on failure too. The writer need not know it before
 * ks_intake_settle. The error may be one that another thread met with an earlier record. */
ks_status ks_intake_add(ks_intake *intake, ks_record *record, uint32_t source, ks_error *err);

/* Returns when the writer knows all that was added and no thread is at work. */
ks_status ks_intake_settle(ks_intake *intake, ks_error *err);

/* As ks_intake_settle; the lanes have written out what they held, and no thread is left. Nothing can be added
 * any more. */
ks_status ks_intake_finish(ks_intake *intake, ks_error *err);

#endif
