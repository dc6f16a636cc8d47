/* Bytes that wait for their section of a file to begin: in memory at first, past some size in an unlinked
 * temporary file. May use base and native's io and file_writer. */
#ifndef KS_NATIVE_SPILL_H
#define KS_NATIVE_SPILL_H

#include "native/file_writer.h"

typedef struct ks_spill {
    char *path;
    size_t most;       /* bytes kept in memory */
    ks_buffer waiting; /* bytes that are not in the temporary file */
    uint64_t size;     /* of all bytes */
    int fd;
    bool open; /* whether there is a temporary file, which is fd */
} ks_spill;

/* Zero-initialise *spill first. FOLDER/NAME, which must not exist, is created and unlinked at once when more
 * than `most` bytes wait. */
ks_status ks_spill_init(ks_spill *spill, const char *folder, const char *name, size_t most, ks_error *err);

ks_status ks_spill_add(ks_spill *spill, const void *bytes, size_t size, ks_error *err);

/* Appends all bytes to the file's current section. Nothing can be added to the spill afterwards. */
ks_status ks_spill_copy(ks_spill *spill, ks_file_writer *file, ks_error *err);

void ks_spill_free(ks_spill *spill);

#endif
