/* The writer's lock; see lock.h. It uses flock(2): a POSIX record lock would not keep out a second writer in
 * the same process, and would be lost when any descriptor of the file is closed. */
#include "native/lock.h"

#include "native/folder.h"
#include "native/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

static ks_status lock_file(int fd, const char *path, ks_error *err) {
    int locked;
    do {
        locked = flock(fd, LOCK_EX | LOCK_NB);
    } while (locked != 0 && errno == EINTR);
    if (locked == 0) return KS_OK;
    if (errno != EWOULDBLOCK) return ks_error_errno(err, errno, "cannot lock", path);
    ks_error_set(err, KS_ERR_LOCKED, "another process is writing to this index");
    return ks_error_hint(err, KS_ERR_LOCKED, "wait until it is done, then try again");
}

ks_status ks_lock_take(ks_lock *out, const char *folder, ks_error *err) {
    char *path = NULL;
    int fd;
    ks_status status = ks_folder_path(&path, folder, KS_LOCK_NAME, err);
    if (status) return status;
    status = ks_io_open(&fd, path, O_RDWR | O_CREAT, err);
    if (!status) {
        status = lock_file(fd, path, err);
        if (status)
            close(fd);
        else
            out->fd = fd;
    }
    free(path);
    return status;
}

void ks_lock_release(ks_lock *lock) {
    if (lock->fd >= 0) close(lock->fd);
    lock->fd = -1;
}
