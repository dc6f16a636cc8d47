/* What matches of a leaf must be like, over one pass: terms that they hold, conditions, a range of documents.
 * May use base, engine and native's files. */
#ifndef KS_NATIVE_FILTER_H
#define KS_NATIVE_FILTER_H

#include "native/either.h"
#include "native/phrase.h"
#include "native/search.h"

typedef struct ks_filter {
    bool none;           /* nothing in the leaf matches */
    uint32_t begin, end; /* only documents of this range, the end left out, can match */
    ks_list *needed;     /* the terms that every match holds, the shortest list first */
    size_t needed_count;
    ks_phrase **phrases; /* told by joining all but the first of these lists */
    size_t phrase_count;
    ks_either *eithers; /* told by the scores that a document holds */
    size_t either_count;
    ks_matcher **others; /* and what else must match */
    size_t other_count;
} ks_filter;

/* Opens what the route requires in the leaf. Lists of required terms are taken out of `lists` where they are
 * among them; those that are opened here have the factor 0. `notes_held`: the caller will note which of the
 * scores a document holds, and ask ks_filter_holds. To be closed in any case. */
ks_status ks_filter_open(ks_filter *out, ks_arena *arena, const ks_pass *pass, const ks_route *route,
                         const ks_leaf *leaf, ks_list *lists, size_t *count, bool notes_held, ks_error *err);
void ks_filter_close(ks_filter *filter);

/* Documents are to be read from the first of the needed lists, and the others joined to them. */
void ks_filter_begin(const ks_filter *filter);

/* Whether the joining went well. */
ks_status ks_filter_status(const ks_filter *filter);

/* Whether a document that holds these of the plan's first 64 scores may match. */
static inline bool ks_filter_holds(const ks_filter *filter, uint64_t held) {
    for (size_t i = 0; i < filter->either_count; i++)
        if (!ks_either_holds(&filter->eithers[i], held)) return false;
    return true;
}

/* Whether the document, for which all that is true and which never goes back, matches all else. */
ks_status ks_filter_check_others(const ks_filter *filter, uint32_t doc, bool *out, ks_error *err);

static inline ks_status ks_filter_check(const ks_filter *filter, uint32_t doc, bool *out, ks_error *err) {
    *out = true;
    return filter->other_count ? ks_filter_check_others(filter, doc, out, err) : KS_OK;
}

#endif
