/* Where many lists are read together: sums of what they can give to the documents of a window, whatever their
 * lengths, tell the few whose scores are worth making. May use base, engine and native's files. */
#ifndef KS_NATIVE_SKETCH_H
#define KS_NATIVE_SKETCH_H

#include "native/sift.h"

enum { KS_SKETCH_PARTS = 8, KS_SKETCH_WINDOW = 1 << 14 };

/* A list's postings among all that were added. */
typedef struct ks_sketch_run {
    const ks_list *list;
    size_t end;
} ks_sketch_run;

typedef struct ks_sketch {
    uint32_t low, high; /* the window */
    ks_list *lists;
    float unit;                        /* what 1 in a sum stands for; 0: it was not made yet */
    int16_t (*parts)[KS_SKETCH_PARTS]; /* of each list, by frequency; the last: of any that is not less */
    int16_t sums[KS_SKETCH_WINDOW];    /* by document less `low` */
    /* The postings that were added, list by list: */
    uint16_t *places; /* documents less `low` */
    uint32_t *tfs;
    size_t added, place_capacity, tf_capacity;
    ks_sketch_run *runs;
    size_t run_count;
} ks_sketch;

/* Makes an empty sketch for these lists, to compare sums with numbers from `threshold` on, which is not 0.
 * The pointers and capacities are NULL and 0 before. To be freed in any case. */
ks_status ks_sketch_make(ks_sketch *out, ks_arena *arena, const ks_sift *sift, ks_list *lists, size_t count,
                         float threshold, ks_error *err);
void ks_sketch_free(ks_sketch *sketch);

/* Begins a window of at most KS_SKETCH_WINDOW documents, and forgets the one before. */
void ks_sketch_begin(ks_sketch *sketch, uint32_t low, uint32_t high);

/* Adds what list number `list` has in the window from its cursor on: once. The cursor moves on to the last
 * block that begins in the window. */
ks_status ks_sketch_add(ks_sketch *sketch, size_t list, ks_error *err);

/* Makes candidates of the documents, from `from` on, to which the lists added can give `least`, with what
 * they do give. Returns where to go on: behind the window where these were all. */
uint32_t ks_sketch_take(ks_sketch *sketch, ks_sift *sift, uint32_t from, float least);

#endif
