/* What a character is to the segmenter. Private to text/; may use base. */
#ifndef KS_TEXT_CLASSIFY_H
#define KS_TEXT_CLASSIFY_H

#include "base/utf8.h"

/* In this order: what stands in a word comes last, letters behind the numerals. */
typedef enum ks_class {
    KS_CLASS_NONE,     /* separates words; invalid bytes too */
    KS_CLASS_WIDE,     /* only in the byte table: a byte of a character that must be decoded */
    KS_CLASS_JOINER,   /* - _ . / ' and their kin */
    KS_CLASS_SIGN,     /* + # */
    KS_CLASS_MARK,     /* belongs to the word before it: marks, invisible characters, vowel signs */
    KS_CLASS_UNSPACED, /* a letter of a script written without spaces */
    KS_CLASS_DIGIT,    /* decimal digits of any script */
    KS_CLASS_NUMERAL,  /* other numerals: superscripts, fractions, Roman */
    KS_CLASS_LETTER,   /* a letter without case */
    KS_CLASS_LOWER,
    KS_CLASS_UPPER /* title case too */
} ks_class;

/* The class of each byte, KS_CLASS_WIDE from 0x80 on. */
extern const unsigned char ks_class_table[256];

ks_class ks_class_of(uint32_t point);

/* As ks_class_at, for a byte of class KS_CLASS_WIDE. */
ks_class ks_class_decode(const char *text, size_t size, size_t *length);

/* The class of the character at text[at], at < size, and its bytes in *length. */
static inline ks_class ks_class_at(const char *text, size_t size, size_t at, size_t *length) {
    ks_class class = (ks_class)ks_class_table[(unsigned char)text[at]];
    *length = 1;
    return class == KS_CLASS_WIDE ? ks_class_decode(text + at, size - at, length) : class;
}

/* In a word that is split at case, joiners and changes between letters and digits. */
static inline bool ks_class_is_spaced(ks_class class) {
    return class >= KS_CLASS_DIGIT;
}

static inline bool ks_class_is_letter(ks_class class) {
    return class >= KS_CLASS_LETTER;
}

/* Whether `next`, of an unspaced script, is one unit with `point` before it: conjoining letters of a Hangul
 * syllable, as decomposed text holds them, and vowels that decompose to a mark first. */
bool ks_class_joins(uint32_t point, uint32_t next);

#endif
