/* Random queries; see query_maker.h. */
#include "tests/support/query_maker.h"

#include "corpus/reader.h"
#include "tests/support/random.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct ks_query_maker {
    ks_record **records;
    size_t count, capacity;
    uint64_t random;
    const ks_record *record; /* the one that the present query is made from */
};

ks_query_maker *ks_query_maker_new(const char *path, uint64_t seed) {
    ks_query_maker *maker = calloc(1, sizeof *maker);
    ks_reader_options options = {0};
    ks_source_reader *reader = NULL;
    ks_source_item item = {.event = KS_SOURCE_RECORD};
    assert(maker);
    maker->random = seed;
    ks_status status = ks_source_open(&reader, path, &options, NULL);
    assert(status == KS_OK);
    while (item.event != KS_SOURCE_END) {
        status = ks_source_next(reader, &item, NULL);
        assert(status == KS_OK);
        if (item.event != KS_SOURCE_RECORD) continue;
        status =
            ks_array_reserve(&maker->records, &maker->capacity, maker->count + 1, sizeof(ks_record *), NULL);
        assert(status == KS_OK);
        maker->records[maker->count++] = item.record;
    }
    assert(maker->count);
    ks_source_close(reader);
    return maker;
}

void ks_query_maker_free(ks_query_maker *maker) {
    if (!maker) return;
    for (size_t i = 0; i < maker->count; i++) ks_record_free(maker->records[i]);
    free(maker->records);
    free(maker);
}

static size_t below(ks_query_maker *maker, size_t limit) {
    return ks_test_below(&maker->random, limit);
}

static void pick_record(ks_query_maker *maker) {
    maker->record = maker->records[below(maker, maker->count)];
}

/* ---- Pieces ---- */

static const char *some_text(ks_query_maker *maker) {
    const ks_record *record = maker->record;
    switch (below(maker, 5)) {
    case 0:
        if (record->title) return record->title;
        break;
    case 1:
        if (record->claims.count) return record->claims.items[below(maker, record->claims.count)];
        break;
    case 2:
        if (record->tags.count) return record->tags.items[below(maker, record->tags.count)];
        break;
    default: break;
    }
    return record->summary ? record->summary : record->title ? record->title : "nothing";
}

static bool is_word_byte(char c) {
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 || strchr("-'.+#", c);
}

/* Appends `count` neighbouring words of some text, separated by blanks. */
static void words(ks_query_maker *maker, ks_buffer *out, size_t count) {
    const char *text = some_text(maker), *at = text + below(maker, strlen(text) + 1);
    while (at > text && is_word_byte(at[-1])) at--;
    for (size_t done = 0; done < count; done++) {
        const char *end;
        while (*at && !isalnum((unsigned char)*at)) at++;
        for (end = at; *end && is_word_byte(*end);) end++;
        if (done) ks_buffer_char(out, ' ');
        if (end == at)
            ks_buffer_str(out, "learning");
        else
            ks_buffer_add(out, at, (size_t)(end - at));
        at = end;
    }
}

/* The same word, twice to four times. */
static void same_words(ks_query_maker *maker, ks_buffer *out) {
    size_t begin = out->size, end;
    words(maker, out, 1);
    end = out->size;
    for (size_t left = 1 + below(maker, 3); left > 0 && !out->failed; left--) {
        ks_buffer word = {0};
        ks_buffer_add(&word, out->data + begin, end - begin);
        ks_buffer_char(out, ' ');
        ks_buffer_add(out, word.data, word.size);
        ks_buffer_free(&word);
    }
}

static void phrase(ks_query_maker *maker, ks_buffer *out) {
    ks_buffer_char(out, '"');
    if (below(maker, 12) == 0)
        same_words(maker, out);
    else
        words(maker, out, 2 + below(maker, below(maker, 8) ? 2 : 5));
    ks_buffer_char(out, '"');
}

