/* Conditions that can be decided from which scoring lists hold a document, because all their terms score: no
 * list need be walked again. May use base, engine and native's files. */
#ifndef KS_NATIVE_EITHER_H
#define KS_NATIVE_EITHER_H

#include "native/lists.h"

enum { KS_EITHER_SETS = 16 }; /* at most */

/* One of several sets of scores: bit 1 << place for each of the plan's first 64. */
typedef struct ks_either {
    uint64_t *sets;
    size_t count;
} ks_either;

/* Makes the condition of a node; *told false, and nothing made, where it has other terms than such that score
 * in this plan, or more than KS_EITHER_SETS. In the arena. */
ks_status ks_either_make(ks_either *out, bool *told, ks_arena *arena, const ks_plan_node *node,
                         ks_match match, const ks_factors *factors, ks_error *err);

/* Whether a document that holds these scores meets it. */
static inline bool ks_either_holds(const ks_either *either, uint64_t held) {
    for (size_t i = 0; i < either->count; i++)
        if ((held & either->sets[i]) == either->sets[i]) return true;
    return false;
}

/* Scores of which whatever meets the condition holds one: of each set the one of the fewest documents. They
 * are in *documents together. 0 where the condition asks for none. */
uint64_t ks_either_leads(const ks_either *either, const ks_factors *factors, uint64_t *documents);

#endif
