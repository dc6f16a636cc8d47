/* Packing stored records; see store.h and store_layout.h. May use base and zlib. */
#include "native/store.h"

#include "base/memory.h"
#include "native/bytes.h"
#include "native/store_layout.h"

#include <stdlib.h>
#include <zlib.h>

/* Of zlib's levels the one that packs best at more than 60 MB/s: on JSON records of abstracts 36 % at 68
 * MB/s, where level 6 gets 34 % at 23 MB/s and level 1 gets 41 % at 96 MB/s. */
enum { LEVEL = 4, PACKED = 1 << 16 };

struct ks_store_writer {
    ks_file_writer *file;
    unsigned index_section;
    z_stream primed; /* has the dictionary and no input yet */
    bool has_primed;
    ks_buffer dictionary, sizes, block, entries;
    uint32_t records, blocks, block_first;
    uint8_t packed[PACKED];
};

static ks_status zlib_error(int code, ks_error *err) {
    if (code == Z_MEM_ERROR) return ks_error_nomem(err);
    return ks_error_set(err, KS_ERR_ENGINE, "zlib cannot pack records: error %d", code);
}

static ks_status prime(ks_store_writer *writer, ks_error *err) {
    const ks_buffer *dictionary = &writer->dictionary;
    int code = deflateInit2(&writer->primed, LEVEL, Z_DEFLATED, KS_STORE_WINDOW, 8, Z_DEFAULT_STRATEGY);
    if (code != Z_OK) return zlib_error(code, err);
    writer->has_primed = true;
    if (dictionary->size == 0) return KS_OK;
    code = deflateSetDictionary(&writer->primed, (const Bytef *)dictionary->data, (uInt)dictionary->size);
    return code == Z_OK ? KS_OK : zlib_error(code, err);
}

ks_status ks_store_writer_new(ks_store_writer **out, ks_file_writer *file, unsigned index_section,
                              const void *sample, size_t sample_size, ks_error *err) {
    ks_store_writer *writer = calloc(1, sizeof *writer);
    size_t size = sample_size < KS_STORE_DICTIONARY ? sample_size : KS_STORE_DICTIONARY;
    ks_status status;
    if (!writer) return ks_error_nomem(err);
    writer->file = file;
    writer->index_section = index_section;
    if (size > 0) ks_buffer_add(&writer->dictionary, (const char *)sample + (sample_size - size), size);
    status = ks_buffer_check(&writer->dictionary, err);
    if (!status) status = prime(writer, err);
    if (status)
        ks_store_writer_free(writer);
    else
        *out = writer;
    return status;
}

static void add_entry(ks_store_writer *writer, uint32_t unpacked) {
    uint8_t entry[KS_STORE_ENTRY];
    ks_put_u64(entry, ks_file_writer_offset(writer->file));
    ks_put_u32(entry + 8, writer->block_first);
    ks_put_u32(entry + 12, unpacked);
    ks_buffer_add(&writer->entries, entry, sizeof entry);
}

static ks_status pack(ks_store_writer *writer, z_stream *stream, const ks_buffer *bytes, int flush,
                      ks_error *err) {
    int code;
    stream->next_in = (Bytef *)bytes->data;
    stream->avail_in = (uInt)bytes->size;
    do {
        ks_status status;
        stream->next_out = writer->packed;
        stream->avail_out = PACKED;
        code = deflate(stream, flush);
        if (code == Z_STREAM_ERROR) return zlib_error(code, err);
        status = ks_file_writer_add(writer->file, writer->packed, PACKED - stream->avail_out, err);
        if (status) return status;
    } while (stream->avail_out == 0);
    return KS_OK;
}

static ks_status write_block(ks_store_writer *writer, ks_error *err) {
    z_stream stream;
    ks_status status;
    int code = deflateCopy(&stream, &writer->primed); /* cheaper than to take the dictionary in again */
    if (code != Z_OK) return zlib_error(code, err);
    add_entry(writer, (uint32_t)(writer->sizes.size + writer->block.size));
    status = pack(writer, &stream, &writer->sizes, Z_NO_FLUSH, err);
    if (!status) status = pack(writer, &stream, &writer->block, Z_FINISH, err);
    deflateEnd(&stream);
    ks_buffer_truncate(&writer->sizes, 0);
    ks_buffer_truncate(&writer->block, 0);
    writer->block_first = writer->records;
    writer->blocks++;
    return status;
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

ks_status ks_store_writer_finish(ks_store_writer *writer, ks_error *err) {
    uint8_t head[KS_STORE_HEAD] = {0};
    ks_status status = writer->sizes.size > 0 ? write_block(writer, err) : KS_OK;
    if (status) return status;
    add_entry(writer, 0);
    status = ks_buffer_check(&writer->entries, err);
    if (!status) status = ks_file_writer_section(writer->file, writer->index_section, err);
    if (status) return status;
    ks_put_u32(head, writer->records);
    ks_put_u32(head + 4, writer->blocks);
    ks_put_u32(head + 8, (uint32_t)writer->dictionary.size);
    status = ks_file_writer_add(writer->file, head, sizeof head, err);
    if (!status) status = ks_file_writer_add(writer->file, writer->entries.data, writer->entries.size, err);
    if (!status)
        status = ks_file_writer_add(writer->file, writer->dictionary.data, writer->dictionary.size, err);
    return status;
}

void ks_store_writer_free(ks_store_writer *writer) {
    if (!writer) return;
    if (writer->has_primed) deflateEnd(&writer->primed);
    ks_buffer_free(&writer->dictionary);
    ks_buffer_free(&writer->sizes);
    ks_buffer_free(&writer->block);
    ks_buffer_free(&writer->entries);
    free(writer);
}
