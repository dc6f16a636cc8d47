/* The words of the made-up language: a spelling for every number. */
#ifndef KS_BENCH_WORDS_H
#define KS_BENCH_WORDS_H

#include "base/buffer.h"
#include "bench/generate/random.h"

/* The English function words, drawn by their natural shares. */
enum { GEN_FUNCTION_SLOTS = 4096 };

typedef struct gen_function_words {
    uint8_t slots[GEN_FUNCTION_SLOTS];
} gen_function_words;

void gen_function_words_make(gen_function_words *words);

/* The function word with a number from gen_function_words.slots. */
const char *gen_function_word(uint8_t number);

/* Appends the content word of this rank. Low ranks are short; a few words have accents or are in Han
 * characters. A rank is always the same word, and two ranks are hardly ever the same one. */
void gen_word_add(ks_buffer *text, uint32_t rank);

/* The same, in a third of the cases with the ending of a plural, a participle or a past tense. */
void gen_word_add_inflected(ks_buffer *text, uint32_t rank, gen_random *random);

/* Appends a number, a year, a percentage or a name with a number such as GPT-2. */
void gen_word_add_figure(ks_buffer *text, gen_random *random);

#endif
