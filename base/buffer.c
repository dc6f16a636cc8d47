/* The growing byte buffer; see buffer.h. */
#include "base/buffer.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(ks_buffer *buffer, size_t more) {
    if (buffer->failed) return false;
    if (more < buffer->capacity - buffer->size) return true; /* less than: the NUL needs a byte, too */
    if (more >= SIZE_MAX - buffer->size ||
        ks_array_reserve(&buffer->data, &buffer->capacity, buffer->size + more + 1, 1, NULL))
        buffer->failed = true;
    return !buffer->failed;
}

void ks_buffer_add(ks_buffer *buffer, const void *bytes, size_t size) {
    if (!reserve(buffer, size)) return;
    if (size) memcpy(buffer->data + buffer->size, bytes, size);
    buffer->size += size;
    buffer->data[buffer->size] = '\0';
}

void ks_buffer_str(ks_buffer *buffer, const char *text) {
    ks_buffer_add(buffer, text, strlen(text));
}

void ks_buffer_char(ks_buffer *buffer, char c) {
    ks_buffer_add(buffer, &c, 1);
}

void ks_buffer_format(ks_buffer *buffer, const char *format, ...) {
    va_list args, again;
    int size;
    va_start(args, format);
    va_copy(again, args);
    size = vsnprintf(NULL, 0, format, args);
    if (size < 0) {
        buffer->failed = true;
    } else if (reserve(buffer, (size_t)size)) {
        vsnprintf(buffer->data + buffer->size, (size_t)size + 1, format, again);
        buffer->size += (size_t)size;
    }
    va_end(again);
    va_end(args);
}

void ks_buffer_truncate(ks_buffer *buffer, size_t size) {
    if (size >= buffer->size) return;
    buffer->size = size;
    buffer->data[size] = '\0';
}

ks_status ks_buffer_check(const ks_buffer *buffer, ks_error *err) {
    return buffer->failed ? ks_error_nomem(err) : KS_OK;
}

char *ks_buffer_take(ks_buffer *buffer) {
    char *data;
    ks_buffer_add(buffer, "", 0);
    data = buffer->failed ? NULL : buffer->data;
    if (buffer->failed) free(buffer->data);
    *buffer = (ks_buffer){0};
    return data;
}

void ks_buffer_free(ks_buffer *buffer) {
    free(buffer->data);
    *buffer = (ks_buffer){0};
}
