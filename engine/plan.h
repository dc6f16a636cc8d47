/* What search asks of an engine: which records match, and what scores them. May use base. */
#ifndef KS_ENGINE_PLAN_H
#define KS_ENGINE_PLAN_H

#include "base/buffer.h"
#include "base/memory.h"
#include "engine/fields.h"

/* A term as it stands in the index; not NUL-terminated. */
typedef struct ks_term {
    const char *text;
    uint32_t size;
} ks_term;

typedef enum ks_plan_kind {
    KS_PLAN_ALL,    /* every record */
    KS_PLAN_TERM,   /* records that hold terms[0], in `field` */
    KS_PLAN_PHRASE, /* all terms at successive positions of one field */
    KS_PLAN_NEAR,   /* all terms at different positions of one field, the last less than `window` behind the
                       first */
    KS_PLAN_DATES,  /* records whose day lies in first..last, both included; none without a day does */
    KS_PLAN_AND,    /* all children; without any: every record */
    KS_PLAN_OR,     /* any child; without any: no record */
    KS_PLAN_WORDS,  /* AND when all words are asked for, OR when any word will do; without any: no record */
    KS_PLAN_NOT     /* records that the child, all its words asked for, does not match */
} ks_plan_kind;

typedef struct ks_plan_node {
    ks_plan_kind kind;
    struct ks_plan_node *child, *next; /* first child; next sibling */
    ks_field field;                    /* TERM, PHRASE, NEAR: KS_FIELD_ANY for any one field */
    const ks_term *terms;              /* TERM: one; PHRASE, NEAR: two or more */
    size_t term_count;
    uint32_t window;      /* NEAR */
    uint32_t first, last; /* DATES: yyyymmdd */
} ks_plan_node;

/* Something that adds weight * BM25(term) to the score of a matching record that holds it. In one field only
 * where `field` says so; frequency, document frequency and length are always those of the whole record. A
 * whole tag that no node asks for may only score where every record that has the tag matches when any word
 * will do, filters aside, or where all words are asked for: engines may look for it among the words. */
typedef struct ks_plan_score {
    ks_term term;
    ks_field field;
    double weight;
} ks_plan_score;

typedef struct ks_plan {
    const ks_plan_node *root;
    const ks_plan_score *scores; /* no (term, field) twice */
    size_t score_count;
    ks_match match;
    ks_sort sort;
    size_t offset, limit;
    uint64_t count_limit; /* counting may stop above this */
    bool want_stored;     /* copy the stored records out, not only the ids */
    bool leave_ids;       /* copy no ids out, which the stored records tell as well */
} ks_plan;

/* Whether "all words" and "any word" may differ for this tree. */
bool ks_plan_has_tiers(const ks_plan_node *node);

/* Appends the tree as text, a node a line, children indented. */
void ks_plan_print(ks_buffer *out, const ks_plan_node *node, unsigned depth);

#endif
