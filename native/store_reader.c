/* Unpacking stored records; see store.h and store_layout.h. May use base and libdeflate. */
#include "native/store.h"

#include "base/memory.h"
#include "native/bytes.h"
#include "native/store_layout.h"

#include <libdeflate.h>
#include <stdlib.h>

/* Blocks kept unpacked: all of a small store, which is then unpacked once, but only one of a larger store,
 * since records are mostly read in their order and memory that was not touched yet costs time. */
enum { KEPT = 4 };

/* Of blocks, while one is looked for. */
enum { FIRST_STEP = 16 };

struct block {
    uint64_t offset, packed;
    uint32_t first, next, unpacked; /* `next`: the first record of the next block */
};

/* Holds an unpacked block, or nothing while block.next is 0. */
struct kept {
    struct block block;
    uint8_t *bytes;
    size_t capacity;
    uint64_t used; /* the store's clock when it was last used */
};

struct ks_store {
    ks_mapped *file;
    unsigned data_section, index_section;
    uint32_t records, blocks;
    struct kept kept[KEPT];
    uint64_t clock; /* counts the gets */
};

static ks_status read_head(ks_store *store, ks_error *err) {
    const uint8_t *head;
    uint64_t size = ks_mapped_size(store->file, store->index_section), entries;
    ks_status status = ks_mapped_span(store->file, store->index_section, 0, KS_STORE_HEAD, &head, err);
    if (status) return status;
    store->records = ks_get_u32(head);
    store->blocks = ks_get_u32(head + 4);
    entries = ((uint64_t)store->blocks + 1) * KS_STORE_ENTRY;
    if (store->blocks > store->records || (store->records > 0 && store->blocks == 0) ||
        size != KS_STORE_HEAD + entries)
        return ks_mapped_corrupt(store->file, store->index_section, 0, "sizes of the store that do not fit",
                                 err);
    return KS_OK;
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
    if (status)
        ks_store_close(store);
    else
        *out = store;
    return status;
}

void ks_store_close(ks_store *store) {
    if (!store) return;
    for (size_t i = 0; i < KEPT; i++) free(store->kept[i].bytes);
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
    uint64_t end, data_size = ks_mapped_size(store->file, store->data_section), at = entry_offset(number);
    uint32_t count;
    ks_status status = ks_mapped_span(store->file, store->index_section, at, 2 * KS_STORE_ENTRY, &entry, err);
    if (status) return status;
    end = ks_get_u64(entry + KS_STORE_ENTRY);
    *out = (struct block){.offset = ks_get_u64(entry),
                          .first = ks_get_u32(entry + 8),
                          .next = ks_get_u32(entry + KS_STORE_ENTRY + 8),
                          .unpacked = ks_get_u32(entry + 12)};
    if (out->first >= out->next || out->next > store->records || out->offset > end || end > data_size)
        return ks_mapped_corrupt(store->file, store->index_section, at, "blocks that are not in order", err);
    count = out->next - out->first;
    if (out->unpacked > KS_STORE_UNPACKED || out->unpacked / KS_STORE_SIZE < count)
        return ks_mapped_corrupt(store->file, store->index_section, at, "an impossible size of a block", err);
    out->packed = end - out->offset;
    return KS_OK;
}

/* Whether the block's first record is behind `number`. */
static ks_status is_behind(ks_store *store, uint32_t block, uint32_t number, bool *out, ks_error *err) {
    const uint8_t *entry;
    ks_status status =
        ks_mapped_span(store->file, store->index_section, entry_offset(block), KS_STORE_ENTRY, &entry, err);
    if (!status) *out = ks_get_u32(entry + 8) > number;
    return status;
}

/* Finds the block of record `number`: the last one whose first record is not greater. The search begins where
 * it would be if all blocks had as many records, and goes on in growing steps: each chunk of the index that
 * it looks into has to be verified, and halves and quarters would be in others. */
static ks_status find_block(ks_store *store, uint32_t number, struct block *out, ks_error *err) {
    uint64_t low = 0, high = store->blocks - 1, step = FIRST_STEP;
    uint64_t next = (uint64_t)number * store->blocks / store->records;
    ks_status status;
    while (low < high) {
        bool behind = false;
        if (next <= low || next > high) next = low + (high - low + 1) / 2;
        if ((status = is_behind(store, (uint32_t)next, number, &behind, err))) return status;
        if (behind)
            high = next - 1;
        else
            low = next;
        next = behind ? high - step : low + step; /* outside when that is too far, below 0 too */
        step *= 2;
    }
    status = read_block(store, (uint32_t)low, out, err);
    if (status) return status;
    if (number < out->first || number >= out->next)
        return ks_mapped_corrupt(store->file, store->index_section, entry_offset((uint32_t)low),
                                 "records that no block has", err);
    return KS_OK;
}

