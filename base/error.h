/* Filling a caller-owned ks_error. Lives at the bottom of the house: may use nothing but the public
 * header, which owns the types ks_status and ks_error. */
#ifndef KS_BASE_ERROR_H
#define KS_BASE_ERROR_H

#include <ksearch/ksearch.h>

#include <stddef.h>
#include <stdint.h>

/* Writes code and message (printf format) into `err`, which may be NULL, and returns `code`, so that a
 * failing function can end with `return ks_error_set(err, KS_ERR_…, …)`. Clears hint and position. */
ks_status ks_error_set(ks_error *err, ks_status code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds what the user can do about it. Returns the code that `err` holds, or `code` when err is NULL. */
ks_status ks_error_hint(ks_error *err, ks_status code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds where it is: a byte offset into what the message speaks of, from 0. */
ks_status ks_error_at(ks_error *err, ks_status code, int64_t position);

/* "WHAT PATH: strerror(errno)", the code chosen from errno (full disk, missing file, other). */
ks_status ks_error_errno(ks_error *err, int errnum, const char *what, const char *path);

/* Out of memory; needs no memory itself. Inline, so that every reader of the code, analyzers among them, sees
 * that it never returns KS_OK. */
static inline ks_status ks_error_nomem(ks_error *err) {
    ks_error_set(err, KS_ERR_NOMEM, "out of memory");
    return KS_ERR_NOMEM;
}

#endif
