/* Reading documents from several short lists, one of which holds every match. May use base, engine and
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

/* Moves the lists of the scores in `places`, a bit 1 << place for each, to the front of all. */
void ks_lead_make(ks_lead *out, ks_list *lists, size_t count, uint64_t places);

/* The last document, from `low` on, that the blocks looked at hold, and what they can add together to a
 * document up to there. KS_NO_DOC where all lists end before `low`, which never goes back. */
uint32_t ks_lead_look(ks_lead *lead, uint32_t low, const ks_norm *norm, double *bound);

/* Makes candidates of the documents from `low` to `high` that hold the term of a list in its field, with
 * nothing added to their scores yet. `high` is not behind what ks_lead_look said. */
void ks_lead_read(ks_lead *lead, ks_sift *sift, uint32_t low, uint32_t high);

#endif
