/* Open addressing with linear probing, at most half full; see set.h. */
#include "base/set.h"

#include <stdlib.h>

static bool is_free(ks_hash128 slot) {
    return slot.low == 0 && slot.high == 0;
}

/* Zero marks a free slot, so the hash that is zero is stored as 1. */
static ks_hash128 storable(ks_hash128 member) {
    if (is_free(member)) member.low = 1;
    return member;
}

static ks_hash128 *probe(const ks_set *set, ks_hash128 member) {
    size_t at = (size_t)member.low & (set->capacity - 1);
    for (;; at = (at + 1) & (set->capacity - 1)) {
        ks_hash128 *slot = &set->slots[at];
        if (is_free(*slot) || (slot->low == member.low && slot->high == member.high)) return slot;
    }
}

static ks_status grow(ks_set *set, ks_error *err) {
    ks_set bigger = {.capacity = set->capacity ? set->capacity * 2 : 64};
    bigger.slots = calloc(bigger.capacity, sizeof *bigger.slots);
    if (!bigger.slots) return ks_error_nomem(err);
    for (size_t i = 0; i < set->capacity; i++)
        if (!is_free(set->slots[i])) *probe(&bigger, set->slots[i]) = set->slots[i];
    free(set->slots);
    set->slots = bigger.slots;
    set->capacity = bigger.capacity;
    return KS_OK;
}

bool ks_set_has(const ks_set *set, ks_hash128 member) {
    return set->used && !is_free(*probe(set, storable(member)));
}

ks_status ks_set_add(ks_set *set, ks_hash128 member, bool *added, ks_error *err) {
    ks_status status;
    ks_hash128 *slot;
    if (set->used >= set->capacity / 2 && (status = grow(set, err))) return status;
    slot = probe(set, storable(member));
    if (added) *added = is_free(*slot);
    if (is_free(*slot)) set->used++;
    *slot = storable(member);
    return KS_OK;
}

void ks_set_free(ks_set *set) {
    free(set->slots);
    *set = (ks_set){0};
}
