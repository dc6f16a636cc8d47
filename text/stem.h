/* Stemming with a cache: Snowball takes some hundred nanoseconds a word, and words repeat. Private to text/;
 * may use base. */
#ifndef KS_TEXT_STEM_H
#define KS_TEXT_STEM_H

#include "text/normalise.h"

/* One thread at a time. */
typedef struct ks_stemmer ks_stemmer;

/* KS_ERR_ARGUMENT where libstemmer has no algorithm of this name. */
ks_status ks_stemmer_new(ks_stemmer **out, const char *language, ks_error *err);
void ks_stemmer_free(ks_stemmer *stemmer);

/* Whether a word that begins with an ASCII letter always has a stem that begins with it. */
bool ks_stemmer_keeps_first(const ks_stemmer *stemmer);

/* Replaces form by its stem. */
ks_status ks_stem(ks_stemmer *stemmer, ks_form *form, ks_error *err);

/* Longer words are not cached. */
enum { KS_STEM_CACHED = 24 };

/* The same in two steps, for a form of 1 to KS_STEM_CACHED bytes without NUL that has zeros behind them up to
 * KS_STEM_CACHED: the first begins to fetch what the second, which is given what it returned, will need. The
 * cache is larger than the processor's. */
uint64_t ks_stem_prepare(const ks_stemmer *stemmer, const ks_form *form);
ks_status ks_stem_prepared(ks_stemmer *stemmer, ks_form *form, uint64_t hash, ks_error *err);

#endif
