/* Writing an immutable file, a piece at a time; see file_writer.h. May use base. */
#include "native/file_writer.h"

#include "base/hash.h"
#include "base/memory.h"
#include "native/bytes.h"
#include "native/folder.h"
#include "native/io.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct section {
    unsigned number;
    uint64_t offset, size;
};

struct ks_file_writer {
    char *path;
    int fd;        /* -1 once closed */
    bool finished; /* the file stays */
    bool failed;   /* a piece was not written: the writer can only be freed */
    struct section sections[KS_SECTIONS];
    unsigned section_count;
    uint64_t *checksums;
    size_t checksum_count, checksum_capacity;
    uint64_t written; /* bytes of the pieces before */
    size_t filled;    /* bytes of this piece */
    uint8_t piece[KS_PIECE];
};

_Static_assert(KS_PIECE % KS_CHUNK == 0, "chunks do not cross pieces");

ks_status ks_file_writer_open(ks_file_writer **out, const char *folder, const char *name, ks_error *err) {
    ks_file_writer *writer = calloc(1, sizeof *writer);
    ks_status status;
    if (!writer) return ks_error_nomem(err);
    status = ks_folder_path(&writer->path, folder, name, err);
    if (!status) status = ks_io_open(&writer->fd, writer->path, O_WRONLY | O_CREAT | O_EXCL, err);
    if (status) {
        free(writer->path);
        free(writer);
        return status;
    }
    memcpy(writer->piece, KS_FILE_MAGIC, KS_FILE_MAGIC_SIZE);
    writer->filled = KS_FILE_MAGIC_SIZE;
    *out = writer;
    return KS_OK;
}

static uint64_t file_offset(const ks_file_writer *writer) {
    return writer->written + writer->filled;
}

static ks_status write_piece(ks_file_writer *writer, ks_error *err) {
    ks_status status = ks_io_write(writer->fd, writer->piece, writer->filled, writer->path, err);
    if (status) {
        writer->failed = true;
        return status;
    }
    writer->written += writer->filled;
    writer->filled = 0;
    return KS_OK;
}

/* Keeps the checksum of the chunk that ends here. */
static ks_status end_chunk(ks_file_writer *writer, ks_error *err) {
    size_t start = (writer->filled - 1) / KS_CHUNK * KS_CHUNK;
    ks_status status = ks_array_reserve(&writer->checksums, &writer->checksum_capacity,
                                        writer->checksum_count + 1, sizeof *writer->checksums, err);
    if (status) {
        writer->failed = true;
        return status;
    }
    writer->checksums[writer->checksum_count++] = ks_hash64(writer->piece + start, writer->filled - start, 0);
    return KS_OK;
}

static ks_status append(ks_file_writer *writer, const void *bytes, size_t size, ks_error *err) {
    const uint8_t *at = bytes;
    while (size > 0) {
        size_t room = KS_CHUNK - writer->filled % KS_CHUNK;
        size_t part = size < room ? size : room;
        ks_status status = KS_OK;
        memcpy(writer->piece + writer->filled, at, part);
        writer->filled += part;
        at += part;
        size -= part;
        if (part == room) status = end_chunk(writer, err);
        if (!status && writer->filled == KS_PIECE) status = write_piece(writer, err);
        if (status) return status;
    }
    return KS_OK;
}

static ks_status check_open(const ks_file_writer *writer, ks_error *err) {
    if (writer->fd < 0) return ks_error_set(err, KS_ERR_ARGUMENT, "%s is finished already", writer->path);
    if (writer->failed) return ks_error_set(err, KS_ERR_IO, "%s: writing it failed before", writer->path);
    return KS_OK;
}

static void end_section(ks_file_writer *writer) {
    if (writer->section_count == 0) return;
    struct section *last = &writer->sections[writer->section_count - 1];
    last->size = file_offset(writer) - last->offset;
}

