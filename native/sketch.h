/* Where many lists are read together: sums of what they can give to the documents of a window, whatever their
 * lengths, tell the few whose scores are worth making. May use base, engine and native's files. */
#ifndef KS_NATIVE_SKETCH_H
#define KS_NATIVE_SKETCH_H

#include "native/sift.h"

enum { KS_SKETCH_PARTS = 8, KS_SKETCH_WINDOW = 1 << 17 };

/* A list's postings among all that were added. */
typedef struct ks_sketch_run {
    const ks_list *list;
    size_t end;
} ks_sketch_run;

typedef struct ks_sketch {
    ks_arena *arena;
    uint32_t low, high; /* the window */
    ks_list *lists;
    size_t count;
    double *reach;                     /* what each list and those before it can give together */
    float unit;                        /* what 1 in a sum stands for; 0: it was not made yet */
    int16_t (*parts)[KS_SKETCH_PARTS]; /* the most that a posting of each list adds, by frequency; the last
                                        * stands for all greater ones as well */
    int16_t *sums;                     /* by document less `low` */
    uint32_t ready;                    /* so many sums were 0 before the window */
    int16_t least;                     /* sums that come to reach it are marked */
    uint64_t *marks;                   /* a bit each */
    uint64_t marked[KS_SKETCH_WINDOW / 64 / 64]; /* a bit for each word of marks that is not 0 */
    /* The postings that were added, list by list: */
    uint32_t *places; /* documents less `low` */
    uint32_t *tfs;
    size_t added, capacity;
    ks_sketch_run *runs;
    size_t run_count;
    uint64_t held[KS_CANDIDATES]; /* the candidates' */
} ks_sketch;

/* What a list with this factor gives to the shortest documents, by frequency, in units and rounded up: no
 * more than `most`, which the last of the parts is. `k` is ks_norm_of 0. */
void ks_sketch_parts(int16_t parts[KS_SKETCH_PARTS], float factor, float most, float k, float unit);

/* In units, rounded down; at least 1. */
int16_t ks_sketch_units(float score, float unit);

/* Makes an empty sketch for these lists, in the arena. Those that can give less come first. */
ks_status ks_sketch_make(ks_sketch *out, ks_arena *arena, const ks_sift *sift, ks_list *lists, size_t count,
                         ks_error *err);

/* Begins a window of at most KS_SKETCH_WINDOW of the leaf's documents, and forgets the one before. Nothing
 * will be wanted of documents to which the lists give less than `least`. */
void ks_sketch_begin(ks_sketch *sketch, uint32_t low, uint32_t high, float least);

/* Adds what list number `list` has in the window: once. Its cursor, which is not behind the window, leaves
 * it. Documents to which the lists added before give less than `least` are left out, and not counted; none
 * where that is 0. */
ks_status ks_sketch_add(ks_sketch *sketch, size_t list, float least, ks_error *err);

/* Adds the lists from number `first` on, the last one first. Those that together with all before them cannot
 * give `least` are added for the documents alone that may still reach it: what does has all that it gets.
 * Where `least` is 0 nothing is left out. */
ks_status ks_sketch_add_from(ks_sketch *sketch, size_t first, double least, ks_error *err);

/* How many documents there are in what was added, before any of them is taken. */
uint32_t ks_sketch_documents(const ks_sketch *sketch);

/* Now less is wanted than _begin was told. What was taken stays so. */
void ks_sketch_lower(ks_sketch *sketch, float least);

/* Makes candidates of the documents, from `from` on, to which the lists added can give `least`, with what
 * they do give: once. Returns where to go on: behind the window where these were all. */
uint32_t ks_sketch_take(ks_sketch *sketch, ks_sift *sift, uint32_t from, float least);

#endif
