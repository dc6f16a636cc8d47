/* Checking an index: what the engine verifies by itself, and that every record is indexed by just what it
 * says. May use base, corpus, text, engine. */
#include "base/clock.h"
#include "corpus/record.h"
#include "engine/content.h"
#include "indexer/document.h"
#include "text/analyzer.h"

#include <string.h>

static ks_status bad(ks_term id, const char *what, ks_error *err) {
    return ks_error_set(err, KS_ERR_CORRUPT, "%s: %.*s", what, id.size < 100 ? (int)id.size : 100, id.text);
}

/* Builds the record's document again and compares it with the indexed one. That is not possible if the engine
 * cannot tell, or if another version of the analysis made the document. */
static ks_status compare_content(ks_document_builder *builder, const ks_checked_document *document,
                                 const ks_record *record, ks_error *err) {
    ks_document made;
    ks_status status;
    if (!document->has_content ||
        ks_document_hash_version(document->stored, document->hash) != KS_ANALYSIS_VERSION)
        return KS_OK;
    if ((status = ks_document_build(builder, &made, record, err))) return status;
    if (made.order != document->order || made.day != document->day)
        return bad(document->id, "a record is not filed under its date", err);
    if (ks_content_of(&made) == document->content) return KS_OK;
    bad(document->id, "a record is not indexed by what it says", err);
    return ks_error_hint(err, KS_ERR_CORRUPT,
                         "damage, or libraries for text that have changed: index the sources anew");
}

/* The stored record must have the hash it was stored with, be a valid record, have the id it is found by, and
 * be indexed by what it says. */
static ks_status check_record(void *context, const ks_checked_document *document, ks_error *err) {
    ks_record *record = NULL;
    bool same;
    ks_status status;
    if (ks_document_hash_version(document->stored, document->hash) == 0)
        return bad(document->id, "a stored record has changed", err);
    status = ks_record_parse(&record, document->stored.text, document->stored.size, NULL, err);
    if (status == KS_ERR_FORMAT || status == KS_ERR_TOO_LARGE)
        return bad(document->id, "a stored record is damaged", err);
    if (status) return status;
    same = strlen(record->id) == document->id.size &&
           memcmp(record->id, document->id.text, document->id.size) == 0;
    status = same ? compare_content(context, document, record, err)
                  : bad(document->id, "another record is stored under this id", err);
    ks_record_free(record);
    return status;
}

static ks_status read_language(ks_buffer *out, const ks_engine *engine, const char *path, ks_error *err) {
    ks_reader *reader = NULL;
    ks_status status = engine->open(&reader, path, err);
    if (status) return status;
    status = reader->ops->get_meta(reader, "language", out, err);
    reader->ops->close(reader);
    if (!status && out->size == 0)
        return ks_error_set(err, KS_ERR_CORRUPT, "%s: the index does not say its language", path);
    return status;
}

static ks_status new_builder(ks_document_builder **out, const ks_engine *engine, const char *path,
                             ks_error *err) {
    ks_buffer language = {0};
    ks_status status = read_language(&language, engine, path, err);
    if (!status) status = ks_document_builder_new(out, language.data, err);
    if (status == KS_ERR_ARGUMENT)
        status = ks_error_set(err, KS_ERR_CORRUPT, "%s: the index has an unknown language", path);
    ks_buffer_free(&language);
    return status;
}

ks_status ks_index_check(ks_check_report *out, const char *path, ks_error *error) {
    uint64_t start = ks_clock_us();
    const ks_engine *engine = NULL;
    ks_document_builder *builder = NULL;
    ks_checked checked;
    ks_status status;
    if (!out || !path || !*path) return ks_error_set(error, KS_ERR_ARGUMENT, "ks_index_check needs a path");
    if ((status = ks_engine_by_path(&engine, path, NULL, error)) ||
        (status = new_builder(&builder, engine, path, error)))
        return status;
    status = engine->check(path, check_record, builder, &checked, error);
    ks_document_builder_free(builder);
    if (status) return status;
    *out = (ks_check_report){.engine = engine->name,
                             .generation = checked.generation,
                             .records = checked.records,
                             .segments = checked.segments,
                             .terms = checked.terms,
                             .postings = checked.postings,
                             .bytes = checked.bytes,
                             .took_us = ks_clock_us() - start};
    return KS_OK;
}
