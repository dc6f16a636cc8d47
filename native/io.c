/* System calls on files; see io.h. */
#include "native/io.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Linux moves at most 2 GiB in one call; some systems refuse larger requests. */
enum { LARGEST_CALL = 1 << 30 };

static ks_status failed(ks_error *err, const char *what, const char *path) {
    ks_status status = ks_error_errno(err, errno, what, path);
    if (status == KS_ERR_NO_SPACE)
        ks_error_hint(err, status, "the index is as it was; make room and try again");
    return status;
}

ks_status ks_io_open(int *fd, const char *path, int flags, ks_error *err) {
    int opened;
    do {
        opened = open(path, flags | O_CLOEXEC, 0666);
    } while (opened < 0 && errno == EINTR);
    if (opened < 0) return failed(err, "cannot open", path);
    *fd = opened;
    return KS_OK;
}

ks_status ks_io_write(int fd, const void *bytes, size_t size, const char *path, ks_error *err) {
    const char *at = bytes;
    while (size > 0) {
        ssize_t put = write(fd, at, size < LARGEST_CALL ? size : LARGEST_CALL);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return failed(err, "cannot write", path);
        at += put;
        size -= (size_t)put;
    }
    return KS_OK;
}

ks_status ks_io_read(int fd, void *bytes, size_t size, size_t *got, const char *path, ks_error *err) {
    char *at = bytes;
    size_t sum = 0;
    while (sum < size) {
        size_t rest = size - sum;
        ssize_t more = read(fd, at + sum, rest < LARGEST_CALL ? rest : LARGEST_CALL);
        if (more < 0 && errno == EINTR) continue;
        if (more < 0) return ks_error_errno(err, errno, "cannot read", path);
        if (more == 0) break;
        sum += (size_t)more;
    }
    *got = sum;
    return KS_OK;
}

ks_status ks_io_size(int fd, uint64_t *size, const char *path, ks_error *err) {
    struct stat info;
    if (fstat(fd, &info) != 0) return ks_error_errno(err, errno, "cannot look at", path);
    if (!S_ISREG(info.st_mode)) return ks_error_set(err, KS_ERR_CORRUPT, "%s: not a regular file", path);
    *size = (uint64_t)info.st_size;
    return KS_OK;
}

ks_status ks_io_sync(int fd, const char *path, ks_error *err) {
    while (fsync(fd) != 0)
        if (errno != EINTR) return failed(err, "cannot sync", path);
    return KS_OK;
}

ks_status ks_io_close(int fd, const char *path, ks_error *err) {
    if (close(fd) != 0 && errno != EINTR) return failed(err, "cannot close", path);
    return KS_OK;
}
