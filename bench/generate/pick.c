/* Choosing parts of queries. */
#include "bench/generate/pick.h"

#include "bench/generate/cut.h"

#include <stdlib.h>
#include <string.h>

/* Shares of the records that have a common word, a frequent one, at most a rare one: one in this many. */
enum { COMMON_PART = 10, FREQUENT_PART = 20, RARE_PART = 10000, TRIES = 40, MOST_WORDS = 4 };

static bool is_common(const gen_sample *sample, const gen_word *word) {
    return (size_t)word->holders * COMMON_PART > sample->count;
}

static bool is_letters(const char *text) {
    return strspn(text, "abcdefghijklmnopqrstuvwxyz") == strlen(text) && strlen(text) >= 7;
}

static bool ends_with(const char *text, const char *ending) {
    size_t size = strlen(text), tail = strlen(ending);
    return size > tail && strcmp(text + size - tail, ending) == 0;
}

/* The sample counts words as they are written. An index counts all forms of a word as one, and the parts of a
 * compound by themselves, so words that may have more forms, or parts, are not known to be rare. */
static bool is_rare(const gen_sample *sample, const gen_word *word) {
    static const char *const endings[] = {"s", "ed", "ing", "ly", "y", "e"};
    if (word->text[strcspn(word->text, "0123456789-.,ABCDEFGHIJKLMNOPQRSTUVWXYZ")]) return false;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_with(word->text, endings[i])) return false;
    return word->holders <= 1 + sample->count / RARE_PART && strlen(word->text) > 1;
}

static bool suits(const gen_sample *sample, const gen_word *word, gen_random *random, gen_want want) {
    switch (want) {
    case GEN_WANT_ANY:
        return strlen(word->text) > 1 && (!is_common(sample, word) || gen_random_below(random, 8) == 0);
    case GEN_WANT_LETTERS: return is_letters(word->text) && !is_common(sample, word);
    case GEN_WANT_RARE: return is_rare(sample, word);
    case GEN_WANT_FREQUENT: return (size_t)word->holders * FREQUENT_PART >= sample->count;
    }
    return false;
}

/* A word of the record that suits; NULL if a number of tries found none. */
static const gen_word *pick_word(const gen_sample *sample, const gen_sampled *sampled, gen_random *random,
                                 gen_want want) {
    if (sampled->count == 0) return NULL;
    for (unsigned i = 0; i < TRIES; i++) {
        size_t at = gen_random_below(random, (uint32_t)sampled->count);
        const gen_word *word = &sample->words[sampled->tokens[at].word];
        if (suits(sample, word, random, want)) return word;
    }
    return NULL;
}

bool gen_pick_words(ks_buffer *query, const gen_sample *sample, const gen_sampled *sampled,
                    gen_random *random, uint32_t count, gen_want want) {
    const gen_word *picked[MOST_WORDS];
    uint32_t used = 0;
    for (unsigned i = 0; i < TRIES && used < count; i++) {
        bool again = false;
        picked[used] = pick_word(sample, sampled, random, want);
        if (!picked[used]) return false;
        for (uint32_t k = 0; k < used; k++) again |= picked[k] == picked[used];
        if (again) continue;
        if (used > 0) ks_buffer_char(query, ' ');
        ks_buffer_str(query, picked[used++]->text);
    }
    return used == count;
}

static bool is_phrase(const gen_sample *sample, const gen_token *tokens, uint32_t count) {
    bool telling = false;
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0 && !tokens[i].joined) return false;
        telling |= !is_common(sample, &sample->words[tokens[i].word]);
    }
    return telling;
}

bool gen_pick_phrase(ks_buffer *query, const gen_sample *sample, const gen_sampled *sampled,
                     gen_random *random, uint32_t count) {
    const gen_token *tokens = NULL;
    if (!sampled->tokens || sampled->count < count) return false;
    for (unsigned i = 0; i < TRIES && !tokens; i++) {
        size_t at = gen_random_below(random, (uint32_t)(sampled->count - count + 1));
        if (is_phrase(sample, sampled->tokens + at, count)) tokens = sampled->tokens + at;
    }
    if (!tokens) return false;
    for (uint32_t i = 0; i < count; i++) {
        ks_buffer_char(query, i > 0 ? ' ' : '"');
        ks_buffer_str(query, sample->words[tokens[i].word].text);
    }
    ks_buffer_char(query, '"');
    return true;
}

bool gen_pick_prefix(ks_buffer *query, const gen_sample *sample, const gen_sampled *sampled,
                     gen_random *random) {
    const gen_word *word = pick_word(sample, sampled, random, GEN_WANT_LETTERS);
    size_t size;
    if (!word) return false;
    size = strlen(word->text) / 2;
    size = size < 4 ? 4 : size > 6 ? 6 : size;
    ks_buffer_add(query, word->text, size);
    ks_buffer_char(query, '*');
    return true;
}

/* Whether a value needs no quotes in a query. */
static bool is_plain(const char *text) {
    if (!text || !*text || *text == '-') return false;
    for (const char *c = text; *c; c++)
        if (!gen_is_ascii_word(*c) && *c != '-' && *c != '_' && *c != '.' && !(*c & 0x80)) return false;
    return true;
}

bool gen_pick_tag(ks_buffer *query, const gen_sampled *sampled, gen_random *random) {
    const cJSON *tags = cJSON_GetObjectItemCaseSensitive(sampled->record, "tags");
    int count = cJSON_IsArray(tags) ? cJSON_GetArraySize(tags) : 0;
    const char *tag;
    if (count == 0) return false;
    tag = cJSON_GetStringValue(cJSON_GetArrayItem(tags, (int)gen_random_below(random, (uint32_t)count)));
    if (!is_plain(tag)) return false;
    ks_buffer_format(query, "tag:%s", tag);
    return true;
}

bool gen_pick_filters(ks_buffer *query, const gen_sampled *sampled, gen_random *random) {
    const char *kind = gen_sampled_text(sampled, "kind"), *date = gen_sampled_text(sampled, "date");
    unsigned year;
    if (!is_plain(kind) || !date || strspn(date, "0123456789") != 4) return false;
    ks_buffer_format(query, " kind:%s", kind);
    year = (unsigned)strtoul(date, NULL, 10);
    switch (gen_random_below(random, 4)) {
    case 0: ks_buffer_format(query, " after:%u", year); break;
    case 1: ks_buffer_format(query, " before:%u", year); break;
    case 2: ks_buffer_format(query, " date:%u", year); break;
    case 3: ks_buffer_format(query, " date:%u..%u", year - gen_random_below(random, 2), year + 1); break;
    }
    return true;
}
