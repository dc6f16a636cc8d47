/* What a pass demands of the matches in one leaf: terms that they hold, other conditions, a range of
 * documents. May use base, engine and native's files. */
#ifndef KS_NATIVE_FILTER_H
#define KS_NATIVE_FILTER_H

#include "native/either.h"
#include "native/phrase.h"
#include "native/search.h"

typedef struct ks_filter {
    bool none;           /* nothing in the leaf matches */
    uint32_t begin, end; /* only documents of [begin, end) can match */
    ks_list *needed;     /* the terms that every match holds, the shortest list first */
    size_t needed_count;
    ks_phrase **phrases; /* tested while all but the first of these lists are joined to it */
    size_t phrase_count;
    ks_either *eithers; /* conditions decided by the scores that a document holds */
    size_t either_count;
    ks_matcher **others; /* all other conditions */
    size_t other_count;
} ks_filter;

/* Opens what the route demands, in one leaf. Lists of required terms are moved here from `lists` where they
 * score; others are opened, with the factor 0. `notes_held`: the caller will note which scores a document
 * holds and ask ks_filter_holds. To be closed in any case. */
ks_status ks_filter_open(ks_filter *out, ks_arena *arena, const ks_pass *pass, const ks_route *route,
                         const ks_leaf *leaf, ks_list *lists, size_t *count, bool notes_held, ks_error *err);
void ks_filter_close(ks_filter *filter);

/* To be called before documents are read from the first of the needed lists and the others joined to them. */
void ks_filter_begin(const ks_filter *filter);

/* An error where positions could not be read while lists were joined. */
ks_status ks_filter_status(const ks_filter *filter);

/* Whether a document that holds these scores (ks_held_bit) meets the conditions that scores decide. */
static inline bool ks_filter_holds(const ks_filter *filter, uint64_t held) {
    for (size_t i = 0; i < filter->either_count; i++)
        if (!ks_either_holds(&filter->eithers[i], held)) return false;
    return true;
}

/* Whether a document that meets all these conditions meets the others as well. Documents never go back. */
ks_status ks_filter_check_others(const ks_filter *filter, uint32_t doc, bool *out, ks_error *err);

static inline ks_status ks_filter_check(const ks_filter *filter, uint32_t doc, bool *out, ks_error *err) {
    *out = true;
    return filter->other_count ? ks_filter_check_others(filter, doc, out, err) : KS_OK;
}

#endif
