/* Writing with every error reported. */
#include "bench/generate/output.h"

#include <errno.h>

ks_status gen_output_open(FILE **out, const char *path, ks_error *err) {
    FILE *file = path ? fopen(path, "wb") : stdout;
    if (!file) return ks_error_errno(err, errno, "cannot write", path);
    *out = file;
    return KS_OK;
}

ks_status gen_output_write(FILE *out, ks_buffer *buffer, ks_error *err) {
    ks_status status = ks_buffer_check(buffer, err);
    if (status != KS_OK) return status;
    if (buffer->size > 0 && fwrite(buffer->data, 1, buffer->size, out) != buffer->size)
        return ks_error_errno(err, errno, "cannot write", "the output");
    ks_buffer_truncate(buffer, 0);
    return KS_OK;
}

ks_status gen_output_close(FILE *out, ks_status so_far, ks_error *err) {
    if (!out) return so_far;
    int failed = out == stdout ? fflush(out) : fclose(out);
    if (so_far != KS_OK || !failed) return so_far;
    return ks_error_errno(err, errno, "cannot write", "the output");
}