ks_status ks_file_writer_section(ks_file_writer *writer, unsigned section, ks_error *err) {
    static const uint8_t zeros[KS_SECTION_ALIGN] = {0};
    ks_status status = check_open(writer, err);
    bool used = section >= KS_SECTIONS;
    if (status) return status;
    for (unsigned i = 0; i < writer->section_count; i++) used = used || writer->sections[i].number == section;
    if (used) return ks_error_set(err, KS_ERR_ARGUMENT, "%s: no new section %u", writer->path, section);
    end_section(writer);
    status = append(writer, zeros, (size_t)(-file_offset(writer) % KS_SECTION_ALIGN), err);
    if (status) return status;
    writer->sections[writer->section_count++] = (struct section){section, file_offset(writer), 0};
    return KS_OK;
}

ks_status ks_file_writer_add(ks_file_writer *writer, const void *bytes, size_t size, ks_error *err) {
    ks_status status = check_open(writer, err);
    if (status) return status;
    if (writer->section_count == 0)
        return ks_error_set(err, KS_ERR_ARGUMENT, "%s: bytes before the first section", writer->path);
    return append(writer, bytes, size, err);
}

uint64_t ks_file_writer_offset(const ks_file_writer *writer) {
    if (writer->section_count == 0) return 0;
    return file_offset(writer) - writer->sections[writer->section_count - 1].offset;
}

/* Makes what follows the sections. *end is empty. */
static void make_end(const ks_file_writer *writer, ks_buffer *end) {
    enum { GROUP = KS_CHUNK_GROUP * sizeof *writer->checksums };
    size_t all = writer->checksum_count * sizeof *writer->checksums;
    for (size_t i = 0; i < writer->checksum_count; i++) ks_add_u64(end, writer->checksums[i]);
    for (size_t at = 0; at < all && !end->failed; at += GROUP)
        ks_add_u64(end, ks_hash64(end->data + at, all - at < GROUP ? all - at : GROUP, 0));
    for (unsigned i = 0; i < writer->section_count; i++) {
        ks_add_u32(end, writer->sections[i].number);
        ks_add_u32(end, 0);
        ks_add_u64(end, writer->sections[i].offset);
        ks_add_u64(end, writer->sections[i].size);
    }
    ks_add_u32(end, writer->section_count);
    ks_add_u32(end, (uint32_t)writer->checksum_count);
    ks_add_u64(end, writer->written);
    if (!end->failed) ks_add_u64(end, ks_hash64(end->data + all, end->size - all, 0));
    ks_buffer_add(end, KS_FILE_MAGIC, KS_FILE_MAGIC_SIZE);
}

static ks_status write_end(ks_file_writer *writer, uint64_t *bytes, ks_error *err) {
    ks_buffer end = {0};
    ks_status status;
    make_end(writer, &end);
    status = ks_buffer_check(&end, err);
    if (!status) status = ks_io_write(writer->fd, end.data, end.size, writer->path, err);
    if (!status) status = ks_io_sync(writer->fd, writer->path, err);
    if (!status) *bytes = writer->written + end.size;
    ks_buffer_free(&end);
    return status;
}

ks_status ks_file_writer_finish(ks_file_writer *writer, uint64_t *bytes, ks_error *err) {
    uint64_t size = 0;
    ks_status status = check_open(writer, err), closed;
    if (status) return status;
    end_section(writer);
    if (writer->filled % KS_CHUNK > 0) status = end_chunk(writer, err);
    if (!status) status = write_piece(writer, err);
    if (!status) status = write_end(writer, &size, err);
    closed = ks_io_close(writer->fd, writer->path, status ? NULL : err);
    writer->fd = -1;
    if (!status) status = closed;
    writer->finished = !status;
    if (!status && bytes) *bytes = size;
    return status;
}

void ks_file_writer_free(ks_file_writer *writer) {
    if (!writer) return;
    if (writer->fd >= 0) close(writer->fd);
    if (!writer->finished) unlink(writer->path);
    free(writer->checksums);
    free(writer->path);
    free(writer);
}
