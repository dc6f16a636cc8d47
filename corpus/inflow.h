/* The bytes of a file, decompressed if they are gzip: any number of members, each of which may be followed by
 * zeros. May use base, POSIX and zlib.
 *
 * zlib's own gzread would take garbage behind a gzip member, and so a damaged second member, for the end of
 * the file. */
#ifndef KS_CORPUS_INFLOW_H
#define KS_CORPUS_INFLOW_H

#include "base/error.h"

typedef struct ks_inflow ks_inflow;

/* Opens a file. KS_ERR_NOT_FOUND, KS_ERR_IO, KS_ERR_FORMAT for a directory, KS_ERR_NOMEM. */
ks_status ks_inflow_open(ks_inflow **out, const char *path, ks_error *err);

/* Reads from `fd`, which remains the caller's to close. Errors call it `name`. */
ks_status ks_inflow_open_fd(ks_inflow **out, int fd, const char *name, ks_error *err);

void ks_inflow_close(ks_inflow *inflow);

/* Reads up to `size` > 0 bytes into `out`; *got is 0 only at the end. KS_ERR_IO, or KS_ERR_FORMAT for gzip
 * data that is damaged or cut off. */
ks_status ks_inflow_read(ks_inflow *inflow, char *out, size_t size, size_t *got, ks_error *err);

/* The bytes read from the file so far, as they are in the file. */
uint64_t ks_inflow_bytes(const ks_inflow *inflow);

#endif
