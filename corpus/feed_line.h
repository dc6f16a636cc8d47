/* Telling the lines of a capture feed's text apart. May use base. */
#ifndef KS_CORPUS_FEED_LINE_H
#define KS_CORPUS_FEED_LINE_H

#include "corpus/date.h"

#include <stddef.h>

/* Borrowed bytes; no NUL at the end. */
typedef struct ks_slice {
    const char *text;
    size_t size;
} ks_slice;

/* "kind / author / date" or "kind / author / date / status". */
typedef struct ks_feed_header {
    ks_slice kind, author;
    ks_slice status; /* size 0: the header names none */
    ks_slice date_text;
    ks_date date; /* year 0: the header names none */
    bool date_exists;
} ks_feed_header;

typedef enum ks_feed_line {
    KS_FEED_TEXT,  /* running text */
    KS_FEED_CLAIM, /* quoted */
    KS_FEED_TAGS,  /* tags one after the other, their boundaries lost */
    KS_FEED_LIST   /* tags between ", " or " · " */
} ks_feed_line;

/* The line without the white space around it. */
ks_slice ks_slice_trim(ks_slice line);

/* Whether a trimmed line is a header: the kind one word of [a-z0-9_-], the date of the shape "Mon D",
 * "Mon D, YYYY" or "YYYY-MM-DD". A date of such a shape that no calendar has is a header too. */
bool ks_feed_header_read(ks_feed_header *out, ks_slice line);

/* What a trimmed line inside a record is. `has_text`: the record has running text above this line. */
ks_feed_line ks_feed_line_of(ks_slice line, bool has_text);

/* A claim without its quotation marks. */
ks_slice ks_feed_claim(ks_slice line);

/* Takes the next tag of a KS_FEED_LIST off the front of *rest; false at the end. */
bool ks_feed_list_next(ks_slice *rest, ks_slice *tag);

#endif
