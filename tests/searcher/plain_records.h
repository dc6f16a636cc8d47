/* Records made of a few plain words at random, for tests that work out by themselves what a query means:
 * every word of theirs is known here by number. Include after tests/searcher/support.h. */
#ifndef KS_TESTS_SEARCHER_PLAIN_RECORDS_H
#define KS_TESTS_SEARCHER_PLAIN_RECORDS_H

#include "base/buffer.h"
#include "tests/support/random.h"

enum { RECORDS = 160, ITEMS = 3, LENGTH = 9, WORDS = 12 };

/* Words that no stemmer touches; some begin alike. */
static const char *const words[WORDS] = {"alfa", "alba",   "bravo", "brave", "delta", "echo",
                                         "fox",  "golfer", "hotel", "india", "kilo",  "lima"};
static const char *const kinds[] = {"blog", "paper", "tweet"};
static const char *const statuses[] = {"ok", "failed"};
static const char *const authors[] = {"ann", "bob", "cy"};

enum field { TITLE, SUMMARY, CLAIMS, TAGS, BODY, FIELDS };

/* Words by number; an item is a claim, a tag, or the one text of the other fields. */
typedef struct item {
    size_t count;
    unsigned char words[LENGTH];
} item;

typedef struct one_record {
    item items[FIELDS][ITEMS];
    size_t item_count[FIELDS];
    size_t kind, status, author;
    int year, month, day; /* year 0: no date */
} one_record;

static one_record records[RECORDS];

/* ---- Records ---- */

static inline void make_item(item *out, size_t most, uint64_t *random) {
    out->count = 1 + ks_test_below(random, most);
    for (size_t i = 0; i < out->count; i++) {
        size_t limit = 1 + ks_test_below(random, WORDS); /* the first words are more frequent */
        out->words[i] = (unsigned char)ks_test_below(random, limit);
    }
}

static inline void make_record(one_record *out, uint64_t *random) {
    static const size_t most[FIELDS] = {4, LENGTH, 5, 2, LENGTH}, items[FIELDS] = {1, 1, ITEMS, ITEMS, 1};
    *out = (one_record){.kind = ks_test_below(random, 3),
                        .status = ks_test_below(random, 2),
                        .author = ks_test_below(random, 3)};
    for (size_t field = 0; field < FIELDS; field++) {
        out->item_count[field] = field == SUMMARY ? 1 : ks_test_below(random, items[field] + 1);
        for (size_t i = 0; i < out->item_count[field]; i++)
            make_item(&out->items[field][i], most[field], random);
    }
    if (ks_test_below(random, 4) == 0) return;
    out->year = 2014 + (int)ks_test_below(random, 3);
    out->month = 1 + (int)ks_test_below(random, 12);
    out->day = 1 + (int)ks_test_below(random, 28);
}

static inline void put_item(ks_buffer *out, const item *it, char between) {
    ks_buffer_char(out, '"');
    for (size_t i = 0; i < it->count; i++) {
        if (i) ks_buffer_char(out, between);
        ks_buffer_str(out, words[it->words[i]]);
    }
    ks_buffer_char(out, '"');
}

static inline void put_list(ks_buffer *out, const char *name, const one_record *it, enum field field,
                            char between) {
    if (!it->item_count[field]) return;
    ks_buffer_format(out, ",\"%s\":[", name);
    for (size_t i = 0; i < it->item_count[field]; i++) {
        if (i) ks_buffer_char(out, ',');
        put_item(out, &it->items[field][i], between);
    }
    ks_buffer_char(out, ']');
}

static inline void put_text(ks_buffer *out, const char *name, const one_record *it, enum field field) {
    if (!it->item_count[field]) return;
    ks_buffer_format(out, ",\"%s\":", name);
    put_item(out, &it->items[field][0], ' ');
}

/* Indexes them and opens the index. */
static inline void make_records(uint64_t *random) {
    ks_buffer out = {0};
    for (size_t i = 0; i < RECORDS; i++) {
        one_record *it = &records[i];
        make_record(it, random);
        ks_buffer_format(&out, "{\"id\":\"r%zu\",\"kind\":\"%s\",\"status\":\"%s\",\"author\":\"%s\"", i,
                         kinds[it->kind], statuses[it->status], authors[it->author]);
        if (it->year) ks_buffer_format(&out, ",\"date\":\"%04d-%02d-%02d\"", it->year, it->month, it->day);
        put_text(&out, "title", it, TITLE);
        put_text(&out, "summary", it, SUMMARY);
        put_list(&out, "claims", it, CLAIMS, ' ');
        put_list(&out, "tags", it, TAGS, '-');
        put_text(&out, "body", it, BODY);
        ks_buffer_str(&out, "}\n");
    }
    open_records(out.data);
    ks_buffer_free(&out);
}

#endif
