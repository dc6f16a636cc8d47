/* The window over a file; see stream.h. */
#include "corpus/stream.h"

#include "base/memory.h"
#include "corpus/inflow.h"
#include "corpus/json_check.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 256 << 10 };

struct ks_stream {
    ks_inflow *inflow;
    char *data; /* the window is data[start..end) */
    size_t start, end, capacity;
    ks_place place; /* of data[start] */
};

static ks_status wrap(ks_stream **out, ks_inflow *inflow, ks_error *err) {
    ks_stream *stream = calloc(1, sizeof *stream);
    if (!stream) {
        ks_inflow_close(inflow);
        return ks_error_nomem(err);
    }
    stream->inflow = inflow;
    stream->place = (ks_place){.line = 1, .column = 1};
    *out = stream;
    return KS_OK;
}

ks_status ks_stream_open(ks_stream **out, const char *path, ks_error *err) {
    ks_inflow *inflow = NULL;
    ks_status status = ks_inflow_open(&inflow, path, err);
    return status ? status : wrap(out, inflow, err);
}

ks_status ks_stream_open_fd(ks_stream **out, int fd, const char *name, ks_error *err) {
    ks_inflow *inflow = NULL;
    ks_status status = ks_inflow_open_fd(&inflow, fd, name, err);
    return status ? status : wrap(out, inflow, err);
}

void ks_stream_close(ks_stream *stream) {
    if (!stream) return;
    ks_inflow_close(stream->inflow);
    free(stream->data);
    free(stream);
}

const char *ks_stream_window(const ks_stream *stream, size_t *size) {
    *size = stream->end - stream->start;
    return stream->data ? stream->data + stream->start : "";
}

ks_status ks_stream_more(ks_stream *stream, bool *more, ks_error *err) {
    size_t got = 0;
    ks_status status;
    if (stream->start && stream->capacity - stream->end < CHUNK) {
        memmove(stream->data, stream->data + stream->start, stream->end - stream->start);
        stream->end -= stream->start;
        stream->start = 0;
    }
    status = ks_array_reserve(&stream->data, &stream->capacity, stream->end + CHUNK, 1, err);
    if (!status)
        status = ks_inflow_read(stream->inflow, stream->data + stream->end, stream->capacity - stream->end,
                                &got, err);
    if (status) return status;
    stream->end += got;
    *more = got > 0;
    return KS_OK;
}

ks_status ks_stream_fill(ks_stream *stream, size_t size, ks_error *err) {
    bool more = true;
    ks_status status = KS_OK;
    while (!status && more && stream->end - stream->start < size) status = ks_stream_more(stream, &more, err);
    return status;
}

ks_place ks_place_after(ks_place place, const char *text, size_t size) {
    const char *end = text + size, *newline;
    place.byte += size;
    while ((newline = memchr(text, '\n', (size_t)(end - text))) != NULL) {
        place.line++;
        place.column = 1;
        text = newline + 1;
    }
    place.column += (uint64_t)(end - text);
    return place;
}

void ks_stream_skip(ks_stream *stream, size_t size) {
    size_t window;
    stream->place = ks_place_after(stream->place, ks_stream_window(stream, &window), size);
    stream->start += size;
}

ks_status ks_stream_skip_blank(ks_stream *stream, bool *at_end, ks_error *err) {
    bool more = true;
    ks_status status = KS_OK;
    while (!status && more) {
        size_t size, blank = 0;
        const char *text = ks_stream_window(stream, &size);
        while (blank < size && ks_json_is_blank(text[blank])) blank++;
        ks_stream_skip(stream, blank);
        if (blank < size) break;
        status = ks_stream_more(stream, &more, err);
    }
    if (!status) *at_end = !more;
    return status;
}

ks_status ks_stream_skip_mark(ks_stream *stream, ks_error *err) {
    size_t size;
    const char *text;
    ks_status status = ks_stream_fill(stream, 3, err);
    if (status) return status;
    text = ks_stream_window(stream, &size);
    if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        ks_stream_skip(stream, 3);
        stream->place.column = 1;
    }
    return KS_OK;
}

ks_place ks_stream_place(const ks_stream *stream) {
    return stream->place;
}

uint64_t ks_stream_bytes(const ks_stream *stream) {
    return ks_inflow_bytes(stream->inflow);
}
