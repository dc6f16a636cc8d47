/* Matchers find the documents of a segment that a plan's node matches, one after the other. A matcher is made
 * for each node of the tree. May use base, engine and native's files. */
#ifndef KS_NATIVE_MATCHER_H
#define KS_NATIVE_MATCHER_H

#include "engine/near.h"
#include "native/view.h"

typedef struct ks_matcher ks_matcher;

/* Moves to the first matching document that is not less than `target`, which never goes back. */
typedef ks_status ks_matcher_advance(ks_matcher *matcher, uint32_t target, ks_error *err);

/* Whether the document, which never goes back, matches. Looks at no other document. */
typedef ks_status ks_matcher_check_one(ks_matcher *matcher, uint32_t doc, bool *out, ks_error *err);

struct ks_matcher {
    ks_matcher_advance *advance;
    ks_matcher_check_one *check; /* NULL: `advance` is as cheap */
    uint32_t doc;                /* where it stands, once started; KS_NO_DOC: no more matches */
    bool started;
    uint64_t cost; /* about how many documents it will stop at */
    const ks_leaf *leaf;
    /* What some kinds of node need: */
    ks_matcher **children; /* AND, OR, WORDS, NOT */
    size_t count;
    ks_field field;      /* TERM, PHRASE, NEAR */
    ks_cursor **cursors; /* TERM: one; PHRASE, NEAR: one for each term */
    size_t cursor_count; /* PHRASE, NEAR */
    uint32_t window;     /* NEAR */
    bool ordered;        /* PHRASE */
    /* DATES: days first..last, or where days descend, documents [first, last). An id: `first`. */
    uint32_t first, last;
    /* PHRASE, NEAR: */
    ks_near_positions *positions; /* for each term */
    ks_near_positions *starts;    /* positions at which a phrase may begin */
    size_t *alike;                /* for each term: the first one that is the same */
    size_t *rarest;               /* the terms, the one with the shortest list first */
};

/* Makes the matcher of a plan's node over one leaf, standing before the first document. Memory is the arena's
 * except for what ks_matcher_free frees; *out must be freed on failure too. `match` is KS_MATCH_ALL or
 * KS_MATCH_ANY. Deleted documents match like any other. */
ks_status ks_matcher_make(ks_matcher **out, ks_arena *arena, const ks_plan_node *node, ks_match match,
                          const ks_leaf *leaf, const ks_unpacker *unpacker, ks_error *err);

/* Whether a TERM asks for an id, for which there is no posting list. */
bool ks_matcher_is_id(const ks_plan_node *node);

/* Frees what the arena does not own, of the whole tree. NULL is fine. */
void ks_matcher_free(ks_matcher *matcher);

/* Whether the document, which never goes back, matches. Moves on to the next match where it does not. */
static inline ks_status ks_matcher_test(ks_matcher *matcher, uint32_t doc, bool *out, ks_error *err) {
    ks_status status = !matcher->started || matcher->doc < doc ? matcher->advance(matcher, doc, err) : KS_OK;
    matcher->started = true;
    *out = matcher->doc == doc;
    return status;
}

/* The same without looking for the next match. Not to be mixed with ks_matcher_test. */
static inline ks_status ks_matcher_check(ks_matcher *matcher, uint32_t doc, bool *out, ks_error *err) {
    return matcher->check ? matcher->check(matcher, doc, out, err) : ks_matcher_test(matcher, doc, out, err);
}

/* ---- Shared by the files that make matchers ---- */

ks_matcher *ks_matcher_new(ks_arena *arena, ks_matcher_advance *advance, const ks_leaf *leaf,
                           size_t children);
/* The advance of a matcher without matches. */
ks_status ks_matcher_none(ks_matcher *matcher, uint32_t target, ks_error *err);
ks_status ks_matcher_make_positional(ks_matcher **out, ks_arena *arena, const ks_plan_node *node,
                                     const ks_leaf *leaf, const ks_unpacker *unpacker, ks_error *err);
/* A cursor on the term's list; *out is NULL where the segment does not have the term. */
ks_status ks_matcher_cursor(ks_cursor **out, ks_arena *arena, ks_term term, const ks_leaf *leaf,
                            const ks_unpacker *unpacker, ks_error *err);

#endif
