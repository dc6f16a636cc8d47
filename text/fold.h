/* Unicode folding, character by character: NFKC, case folded, diacritics stripped. Private to text/; may use
 * base. */
#ifndef KS_TEXT_FOLD_H
#define KS_TEXT_FOLD_H

#include "base/utf8.h"

/* One character folds to at most so many. */
enum { KS_FOLD_MOST = 96 };

/* Writes what `point` folds to, not yet composed, into out and returns how many there are, 0 for what is
 * dropped: diacritics (not the vowel signs of Indic scripts, nor the voicing marks of kana) and characters
 * that are to be ignored. Digits of every script become ASCII ones, ł becomes l, æ ae and so on. */
size_t ks_fold_point(uint32_t point, int32_t out[KS_FOLD_MOST]);

/* Orders and composes points[0..count) in place and writes them as UTF-8 into out, at most `limit` bytes and
 * whole characters. Returns the bytes written. */
size_t ks_fold_compose(int32_t *points, size_t count, char *out, size_t limit);

/* A letter, a number or a mark: what a word's normal form is made of. */
bool ks_fold_is_word(int32_t point);

bool ks_fold_is_number(int32_t point);

bool ks_fold_is_mark(int32_t point);

#endif
