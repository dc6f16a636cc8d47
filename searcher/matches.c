/* Finding the terms of a query in a text; see matches.h. */
#include "searcher/matches.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

/* A window begins up to LEAD before its first match, at an edge of the text, and the matches it is chosen for
 * lie within CORE, so that both together fit into KS_PASSAGE_BYTES. */
enum { LEAD = KS_PASSAGE_BYTES / 4, CORE = KS_PASSAGE_BYTES - LEAD };

/* A hash serves as the term's number. */
static bool is_wanted(const ks_highlighter *highlighter, ks_field field, const char *text, size_t size,
                      uint32_t *term) {
    if (!ks_highlighter_wants(highlighter, field, text, size)) return false;
    *term = (uint32_t)ks_hash64(text, size, 0);
    return true;
}

static ks_status add(ks_text_matches *matches, size_t start, size_t end, uint32_t term, ks_error *err) {
    ks_status status = ks_array_reserve(&matches->items, &matches->capacity, matches->count + 1,
                                        sizeof *matches->items, err);
    if (!status) matches->items[matches->count++] = (ks_text_match){start, end, term};
    return status;
}

static ks_status add_whole_tag(ks_text_matches *out, ks_highlighter *highlighter, const char *text,
                               ks_error *err) {
    ks_buffer exact = {0};
    uint32_t term;
    ks_status status;
    ks_buffer_str(&exact, ks_exact_prefix(KS_EXACT_TAG));
    status = ks_analyzer_exact(highlighter->analyzer, text, strlen(text), &exact, err);
    if (!status) status = ks_buffer_check(&exact, err);
    if (!status && is_wanted(highlighter, KS_FIELD_TAGS, exact.data, exact.size, &term))
        status = add(out, 0, strlen(text), term, err);
    ks_buffer_free(&exact);
    return status;
}

static int compare_starts(const void *left, const void *right) {
    const ks_text_match *a = left, *b = right;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    return (a->end > b->end) - (a->end < b->end);
}

ks_status ks_matches_find(ks_text_matches *out, ks_highlighter *highlighter, ks_field field, const char *text,
                          ks_error *err) {
    ks_status status;
    uint32_t term;
    ks_word word;
    bool more;
    out->count = 0;
    ks_analyzer_start(highlighter->analyzer, text, strlen(text), 0);
    ks_analyzer_look_for(highlighter->analyzer, highlighter->firsts);
    while (!(status = ks_analyzer_next(highlighter->analyzer, &word, &more, err)) && more) {
        if (out->count && word.start - out->items[0].start > KS_MATCHES_REACH) break;
        for (size_t i = 0; i < word.count; i++)
            if (is_wanted(highlighter, field, word.tokens[i].text, word.tokens[i].size, &term) &&
                (status = add(out, word.tokens[i].start, word.tokens[i].end, term, err)))
                return status;
    }
    if (!status && field == KS_FIELD_TAGS) status = add_whole_tag(out, highlighter, text, err);
    if (out->count) qsort(out->items, out->count, sizeof *out->items, compare_starts);
    return status;
}

/* Neighbouring matches that end within a stretch of the text: items[first..last). It slides over them. */
typedef struct stretch {
    const ks_text_match *items;
    size_t first, last, different; /* how many terms there are among them */
} stretch;

/* So many matches count: what is looked at for each of them is bounded. */
enum { STRETCH_MATCHES = 64 };

static bool holds(const stretch *within, size_t first, uint32_t term) {
    for (size_t i = first; i < within->last; i++)
        if (within->items[i].term == term) return true;
    return false;
}

/* Takes in what ends within the stretch that begins at its first match. */
static void lengthen(stretch *within, size_t count) {
    size_t limit = within->items[within->first].start + CORE;
    if (count > within->first + STRETCH_MATCHES) count = within->first + STRETCH_MATCHES;
    for (; within->last < count && within->items[within->last].end <= limit; within->last++)
        within->different += !holds(within, within->first, within->items[within->last].term);
}

static void leave_first(stretch *within) {
    size_t next = within->first + 1;
    if (within->last < next) {
        within->last = next; /* the first match is longer than a stretch */
    } else {
        within->different -= !holds(within, next, within->items[within->first].term);
    }
    within->first = next;
}

/* The match at which the stretch with the most different terms, then the most matches, begins. */
static size_t best_start(const ks_text_matches *matches) {
    stretch within = {.items = matches->items};
    size_t best = 0, best_worth = 0;
    for (; within.first < matches->count; leave_first(&within)) {
        size_t worth;
        lengthen(&within, matches->count);
        worth = within.different * STRETCH_MATCHES + (within.last - within.first);
        if (worth <= best_worth) continue;
        best_worth = worth;
        best = within.first;
    }
    return best;
}

static bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static bool is_continuation(char c) {
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Moves `at` back to the beginning of a sentence, or else of a word, not further than `room` bytes. */
static size_t start_edge(const char *text, size_t at, size_t room) {
    size_t low = at > room ? at - room : 0, word = at;
    if (low == 0) return 0;
    for (size_t i = at; i > low; i--) {
        if (!is_space(text[i - 1])) continue;
        if (i >= 2 && strchr(".!?", text[i - 2])) return i;
        word = i;
    }
    if (word == at)
        while (word > 0 && is_continuation(text[word])) word--;
    return word;
}

/* Moves `at` back to the end of a word, or, in a word longer than LONG_WORD, on to that of a character. */
static size_t end_edge(const char *text, size_t size, size_t at) {
    enum { LONG_WORD = 40 };
    size_t edge = at;
    if (at >= size) return size;
    while (edge > 0 && edge + LONG_WORD > at && !is_space(text[edge])) edge--;
    if (!is_space(text[edge])) edge = at;
    while (edge < size && is_continuation(text[edge])) edge++;
    while (edge > 0 && is_space(text[edge - 1])) edge--;
    return edge;
}

void ks_matches_window(const ks_text_matches *matches, const char *text, size_t size, size_t *start,
                       size_t *end) {
    size_t first = 0, last = 0;
    *start = 0;
    *end = size;
    if (size <= KS_PASSAGE_WHOLE) return;
    if (matches->count) {
        size_t best = best_start(matches);
        first = matches->items[best].start;
        last = matches->items[best].end;
    }
    *start = start_edge(text, first, LEAD);
    if (*start + KS_PASSAGE_BYTES > last) last = *start + KS_PASSAGE_BYTES;
    *end = end_edge(text, size, last);
}
