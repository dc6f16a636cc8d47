/* Walking dictionaries in step; see term_walk.h. */
#include "native/term_walk.h"

#include "native/term_order.h"

#include <stdlib.h>

static ks_term term_of(const ks_dict_cursor *cursor) {
    return (ks_term){cursor->text, cursor->size};
}

/* Makes the least term at any cursor the present one. */
static void settle(ks_term_walk *walk) {
    const ks_dict_cursor *least = NULL;
    size_t first = 0; /* leaves before this one do not have the least term */
    for (size_t i = 0; i < walk->count; i++) {
        const ks_dict_cursor *cursor = &walk->cursors[i];
        int order = !cursor->valid ? 1 : !least ? -1 : ks_term_compare(term_of(cursor), term_of(least));
        walk->here[i] = order <= 0;
        if (order >= 0) continue;
        for (; first < i; first++) walk->here[first] = false;
        least = cursor;
    }
    walk->valid = least != NULL;
    walk->text = least ? least->text : NULL;
    walk->size = least ? least->size : 0;
}

ks_status ks_term_walk_start(ks_term_walk *walk, const ks_leaf *const *leaves, size_t count, ks_term from,
                             ks_error *err) {
    ks_status status = KS_OK;
    *walk = (ks_term_walk){.leaves = leaves, .count = count};
    walk->cursors = calloc(count + 1, sizeof *walk->cursors);
    walk->here = calloc(count + 1, sizeof *walk->here);
    if (!walk->cursors || !walk->here) return ks_error_nomem(err);
    for (size_t i = 0; i < count && !status; i++)
        status = ks_dict_seek(&leaves[i]->segment->dict, &walk->cursors[i], from, err);
    if (!status) settle(walk);
    return status;
}

ks_status ks_term_walk_next(ks_term_walk *walk, ks_error *err) {
    ks_status status = KS_OK;
    for (size_t i = 0; i < walk->count && !status; i++)
        if (walk->here[i]) status = ks_dict_next(&walk->cursors[i], err);
    if (!status) settle(walk);
    return status;
}

void ks_term_walk_free(ks_term_walk *walk) {
    free(walk->cursors);
    free(walk->here);
    *walk = (ks_term_walk){0};
}
