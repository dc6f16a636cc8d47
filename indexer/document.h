/* From a record to the document that engines index. May use base, corpus, text, engine. */
#ifndef KS_INDEXER_DOCUMENT_H
#define KS_INDEXER_DOCUMENT_H

#include "engine/engine.h"

/* This many positions are left free between two claims or two tags, so that no phrase spans them. */
enum { KS_POSITION_GAP = 64 };

/* Owns an analyzer, and the memory of the document it has built last. One thread at a time. */
typedef struct ks_document_builder ks_document_builder;

ks_status ks_document_builder_new(ks_document_builder **out, const char *language, ks_error *err);
void ks_document_builder_free(ks_document_builder *builder);

/* Builds the record's document, without its sources, which a record does not know. The document borrows from
 * the record and from the builder, and is valid until the next call. */
ks_status ks_document_build(ks_document_builder *builder, ks_document *out, const ks_record *record,
                            ks_error *err);

/* The hash that tells whether a record has to be indexed again: of its JSON and of KS_ANALYSIS_VERSION. */
ks_hash128 ks_document_hash(const ks_record *record);

/* The version of the analysis, 1 to KS_ANALYSIS_VERSION, that gives this JSON this hash; 0 if none does: then
 * they do not belong together. */
unsigned ks_document_hash_version(ks_term stored, ks_hash128 hash);

#endif
