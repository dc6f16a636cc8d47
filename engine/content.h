/* One number for what a document is indexed by, so that a check can compare an index with its records without
 * putting all terms of a record together again. May use base and engine. */
#ifndef KS_ENGINE_CONTENT_H
#define KS_ENGINE_CONTENT_H

#include "engine/engine.h"

/* The share of a word at a place; `term` is ks_content_term of the word. All shares of a document are added,
 * modulo 2^64 and so in any order. The mixing function is that of SplitMix64 (Steele, Lea, Flood: "Fast
 * splittable pseudorandom number generators", 2014). */
static inline uint64_t ks_content_share(uint64_t term, ks_field field, uint32_t position) {
    uint64_t z = term + ((uint64_t)field << 32 | position) * 0x9E3779B97F4A7C15U;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
}

/* `term` with its prefix, as it stands in the index. An exact value's share is that of KS_FIELD_ANY, 0. */
uint64_t ks_content_term(ks_term term);

/* The sum over a document's words and values. Its sources, which no record knows, do not belong to it. */
uint64_t ks_content_of(const ks_document *document);

#endif
