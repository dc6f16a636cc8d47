/* Chains of slices; see stream.h. */
#include "native/stream.h"

#include <string.h>

/* Each slice is larger than the one before, so that chains are short and yet little room is left over. */
enum { FIRST = 8, LARGEST = 4096 };

struct ks_stream_slice {
    struct ks_stream_slice *next;
    uint8_t bytes[];
};

static uint16_t next_room(uint16_t room) {
    unsigned more = room + room / 2u + 8;
    return (uint16_t)(more < LARGEST ? more / 8 * 8 : LARGEST);
}

static bool add_slice(ks_stream *stream, ks_pool *pool) {
    uint16_t room = stream->first ? next_room(stream->room) : FIRST;
    struct ks_stream_slice *slice = ks_pool_alloc(pool, sizeof *slice + room);
    if (!slice) return false;
    if (stream->first)
        stream->last->next = slice;
    else
        stream->first = slice;
    stream->last = slice;
    stream->used = 0;
    stream->room = room;
    return true;
}

/* What does not fit into the last slice. */
static bool add_over(ks_stream *stream, ks_pool *pool, const uint8_t *bytes, size_t size) {
    const ks_stream before = *stream;
    for (;;) {
        size_t room = stream->room - stream->used, part = size < room ? size : room;
        if (part) memcpy(stream->last->bytes + stream->used, bytes, part);
        stream->used = (uint16_t)(stream->used + part);
        bytes += part;
        size -= part;
        if (size == 0) return true;
        if (!add_slice(stream, pool)) break;
    }
    *stream = before;
    return false;
}

bool ks_stream_add(ks_stream *stream, ks_pool *pool, const void *bytes, size_t size) {
    if (size <= (size_t)(stream->room - stream->used)) {
        if (size) memcpy(stream->last->bytes + stream->used, bytes, size);
        stream->used = (uint16_t)(stream->used + size);
    } else if (!add_over(stream, pool, bytes, size)) {
        return false;
    }
    stream->additions++;
    return true;
}

bool ks_stream_add_short(ks_stream *stream, ks_pool *pool, const uint8_t bytes[KS_STREAM_SHORT],
                         size_t size) {
    if (stream->room - stream->used < KS_STREAM_SHORT) return ks_stream_add(stream, pool, bytes, size);
    memcpy(stream->last->bytes + stream->used, bytes, KS_STREAM_SHORT);
    stream->used = (uint16_t)(stream->used + size);
    stream->additions++;
    return true;
}

size_t ks_stream_size(const ks_stream *stream) {
    size_t size = stream->used;
    uint16_t room = FIRST;
    for (const struct ks_stream_slice *slice = stream->first; slice != stream->last; slice = slice->next) {
        size += room;
        room = next_room(room);
    }
    return size;
}

void ks_stream_copy(const ks_stream *stream, uint8_t *out) {
    uint16_t room = FIRST;
    for (const struct ks_stream_slice *slice = stream->first; slice; slice = slice->next) {
        bool last = slice == stream->last;
        memcpy(out, slice->bytes, last ? stream->used : room);
        if (last) break;
        out += room;
        room = next_room(room);
    }
}
