/* The dictionary entries that expanding a prefix has read, kept for the search that asks for the same terms
 * next. May use base, engine and native's files. */
#ifndef KS_NATIVE_KNOWN_H
#define KS_NATIVE_KNOWN_H

#include "base/memory.h"
#include "native/dictionary.h"

typedef struct ks_known_term {
    ks_term term;
    ks_dict_entry *entries; /* one per leaf; documents is 0 where the leaf does not have the term */
} ks_known_term;

/* Zero-initialise before use. */
typedef struct ks_known {
    ks_arena arena;
    ks_known_term *terms; /* in the order of ks_known_add */
    size_t count, capacity;
    size_t next; /* the index after that of the term found last */
} ks_known;

void ks_known_free(ks_known *known);

/* Forgets all terms, but keeps the memory. */
void ks_known_forget(ks_known *known);

/* Adds a copy of the term and its entries, one for each of so many leaves. If a thousand terms are known
 * already, they are forgotten first. */
ks_status ks_known_add(ks_known *known, ks_term term, const ks_dict_entry *entries, size_t leaves,
                       ks_error *err);

/* The entries of a term; NULL if it is not found. Terms are expected to be asked for in the order in which
 * they were added, so only the next few after the one found last are compared. */
const ks_dict_entry *ks_known_find(ks_known *known, ks_term term);

#endif
