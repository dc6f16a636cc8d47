/* Which documents of a segment a plan matches, one after the other. May use base, engine and native's files.
 */
#ifndef KS_NATIVE_MATCHER_H
#define KS_NATIVE_MATCHER_H

#include "native/view.h"

/* NEAR of more terms, or over more positions, is refused. */
enum { KS_PLACES = 2048, KS_WIDEST = 4096 };

typedef struct ks_matcher ks_matcher;

/* Moves to the first matching document that is not less than `target`, which never goes back. */
typedef ks_status ks_matcher_advance(ks_matcher *matcher, uint32_t target, ks_error *err);

/* Whether the document, which never goes back, matches; looks at no other one. */
typedef ks_status ks_matcher_check_one(ks_matcher *matcher, uint32_t doc, bool *out, ks_error *err);

struct ks_matcher {
    ks_matcher_advance *advance;
    ks_matcher_check_one *check; /* NULL: `advance` does it as cheaply */
    uint32_t doc;                /* once started; KS_NO_DOC: no more */
    bool started;
    uint64_t cost; /* about how many documents it will stop at */
    /* What the kinds need. */
    const ks_leaf *leaf;
    ks_matcher **children;
    size_t count;
    ks_cursor **cursors; /* TERM: one; PHRASE, NEAR: one a term */
    ks_field field;
    uint32_t window, first, last;
    bool ordered;
    struct ks_positions *positions; /* PHRASE, NEAR: one a cursor */
    struct ks_positions *starts;    /* PHRASE: where it may begin */
    size_t *alike;                  /* PHRASE, NEAR: for each term the first that is the same */
    size_t *rarest;                 /* PHRASE, NEAR: the cursors' numbers, the shortest list first */
    size_t cursor_count;
};

/* Makes the matcher of a plan's node over one leaf, standing before the first document. Memory is the arena's
 * but for what ks_matcher_free frees; *out is to be freed on failure too. `match` is KS_MATCH_ALL or
 * KS_MATCH_ANY. Deleted documents are matched too. */
ks_status ks_matcher_make(ks_matcher **out, ks_arena *arena, const ks_plan_node *node, ks_match match,
                          const ks_leaf *leaf, const ks_unpacker *unpacker, ks_error *err);

/* Whether a TERM asks for an id, for which there is no posting list. */
bool ks_matcher_is_id(const ks_plan_node *node);

/* Frees what the arena does not own, of all matchers below as well. */
void ks_matcher_free(ks_matcher *matcher);

/* Whether the document, not less than any asked for before, matches. */
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
ks_status ks_matcher_none(ks_matcher *matcher, uint32_t target, ks_error *err);
ks_status ks_matcher_make_positional(ks_matcher **out, ks_arena *arena, const ks_plan_node *node,
                                     const ks_leaf *leaf, const ks_unpacker *unpacker, ks_error *err);
/* A cursor on the term's list; *out is NULL where the segment does not have the term. */
ks_status ks_matcher_cursor(ks_cursor **out, ks_arena *arena, ks_term term, const ks_leaf *leaf,
                            const ks_unpacker *unpacker, ks_error *err);

#endif
