/* Walking the dictionaries of several segments together, term by term. May use base, engine and native's
 * files. */
#ifndef KS_NATIVE_TERM_WALK_H
#define KS_NATIVE_TERM_WALK_H

#include "native/view.h"

typedef struct ks_term_walk {
    const ks_leaf *const *leaves; /* the caller's */
    size_t count;
    ks_dict_cursor *cursors; /* one a leaf */
    bool *here;              /* by leaf: it has the present term, and its cursor stands there */
    const char *text;        /* of the present term: a cursor's */
    uint32_t size;
    bool valid; /* false behind the last term */
} ks_term_walk;

/* Starts at the first term that is not less than `from`. Free with ks_term_walk_free in any case. */
ks_status ks_term_walk_start(ks_term_walk *walk, const ks_leaf *const *leaves, size_t count, ks_term from,
                             ks_error *err);
ks_status ks_term_walk_next(ks_term_walk *walk, ks_error *err);
void ks_term_walk_free(ks_term_walk *walk);

/* In the order of bytes. */
int ks_term_compare(ks_term a, ks_term b);

#endif
