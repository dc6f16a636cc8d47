/* Phrases, and NEAR, whose words all matches hold: looked at while the lists of the words are joined, each
 * list's positions as long as its block is decoded. What the first two words rule out need not be looked up
 * in the lists of the others, which are longer. May use base, engine and native's files. */
#ifndef KS_NATIVE_PHRASE_H
#define KS_NATIVE_PHRASE_H

#include "native/lists.h"

typedef struct ks_phrase ks_phrase;

/* A list's part in a phrase. */
typedef struct ks_phrase_word {
    ks_phrase *phrase;
    struct ks_phrase_word *next; /* the same list's in another phrase */
    ks_cursor *cursor;
    const uint32_t *offsets; /* which words of the phrase it stands for; NEAR: 0 alone */
    size_t count;
} ks_phrase_word;

/* Makes the phrase, and gives each list its part in it. The first of the lists will be read, the others
 * joined to it. *out is NULL where that does not tell about the phrase: one of its words has no list among
 * those that score, or there is but one word, over and over. Of NEAR it does not tell all: what is kept may
 * match. `err` is kept. To be freed in any case. */
ks_status ks_phrase_make(ks_phrase **out, ks_arena *arena, const ks_plan_node *node,
                         const ks_factors *factors, ks_list *lists, size_t count, ks_error *err);
void ks_phrase_free(ks_phrase *phrase);

/* New documents were read from the first list, whose cursor stands at the first of them. */
void ks_phrase_begin(ks_phrase *phrase);

/* Of `found` documents, docs[which[i]] at places[i] of the cursor's block, keeps those in which the words of
 * the phrases still stand in their places, with those of this list, and moves them together; returns how
 * many. The documents of one list ascend, from block to block as well, and are among those kept of the list
 * before.
 */
uint32_t ks_phrase_keep(ks_phrase_word *words, const uint32_t *docs, uint32_t *which, uint32_t *places,
                        uint32_t found);

/* Whether positions could be read so far. */
ks_status ks_phrase_status(const ks_phrase *phrase);

#endif
