/* Removing what is gone from its sources; see transaction.h. */
#include "indexer/transaction.h"

#include "corpus/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The ids that the index has from a source, but that did not come from it in this run. */
struct missing {
    const ks_transaction *transaction;
    uint32_t source;
    ks_arena arena;
    ks_term *ids;
    size_t count, capacity;
};

static ks_status collect(void *context, ks_term id, ks_error *err) {
    struct missing *missing = context;
    ks_hash128 sighting = ks_sighting_hash(missing->source, id.text, id.size);
    ks_term *slot;
    ks_status status;
    /* A record that is new in this run can only have sources that it came from in this run. */
    if (ks_set_has(&missing->transaction->fresh, ks_id_hash(id)) ||
        ks_set_has(&missing->transaction->sightings, sighting))
        return KS_OK;
    if ((status = ks_array_reserve(&missing->ids, &missing->capacity, missing->count + 1, sizeof id, err)))
        return status;
    slot = &missing->ids[missing->count];
    *slot = (ks_term){ks_arena_copy(&missing->arena, id.text, id.size), id.size};
    if (!slot->text) return ks_error_nomem(err);
    missing->count++;
    return KS_OK;
}

/* Writes the stored record again, without one of its sources. */
static ks_status drop_source(ks_transaction *transaction, ks_term id, ks_document_state *state,
                             uint32_t source, ks_error *err) {
    ks_buffer stored = {0};
    ks_record *record = NULL;
    size_t kept = 0;
    ks_status status;
    for (size_t i = 0; i < state->source_count; i++)
        if (state->sources[i] != source) state->sources[kept++] = state->sources[i];
    if (!(status = transaction->writer->ops->stored(transaction->writer, id, &stored, err)) &&
        !(status = ks_record_parse(&record, stored.data, stored.size, NULL, err)))
        status = ks_transaction_put(transaction, record, state->sources, kept, err);
    ks_record_free(record);
    ks_buffer_free(&stored);
    return status;
}

static ks_status remove_from(ks_transaction *transaction, ks_term id, uint32_t source, ks_error *err) {
    ks_writer *writer = transaction->writer;
    ks_document_state state = {0};
    ks_status status = writer->ops->find(writer, id, &state, err);
    if (status) return status;
    if (state.source_count > 1) {
        status = drop_source(transaction, id, &state, source, err);
    } else if (!(status = writer->ops->remove(writer, id, err))) {
        transaction->dirty = true;
        transaction->report->removed++;
    }
    free(state.sources);
    return status;
}

static ks_status remove_missing_from(ks_transaction *transaction, uint32_t source, ks_error *err) {
    struct missing missing = {.transaction = transaction, .source = source};
    bool keep =
        transaction->options->keep_missing || ks_set_has(&transaction->unreliable, ks_source_hash(source));
    ks_status status = transaction->writer->ops->each(transaction->writer, source, collect, &missing, err);
    if (!status && keep) transaction->report->kept += missing.count;
    for (size_t i = 0; i < missing.count && !status && !keep; i++)
        status = remove_from(transaction, missing.ids[i], source, err);
    ks_arena_free(&missing.arena);
    free(missing.ids);
    return status;
}

static bool was_read(const ks_transaction *transaction, const char *name) {
    return ks_map_find(&transaction->files.seen, name, strlen(name)) != NULL;
}

/* A file in a named folder that was not read may still exist, for example with an ending that is no longer
 * known. ENOTDIR: a folder on its path has become a file. */
static bool is_gone(const ks_transaction *transaction, const char *name) {
    struct stat info;
    return ks_source_list_covers(&transaction->files, name) && stat(name, &info) != 0 &&
           (errno == ENOENT || errno == ENOTDIR);
}

ks_status ks_transaction_remove_missing(ks_transaction *transaction, ks_error *err) {
    ks_status status = KS_OK;
    for (size_t i = 0; i < transaction->table.count && !status; i++) {
        const char *name = transaction->table.names[i];
        bool is_input = strcmp(name, "-") == 0; /* standard input only ever adds */
        if (!is_input && (was_read(transaction, name) || is_gone(transaction, name)))
            status = remove_missing_from(transaction, (uint32_t)i, err);
    }
    return status;
}
