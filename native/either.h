/* Conditions that are decided by which scores a document holds, because all of their terms score: no list
 * need be walked again. May use base, engine and native's files.
 *
 * They are kept in disjunctive normal form: (a AND b) OR c is met by whatever holds one of the sets {a, b},
 * {c}. Each set is a mask of ks_held_bit. */
#ifndef KS_NATIVE_EITHER_H
#define KS_NATIVE_EITHER_H

#include "native/lists.h"

/* A condition that takes more sets is not made. */
enum { KS_EITHER_SETS = 16 };

typedef struct ks_either {
    uint64_t *sets;
    size_t count;
} ks_either;

/* Makes the condition of a node, in the arena. *told is false, and nothing is made, where it cannot be
 * decided so: the node has other parts than terms that are among the first KS_HELD_SCORES scores, or would
 * take too many sets. */
ks_status ks_either_make(ks_either *out, bool *told, ks_arena *arena, const ks_plan_node *node,
                         ks_match match, const ks_factors *factors, ks_error *err);

/* Whether a document that holds these scores meets the condition. */
static inline bool ks_either_holds(const ks_either *either, uint64_t held) {
    for (size_t i = 0; i < either->count; i++)
        if ((held & either->sets[i]) == either->sets[i]) return true;
    return false;
}

/* Scores that lead to all matches: whatever meets the condition holds one of them. It is the rarest score of
 * each set. Sets *documents to the sum of their document frequencies. 0 where the condition asks for no
 * score. */
uint64_t ks_either_leads(const ks_either *either, const ks_factors *factors, uint64_t *documents);

#endif
