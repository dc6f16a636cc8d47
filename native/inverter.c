/* An inverter's documents, and finding them by id; see inverter.h. invert.c adds them, flush.c writes them.
 */
#include "native/inverter_private.h"

#include "native/term_order.h"

#include <stdlib.h>

enum { FIRST_IDS = 64 };

struct inverter_id {
    uint32_t tag;    /* bits of the id's hash */
    uint32_t number; /* of the document, counted from 1; 0: a free slot */
};

ks_status ks_inverter_new(ks_inverter **out, ks_error *err) {
    ks_inverter *inverter = calloc(1, sizeof *inverter);
    if (!inverter) return ks_error_nomem(err);
    *out = inverter;
    return KS_OK;
}

void ks_inverter_clear(ks_inverter *inverter) {
    ks_term_table_free(&inverter->table);
    ks_pool_free(&inverter->records);
    ks_pool_free(&inverter->notes);
    free(inverter->documents);
    free(inverter->ids);
    free(inverter->occurrences);
    free(inverter->postings);
    free(inverter->positions);
    free(inverter->encoded);
    *inverter = (ks_inverter){0};
}

void ks_inverter_free(ks_inverter *inverter) {
    if (!inverter) return;
    ks_inverter_clear(inverter);
    free(inverter);
}

void ks_inverter_drop(ks_inverter *inverter, uint32_t number) {
    if (inverter_is_live(&inverter->documents[number])) inverter->live--;
    inverter->documents[number].notes = NULL;
}

uint32_t ks_inverter_live_count(const ks_inverter *inverter) {
    return inverter->live;
}

uint32_t ks_inverter_count(const ks_inverter *inverter) {
    return (uint32_t)inverter->document_count;
}

bool ks_inverter_is_live(const ks_inverter *inverter, uint32_t number) {
    return inverter_is_live(&inverter->documents[number]);
}

size_t ks_inverter_bytes(const ks_inverter *inverter) {
    return ks_term_table_bytes(&inverter->table) + inverter->records.bytes + inverter->notes.bytes +
           inverter->document_capacity * sizeof *inverter->documents +
           inverter->id_slots * sizeof *inverter->ids +
           inverter->occurrence_capacity * sizeof *inverter->occurrences +
           inverter->posting_capacity * sizeof *inverter->postings +
           inverter->position_capacity * sizeof *inverter->positions + inverter->encoded_capacity;
}

ks_segment_document ks_inverter_document(const ks_inverter *inverter, uint32_t number, ks_term *record) {
    const struct inverter_document *from = &inverter->documents[number];
    ks_term id = inverter_id(from);
    if (record) *record = (ks_term){id.text + id.size, from->record_size};
    return (ks_segment_document){.id = id,
                                 .hash = from->hash,
                                 .order = from->order,
                                 .day = from->day,
                                 .length = from->length,
                                 .sources = from->sources,
                                 .source_count = from->source_count};
}

/* ---- Ids ---- */

static uint32_t id_tag(ks_term id) {
    return (uint32_t)(ks_hash64(id.text, id.size, 0) >> 32);
}

/* The slot that holds the id, or the free slot where it belongs. */
static struct inverter_id *id_slot(const ks_inverter *inverter, ks_term id, uint32_t tag) {
    size_t mask = inverter->id_slots - 1;
    for (size_t at = tag & mask;; at = (at + 1) & mask) {
        struct inverter_id *slot = &inverter->ids[at];
        if (slot->number == 0) return slot;
        if (slot->tag == tag && ks_term_same(inverter_id(&inverter->documents[slot->number - 1]), id))
            return slot;
    }
}

static ks_status reserve_ids(ks_inverter *inverter, ks_error *err) {
    size_t slots = inverter->id_slots ? inverter->id_slots : FIRST_IDS;
    struct inverter_id *ids;
    while (slots / 2 < inverter->document_count) slots *= 2;
    if (slots == inverter->id_slots) return KS_OK;
    if (!(ids = calloc(slots, sizeof *ids))) return ks_error_nomem(err);
    free(inverter->ids);
    inverter->ids = ids;
    inverter->id_slots = slots;
    inverter->ids_known = 0; /* ks_inverter_find fills the new table */
    return KS_OK;
}

ks_status ks_inverter_find(ks_inverter *inverter, ks_term id, bool *found, uint32_t *number, ks_error *err) {
    const struct inverter_id *slot;
    ks_status status = reserve_ids(inverter, err);
    if (status) return status;
    for (; inverter->ids_known < inverter->document_count; inverter->ids_known++) {
        const struct inverter_document *document = &inverter->documents[inverter->ids_known];
        ks_term other;
        uint32_t tag;
        if (!inverter_is_live(document)) continue; /* it may be incomplete */
        other = inverter_id(document);
        tag = id_tag(other);
        *id_slot(inverter, other, tag) = (struct inverter_id){tag, (uint32_t)inverter->ids_known + 1};
    }
    slot = id_slot(inverter, id, id_tag(id));
    *found = slot->number && inverter_is_live(&inverter->documents[slot->number - 1]);
    if (*found) *number = slot->number - 1;
    return KS_OK;
}
