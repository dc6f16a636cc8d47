/* Filling a caller-owned ks_error; see error.h. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

ks_status ks_error_set(ks_error *err, ks_status code, const char *format, ...) {
    if (!err) return code;
    va_list args;
    err->code = code;
    err->position = -1;
    err->hint[0] = '\0';
    va_start(args, format);
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    return code;
}

ks_status ks_error_hint(ks_error *err, ks_status code, const char *format, ...) {
    if (!err) return code;
    va_list args;
    va_start(args, format);
    vsnprintf(err->hint, sizeof err->hint, format, args);
    va_end(args);
    return err->code;
}

ks_status ks_error_at(ks_error *err, ks_status code, int64_t position) {
    if (err) err->position = position;
    return code;
}

static ks_status code_of_errno(int errnum) {
    switch (errnum) {
    case ENOMEM: return KS_ERR_NOMEM;
    case ENOENT:
    case ENOTDIR: return KS_ERR_NOT_FOUND;
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return KS_ERR_NO_SPACE;
    default: return KS_ERR_IO;
    }
}

ks_status ks_error_errno(ks_error *err, int errnum, const char *what, const char *path) {
    char reason[128];
    if (strerror_r(errnum, reason, sizeof reason) != 0) snprintf(reason, sizeof reason, "error %d", errnum);
    return ks_error_set(err, code_of_errno(errnum), "%s %s: %s", what, path, reason);
}

const char *ks_status_name(ks_status status) {
    switch (status) {
    case KS_OK: return "ok";
    case KS_ERR_ARGUMENT: return "argument";
    case KS_ERR_NOMEM: return "no_memory";
    case KS_ERR_IO: return "io";
    case KS_ERR_NO_SPACE: return "no_space";
    case KS_ERR_NOT_FOUND: return "not_found";
    case KS_ERR_NO_INDEX: return "no_index";
    case KS_ERR_LOCKED: return "locked";
    case KS_ERR_CORRUPT: return "corrupt";
    case KS_ERR_VERSION: return "version";
    case KS_ERR_FORMAT: return "format";
    case KS_ERR_TOO_LARGE: return "too_large";
    case KS_ERR_REJECTED: return "rejected";
    case KS_ERR_ENGINE: return "engine";
    }
    return "unknown";
}
