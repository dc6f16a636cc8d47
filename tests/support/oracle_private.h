/* What the two halves of the oracle share. */
#ifndef KS_TESTS_SUPPORT_ORACLE_PRIVATE_H
#define KS_TESTS_SUPPORT_ORACLE_PRIVATE_H

#include "base/map.h"
#include "engine/engine.h"
#include "tests/support/oracle.h"

typedef struct oracle_word {
    uint32_t term, position;
    uint8_t field;
} oracle_word;

typedef struct oracle_value {
    uint32_t term;
    bool is_tag;
} oracle_value;

typedef struct oracle_document {
    char *id, *stored; /* id NULL: removed */
    uint64_t order;
    uint32_t day;
    uint64_t length;
    oracle_word *words; /* by term, field, position */
    size_t word_count;
    oracle_value *values;
    size_t value_count;
} oracle_document;

struct ks_oracle {
    ks_reader reader; /* first, so that a ks_reader * is a ks_oracle * */
    char *language;
    oracle_document *documents;
    size_t count, capacity;
    ks_map terms;          /* text, prefixes of exact values included, to number */
    ks_map ids;            /* id to index in documents */
    uint64_t *frequencies; /* document frequency by term; NULL after a change, until it is asked for */
};

extern const ks_reader_ops ks_oracle_reader_ops;

uint64_t ks_oracle_weight(unsigned field);
uint32_t ks_oracle_term(ks_oracle *oracle, const char *text, size_t size);
bool ks_oracle_find_term(const ks_oracle *oracle, const char *text, size_t size, uint32_t *number);

uint64_t ks_oracle_live(const ks_oracle *oracle);
double ks_oracle_average(const ks_oracle *oracle);
uint64_t ks_oracle_documents(ks_oracle *oracle, ks_term term);
uint64_t ks_oracle_frequency(const ks_oracle *oracle, const oracle_document *document, ks_term term,
                             ks_field field);
ks_status ks_oracle_search(ks_reader *reader, const ks_plan *plan, ks_topk *out, ks_error *err);
ks_status ks_oracle_expand(ks_reader *reader, ks_term prefix, size_t limit, ks_expansion *out, ks_error *err);

#endif
