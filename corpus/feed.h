/* A capture feed's plain text, taken apart: a heading, then records of the form
 *
 *     kind / author / Mon D[ / status]
 *     running text: the summary, one or more lines
 *     tagsonebehind-the-other
 *     “a claim”
 *
 * newest first. Which line is what is decided by its looks (feed_line.h), so that lines may be missing or
 * come more than once. May use base. */
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
    uint64_t line, byte;             /* where the header stands in the text; lines count from 1 */
    bool year_is_inferred, has_text; /* has_text: one of the pieces is running text */
    size_t first, count;             /* of its pieces */
} ks_feed_entry;

typedef struct ks_feed {
    ks_feed_entry *entries; /* newest first */
    size_t count, capacity;
    ks_feed_piece *pieces; /* of all entries, in the order of the text */
    size_t piece_count, piece_capacity;
} ks_feed;

/* Takes text[0..size) apart; `feed` must be zeroed, points into the text, and is to be freed in any case.
 * A text without a header gives no entries. */
ks_status ks_feed_read(ks_feed *feed, const char *text, size_t size, ks_error *err);

/* Gives years to the dates that have none: `year` is the newest entry's, and goes down by one wherever month
 * and day go up from one entry to the next older one. Where an entry names its year, that is where counting
 * goes on. 29 February stays without a year that is no leap year. */
void ks_feed_infer_years(ks_feed *feed, int year);

/* Whether one of the lines in text[0..size) is a header. */
bool ks_feed_has_header(const char *text, size_t size);

void ks_feed_free(ks_feed *feed);

#endif
