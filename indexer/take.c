/* Taking records in; see transaction.h. */
#include "indexer/transaction.h"

#include "corpus/record.h"

#include <stdlib.h>
#include <string.h>

ks_hash128 ks_sighting_hash(uint32_t source, const char *id, size_t size) {
    return ks_hash128_of(id, size, (uint64_t)source + 1);
}

ks_hash128 ks_source_hash(uint32_t source) {
    return ks_hash128_of(&source, sizeof source, 0);
}

ks_status ks_transaction_put(ks_transaction *transaction, const ks_record *record, const uint32_t *sources,
                             size_t count, ks_error *err) {
    ks_document document;
    ks_status status = ks_document_build(transaction->builder, &document, record, err);
    if (status) return status;
    document.sources = sources;
    document.source_count = count;
    transaction->dirty = true;
    return transaction->writer->ops->put(transaction->writer, &document, err);
}

/* The state's sources and `source`, ascending, in a new array. */
static ks_status with_source(uint32_t **out, size_t *count, const ks_document_state *state, uint32_t source,
                             ks_error *err) {
    uint32_t *sources = malloc((state->source_count + 1) * sizeof *sources);
    size_t n = 0, i = 0;
    if (!sources) return ks_error_nomem(err);
    while (i < state->source_count && state->sources[i] < source) sources[n++] = state->sources[i++];
    sources[n++] = source;
    if (i < state->source_count && state->sources[i] == source) i++;
    while (i < state->source_count) sources[n++] = state->sources[i++];
    *out = sources;
    *count = n;
    return KS_OK;
}

static bool has_source(const ks_document_state *state, uint32_t source) {
    for (size_t i = 0; i < state->source_count; i++)
        if (state->sources[i] == source) return true;
    return false;
}

static void count_it(ks_sync_report *report, bool first_sight, bool found, bool same) {
    if (!first_sight)
        report->duplicates++;
    else if (!found)
        report->fresh++;
    else if (same)
        report->unchanged++;
    else
        report->changed++;
}

ks_status ks_transaction_take(ks_transaction *transaction, const ks_record *record, uint32_t source,
                              ks_error *err) {
    size_t size = strlen(record->id), source_count = 0;
    ks_term id = {record->id, (uint32_t)size};
    ks_hash128 hash = ks_document_hash(record);
    ks_document_state state = {0};
    uint32_t *sources = NULL;
    bool first_sight, same;
    ks_status status;
    if ((status = ks_set_add(&transaction->ids, ks_sighting_hash(UINT32_MAX, record->id, size), &first_sight,
                             err)) ||
        (status =
             ks_set_add(&transaction->sightings, ks_sighting_hash(source, record->id, size), NULL, err)) ||
        (status = transaction->writer->ops->find(transaction->writer, id, &state, err)))
        return status;
    same = state.found && state.hash.low == hash.low && state.hash.high == hash.high;
    if (!same || !has_source(&state, source)) {
        if ((status = with_source(&sources, &source_count, &state, source, err)) ||
            (status = ks_transaction_put(transaction, record, sources, source_count, err)))
            goto done;
    }
    count_it(transaction->report, first_sight, state.found, same);
done:
    free(state.sources);
    free(sources);
    return status;
}
