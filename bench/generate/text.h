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
    gen_ladder words; /* of the language as a whole; the tail is practically endless */
    gen_ladder topics;
    gen_ladder topic_words; /* ranks in a topic's own list of words */
} gen_language;

enum { GEN_FOCUS_WORDS = 10 };

/* What one record is about. */
typedef struct gen_subject {
    const gen_language *language;
    gen_random *random;
    uint32_t topics[2];              /* the same one twice if it is about a single topic */
    uint32_t focus[GEN_FOCUS_WORDS]; /* words that come up again and again in the record */
} gen_subject;

void gen_language_make(gen_language *language);

/* Draws a subject. `random` is borrowed; the calls below go on drawing from it. */
void gen_subject_draw(gen_subject *subject, const gen_language *language, gen_random *random);

/* Appends `words` words, or one more if the last is a pair, the first capitalised, without a full stop.
 * `loose` puts function words between the others, as in a sentence; titles have few. */
void gen_text_add(ks_buffer *text, const gen_subject *subject, uint32_t words, bool loose);

/* Appends the topic's tag number `number`, below GEN_TAGS: a word of the topic, or a pair of words that also
 * occurs in its texts, joined with a hyphen. */
enum { GEN_TAGS = 96 };
void gen_tag_add(ks_buffer *text, uint32_t topic, uint32_t number);

#endif
