/* Choosing the words of a text. The shares in this file were tuned until records resembled captured
 * summaries; see the figures in bench/README.md. */
#include "bench/generate/text.h"

enum { TOPICS = 400, TOPIC_WORDS = 1024, PAIRS = 48 };

void gen_language_make(gen_language *language) {
    gen_function_words_make(&language->function_words);
    gen_ladder_make(&language->words, UINT32_C(1) << 31, 60, 5);
    gen_ladder_make(&language->topics, TOPICS, 20, 0);
    gen_ladder_make(&language->topic_words, TOPIC_WORDS, 8, 0);
}

/* The word at a rank of the topic's list, as its number, below 2^17. Each octave of numbers is as likely as
 * the next, so that topics have frequent words as well as rare ones. */
static uint32_t topic_word(uint32_t topic, uint32_t rank) {
    uint64_t hash = gen_mix(((uint64_t)topic << 32) + rank);
    uint32_t octave = UINT32_C(1) << (7 + hash % 10);
    return octave + (uint32_t)(hash >> 32) % octave;
}

static uint32_t pick_topic(const gen_subject *subject) {
    return subject->topics[gen_random_below(subject->random, 3) == 0];
}

/* A number below `limit`, the low ones more likely. */
static uint32_t lower_of_two(gen_random *random, uint32_t limit) {
    uint32_t one = gen_random_below(random, limit), other = gen_random_below(random, limit);
    return one < other ? one : other;
}

void gen_subject_draw(gen_subject *subject, const gen_language *language, gen_random *random) {
    subject->language = language;
    subject->random = random;
    subject->topics[0] = subject->topics[1] = gen_ladder_draw(&language->topics, random);
    if (gen_random_below(random, 2)) subject->topics[1] = gen_ladder_draw(&language->topics, random);
    for (size_t i = 0; i < GEN_FOCUS_WORDS; i++) {
        bool of_topic = i < 7;
        uint32_t rank = gen_ladder_draw(of_topic ? &language->topic_words : &language->words, random);
        subject->focus[i] = of_topic ? topic_word(pick_topic(subject), rank) : rank;
    }
}

/* Two words that always come together: neighbours in a topic's list. */
static void add_topic_pair(ks_buffer *text, const gen_subject *subject) {
    uint32_t topic = pick_topic(subject), pair = lower_of_two(subject->random, PAIRS);
    gen_word_add(text, topic_word(topic, 2 * pair));
    ks_buffer_char(text, ' ');
    gen_word_add(text, topic_word(topic, 2 * pair + 1));
    if (gen_random_below(subject->random, 3) == 0) ks_buffer_char(text, 's');
}

/* A word of the language as a whole; one in twelve is followed by a companion, always the same. */
static void add_general(ks_buffer *text, const gen_subject *subject) {
    uint32_t word = gen_ladder_draw(&subject->language->words, subject->random);
    if (gen_random_below(subject->random, 12)) {
        gen_word_add_inflected(text, word, subject->random);
        return;
    }
    gen_word_add(text, word);
    ks_buffer_char(text, ' ');
    gen_word_add(text, (uint32_t)(gen_mix(word) % 5000));
}

static void add_content(ks_buffer *text, const gen_subject *subject) {
    gen_random *random = subject->random;
    uint32_t draw = gen_random_below(random, 100);
    if (draw < 26) {
        gen_word_add_inflected(text, subject->focus[lower_of_two(random, GEN_FOCUS_WORDS)], random);
    } else if (draw < 35) {
        add_topic_pair(text, subject);
    } else if (draw < 58) {
        uint32_t rank = gen_ladder_draw(&subject->language->topic_words, random);
        gen_word_add_inflected(text, topic_word(pick_topic(subject), rank), random);
    } else if (draw < 96) {
        add_general(text, subject);
    } else {
        gen_word_add_figure(text, random);
    }
}

static void capitalize(ks_buffer *text, size_t at) {
    if (!text->failed && at < text->size && text->data[at] >= 'a' && text->data[at] <= 'z')
        text->data[at] = (char)(text->data[at] - 'a' + 'A');
}

void gen_text_add(ks_buffer *text, const gen_subject *subject, uint32_t words, bool loose) {
    const gen_function_words *function_words = &subject->language->function_words;
    size_t start = text->size;
    uint8_t last = UINT8_MAX;
    for (uint32_t i = 0; i < words; i++) {
        uint8_t next = function_words->slots[gen_random_below(subject->random, GEN_FUNCTION_SLOTS)];
        uint32_t share = loose ? (last == UINT8_MAX ? 54 : 24) : 14;
        bool function_word = i + 1 < words && next != last && gen_random_below(subject->random, 100) < share;
        if (i > 0) ks_buffer_str(text, loose && gen_random_below(subject->random, 18) == 0 ? ", " : " ");
        if (function_word)
            ks_buffer_str(text, gen_function_word(next));
        else
            add_content(text, subject);
        last = function_word ? next : UINT8_MAX;
    }
    capitalize(text, start);
}

void gen_tag_add(ks_buffer *text, uint32_t topic, uint32_t number) {
    uint32_t first = number < PAIRS ? 2 * number : number - PAIRS;
    gen_word_add(text, topic_word(topic, first));
    if (number >= PAIRS) return;
    ks_buffer_char(text, '-');
    gen_word_add(text, topic_word(topic, first + 1));
}
