/* Where the generator writes: a file or stdout. */
#ifndef KS_BENCH_OUTPUT_H
#define KS_BENCH_OUTPUT_H

#include "base/buffer.h"

#include <stdio.h>

/* Opens `path` for writing; NULL is stdout. */
ks_status gen_output_open(FILE **out, const char *path, ks_error *err);

/* Writes the buffer's bytes and empties it. */
ks_status gen_output_write(FILE *out, ks_buffer *buffer, ks_error *err);

/* Closes `out`, which may be NULL. Returns `so_far` if that is an error, else whether everything was written.
 */
ks_status gen_output_close(FILE *out, ks_status so_far, ks_error *err);

#endif
