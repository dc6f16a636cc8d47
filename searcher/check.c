/* Checking an index from above: what the engine verifies, and that every record is one and every setting
 * there. May use base, corpus, engine. */
#include "base/clock.h"
#include "corpus/record.h"
#include "engine/engine.h"

#include <string.h>

/* A stored record is understood, and is the one it is filed as. */
static ks_status check_record(void *context, ks_term id, ks_term stored, ks_error *err) {
    ks_record *record = NULL;
    bool same;
    ks_status status = ks_record_parse(&record, stored.text, stored.size, NULL, err);
    (void)context;
    if (status == KS_ERR_FORMAT)
        return ks_error_set(err, KS_ERR_CORRUPT, "the stored record %.*s is damaged",
                            id.size < 100 ? (int)id.size : 100, id.text);
    if (status) return status;
    same = strlen(record->id) == id.size && memcmp(record->id, id.text, id.size) == 0;
    ks_record_free(record);
    if (!same)
        return ks_error_set(err, KS_ERR_CORRUPT, "another record is stored under the id %.*s",
                            id.size < 100 ? (int)id.size : 100, id.text);
    return KS_OK;
}

ks_status ks_index_check(ks_check_report *out, const char *path, ks_error *error) {
    uint64_t start = ks_clock_us();
    const ks_engine *engine = NULL;
    ks_index *index = NULL;
    ks_checked checked;
    ks_status status;
    if (!out || !path || !*path) return ks_error_set(error, KS_ERR_ARGUMENT, "ks_index_check needs a path");
    if ((status = ks_engine_by_path(&engine, path, NULL, error)) ||
        (status = engine->check(path, check_record, NULL, &checked, error)) ||
        (status = ks_index_open(&index, path, error))) /* which looks at the settings */
        return status;
    ks_index_close(index);
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
