/* Finding the likeliest way to cut one glued line into tags, given what was learnt. Private to the tag
 * splitter. May use base, tag_lexicon.h and tag_pieces.h. */
#ifndef KS_CORPUS_TAG_LATTICE_H
#define KS_CORPUS_TAG_LATTICE_H

#include "corpus/tag_lexicon.h"
#include "corpus/tag_pieces.h"

enum {
    KS_TAG_WORDS = 8, /* no tag has more words */
    KS_TAG_NUMBERS =
        24 /* numbers of tags in a line, 0 to 23, that are told apart; the last means "or more" */
};

/* What the lines consist of, as they are cut now. */
typedef struct ks_tag_counts {
    ks_map words, tags; /* to how often each occurs */
    size_t word_tokens, word_types, tag_tokens, tag_types, lines;
    size_t lengths[KS_TAG_WORDS + 1]; /* tags by their number of words */
    size_t numbers[KS_TAG_NUMBERS];   /* lines by their number of tags */
} ks_tag_counts;

typedef struct ks_tag_model {
    ks_tag_lexicon lexicon;
    ks_tag_spelling spelling;
    ks_tag_pieces pieces;
    ks_tag_counts counts;
    double mix[KS_TAG_SOURCES]; /* probability that a new word comes from each source */
} ks_tag_model;

/* Memory for one line at a time, reused for the next. Zero-initialise before use. */
typedef struct ks_tag_scratch {
    struct ks_tag_cell *cells;
    struct ks_tag_state *states;
    size_t cell_capacity, state_capacity;
} ks_tag_scratch;

void ks_tag_scratch_free(ks_tag_scratch *scratch);

/* Sets cuts[i], for 0 < i < size, to whether a tag ends before byte i. The line is in small letters. */
ks_status ks_tag_lattice_cut(const ks_tag_model *m, ks_tag_scratch *scratch, const char *line, size_t size,
                             bool *cuts, ks_error *err);

/* The probability of the word in each source by itself. */
ks_status ks_tag_lattice_sources(const ks_tag_model *m, ks_tag_scratch *scratch, const char *word,
                                 size_t size, double out[KS_TAG_SOURCES], ks_error *err);

#endif
