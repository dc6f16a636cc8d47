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

/* Fetches what ks_stem will need for this form, while other work is done: the cache is larger than the
 * processor's. Without effect but on time. */
void ks_stem_prepare(const ks_stemmer *stemmer, const ks_form *form);

/* Replaces form by its stem. */
ks_status ks_stem(ks_stemmer *stemmer, ks_form *form, ks_error *err);

#endif
