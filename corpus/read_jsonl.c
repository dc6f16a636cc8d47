/* JSON lines: one object per line, ended by LF or CRLF; blank lines are skipped. See reader_format.h. */
#include "corpus/json_check.h"
#include "corpus/reader_format.h"

#include <string.h>

/* The longest line that is held in memory: a record and its line end. */
static const size_t line_limit = KS_RECORD_LIMIT + 2;

static bool is_blank(const char *line, size_t size) {
    while (size && ks_json_is_blank(line[size - 1])) size--;
    return size == 0;
}

/* Finds the line at the start of the window: *size is without the line end, *whole with it. Of a line above
 * the limit this may be only a part, which is above the limit, too. */
static ks_status find_line(ks_stream *stream, size_t *size, size_t *whole, ks_error *err) {
    size_t window = 0, searched = 0;
    bool more = true;
    const char *text, *end = NULL;
    for (;;) {
        ks_status status;
        text = ks_stream_window(stream, &window);
        end = memchr(text + searched, '\n', window - searched);
        searched = window;
        if (end || !more || window > line_limit) break;
        status = ks_stream_more(stream, &more, err);
        if (status) return status;
    }
    *size = end ? (size_t)(end - text) : window;
    *whole = end ? *size + 1 : window;
    if (*size && text[*size - 1] == '\r') --*size;
    return KS_OK;
}

/* Steps to the next line without holding this one in memory. */
static ks_status skip_line(ks_stream *stream, ks_error *err) {
    bool more = true;
    while (more) {
        size_t window;
        const char *text = ks_stream_window(stream, &window);
        const char *end = memchr(text, '\n', window);
        ks_status status;
        ks_stream_skip(stream, end ? (size_t)(end - text) + 1 : window);
        if (end) break;
        status = ks_stream_more(stream, &more, err);
        if (status) return status;
    }
    return KS_OK;
}

static ks_status next(void *state, ks_stream *stream, ks_source_item *item, uint64_t *repaired,
                      ks_error *err) {
    (void)state;
    for (;;) {
        size_t size = 0, whole = 0, window;
        ks_place start = ks_stream_place(stream);
        ks_status status = find_line(stream, &size, &whole, err);
        const char *line = ks_stream_window(stream, &window);
        if (status) return status;
        if (whole == 0) {
            ks_item_end(item, start);
            return KS_OK;
        }
        if (size > KS_RECORD_LIMIT) {
            ks_item_reject_size(item, start);
            return skip_line(stream, err);
        }
        if (!is_blank(line, size)) {
            status = ks_item_parse(item, line, size, start, repaired, err);
            if (!status) ks_stream_skip(stream, whole);
            return status;
        }
        ks_stream_skip(stream, whole);
    }
}

const ks_format ks_format_jsonl = {.next = next};
