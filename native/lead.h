/* Reading the union of several short lists, where every match stands in one of them. May use base, engine and
 * native's files. */
#ifndef KS_NATIVE_LEAD_H
#define KS_NATIVE_LEAD_H

#include "native/sift.h"

/* The lists that are read together: the first `count` of an array. */
typedef struct ks_lead {
    ks_list *lists;
    size_t count;
    uint64_t documents; /* in all of them */
} ks_lead;

/* Moves the lists of the scores in the mask `leads` to the front. */
void ks_lead_make(ks_lead *out, ks_list *lists, size_t count, uint64_t leads);

/* Looks at each list's block from `low` on. Returns the end of the first block to end, and sets *bound to the
 * sum of the bounds, which holds for all documents up to there. KS_NO_DOC where all lists end before `low`,
 * which never goes back. */
uint32_t ks_lead_look(ks_lead *lead, uint32_t low, const ks_norm *norm, double *bound);

/* Makes candidates of the documents from `low` to `high` that hold the term of some list in its field, with
 * scores of 0: the lists are to be joined to them. `high` is not behind what ks_lead_look returned. */
void ks_lead_read(ks_lead *lead, ks_sift *sift, uint32_t low, uint32_t high);

#endif