/* Words of one text or of several, in any order. */
static void near(ks_query_maker *maker, ks_buffer *out) {
    ks_buffer_char(out, '"');
    if (below(maker, 8) == 0) {
        same_words(maker, out);
        ks_buffer_char(out, ' ');
    }
    for (size_t left = 1 + below(maker, 3); left > 0; left--) {
        words(maker, out, 1);
        ks_buffer_char(out, ' ');
    }
    words(maker, out, 1);
    ks_buffer_format(out, "\"~%zu", 1 + below(maker, below(maker, 6) ? 12 : 50));
}

/* Begins more words than are asked for, where it is one letter. */
static void prefix(ks_query_maker *maker, ks_buffer *out) {
    ks_buffer word = {0};
    size_t size = 0, wanted = 1 + below(maker, 6);
    words(maker, &word, 1);
    while (size < word.size && size < wanted && isalnum((unsigned char)word.data[size])) size++;
    if (size) ks_buffer_add(out, word.data, size);
    ks_buffer_str(out, size ? "*" : "deep*");
    ks_buffer_free(&word);
}

static void in_field(ks_query_maker *maker, ks_buffer *out) {
    static const char *const fields[] = {"title:", "summary:", "claim:", "body:"};
    ks_buffer_str(out, fields[below(maker, 4)]);
    switch (below(maker, 4)) {
    case 0: phrase(maker, out); break;
    case 1: prefix(maker, out); break;
    default: words(maker, out, 1);
    }
}

static void quoted(ks_buffer *out, const char *field, const char *value) {
    ks_buffer_format(out, "%s\"", field);
    for (; *value; value++)
        if (*value != '"') ks_buffer_char(out, *value);
    ks_buffer_char(out, '"');
}

/* Dates of every form, each end of a range left out at times. */
static void dates(ks_query_maker *maker, ks_buffer *out) {
    static const char *const names[] = {"date", "after", "before"};
    const char *date = maker->record->date;
    int size = (int[]){4, 7, 10}[below(maker, 3)];
    if (!date || date[0] == '-') date = "2016-02-29";
    switch (below(maker, 3)) {
    case 0: ks_buffer_format(out, "%s:%.*s", names[below(maker, 3)], size, date); break;
    case 1: ks_buffer_format(out, "date:..%.*s", size, date); break;
    default: ks_buffer_format(out, "date:%.*s..", size, date);
    }
}

static void any_of(ks_query_maker *maker, ks_buffer *out) {
    const ks_record *first = maker->record;
    pick_record(maker);
    if (first->authors.count && maker->record->authors.count && below(maker, 2)) {
        quoted(out, "author:", first->authors.items[0]);
        quoted(out, ",", maker->record->authors.items[0]);
    } else {
        quoted(out, "id:", first->id);
        quoted(out, ",", maker->record->id);
    }
}

static void tag_prefix(ks_query_maker *maker, ks_buffer *out) {
    const char *tag = maker->record->tags.count ? maker->record->tags.items[0] : "deep";
    size_t size = 0, wanted = 1 + below(maker, 4);
    while (size < wanted && isalnum((unsigned char)tag[size])) size++;
    ks_buffer_format(out, "tag:%.*s*", size ? (int)size : 1, size ? tag : "d");
}

static void filter(ks_query_maker *maker, ks_buffer *out) {
    const ks_record *record = maker->record;
    switch (below(maker, 11)) {
    case 8: dates(maker, out); break;
    case 9: any_of(maker, out); break;
    case 10: tag_prefix(maker, out); break;
    case 0: ks_buffer_format(out, "kind:%s,tweet", record->kind); break;
    case 1:
        if (record->authors.count)
            quoted(out, "author:", record->authors.items[below(maker, record->authors.count)]);
        break;
    case 2: ks_buffer_format(out, "status:%s", below(maker, 3) ? record->status : "failed"); break;
    case 3:
        if (record->tags.count) quoted(out, "tag:", record->tags.items[below(maker, record->tags.count)]);
        break;
    case 4:
        if (record->date && record->date[0] != '-')
            ks_buffer_format(out, "date:%.7s..%s", record->date, record->date);
        break;
    case 5:
        ks_buffer_format(out, "%s:%zu", below(maker, 2) ? "after" : "before", 2012 + below(maker, 14));
        break;
    case 6: ks_buffer_str(out, below(maker, 2) ? "has:claims" : "has:title"); break;
    default: quoted(out, "id:", record->id);
    }
}

