/* One JSON array of objects, or one object, read element by element. See reader_format.h.
 *
 * An element that is no record rejects only itself. If the structure of the array is broken, nothing tells
 * where the next element starts: that is one last reject, and then the end. */
#include "corpus/json_span.h"
#include "corpus/reader_format.h"

#include <stdlib.h>

/* What may come next. */
enum expect { FIRST_ELEMENT, ELEMENT, COMMA, NOTHING, END };

struct array {
    enum expect expect;
    enum expect after_element;
};

static ks_status open_array(void **state, ks_stream *stream, const ks_reader_options *options,
                            const char *name, ks_error *err) {
    struct array *array;
    size_t size;
    bool at_end = false;
    ks_status status = ks_stream_skip_blank(stream, &at_end, err);
    const char *text = ks_stream_window(stream, &size);
    (void)options;
    if (status) return status;
    if (at_end || (*text != '[' && *text != '{'))
        return ks_error_set(err, KS_ERR_FORMAT, "%s is no JSON array or object", name);
    array = calloc(1, sizeof *array);
    if (!array) return ks_error_nomem(err);
    *array = (struct array){.expect = ELEMENT, .after_element = NOTHING};
    if (*text == '[') {
        *array = (struct array){.expect = FIRST_ELEMENT, .after_element = COMMA};
        ks_stream_skip(stream, 1);
    }
    *state = array;
    return KS_OK;
}

/* Gives the last reject: from window[at] on, the file cannot be understood. */
static ks_status give_up(struct array *array, const ks_stream *stream, ks_place start, size_t at,
                         const char *reason, ks_source_item *item) {
    size_t size;
    const char *text = ks_stream_window(stream, &size);
    ks_item_reject(item, start, ks_place_after(ks_stream_place(stream), text, at), reason);
    array->expect = END;
    return KS_OK;
}

/* Finds the end of the element at the start of the window and sets *at to it. The beginning of an element
 * above the limit is dropped, and *too_large set. */
static ks_status walk_element(ks_stream *stream, ks_json_span_state *state, size_t *at, bool *too_large,
                              ks_error *err) {
    ks_json_span span = {0};
    bool more = true;
    for (;;) {
        size_t size;
        const char *text = ks_stream_window(stream, &size);
        ks_status status;
        *state = ks_json_span_walk(&span, text, size, at);
        if (*at > KS_RECORD_LIMIT) *too_large = true;
        if (*state != KS_SPAN_OPEN || !more) return KS_OK;
        if (*too_large) {
            ks_stream_skip(stream, size);
            *at = 0;
        }
        status = ks_stream_more(stream, &more, err);
        if (status) return status;
    }
}

static ks_status read_element(struct array *array, ks_stream *stream, ks_source_item *item,
                              uint64_t *repaired, ks_error *err) {
    ks_place start = ks_stream_place(stream);
    ks_json_span_state state = KS_SPAN_OPEN;
    size_t at = 0, size;
    bool too_large = false;
    ks_status status = walk_element(stream, &state, &at, &too_large, err);
    if (status) return status;
    switch (state) {
    case KS_SPAN_OPEN: return give_up(array, stream, start, at, "the file ends inside a record", item);
    case KS_SPAN_BROKEN: return give_up(array, stream, start, at, "not valid JSON: unexpected text", item);
    case KS_SPAN_DEEP: return give_up(array, stream, start, at, "not valid JSON: nested too deeply", item);
    case KS_SPAN_CLOSED: break;
    }
    if (too_large)
        ks_item_reject_size(item, start);
    else
        status = ks_item_parse(item, ks_stream_window(stream, &size), at, start, repaired, err);
    if (status) return status;
    ks_stream_skip(stream, at);
    array->expect = array->after_element;
    return KS_OK;
}

/* Steps over a comma or the closing bracket where one is allowed; false if anything else comes next. */
static bool take_separator(struct array *array, ks_stream *stream, char c) {
    bool comma = c == ',' && array->expect == COMMA;
    bool closed = c == ']' && (array->expect == COMMA || array->expect == FIRST_ELEMENT);
    if (!comma && !closed) return false;
    ks_stream_skip(stream, 1);
    array->expect = comma ? ELEMENT : NOTHING;
    return true;
}

static ks_status next(void *state, ks_stream *stream, ks_source_item *item, uint64_t *repaired,
                      ks_error *err) {
    struct array *array = state;
    ks_place here;
    bool at_end = false;
    char c;
    do {
        size_t size;
        ks_status status = ks_stream_skip_blank(stream, &at_end, err);
        if (status) return status;
        here = ks_stream_place(stream);
        c = at_end ? '\0' : *ks_stream_window(stream, &size);
    } while (take_separator(array, stream, c));
    if (array->expect == END || (array->expect == NOTHING && at_end)) {
        ks_item_end(item, here);
        return KS_OK;
    }
    if (array->expect == NOTHING)
        return give_up(array, stream, here, 0, "more text behind the JSON value", item);
    if (at_end) return give_up(array, stream, here, 0, "the file ends before its array does", item);
    if (array->expect == COMMA)
        return give_up(array, stream, here, 0, "a comma is missing before this", item);
    return read_element(array, stream, item, repaired, err);
}

const ks_format ks_format_json = {.open = open_array, .next = next, .close = free};
