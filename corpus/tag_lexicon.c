/* The lexicon of the tag splitter: words of running text and of a word list, and their stems. The only words
 * it brings along are English affixes and small words. May use base and tag_spelling.h. */
#include "corpus/tag_lexicon.h"

#include "corpus/tag_letters.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_STEM = 4, LEAST_DERIVED = 5, LEAST_NUMBER_FORM = 3, LEAST_LISTED = 3, LONGEST_SUFFIX = 8 };

enum { FILTER_BITS = 22, WORDS_SEED = 1, STEMS_SEED = 2 };

static const double JOINED_WEIGHT = 0.5;  /* for a word that the text writes with a hyphen */
static const double PLURAL_SHARE = 0.8;   /* of a word's weight, for its plural or singular */
static const double DERIVED_SHARE = 0.05; /* of a stem's weight, for any word of the stem */

static const char SUFFIXES[] =
    "s es ed er ers or ors ing ings ion ions ation ations al als ally ly ic ics ical ity ities ty ment ments "
    "ness "
    "less ful able ible ability ably ance ence ant ent ive ives ively ize izes ized izer izing ise ised "
    "ising "
    "ization isation ism ist ists ish ous ship ships hood dom like wise ward wards ary ory logy graphy y";

static const char PREFIXES[] =
    "ab ad anti auto back be bi bio co con contra counter cross de dis down electro en ex extra fore geo "
    "hydro hyper "
    "il im infra inter intra ir iso kilo macro mega meta micro mid mini mis mono multi nano neo neuro non "
    "omni out "
    "over para peri poly pre pro proto pseudo psycho quasi re retro semi sub super sur tele thermo "
    "trans tri ultra un under uni up";

static const char SMALL_WORDS[] =
    "a an and are as at by can for from has have if in into is it its no not of off on "
    "or per so than that the their then they this to was we were with you your";

static ks_status add_affixes(ks_tag_lexicon *x, const char *list, uint32_t flag, ks_error *err) {
    for (size_t size; *list; list += size + (list[size] == ' ')) {
        uint32_t *flags;
        ks_status status;
        size = strcspn(list, " ");
        if ((status = ks_map_insert(&x->affixes, list, size, 0, &flags, NULL, err))) return status;
        *flags |= flag;
        if (flag == KS_TAG_SUFFIX) x->suffix_sizes[(unsigned char)list[size - 1]] |= (uint16_t)(1U << size);
        x->prefix_count += flag == KS_TAG_PREFIX;
    }
    return KS_OK;
}

ks_status ks_tag_lexicon_init(ks_tag_lexicon *x, ks_error *err) {
    ks_status status;
    *x = (ks_tag_lexicon){0};
    x->filter = calloc((size_t)1 << (FILTER_BITS - 6), sizeof *x->filter);
    if (!x->filter) return ks_error_nomem(err);
    if ((status = add_affixes(x, SUFFIXES, KS_TAG_SUFFIX, err))) return status;
    if ((status = add_affixes(x, PREFIXES, KS_TAG_PREFIX, err))) return status;
    return add_affixes(x, SMALL_WORDS, KS_TAG_SMALL, err);
}

void ks_tag_lexicon_free(ks_tag_lexicon *x) {
    ks_map_free(&x->words);
    ks_map_free(&x->stems);
    ks_map_free(&x->listed_stems);
    ks_map_free(&x->affixes);
    free(x->entries);
    free(x->stem_weight);
    free(x->filter);
    *x = (ks_tag_lexicon){0};
}

uint32_t ks_tag_lexicon_affix(const ks_tag_lexicon *x, const char *word, size_t size) {
    const uint32_t *flags = size <= LONGEST_SUFFIX ? ks_map_find(&x->affixes, word, size) : NULL;
    return flags ? *flags : 0;
}

/* ---- Filter ----------------------------------------------------------------------------------------
 * Nearly all strings that are looked up are no words. A bit per hash (a Bloom filter with one hash function)
 * tells so without touching the maps, which in a large feed do not fit into the processor's caches. */

/* The bit of a key, by FNV-1a, since keys are only a few bytes. */
static size_t filter_bit(const char *key, size_t size, uint64_t seed) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ seed;
    for (size_t i = 0; i < size; i++) hash = (hash ^ (unsigned char)key[i]) * UINT64_C(0x100000001b3);
    return (size_t)((hash ^ hash >> 32) & ((UINT64_C(1) << FILTER_BITS) - 1));
}

static void filter_add(ks_tag_lexicon *x, const char *key, size_t size, uint64_t seed) {
    size_t bit = filter_bit(key, size, seed);
    x->filter[bit / 64] |= UINT64_C(1) << bit % 64;
}

static bool filter_has(const ks_tag_lexicon *x, const char *key, size_t size, uint64_t seed) {
    size_t bit = filter_bit(key, size, seed);
    return x->filter[bit / 64] >> bit % 64 & 1;
}

