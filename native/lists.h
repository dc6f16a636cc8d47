/* The posting lists that a query walks in one leaf, what each can add to a score, and upper bounds of that by
 * list, group and block. May use base, engine and native's files.
 *
 * A term in a document of norm k adds factor * tf / (tf + k): BM25, with all that does not depend on the
 * document in the factor. */
#ifndef KS_NATIVE_LISTS_H
#define KS_NATIVE_LISTS_H

#include "native/view.h"

/* Which scores of the plan a document holds is noted in a mask, for the first 64 of them. */
enum { KS_HELD_SCORES = 64 };

/* The bit of a score in such a mask; 0 for a score beyond the first 64. */
static inline uint64_t ks_held_bit(size_t score_index) {
    return score_index < KS_HELD_SCORES ? UINT64_C(1) << score_index : 0;
}

/* The scoring terms of a plan ("scores" for short), looked up in a view. */
typedef struct ks_factors {
    const ks_view *view;
    const ks_plan *plan;
    double *values;         /* for each score: weight * idf * (k1 + 1) */
    uint64_t *documents;    /* for each score: document frequency, live documents only */
    ks_dict_entry *entries; /* for each leaf and score, see ks_factors_entries */
    ks_norm norm;
    uint32_t *slots;   /* a hash table by term and field: the score's index + 1; 0: free */
    size_t slot_count; /* a power of two */
} ks_factors;

/* Looks all scores up. The memory is the arena's. */
ks_status ks_factors_make(ks_factors *out, ks_arena *arena, const ks_view *view, const ks_plan *plan,
                          ks_error *err);

/* The index in the plan of a term's score in a field; plan->score_count where it does not score. */
size_t ks_factors_find(const ks_factors *factors, ks_term term, ks_field field);

/* The leaf's dictionary entries, by score; `documents` is 0 where it does not have the term. */
static inline ks_dict_entry *ks_factors_entries(const ks_factors *factors, const ks_leaf *leaf) {
    return factors->entries + (size_t)(leaf - factors->view->leaves) * factors->plan->score_count;
}

/* Whether the leaf has a list for the score, by its entries, and it adds anything. */
static inline bool ks_factors_has_list(const ks_factors *factors, const ks_dict_entry *entries,
                                       size_t score_index) {
    return entries[score_index].documents > 0 && factors->values[score_index] > 0;
}

/* One list. The block looked at lies at the cursor or ahead of it: its bound is known from the skips and the
 * pairs, so that whole blocks can be ruled out and are never decoded. */
typedef struct ks_list {
    ks_cursor *cursor;
    ks_field field;     /* only documents with this field in their mask count; KS_FIELD_ANY: all do */
    size_t score_index; /* of its scoring term in the plan; plan->score_count: it does not score */
    double factor;      /* 0: the list only filters */
    double most;        /* upper bound of what it adds to any document */
    struct ks_phrase_word *words; /* its parts in phrases, which are tested while it is joined (phrase.h) */
    uint32_t block, last;         /* the block looked at, UINT32_MAX: none yet; its last document */
    uint32_t bound_block;         /* the block that `bound` is of */
    double bound;                 /* upper bound of what the list adds in that block: ks_list_bound */
    float *bounds;                /* the same for all blocks where ks_list_is_bounded; or NULL */
    uint32_t bound_group;         /* the group that `group_bound` is of */
    double group_bound;           /* upper bound of what the list adds in that group of blocks */
    float *group_bounds;          /* the same for all groups; or NULL */
    float bounded_from;           /* the least group bound with which a group's blocks are in `bounds` */
    double bound_used;            /* the bound that a pass counts on at present: `most` or `bound` */
} ks_list;

/* Opens the list of an entry. The cursor is the arena's. */
ks_status ks_list_open(ks_list *out, ks_arena *arena, const ks_factors *factors, const ks_leaf *leaf,
                       const ks_dict_entry *entry, size_t score_index, ks_field field, ks_error *err);

/* Looks at the first block that can hold a document not less than `low`, without decoding it. Returns the
 * block's last document, KS_NO_DOC where there is no such block. `low` never goes back. */
uint32_t ks_list_look(ks_list *list, uint32_t low);

/* Whether list->bounds has the block's bound. */
bool ks_list_is_bounded(const ks_list *list, uint32_t block);

/* Upper bound of what the list adds to a document of the block looked at; 0 where there is none. */
double ks_list_bound(ks_list *list, const ks_norm *norm);

/* As ks_list_look, but passes by the blocks whose bound is below `least`, whole groups of them at once where
 * the group's bound is. */
uint32_t ks_list_look_for(ks_list *list, uint32_t low, double least, const ks_norm *norm);

/* Decodes the block looked at, unless the cursor is there already. False where there is none. */
static inline bool ks_list_enter(ks_list *list) {
    ks_cursor_enter(list->cursor, list->block);
    return list->cursor->doc != KS_NO_DOC;
}

/* Moves the cursor to the document, which never goes back. Whether it holds the term in the list's field. */
static inline bool ks_list_holds(ks_list *list, uint32_t doc) {
    ks_cursor_advance(list->cursor, doc);
    return list->cursor->doc == doc &&
           (list->field == KS_FIELD_ANY || (ks_cursor_mask(list->cursor) & 1u << list->field));
}

/* What the list adds to the score of the document where the cursor stands, whose norm is k. */
static inline double ks_list_part(ks_list *list, double k) {
    double tf = (double)ks_cursor_tf(list->cursor);
    return list->factor * tf / (tf + k);
}

/* The norm k of a document. */
static inline double ks_list_norm(const ks_factors *factors, const ks_leaf *leaf, uint32_t doc) {
    return ks_norm_of(&factors->norm, ks_segment_length(leaf->segment, doc));
}

/* Opens the lists of all scores that occur in the leaf, in the order of the plan; *count may be 0. */
ks_status ks_lists_open(ks_list **out, size_t *count, ks_arena *arena, const ks_factors *factors,
                        const ks_leaf *leaf, ks_error *err);

/* KS_ERR_CORRUPT where a list turned out to be damaged on the way. */
ks_status ks_lists_check(const ks_list *lists, size_t count, ks_error *err);

/* The exact score of a document, and which scores it holds. Documents come in ascending order. */
double ks_lists_score(ks_list *lists, size_t count, const ks_factors *factors, const ks_leaf *leaf,
                      uint32_t doc, uint64_t *held);

#endif
