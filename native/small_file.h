/* A file that is read as a whole and replaced as a whole. May use base, native/io.h and native/folder.h. */
#ifndef KS_NATIVE_SMALL_FILE_H
#define KS_NATIVE_SMALL_FILE_H

#include "base/buffer.h"

/* Appends the first `limit` bytes of FOLDER/NAME, or all of it where it has fewer. */
ks_status ks_small_file_read(ks_buffer *out, const char *folder, const char *name, size_t limit,
                             ks_error *err);

/* Another file under this name has another stamp, one of the same bytes too. KS_ERR_NOT_FOUND. */
ks_status ks_small_file_stamp(uint64_t *out, const char *folder, const char *name, ks_error *err);

/* Puts the bytes in place of FOLDER/NAME: whoever opens it finds the old bytes or the new ones, also after a
 * crash. What was written into the folder before is then durable too. On an error the old file is in its
 * place. (One exception: the folder cannot be synced after the rename, and the file system has no hard links.
 * The new file then stays, with KS_ERR_IO all the same.) Uses the names NAME.new and NAME.old. */
ks_status ks_small_file_replace(const char *folder, const char *name, const void *bytes, size_t size,
                                ks_error *err);

#endif
