/* The postings of one term on their way into a list: gathered in runs, then put into the order of documents.
 * May use base and native's files. */
#ifndef KS_NATIVE_POSTING_ARRAY_H
#define KS_NATIVE_POSTING_ARRAY_H

#include "native/postings.h"

/* Zero-initialise before use, and again set `count` to 0 for the next term. */
typedef struct ks_posting_array {
    ks_posting *items;
    size_t count, capacity;
    ks_posting *sorted; /* room for sorting */
    size_t sorted_capacity;
    uint64_t *keys;
    size_t key_capacity;
} ks_posting_array;

/* Makes room for `more` behind the present ones. */
ks_status ks_posting_array_reserve(ks_posting_array *array, size_t more, ks_error *err);

/* Puts them into ascending order of documents, none of which is there twice. Costs little where they ascend
 * or descend already. */
ks_status ks_posting_array_sort(ks_posting_array *array, ks_error *err);

void ks_posting_array_free(ks_posting_array *array);

#endif
