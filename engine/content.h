/* A fingerprint of what a document is indexed by: the sum, modulo 2^64, of one share for each occurrence of a
 * word and each exact value. A sum does not depend on the order. So a check can walk an index term by term,
 * add up the shares of every document as it goes, and compare the sums with those of the records, without
 * ever putting the terms of a record together again. May use base and engine. */
#ifndef KS_ENGINE_CONTENT_H
#define KS_ENGINE_CONTENT_H

#include "engine/engine.h"

/* The share of a word's occurrence; `term` is ks_content_term of the word. An exact value has the share of
 * KS_FIELD_ANY and position 0. The mixing function is that of SplitMix64 (Steele, Lea, Flood: "Fast
 * splittable pseudorandom number generators", 2014). */
static inline uint64_t ks_content_share(uint64_t term, ks_field field, uint32_t position) {
    uint64_t z = term + ((uint64_t)field << 32 | position) * 0x9E3779B97F4A7C15U;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
}

/* The hash of a term as it stands in the index, an exact value with its prefix. */
uint64_t ks_content_term(ks_term term);

/* The fingerprint of a document: of its words and exact values. Its sources are left out, since a record does
 * not know them. */
uint64_t ks_content_of(const ks_document *document);

#endif
