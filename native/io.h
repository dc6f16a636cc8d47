/* System calls on files, with errors that name the path; interrupted and short ones go on. May use base. */
#ifndef KS_NATIVE_IO_H
#define KS_NATIVE_IO_H

#include "base/error.h"

#include <sys/types.h>

/* open(2), closed on exec; a file made here is readable and writable as the umask allows. */
ks_status ks_io_open(int *fd, const char *path, int flags, ks_error *err);

/* Writes all bytes at the file's position. */
ks_status ks_io_write(int fd, const void *bytes, size_t size, const char *path, ks_error *err);

/* Reads until `size` bytes or the file's end; *got tells how many. */
ks_status ks_io_read(int fd, void *bytes, size_t size, size_t *got, const char *path, ks_error *err);

/* The size of a regular file; KS_ERR_CORRUPT where it is none. */
ks_status ks_io_size(int fd, uint64_t *size, const char *path, ks_error *err);

/* fsync(2). */
ks_status ks_io_sync(int fd, const char *path, ks_error *err);

/* The descriptor is gone, whatever this returns. */
ks_status ks_io_close(int fd, const char *path, ks_error *err);

#endif
