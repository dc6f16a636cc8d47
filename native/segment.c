/* Opening a segment and reading its columns; see segment.h. */
#include "native/segment.h"

#include "native/folder.h"

#include <stdlib.h>
#include <string.h>

enum { META_BYTES = 16, IDS_HEAD = 8, HASH_BYTES = 16 };

/* A section must have exactly `size` bytes. What not every reader needs is read, and its checksums with it,
 * when it is needed. */
static ks_status check_size(const ks_segment *segment, unsigned section, uint64_t size, ks_error *err) {
    if (ks_mapped_size(segment->file, section) == size) return KS_OK;
    return ks_mapped_corrupt(segment->file, section, 0, "the section has a wrong size", err);
}

static ks_status open_meta(ks_segment *segment, ks_error *err) {
    const uint8_t *meta;
    ks_status status;
    if ((status = check_size(segment, KS_SECTION_META, META_BYTES, err)) ||
        (status = ks_mapped_span(segment->file, KS_SECTION_META, 0, META_BYTES, &meta, err)))
        return status;
    segment->documents = ks_get_u32(meta);
    segment->total_length = ks_get_u64(meta + 8);
    if (segment->documents == 0 || segment->documents == UINT32_MAX)
        return ks_mapped_corrupt(segment->file, KS_SECTION_META, 0, "an impossible number of documents", err);
    return KS_OK;
}

/* Columns that are the whole of a section. */
static ks_status open_columns(ks_segment *segment, unsigned section, ks_column *const *columns, size_t count,
                              ks_error *err) {
    uint64_t offset = 0;
    for (size_t i = 0; i < count; i++) {
        ks_status status =
            ks_column_open(columns[i], segment->file, section, &offset, segment->documents, err);
        if (status) return status;
    }
    if (offset != ks_mapped_size(segment->file, section))
        return ks_mapped_corrupt(segment->file, section, offset, "the section has a wrong size", err);
    return KS_OK;
}

static ks_status open_days(ks_segment *segment, ks_error *err) {
    segment->days = segment->orders_upper;
    segment->days_descend = ks_mapped_size(segment->file, KS_SECTION_DAYS) == 0;
    if (segment->days_descend) return KS_OK;
    return open_columns(segment, KS_SECTION_DAYS, (ks_column *[]){&segment->days}, 1, err);
}

static ks_status open_ids(ks_segment *segment, ks_error *err) {
    const uint8_t *head;
    ks_status status;
    segment->ids = IDS_HEAD;
    if ((status = ks_mapped_span(segment->file, KS_SECTION_IDS, 0, IDS_HEAD, &head, err)) ||
        (status = ks_column_open(&segment->id_offsets, segment->file, KS_SECTION_IDS, &segment->ids,
                                 (uint64_t)segment->documents + 1, err)))
        return status;
    segment->id_step = ks_get_u32(head);
    segment->id_bytes = ks_mapped_size(segment->file, KS_SECTION_IDS) - segment->ids;
    if (ks_get_u32(head + 4) != 0)
        return ks_mapped_corrupt(segment->file, KS_SECTION_IDS, 4, "an impossible head of the ids", err);
    segment->id_table = ks_id_table_of(segment->documents);
    return check_size(segment, KS_SECTION_ID_TABLE, segment->id_table.count * 4, err);
}

static ks_status open_sections(ks_segment *segment, ks_error *err) {
    ks_status status;
    if ((status = open_columns(segment, KS_SECTION_LENGTHS, (ks_column *[]){&segment->lengths}, 1, err)) ||
        (status = open_columns(segment, KS_SECTION_ORDERS,
                               (ks_column *[]){&segment->orders_upper, &segment->orders_lower}, 2, err)) ||
        (status = open_days(segment, err)) ||
        (status = check_size(segment, KS_SECTION_HASHES, (uint64_t)segment->documents * HASH_BYTES, err)) ||
        (status = open_ids(segment, err)))
        return status;
    return ks_source_lists_open(&segment->sources, segment->file, KS_SECTION_SOURCES, segment->documents,
                                err);
}

