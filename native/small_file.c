/* Reading and replacing a file as a whole; see small_file.h. The new bytes go into NAME.new, which is synced
 * and then renamed; NAME.old is a hard link by which a rename that cannot be synced is taken back. */
#include "native/small_file.h"

#include "base/hash.h"
#include "native/folder.h"
#include "native/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ks_status read_into(ks_buffer *out, int fd, const char *path, size_t limit, ks_error *err) {
    uint64_t size;
    size_t got = 0;
    char *bytes;
    ks_status status = ks_io_size(fd, &size, path, err);
    if (status) return status;
    if (size > limit) size = limit;
    bytes = malloc((size_t)size + 1);
    if (!bytes) return ks_error_nomem(err);
    status = ks_io_read(fd, bytes, (size_t)size, &got, path, err);
    if (!status) {
        ks_buffer_add(out, bytes, got);
        status = ks_buffer_check(out, err);
    }
    free(bytes);
    return status;
}

ks_status ks_small_file_read(ks_buffer *out, const char *folder, const char *name, size_t limit,
                             ks_error *err) {
    char *path = NULL;
    int fd;
    ks_status status = ks_folder_path(&path, folder, name, err), closed;
    if (status) return status;
    status = ks_io_open(&fd, path, O_RDONLY, err);
    if (!status) {
        status = read_into(out, fd, path, limit, err);
        closed = ks_io_close(fd, path, status ? NULL : err);
        if (!status) status = closed;
    }
    free(path);
    return status;
}

ks_status ks_small_file_stamp(uint64_t *out, const char *folder, const char *name, ks_error *err) {
    struct stat info;
    char *path = NULL;
    ks_status status = ks_folder_path(&path, folder, name, err);
    if (status) return status;
    if (stat(path, &info) != 0) {
        status = ks_error_errno(err, errno, "cannot look at", path);
    } else { /* the number of a file that was removed may be given again, hence the time */
        uint64_t facts[] = {(uint64_t)info.st_dev, (uint64_t)info.st_ino, (uint64_t)info.st_mtim.tv_sec,
                            (uint64_t)info.st_mtim.tv_nsec};
        *out = ks_hash64(facts, sizeof facts, 0);
    }
    free(path);
    return status;
}

static ks_status write_new(const char *path, const void *bytes, size_t size, ks_error *err) {
    int fd;
    ks_status status = ks_io_open(&fd, path, O_WRONLY | O_CREAT | O_TRUNC, err), closed;
    if (status) return status;
    status = ks_io_write(fd, bytes, size, path, err);
    if (!status) status = ks_io_sync(fd, path, err);
    closed = ks_io_close(fd, path, status ? NULL : err);
    return status ? status : closed;
}

/* Gives the present file a second name to go back to. *kept is false if there is no file yet, or the file
 * system has no hard links. */
static ks_status keep_old(const char *path, const char *old, bool *kept, ks_error *err) {
    if (unlink(old) != 0 && errno != ENOENT) return ks_error_errno(err, errno, "cannot remove", old);
    *kept = link(path, old) == 0;
    if (*kept || errno == ENOENT || errno == EPERM || errno == ENOTSUP || errno == ENOSYS || errno == EMLINK)
        return KS_OK;
    return ks_error_errno(err, errno, "cannot link", old);
}

struct names {
    const char *folder;
    char *path, *new, *old;
};

/* Renames the new file, which is written and synced; on an error the old one gets its name back. */
static ks_status put_in_place(const struct names *names, ks_error *err) {
    bool kept = false, was_there = access(names->path, F_OK) == 0;
    ks_status status =
        ks_folder_sync(names->folder, err); /* the files that the new bytes refer to come first */
    if (!status) status = keep_old(names->path, names->old, &kept, err);
    if (status) return status;
    if (rename(names->new, names->path) != 0) {
        status = ks_error_errno(err, errno, "cannot put in place", names->path);
    } else {
        status = ks_folder_sync(names->folder, err);
        if (status && kept && rename(names->old, names->path) == 0) return status;
        if (status && !was_there) unlink(names->path);
    }
    if (kept) unlink(names->old); /* if this fails, the next replacement does it */
    return status;
}

ks_status ks_small_file_replace(const char *folder, const char *name, const void *bytes, size_t size,
                                ks_error *err) {
    struct names names = {.folder = folder};
    size_t room = strlen(folder) + strlen(name) + sizeof "/.new";
    ks_status status = ks_folder_path(&names.path, folder, name, err);
    if (status) return status;
    names.new = malloc(room);
    names.old = malloc(room);
    if (!names.new || !names.old) {
        status = ks_error_nomem(err);
        goto done;
    }
    snprintf(names.new, room, "%s.new", names.path);
    snprintf(names.old, room, "%s.old", names.path);
    status = write_new(names.new, bytes, size, err);
    if (!status) status = put_in_place(&names, err);
    if (status) unlink(names.new);
done:
    free(names.old);
    free(names.new);
    free(names.path);
    return status;
}
