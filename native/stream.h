/* Bytes that are appended to many sequences in turn, each in a chain of growing slices from one pool: as for
 * the lists of dynamic in-memory inversion, J. Zobel, A. Moffat, "Inverted files for text search engines",
 * ACM Computing Surveys 38(2), 2006, section 5. May use base and native's files. */
#ifndef KS_NATIVE_STREAM_H
#define KS_NATIVE_STREAM_H

#include "native/pool.h"

#include <stdbool.h>
#include <stdint.h>

/* Zero-initialise before use. Its slices belong to the pool, one and the same for all calls. */
typedef struct ks_stream {
    struct ks_stream_slice *first, *last;
    uint16_t used;      /* bytes in the last slice */
    uint16_t room;      /* that it has in all */
    uint32_t additions; /* calls of ks_stream_add, modulo 2^32 */
} ks_stream;

/* False when out of memory, and then nothing has changed. */
bool ks_stream_add(ks_stream *stream, ks_pool *pool, const void *bytes, size_t size);

/* The same for at most KS_STREAM_SHORT bytes, of as many that can be read, which takes less time. */
enum { KS_STREAM_SHORT = 8 };
bool ks_stream_add_short(ks_stream *stream, ks_pool *pool, const uint8_t bytes[KS_STREAM_SHORT], size_t size);

/* Begins to fetch from memory where the next bytes go. */
static inline void ks_stream_prefetch(const ks_stream *stream) {
    if (stream->last) __builtin_prefetch((const char *)stream->last + sizeof stream->last + stream->used, 1);
}

/* Bytes in all slices. */
size_t ks_stream_size(const ks_stream *stream);

/* Copies them all to `out`. */
void ks_stream_copy(const ks_stream *stream, uint8_t *out);

#endif
