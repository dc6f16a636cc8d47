/* The postings of a leaf in memory, with sums of what they can add to scores. May use base, engine and
 * native's files. Private to gathering (gather.h).
 *
 * Sums are made for one window of documents at a time. Documents are spread over buckets by their number
 * modulo the number of buckets. The most that each posting can score is added to its document's bucket, so
 * that a bucket's sum is an upper bound of the score of every document in it. However large the leaf is, the
 * sums fit into the processor's caches.
 *
 * Where there are few postings, windows are wide, mostly the whole leaf. There are more buckets than postings
 * then, so that few documents share one. Where there are many postings, a window has as many documents as
 * there are buckets, and none is shared. */
#ifndef KS_NATIVE_GATHER_READ_H
#define KS_NATIVE_GATHER_READ_H

#include "native/search.h"

/* Buckets are grouped by KS_GATHER_GROUP, and each group's greatest sum is known. KS_GATHER_LANES groups are
 * interleaved, so that vector instructions compare them side by side. */
enum { KS_GATHER_GROUP = 16, KS_GATHER_LANES = 8 };

/* What is known of a leaf's lists beforehand. A list that has a fourth of all postings, and can add at most a
 * fourth of what the strongest list can, is long: it is read window by window, and left out as soon as it
 * cannot bring a document onto the page that the others do not bring near. As long as matches are counted no
 * list is long. */
typedef struct ks_gather_survey {
    size_t lists;
    uint64_t all;               /* postings of all lists, */
    uint64_t postings, longest; /* of those that are not long together, and of the longest of these */
    double strongest;           /* the greatest factor */
    bool counting;
} ks_gather_survey;

/* Term frequencies are kept in bytes: those below this, a power of two, as they are, all others as this. */
enum { KS_GATHER_TF = 32 };

/* A list. Its postings begin where those of the run before end; the last entry, KS_NO_DOC, is none. Of a long
 * list they are those of the present window, and there are entries behind them. */
typedef struct ks_gather_run {
    size_t begin, end;
    size_t from, to;                 /* its postings in the present window */
    size_t score_index;              /* of its scoring term in the plan */
    ks_cursor *cursor;               /* of a long list; else NULL */
    uint32_t *long_tfs;              /* of a long list, by posting - begin */
    int16_t parts[KS_GATHER_TF + 1]; /* by term frequency: the most that a posting adds to a sum */
} ks_gather_run;

/* A posting, not of a long list, with a term frequency of KS_GATHER_TF or more. */
typedef struct ks_gather_large {
    size_t posting;
    uint32_t tf;
} ks_gather_large;

/* All memory is the arena's. */
typedef struct ks_gathering {
    ks_pass *pass;
    const ks_leaf *leaf;
    ks_arena *arena;
    ks_cursor *cursor; /* of one list after the other */
    uint32_t *docs;    /* the postings, list by list, */
    uint8_t *tfs;      /* and their term frequencies */
    size_t count;
    ks_gather_large *large; /* ascending by posting */
    size_t large_count, large_capacity;
    ks_gather_run *runs; /* in the order of the plan's scores */
    size_t run_count;
    double long_most;     /* what all long lists together can add to a document */
    bool left_out;        /* the long lists are left out: sums lack them */
    float unit;           /* the score that 1 in a sum stands for */
    int16_t *sums;        /* by bucket: document & bucket_mask; INT16_MAX: that much or more */
    uint32_t bucket_mask; /* the number of buckets, a power of two, less 1 */
    int16_t *tops;        /* the greatest sum of each group */
    size_t groups;
    uint32_t width;     /* documents of a window: the last one may have fewer */
    uint32_t low, high; /* the present window's first document, and the first behind it */
    size_t here;        /* postings in the window */
} ks_gathering;

/* Looks at the entries of the leaf's lists. */
void ks_gather_look(ks_gather_survey *out, const ks_pass *pass, const ks_leaf *leaf);

/* Whether a list of so many documents, with this factor, is long. */
bool ks_gather_is_long(const ks_gather_survey *survey, uint32_t documents, double factor);

/* Reads the lists that are not long, and opens the long ones. The pass, the leaf and the arena are set by the
 * caller, all else is 0. KS_ERR_CORRUPT where a list turns out to be damaged. */
ks_status ks_gather_read(ks_gathering *g, const ks_gather_survey *survey, ks_error *err);

/* Goes to the next window, the first one at first, and adds up what its postings can score. *more is false if
 * there is none. */
ks_status ks_gather_next(ks_gathering *g, bool *more, ks_error *err);

/* What lists that are left out can add to a document. */
static inline double ks_gather_left_out(const ks_gathering *g) {
    return g->left_out ? g->long_most : 0;
}

/* ---- Long lists (gather_long.c) ---- */

/* Opens a long list, with entries for `room` postings. Its run has its score. */
ks_status ks_gather_open_long(ks_gathering *g, ks_gather_run *run, size_t room, ks_error *err);

/* Reads a long list's postings in the window, or none where it is left out. */
ks_status ks_gather_read_long(ks_gathering *g, ks_gather_run *run, ks_error *err);

/* What a long list that is left out adds to a document of norm k; 0 if it does not hold it. Documents ascend,
 * from one ks_cursor_rewind to the next. */
double ks_gather_long_part(const ks_gathering *g, const ks_gather_run *run, uint32_t doc, double k);

/* ---- In a window ---- */

/* Whether documents may share a bucket. */
static inline bool ks_gather_is_folded(const ks_gathering *g) {
    return g->width - 1 > g->bucket_mask;
}

/* The window's document in a bucket that is not shared. The window may begin at any bucket: with 8 buckets,
 * 12 is the document of bucket 4 in a window from 6 to 13. */
static inline uint32_t ks_gather_doc(const ks_gathering *g, size_t bucket) {
    return g->low + (((uint32_t)bucket - g->low) & g->bucket_mask);
}

/* The term frequency of a run's posting. */
uint32_t ks_gather_tf(const ks_gathering *g, const ks_gather_run *run, size_t posting);

/* Counts the live documents of the window that have a posting, if the pass still counts and as far as its
 * limit asks. */
ks_status ks_gather_count(ks_gathering *g, ks_error *err);

/* The least power of two that is not below `least`. */
static inline size_t ks_gather_power(size_t least) {
    size_t power = 1;
    while (power < least) power *= 2;
    return power;
}

/* The slot where a document's search in a hash table begins. `slots` is a power of two. Multiplicative
 * hashing (Knuth, The Art of Computer Programming, volume 3, 6.4). */
static inline size_t ks_gather_hash(uint32_t doc, size_t slots) {
    return (size_t)((doc * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (slots - 1);
}

/* The i-th bucket of a group. */
static inline size_t ks_gather_bucket(size_t group, size_t i) {
    return group / KS_GATHER_LANES * KS_GATHER_LANES * KS_GATHER_GROUP + i * KS_GATHER_LANES +
           group % KS_GATHER_LANES;
}

static inline double ks_gather_factor(const ks_gathering *g, const ks_gather_run *run) {
    return g->pass->factors->values[run->score_index];
}

#endif
