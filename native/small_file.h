/* Reading and atomically replacing a small file. May use base, native/io.h and native/folder.h. */
#ifndef KS_NATIVE_SMALL_FILE_H
#define KS_NATIVE_SMALL_FILE_H

#include "base/buffer.h"

/* Appends FOLDER/NAME to `out`, at most its first `limit` bytes. */
ks_status ks_small_file_read(ks_buffer *out, const char *folder, const char *name, size_t limit,
                             ks_error *err);

/* A number that changes when the file is replaced, even by one of the same bytes. KS_ERR_NOT_FOUND. */
ks_status ks_small_file_stamp(uint64_t *out, const char *folder, const char *name, ks_error *err);

/* Replaces FOLDER/NAME: whoever opens it finds either the old bytes or the new ones, even after a crash. On
 * success everything written into the folder before is durable too. On an error the old file is still there,
 * with one exception: if the folder cannot be synced after the rename, and the file system has no hard links,
 * the new file stays although KS_ERR_IO is returned. Uses the names NAME.new and NAME.old. */
ks_status ks_small_file_replace(const char *folder, const char *name, const void *bytes, size_t size,
                                ks_error *err);

#endif
