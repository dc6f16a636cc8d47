/* Letters as the tag splitter sees them. Private to the tag splitter. May use base only. */
#ifndef KS_CORPUS_TAG_LETTERS_H
#define KS_CORPUS_TAG_LETTERS_H

#include <stddef.h>

/* Copies text with capital letters made small, byte for byte (ASCII, Latin-1, Greek, Cyrillic). */
void ks_tag_lower(char *out, const char *text, size_t size);

/* The end of the word, a run of letters and digits, that begins at text[at]; `at` where none does. */
size_t ks_tag_word_end(const char *text, size_t size, size_t at);

#endif
