/* Classifying and parsing the lines of a capture feed. May use base. */
#ifndef KS_CORPUS_FEED_LINE_H
#define KS_CORPUS_FEED_LINE_H

#include "corpus/date.h"

#include <stddef.h>

/* Borrowed bytes, not NUL-terminated. */
typedef struct ks_slice {
    const char *text;
    size_t size;
} ks_slice;

/* "kind / author / date" or "kind / author / date / status". */
typedef struct ks_feed_header {
    ks_slice kind, author;
    ks_slice status; /* size 0: none */
    ks_slice date_text;
    ks_date date;     /* year 0: none */
    bool date_exists; /* in the calendar */
} ks_feed_header;

typedef enum ks_feed_line {
    KS_FEED_TEXT,  /* running text */
    KS_FEED_CLAIM, /* quoted text */
    KS_FEED_TAGS,  /* tags glued together, without boundaries */
    KS_FEED_LIST   /* tags separated by ", " or " · " */
} ks_feed_line;

/* The line without the white space around it. */
ks_slice ks_slice_trim(ks_slice line);

/* Parses a trimmed line as a header; false if it is none. The kind is one word of [a-z0-9_-], the date has
 * the form "Mon D", "Mon D, YYYY" or "YYYY-MM-DD", even if it does not exist. */
bool ks_feed_header_read(ks_feed_header *out, ks_slice line);

/* Classifies a trimmed line inside a record. `has_text`: there is running text of the record above it. */
ks_feed_line ks_feed_line_of(ks_slice line, bool has_text);

/* A claim without its quotation marks. */
ks_slice ks_feed_claim(ks_slice line);

/* Takes the next tag of a KS_FEED_LIST off the front of *rest; false at the end. */
bool ks_feed_list_next(ks_slice *rest, ks_slice *tag);

#endif
