/* What expanding a prefix has read of the dictionaries, for the search that asks for the same terms next. May
 * use base, engine and native's files. */
#ifndef KS_NATIVE_KNOWN_H
#define KS_NATIVE_KNOWN_H

#include "base/memory.h"
#include "native/dictionary.h"

typedef struct ks_known_term {
    ks_term term;
    ks_dict_entry *entries; /* one a leaf; documents is 0 where the leaf does not have the term */
} ks_known_term;

/* Zero-initialise before use. */
typedef struct ks_known {
    ks_arena arena;
    ks_known_term *terms; /* in the order of ks_known_add */
    size_t count, capacity;
    size_t next; /* the term behind the one that was found last */
} ks_known;

void ks_known_free(ks_known *known);

/* Forgets all terms, keeps the room. */
void ks_known_forget(ks_known *known);

/* Copies the term and its entries in all of so many leaves. Where a thousand are known they are forgotten
 * first. */
ks_status ks_known_add(ks_known *known, ks_term term, const ks_dict_entry *entries, size_t leaves,
                       ks_error *err);

/* The entries of a term; NULL where it is not found. Terms are looked for from the one behind the last that
 * was found, and not far: they are asked for in the order in which they were added. */
const ks_dict_entry *ks_known_find(ks_known *known, ks_term term);

#endif
