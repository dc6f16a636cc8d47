/* A pass over a disjunction of many lists that are short together, as a prefix has: all their postings are
 * gathered in memory, list by list, so that no list is gone back to and none needs a cursor of its own. May
 * use base, engine and native's files. */
#ifndef KS_NATIVE_GATHER_H
#define KS_NATIVE_GATHER_H

#include "native/search.h"

/* Fewer lists are better walked side by side, and more postings in windows. */
enum { KS_GATHER_LISTS = 9, KS_GATHER_POSTINGS = 1 << 16 };

/* Whether the leaf's lists of the plan's scores are as many as that, and as short. */
bool ks_gather_suits(const ks_factors *factors, const ks_leaf *leaf);

/* For plans whose route is a disjunction. However long the lists are, the answer is right. */
ks_status ks_pass_gather(ks_pass *pass, const ks_leaf *leaf, ks_arena *arena, ks_error *err);

#endif