ks_status ks_segment_open(ks_segment **out, const char *folder, uint64_t number, ks_error *err) {
    ks_segment *segment = calloc(1, sizeof *segment);
    char name[KS_FILE_NAME];
    ks_status status;
    if (!segment) return ks_error_nomem(err);
    segment->number = number;
    if ((status = ks_mapped_open(&segment->file, folder, ks_folder_name(name, KS_FILE_SEGMENT, number), err)))
        goto done;
    ks_segment_name_sections(segment->file);
    if ((status = open_meta(segment, err)) || (status = open_sections(segment, err)) ||
        (status =
             ks_dict_open(&segment->dict, segment->file, KS_SECTION_TERMS, KS_SECTION_TERM_INDEX, err)) ||
        (status =
             ks_store_open(&segment->store, segment->file, KS_SECTION_STORE, KS_SECTION_STORE_INDEX, err)))
        goto done;
    if (ks_store_count(segment->store) != segment->documents)
        status =
            ks_mapped_corrupt(segment->file, KS_SECTION_STORE_INDEX, 0, "a wrong number of records", err);
done:
    if (status)
        ks_segment_close(segment);
    else
        *out = segment;
    return status;
}

void ks_segment_close(ks_segment *segment) {
    if (!segment) return;
    ks_store_close(segment->store);
    ks_mapped_close(segment->file);
    free(segment);
}

ks_status ks_segment_hash(const ks_segment *segment, uint32_t doc, ks_hash128 *out, ks_error *err) {
    const uint8_t *at;
    ks_status status =
        ks_mapped_span(segment->file, KS_SECTION_HASHES, (uint64_t)doc * HASH_BYTES, HASH_BYTES, &at, err);
    if (!status) *out = (ks_hash128){.low = ks_get_u64(at), .high = ks_get_u64(at + 8)};
    return status;
}

static uint64_t id_offset(const ks_segment *segment, uint32_t doc) {
    return (uint64_t)doc * segment->id_step + ks_column_get(&segment->id_offsets, doc);
}

ks_status ks_segment_id(const ks_segment *segment, uint32_t doc, ks_term *out, ks_error *err) {
    uint64_t from = id_offset(segment, doc), to = id_offset(segment, doc + 1);
    const uint8_t *text;
    ks_status status;
    if (from > to || to > segment->id_bytes || to - from > UINT32_MAX)
        return ks_mapped_corrupt(segment->file, KS_SECTION_IDS, doc, "an id outside of the ids", err);
    status = ks_mapped_span(segment->file, KS_SECTION_IDS, segment->ids + from, to - from, &text, err);
    if (!status) *out = (ks_term){(const char *)text, (uint32_t)(to - from)};
    return status;
}

ks_status ks_segment_sources(const ks_segment *segment, uint32_t doc, uint32_t **out, size_t *count,
                             ks_error *err) {
    return ks_source_lists_get(&segment->sources, doc, out, count, err);
}

ks_status ks_segment_find(const ks_segment *segment, ks_term id, bool *found, uint32_t *doc, ks_error *err) {
    ks_id_table table = segment->id_table;
    ks_id_probe probe = ks_id_probe_start(&table, ks_hash64(id.text, id.size, 0));
    uint32_t candidate = 0;
    ks_status status =
        ks_mapped_span(segment->file, KS_SECTION_ID_TABLE, 0, table.count * 4, &table.slots, err);
    if (status) return status;
    *found = false;
    while (ks_id_probe_next(&table, &probe, &candidate)) {
        ks_term here = {"", 0};
        if (candidate >= segment->documents)
            return ks_mapped_corrupt(segment->file, KS_SECTION_ID_TABLE, 0, "an impossible document", err);
        if ((status = ks_segment_id(segment, candidate, &here, err))) return status;
        if (here.size != id.size || memcmp(here.text, id.text, id.size) != 0) continue;
        *found = true;
        *doc = candidate;
        return KS_OK;
    }
    if (probe.left == 0)
        return ks_mapped_corrupt(segment->file, KS_SECTION_ID_TABLE, 0, "a table without a free slot", err);
    return KS_OK;
}

/* The first document whose day is before `day`. */
static uint32_t first_before(const ks_segment *segment, uint32_t day) {
    uint32_t low = 0, high = segment->documents;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ks_segment_day(segment, middle) >= day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void ks_segment_days(const ks_segment *segment, uint32_t first, uint32_t last, uint32_t *begin,
                     uint32_t *end) {
    *begin = last == UINT32_MAX ? 0 : first_before(segment, last + 1);
    *end = first_before(segment, first ? first : 1);
    if (*end < *begin) *end = *begin;
}
