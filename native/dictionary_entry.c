/* Encoding and decoding the entries of a dictionary; see dictionary_layout.h. */
#include "native/dictionary_layout.h"

static void put_single(ks_buffer *out, const ks_dict_entry *entry, const ks_dict_entry *before) {
    ks_varint_put(out, ks_shape_code(&entry->shape) << 1 | 1);
    ks_shape_put_rest(out, &entry->shape);
    ks_varint_put(out, entry->doc);
    if (ks_shape_positions(&entry->shape) <= KS_DICT_POSITIONS)
        ks_buffer_add(out, entry->gaps, entry->gaps_size);
    else
        ks_varint_put(out, entry->positions - before->positions);
}

void ks_dict_entry_put(ks_buffer *out, const ks_dict_entry *entry, const ks_dict_entry *before) {
    if (entry->documents == 1) {
        put_single(out, entry, before);
        return;
    }
    ks_varint_put(out, (uint64_t)entry->documents << 1);
    ks_varint_put(out, entry->postings - before->postings);
    ks_varint_put(out, entry->positions - before->positions);
}

/* Adds the difference that is read to *offset. */
static const char *get_offset(const uint8_t **at, const uint8_t *end, uint64_t *offset) {
    uint64_t more;
    if (!ks_varint_get(at, end, &more)) return "a number in a term's entry";
    if (more > UINT64_MAX - *offset) return "a term's entry out of range";
    *offset += more;
    return NULL;
}

static const char *get_gaps(const uint8_t **at, const uint8_t *end, ks_dict_entry *entry) {
    uint64_t gap;
    entry->gaps = *at;
    for (uint64_t left = ks_shape_positions(&entry->shape); left > 0; left--)
        if (!ks_varint_get(at, end, &gap) || gap > UINT32_MAX) return "a position in a term's entry";
    entry->gaps_size = (size_t)(*at - entry->gaps);
    return NULL;
}

static const char *get_single(const uint8_t **at, const uint8_t *end, uint64_t code, ks_dict_entry *entry) {
    uint64_t doc;
    if (!ks_shape_get_rest(code, at, end, &entry->shape)) return "the shape in a term's entry";
    if (!ks_varint_get(at, end, &doc)) return "a number in a term's entry";
    if (doc >= UINT32_MAX) return "a term's entry out of range";
    entry->documents = 1;
    entry->doc = (uint32_t)doc;
    if (ks_shape_positions(&entry->shape) <= KS_DICT_POSITIONS) return get_gaps(at, end, entry);
    return get_offset(at, end, &entry->positions);
}

const char *ks_dict_entry_get(const uint8_t **at, const uint8_t *end, ks_dict_entry *entry) {
    uint64_t first;
    const char *fault;
    entry->gaps = NULL;
    entry->gaps_size = 0;
    if (!ks_varint_get(at, end, &first)) return "a number in a term's entry";
    if (first & 1) return get_single(at, end, first >> 1, entry);
    if (first >> 1 < 2 || first >> 1 > UINT32_MAX) return "a term's entry out of range";
    entry->documents = (uint32_t)(first >> 1);
    fault = get_offset(at, end, &entry->postings);
    return fault ? fault : get_offset(at, end, &entry->positions);
}
