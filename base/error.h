/* Filling a caller-owned ks_error. At the bottom of the include graph: may use nothing but the public header,
 * which defines ks_status and ks_error. */
#ifndef KS_BASE_ERROR_H
#define KS_BASE_ERROR_H

#include <ksearch/ksearch.h>

#include <stddef.h>
#include <stdint.h>

/* Writes code and message (printf format) into `err` and clears its hint and position. `err` may be NULL,
 * here and below. Returns `code`, so that a failing function can end with `return ks_error_set(err, KS_ERR_…,
 * …)`. */
ks_status ks_error_set(ks_error *err, ks_status code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds a hint at what the user can do. Returns the code that `err` holds, or `code` if `err` is NULL. */
ks_status ks_error_hint(ks_error *err, ks_status code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds the place: a byte offset, from 0, into the text or file that the message is about. Returns `code`. */
ks_status ks_error_at(ks_error *err, ks_status code, int64_t position);

/* Sets the message "WHAT PATH: strerror(errnum)" and a code that fits `errnum`: a full disk, a missing file,
 * no memory, or KS_ERR_IO. */
ks_status ks_error_errno(ks_error *err, int errnum, const char *what, const char *path);

/* Sets "out of memory", without allocating. Inline, so that static analyzers, too, see that it never returns
 * KS_OK. */
static inline ks_status ks_error_nomem(ks_error *err) {
    ks_error_set(err, KS_ERR_NOMEM, "out of memory");
    return KS_ERR_NOMEM;
}

#endif
