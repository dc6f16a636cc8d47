/* The words that the tag splitter knows: words of the feed's text, of a word list, and words with the stems
 * of these. Private to the tag splitter. May use base and tag_spelling.h. */
#ifndef KS_CORPUS_TAG_LEXICON_H
#define KS_CORPUS_TAG_LEXICON_H

#include "base/map.h"
#include "corpus/tag_spelling.h"

/* Where a tag's word may come from. */
typedef enum ks_tag_source {
    KS_TAG_TEXT,     /* the feed's text has it */
    KS_TAG_DERIVED,  /* shares its stem with a known word */
    KS_TAG_LISTED,   /* the word list has it */
    KS_TAG_SPELLED,  /* nobody has seen it; its spelling decides */
    KS_TAG_COMPOUND, /* two known words, or a prefix and one, written as one */
    KS_TAG_SOURCES
} ks_tag_source;

enum { KS_TAG_KNOWN = KS_TAG_LISTED + 1 }; /* the sources that the lexicon knows about */

/* English affixes and small words, as flags: such a word is seldom the last, or the first, of a tag. */
enum { KS_TAG_PREFIX = 1, KS_TAG_SUFFIX = 2, KS_TAG_SMALL = 4 };

typedef struct ks_tag_entry {
    uint32_t count; /* in running text */
    bool joined;    /* the text has it, with a hyphen inside */
    bool listed;
} ks_tag_entry;

typedef struct ks_tag_lexicon {
    ks_map words; /* to indexes in entries */
    ks_tag_entry *entries;
    size_t capacity, listed_count;
    double total; /* weight of all words of the text */
    ks_map stems; /* to indexes in stem_weight */
    double *stem_weight;
    size_t stem_capacity;
    double stem_total;
    ks_map listed_stems;
    ks_map affixes; /* to flags */
    size_t prefix_count;
    uint64_t *filter;           /* bits of the hashes of words and stems */
    uint16_t suffix_sizes[256]; /* by last byte; bit n: there is a suffix of n bytes that ends with it */
} ks_tag_lexicon;

ks_status ks_tag_lexicon_init(ks_tag_lexicon *x, ks_error *err);

void ks_tag_lexicon_free(ks_tag_lexicon *x);

ks_status ks_tag_lexicon_add_text(ks_tag_lexicon *x, const char *text, size_t size, ks_error *err);

ks_status ks_tag_lexicon_add_words(ks_tag_lexicon *x, const char *text, size_t size, ks_error *err);

/* Weighs the words, learns their stems, and teaches `spelling` how they are spelled. */
ks_status ks_tag_lexicon_finish(ks_tag_lexicon *x, ks_tag_spelling *spelling, ks_error *err);

/* The word's probability in each of the first KS_TAG_KNOWN sources. */
void ks_tag_lexicon_sources(const ks_tag_lexicon *x, const char *word, size_t size, double out[KS_TAG_KNOWN]);

/* KS_TAG_PREFIX, KS_TAG_SUFFIX, both or 0. */
uint32_t ks_tag_lexicon_affix(const ks_tag_lexicon *x, const char *word, size_t size);

#endif
