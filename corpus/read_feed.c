/* The text of a capture feed. It is read as a whole, because all of it is needed to split its tags. See
 * reader_format.h. */
#include "corpus/feed_record.h"
#include "corpus/reader_format.h"

#include "base/map.h"

#include <stdlib.h>

/* A larger text is no feed. */
enum { TEXT_LIMIT = 64 << 20 };

struct feed_state {
    ks_feed feed;
    ks_tag_splitter *splitter;
    ks_map names; /* kinds and authors that the splitter has seen */
    ks_place start;
    size_t next;
};

static void close_feed(void *state) {
    struct feed_state *feed = state;
    ks_feed_free(&feed->feed);
    ks_tag_splitter_free(feed->splitter);
    ks_map_free(&feed->names);
    free(feed);
}

/* Reads on until the whole file is in the window. */
static ks_status load(ks_stream *stream, const char *name, ks_error *err) {
    size_t size;
    ks_status status = ks_stream_fill(stream, (size_t)TEXT_LIMIT + 1, err);
    if (status) return status;
    ks_stream_window(stream, &size);
    if (size <= TEXT_LIMIT) return KS_OK;
    return ks_error_set(err, KS_ERR_TOO_LARGE, "%s is longer than the limit of %d bytes for capture feeds",
                        name, (int)TEXT_LIMIT);
}

/* A word list that does not exist is not used. */
static ks_status learn_words(ks_tag_splitter *splitter, const char *path, ks_error *err) {
    ks_stream *stream = NULL;
    ks_error problem;
    ks_status status = ks_stream_open(&stream, path, &problem);
    if (status == KS_ERR_NOT_FOUND) return KS_OK;
    if (!status) status = load(stream, path, &problem);
    if (!status) {
        size_t size;
        const char *text = ks_stream_window(stream, &size);
        status = ks_tag_splitter_add_words(splitter, text, size, &problem);
    }
    ks_stream_close(stream);
    if (status && err) *err = problem;
    return status;
}

/* A kind or an author counts as one text, however many entries have it. */
static ks_status learn_name(struct feed_state *state, ks_slice name, ks_error *err) {
    bool added = false;
    ks_status status = ks_map_insert(&state->names, name.text, name.size, 0, NULL, &added, err);
    if (status || !added) return status;
    return ks_tag_splitter_add_text(state->splitter, name.text, name.size, err);
}

static ks_status learn_piece(ks_tag_splitter *splitter, const ks_feed_piece *piece, ks_error *err) {
    if (piece->what == KS_FEED_TAGS)
        return ks_tag_splitter_add_tags(splitter, piece->line.text, piece->line.size, err);
    return ks_tag_splitter_add_text(splitter, piece->line.text, piece->line.size, err);
}

static ks_status learn(struct feed_state *state, const char *word_list, ks_error *err) {
    const ks_feed *feed = &state->feed;
    ks_status status = ks_tag_splitter_new(&state->splitter, err);
    for (size_t i = 0; !status && i < feed->count; i++) {
        status = learn_name(state, feed->entries[i].header.kind, err);
        if (!status) status = learn_name(state, feed->entries[i].header.author, err);
    }
    for (size_t i = 0; !status && i < feed->piece_count; i++)
        status = learn_piece(state->splitter, &feed->pieces[i], err);
    if (!status && word_list) status = learn_words(state->splitter, word_list, err);
    return status ? status : ks_tag_splitter_learn(state->splitter, err);
}

static ks_status open_feed(void **out, ks_stream *stream, const ks_reader_options *options, const char *name,
                           ks_error *err) {
    struct feed_state *state = calloc(1, sizeof *state);
    const char *text;
    size_t size;
    ks_status status;
    if (!state) return ks_error_nomem(err);
    status = load(stream, name, err);
    if (status) goto done;
    text = ks_stream_window(stream, &size);
    state->start = ks_stream_place(stream);
    status = ks_feed_read(&state->feed, text, size, err);
    if (!status && state->feed.count == 0)
        status =
            ks_error_set(err, KS_ERR_FORMAT, "%s is not a capture feed: no line is a record's header", name);
    if (status) goto done;
    if (options->year) ks_feed_infer_years(&state->feed, options->year);
    status = learn(state, options->word_list, err);
done:
    if (status)
        close_feed(state);
    else
        *out = state;
    return status;
}

/* The window of the stream stays as it is to the end, since the feed points into it. */
static ks_status next(void *state, ks_stream *stream, ks_source_item *item, uint64_t *repaired,
                      ks_error *err) {
    struct feed_state *feed = state;
    const ks_feed_entry *entry = &feed->feed.entries[feed->next];
    ks_place place = feed->start;
    ks_record *record = NULL;
    ks_error problem;
    ks_status status;
    if (feed->next == feed->feed.count) {
        ks_item_end(item, ks_stream_place(stream));
        return KS_OK;
    }
    place.line = entry->line;
    place.byte += entry->byte;
    status = ks_feed_record(&record, &feed->feed, feed->next, feed->splitter, repaired, &problem);
    if (status == KS_OK) {
        ks_item_accept(item, record, place);
    } else if (status == KS_ERR_FORMAT || status == KS_ERR_TOO_LARGE) {
        ks_item_reject(item, place, place, problem.message);
    } else {
        if (err) *err = problem;
        return status;
    }
    feed->next++;
    return KS_OK;
}

const ks_format ks_format_feed = {.open = open_feed, .next = next, .close = close_feed};