static const ks_tag_entry *find_word(const ks_tag_lexicon *x, const char *word, size_t size) {
    const uint32_t *id = filter_has(x, word, size, WORDS_SEED) ? ks_map_find(&x->words, word, size) : NULL;
    return id ? &x->entries[*id] : NULL;
}

/* ---- Adding ---------------------------------------------------------------------------------------- */

/* Finds or makes the entry of a word; *out is NULL for a word that is too long. */
static ks_status entry_of(ks_tag_lexicon *x, ks_tag_entry **out, const char *word, size_t size,
                          ks_error *err) {
    char small[KS_TAG_WORD_LIMIT];
    uint32_t *id;
    bool added;
    ks_status status;
    *out = NULL;
    if (size > KS_TAG_WORD_LIMIT) return KS_OK;
    ks_tag_lower(small, word, size);
    if ((status = ks_array_reserve(&x->entries, &x->capacity, x->words.used + 1, sizeof *x->entries, err)))
        return status;
    if ((status = ks_map_insert(&x->words, small, size, (uint32_t)x->words.used, &id, &added, err)))
        return status;
    *out = &x->entries[*id];
    if (added) **out = (ks_tag_entry){0};
    return KS_OK;
}

static ks_status add_token(ks_tag_lexicon *x, const char *word, size_t size, ks_error *err) {
    ks_tag_entry *entry;
    ks_status status = entry_of(x, &entry, word, size, err);
    if (entry && entry->count < UINT32_MAX) entry->count++;
    return status;
}

/* "re-used" in the text makes "reused" a word, though a weaker one. */
static ks_status add_joined(ks_tag_lexicon *x, const char *text, size_t first, size_t second, ks_error *err) {
    char word[KS_TAG_WORD_LIMIT];
    ks_tag_entry *entry;
    ks_status status;
    if (first + second > sizeof word) return KS_OK;
    memcpy(word, text, first);
    memcpy(word + first, text + first + 1, second);
    status = entry_of(x, &entry, word, first + second, err);
    if (entry) entry->joined = true;
    return status;
}

/* A single byte is a word if it is a digit or beside a hyphen ("t-test"), unlike "a" or a symbol in a
 * formula. */
static bool is_letter_word(const char *text, size_t size, size_t at) {
    return (text[at] >= '0' && text[at] <= '9') || (at + 1 < size && text[at + 1] == '-') ||
           (at > 0 && text[at - 1] == '-');
}

ks_status ks_tag_lexicon_add_text(ks_tag_lexicon *x, const char *text, size_t size, ks_error *err) {
    size_t last = 0, last_end = SIZE_MAX; /* the previous word */
    for (size_t at = 0; at < size;) {
        size_t end = ks_tag_word_end(text, size, at);
        ks_status status;
        if (end == at) {
            at++;
            continue;
        }
        if (at > 0 && last_end == at - 1 && text[at - 1] == '-' &&
            (status = add_joined(x, text + last, last_end - last, end - at, err)))
            return status;
        if ((end - at > 1 || is_letter_word(text, size, at)) &&
            (status = add_token(x, text + at, end - at, err)))
            return status;
        last = at;
        at = last_end = end;
    }
    return KS_OK;
}

ks_status ks_tag_lexicon_add_words(ks_tag_lexicon *x, const char *text, size_t size, ks_error *err) {
    while (size) {
        const char *newline = memchr(text, '\n', size);
        size_t line = newline ? (size_t)(newline - text) : size;
        size_t word = line && text[line - 1] == '\r' ? line - 1 : line;
        ks_tag_entry *entry = NULL;
        ks_status status;
        if (word >= LEAST_LISTED && ks_tag_word_end(text, word, 0) == word &&
            (status = entry_of(x, &entry, text, word, err)))
            return status;
        if (entry && !entry->listed) {
            entry->listed = true;
            x->listed_count++;
        }
        line += line < size;
        text += line;
        size -= line;
    }
    return KS_OK;
}

/* ---- Stems ----------------------------------------------------------------------------------------- */

/* The length of the longest suffix that leaves a stem, or 0. */
static size_t suffix_of(const ks_tag_lexicon *x, const char *word, size_t size) {
    size_t n = size > LEAST_STEM ? size - LEAST_STEM : 0;
    uint16_t sizes = x->suffix_sizes[(unsigned char)word[size - 1]];
    for (n = n < LONGEST_SUFFIX ? n : LONGEST_SUFFIX; n; n--)
        if (sizes >> n & 1 && ks_tag_lexicon_affix(x, word + size - n, n) & KS_TAG_SUFFIX) return n;
    return 0;
}

