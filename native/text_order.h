/* Sorting many items by a number, and by a text where numbers are equal: documents by time and id, terms by
 * their first bytes and the whole text. May use base, engine and native's files. */
#ifndef KS_NATIVE_TEXT_ORDER_H
#define KS_NATIVE_TEXT_ORDER_H

#include "engine/plan.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct ks_text_item {
    uint64_t key;              /* ascending */
    ks_term text;              /* ascending, byte by byte; a prefix of a text comes before it */
    uint32_t inverter, number; /* which document or term this is */
} ks_text_item;

/* Whether key and text are the same. */
bool ks_text_same(const ks_text_item *a, const ks_text_item *b);

/* Sorts *items, an array from malloc, which may be replaced by another one. KS_ERR_NOMEM changes nothing. */
ks_status ks_text_sort(ks_text_item **items, size_t count, ks_error *err);

#endif
