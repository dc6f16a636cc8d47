/* A growing byte buffer with a sticky error: append freely, check once at the end. May use base.
 *
 *     ks_buffer text = {0};
 *     ks_buffer_str(&text, "page ");
 *     ks_buffer_format(&text, "%d", page);
 *     status = ks_buffer_check(&text, err);    the one check
 *     …
 *     ks_buffer_free(&text);
 */
#ifndef KS_BASE_BUFFER_H
#define KS_BASE_BUFFER_H

#include "base/error.h"

#include <stdbool.h>

/* Zero-initialise before use. Once anything has been appended, if only an empty text, `data` is
 * NUL-terminated; the NUL is not counted in `size`. After a failed append `failed` stays set, and further
 * appends do nothing. */
typedef struct ks_buffer {
    char *data;
    size_t size, capacity;
    bool failed;
} ks_buffer;

void ks_buffer_add(ks_buffer *buffer, const void *bytes, size_t size);
void ks_buffer_str(ks_buffer *buffer, const char *text);
void ks_buffer_char(ks_buffer *buffer, char c);
void ks_buffer_format(ks_buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Cuts the contents to their first `size` bytes, if there are more; keeps the memory and `failed`. */
void ks_buffer_truncate(ks_buffer *buffer, size_t size);

/* KS_OK, or KS_ERR_NOMEM if any append has failed. */
ks_status ks_buffer_check(const ks_buffer *buffer, ks_error *err);

/* Hands the bytes to the caller, who must free() them, and empties the buffer. NULL if an append failed. */
char *ks_buffer_take(ks_buffer *buffer);

void ks_buffer_free(ks_buffer *buffer);

#endif
