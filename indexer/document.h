/* From a record to the document that engines index. May use base, corpus, text, engine. */
#ifndef KS_INDEXER_DOCUMENT_H
#define KS_INDEXER_DOCUMENT_H

#include "engine/engine.h"

/* Between two claims or two tags lie so many positions, so that no phrase reaches over. */
enum { KS_POSITION_GAP = 64 };

/* Owns an analyzer and the memory of the document it built last. One thread at a time. */
typedef struct ks_document_builder ks_document_builder;

ks_status ks_document_builder_new(ks_document_builder **out, const char *language, ks_error *err);
void ks_document_builder_free(ks_document_builder *builder);

/* The record's document, all but its sources. It borrows from the record and the builder and lives until the
 * next call. */
ks_status ks_document_build(ks_document_builder *builder, ks_document *out, const ks_record *record,
                            ks_error *err);

/* The hash that tells whether a record must be indexed again: of its JSON and of the analysis. */
ks_hash128 ks_document_hash(const ks_record *record);

/* Which version of the analysis the hash was made with, from the stored JSON: 1 to KS_ANALYSIS_VERSION, 0 for
 * none: hash and record do not belong together. */
unsigned ks_document_hash_version(ks_term stored, ks_hash128 hash);

#endif
