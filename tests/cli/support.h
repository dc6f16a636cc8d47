/* What the tests of cli/ share: what was printed as a string, and an answer made by hand. */
#ifndef KS_TESTS_CLI_SUPPORT_H
#define KS_TESTS_CLI_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/print_record.h"

#include <ksearch/ksearch.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A stream into memory. Print to `out`, then take the text with printed(), and free it. */
typedef struct sink {
    FILE *out;
    char *text;
    size_t size;
} sink;

static inline void sink_open(sink *it) {
    it->text = NULL;
    it->size = 0;
    it->out = open_memstream(&it->text, &it->size);
    assert_non_null(it->out);
}

static inline char *printed(sink *it) {
    assert_int_equal(fclose(it->out), 0);
    return it->text;
}

/* Asserts what was printed, and frees it. */
static inline void assert_printed(sink *it, const char *expected) {
    char *text = printed(it);
    assert_string_equal(text, expected);
    free(text);
}

/* Sends what is written to the file descriptor into a temporary file until release_output. */
typedef struct held_output {
    FILE *file;
    int fd, before;
} held_output;

static inline held_output hold_output(FILE *stream) {
    held_output held = {.file = tmpfile(), .fd = fileno(stream)};
    assert_non_null(held.file);
    fflush(stream);
    held.before = dup(held.fd);
    assert_true(held.before >= 0);
    assert_true(dup2(fileno(held.file), held.fd) >= 0);
    return held;
}

/* What was written, to be freed. */
static inline char *release_output(held_output *held, FILE *stream) {
    fflush(stream);
    assert_true(dup2(held->before, held->fd) >= 0);
    close(held->before);
    long size = (fseek(held->file, 0, SEEK_END), ftell(held->file));
    char *text = calloc((size_t)size + 1, 1);
    assert_non_null(text);
    rewind(held->file);
    assert_int_equal(fread(text, 1, (size_t)size, held->file), (size_t)size);
    fclose(held->file);
    return text;
}

/* Counts how often `part` stands in `text`. */
static inline size_t count_of(const char *text, const char *part) {
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part)) count++;
    return count;
}

#define STRINGS(...)                                                                                         \
    (ks_strings) {                                                                                           \
        .items = (const char *const[]){__VA_ARGS__},                                                         \
        .count = sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)                                 \
    }

/* An answer with two hits: a titled paper that holds all the words, and an untitled capture that holds some.
 */
typedef struct sample {
    ks_record records[2];
    ks_span spans[4];
    ks_passage passages[4];
    ks_hit hits[2];
    ks_results results;
} sample;

static const char *const sample_authors[] = {"Ann", "Bob", "Cy", "Di", "Ed"};
static const char *const sample_claims[] = {"Rewards make actions likely"};
static const char *const sample_tags[] = {"policy-gradients", "games"};
static const char *const sample_fields[] = {"title", "claims"};
static const char *const sample_warnings[] = {"the quotation mark at 3 is never closed"};

static inline void sample_make(sample *it) {
    memset(it, 0, sizeof *it);
    it->records[0] = (ks_record){.id = "paper:1",
                                 .kind = "paper",
                                 .status = "ok",
                                 .date = "2016-05-31",
                                 .url = "https://example.org/1",
                                 .title = "Policy gradients for Pong",
                                 .summary = "A net learns to play.",
                                 .authors = {sample_authors, 5},
                                 .author_is_list = true};
    it->records[1] = (ks_record){.id = "b2",
                                 .kind = "blog",
                                 .status = "failed",
                                 .date = "--05-31",
                                 .summary = "Pong from pixels.",
                                 .authors = {sample_authors, 1},
                                 .claims = {sample_claims, 1},
                                 .tags = {sample_tags, 2}};
    it->spans[0] = (ks_span){0, 6, 0, 6};
    it->spans[1] = (ks_span){7, 16, 7, 16};
    it->spans[2] = (ks_span){0, 4, 0, 4};
    it->spans[3] = (ks_span){0, 16, 0, 16};
    it->passages[0] = (ks_passage){"title", it->records[0].title, it->spans, 2, false, false};
    it->passages[1] = (ks_passage){"summary", it->records[1].summary, it->spans + 2, 1, false, false};
    it->passages[2] = (ks_passage){"claims", sample_claims[0], NULL, 0, false, false};
    it->passages[3] = (ks_passage){"tags", sample_tags[0], it->spans + 3, 1, false, false};
    it->hits[0] = (ks_hit){1, 12.5, KS_TIER_ALL, &it->records[0], {sample_fields, 1}, it->passages, 1};
    it->hits[1] = (ks_hit){2, 3.25, KS_TIER_SOME, &it->records[1], {sample_fields, 2}, it->passages + 1, 3};
    it->results = (ks_results){.raw = "policy gradients",
                               .parsed = "policy gradients",
                               .match = KS_MATCH_AUTO,
                               .engine = "native",
                               .generation = 12,
                               .records = 32,
                               .total = 2,
                               .total_is_exact = true,
                               .took_us = 84,
                               .hits = it->hits,
                               .hit_count = 2};
}

/* Takes the escape sequences of colours out. */
static inline void strip_colors(char *text) {
    char *to = text;
    for (const char *from = text; *from; from++) {
        if (*from == '\033')
            from = strchr(from, 'm');
        else
            *to++ = *from;
    }
    *to = '\0';
}

/* A whole record as text; free(). */
static inline char *show_record(const ks_record *record, size_t width, bool color) {
    cli_term term = {.width = width, .color = color};
    sink out;
    sink_open(&out);
    cli_print_record(out.out, &term, record);
    return printed(&out);
}

#endif
