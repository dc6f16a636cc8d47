/* Text analysis: from text to terms. Indexing, querying and passages share this one pipeline, so that a word
 * in a query becomes the terms that it became in a record. May use base.
 *
 * 1. A word is a run of letters and digits; marks and default-ignorable characters inside it belong to it.
 * 2. A compound is one word with several parts, joined by one of - _ . / ' or their Unicode kin, or divided
 * by camelCase or a change between letters and digits. The parts take successive positions, and the joined
 * form is at the first of these: "CIFAR-10" gives cifar, 10 and cifar10.
 * 3. Trailing + and # add the spelled form: "C++" gives c and c++, "PixelCNN++" also pixelcnn++.
 *    A plural of capitals gives the singular, and its own form as the joined one: "CNNs" gives cnn and cnns.
 * 4. A number keeps its decimal point and loses its thousands separators: "162,000" is 162000, "5.1%" is 5.1.
 * 5. Scripts written without spaces (Han, Hiragana, Katakana, Hangul, Thai, Lao, Khmer, Myanmar) give single
 *    characters, and bigrams of neighbours.
 * 6. Everything is normalised (NFKC, case folded, diacritics stripped), and words without digits are stemmed.
 */
#ifndef KS_TEXT_ANALYZER_H
#define KS_TEXT_ANALYZER_H

#include "base/buffer.h"

/* A longer token, in normalised bytes, is cut between two characters, in records and in queries alike. */
enum { KS_TOKEN_LIMIT = 64 };

typedef enum ks_token_kind {
    KS_TOKEN_WORD,    /* a whole word, or one part of a compound; takes one position */
    KS_TOKEN_CHAR,    /* one character of an unspaced script; takes one position */
    KS_TOKEN_JOINED,  /* all parts of a compound in one; at the position of the first part */
    KS_TOKEN_SPELLED, /* the same with trailing + or #; at the position of the first part */
    KS_TOKEN_BIGRAM   /* two neighbouring characters of an unspaced script; at the position of the first */
} ks_token_kind;

typedef struct ks_token {
    const char *text; /* the term; not NUL-terminated, but KS_TOKEN_LIMIT bytes of it can always be read */
    uint32_t size;
    ks_token_kind kind;
    uint32_t position; /* within the text analysed, from 0 */
    size_t start, end; /* the bytes of the text that it stands for */
} ks_token;

/* A word of the text with all its tokens, in the order of their positions. Borrowed from the analyzer until
 * its next call. A compound of more than eight parts comes as several words, and so does a longer run of an
 * unspaced script; the last bigram of such a word ends in the next one. */
typedef struct ks_word {
    size_t start, end; /* bytes, trailing + and # included */
    bool whole; /* the complete compound: if it has no joined token, that would equal the first token */
    const ks_token *tokens;
    size_t count;
} ks_word;

/* Owns a stemmer and scratch memory; one thread at a time. */
typedef struct ks_analyzer ks_analyzer;

/* `language`: a libstemmer algorithm by its full name ("english", "german", …) or "none" for no stemming.
 * KS_ERR_ARGUMENT for an unknown one. */
ks_status ks_analyzer_new(ks_analyzer **out, const char *language, ks_error *err);
void ks_analyzer_free(ks_analyzer *analyzer);

/* Starts on text[0..size), which must stay until the last call of ks_analyzer_next. Any bytes are accepted:
 * invalid UTF-8 separates words. Positions start at `position`. */
void ks_analyzer_start(ks_analyzer *analyzer, const char *text, size_t size, uint32_t position);

/* Asks, right after ks_analyzer_start, only for tokens that begin with one of these bytes: firsts[256], which
 * must stay as the text does. Other tokens may be unstemmed, and words without any that is asked for left
 * out, which saves stemming most of them; positions mean nothing then. */
void ks_analyzer_look_for(ks_analyzer *analyzer, const bool *firsts);

/* The next word. *more is false, and *word untouched, at the end of the text. */
ks_status ks_analyzer_next(ks_analyzer *analyzer, ks_word *word, bool *more, ks_error *err);

/* The position behind the last word that was given: where another text of the same field may continue. */
uint32_t ks_analyzer_position(const ks_analyzer *analyzer);

/* Appends the text as an exact value: normalised, not stemmed, trimmed, with each run of white space, - and _
 * as one "-". "Policy Gradients" gives policy-gradients. Cut at 3 * KS_TOKEN_LIMIT bytes. */
ks_status ks_analyzer_exact(ks_analyzer *analyzer, const char *text, size_t size, ks_buffer *out,
                            ks_error *err);

/* Appends the normal form of a single word, not stemmed, for prefix queries. Keeps nothing but letters,
 * digits and the points within numbers. */
ks_status ks_analyzer_normalise(ks_analyzer *analyzer, const char *text, size_t size, ks_buffer *out,
                                ks_error *err);

/* To be raised whenever the same text may give other terms than before. It goes into every record's hash
 * (indexer/document.h), so that the next run indexes again what an older version has analysed. */
#define KS_ANALYSIS_VERSION 1

#endif
