/* Walking the dictionaries of several segments in step. May use base, engine and native's files. */
#ifndef KS_NATIVE_TERM_WALK_H
#define KS_NATIVE_TERM_WALK_H

#include "native/view.h"

typedef struct ks_term_walk {
    const ks_leaf *const *leaves; /* borrowed */
    size_t count;
    ks_dict_cursor *cursors; /* by leaf */
    bool *here;              /* by leaf: whether it has the present term, where its cursor then stands */
    const char *text;        /* of the present term; belongs to a cursor */
    uint32_t size;
    bool valid; /* false after the last term */
} ks_term_walk;

/* Starts at the first term that is not less than `from`. Call ks_term_walk_free even after an error. */
ks_status ks_term_walk_start(ks_term_walk *walk, const ks_leaf *const *leaves, size_t count, ks_term from,
                             ks_error *err);
ks_status ks_term_walk_next(ks_term_walk *walk, ks_error *err);
void ks_term_walk_free(ks_term_walk *walk);

#endif
