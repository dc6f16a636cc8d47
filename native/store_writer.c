/* Packing stored records; see store.h and store_layout.h. May use base and libdeflate. */
#include "native/store.h"

#include "base/memory.h"
#include "native/bytes.h"
#include "native/store_layout.h"

#include <libdeflate.h>
#include <stdlib.h>

struct ks_store_writer {
    ks_file_writer *file;
    unsigned index_section;
    struct libdeflate_compressor *compressor;
    ks_buffer sizes, block, entries;
    uint32_t records, blocks, block_first;
    uint8_t *packed;
    size_t packed_capacity;
};

/* libdeflate's compression level; see the figures in ARCHITECTURE.md. */
enum { LEVEL = 1 };

ks_status ks_store_writer_new(ks_store_writer **out, ks_file_writer *file, unsigned index_section,
                              ks_error *err) {
    ks_store_writer *writer = calloc(1, sizeof *writer);
    if (!writer) return ks_error_nomem(err);
    writer->file = file;
    writer->index_section = index_section;
    writer->compressor = libdeflate_alloc_compressor(LEVEL);
    if (!writer->compressor) {
        ks_store_writer_free(writer);
        return ks_error_nomem(err);
    }
    *out = writer;
    return KS_OK;
}

static void add_entry(ks_store_writer *writer, uint32_t unpacked) {
    uint8_t entry[KS_STORE_ENTRY];
    ks_put_u64(entry, ks_file_writer_offset(writer->file));
    ks_put_u32(entry + 8, writer->block_first);
    ks_put_u32(entry + 12, unpacked);
    ks_buffer_add(&writer->entries, entry, sizeof entry);
}

/* Packs sizes and records into writer->packed; *size gets the packed size. */
static ks_status pack(ks_store_writer *writer, size_t *size, ks_error *err) {
    ks_buffer *bytes = &writer->sizes;
    size_t bound;
    ks_status status;
    ks_buffer_add(bytes, writer->block.data, writer->block.size);
    if ((status = ks_buffer_check(bytes, err))) return status;
    bound = libdeflate_deflate_compress_bound(writer->compressor, bytes->size);
    if ((status = ks_array_reserve(&writer->packed, &writer->packed_capacity, bound, 1, err))) return status;
    *size = libdeflate_deflate_compress(writer->compressor, bytes->data, bytes->size, writer->packed, bound);
    if (*size == 0) return ks_error_set(err, KS_ERR_ENGINE, "libdeflate cannot pack records");
    return KS_OK;
}

static ks_status write_block(ks_store_writer *writer, ks_error *err) {
    size_t size = 0;
    ks_status status;
    add_entry(writer, (uint32_t)(writer->sizes.size + writer->block.size));
    if ((status = pack(writer, &size, err)) ||
        (status = ks_file_writer_add(writer->file, writer->packed, size, err)))
        return status;
    ks_buffer_truncate(&writer->sizes, 0);
    ks_buffer_truncate(&writer->block, 0);
    writer->block_first = writer->records;
    writer->blocks++;
    return KS_OK;
}

ks_status ks_store_writer_add(ks_store_writer *writer, const void *record, size_t size, ks_error *err) {
    uint8_t bytes[KS_STORE_SIZE];
    ks_status status = KS_OK;
    if (size > KS_STORE_UNPACKED - KS_STORE_SIZE || writer->records == UINT32_MAX)
        return ks_error_set(err, KS_ERR_TOO_LARGE, "more records, or a larger one, than a segment can hold");
    if (writer->sizes.size > 0 && writer->sizes.size + writer->block.size + size > KS_STORE_BLOCK)
        status = write_block(writer, err);
    if (status) return status;
    ks_put_u32(bytes, (uint32_t)size);
    ks_buffer_add(&writer->sizes, bytes, sizeof bytes);
    ks_buffer_add(&writer->block, record, size);
    writer->records++;
    status = ks_buffer_check(&writer->sizes, err);
    return status ? status : ks_buffer_check(&writer->block, err);
}

/* Small blocks compress worse. The waiting records may become one if at least OTHERS times as many records as
 * `block` has can be copied after it. */
static bool worth_copying(const ks_store_writer *writer, const ks_store_block *block, uint32_t more) {
    enum { SMALL = KS_STORE_BLOCK / 2, OTHERS = 3 };
    size_t waiting = writer->sizes.size + writer->block.size;
    if (block->unpacked < SMALL) return false;
    return waiting == 0 || waiting >= SMALL || more / OTHERS >= block->next - block->first;
}

ks_status ks_store_writer_copy(ks_store_writer *writer, const ks_store_block *block, uint32_t more,
                               bool *copied, ks_error *err) {
    uint32_t count = block->next - block->first;
    ks_status status = KS_OK;
    *copied = worth_copying(writer, block, more);
    if (!*copied) return KS_OK;
    if (count > UINT32_MAX - writer->records)
        return ks_error_set(err, KS_ERR_TOO_LARGE, "more records than a segment can hold");
    if (writer->sizes.size > 0) status = write_block(writer, err);
    if (status) return status;
    add_entry(writer, block->unpacked);
    writer->records += count;
    writer->block_first = writer->records;
    writer->blocks++;
    return ks_file_writer_add(writer->file, block->packed, block->size, err);
}

ks_status ks_store_writer_finish(ks_store_writer *writer, ks_error *err) {
    uint8_t head[KS_STORE_HEAD];
    ks_status status = writer->sizes.size > 0 ? write_block(writer, err) : KS_OK;
    if (status) return status;
    add_entry(writer, 0);
    status = ks_buffer_check(&writer->entries, err);
    if (!status) status = ks_file_writer_section(writer->file, writer->index_section, err);
    if (status) return status;
    ks_put_u32(head, writer->records);
    ks_put_u32(head + 4, writer->blocks);
    status = ks_file_writer_add(writer->file, head, sizeof head, err);
    return status ? status
                  : ks_file_writer_add(writer->file, writer->entries.data, writer->entries.size, err);
}

void ks_store_writer_free(ks_store_writer *writer) {
    if (!writer) return;
    libdeflate_free_compressor(writer->compressor);
    ks_buffer_free(&writer->sizes);
    ks_buffer_free(&writer->block);
    ks_buffer_free(&writer->entries);
    free(writer->packed);
    free(writer);
}
