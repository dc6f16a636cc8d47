/* What a search asks of an engine: a tree says which records match, a list says which terms score. For
 * "policy gradients kind:blog" the two are
 *
 *     AND                    polici
 *       WORDS                gradient
 *         TERM polici        Kpolicy-gradients (a whole tag)
 *         TERM gradient
 *       OR
 *         TERM XKblog
 *
 * May use base. */
#ifndef KS_ENGINE_PLAN_H
#define KS_ENGINE_PLAN_H

#include "base/buffer.h"
#include "base/memory.h"
#include "engine/fields.h"

/* A term as it stands in the index. Not NUL-terminated. */
typedef struct ks_term {
    const char *text;
    uint32_t size;
} ks_term;

typedef enum ks_plan_kind {
    KS_PLAN_ALL,    /* every record */
    KS_PLAN_TERM,   /* records that have terms[0] in `field` */
    KS_PLAN_PHRASE, /* all terms, in order, at successive positions of one field */
    KS_PLAN_NEAR, /* all terms, in any order, at different ones of `window` positions in a row of one field */
    KS_PLAN_DATES, /* records whose day is in first..last, both included; never one without a day */
    KS_PLAN_AND,   /* all children match; without children: every record */
    KS_PLAN_OR,    /* any child matches; without children: no record */
    KS_PLAN_WORDS, /* AND when all words are asked for, OR when any word will do; no children: no record */
    KS_PLAN_NOT    /* the child, read with all words asked for, does not match */
} ks_plan_kind;

typedef struct ks_plan_node {
    ks_plan_kind kind;
    struct ks_plan_node *child, *next; /* first child; next sibling */
    ks_field field;                    /* TERM, PHRASE, NEAR: which one; KS_FIELD_ANY: any one */
    const ks_term *terms;              /* TERM: one; PHRASE, NEAR: two or more */
    size_t term_count;
    uint32_t window;      /* NEAR */
    uint32_t first, last; /* DATES: yyyymmdd */
} ks_plan_node;

/* A scoring term: it adds weight * BM25(term) to the score of each matching record that has it, in `field` if
 * that names one. Frequency, document frequency and length are those of the whole record in any case. A whole
 * tag may score although no node asks for it, but only under one of two conditions: every record with the tag
 * matches when any word will do, filters aside; or all words are asked for. Engines rely on it: they may look
 * for such a tag only in records that have some of the words. */
typedef struct ks_plan_score {
    ks_term term;
    ks_field field;
    double weight;
} ks_plan_score;

typedef struct ks_plan {
    const ks_plan_node *root;
    const ks_plan_score *scores; /* each (term, field) at most once */
    size_t score_count;
    ks_match match;
    ks_sort sort;
    size_t offset, limit;
    uint64_t count_limit; /* counting may stop when there are more matches than this */
    bool want_stored;     /* copy the stored records out, too */
    bool leave_ids;       /* copy no ids out: the stored records contain them */
} ks_plan;

/* Whether the tree may match other records when any word will do than when all are asked for. */
bool ks_plan_has_tiers(const ks_plan_node *node);

/* Appends the tree as text: one node per line, children indented below. */
void ks_plan_print(ks_buffer *out, const ks_plan_node *node, unsigned depth);

#endif