/* The length of the word's stem, which is a prefix of it. */
static size_t stem_of(const ks_tag_lexicon *x, const char *word, size_t size) {
    for (size_t n; (n = suffix_of(x, word, size));) size -= n;
    if (size > LEAST_STEM && strchr("eyi", word[size - 1]) && word[size - 1]) size--;
    if (size > LEAST_STEM && word[size - 1] == word[size - 2]) size--;
    return size;
}

/* Frequent words of the text are likelier in tags, but far less than proportionally. */
static double text_weight(const ks_tag_entry *entry) {
    return sqrt((double)entry->count) + (entry->joined ? JOINED_WEIGHT : 0);
}

static ks_status add_stem(ks_tag_lexicon *x, const char *word, size_t size, double weight, ks_error *err) {
    uint32_t *id;
    bool added;
    ks_status status;
    if ((status = ks_array_reserve(&x->stem_weight, &x->stem_capacity, x->stems.used + 1,
                                   sizeof *x->stem_weight, err)))
        return status;
    if ((status = ks_map_insert(&x->stems, word, size, (uint32_t)x->stems.used, &id, &added, err)))
        return status;
    if (added) x->stem_weight[*id] = 0;
    x->stem_weight[*id] += weight;
    x->stem_total += weight;
    return KS_OK;
}

ks_status ks_tag_lexicon_finish(ks_tag_lexicon *x, ks_tag_spelling *spelling, ks_error *err) {
    const ks_map_slot *slot;
    for (size_t at = 0; (slot = ks_map_next(&x->affixes, &at));) {
        if (slot->value & KS_TAG_SUFFIX) ks_tag_spelling_add_affix(spelling, slot->key, slot->size, true);
        if (slot->value & KS_TAG_PREFIX) ks_tag_spelling_add_affix(spelling, slot->key, slot->size, false);
    }
    for (size_t at = 0; (slot = ks_map_next(&x->words, &at));) {
        const ks_tag_entry *entry = &x->entries[slot->value];
        double weight = text_weight(entry);
        size_t stem = stem_of(x, slot->key, slot->size);
        ks_status status;
        ks_tag_spelling_add(spelling, slot->key, slot->size, weight > 0);
        if (entry->listed && (status = ks_map_insert(&x->listed_stems, slot->key, stem, 0, NULL, NULL, err)))
            return status;
        if (weight > 0 && (status = add_stem(x, slot->key, stem, weight, err))) return status;
        x->total += weight;
        filter_add(x, slot->key, slot->size, WORDS_SEED);
        filter_add(x, slot->key, stem, STEMS_SEED);
    }
    return KS_OK;
}

/* ---- Asking ---------------------------------------------------------------------------------------- */

static double weight_of(const ks_tag_lexicon *x, const char *word, size_t size) {
    const ks_tag_entry *entry = find_word(x, word, size);
    return entry ? text_weight(entry) : 0;
}

/* The weight of the word's singular or plural in the text. */
static double number_form(const ks_tag_lexicon *x, const char *word, size_t size) {
    char plural[KS_TAG_WORD_LIMIT + 1];
    double weight = 0;
    if (word[size - 1] == 's') weight = weight_of(x, word, size - 1);
    if (weight <= 0 && word[size - 1] == 's' && word[size - 2] == 'e') weight = weight_of(x, word, size - 2);
    if (weight > 0) return weight;
    memcpy(plural, word, size);
    plural[size] = 's';
    return weight_of(x, plural, size + 1);
}

static double derived(const ks_tag_lexicon *x, const char *word, size_t size, bool listed) {
    double weight = number_form(x, word, size);
    size_t stem = size < LEAST_DERIVED ? 0 : stem_of(x, word, size);
    const uint32_t *id;
    if (weight > 0) return PLURAL_SHARE * weight / x->total;
    if (!stem || !filter_has(x, word, stem, STEMS_SEED)) return 0;
    if ((id = ks_map_find(&x->stems, word, stem))) return DERIVED_SHARE * x->stem_weight[*id] / x->stem_total;
    if (listed || !ks_map_find(&x->listed_stems, word, stem)) return 0;
    return DERIVED_SHARE / (double)x->listed_stems.used;
}

void ks_tag_lexicon_sources(const ks_tag_lexicon *x, const char *word, size_t size,
                            double out[KS_TAG_KNOWN]) {
    const ks_tag_entry none = {0}, *found = find_word(x, word, size), *entry = found ? found : &none;
    double weight = text_weight(entry);
    bool derivable = weight <= 0 && size >= LEAST_NUMBER_FORM && size <= KS_TAG_WORD_LIMIT;
    out[KS_TAG_TEXT] = weight > 0 ? weight / x->total : 0;
    out[KS_TAG_LISTED] = entry->listed ? 1 / (double)x->listed_count : 0;
    out[KS_TAG_DERIVED] = derivable ? derived(x, word, size, entry->listed) : 0;
}
