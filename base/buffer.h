/* A growing byte buffer with a sticky error: append freely, check once at the end. May use base only. */
#ifndef KS_BASE_BUFFER_H
#define KS_BASE_BUFFER_H

#include "base/error.h"

#include <stdbool.h>

/* Zero-initialise before use. `data` is NUL-terminated once anything was appended; the NUL is not counted.
 * After a failed append `failed` stays set and later appends do nothing. */
typedef struct ks_buffer {
    char *data;
    size_t size, capacity;
    bool failed;
} ks_buffer;

void ks_buffer_add(ks_buffer *buffer, const void *bytes, size_t size);
void ks_buffer_str(ks_buffer *buffer, const char *text);
void ks_buffer_char(ks_buffer *buffer, char c);
void ks_buffer_format(ks_buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Cuts back to `size` bytes (at most the present size) and forgets nothing else. */
void ks_buffer_truncate(ks_buffer *buffer, size_t size);

/* KS_OK, or KS_ERR_NOMEM where an append has failed since the buffer was made. */
ks_status ks_buffer_check(const ks_buffer *buffer, ks_error *err);

/* Hands the bytes to the caller (free() them) and leaves the buffer empty; NULL where an append failed. */
char *ks_buffer_take(ks_buffer *buffer);

void ks_buffer_free(ks_buffer *buffer);

#endif
