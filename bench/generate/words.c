/* Spelling: syllables of a consonant, a vowel and perhaps a closing consonant, and English endings. */
#include "bench/generate/words.h"

#include <stddef.h>

enum { ONSETS = 24, VOWELS = 6, CODAS = 10, OPEN = ONSETS * VOWELS, CLOSED = OPEN * CODAS, HAN = 512 };

static const char *const onsets[ONSETS] = {"b",  "c",  "d",  "f",  "g",  "h",  "k",  "l",
                                           "m",  "n",  "p",  "r",  "s",  "t",  "v",  "w",
                                           "br", "ch", "gr", "pl", "pr", "sh", "st", "tr"};
static const char *const vowels[VOWELS] = {"a", "e", "i", "o", "u", "ea"};
static const char *const accented[VOWELS] = {"á", "é", "ï", "ö", "ü", "eä"};
static const char *const codas[CODAS] = {"n", "r", "l", "t", "m", "ck", "nd", "s", "x", "ve"};
static const char *const suffixes[] = {"ation", "er", "ment", "ity", "al", "ive", "ness", "ize"};

enum { WORD_ROOM = 4 * (2 + 3) + 2 }; /* bytes of four syllables at most */

/* Copies a few letters to *at and moves *at behind them. */
static void put(char **at, const char *letters) {
    while (*letters) *(*at)++ = *letters++;
}

static void put_syllable(char **at, uint32_t number, const char *const *spelling) {
    put(at, onsets[number % ONSETS]);
    put(at, spelling[number / ONSETS]);
}

/* Adds the word of `syllables` syllables, at most 4, that has this number. Its last syllable is closed, the
 * others are open. */
static void add_syllables(ks_buffer *text, uint64_t number, unsigned syllables, const char *const *spelling) {
    char word[WORD_ROOM], *at = word;
    uint32_t last = (uint32_t)(number % CLOSED);
    number /= CLOSED;
    for (unsigned i = 1; i < syllables; i++) {
        put_syllable(&at, (uint32_t)(number % OPEN), spelling);
        number /= OPEN;
    }
    put_syllable(&at, last % OPEN, spelling);
    put(&at, codas[last / OPEN]);
    ks_buffer_add(text, word, (size_t)(at - word));
}

/* Adds two to four of the first 512 characters of the block CJK Unified Ideographs. */
static void add_han(ks_buffer *text, uint64_t hash) {
    for (uint64_t left = 2 + hash % 3; left > 0; left--) {
        uint32_t code = 0x4e00 + (uint32_t)((hash >> (8 + 9 * left)) % HAN);
        char utf8[3] = {(char)(0xe0 | code >> 12), (char)(0x80 | (code >> 6 & 0x3f)),
                        (char)(0x80 | (code & 0x3f))};
        ks_buffer_add(text, utf8, sizeof utf8);
    }
}

/* A multiplication spreads the numbers over all the words of a length. It is one to one, because the factor
 * and the count of such words, 2^a 3^b 5^c, have no common divisor. */
static void add_stem(ks_buffer *text, uint32_t rank, const char *const *spelling) {
    static const struct {
        uint32_t below;
        unsigned syllables;
        uint64_t words, factor;
    } lengths[] = {{700, 1, CLOSED, 1187},
                   {60000, 2, (uint64_t)CLOSED * OPEN, 227827},
                   {4000000, 3, (uint64_t)CLOSED * OPEN * OPEN, 43742791},
                   {UINT32_MAX, 4, (uint64_t)CLOSED * OPEN * OPEN * OPEN, 1299709}};
    size_t i = 0;
    while (i < 3 && rank >= lengths[i].below) i++;
    add_syllables(text, (uint64_t)rank * lengths[i].factor % lengths[i].words, lengths[i].syllables,
                  spelling);
}

void gen_word_add(ks_buffer *text, uint32_t rank) {
    uint64_t hash = gen_mix(rank);
    if (rank > 2000 && hash % 600 == 0) {
        add_han(text, hash);
        return;
    }
    add_stem(text, rank, rank > 500 && hash % 120 == 1 ? accented : vowels);
    if (rank > 700 && hash % 4 == 2)
        ks_buffer_str(text, suffixes[(hash >> 8) % (sizeof suffixes / sizeof *suffixes)]);
}

void gen_word_add_inflected(ks_buffer *text, uint32_t rank, gen_random *random) {
    uint32_t draw = gen_random_below(random, 100);
    size_t before = text->size;
    gen_word_add(text, rank);
    if (text->failed || text->size == before || draw >= 33 || (text->data[text->size - 1] & 0x80)) return;
    if (text->data[text->size - 1] == 'e' && draw >= 17) ks_buffer_truncate(text, text->size - 1);
    ks_buffer_str(text, draw < 17 ? "s" : draw < 25 ? "ing" : "ed");
}

/* Capital letters, as many as `letters`. */
static void add_capitals(ks_buffer *text, uint64_t bits, uint32_t letters) {
    for (uint32_t i = 0; i < letters; i++, bits /= 26) ks_buffer_char(text, (char)('A' + bits % 26));
}

void gen_word_add_figure(ks_buffer *text, gen_random *random) {
    uint32_t form = gen_random_below(random, 10), value = gen_random_below(random, 1000);
    uint64_t name = gen_mix(gen_random_below(random, 40) * gen_random_below(random, 40));
    if (form < 3) {
        ks_buffer_format(text, "%u", value * value / 4000 + 2);
    } else if (form < 5) {
        ks_buffer_format(text, "%u", 1990 + value % 36);
    } else if (form < 6) {
        ks_buffer_format(text, "%u.%u%%", value / 10, value % 10);
    } else if (form < 7) {
        ks_buffer_format(text, "%u,%03u", 1 + value % 300, value % 10 * 100);
    } else if (form < 8) {
        ks_buffer_format(text, "%c-", (int)('a' + name % 26));
        add_capitals(text, name >> 8, 3);
    } else {
        add_capitals(text, name >> 8, 2 + (uint32_t)(name % 3));
        ks_buffer_format(text, form < 9 ? "-%u" : "%u", 1 + value % 4);
    }
}
