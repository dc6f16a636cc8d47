/* libstemmer behind a two-way set-associative cache of its results; see stem.h. */
#include "text/stem.h"

#include "base/bytes.h"

#include <assert.h>
#include <libstemmer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A pair of slots fills one cache line, with the slot that was used last in front. Not cached are words
 * longer than a slot holds, and stems whose differing end is longer than ENDING_MOST bytes. */
enum { WORDS = KS_STEM_CACHED / 8, ENDING_MOST = 6, LINE = 64 };

/* A query has few words, and stemming them takes less time than touching much memory. So the cache begins
 * small and grows in these steps, each after MISSES misses per pair of slots. */
static const unsigned sizes[] = {6, 9, 15, 17};
enum { SIZES = sizeof sizes / sizeof *sizes, MISSES = 4 };

/* A word filled up with zeros, so that it can be hashed and compared whatever its length. */
typedef struct word_key {
    uint64_t words[WORDS];
} word_key;

/* The stem is the first `kept` bytes of the word and then the ending. */
typedef struct slot {
    word_key word; /* all zeros: free */
    unsigned char kept, ending_size;
    char ending[ENDING_MOST];
} slot;

static_assert(2 * sizeof(slot) == LINE, "a pair is a cache line");

struct ks_stemmer {
    struct sb_stemmer *snowball;
    slot (*pairs)[2]; /* at the edge of a cache line */
    void *memory;     /* what the pairs were allocated as */
    unsigned size;    /* which of the sizes it has */
    unsigned bits;    /* there are 1 << bits pairs */
    unsigned misses;  /* since the cache grew; counted as long as it can grow */
    bool keeps_first;
};

static bool make_cache(ks_stemmer *stemmer, unsigned size) {
    void *memory = calloc(((size_t)1 << sizes[size]) + 1, sizeof *stemmer->pairs);
    if (!memory) return false;
    stemmer->memory = memory;
    stemmer->pairs = (slot(*)[2])(((uintptr_t)memory + LINE - 1) / LINE * LINE);
    stemmer->size = size;
    stemmer->bits = sizes[size];
    stemmer->misses = 0;
    return true;
}

static bool is_known(const char *language) {
    for (const char **name = sb_stemmer_list(); *name; name++) {
        if (strcmp(*name, language) == 0) return true;
    }
    return false;
}

/* Of the algorithms for languages in Latin script, those that work on endings alone. Indonesian takes off
 * what stands in front, Irish undoes mutations, Serbian reads dj as one letter, Turkish has a stem b become
 * p. */
static bool works_on_endings(const char *language) {
    static const char *const languages[] = {"basque",     "catalan",   "danish", "dutch",      "english",
                                            "finnish",    "french",    "german", "hungarian",  "italian",
                                            "lithuanian", "norwegian", "porter", "portuguese", "romanian",
                                            "spanish",    "swedish"};
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
        if (strcmp(languages[i], language) == 0) return true;
    return false;
}

/* The hint has room for the names of Debian's libstemmer; of a longer list the end would be left out. */
static ks_status unknown_language(const char *language, ks_error *err) {
    char names[sizeof err->hint] = "none";
    size_t size = strlen(names);
    for (const char **name = sb_stemmer_list(); *name && size + strlen(*name) + 2 <= sizeof names; name++)
        size += (size_t)snprintf(names + size, sizeof names - size, " %s", *name);
    ks_error_set(err, KS_ERR_ARGUMENT, "no stemming for the language \"%s\"", language ? language : "");
    return ks_error_hint(err, KS_ERR_ARGUMENT, "%s", names);
}

ks_status ks_stemmer_new(ks_stemmer **out, const char *language, ks_error *err) {
    ks_stemmer *stemmer;
    if (!language || !is_known(language)) return unknown_language(language, err);
    stemmer = calloc(1, sizeof *stemmer);
    if (!stemmer) return ks_error_nomem(err);
    stemmer->snowball = sb_stemmer_new(language, "UTF_8");
    if (!stemmer->snowball || !make_cache(stemmer, 0)) {
        ks_stemmer_free(stemmer);
        return ks_error_nomem(err);
    }
    stemmer->keeps_first = works_on_endings(language);
    *out = stemmer;
    return KS_OK;
}

bool ks_stemmer_keeps_first(const ks_stemmer *stemmer) {
    return stemmer->keeps_first;
}

void ks_stemmer_free(ks_stemmer *stemmer) {
    if (!stemmer) return;
    sb_stemmer_delete(stemmer->snowball);
    free(stemmer->memory);
    free(stemmer);
}

static ks_status run_snowball(ks_stemmer *stemmer, ks_form *form, ks_error *err) {
    const sb_symbol *stem =
        sb_stemmer_stem(stemmer->snowball, (const sb_symbol *)form->text, (int)form->size);
    int size = stem ? sb_stemmer_length(stemmer->snowball) : 0;
    if (!stem) return ks_error_nomem(err);
    if (size == 0) return KS_OK; /* an empty stem would lose the word */
    form->size = 0;
    ks_form_add(form, (const char *)stem, (size_t)size, KS_TOKEN_LIMIT);
    return KS_OK;
}

