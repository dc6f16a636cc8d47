/* Letters and words, for the tag splitter, to which this is private. May use base. */
#ifndef KS_CORPUS_TAG_LETTERS_H
#define KS_CORPUS_TAG_LETTERS_H

#include <stddef.h>

/* Copies text to `out` and makes capital letters small (ASCII, Latin-1, Greek, Cyrillic). The size stays the
 * same. */
void ks_tag_lower(char *out, const char *text, size_t size);

/* The end of the word, a run of letters and digits, that begins at text[at]; `at` if there is none. */
size_t ks_tag_word_end(const char *text, size_t size, size_t at);

#endif
