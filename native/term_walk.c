/* Walking dictionaries together; see term_walk.h. */
#include "native/term_walk.h"

#include <stdlib.h>
#include <string.h>

int ks_term_compare(ks_term a, ks_term b) {
    uint32_t shorter = a.size < b.size ? a.size : b.size;
    int order = memcmp(a.text, b.text, shorter);
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

static ks_term term_of(const ks_dict_cursor *cursor) {
    return (ks_term){cursor->text, cursor->size};
}

/* The least term at any cursor becomes the present one. */
static void settle(ks_term_walk *walk) {
    const ks_dict_cursor *least = NULL;
    for (size_t i = 0; i < walk->count; i++)
        if (walk->cursors[i].valid &&
            (!least || ks_term_compare(term_of(&walk->cursors[i]), term_of(least)) < 0))
            least = &walk->cursors[i];
    walk->valid = least != NULL;
    for (size_t i = 0; i < walk->count; i++)
        walk->here[i] = least && walk->cursors[i].valid &&
                        ks_term_compare(term_of(&walk->cursors[i]), term_of(least)) == 0;
    if (!least) return;
    walk->size = least->size;
    memcpy(walk->text, least->text, least->size);
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