static void tag_words(ks_query_maker *maker, ks_buffer *out) {
    const char *tag = maker->record->tags.count
                          ? maker->record->tags.items[below(maker, maker->record->tags.count)]
                          : "deep-rl";
    for (; *tag; tag++) ks_buffer_char(out, *tag == '-' ? ' ' : *tag);
}

/* ---- Queries ---- */

static void clause(ks_query_maker *maker, ks_buffer *out, unsigned depth);

static void clauses(ks_query_maker *maker, ks_buffer *out, size_t count, const char *between,
                    unsigned depth) {
    for (size_t i = 0; i < count; i++) {
        if (i) ks_buffer_str(out, between);
        clause(maker, out, depth);
    }
}

static void group(ks_query_maker *maker, ks_buffer *out, unsigned depth) {
    ks_buffer_char(out, '(');
    clauses(maker, out, 1 + below(maker, 3), below(maker, 2) ? " OR " : " ", depth + 1);
    ks_buffer_char(out, ')');
}

static void negated(ks_query_maker *maker, ks_buffer *out) {
    switch (below(maker, 6)) {
    case 0: phrase(maker, out); break;
    case 1: filter(maker, out); break;
    case 2: prefix(maker, out); break;
    default: words(maker, out, 1);
    }
}

static void clause(ks_query_maker *maker, ks_buffer *out, unsigned depth) {
    if (below(maker, 3) == 0) pick_record(maker);
    switch (below(maker, depth < 3 ? 14 : 10)) {
    case 0: phrase(maker, out); break;
    case 1: near(maker, out); break;
    case 2: prefix(maker, out); break;
    case 3: in_field(maker, out); break;
    case 4: filter(maker, out); break;
    case 5: tag_words(maker, out); break;
    case 6:
    case 7:
    case 8:
    case 9: words(maker, out, 1 + below(maker, 3)); break;
    case 10:
        ks_buffer_char(out, '-');
        negated(maker, out);
        break;
    case 11:
        ks_buffer_str(out, "NOT ");
        group(maker, out, depth);
        break;
    default: group(maker, out, depth);
    }
}

/* As many words as a sentence or a page has, some of them over and over. */
static void long_query(ks_query_maker *maker, ks_buffer *out) {
    for (size_t left = 2 + below(maker, below(maker, 4) ? 6 : 40); left > 0; left--) {
        words(maker, out, 1 + below(maker, 4));
        ks_buffer_char(out, ' ');
        if (below(maker, 4) == 0) pick_record(maker);
    }
    if (below(maker, 4) == 0) clause(maker, out, 3);
}

void ks_query_maker_next(ks_query_maker *maker, ks_buffer *query) {
    ks_buffer_truncate(query, 0);
    pick_record(maker);
    if (below(maker, 20) == 0)
        long_query(maker, query);
    else if (below(maker, 3) == 0)
        words(maker, query, 1 + below(maker, 4));
    else
        clauses(maker, query, 1 + below(maker, 3), below(maker, 4) ? " " : " OR ", 0);
    assert(!query->failed);
}

void ks_query_maker_options(ks_query_maker *maker, ks_search_options *options) {
    static const double boosts[] = {1, 1, 0, 0.5, 3, 1e-6, 1e3};
    static const ks_sort sorts[] = {KS_SORT_SCORE, KS_SORT_SCORE, KS_SORT_SCORE, KS_SORT_NEW, KS_SORT_OLD};
    ks_search_options_init(options);
    options->match = (ks_match)below(maker, 3);
    options->tag_boost = boosts[below(maker, 7)];
    options->sort = sorts[below(maker, 5)];
    options->limit = below(maker, 20) ? 1 + below(maker, 20) : below(maker, 2) * 500;
    options->offset = below(maker, 3) ? 0 : below(maker, below(maker, 8) ? 30 : 3000);
    if (below(maker, 200) == 0) options->offset = SIZE_MAX - 1000;
    options->detail = KS_DETAIL_ID;
    options->count_exact = below(maker, 2) != 0;
}
