/* Text to terms: the one pipeline that indexing, querying and snippets share. May use base.
 *
 * 1. A word is a run of letters and digits; marks and default-ignorable characters inside it belong to it.
 * 2. A compound (parts joined by one of - _ . / ' and their Unicode kin, camelCase, a change between letters
 *    and digits) is one word with several parts at successive positions, and the joined form at the first:
 *    "CIFAR-10" gives cifar, 10 and cifar10.
 * 3. Trailing + and # add the spelled form: "C++" gives c and c++, "PixelCNN++" also pixelcnn++.
 *    A plural of capitals gives the singular, and its own form as the joined one: "CNNs" gives cnn and cnns.
 * 4. A number keeps its decimal point and loses its thousands marks: "162,000" is 162000, "5.1%" is 5.1.
 * 5. Han, Hiragana, Katakana, Hangul (and Thai, Lao, Khmer, Myanmar): single characters, and bigrams.
 * 6. Everything is normalised (NFKC, case folded, diacritics stripped), words without digits are stemmed.
 */
#ifndef KS_TEXT_ANALYZER_H
#define KS_TEXT_ANALYZER_H

#include "base/buffer.h"

/* A normalised token longer than this is cut at a character's edge, at indexing and in queries alike. */
enum { KS_TOKEN_LIMIT = 64 };

typedef enum ks_token_kind {
    KS_TOKEN_WORD,    /* a whole word, or one part of a compound; takes one position */
    KS_TOKEN_CHAR,    /* one character of an unspaced script; takes one position */
    KS_TOKEN_JOINED,  /* all parts of a compound together; stands at the first part's position */
    KS_TOKEN_SPELLED, /* with trailing + or #; stands at the first part's position */
    KS_TOKEN_BIGRAM   /* two neighbours of an unspaced script; stands at the first one's position */
} ks_token_kind;

typedef struct ks_token {
    const char *text; /* the term; not NUL-terminated, but KS_TOKEN_LIMIT bytes can be read */
    uint32_t size;
    ks_token_kind kind;
    uint32_t position; /* within the text analysed, from 0 */
    size_t start, end; /* the bytes of the text that it stands for */
} ks_token;

/* A word of the text with all the tokens it gives, in the order of their positions. Borrowed from the
 * analyzer until its next call. A compound of more than eight parts, or a longer run of an unspaced script,
 * comes as several words, then a bigram's end can lie beyond the word's. */
typedef struct ks_word {
    size_t start, end; /* bytes, trailing + and # included */
    bool whole;        /* all of a compound: where it has no joined token, that equals its first token */
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

/* The position after the last word given, which is where a following text of the same field goes on. */
uint32_t ks_analyzer_position(const ks_analyzer *analyzer);

/* Appends text as an exact value: normalised, not stemmed, edges trimmed, runs of white space, - and _ as
 * one "-": "Policy Gradients" gives policy-gradients. Cut at KS_TOKEN_LIMIT * 3 bytes. */
ks_status ks_analyzer_exact(ks_analyzer *analyzer, const char *text, size_t size, ks_buffer *out,
                            ks_error *err);

/* Appends the normal form of a single word without stemming, for prefix queries; nothing but letters,
 * digits and the point in numbers is kept. */
ks_status ks_analyzer_normalise(ks_analyzer *analyzer, const char *text, size_t size, ks_buffer *out,
                                ks_error *err);

/* Raised whenever the same text may give other terms than before. Every record's hash depends on it
 * (indexer/document.h), so that records which an older version has analysed are indexed anew. */
#define KS_ANALYSIS_VERSION 1

#endif
