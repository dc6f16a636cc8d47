/* Putting many things into the order of a number, and of a text where numbers are the same: documents by time
 * and id, terms by their first bytes and the whole. May use base, engine and native's files. */
#ifndef KS_NATIVE_TEXT_ORDER_H
#define KS_NATIVE_TEXT_ORDER_H

#include "engine/plan.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct ks_text_item {
    uint64_t key;              /* ascending */
    ks_term text;              /* ascending, byte by byte; the shorter first where it begins the longer */
    uint32_t inverter, number; /* where the thing is */
} ks_text_item;

/* Whether both are of one key and one text. */
bool ks_text_same(const ks_text_item *a, const ks_text_item *b);

/* Sorts *items, an array from malloc, in the place of which another may stand afterwards. KS_ERR_NOMEM
 * changes nothing. */
ks_status ks_text_sort(ks_text_item **items, size_t count, ks_error *err);

#endif
