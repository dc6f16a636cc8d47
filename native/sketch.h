/* Finding the few documents of a window that are worth scoring, where many lists are read together. May use
 * base, engine and native's files.
 *
 * For each document of the window there is a small whole number, to which each list adds the most that its
 * posting can score: computed as if the document were as short as can be, so that no length is looked at. The
 * sums are upper bounds of the scores. Only documents whose sum reaches the threshold become candidates, and
 * only they are scored with their lengths, from the postings that were kept while they were added up. */
#ifndef KS_NATIVE_SKETCH_H
#define KS_NATIVE_SKETCH_H

#include "native/sift.h"

/* Term frequencies that are told apart, 0 among them; documents of a window at most. */
enum { KS_SKETCH_PARTS = 8, KS_SKETCH_WINDOW = 1 << 17 };

/* A list's postings among all that were added: from the end of the run before up to `end`, which is left
 * out. */
typedef struct ks_sketch_run {
    const ks_list *list;
    size_t end;
} ks_sketch_run;

typedef struct ks_sketch {
    ks_arena *arena;
    uint32_t low, high; /* the window's first and last document */
    ks_list *lists;
    size_t count;
    double *reach; /* by list: what it and those before it can give together */
    float unit;    /* the score that 1 in a sum stands for; 0: the sketch is not made yet */
    int16_t (*parts)[KS_SKETCH_PARTS]; /* by list and term frequency: the most that a posting adds to a sum;
                                        * the last also stands for all greater frequencies */
    int16_t *sums;                     /* by offset in the window: document - low */
    uint32_t initialised;              /* the first of the sums: they are 0 when a window begins */
    int16_t least;                     /* a sum is marked when it reaches this */
    uint64_t *marks;                   /* a bit for each sum */
    uint64_t marked[KS_SKETCH_WINDOW / 64 / 64]; /* a bit for each word of marks that is not 0 */
    /* The postings that were added, list by list: */
    uint32_t *offsets; /* of their documents in the window */
    uint32_t *tfs;
    size_t added, capacity;
    ks_sketch_run *runs;
    size_t run_count;
    uint64_t held[KS_CANDIDATES]; /* where the candidates' `held` is kept */
} ks_sketch;

/* The score that 1 stands for in sums to which so many lists add `most` together: no document's sum exceeds
 * INT16_MAX. Plans have some thousands of scores at most. */
float ks_sketch_unit(double most, size_t lists);

/* The most that a list with this factor gives to a document, by term frequency, in units and rounded up. No
 * part is above the score `most`, which is the last part. `k` is ks_norm_of 0, of the shortest document. */
void ks_sketch_parts(int16_t parts[KS_SKETCH_PARTS], float factor, float most, float k, float unit);

/* A score in units, rounded down: 1 to INT16_MAX. */
int16_t ks_sketch_units(float score, float unit);

/* Makes an empty sketch for these lists, which ascend by `most`. The memory is the arena's. */
ks_status ks_sketch_make(ks_sketch *out, ks_arena *arena, const ks_sift *sift, ks_list *lists, size_t count,
                         ks_error *err);

/* Begins the window [low, high] of at most KS_SKETCH_WINDOW documents, and forgets the one before. Documents
 * to which the lists give less than `least` will not be asked for. */
void ks_sketch_begin(ks_sketch *sketch, uint32_t low, uint32_t high, float least);

/* Adds the postings that list number `list` has in the window; not more than once. Its cursor, which has not
 * passed the window's first document, moves past the last. Documents to which the lists added before give
 * less than `least` are left out, also from ks_sketch_documents; where `least` is 0 none is. */
ks_status ks_sketch_add(ks_sketch *sketch, size_t list, float least, ks_error *err);

/* Adds the lists from number `first` on, the strongest (the last) first. Once the lists to come cannot give
 * `least` by themselves, they are only added for documents that may still reach it with their help; so
 * whatever reaches `least` has all its parts. Where `least` is 0 nothing is left out. */
ks_status ks_sketch_add_from(ks_sketch *sketch, size_t first, double least, ks_error *err);

/* How many documents have a posting that was added. To be asked before any of them is taken. */
uint32_t ks_sketch_documents(const ks_sketch *sketch);

/* Lowers the `least` of ks_sketch_begin. Documents already taken are not taken again. */
void ks_sketch_lower(ks_sketch *sketch, float least);

/* Makes candidates of the documents, from `from` on, to which the lists added can give `least`, scored by
 * those lists. No document is taken twice. Returns the document to go on from: high + 1 if none is left. */
uint32_t ks_sketch_take(ks_sketch *sketch, ks_sift *sift, uint32_t from, float least);

#endif
