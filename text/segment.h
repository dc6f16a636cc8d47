/* Segmentation: where the words of a text and their parts are. Private to text/; may use base. */
#ifndef KS_TEXT_SEGMENT_H
#define KS_TEXT_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>

/* A compound of more parts comes as several runs, without a joined form; so does a longer row of units. */
enum { KS_PARTS_LIMIT = 8 };

typedef struct ks_part {
    size_t start, end; /* bytes of the text */
    bool ascii;        /* it is known to have no other characters */
    bool plural;       /* capitals and a plural s, as in LSTMs */
} ks_part;

/* A word, which may be a compound or a piece of a long one; or up to KS_PARTS_LIMIT units of an unspaced
 * script, each a character with its marks. */
typedef struct ks_run {
    ks_part parts[KS_PARTS_LIMIT + 1];
    size_t count;   /* 1 to KS_PARTS_LIMIT */
    bool unspaced;  /* the parts are units */
    bool neighbour; /* of units: the next run follows directly, and parts[count] is its first unit */
    bool whole;     /* of a compound: all its parts are here, so they can be joined */
    size_t signs;   /* trailing + and # of a whole compound: 0, 1 or 2 */
} ks_run;

/* Set `at` and `resumed` to 0 before the first call. */
typedef struct ks_segmenter {
    const char *text;
    size_t size, at;
    bool resumed; /* `at` is inside a compound whose first parts have been given */
} ks_segmenter;

/* The next run; false at the end of the text. */
bool ks_segment_next(ks_segmenter *segmenter, ks_run *run);

#endif
