/* A list of terms in the order in which they will be asked for; see known.h. */
#include "native/known.h"

#include <stdlib.h>
#include <string.h>

/* Terms that are kept, and compared in one search, at most. */
enum { MOST = 1000, FAR = 16 };

void ks_known_free(ks_known *known) {
    ks_arena_free(&known->arena);
    free(known->terms);
    *known = (ks_known){0};
}

void ks_known_forget(ks_known *known) {
    ks_arena_reset(&known->arena);
    known->count = known->next = 0;
}

ks_status ks_known_add(ks_known *known, ks_term term, const ks_dict_entry *entries, size_t leaves,
                       ks_error *err) {
    ks_known_term *added;
    ks_status status;
    if (known->count >= MOST) ks_known_forget(known);
    if ((status =
             ks_array_reserve(&known->terms, &known->capacity, known->count + 1, sizeof *known->terms, err)))
        return status;
    added = &known->terms[known->count];
    added->term = (ks_term){ks_arena_copy(&known->arena, term.text, term.size), term.size};
    added->entries = ks_arena_alloc(&known->arena, leaves * sizeof *added->entries);
    if (!added->term.text || !added->entries) return ks_error_nomem(err);
    if (leaves) memcpy(added->entries, entries, leaves * sizeof *added->entries);
    known->count++;
    return KS_OK;
}

const ks_dict_entry *ks_known_find(ks_known *known, ks_term term) {
    for (size_t i = known->next; i < known->count && i < known->next + FAR; i++) {
        const ks_known_term *it = &known->terms[i];
        if (it->term.size != term.size || memcmp(it->term.text, term.text, term.size) != 0) continue;
        known->next = i + 1;
        return it->entries;
    }
    return NULL;
}
