/* Deciding what becomes of each record that is read; see transaction.h. */
#include "indexer/transaction.h"

#include "corpus/record.h"

#include <stdlib.h>
#include <string.h>

ks_hash128 ks_sighting_hash(uint32_t source, const char *id, size_t size) {
    return ks_hash128_of(id, size, (uint64_t)source + 1);
}

ks_hash128 ks_id_hash(ks_term id) {
    return ks_hash128_of(id.text, id.size, 0);
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

/* A new array with the old sources and `source`, ascending. */
static ks_status with_source(uint32_t **out, size_t *count, const uint32_t *old, size_t old_count,
                             uint32_t source, ks_error *err) {
    uint32_t *sources = malloc((old_count + 1) * sizeof *sources);
    size_t n = 0, i = 0;
    if (!sources) return ks_error_nomem(err);
    while (i < old_count && old[i] < source) sources[n++] = old[i++];
    sources[n++] = source;
    if (i < old_count && old[i] == source) i++;
    while (i < old_count) sources[n++] = old[i++];
    *out = sources;
    *count = n;
    return KS_OK;
}

static bool same_hash(ks_hash128 a, ks_hash128 b) {
    return a.low == b.low && a.high == b.high;
}

/* What is known of a record's id. */
typedef struct sighting {
    bool first; /* it has not come before in this run */
    bool fresh; /* the index did not have it before this run */
} sighting;

/* Notes that the record came. An id that the writer does not find is new in this run; one that it does find
 * may be new, too, if the lanes that took it have been joined since, so `fresh` keeps the new ids. A new
 * record costs a single look into a single set, which matters: the sets are far larger than the processor's
 * caches. */
static ks_status note_sighting(ks_transaction *transaction, ks_term id, uint32_t source, bool found,
                               sighting *out, ks_error *err) {
    ks_hash128 name = ks_id_hash(id);
    bool first = false, fresh = !found || ks_set_has(&transaction->fresh, name);
    ks_status status;
    if (!found)
        status = ks_set_add(&transaction->fresh, name, &first, err);
    else if (fresh)
        status = KS_OK;
    else if (!(status = ks_set_add(&transaction->ids, name, &first, err)))
        status = ks_set_add(&transaction->sightings, ks_sighting_hash(source, id.text, id.size), NULL, err);
    if (status) return status;
    if (!first) transaction->report->duplicates++;
    if (first && fresh) transaction->report->fresh++;
    if (first && !fresh) transaction->existing++;
    *out = (sighting){first, fresh};
    return KS_OK;
}

/* Decides about a record whose state in the index is known; takes the record over. `existed`: the index had
 * it before this run. Then a change waits, because a later source may undo it. A record that is new in this
 * run, or whose content is what the index has, is written at once, if only to add a source. */
static ks_status settle(ks_transaction *transaction, ks_record *record, const ks_document_state *state,
                        bool existed, uint32_t source, ks_error *err) {
    ks_replacement *waiting = ks_pending_find(&transaction->pending, record->id);
    bool is_waiting = waiting && waiting->record;
    bool same = state->found && same_hash(state->hash, ks_document_hash(record));
    uint32_t *sources = NULL;
    size_t count = 0;
    ks_status status =
        is_waiting ? with_source(&sources, &count, waiting->sources, waiting->source_count, source, err)
                   : with_source(&sources, &count, state->sources, state->source_count, source, err);
    if (!status && existed && !same)
        return ks_pending_set(&transaction->pending, record, sources, count, err);
    if (!status && is_waiting) ks_pending_drop(&transaction->pending, waiting);
    if (!status && (!same || count != state->source_count))
        status = ks_transaction_put(transaction, record, sources, count, err);
    ks_record_free(record);
    free(sources);
    return status;
}

/* Settles the postponed records, now that the writer knows all new ones. */
static ks_status settle_postponed(ks_transaction *transaction, ks_error *err) {
    ks_batch *postponed = &transaction->postponed;
    ks_status status = KS_OK;
    for (size_t i = 0; i < postponed->count && !status; i++) {
        ks_sighted *item = &postponed->items[i];
        ks_document_state state = {0};
        ks_term id = {item->record->id, (uint32_t)strlen(item->record->id)};
        if ((status = transaction->writer->ops->find(transaction->writer, id, &state, err))) break;
        status = settle(transaction, item->record, &state, false, item->source, err);
        item->record = NULL;
        free(state.sources);
    }
    ks_batch_clear(postponed);
    return status;
}

/* A record whose id is new in this run. While other threads are at work the writer does not know such an id,
 * so any further record with it must wait until they are done. */
static ks_status take_fresh(ks_transaction *transaction, ks_record *record, bool first, uint32_t source,
                            ks_error *err) {
    ks_status status;
    if (first) {
        transaction->dirty = true;
        return ks_intake_add(transaction->intake, record, source, err);
    }
    status = ks_batch_add(&transaction->postponed, record, source, err);
    if (status) return status;
    if (transaction->postponed.bytes + transaction->postponed.count * KS_PENDING_EACH <= KS_PENDING_BYTES)
        return KS_OK;
    if ((status = ks_intake_settle(transaction->intake, err))) return status;
    return settle_postponed(transaction, err);
}

/* Writes the changed records that wait. */
static ks_status flush(ks_transaction *transaction, ks_error *err) {
    ks_status status = KS_OK;
    for (size_t i = 0; i < transaction->pending.count && !status; i++) {
        ks_replacement *item = &transaction->pending.items[i];
        if (!item->record) continue;
        status = ks_transaction_put(transaction, item->record, item->sources, item->source_count, err);
        if (!status && !item->written) transaction->report->changed++;
        item->written = true;
        ks_pending_drop(&transaction->pending, item);
    }
    return status;
}

ks_status ks_transaction_take(ks_transaction *transaction, ks_record *record, uint32_t source,
                              ks_error *err) {
    ks_term id = {record->id, (uint32_t)strlen(record->id)};
    ks_document_state state = {0};
    sighting seen = {0};
    ks_status status = transaction->writer->ops->find(transaction->writer, id, &state, err);
    if (!status) status = note_sighting(transaction, id, source, state.found, &seen, err);
    if (status)
        ks_record_free(record);
    else if (seen.fresh && transaction->intake)
        status = take_fresh(transaction, record, seen.first, source, err);
    else
        status = settle(transaction, record, &state, state.found && !seen.fresh, source, err);
    free(state.sources);
    if (!status && transaction->pending.bytes > KS_PENDING_BYTES) status = flush(transaction, err);
    return status;
}

ks_status ks_transaction_finish(ks_transaction *transaction, ks_error *err) {
    ks_status status = transaction->intake ? ks_intake_finish(transaction->intake, err) : KS_OK;
    if (!status) status = settle_postponed(transaction, err);
    if (!status) status = flush(transaction, err);
    transaction->report->unchanged = transaction->existing - transaction->report->changed;
    return status;
}
