/* Opening a segment and reading its columns; see segment.h. */
#include "native/segment.h"

#include "native/folder.h"

#include <stdlib.h>
#include <string.h>

enum { META_BYTES = 16, ID_HASH_BYTES = 12 };

/* A column of exactly `size` bytes. */
static ks_status column(ks_segment *segment, const uint8_t **out, unsigned section, uint64_t size,
                        ks_error *err) {
    if (ks_mapped_size(segment->file, section) != size) {
        ks_mapped_corrupt(segment->file, section, 0, "the section has a wrong size", err);
        return KS_ERR_CORRUPT;
    }
    return ks_mapped_span(segment->file, section, 0, size, out, err);
}

static ks_status open_meta(ks_segment *segment, ks_error *err) {
    const uint8_t *meta;
    ks_status status = column(segment, &meta, KS_SECTION_META, META_BYTES, err);
    if (status) return status;
    segment->documents = ks_get_u32(meta);
    segment->total_length = ks_get_u64(meta + 8);
    if (segment->documents == 0 || segment->documents == UINT32_MAX)
        return ks_mapped_corrupt(segment->file, KS_SECTION_META, 0, "an impossible number of documents", err);
    return KS_OK;
}

/* The offsets in front of a section of texts or numbers. */
static ks_status open_offsets(ks_segment *segment, const uint8_t **out, uint64_t *rest, unsigned section,
                              ks_error *err) {
    uint64_t bytes = ((uint64_t)segment->documents + 1) * 4, size = ks_mapped_size(segment->file, section);
    if (size < bytes) return ks_mapped_corrupt(segment->file, section, 0, "the section is too short", err);
    *rest = size - bytes;
    return ks_mapped_span(segment->file, section, 0, bytes, out, err);
}

static ks_status open_columns(ks_segment *segment, ks_error *err) {
    uint64_t n = segment->documents;
    ks_status status;
    if ((status = column(segment, &segment->lengths, KS_SECTION_LENGTHS, n * 4, err)) ||
        (status = column(segment, &segment->orders, KS_SECTION_ORDERS, n * 8, err)) ||
        (status = column(segment, &segment->days, KS_SECTION_DAYS, n * 4, err)) ||
        (status = column(segment, &segment->hashes, KS_SECTION_HASHES, n * 16, err)) ||
        (status = column(segment, &segment->id_hashes, KS_SECTION_ID_HASHES, n * ID_HASH_BYTES, err)) ||
        (status = open_offsets(segment, &segment->id_offsets, &segment->id_bytes, KS_SECTION_IDS, err)) ||
        (status = open_offsets(segment, &segment->source_offsets, &segment->source_count, KS_SECTION_SOURCES,
                               err)))
        return status;
    segment->source_count /= 4;
    return KS_OK;
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
    if ((status = open_meta(segment, err)) || (status = open_columns(segment, err)) ||
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

ks_hash128 ks_segment_hash(const ks_segment *segment, uint32_t doc) {
    const uint8_t *at = segment->hashes + (size_t)doc * 16;
    return (ks_hash128){.low = ks_get_u64(at), .high = ks_get_u64(at + 8)};
}

ks_status ks_segment_id(const ks_segment *segment, uint32_t doc, ks_term *out, ks_error *err) {
    uint32_t from = ks_get_u32(segment->id_offsets + (size_t)doc * 4);
    uint32_t to = ks_get_u32(segment->id_offsets + (size_t)doc * 4 + 4);
    const uint8_t *text;
    ks_status status;
    if (from > to || to > segment->id_bytes)
        return ks_mapped_corrupt(segment->file, KS_SECTION_IDS, (uint64_t)doc * 4, "an id outside of the ids",
                                 err);
    status = ks_mapped_span(segment->file, KS_SECTION_IDS, ((uint64_t)segment->documents + 1) * 4 + from,
                            to - from, &text, err);
    if (!status) *out = (ks_term){(const char *)text, to - from};
    return status;
}

ks_status ks_segment_sources(const ks_segment *segment, uint32_t doc, uint32_t **out, size_t *count,
                             ks_error *err) {
    uint32_t from = ks_get_u32(segment->source_offsets + (size_t)doc * 4);
    uint32_t to = ks_get_u32(segment->source_offsets + (size_t)doc * 4 + 4), *sources;
    const uint8_t *at;
    ks_status status;
    if (from > to || to > segment->source_count)
        return ks_mapped_corrupt(segment->file, KS_SECTION_SOURCES, (uint64_t)doc * 4,
                                 "sources outside of all", err);
    if ((status = ks_mapped_span(segment->file, KS_SECTION_SOURCES,
                                 ((uint64_t)segment->documents + 1) * 4 + (uint64_t)from * 4,
                                 (uint64_t)(to - from) * 4, &at, err)))
        return status;
    if (!(sources = malloc((size_t)(to - from) * 4 + 1))) return ks_error_nomem(err);
    for (uint32_t i = 0; i < to - from; i++) sources[i] = ks_get_u32(at + (size_t)i * 4);
    *out = sources;
    *count = to - from;
    return KS_OK;
}

static uint64_t id_hash_at(const ks_segment *segment, uint32_t i) {
    return ks_get_u64(segment->id_hashes + (size_t)i * ID_HASH_BYTES);
}

/* The first entry whose hash is not less. */
static uint32_t lower_bound(const ks_segment *segment, uint64_t hash) {
    uint32_t low = 0, high = segment->documents;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (id_hash_at(segment, middle) < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

ks_status ks_segment_find(const ks_segment *segment, ks_term id, bool *found, uint32_t *doc, ks_error *err) {
    uint64_t hash = ks_hash64(id.text, id.size, 0);
    *found = false;
    for (uint32_t i = lower_bound(segment, hash); i < segment->documents && id_hash_at(segment, i) == hash;
         i++) {
        uint32_t candidate = ks_get_u32(segment->id_hashes + (size_t)i * ID_HASH_BYTES + 8);
        ks_status status;
        ks_term here = {0};
        if (candidate >= segment->documents)
            return ks_mapped_corrupt(segment->file, KS_SECTION_ID_HASHES, i, "an impossible document", err);
        if ((status = ks_segment_id(segment, candidate, &here, err))) return status;
        if (here.size != id.size || memcmp(here.text, id.text, id.size) != 0) continue;
        *found = true;
        *doc = candidate;
        return KS_OK;
    }
    return KS_OK;
}
