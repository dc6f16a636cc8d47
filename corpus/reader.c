/* Opening a capture file with the reader of its format; see reader.h. */
#include "corpus/reader.h"

#include "corpus/feed.h"
#include "corpus/json_check.h"
#include "corpus/reader_format.h"

#include <stdlib.h>
#include <string.h>

/* So many bytes decide about a file without a known ending. */
enum { SNIFF_SIZE = 64 << 10 };

struct ks_source_reader {
    ks_stream *stream;
    const ks_format *format;
    void *state; /* the format's */
    uint64_t repaired;
};

static bool has_ending(const char *name, size_t size, const char *ending) {
    size_t length = strlen(ending);
    return size > length && memcmp(name + size - length, ending, length) == 0 &&
           name[size - length - 1] != '/';
}

/* NULL for a name without a known ending. */
static const ks_format *format_by_name(const char *name) {
    static const struct {
        const char *ending;
        const ks_format *format;
    } endings[] = {{".jsonl", &ks_format_jsonl},
                   {".ndjson", &ks_format_jsonl},
                   {".json", &ks_format_json},
                   {".txt", &ks_format_feed},
                   {".feed", &ks_format_feed}};
    size_t size = strlen(name);
    if (has_ending(name, size, ".gz")) size -= sizeof ".gz" - 1;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (has_ending(name, size, endings[i].ending)) return endings[i].format;
    return NULL;
}

bool ks_source_is_known(const char *name) {
    return format_by_name(name) != NULL;
}

/* NULL if no format begins like this. */
static const ks_format *format_of(const char *text, size_t size) {
    size_t blank = 0;
    while (blank < size && ks_json_is_blank(text[blank])) blank++;
    if (blank < size && text[blank] == '{') return &ks_format_jsonl;
    if (blank < size && text[blank] == '[') return &ks_format_json;
    return ks_feed_has_header(text, size) ? &ks_format_feed : NULL;
}

/* Opens the stream with *format, which is found out by content if it is NULL. */
static ks_status begin(const ks_format **format, void **state, ks_stream *stream, const char *name,
                       const ks_reader_options *options, ks_error *err) {
    static const ks_reader_options defaults = {0};
    const ks_format *found = *format;
    ks_status status = ks_stream_skip_mark(stream, err);
    if (!status && !found) {
        size_t size;
        const char *text;
        status = ks_stream_fill(stream, SNIFF_SIZE, err);
        text = ks_stream_window(stream, &size);
        if (!status) found = format_of(text, size < SNIFF_SIZE ? size : SNIFF_SIZE);
    }
    if (status) return status;
    if (!found)
        return ks_error_set(err, KS_ERR_FORMAT, "%s is no capture file: neither JSON nor a capture feed",
                            name);
    *format = found;
    return found->open ? found->open(state, stream, options ? options : &defaults, name, err) : KS_OK;
}

/* Makes a reader, which owns `stream`; on failure the stream is closed. */
static ks_status start(ks_source_reader **out, ks_stream *stream, const ks_format *format, const char *name,
                       const ks_reader_options *options, ks_error *err) {
    ks_status status = KS_ERR_NOMEM;
    ks_source_reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        ks_error_nomem(err);
        goto done;
    }
    *reader = (ks_source_reader){.stream = stream, .format = format};
    status = begin(&reader->format, &reader->state, stream, name, options, err);
done:
    if (status) {
        free(reader);
        ks_stream_close(stream);
    } else {
        *out = reader;
    }
    return status;
}

static ks_status check_options(const ks_reader_options *options, ks_error *err) {
    if (!options || (options->year >= 0 && options->year <= 9999)) return KS_OK;
    return ks_error_set(err, KS_ERR_ARGUMENT, "the year %d is not within 1 to 9999", options->year);
}

ks_status ks_source_open(ks_source_reader **out, const char *path, const ks_reader_options *options,
                         ks_error *err) {
    ks_stream *stream = NULL;
    ks_status status = check_options(options, err);
    if (!status) status = ks_stream_open(&stream, path, err);
    return status ? status : start(out, stream, format_by_name(path), path, options, err);
}

ks_status ks_source_open_fd(ks_source_reader **out, int fd, const char *name,
                            const ks_reader_options *options, ks_error *err) {
    ks_stream *stream = NULL;
    ks_status status = check_options(options, err);
    if (!status) status = ks_stream_open_fd(&stream, fd, name, err);
    return status ? status : start(out, stream, &ks_format_jsonl, name, options, err);
}

void ks_source_close(ks_source_reader *reader) {
    if (!reader) return;
    if (reader->format->close) reader->format->close(reader->state);
    ks_stream_close(reader->stream);
    free(reader);
}

ks_status ks_source_next(ks_source_reader *reader, ks_source_item *item, ks_error *err) {
    ks_source_item found;
    ks_status status = reader->format->next(reader->state, reader->stream, &found, &reader->repaired, err);
    if (!status) *item = found;
    return status;
}

uint64_t ks_source_bytes(const ks_source_reader *reader) {
    return ks_stream_bytes(reader->stream);
}

uint64_t ks_source_repaired(const ks_source_reader *reader) {
    return reader->repaired;
}
