/* Unpacking stored records; see store.h and store_layout.h. May use base and zlib. */
#include "native/store.h"

#include "base/memory.h"
#include "native/bytes.h"
#include "native/store_layout.h"

#include <stdlib.h>
#include <zlib.h>

struct block {
    uint64_t offset, packed;
    uint32_t first, next, unpacked; /* `next`: the first record behind it */
};

struct ks_store {
    ks_mapped *file;
    unsigned data_section, index_section;
    uint32_t records, blocks;
    const uint8_t *dictionary;
    uint32_t dictionary_size;
    z_stream stream;
    bool has_stream;
    struct block block; /* unpacked last; none while next is 0 */
    uint8_t *bytes;     /* of it */
    size_t capacity;
};

static ks_status read_head(ks_store *store, ks_error *err) {
    const uint8_t *head;
    uint64_t size = ks_mapped_size(store->file, store->index_section), entries;
    ks_status status = ks_mapped_span(store->file, store->index_section, 0, KS_STORE_HEAD, &head, err);
    if (status) return status;
    store->records = ks_get_u32(head);
    store->blocks = ks_get_u32(head + 4);
    store->dictionary_size = ks_get_u32(head + 8);
    entries = ((uint64_t)store->blocks + 1) * KS_STORE_ENTRY;
    if (store->blocks > store->records || (store->records > 0 && store->blocks == 0) ||
        store->dictionary_size > KS_STORE_DICTIONARY || ks_get_u32(head + 12) != 0 ||
        size != KS_STORE_HEAD + entries + store->dictionary_size)
        return ks_mapped_corrupt(store->file, store->index_section, 0, "sizes of the store that do not fit",
                                 err);
    return ks_mapped_span(store->file, store->index_section, KS_STORE_HEAD + entries, store->dictionary_size,
                          &store->dictionary, err);
}

ks_status ks_store_open(ks_store **out, ks_mapped *file, unsigned data_section, unsigned index_section,
                        ks_error *err) {
    ks_store *store = calloc(1, sizeof *store);
    ks_status status;
    if (!store) return ks_error_nomem(err);
    store->file = file;
    store->data_section = data_section;
    store->index_section = index_section;
    status = read_head(store, err);
    if (status) goto done;
    if (inflateInit2(&store->stream, KS_STORE_WINDOW) != Z_OK) {
        status = ks_error_nomem(err);
        goto done;
    }
    store->has_stream = true;
done:
    if (status)
        ks_store_close(store);
    else
        *out = store;
    return status;
}

void ks_store_close(ks_store *store) {
    if (!store) return;
    if (store->has_stream) inflateEnd(&store->stream);
    free(store->bytes);
    free(store);
}

uint32_t ks_store_count(const ks_store *store) {
    return store->records;
}

static uint64_t entry_offset(uint32_t block) {
    return KS_STORE_HEAD + (uint64_t)block * KS_STORE_ENTRY;
}

static ks_status read_block(ks_store *store, uint32_t number, struct block *out, ks_error *err) {
    const uint8_t *entry;
    uint64_t end, data_size = ks_mapped_size(store->file, store->data_section), place = entry_offset(number);
    uint32_t count;
    ks_status status =
        ks_mapped_span(store->file, store->index_section, place, 2 * KS_STORE_ENTRY, &entry, err);
    if (status) return status;
    end = ks_get_u64(entry + KS_STORE_ENTRY);
    *out = (struct block){.offset = ks_get_u64(entry),
                          .first = ks_get_u32(entry + 8),
                          .next = ks_get_u32(entry + KS_STORE_ENTRY + 8),
                          .unpacked = ks_get_u32(entry + 12)};
    if (out->first >= out->next || out->next > store->records || out->offset > end || end > data_size)
        return ks_mapped_corrupt(store->file, store->index_section, place, "blocks that are not in order",
                                 err);
    count = out->next - out->first;
    if (out->unpacked > KS_STORE_UNPACKED || out->unpacked / KS_STORE_SIZE < count)
        return ks_mapped_corrupt(store->file, store->index_section, place, "an impossible size of a block",
                                 err);
    out->packed = end - out->offset;
    return KS_OK;
}

