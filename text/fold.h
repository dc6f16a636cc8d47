/* Unicode folding, character by character: NFKC, case folded, diacritics stripped. Private to text/; may use
 * base. */
#ifndef KS_TEXT_FOLD_H
#define KS_TEXT_FOLD_H

#include "base/utf8.h"

/* One code point folds to at most this many. */
enum { KS_FOLD_MOST = 96 };

/* Writes what `point` folds to, not yet composed, into `out` and returns the number of code points. It is 0
 * for what is dropped: diacritics (but not the vowel signs of Indic scripts or the voicing marks of kana) and
 * default-ignorable characters. Digits of every script become ASCII digits, ł becomes l, æ becomes ae, and so
 * on. */
size_t ks_fold_point(uint32_t point, int32_t out[KS_FOLD_MOST]);

/* Puts points[0..count) into canonical order and composes them, in place, and writes as many whole characters
 * as fit into `limit` bytes to `out`, as UTF-8. Returns the bytes written. */
size_t ks_fold_compose(int32_t *points, size_t count, char *out, size_t limit);

/* A letter, number or mark: what the normal form of a word is made of. `point` is folded already. */
bool ks_fold_is_word(int32_t point);

bool ks_fold_is_number(int32_t point);

bool ks_fold_is_mark(int32_t point);

#endif
