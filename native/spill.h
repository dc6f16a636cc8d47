/* Bytes that wait until their section of a file begins: in memory while they are few, then in a file that has
 * no name. May use base and native's io and file_writer. */
#ifndef KS_NATIVE_SPILL_H
#define KS_NATIVE_SPILL_H

#include "native/file_writer.h"

typedef struct ks_spill {
    char *path;
    size_t most; /* bytes kept in memory */
    ks_buffer waiting;
    uint64_t size; /* of all bytes */
    int fd;
    bool open; /* fd is that of the file */
} ks_spill;

/* Zero-initialise *spill. FOLDER/NAME, which must not be there, is made and at once unlinked when more than
 * `most` bytes wait. */
ks_status ks_spill_init(ks_spill *spill, const char *folder, const char *name, size_t most, ks_error *err);

ks_status ks_spill_add(ks_spill *spill, const void *bytes, size_t size, ks_error *err);

/* Appends all bytes to the present section; nothing can be added afterwards. */
ks_status ks_spill_copy(ks_spill *spill, ks_file_writer *file, ks_error *err);

void ks_spill_free(ks_spill *spill);

#endif
