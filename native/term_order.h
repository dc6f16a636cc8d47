/* Comparing terms, ids and other texts by their bytes. May use engine/plan.h. */
#ifndef KS_NATIVE_TERM_ORDER_H
#define KS_NATIVE_TERM_ORDER_H

#include "engine/plan.h"

#include <string.h>

/* As memcmp; a prefix of a text comes before it. */
static inline int ks_term_compare(ks_term a, ks_term b) {
    uint32_t shorter = a.size < b.size ? a.size : b.size;
    int order = shorter ? memcmp(a.text, b.text, shorter) : 0; /* an empty text may be NULL */
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

static inline bool ks_term_same(ks_term a, ks_term b) {
    return a.size == b.size && (a.size == 0 || memcmp(a.text, b.text, a.size) == 0);
}

#endif
