/* Opening a segment and reading its columns; see segment.h. */
#include "native/segment.h"

#include "native/folder.h"
#include "native/term_order.h"

#include <stdlib.h>

enum { META_BYTES = 16, IDS_HEAD = 8, HASH_BYTES = 16 };

/* A section must have exactly `size` bytes. This reads none of them. */
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

/* Opens columns that fill a whole section. */
static ks_status open_columns(const ks_segment *segment, unsigned section, ks_column *const *columns,
                              size_t count, ks_error *err) {
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

/* ---- Parts that are opened at first use ---- */

struct ks_segment_parts {
    bool has_orders, has_ids, has_sources;
    ks_column orders_upper, orders_lower;
    ks_column days; /* a copy of orders_upper if there is no column of days */
    ks_column id_offsets;
    uint32_t id_step;       /* size of the shortest id */
    uint64_t ids, id_bytes; /* offset of the ids' bytes in their section, and how many there are */
    ks_source_lists sources;
    ks_store *store; /* NULL: not open yet */
};

static ks_status open_orders(const ks_segment *segment, ks_error *err) {
    struct ks_segment_parts *parts = segment->parts;
    ks_status status = open_columns(segment, KS_SECTION_ORDERS,
                                    (ks_column *[]){&parts->orders_upper, &parts->orders_lower}, 2, err);
    parts->days = parts->orders_upper;
    if (!status && !segment->days_descend)
        status = open_columns(segment, KS_SECTION_DAYS, (ks_column *[]){&parts->days}, 1, err);
    parts->has_orders = !status;
    return status;
}

static ks_status open_ids(const ks_segment *segment, ks_error *err) {
    struct ks_segment_parts *parts = segment->parts;
    const uint8_t *head;
    ks_status status;
    parts->ids = IDS_HEAD;
    if ((status = ks_mapped_span(segment->file, KS_SECTION_IDS, 0, IDS_HEAD, &head, err)) ||
        (status = ks_column_open(&parts->id_offsets, segment->file, KS_SECTION_IDS, &parts->ids,
                                 (uint64_t)segment->documents + 1, err)))
        return status;
    parts->id_step = ks_get_u32(head);
    parts->id_bytes = ks_mapped_size(segment->file, KS_SECTION_IDS) - parts->ids;
    if (ks_get_u32(head + 4) != 0)
        return ks_mapped_corrupt(segment->file, KS_SECTION_IDS, 4, "an impossible head of the ids", err);
    parts->has_ids = true;
    return KS_OK;
}

static ks_status open_sources(const ks_segment *segment, ks_error *err) {
    struct ks_segment_parts *parts = segment->parts;
    ks_status status =
        ks_source_lists_open(&parts->sources, segment->file, KS_SECTION_SOURCES, segment->documents, err);
    parts->has_sources = !status;
    return status;
}

static ks_status open_store(const ks_segment *segment, ks_error *err) {
    ks_store *store = NULL;
    ks_status status = ks_store_open(&store, segment->file, KS_SECTION_STORE, KS_SECTION_STORE_INDEX, err);
    if (status) return status;
    if (ks_store_count(store) != segment->documents) {
        ks_store_close(store);
        return ks_mapped_corrupt(segment->file, KS_SECTION_STORE_INDEX, 0, "a wrong number of records", err);
    }
    segment->parts->store = store;
    return KS_OK;
}

static ks_status need_ids(const ks_segment *segment, ks_error *err) {
    return segment->parts->has_ids ? KS_OK : open_ids(segment, err);
}

static ks_status need_sources(const ks_segment *segment, ks_error *err) {
    return segment->parts->has_sources ? KS_OK : open_sources(segment, err);
}

static ks_status need_store(const ks_segment *segment, ks_error *err) {
    return segment->parts->store ? KS_OK : open_store(segment, err);
}

/* Returns false on an error, which is left to ks_segment_fault. */
static bool need_orders(const ks_segment *segment) {
    ks_error fault;
    if (segment->parts->has_orders) return true;
    if (!open_orders(segment, &fault)) return true;
    ks_mapped_set_fault(segment->file, &fault);
    return false;
}

/* ---- Opening ---- */

/* What can be checked without reading the sections. */
static ks_status check_sizes(const ks_segment *segment, ks_error *err) {
    ks_status status = check_size(segment, KS_SECTION_HASHES, (uint64_t)segment->documents * HASH_BYTES, err);
    if (status) return status;
    return check_size(segment, KS_SECTION_ID_TABLE, ks_id_table_of(segment->documents).count * 4, err);
}

static ks_status open_file(ks_segment *segment, const char *folder, ks_error *err) {
    char name[KS_FILE_NAME];
    ks_status status =
        ks_mapped_open(&segment->file, folder, ks_folder_name(name, KS_FILE_SEGMENT, segment->number), err);
    if (status) return status;
    ks_segment_name_sections(segment->file);
    if ((status = open_meta(segment, err)) ||
        (status = open_columns(segment, KS_SECTION_LENGTHS, (ks_column *[]){&segment->lengths}, 1, err)) ||
        (status = check_sizes(segment, err)))
        return status;
    segment->days_descend = ks_mapped_size(segment->file, KS_SECTION_DAYS) == 0;
    return ks_dict_open(&segment->dict, segment->file, KS_SECTION_TERMS, KS_SECTION_TERM_INDEX, err);
}

ks_status ks_segment_open(ks_segment **out, const char *folder, uint64_t number, ks_error *err) {
    struct {
        ks_segment segment; /* first, so that freeing it frees both */
        struct ks_segment_parts parts;
    } *both = calloc(1, sizeof *both);
    ks_segment *segment;
    ks_status status;
    if (!both) return ks_error_nomem(err);
    segment = &both->segment;
    segment->parts = &both->parts;
    segment->number = number;
    if ((status = open_file(segment, folder, err)))
        ks_segment_close(segment);
    else
        *out = segment;
    return status;
}

void ks_segment_close(ks_segment *segment) {
    if (!segment) return;
    ks_store_close(segment->parts->store);
    ks_mapped_close(segment->file);
    free(segment);
}

ks_status ks_segment_fault(const ks_segment *segment, ks_error *err) {
    return ks_mapped_fault(segment->file, err);
}

ks_status ks_segment_verify_columns(const ks_segment *segment, ks_error *err) {
    const struct ks_segment_parts *parts = segment->parts;
    const ks_column *columns[] = {&segment->lengths, &parts->orders_upper, &parts->orders_lower, &parts->days,
                                  &parts->sources.list_of};
    ks_status status;
    if ((status = open_orders(segment, err)) || (status = need_ids(segment, err)) ||
        (status = need_sources(segment, err)) || (status = need_store(segment, err)))
        return status;
    for (size_t i = 0; i < sizeof columns / sizeof *columns && !status; i++)
        status = ks_column_verify(columns[i], 0, segment->documents, err);
    return status ? status : ks_column_verify(&parts->id_offsets, 0, (uint64_t)segment->documents + 1, err);
}

/* ---- Documents ---- */

uint64_t ks_segment_order(const ks_segment *segment, uint32_t doc) {
    if (!need_orders(segment)) return 0;
    return (uint64_t)ks_column_get(&segment->parts->orders_upper, doc) << 32 |
           ks_column_get(&segment->parts->orders_lower, doc);
}

uint32_t ks_segment_day(const ks_segment *segment, uint32_t doc) {
    return need_orders(segment) ? ks_column_get(&segment->parts->days, doc) : 0;
}

ks_status ks_segment_hash(const ks_segment *segment, uint32_t doc, ks_hash128 *out, ks_error *err) {
    const uint8_t *at;
    ks_status status =
        ks_mapped_span(segment->file, KS_SECTION_HASHES, (uint64_t)doc * HASH_BYTES, HASH_BYTES, &at, err);
    if (!status) *out = (ks_hash128){.low = ks_get_u64(at), .high = ks_get_u64(at + 8)};
    return status;
}

static uint64_t id_offset(const ks_segment *segment, uint32_t doc) {
    return (uint64_t)doc * segment->parts->id_step + ks_column_value(&segment->parts->id_offsets, doc);
}

ks_status ks_segment_id(const ks_segment *segment, uint32_t doc, ks_term *out, ks_error *err) {
    const struct ks_segment_parts *parts = segment->parts;
    uint64_t from, to;
    const uint8_t *text;
    ks_status status;
    if ((status = need_ids(segment, err)) || (status = ks_column_verify(&parts->id_offsets, doc, 2, err)))
        return status;
    from = id_offset(segment, doc);
    to = id_offset(segment, doc + 1);
    if (from > to || to > parts->id_bytes || to - from > UINT32_MAX)
        return ks_mapped_corrupt(segment->file, KS_SECTION_IDS, doc, "an id outside of the ids", err);
    status = ks_mapped_span(segment->file, KS_SECTION_IDS, parts->ids + from, to - from, &text, err);
    if (!status) *out = (ks_term){(const char *)text, (uint32_t)(to - from)};
    return status;
}

void ks_segment_prefetch_id_offset(const ks_segment *segment, uint32_t doc) {
    const ks_column *offsets = &segment->parts->id_offsets;
    if (segment->parts->has_ids) __builtin_prefetch(offsets->values + (size_t)doc * offsets->width);
}

void ks_segment_prefetch_id(const ks_segment *segment, uint32_t doc) {
    const struct ks_segment_parts *parts = segment->parts;
    const uint8_t *text;
    if (!parts->has_ids || ks_column_verify(&parts->id_offsets, doc, 1, NULL)) return;
    if (!ks_mapped_span_unverified(segment->file, KS_SECTION_IDS, parts->ids + id_offset(segment, doc), 1,
                                   &text, NULL))
        __builtin_prefetch(text);
}

ks_status ks_segment_sources(const ks_segment *segment, uint32_t doc, uint32_t **out, size_t *count,
                             ks_error *err) {
    ks_status status = need_sources(segment, err);
    return status ? status : ks_source_lists_get(&segment->parts->sources, doc, out, count, err);
}

ks_status ks_segment_source_list(const ks_segment *segment, uint32_t doc, uint32_t *out, ks_error *err) {
    ks_status status = need_sources(segment, err);
    return status ? status : ks_source_lists_number(&segment->parts->sources, doc, out, err);
}

ks_status ks_segment_record(const ks_segment *segment, uint32_t doc, ks_buffer *out, ks_error *err) {
    ks_status status = need_store(segment, err);
    return status ? status : ks_store_get(segment->parts->store, doc, out, err);
}

ks_status ks_segment_find_block(const ks_segment *segment, uint32_t doc, ks_store_block *out, ks_error *err) {
    ks_status status = need_store(segment, err);
    return status ? status : ks_store_find_block(segment->parts->store, doc, out, err);
}

ks_status ks_segment_find(const ks_segment *segment, ks_term id, bool *found, uint32_t *doc, ks_error *err) {
    ks_id_table table = ks_id_table_of(segment->documents);
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
        if (!ks_term_same(here, id)) continue;
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
