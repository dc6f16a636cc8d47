/* The postings of a leaf in memory, with sums of what they can add. May use base, engine and native's files.
 * Private to gathering (gather.h).
 *
 * What each posting can add at the most goes into one of so many sums, that of its document's number modulo
 * their number: a sum bounds the scores of all documents that share it. As there are more sums than postings
 * few do, and all of the sums stay near the processor, however large the leaf is. */
#ifndef KS_NATIVE_GATHER_READ_H
#define KS_NATIVE_GATHER_READ_H

#include "native/search.h"

/* Of so many sums the greatest is known. The sums of KS_GATHER_LANES groups stand in turns, so that they are
 * compared side by side. */
enum { KS_GATHER_GROUP = 16, KS_GATHER_LANES = 8 };

/* A list's postings among all: they end here, where those of the next one begin. */
typedef struct ks_gather_run {
    size_t end;
    size_t place; /* among the plan's scores */
} ks_gather_run;

/* All of it is in the arena. */
typedef struct ks_gathering {
    ks_pass *pass;
    const ks_leaf *leaf;
    ks_arena *arena;
    ks_cursor *cursor; /* of one list after the other */
    uint32_t *docs, *tfs;
    size_t count;
    ks_gather_run *runs; /* by place */
    size_t run_count;
    float unit;    /* what 1 in a sum stands for */
    int16_t *sums; /* by document & mask; INT16_MAX stands for anything above as well */
    uint32_t mask; /* their number less 1 */
    int16_t *tops; /* the greatest sum of each group */
    size_t groups;
} ks_gathering;

/* How many lists of the leaf score, and their postings together. */
size_t ks_gather_lists(const ks_factors *factors, const ks_leaf *leaf, uint64_t *postings);

/* Reads so many lists and postings, and adds them up. The pass, the leaf and the arena are set, all else is
 * 0. KS_ERR_CORRUPT where a list makes no sense. */
ks_status ks_gather_read(ks_gathering *g, size_t lists, size_t postings, ks_error *err);

/* Counts the live documents that the postings are of, as far as the pass asks for it. */
ks_status ks_gather_count(ks_gathering *g, ks_error *err);

static inline size_t ks_gather_power(size_t least) {
    size_t power = 1;
    while (power < least) power *= 2;
    return power;
}

/* The slot of a document in a hash table of so many, a power of two: by multiplicative hashing (Knuth). */
static inline size_t ks_gather_hash(uint32_t doc, size_t slots) {
    return (size_t)((doc * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (slots - 1);
}

/* The place of a group's sum number i. */
static inline size_t ks_gather_sum_of(size_t group, size_t i) {
    return group / KS_GATHER_LANES * KS_GATHER_LANES * KS_GATHER_GROUP + i * KS_GATHER_LANES +
           group % KS_GATHER_LANES;
}

static inline double ks_gather_factor(const ks_gathering *g, const ks_gather_run *run) {
    return g->pass->factors->values[run->place];
}

#endif
