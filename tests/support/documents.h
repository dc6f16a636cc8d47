/* Documents made by hand and at random, without corpus, text and indexer; and comparing two readers of the
 * same documents. */
#ifndef KS_TESTS_SUPPORT_DOCUMENTS_H
#define KS_TESTS_SUPPORT_DOCUMENTS_H

#include "engine/engine.h"

/* What a document is made of. */
typedef struct ks_test_spec {
    const char *id;
    const char *fields[KS_TEXT_FIELDS]; /* words parted by blanks, at successive positions; "." skips one;
                                           "a|b" are two words at one */
    const char *values;                 /* "kind:x tag:y has:z", parted by blanks */
    uint64_t order;
    uint32_t day;
    uint32_t sources[4];
    size_t source_count;
    const char *stored; /* NULL: the id in brackets */
} ks_test_spec;

/* The document, which lives in the arena. Its hash is that of the whole specification. */
ks_document ks_test_document(ks_arena *arena, const ks_test_spec *spec);

/* A random document with this id: few different words, so that terms, phrases and ties are common. */
ks_document ks_test_random_document(ks_arena *arena, const char *id, uint64_t *random);

/* A term of a string that lives on. */
ks_term ks_test_term(const char *text);

/* A random term of those that random documents are made of, now and then one that no document has. */
const char *ks_test_random_word(uint64_t *random);

/* A random tree of every kind of node, and scores, in the arena. `ids` may be asked for, too. */
ks_plan ks_test_random_plan(ks_arena *arena, uint64_t *random, const char *const *ids, size_t id_count);

/* Fails the test unless both readers answer the plan alike, whatever page it asks for. */
void ks_assert_same_topk(ks_reader *expected, ks_reader *actual, const ks_plan *plan);

/* Fails the test unless both readers tell the same of these ids and of the random documents' words. */
void ks_assert_same_content(ks_reader *expected, ks_reader *actual, const char *const *ids, size_t id_count);

#endif
