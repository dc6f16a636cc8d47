/* System calls on files. Interrupted and short calls are continued; errors name the path. May use base. */
#ifndef KS_NATIVE_IO_H
#define KS_NATIVE_IO_H

#include "base/error.h"

#include <sys/types.h>

/* open(2) with O_CLOEXEC; a file made here is readable and writable as the umask allows. */
ks_status ks_io_open(int *fd, const char *path, int flags, ks_error *err);

/* Writes all bytes at the file's position. */
ks_status ks_io_write(int fd, const void *bytes, size_t size, const char *path, ks_error *err);

/* Reads `size` bytes, or up to the end of the file; *got tells how many. */
ks_status ks_io_read(int fd, void *bytes, size_t size, size_t *got, const char *path, ks_error *err);

/* The size of a regular file; KS_ERR_CORRUPT if it is something else. */
ks_status ks_io_size(int fd, uint64_t *size, const char *path, ks_error *err);

/* fsync(2). */
ks_status ks_io_sync(int fd, const char *path, ks_error *err);

/* Closes the descriptor, even if this returns an error. */
ks_status ks_io_close(int fd, const char *path, ks_error *err);

#endif