/* Sets *fits to whether all of the packed bytes inflate to exactly the expected number of bytes. The
 * decompressor is made for each block: segments whose records stand on one page then use the same memory one
 * after the other. */
static ks_status inflate_block(const struct block *block, const uint8_t *packed, uint8_t *bytes, bool *fits,
                               ks_error *err) {
    struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    enum libdeflate_result result;
    size_t taken = 0;
    if (!decompressor) return ks_error_nomem(err);
    result = libdeflate_deflate_decompress_ex(decompressor, packed, (size_t)block->packed, bytes,
                                              block->unpacked, &taken, NULL);
    libdeflate_free_decompressor(decompressor);
    *fits = result == LIBDEFLATE_SUCCESS && taken == block->packed;
    return KS_OK;
}

static bool sizes_fit(const struct block *block, const uint8_t *bytes) {
    uint32_t count = block->next - block->first;
    uint64_t sum = (uint64_t)count * KS_STORE_SIZE;
    for (uint32_t i = 0; i < count; i++) sum += ks_get_u32(bytes + (size_t)i * KS_STORE_SIZE);
    return sum == block->unpacked;
}

static ks_status unpack(ks_store *store, const struct block *block, struct kept *into, ks_error *err) {
    const uint8_t *packed = NULL;
    bool fits = false;
    ks_status status =
        ks_mapped_span(store->file, store->data_section, block->offset, block->packed, &packed, err);
    into->block = (struct block){0}; /* empty if this fails half-way */
    if (!status) status = ks_array_reserve(&into->bytes, &into->capacity, block->unpacked, 1, err);
    if (!status) status = inflate_block(block, packed, into->bytes, &fits, err);
    if (status) return status;
    if (!fits)
        return ks_mapped_corrupt(store->file, store->data_section, block->offset,
                                 "a block that cannot be unpacked", err);
    if (!sizes_fit(block, into->bytes))
        return ks_mapped_corrupt(store->file, store->data_section, block->offset, "wrong sizes of records",
                                 err);
    into->block = *block;
    return KS_OK;
}

/* Returns the unpacked block of the record. If it is not kept, it replaces the least recently used one. */
static ks_status keep(ks_store *store, uint32_t number, struct kept **out, ks_error *err) {
    struct kept *oldest = &store->kept[0];
    size_t places = store->blocks > KEPT ? 1 : KEPT;
    struct block block;
    ks_status status;
    for (struct kept *kept = store->kept; kept < store->kept + places; kept++) {
        if (number >= kept->block.first && number < kept->block.next) {
            *out = kept;
            return KS_OK;
        }
        if (kept->used < oldest->used) oldest = kept;
    }
    if ((status = find_block(store, number, &block, err)) || (status = unpack(store, &block, oldest, err)))
        return status;
    *out = oldest;
    return KS_OK;
}

static void append_record(const struct kept *kept, uint32_t number, ks_buffer *out) {
    uint32_t in_block = number - kept->block.first;
    const uint8_t *at = kept->bytes + (size_t)(kept->block.next - kept->block.first) * KS_STORE_SIZE;
    for (uint32_t i = 0; i < in_block; i++) at += ks_get_u32(kept->bytes + (size_t)i * KS_STORE_SIZE);
    ks_buffer_add(out, at, ks_get_u32(kept->bytes + (size_t)in_block * KS_STORE_SIZE));
}

ks_status ks_store_find_block(ks_store *store, uint32_t number, ks_store_block *out, ks_error *err) {
    struct block block;
    const uint8_t *packed;
    ks_status status;
    if (number >= store->records)
        return ks_mapped_corrupt(store->file, store->index_section, number, "a record that is not there",
                                 err);
    if ((status = find_block(store, number, &block, err)) ||
        (status = ks_mapped_span(store->file, store->data_section, block.offset, block.packed, &packed, err)))
        return status;
    *out = (ks_store_block){packed, (size_t)block.packed, block.first, block.next, block.unpacked};
    return KS_OK;
}

ks_status ks_store_get(ks_store *store, uint32_t number, ks_buffer *out, ks_error *err) {
    struct kept *kept = NULL;
    ks_status status;
    if (number >= store->records)
        return ks_mapped_corrupt(store->file, store->index_section, number, "a record that is not there",
                                 err);
    if ((status = keep(store, number, &kept, err))) return status;
    kept->used = ++store->clock;
    append_record(kept, number, out);
    return ks_buffer_check(out, err);
}
