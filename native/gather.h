/* A pass over a disjunction of many posting lists, as prefixes mostly are. The postings are read into memory,
 * one list after the other, so that a single cursor serves them all; only a list that has very many of them
 * and adds little is read as far as it is needed. May use base, engine and native's files. */
#ifndef KS_NATIVE_GATHER_H
#define KS_NATIVE_GATHER_H

#include "native/search.h"

/* With fewer lists than this, walking them side by side is faster. So it is where there are more than a FEW
 * postings, of which one list has most: it need not be read through. Beyond MANY they take too much memory.
 */
enum { KS_GATHER_LISTS = 9, KS_GATHER_FEW = 1 << 16, KS_GATHER_MANY = 1 << 20 };

/* Whether gathering is the fastest way for this leaf. */
bool ks_gather_suits(const ks_pass *pass, const ks_leaf *leaf);

/* For plans whose route is a disjunction. The answer is right for leaves that do not suit, too. */
ks_status ks_pass_gather(ks_pass *pass, const ks_leaf *leaf, ks_arena *arena, ks_error *err);

#endif
