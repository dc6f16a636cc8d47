/* Words in the text of any collection. */
#ifndef KS_BENCH_CUT_H
#define KS_BENCH_CUT_H

#include <stdbool.h>
#include <stddef.h>

/* Finds the next word at or after text[*at] and moves *at to its first byte; returns its size in bytes, or 0
 * at the end of the text. Letters and digits make a word, and single hyphens and points between ASCII ones
 * and commas between digits.
 */
size_t gen_cut_word(const char *text, size_t *at);

bool gen_is_ascii_word(char c);

#endif
