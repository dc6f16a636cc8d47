/* Filling in the items of ks_source_next; see reader_format.h. */
#include "corpus/reader_format.h"

#include <inttypes.h>
#include <stdio.h>

void ks_item_accept(ks_source_item *item, ks_record *record, ks_place start) {
    item->event = KS_SOURCE_RECORD;
    item->record = record;
    item->line = start.line;
    item->byte = start.byte;
    item->reason[0] = '\0';
}

void ks_item_reject(ks_source_item *item, ks_place start, ks_place fault, const char *reason) {
    int used;
    item->event = KS_SOURCE_REJECT;
    item->record = NULL;
    item->line = start.line;
    item->byte = fault.byte;
    used = snprintf(item->reason, sizeof item->reason, "%.400s", reason);
    if (used < 0 || fault.byte == start.byte) return;
    if (fault.line != start.line)
        snprintf(item->reason + used, sizeof item->reason - (size_t)used,
                 ", at line %" PRIu64 ", column %" PRIu64, fault.line, fault.column);
    else
        snprintf(item->reason + used, sizeof item->reason - (size_t)used, ", at column %" PRIu64,
                 fault.column);
}

void ks_item_reject_size(ks_source_item *item, ks_place start) {
    char reason[80];
    snprintf(reason, sizeof reason, "longer than the limit of %zu bytes", KS_RECORD_LIMIT);
    ks_item_reject(item, start, start, reason);
}

void ks_item_end(ks_source_item *item, ks_place place) {
    item->event = KS_SOURCE_END;
    item->record = NULL;
    item->line = place.line;
    item->byte = place.byte;
    item->reason[0] = '\0';
}

ks_status ks_item_parse(ks_source_item *item, const char *text, size_t size, ks_place start,
                        uint64_t *repaired, ks_error *err) {
    ks_record *record = NULL;
    ks_error problem;
    ks_status status = ks_record_parse(&record, text, size, repaired, &problem);
    if (status == KS_OK) {
        ks_item_accept(item, record, start);
    } else if (status == KS_ERR_FORMAT || status == KS_ERR_TOO_LARGE) {
        size_t offset = problem.position > 0 ? (size_t)problem.position : 0;
        ks_item_reject(item, start, ks_place_after(start, text, offset), problem.message);
    } else {
        if (err) *err = problem;
        return status;
    }
    return KS_OK;
}
