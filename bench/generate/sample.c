/* Reading sampled records and counting their words. */
#include "bench/generate/sample.h"

#include "bench/generate/cut.h"
#include "bench/generate/reservoir.h"

#include <stdlib.h>

/* The index of a word in sample->words, to which it is added if it is new. */
static ks_status index_word(uint32_t *out, gen_sample *sample, const char *text, size_t size, ks_error *err) {
    uint32_t *index;
    bool added;
    ks_status status =
        ks_map_insert(&sample->indexes, text, size, (uint32_t)sample->word_count, &index, &added, err);
    if (status != KS_OK) return status;
    *out = *index;
    if (!added) return KS_OK;
    status = ks_array_reserve(&sample->words, &sample->word_capacity, sample->word_count + 1,
                              sizeof *sample->words, err);
    if (status != KS_OK) return status;
    text = ks_arena_copy(&sample->texts, text, size);
    if (!text) return ks_error_nomem(err);
    sample->words[sample->word_count++] = (gen_word){.text = text};
    return KS_OK;
}

static ks_status add_token(gen_sample *sample, gen_sampled *sampled, const char *text, size_t size,
                           bool joined, ks_error *err) {
    gen_token token = {.joined = joined};
    gen_word *word;
    ks_status status = index_word(&token.word, sample, text, size, err);
    if (status != KS_OK) return status;
    status = ks_array_reserve(&sampled->tokens, &sampled->capacity, sampled->count + 1,
                              sizeof *sampled->tokens, err);
    if (status != KS_OK) return status;
    sampled->tokens[sampled->count++] = token;
    word = &sample->words[token.word];
    if (word->last != sample->count + 1) word->holders++;
    word->last = sample->count + 1;
    return KS_OK;
}

static bool is_capital(char c) {
    return c >= 'A' && c <= 'Z';
}

/* Makes a word's ASCII letters small, since OR and NOT are not words in a query. Words in camelCase stay as
 * they are: their capitals tell where their parts begin. */
static void fold(char *word, size_t size) {
    for (size_t i = 1; i < size; i++)
        if (is_capital(word[i]) && word[i - 1] >= 'a' && word[i - 1] <= 'z') return;
    for (size_t i = 0; i < size; i++)
        if (is_capital(word[i])) word[i] = (char)(word[i] - 'A' + 'a');
}

/* Folds the words of `text` in place and adds them. */
static ks_status cut_text(gen_sample *sample, gen_sampled *sampled, char *text, ks_error *err) {
    size_t at = 0, size, end = 0;
    ks_status status = KS_OK;
    while (status == KS_OK && (size = gen_cut_word(text, &at)) > 0) {
        bool joined = end > 0 && at == end + 1 && text[end] == ' ';
        fold(text + at, size);
        status = add_token(sample, sampled, text + at, size, joined, err);
        end = at += size;
    }
    return status;
}

static ks_status cut_member(gen_sample *sample, gen_sampled *sampled, const char *name, ks_error *err) {
    cJSON *member = cJSON_GetObjectItemCaseSensitive(sampled->record, name), *part;
    ks_status status = KS_OK;
    if (cJSON_IsString(member)) return cut_text(sample, sampled, member->valuestring, err);
    if (!cJSON_IsArray(member)) return KS_OK;
    for (part = member->child; part && status == KS_OK; part = part->next)
        if (cJSON_IsString(part)) status = cut_text(sample, sampled, part->valuestring, err);
    return status;
}

static ks_status add_record(gen_sample *sample, const gen_line *line, ks_error *err) {
    static const char *const members[] = {"title", "summary", "claims"};
    gen_sampled *sampled = &sample->records[sample->count];
    ks_status status = KS_OK;
    sampled->record = cJSON_ParseWithOpts(line->text, NULL, 1);
    if (!cJSON_IsObject(sampled->record)) {
        cJSON_Delete(sampled->record);
        return ks_error_set(err, KS_ERR_FORMAT, "line %llu of the collection is no JSON object",
                            (unsigned long long)line->number);
    }
    for (size_t i = 0; i < sizeof members / sizeof *members && status == KS_OK; i++)
        status = cut_member(sample, sampled, members[i], err);
    sample->count++;
    return status;
}

ks_status gen_sample_read(gen_sample *sample, const char *path, uint64_t seed, ks_error *err) {
    gen_line *lines = calloc(GEN_SAMPLE_RECORDS, sizeof *lines);
    size_t kept = 0;
    ks_status status;
    sample->records = calloc(GEN_SAMPLE_RECORDS, sizeof *sample->records);
    if (lines && sample->records)
        status = gen_reservoir_read(lines, GEN_SAMPLE_RECORDS, &kept, path, seed, err);
    else
        status = ks_error_nomem(err);
    for (size_t i = 0; i < kept && status == KS_OK; i++) status = add_record(sample, &lines[i], err);
    for (size_t i = 0; lines && i < GEN_SAMPLE_RECORDS; i++) free(lines[i].text);
    free(lines);
    return status;
}

void gen_sample_free(gen_sample *sample) {
    for (size_t i = 0; i < sample->count; i++) {
        cJSON_Delete(sample->records[i].record);
        free(sample->records[i].tokens);
    }
    free(sample->records);
    free(sample->words);
    ks_map_free(&sample->indexes);
    ks_arena_free(&sample->texts);
}

const char *gen_sampled_text(const gen_sampled *sampled, const char *member) {
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(sampled->record, member));
}
