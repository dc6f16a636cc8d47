/* Where words and their parts are in a text. Private to text/; may use base. */
#ifndef KS_TEXT_SEGMENT_H
#define KS_TEXT_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>

/* A compound of more parts has no joined form and is given in several runs, as is a run of characters. */
enum { KS_PARTS_LIMIT = 8 };

typedef struct ks_part {
    size_t start, end; /* bytes of the text */
    bool ascii;        /* sure to hold nothing else */
    bool plural;       /* capitals and a plural s, as in LSTMs */
} ks_part;

/* A compound, or a piece of one, or up to KS_PARTS_LIMIT units (a character with its marks) of an unspaced
 * script. */
typedef struct ks_run {
    ks_part parts[KS_PARTS_LIMIT + 1];
    size_t count;   /* 1 to KS_PARTS_LIMIT */
    bool unspaced;  /* the parts are units */
    bool neighbour; /* units: the next run follows directly, and parts[count] is its first unit */
    bool whole;     /* compounds: nothing is missing, so the parts can be joined */
    size_t signs;   /* + and # behind a whole compound: 0, 1 or 2 */
} ks_run;

/* Set at, and resumed, to 0 before the first call. */
typedef struct ks_segmenter {
    const char *text;
    size_t size, at;
    bool resumed; /* `at` is within a compound of which the first parts were given */
} ks_segmenter;

/* The next run, false at the end of the text. */
bool ks_segment_next(ks_segmenter *segmenter, ks_run *run);

#endif
