/* Parsing a capture feed; see feed.h. */
#include "corpus/feed.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static ks_status add_entry(ks_feed *feed, const ks_feed_header *header, uint64_t line, uint64_t byte,
                           ks_error *err) {
    ks_status status =
        ks_array_reserve(&feed->entries, &feed->capacity, feed->count + 1, sizeof *feed->entries, err);
    if (status) return status;
    feed->entries[feed->count++] =
        (ks_feed_entry){.header = *header, .line = line, .byte = byte, .first = feed->piece_count};
    return KS_OK;
}

static ks_status add_piece(ks_feed *feed, ks_slice line, ks_error *err) {
    ks_feed_entry *entry = &feed->entries[feed->count - 1];
    ks_status status = ks_array_reserve(&feed->pieces, &feed->piece_capacity, feed->piece_count + 1,
                                        sizeof *feed->pieces, err);
    ks_feed_line what;
    if (status) return status;
    what = ks_feed_line_of(line, entry->has_text);
    feed->pieces[feed->piece_count++] = (ks_feed_piece){.what = what, .line = line};
    if (what == KS_FEED_TEXT) entry->has_text = true;
    entry->count++;
    return KS_OK;
}

/* Takes the line at text[*at] and steps over it. */
static ks_slice take_line(const char *text, size_t size, size_t *at) {
    const char *end = memchr(text + *at, '\n', size - *at);
    size_t length = end ? (size_t)(end - text) - *at : size - *at;
    ks_slice line = ks_slice_trim((ks_slice){text + *at, length});
    *at += end ? length + 1 : length;
    return line;
}

bool ks_feed_has_header(const char *text, size_t size) {
    ks_feed_header header;
    for (size_t at = 0; at < size;)
        if (ks_feed_header_read(&header, take_line(text, size, &at))) return true;
    return false;
}

ks_status ks_feed_read(ks_feed *feed, const char *text, size_t size, ks_error *err) {
    ks_status status = KS_OK;
    uint64_t number = 1;
    for (size_t at = 0; !status && at < size; number++) {
        ks_slice line = take_line(text, size, &at);
        ks_feed_header header;
        if (ks_feed_header_read(&header, line))
            status = add_entry(feed, &header, number, (uint64_t)(line.text - text), err);
        else if (line.size && feed->count)
            status = add_piece(feed, line, err);
    }
    return status;
}

void ks_feed_infer_years(ks_feed *feed, int year) {
    int newer = 1300; /* above every month and day, as month * 100 + day */
    for (size_t i = 0; i < feed->count; i++) {
        ks_feed_entry *entry = &feed->entries[i];
        ks_date *date = &entry->header.date;
        int day = date->month * 100 + date->day;
        if (!entry->header.date_exists) continue;
        if (date->year) {
            year = date->year;
        } else {
            if (day > newer) year--;
            entry->year_is_inferred = year > 0 && ks_date_exists(year, date->month, date->day);
            if (entry->year_is_inferred) date->year = year;
        }
        newer = day;
    }
}

void ks_feed_free(ks_feed *feed) {
    free(feed->entries);
    free(feed->pieces);
    *feed = (ks_feed){0};
}
