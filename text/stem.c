/* libstemmer behind a direct-mapped cache; see stem.h. */
#include "text/stem.h"

#include "base/hash.h"

#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>

/* A pair of slots, the one used last in front, is one cache line. Words that are longer, or whose ending is
 * replaced by a longer one, are stemmed each time. */
enum { PAIRS = 8192, WORD_MOST = 26, ENDING_MOST = 3 };

/* The stem is the first `kept` bytes of the word and then the ending. */
typedef struct slot {
    unsigned char size; /* of the word; 0: free */
    unsigned char kept, ending_size;
    char ending[ENDING_MOST];
    char word[WORD_MOST];
} slot;

struct ks_stemmer {
    struct sb_stemmer *snowball;
    slot (*pairs)[2];
};

static bool is_known(const char *language) {
    for (const char **name = sb_stemmer_list(); *name; name++) {
        if (strcmp(*name, language) == 0) return true;
    }
    return false;
}

ks_status ks_stemmer_new(ks_stemmer **out, const char *language, ks_error *err) {
    ks_stemmer *stemmer;
    if (!language || !is_known(language))
        return ks_error_set(err, KS_ERR_ARGUMENT, "no stemming for the language \"%s\"",
                            language ? language : "");
    stemmer = calloc(1, sizeof *stemmer);
    if (!stemmer) return ks_error_nomem(err);
    stemmer->snowball = sb_stemmer_new(language, "UTF_8");
    stemmer->pairs = calloc(PAIRS, sizeof *stemmer->pairs);
    if (!stemmer->snowball || !stemmer->pairs) {
        ks_stemmer_free(stemmer);
        return ks_error_nomem(err);
    }
    *out = stemmer;
    return KS_OK;
}

void ks_stemmer_free(ks_stemmer *stemmer) {
    if (!stemmer) return;
    sb_stemmer_delete(stemmer->snowball);
    free(stemmer->pairs);
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

static bool holds(const slot *at, const ks_form *form) {
    return at->size == form->size && memcmp(at->word, form->text, at->size) == 0;
}

static void apply(const slot *at, ks_form *form) {
    memcpy(form->text + at->kept, at->ending, ENDING_MOST); /* there is room: a cached word is short */
    form->size = (uint32_t)at->kept + at->ending_size;
}

/* Remembers the stem of `word` in a free slot; where it cannot be told by an ending, the slot stays free. */
static void remember(slot *at, const ks_form *word, const ks_form *stem) {
    uint32_t kept = 0, ending;
    while (kept < stem->size && kept < word->size && stem->text[kept] == word->text[kept]) kept++;
    if (kept + ENDING_MOST < stem->size) return;
    ending = stem->size - kept;
    at->size = (unsigned char)word->size;
    at->kept = (unsigned char)kept;
    at->ending_size = (unsigned char)ending;
    memcpy(at->ending, stem->text + kept, ending);
    memcpy(at->word, word->text, word->size);
}

ks_status ks_stem(ks_stemmer *stemmer, ks_form *form, ks_error *err) {
    slot *pair, first;
    ks_form word;
    ks_status status;
    if (form->size > WORD_MOST) return run_snowball(stemmer, form, err);
    pair = stemmer->pairs[ks_hash64(form->text, form->size, 0) % PAIRS];
    if (holds(&pair[0], form)) {
        apply(&pair[0], form);
        return KS_OK;
    }
    first = pair[0];
    if (holds(&pair[1], form)) {
        pair[0] = pair[1];
        pair[1] = first;
        apply(&pair[0], form);
        return KS_OK;
    }
    word = *form;
    if ((status = run_snowball(stemmer, form, err))) return status;
    pair[1] = first;
    pair[0] = (slot){0};
    remember(&pair[0], &word, form);
    return KS_OK;
}
