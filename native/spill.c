/* Bytes that wait for their section; see spill.h. */
#include "native/spill.h"

#include "native/folder.h"
#include "native/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

ks_status ks_spill_init(ks_spill *spill, const char *folder, const char *name, size_t most, ks_error *err) {
    spill->most = most;
    return ks_folder_path(&spill->path, folder, name, err);
}

/* Once there is a temporary file, bytes are written in pieces that fit a processor's cache. */
enum { PIECE = 1 << 18 };

static ks_status open_file(ks_spill *spill, ks_error *err) {
    ks_status status = ks_io_open(&spill->fd, spill->path, O_RDWR | O_CREAT | O_EXCL, err);
    if (status) return status;
    spill->open = true;
    if (unlink(spill->path) != 0) return ks_error_errno(err, errno, "cannot remove", spill->path);
    return KS_OK;
}

static ks_status write_waiting(ks_spill *spill, ks_error *err) {
    bool first = !spill->open;
    ks_status status = first ? open_file(spill, err) : KS_OK;
    if (!status) status = ks_io_write(spill->fd, spill->waiting.data, spill->waiting.size, spill->path, err);
    if (!status && first) ks_buffer_free(&spill->waiting); /* from now on a piece is enough */
    if (!status) ks_buffer_truncate(&spill->waiting, 0);
    return status;
}

ks_status ks_spill_add(ks_spill *spill, const void *bytes, size_t size, ks_error *err) {
    size_t most = spill->open && spill->most > PIECE ? PIECE : spill->most;
    ks_status status = KS_OK;
    if (spill->waiting.size > most) status = write_waiting(spill, err);
    if (status || size == 0) return status;
    ks_buffer_add(&spill->waiting, bytes, size);
    spill->size += size;
    return ks_buffer_check(&spill->waiting, err);
}

static ks_status copy_file(ks_spill *spill, ks_file_writer *file, ks_error *err) {
    enum { STEP = 1 << 16 };
    char *bytes = malloc(STEP);
    size_t got = STEP;
    ks_status status = bytes ? KS_OK : ks_error_nomem(err);
    if (!status && lseek(spill->fd, 0, SEEK_SET) != 0)
        status = ks_error_errno(err, errno, "cannot rewind", spill->path);
    while (!status && got == STEP)
        if (!(status = ks_io_read(spill->fd, bytes, STEP, &got, spill->path, err)))
            status = ks_file_writer_add(file, bytes, got, err);
    free(bytes);
    return status;
}

ks_status ks_spill_copy(ks_spill *spill, ks_file_writer *file, ks_error *err) {
    ks_status status = spill->open ? copy_file(spill, file, err) : KS_OK;
    if (!status && spill->waiting.size)
        status = ks_file_writer_add(file, spill->waiting.data, spill->waiting.size, err);
    return status;
}

void ks_spill_free(ks_spill *spill) {
    if (spill->open) close(spill->fd);
    ks_buffer_free(&spill->waiting);
    free(spill->path);
    *spill = (ks_spill){0};
}
