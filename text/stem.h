/* Stemming with a cache, since Snowball takes some hundred nanoseconds for a word, and words repeat. Private
 * to text/; may use base. */
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

/* The same in two steps, because the table of stems is larger than the processor's caches: the first step
 * starts to fetch the slot and returns a hash, the second step takes that hash and stems. For a form of 1 to
 * KS_STEM_CACHED bytes without NUL, filled up with zeros to KS_STEM_CACHED bytes. */
uint64_t ks_stem_prepare(const ks_stemmer *stemmer, const ks_form *form);
ks_status ks_stem_prepared(ks_stemmer *stemmer, ks_form *form, uint64_t hash, ks_error *err);

#endif
