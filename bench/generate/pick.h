/* Choosing words, tags and filters for a query from one sampled record. */
#ifndef KS_BENCH_PICK_H
#define KS_BENCH_PICK_H

#include "base/buffer.h"
#include "bench/generate/random.h"
#include "bench/generate/sample.h"

/* What kind of word a query wants. */
typedef enum gen_want {
    GEN_WANT_ANY,     /* whatever stands in the text, common words one time in eight */
    GEN_WANT_LETTERS, /* at least seven letters a to z, not a common word */
    GEN_WANT_RARE,    /* in hardly any record; no compound, and without an ending */
    GEN_WANT_FREQUENT /* in at least a twentieth of the records */
} gen_want;

/* All of these append to `query`, draw from `random`, and return whether the record has what is wanted. If
 * not, a part of it may have been appended. */

/* `count` (at most 4) different words of the record, in no order. */
bool gen_pick_words(ks_buffer *query, const gen_sample *sample, const gen_sampled *sampled,
                    gen_random *random, uint32_t count, gen_want want);

/* `count` successive words in quotes, at least one of them no common word. */
bool gen_pick_phrase(ks_buffer *query, const gen_sample *sample, const gen_sampled *sampled,
                     gen_random *random, uint32_t count);

/* The first half of a word, four to six letters, and an asterisk: short enough to be part of its stem. */
bool gen_pick_prefix(ks_buffer *query, const gen_sample *sample, const gen_sampled *sampled,
                     gen_random *random);

/* tag: and one of the record's tags. */
bool gen_pick_tag(ks_buffer *query, const gen_sampled *sampled, gen_random *random);

/* Filters by kind and date, each with a space before it, that let the record pass. */
bool gen_pick_filters(ks_buffer *query, const gen_sampled *sampled, gen_random *random);

#endif
