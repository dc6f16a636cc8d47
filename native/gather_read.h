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

/* Term frequencies are kept in bytes: those below this, a power of two, as they are, all others as this. */
enum { KS_GATHER_TF = 32 };

/* A list. Its postings begin where those of the run before end; the last entry, KS_NO_DOC, is none. */
typedef struct ks_gather_run {
    size_t end;
    size_t from, to;                 /* its postings in the present window */
    size_t score_index;              /* of its scoring term in the plan */
    int16_t parts[KS_GATHER_TF + 1]; /* by term frequency: the most that a posting adds to a sum */
} ks_gather_run;

/* A posting with a term frequency of KS_GATHER_TF or more. */
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
    float unit;           /* the score that 1 in a sum stands for */
    int16_t *sums;        /* by bucket: document & bucket_mask; INT16_MAX: that much or more */
    uint32_t bucket_mask; /* the number of buckets, a power of two, less 1 */
    int16_t *tops;        /* the greatest sum of each group */
    size_t groups;
    uint32_t width;     /* documents of a window: the last one may have fewer */
    uint32_t low, high; /* the present window's first document, and the first behind it */
    size_t here;        /* postings in the window */
} ks_gathering;

/* How many lists of the leaf score; sets *postings to how many postings they have together, and *longest to
 * how many the longest has. */
size_t ks_gather_lists(const ks_factors *factors, const ks_leaf *leaf, uint64_t *postings, uint64_t *longest);

/* Reads the leaf's lists, of which ks_gather_lists has told how many there are. The pass, the leaf and the
 * arena are set by the caller, all else is 0. KS_ERR_CORRUPT where a list turns out to be damaged. */
ks_status ks_gather_read(ks_gathering *g, size_t lists, size_t postings, ks_error *err);

/* Goes to the next window, the first one at first, and adds up what its postings can score. False if there is
 * none. */
bool ks_gather_next(ks_gathering *g);

/* Whether documents may share a bucket. Otherwise bucket i is of document low + i. */
static inline bool ks_gather_is_folded(const ks_gathering *g) {
    return g->width - 1 > g->bucket_mask;
}

/* The term frequency of a posting. */
uint32_t ks_gather_tf(const ks_gathering *g, size_t posting);

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
