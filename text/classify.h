/* The classes of characters that the segmenter tells apart. Private to text/; may use base. */
#ifndef KS_TEXT_CLASSIFY_H
#define KS_TEXT_CLASSIFY_H

#include "base/utf8.h"

/* Ordered, so that comparisons tell groups apart: what can begin a word from UNSPACED on, what has case or
 * number from DIGIT on, letters from LETTER on. */
typedef enum ks_class {
    KS_CLASS_NONE,     /* separates words; also invalid bytes */
    KS_CLASS_WIDE,     /* in the byte table only: part of a character that must be decoded first */
    KS_CLASS_JOINER,   /* - _ . / ' and their kin */
    KS_CLASS_SIGN,     /* + # */
    KS_CLASS_MARK,     /* belongs to the word before it: marks, invisible characters, vowel signs */
    KS_CLASS_UNSPACED, /* a letter of a script written without spaces */
    KS_CLASS_DIGIT,    /* decimal digits of any script */
    KS_CLASS_NUMERAL,  /* other numerals: superscripts, fractions, Roman */
    KS_CLASS_LETTER,   /* a letter without case */
    KS_CLASS_LOWER,
    KS_CLASS_UPPER /* also title case */
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

/* A character of the words that are separated by spaces, and split into parts at joiners, at changes of case,
 * and between letters and digits. */
static inline bool ks_class_is_spaced(ks_class class) {
    return class >= KS_CLASS_DIGIT;
}

static inline bool ks_class_is_letter(ks_class class) {
    return class >= KS_CLASS_LETTER;
}

/* Whether `next`, of an unspaced script, forms one unit with `point` before it. So do the conjoining letters
 * of a Hangul syllable, which decomposed text spells one by one, and vowels that decompose to a mark and a
 * letter. */
bool ks_class_joins(uint32_t point, uint32_t next);

#endif
