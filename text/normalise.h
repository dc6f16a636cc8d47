/* The normal form of a word, by which words are compared. Private to text/; may use base. */
#ifndef KS_TEXT_NORMALISE_H
#define KS_TEXT_NORMALISE_H

#include "text/analyzer.h"

/* A normal form: letters, numbers, marks, and points within numbers, in valid UTF-8; may be empty. */
typedef struct ks_form {
    uint32_t size;
    bool number; /* it has a digit or another numeral, and so is not stemmed */
    char text[KS_TOKEN_LIMIT];
} ks_form;

/* Both give the same result for ASCII, the first without Unicode's tables. Invalid bytes are dropped. */
void ks_normalise_ascii(ks_form *form, const char *text, size_t size);
void ks_normalise_unicode(ks_form *form, const char *text, size_t size);

/* Appends to the form as many whole characters as fit into `limit` bytes, at most KS_TOKEN_LIMIT. */
void ks_form_add(ks_form *form, const char *text, size_t size, size_t limit);

/* Appends the text's exact value; see ks_analyzer_exact. */
void ks_normalise_exact(ks_buffer *out, const char *text, size_t size);

#endif
