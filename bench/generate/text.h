/* Running text: titles, sentences and tags about one or two topics. */
#ifndef KS_BENCH_TEXT_H
#define KS_BENCH_TEXT_H

#include "bench/generate/ladder.h"
#include "bench/generate/words.h"

#include <stdbool.h>
#include <stddef.h>

/* What all records share: how likely words and topics are. Made once, then only read. */
typedef struct gen_language {
    gen_function_words function_words;
    gen_ladder words; /* of the language as a whole; the tail is practically without end */
    gen_ladder topics;
    gen_ladder topic_words; /* places in a topic's own list of words */
} gen_language;

enum { GEN_FOCUS_WORDS = 10 };

/* What one record is about. */
typedef struct gen_subject {
    const gen_language *language;
    gen_random *random;
    uint32_t topics[2];              /* the same twice where there is but one */
    uint32_t focus[GEN_FOCUS_WORDS]; /* words that come up again and again in this record */
} gen_subject;

void gen_language_make(gen_language *language);

/* Draws a subject. `random` is borrowed and used up by the calls below. */
void gen_subject_draw(gen_subject *subject, const gen_language *language, gen_random *random);

/* Appends so many words (a word pair may make it one more), the first with a capital letter, without a full
 * stop. `loose` has function words between the others, as sentences have and titles hardly have. */
void gen_text_add(ks_buffer *text, const gen_subject *subject, uint32_t words, bool loose);

/* Appends the subject's tag number `number` (below GEN_TAGS): a word pair that also stands in the text of
 * such records, joined with a hyphen, or a word. */
enum { GEN_TAGS = 96 };
void gen_tag_add(ks_buffer *text, uint32_t topic, uint32_t number);

#endif
