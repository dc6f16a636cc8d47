/* How likely a string is as a word that nobody has seen: letters in their context and the word's length.
 * Private to the tag splitter. May use base only. */
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
    float *weight; /* while learning: of each four-byte sequence; afterwards its last byte's probability */
    double length[KS_TAG_WORD_LIMIT + 1]; /* probability of a word's length */
    double length_peak;
    double length_sum, length_squares, words;
    double end; /* mean probability of a word's end after any byte */
} ks_tag_spelling;

ks_status ks_tag_spelling_init(ks_tag_spelling *s, ks_error *err);

void ks_tag_spelling_free(ks_tag_spelling *s);

/* Learns a word; `sized` when its length is typical of words in running text. */
void ks_tag_spelling_add(ks_tag_spelling *s, const char *word, size_t size, bool sized);

/* Learns how words begin (a prefix) or end (a suffix). */
void ks_tag_spelling_add_affix(ks_tag_spelling *s, const char *affix, size_t size, bool ends);

/* Learns how tags begin and end from a piece between hyphens, which may be several words in one. */
void ks_tag_spelling_add_edges(ks_tag_spelling *s, const char *piece, size_t size);

/* Turns weights into probabilities; nothing can be added afterwards. */
ks_status ks_tag_spelling_finish(ks_tag_spelling *s, ks_error *err);

/* Reading a word from its start: *context begins as KS_TAG_SPELLING_START. Returns the factor that byte `c`
 * brings, given that the word does not end before it, and steps the context. */
double ks_tag_spelling_step(const ks_tag_spelling *s, uint32_t *context, char c);

/* The factor for a word of `size` bytes that ends at this context. */
double ks_tag_spelling_stop(const ks_tag_spelling *s, uint32_t context, size_t size);

#endif
