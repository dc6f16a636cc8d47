/* Phrases, and NEAR, tested while the lists of their words are joined: the positions of a list are read when
 * its block is decoded anyway. Documents that the first two words rule out are not looked up in the lists of
 * the other words, which are longer. For words that every match must hold. May use base, engine and native's
 * files.
 *
 * For "the red house", let `house` have the shortest list, then `red`. Document 7 has `house` at 4 and 9: the
 * phrase may start at 2 or 7. It has `red` at 3 and 20: only 2 is left. If it has `the` at 2 the phrase is
 * there. */
#ifndef KS_NATIVE_PHRASE_H
#define KS_NATIVE_PHRASE_H

#include "native/lists.h"

typedef struct ks_phrase ks_phrase;

/* What a list stands for in a phrase. */
typedef struct ks_phrase_word {
    ks_phrase *phrase;
    struct ks_phrase_word *next; /* the same list in another phrase */
    ks_cursor *cursor;
    const uint32_t
        *offsets; /* where the word stands in the phrase, from 0: once or several times; NEAR: just 0 */
    size_t count; /* of the offsets */
} ks_phrase_word;

/* Makes the phrase, and tells each list what it stands for. The first of the lists will be read, the others
 * joined to it. *out is NULL where that cannot test the phrase: one of its words has no scoring list, or it
 * is one and the same word over and over. `err` is kept. To be freed after a failure too, unless NULL. */
ks_status ks_phrase_make(ks_phrase **out, ks_arena *arena, const ks_plan_node *node,
                         const ks_factors *factors, ks_list *lists, size_t count, ks_error *err);
void ks_phrase_free(ks_phrase *phrase);

/* Whether a document that is kept to the end is sure to match. With NEAR of more than two words it is not:
 * only the distance of each word from the first one is looked at. */
bool ks_phrase_tells_all(const ks_phrase *phrase);

/* Forgets the documents so far: new ones are going to be read from the first list, whose cursor stands at the
 * first of them. */
void ks_phrase_begin(ks_phrase *phrase);

/* Tests `found` documents with the positions of a list that is joined, for all phrases it is part of.
 * Document i is docs[in_docs[i]], at in_block[i] of the list's decoded block. Those in which the phrases are
 * still possible are moved to the front; returns how many. Documents ascend within a list, over its blocks
 * too, and are among those that the list before has kept. */
uint32_t ks_phrase_keep(ks_phrase_word *words, const uint32_t *docs, uint32_t *in_docs, uint32_t *in_block,
                        uint32_t found);

/* An error where positions could not be read. */
ks_status ks_phrase_status(const ks_phrase *phrase);

#endif
