/* Opening an index and reading single records from it. May use base, corpus, text, engine. */
#include "searcher/index.h"

#include "corpus/record.h"

#include <stdlib.h>
#include <string.h>

ks_status ks_index_open(ks_index **out, const char *path, ks_error *error) {
    ks_index *index;
    ks_status status;
    if (!out || !path || !*path) return ks_error_set(error, KS_ERR_ARGUMENT, "ks_index_open needs a path");
    if (!(index = calloc(1, sizeof *index))) return ks_error_nomem(error);
    if ((status = ks_engine_by_path(&index->engine, path, NULL, error)) ||
        (status = index->engine->open(&index->reader, path, error)) ||
        (status = index->reader->ops->get_meta(index->reader, "language", &index->language, error)))
        goto done;
    if (index->language.size == 0)
        status = ks_error_set(error, KS_ERR_CORRUPT, "%s: the index does not say its language", path);
    else if ((status = ks_analyzer_new(&index->analyzer, index->language.data, error)) == KS_ERR_ARGUMENT)
        status = ks_error_set(error, KS_ERR_CORRUPT, "%s: the index has an unknown language", path);
done:
    if (status)
        ks_index_close(index);
    else
        *out = index;
    return status;
}

void ks_index_close(ks_index *index) {
    if (!index) return;
    if (index->reader) index->reader->ops->close(index->reader);
    ks_analyzer_free(index->analyzer);
    ks_buffer_free(&index->language);
    free(index);
}

ks_status ks_index_describe(ks_index_info *out, ks_index *index, ks_error *error) {
    ks_engine_info info = {0};
    ks_status status;
    if (!out || !index) return ks_error_set(error, KS_ERR_ARGUMENT, "ks_index_describe needs an index");
    if ((status = index->reader->ops->describe(index->reader, &info, error))) return status;
    index->info = info;
    *out = (ks_index_info){.engine = index->engine->name,
                           .language = index->language.data,
                           .generation = info.generation,
                           .records = info.records,
                           .terms = info.terms,
                           .bytes = info.bytes,
                           .average_length = info.average_length,
                           .segments = info.segments,
                           .deleted = info.deleted,
                           .sections = index->info.sections,
                           .section_count = info.section_count};
    return KS_OK;
}

ks_status ks_index_newer(bool *out, ks_index *index, ks_error *error) {
    if (!out || !index) return ks_error_set(error, KS_ERR_ARGUMENT, "ks_index_newer needs an index");
    return index->reader->ops->newer(index->reader, out, error);
}

ks_status ks_index_record(ks_record **out, ks_index *index, const char *id, ks_error *error) {
    ks_buffer stored = {0};
    ks_docid doc = 0;
    ks_status status;
    if (!out || !index || !id)
        return ks_error_set(error, KS_ERR_ARGUMENT, "ks_index_record needs an index and an id");
    status = index->reader->ops->find(index->reader, (ks_term){id, (uint32_t)strlen(id)}, &doc, error);
    if (!status && !doc) {
        ks_error_set(error, KS_ERR_NOT_FOUND, "no record has the id %.200s", id);
        status = ks_error_hint(error, KS_ERR_NOT_FOUND, "search --format ids prints ids");
    }
    if (!status) status = index->reader->ops->stored(index->reader, doc, &stored, error);
    if (!status) status = ks_record_parse(out, stored.data, stored.size, NULL, error);
    if (status == KS_ERR_FORMAT)
        status = ks_error_set(error, KS_ERR_CORRUPT, "the stored record %.100s is damaged", id);
    ks_buffer_free(&stored);
    return status;
}
