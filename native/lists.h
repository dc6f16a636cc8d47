/* The posting lists that a query walks in one leaf: what each adds to a score, and bounds by block. May use
 * base, engine and native's files. */
#ifndef KS_NATIVE_LISTS_H
#define KS_NATIVE_LISTS_H

#include "native/view.h"

/* Which of a plan's scores a document holds is noted for so many of them, a bit 1 << place each. */
enum { KS_HELD_SCORES = 64 };

/* The scores of a plan, looked up in a view. */
typedef struct ks_factors {
    const ks_view *view;
    const ks_plan *plan;
    double *values;         /* a score: weight * idf * (k1 + 1) */
    uint64_t *documents;    /* a score: document frequency, live documents only */
    ks_dict_entry *entries; /* a leaf, a score: documents is 0 where the leaf does not have the term */
    ks_norm norm;
    uint32_t *slots;   /* a hash table of scores by term, counting from 1; 0: free */
    size_t slot_count; /* a power of two */
} ks_factors;

/* Everything is in the arena. */
ks_status ks_factors_make(ks_factors *out, ks_arena *arena, const ks_view *view, const ks_plan *plan,
                          ks_error *err);

/* The score of a term in a field; plan->score_count where it does not score. */
size_t ks_factors_find(const ks_factors *factors, ks_term term, ks_field field);

/* One list. Big: the cursor holds decoded blocks. */
typedef struct ks_list {
    ks_cursor *cursor;
    ks_field field; /* only documents with this field in their mask count; KS_FIELD_ANY: all do */
    size_t place;   /* among the plan's scores */
    double factor;  /* 0: the list only filters */
    double most;    /* what it can add to any document */
    struct ks_phrase_word *words; /* its parts in phrases that are looked at while it is joined (phrase.h) */
    /* The block looked at, which need not be decoded: */
    uint32_t block, last; /* its number and its last document */
    uint32_t bounded;     /* the block that `bound` is of */
    double bound;         /* what it can add to a document of the block: ks_list_bound */
    float *bounds;    /* the same of all blocks, or of those in groups that promise `bounded_from`; or NULL */
    uint32_t grouped; /* the group that `group_bound` is of, */
    double group_bound;  /* what the list can add to a document of its blocks, */
    float *group_bounds; /* and the same of all groups; or NULL */
    float bounded_from;
    double bound_used; /* which of the two bounds a pass reckons with at present */
} ks_list;

/* Opens the list of an entry; the cursor is the arena's. */
ks_status ks_list_open(ks_list *out, ks_arena *arena, const ks_factors *factors, const ks_leaf *leaf,
                       const ks_dict_entry *entry, size_t place, ks_field field, ks_error *err);

/* Looks at the first block that can hold a document not less than `low`, without decoding it. The block's
 * last document, KS_NO_DOC where there is no such block. `low` never goes back. */
uint32_t ks_list_look(ks_list *list, uint32_t low);

/* Whether the block's bound is known in list->bounds. */
bool ks_list_is_bounded(const ks_list *list, uint32_t block);

/* What the list can add to a document of the block looked at; 0 where there is none. */
double ks_list_bound(ks_list *list, const ks_norm *norm);

/* Looks at the first block that can hold a document not less than `low` and to whose documents the list may
 * add `least`; as ks_list_look otherwise. Groups of blocks that cannot are passed by together. */
uint32_t ks_list_look_for(ks_list *list, uint32_t low, double least, const ks_norm *norm);

/* Decodes the block looked at. False where there is none. */
static inline bool ks_list_enter(ks_list *list) {
    ks_cursor_enter(list->cursor, list->block);
    return list->cursor->doc != KS_NO_DOC;
}

/* Moves the cursor to the document, which never goes back, and tells what the list adds to its score: 0 where
 * it does not hold the document in the field. `k` is the document's ks_norm_of. */
static inline bool ks_list_holds(ks_list *list, uint32_t doc) {
    ks_cursor_advance(list->cursor, doc);
    return list->cursor->doc == doc &&
           (list->field == KS_FIELD_ANY || (ks_cursor_mask(list->cursor) & 1u << list->field));
}

static inline double ks_list_part(ks_list *list, double k) {
    double tf = (double)ks_cursor_tf(list->cursor);
    return list->factor * tf / (tf + k);
}

static inline double ks_list_norm(const ks_factors *factors, const ks_leaf *leaf, uint32_t doc) {
    return ks_norm_of(&factors->norm, ks_segment_length(leaf->segment, doc));
}

/* The lists of all scoring terms of a leaf, in the arena; *count may be 0. */
ks_status ks_lists_open(ks_list **out, size_t *count, ks_arena *arena, const ks_factors *factors,
                        const ks_leaf *leaf, ks_error *err);

/* KS_ERR_CORRUPT where a list turned out to be damaged on the way. */
ks_status ks_lists_check(const ks_list *lists, size_t count, const ks_leaf *leaf, ks_error *err);

/* The exact score of a document by all lists; documents come in ascending order. *held as in ks_candidate. */
double ks_lists_score(ks_list *lists, size_t count, const ks_factors *factors, const ks_leaf *leaf,
                      uint32_t doc, uint64_t *held);

#endif
