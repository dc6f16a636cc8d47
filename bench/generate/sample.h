/* A sample of a collection's records, their texts cut into words, and how many of them have each word. */
#ifndef KS_BENCH_SAMPLE_H
#define KS_BENCH_SAMPLE_H

#include "base/map.h"

#include <cjson/cJSON.h>

enum { GEN_SAMPLE_RECORDS = 20000 };

typedef struct gen_word {
    const char *text; /* in lower case, except for words in camelCase */
    uint32_t holders; /* sampled records that have it in title, summary or claims */
    size_t last;      /* the last of them: its index + 1 */
} gen_word;

typedef struct gen_token {
    uint32_t word; /* index in gen_sample.words */
    bool joined;   /* only a single space separates it from the token before */
} gen_token;

typedef struct gen_sampled {
    cJSON *record;
    gen_token *tokens; /* of title, summary and claims, in order */
    size_t count, capacity;
} gen_sampled;

typedef struct gen_sample {
    gen_sampled *records;
    size_t count;
    gen_word *words;
    size_t word_count, word_capacity;
    ks_map indexes; /* word to its index in `words` */
    ks_arena texts;
} gen_sample;

/* Reads the collection at `path` ("-" is stdin), one record per line, and keeps GEN_SAMPLE_RECORDS of them,
 * or all if there are fewer. Each is as likely as any other, and the same seed keeps the same ones.
 * KS_ERR_FORMAT if a kept line is no JSON object. Zero-initialise *sample before use, and free it in any
 * case. */
ks_status gen_sample_read(gen_sample *sample, const char *path, uint64_t seed, ks_error *err);
void gen_sample_free(gen_sample *sample);

/* The text of a member, borrowed; NULL if there is none or it is no string. */
const char *gen_sampled_text(const gen_sampled *sampled, const char *member);

#endif
