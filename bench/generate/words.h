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

/* A function word by its number, which gen_function_words.slots holds. */
const char *gen_function_word(uint8_t number);

/* Appends content word number `rank`; low numbers are short. A few numbers are written with accents or in Han
 * characters. The same number is always the same word, and different ones hardly ever are. */
void gen_word_add(ks_buffer *text, uint32_t rank);

/* The same with the ending of a plural, a participle or a past tense in a third of the cases. */
void gen_word_add_inflected(ks_buffer *text, uint32_t rank, gen_random *random);

/* Appends a number, a year, a percentage or a name with a number such as GPT-2. */
void gen_word_add_figure(ks_buffer *text, gen_random *random);

#endif
