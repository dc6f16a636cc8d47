/* The English function words and their shares. */
#include "bench/generate/words.h"

#include <stddef.h>

/* Occurrences in 10,000 words of running text, rounded. */
static const struct {
    const char *word;
    unsigned share;
} function_words[] = {
    {"the", 560},    {"of", 320},    {"and", 280},   {"to", 250},   {"a", 215},    {"in", 190},
    {"is", 105},     {"that", 95},   {"for", 95},    {"with", 70},  {"on", 60},    {"it", 55},
    {"as", 55},      {"by", 45},     {"from", 42},   {"this", 42},  {"are", 42},   {"be", 38},
    {"we", 36},      {"an", 36},     {"or", 34},     {"can", 30},   {"not", 30},   {"how", 28},
    {"which", 26},   {"at", 26},     {"was", 26},    {"has", 22},   {"using", 20}, {"but", 19},
    {"have", 19},    {"more", 19},   {"their", 19},  {"these", 17}, {"you", 17},   {"our", 17},
    {"than", 16},    {"also", 14},   {"its", 14},    {"one", 14},   {"into", 13},  {"i", 13},
    {"between", 12}, {"such", 12},   {"they", 12},   {"all", 11},   {"when", 11},  {"what", 11},
    {"will", 10},    {"other", 10},  {"some", 10},   {"while", 10}, {"both", 9},   {"new", 9},
    {"through", 9},  {"about", 9},   {"only", 9},    {"most", 9},   {"first", 8},  {"if", 8},
    {"two", 8},      {"may", 8},     {"his", 8},     {"been", 8},   {"there", 8},  {"over", 8},
    {"no", 8},       {"many", 7},    {"each", 7},    {"where", 7},  {"up", 7},     {"out", 7},
    {"so", 7},       {"without", 7}, {"who", 6},     {"were", 6},   {"he", 6},     {"her", 5},
    {"had", 5},      {"my", 5},      {"would", 5},   {"then", 5},   {"them", 5},   {"do", 5},
    {"does", 5},     {"under", 5},   {"during", 5},  {"well", 5},   {"even", 5},   {"why", 5},
    {"like", 5},     {"after", 5},   {"because", 4}, {"across", 4}, {"same", 4},   {"any", 4},
    {"should", 4},   {"could", 4},   {"very", 4},    {"within", 4}, {"often", 4},  {"however", 4},
    {"three", 4},    {"those", 4},   {"much", 3},    {"your", 3},   {"just", 3},   {"before", 3},
    {"being", 3},    {"rather", 3},  {"against", 3}, {"make", 3},   {"makes", 3},  {"thus", 3},
    {"less", 3},     {"me", 2},      {"she", 2},     {"him", 2},    {"yet", 2},    {"instead", 2},
    {"still", 2},    {"every", 2},   {"towards", 2}, {"upon", 1},   {"among", 1},  {"whether", 2},
};

enum { FUNCTION_WORDS = sizeof function_words / sizeof *function_words };

void gen_function_words_make(gen_function_words *words) {
    size_t total = 0, reached = 0, slot = 0;
    for (size_t i = 0; i < FUNCTION_WORDS; i++) total += function_words[i].share;
    for (size_t i = 0; i < FUNCTION_WORDS; i++) {
        reached += function_words[i].share;
        while (slot < GEN_FUNCTION_SLOTS && slot * total < reached * GEN_FUNCTION_SLOTS)
            words->slots[slot++] = (uint8_t)i;
    }
}

const char *gen_function_word(uint8_t number) {
    return function_words[number].word;
}
