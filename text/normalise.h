/* The normal form of a word: what is compared. Private to text/; may use base. */
#ifndef KS_TEXT_NORMALISE_H
#define KS_TEXT_NORMALISE_H

#include "text/analyzer.h"

/* A normal form: valid UTF-8 of letters, numbers, marks and points within numbers; may be empty. */
typedef struct ks_form {
    uint32_t size;
    bool number; /* holds a digit or another numeral: is not stemmed */
    char text[KS_TOKEN_LIMIT];
} ks_form;

/* Both give the same for ASCII, the first without Unicode's tables. Of invalid bytes nothing is kept. */
void ks_normalise_ascii(ks_form *form, const char *text, size_t size);
void ks_normalise_unicode(ks_form *form, const char *text, size_t size);

/* Appends to form, cutting at `limit` bytes (at most KS_TOKEN_LIMIT) and at a character's edge. */
void ks_form_add(ks_form *form, const char *text, size_t size, size_t limit);

/* The exact value of text, see ks_analyzer_exact. */
void ks_normalise_exact(ks_buffer *out, const char *text, size_t size);

#endif