/* Multilinear hashing with arbitrary odd factors; the upper bits depend on every byte. */
static uint64_t hash_of(const word_key *key) {
    return key->words[0] * UINT64_C(0x9E3779B97F4A7C15) + key->words[1] * UINT64_C(0xC2B2AE3D27D4EB4F) +
           key->words[2] * UINT64_C(0x165667B19E3779F9);
}

static slot *pair_of(const ks_stemmer *stemmer, uint64_t hash) {
    return stemmer->pairs[hash >> (64 - stemmer->bits)];
}

static bool holds(const slot *at, const word_key *key) {
    uint64_t difference = 0;
    for (size_t i = 0; i < WORDS; i++) difference |= at->word.words[i] ^ key->words[i];
    return difference == 0;
}

static void apply(const slot *at, ks_form *form) {
    memcpy(form->text + at->kept, at->ending, ENDING_MOST); /* there is room: a cached word is short */
    form->size = (uint32_t)at->kept + at->ending_size;
}

/* Stores the stem of `word` in a free slot; the slot stays free if the ending does not fit. */
static void remember(slot *at, const word_key *key, const ks_form *word, const ks_form *stem) {
    uint32_t kept = 0, ending;
    while (kept < stem->size && kept < word->size && stem->text[kept] == word->text[kept]) kept++;
    if (kept + ENDING_MOST < stem->size) return;
    ending = stem->size - kept;
    at->kept = (unsigned char)kept;
    at->ending_size = (unsigned char)ending;
    memcpy(at->ending, stem->text + kept, ending);
    at->word = *key;
}

/* Moves the cache into a larger one; if there is no memory for that, it stays as it is. */
static void grow_cache(ks_stemmer *stemmer) {
    const ks_stemmer before = *stemmer;
    stemmer->misses = 0;
    if (!make_cache(stemmer, before.size + 1)) return;
    for (size_t i = 0; i < (size_t)1 << before.bits; i++) {
        for (size_t k = 2; k-- > 0;) { /* the slot used last is moved last, and so ends up in front */
            const slot *from = &before.pairs[i][k];
            slot *pair = pair_of(stemmer, hash_of(&from->word));
            if (!from->word.words[0]) continue;
            pair[1] = pair[0];
            pair[0] = *from;
        }
    }
    free(before.memory);
}

/* Stems a word that is not in the cache, and puts it there, in front. */
static ks_status stem_unknown(ks_stemmer *stemmer, ks_form *form, const word_key *key, slot *pair,
                              ks_error *err) {
    ks_form word = *form;
    ks_status status = run_snowball(stemmer, form, err);
    if (status) return status;
    pair[1] = pair[0];
    pair[0] = (slot){0};
    remember(&pair[0], key, &word, form);
    if (stemmer->size + 1 < SIZES && ++stemmer->misses >> stemmer->bits >= MISSES) grow_cache(stemmer);
    return KS_OK;
}

static ks_status stem_by_key(ks_stemmer *stemmer, ks_form *form, const word_key *key, uint64_t hash,
                             ks_error *err) {
    slot *pair = pair_of(stemmer, hash);
    if (!holds(&pair[0], key)) {
        slot first = pair[0];
        if (!holds(&pair[1], key)) return stem_unknown(stemmer, form, key, pair, err);
        pair[0] = pair[1];
        pair[1] = first;
    }
    apply(&pair[0], form);
    return KS_OK;
}

/* The key of a form filled up with zeros. It is read eight bytes at a time, just as ks_plain_next has written
 * it, so that the processor can forward the stores to these loads. */
static word_key padded_key(const ks_form *form) {
    word_key key;
    for (size_t i = 0; i < WORDS; i++) key.words[i] = ks_get_u64(form->text + 8 * i);
    return key;
}

uint64_t ks_stem_prepare(const ks_stemmer *stemmer, const ks_form *form) {
    word_key key = padded_key(form);
    uint64_t hash = hash_of(&key);
    __builtin_prefetch(pair_of(stemmer, hash), 1);
    return hash;
}

ks_status ks_stem_prepared(ks_stemmer *stemmer, ks_form *form, uint64_t hash, ks_error *err) {
    word_key key = padded_key(form);
    return stem_by_key(stemmer, form, &key, hash, err);
}

ks_status ks_stem(ks_stemmer *stemmer, ks_form *form, ks_error *err) {
    word_key key;
    if (form->size == 0 || form->size > KS_STEM_CACHED) return run_snowball(stemmer, form, err);
    memset(form->text + form->size, 0, KS_STEM_CACHED - form->size);
    key = padded_key(form);
    return stem_by_key(stemmer, form, &key, hash_of(&key), err);
}
