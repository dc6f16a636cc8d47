/* How likely a string is as an unseen word, by its letters in context and by its length. Private to the tag
 * splitter. May use base. */
#ifndef KS_CORPUS_TAG_SPELLING_H
#define KS_CORPUS_TAG_SPELLING_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    KS_TAG_WORD_LIMIT = 40,   /* no word is longer, in bytes */
    KS_TAG_SPELLING_START = 0 /* the context before a word's first byte */
};

typedef struct ks_tag_spelling {
    float *weight; /* while learning, of each four-byte sequence; then the probability of its last byte */
    double length[KS_TAG_WORD_LIMIT + 1]; /* probability of each length of a word */
    double length_peak;                   /* the largest of these */
    double length_sum, length_squares, words;
    double end; /* mean probability that a word ends after a byte */
} ks_tag_spelling;

ks_status ks_tag_spelling_init(ks_tag_spelling *s, ks_error *err);

void ks_tag_spelling_free(ks_tag_spelling *s);

/* Learns a word; `sized` if its length is to count, as typical of words in running text. */
void ks_tag_spelling_add(ks_tag_spelling *s, const char *word, size_t size, bool sized);

/* Learns how words begin, from a prefix, or how they end (`ends`), from a suffix. */
void ks_tag_spelling_add_affix(ks_tag_spelling *s, const char *affix, size_t size, bool ends);

/* Learns how tags begin and end from a piece between hyphens, which may be several words in one. */
void ks_tag_spelling_add_edges(ks_tag_spelling *s, const char *piece, size_t size);

/* Turns weights into probabilities; nothing can be added afterwards. */
ks_status ks_tag_spelling_finish(ks_tag_spelling *s, ks_error *err);

/* A word is read from its start, with *context at first KS_TAG_SPELLING_START. Returns the factor for byte
 * `c`, given that the word does not end before it, and updates the context. */
double ks_tag_spelling_step(const ks_tag_spelling *s, uint32_t *context, char c);

/* The factor for a word of `size` bytes that ends at this context. */
double ks_tag_spelling_stop(const ks_tag_spelling *s, uint32_t context, size_t size);

#endif
