/* A sample of a collection's records, their texts cut into words, and how many of them hold each word. */
#ifndef KS_BENCH_SAMPLE_H
#define KS_BENCH_SAMPLE_H

#include "base/map.h"

#include <cjson/cJSON.h>

enum { GEN_SAMPLE_RECORDS = 20000 };

typedef struct gen_word {
    const char *text; /* in small letters, but for words in camelCase */
    uint32_t holders; /* how many of the sampled records have it in title, summary or claims */
    size_t last;      /* one more than the place of the last of them */
} gen_word;

typedef struct gen_token {
    uint32_t word; /* its place in gen_sample.words */
    bool joined;   /* nothing but one space lies between it and the token before */
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
    ks_map places; /* of the words */
    ks_arena texts;
} gen_sample;

/* Reads the collection at `path` ("-" is stdin), one record a line, and keeps GEN_SAMPLE_RECORDS of them, or
 * all where there are fewer; each is as likely as any other, and the same seed keeps the same ones.
 * KS_ERR_FORMAT where a kept line is no JSON object. Zero-initialise *sample before use, and free it after an
 * error too. */
ks_status gen_sample_read(gen_sample *sample, const char *path, uint64_t seed, ks_error *err);
void gen_sample_free(gen_sample *sample);

/* The text of a member, or NULL where it is not there or no string. Borrowed. */
const char *gen_sampled_text(const gen_sampled *sampled, const char *member);

#endif
