/* The documents' sources; see source_lists.h. */
#include "native/source_lists.h"

#include <stdlib.h>

enum { HEAD = 8 };

ks_status ks_source_lists_open(ks_source_lists *out, ks_mapped *file, unsigned section, uint32_t documents,
                               ks_error *err) {
    ks_source_lists lists = {.file = file, .section = section};
    uint64_t offset = HEAD, bytes;
    const uint8_t *head;
    ks_status status = ks_mapped_span(file, section, 0, HEAD, &head, err);
    if (status) return status;
    lists.lists = ks_get_u32(head);
    lists.number_count = ks_get_u32(head + 4);
    bytes = ((uint64_t)lists.lists + 1) * 4;
    if ((status = ks_mapped_span(file, section, offset, bytes, &lists.offsets, err))) return status;
    offset += bytes;
    bytes = (uint64_t)lists.number_count * 4;
    if ((status = ks_mapped_span(file, section, offset, bytes, &lists.numbers, err))) return status;
    offset += bytes;
    if ((status = ks_column_open(&lists.list_of, file, section, &offset, documents, err))) return status;
    if (offset != ks_mapped_size(file, section))
        return ks_mapped_corrupt(file, section, offset, "the section has a wrong size", err);
    *out = lists;
    return KS_OK;
}

ks_status ks_source_lists_number(const ks_source_lists *lists, uint32_t doc, uint32_t *out, ks_error *err) {
    ks_status status = ks_column_verify(&lists->list_of, doc, 1, err);
    if (!status) *out = ks_column_value(&lists->list_of, doc);
    return status;
}

ks_status ks_source_lists_get(const ks_source_lists *lists, uint32_t doc, uint32_t **out, size_t *count,
                              ks_error *err) {
    uint32_t list = 0, from, to, *sources;
    ks_status status = ks_source_lists_number(lists, doc, &list, err);
    if (status) return status;
    if (list >= lists->lists)
        return ks_mapped_corrupt(lists->file, lists->section, doc, "a list of sources that is not there",
                                 err);
    from = ks_get_u32(lists->offsets + (size_t)list * 4);
    to = ks_get_u32(lists->offsets + (size_t)list * 4 + 4);
    if (from > to || to > lists->number_count)
        return ks_mapped_corrupt(lists->file, lists->section, HEAD + (uint64_t)list * 4,
                                 "sources outside of all", err);
    if (!(sources = malloc((size_t)(to - from) * 4 + 1))) return ks_error_nomem(err);
    for (uint32_t i = from; i < to; i++) sources[i - from] = ks_get_u32(lists->numbers + (size_t)i * 4);
    *out = sources;
    *count = to - from;
    return KS_OK;
}

ks_status ks_source_lists_add(ks_source_lists_writer *writer, const uint32_t *sources, size_t count,
                              ks_error *err) {
    const char *key = count > 0 ? (const char *)sources : "";
    uint32_t *number;
    bool added;
    ks_status status;
    if (writer->sources.size / 4 + count > UINT32_MAX)
        return ks_error_set(err, KS_ERR_TOO_LARGE, "too many sources for one segment");
    if ((status = ks_map_insert(&writer->numbers, key, count * sizeof *sources,
                                (uint32_t)writer->numbers.used, &number, &added, err)))
        return status;
    ks_add_u32(&writer->list_of, *number);
    if (!added) return ks_buffer_check(&writer->list_of, err);
    ks_add_u32(&writer->offsets, (uint32_t)(writer->sources.size / 4));
    for (size_t i = 0; i < count; i++) ks_add_u32(&writer->sources, sources[i]);
    return ks_buffer_check(&writer->sources, err);
}

static void add_buffer(ks_buffer *out, const ks_buffer *bytes) {
    ks_buffer_add(out, bytes->data, bytes->size);
    out->failed = out->failed || bytes->failed;
}

void ks_source_lists_put(ks_buffer *out, const ks_source_lists_writer *writer) {
    ks_add_u32(out, (uint32_t)writer->numbers.used);
    ks_add_u32(out, (uint32_t)(writer->sources.size / 4));
    add_buffer(out, &writer->offsets);
    ks_add_u32(out, (uint32_t)(writer->sources.size / 4));
    add_buffer(out, &writer->sources);
    ks_column_put(out, &writer->list_of);
}

void ks_source_lists_free(ks_source_lists_writer *writer) {
    ks_map_free(&writer->numbers);
    ks_buffer_free(&writer->offsets);
    ks_buffer_free(&writer->sources);
    ks_buffer_free(&writer->list_of);
}
