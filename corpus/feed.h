/* Parsing the plain text of a capture feed: a heading, then records of the form
 *
 *     kind / author / Mon D[ / status]
 *     running text: the summary, one or more lines
 *     tagsonebehind-the-other
 *     “a claim”
 *
 * newest first. What a line is, is decided by what it looks like (feed_line.h), so lines may be missing or
 * repeated. May use base. */
#ifndef KS_CORPUS_FEED_H
#define KS_CORPUS_FEED_H

#include "base/error.h"
#include "corpus/feed_line.h"

typedef struct ks_feed_piece {
    ks_feed_line what;
    ks_slice line; /* trimmed */
} ks_feed_piece;

typedef struct ks_feed_entry {
    ks_feed_header header;
    uint64_t line, byte;   /* of the header: its line, from 1, and its offset in the text */
    bool year_is_inferred; /* by ks_feed_infer_years */
    bool has_text;         /* one of its pieces is running text */
    size_t first, count;   /* its pieces: pieces[first..first + count) */
} ks_feed_entry;

typedef struct ks_feed {
    ks_feed_entry *entries; /* newest first */
    size_t count, capacity;
    ks_feed_piece *pieces; /* of all entries, in the order of the text */
    size_t piece_count, piece_capacity;
} ks_feed;

/* Parses text[0..size), into which `feed` will point. Zero-initialise it before, and free it in any case. A
 * text without a header has no entries. */
ks_status ks_feed_read(ks_feed *feed, const char *text, size_t size, ks_error *err);

/* Gives years to dates without one: `year` to the newest entry, and one less wherever month and day increase
 * from an entry to the next older one. An entry that names its year sets the count to it. A 29 February gets
 * no year that is not a leap year. */
void ks_feed_infer_years(ks_feed *feed, int year);

/* Whether one of the lines in text[0..size) is a header. */
bool ks_feed_has_header(const char *text, size_t size);

void ks_feed_free(ks_feed *feed);

#endif