/* The last block whose first record is not behind `number`. */
static ks_status find_block(ks_store *store, uint32_t number, struct block *out, ks_error *err) {
    uint32_t low = 0, high = store->blocks - 1;
    ks_status status;
    while (low < high) {
        uint32_t middle = low + (high - low + 1) / 2;
        const uint8_t *entry;
        status = ks_mapped_span(store->file, store->index_section, entry_offset(middle), KS_STORE_ENTRY,
                                &entry, err);
        if (status) return status;
        if (ks_get_u32(entry + 8) <= number)
            low = middle;
        else
            high = middle - 1;
    }
    status = read_block(store, low, out, err);
    if (status) return status;
    if (number < out->first || number >= out->next)
        return ks_mapped_corrupt(store->file, store->index_section, entry_offset(low),
                                 "records that no block has", err);
    return KS_OK;
}

/* Unpacks into store->bytes; whether exactly that many bytes came out of exactly these. */
static bool inflate_block(ks_store *store, const struct block *block, const uint8_t *packed) {
    z_stream *stream = &store->stream;
    if (block->packed > UINT32_MAX || inflateReset(stream) != Z_OK) return false;
    if (store->dictionary_size > 0 &&
        inflateSetDictionary(stream, store->dictionary, store->dictionary_size) != Z_OK)
        return false;
    stream->next_in = (Bytef *)(uintptr_t)packed;
    stream->avail_in = (uInt)block->packed;
    stream->next_out = store->bytes;
    stream->avail_out = block->unpacked;
    return inflate(stream, Z_FINISH) == Z_STREAM_END && stream->avail_in == 0 && stream->avail_out == 0;
}

static bool sizes_fit(const ks_store *store, const struct block *block) {
    uint32_t count = block->next - block->first;
    uint64_t sum = (uint64_t)count * KS_STORE_SIZE;
    for (uint32_t i = 0; i < count; i++) sum += ks_get_u32(store->bytes + (size_t)i * KS_STORE_SIZE);
    return sum == block->unpacked;
}

static ks_status unpack(ks_store *store, const struct block *block, ks_error *err) {
    const uint8_t *packed;
    ks_status status =
        ks_mapped_span(store->file, store->data_section, block->offset, block->packed, &packed, err);
    store->block = (struct block){0}; /* nothing is unpacked while it is being changed */
    if (!status) status = ks_array_reserve(&store->bytes, &store->capacity, block->unpacked, 1, err);
    if (status) return status;
    if (!inflate_block(store, block, packed))
        return ks_mapped_corrupt(store->file, store->data_section, block->offset,
                                 "a block that cannot be unpacked", err);
    if (!sizes_fit(store, block))
        return ks_mapped_corrupt(store->file, store->data_section, block->offset, "wrong sizes of records",
                                 err);
    store->block = *block;
    return KS_OK;
}

static void append_record(const ks_store *store, uint32_t number, ks_buffer *out) {
    uint32_t in_block = number - store->block.first;
    const uint8_t *at = store->bytes + (size_t)(store->block.next - store->block.first) * KS_STORE_SIZE;
    for (uint32_t i = 0; i < in_block; i++) at += ks_get_u32(store->bytes + (size_t)i * KS_STORE_SIZE);
    ks_buffer_add(out, at, ks_get_u32(store->bytes + (size_t)in_block * KS_STORE_SIZE));
}

ks_status ks_store_get(ks_store *store, uint32_t number, ks_buffer *out, ks_error *err) {
    if (number >= store->records)
        return ks_mapped_corrupt(store->file, store->index_section, number, "a record that is not there",
                                 err);
    if (number < store->block.first || number >= store->block.next) {
        struct block block;
        ks_status status = find_block(store, number, &block, err);
        if (!status) status = unpack(store, &block, err);
        if (status) return status;
    }
    append_record(store, number, out);
    return ks_buffer_check(out, err);
}
