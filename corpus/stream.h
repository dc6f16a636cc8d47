/* The decompressed bytes of a file through a window: a reader looks at it, steps over what it has used, and
 * asks for more. Counts lines and bytes. May use base. */
#ifndef KS_CORPUS_STREAM_H
#define KS_CORPUS_STREAM_H

#include "base/error.h"

#include <stdbool.h>

typedef struct ks_stream ks_stream;

/* A position in the decompressed file. */
typedef struct ks_place {
    uint64_t line;   /* from 1 */
    uint64_t column; /* in bytes, from 1 */
    uint64_t byte;   /* from 0 */
} ks_place;

/* As ks_inflow_open and ks_inflow_open_fd. */
ks_status ks_stream_open(ks_stream **out, const char *path, ks_error *err);
ks_status ks_stream_open_fd(ks_stream **out, int fd, const char *name, ks_error *err);

void ks_stream_close(ks_stream *stream);

/* The window, *size bytes: what was read and not yet stepped over. Borrowed until the next call that reads or
 * skips. */
const char *ks_stream_window(const ks_stream *stream, size_t *size);

/* Reads on and so extends the window. At the end of the file *more is false and the window as it was. */
ks_status ks_stream_more(ks_stream *stream, bool *more, ks_error *err);

/* Reads on until the window has `size` bytes or the file ends. */
ks_status ks_stream_fill(ks_stream *stream, size_t size, ks_error *err);

/* Steps over the first `size` bytes of the window, which must have them. */
void ks_stream_skip(ks_stream *stream, size_t size);

/* Steps over white space (space, tab, CR, LF), reading on as needed. *at_end tells whether nothing follows
 * it. */
ks_status ks_stream_skip_blank(ks_stream *stream, bool *at_end, ks_error *err);

/* Steps over a byte order mark, if there is one. It does not count as a column. */
ks_status ks_stream_skip_mark(ks_stream *stream, ks_error *err);

/* The position at which the window starts. */
ks_place ks_stream_place(const ks_stream *stream);

/* The position behind text[0..size) that stands at `place`. */
ks_place ks_place_after(ks_place place, const char *text, size_t size);

/* The bytes read from the file so far, as they are in the file. */
uint64_t ks_stream_bytes(const ks_stream *stream);

#endif
