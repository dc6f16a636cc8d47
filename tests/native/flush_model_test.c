/* Flushing documents of thousands of different terms, of 1 to 255 bytes, against an inverted index that is a
 * sorted array: one document with all of them, one with a single word thousands of times, in fields in any
 * order, terms that only dropped documents have; and whatever the inverters and the room, the same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/flush_private.h"
#include "native/view.h"
#include "tests/support/random.h"
#include "tests/support/tempdir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DOCUMENTS = 90, WORDS = 3500, ROOM = 30000, VALUES = 4, LONGEST = 255, INVERTERS = 3 };

#define OK(call)                                                                                             \
    do {                                                                                                     \
        ks_error error_ = {0}, *err = &error_;                                                               \
        if (call) fail_msg("%s: %s", #call, error_.message);                                                 \
    } while (0)

/* A line of the naive index; an exact value stands in no field, and its position is its frequency. */
typedef struct line {
    ks_term term;
    uint32_t doc, position;
    ks_field field;
} line;

static char words[WORDS][LONGEST + 1];
static uint32_t sizes[WORDS];
static ks_occurrence occurrences[ROOM];
static ks_document documents[DOCUMENTS];
static ks_exact_value values[DOCUMENTS][VALUES];
static char texts[DOCUMENTS][VALUES][24], prefixed[DOCUMENTS][VALUES][24], ids[DOCUMENTS][12];
static bool dropped[DOCUMENTS];
static line lines[ROOM + DOCUMENTS * VALUES];
static size_t occurrence_count, line_count;

/* ---- Documents ---- */

/* One byte, the most there may be, or something between that begins as many others do. */
static void make_words(uint64_t *random) {
    for (size_t i = 0; i < WORDS; i++) {
        size_t same = ks_test_below(random, 4) ? ks_test_below(random, 12) : ks_test_below(random, 240);
        memset(words[i], 'q', LONGEST);
        if (i < 26)
            sizes[i] = (uint32_t)snprintf(words[i], LONGEST, "%c", (char)('a' + i));
        else
            sizes[i] =
                (uint32_t)(same + (size_t)snprintf(words[i] + same, LONGEST + 1 - same, "%zx", i * 7919));
        if (i % 10 != 9) continue;
        memset(words[i] + sizes[i], i % 20 == 9 ? 'z' : 'A', LONGEST - sizes[i]);
        sizes[i] = LONGEST;
    }
}

static void add_occurrence(ks_document *document, size_t word, uint32_t positions[KS_TEXT_FIELDS],
                           uint64_t *random) {
    ks_field field = (ks_field)ks_test_below(random, KS_TEXT_FIELDS);
    uint32_t gap = ks_test_below(random, 300) ? (uint32_t)ks_test_below(random, 3) : 40000000;
    assert_true(occurrence_count < ROOM);
    positions[field] += 1 + gap;
    occurrences[occurrence_count++] = (ks_occurrence){{words[word], sizes[word]}, positions[field], field};
    document->occurrence_count++;
}

/* The first one has every word, the second one word all the time, others many or few, or none. */
static void make_occurrences(size_t doc, uint64_t *random) {
    ks_document *document = &documents[doc];
    ks_occurrence *first = &occurrences[occurrence_count];
    uint32_t positions[KS_TEXT_FIELDS] = {0};
    size_t count = ks_test_below(random, doc % 8 ? 80 : 1000), begin = ks_test_below(random, WORDS - 200);
    for (size_t i = 0; doc == 0 && i < WORDS; i++) add_occurrence(document, i, positions, random);
    for (size_t i = 0; doc == 1 && i < 4000; i++) add_occurrence(document, 77, positions, random);
    for (size_t i = 0; doc > 1 && doc % 11 && i < count; i++)
        add_occurrence(document, ks_test_below(random, 3) ? begin + ks_test_below(random, 200) : 77 + i % 5,
                       positions, random);
    for (size_t i = document->occurrence_count; i > 1 && doc % 3; i--) { /* in any order */
        size_t other = ks_test_below(random, i);
        ks_occurrence kept = first[i - 1];
        first[i - 1] = first[other];
        first[other] = kept;
    }
    document->occurrences = first;
}

static void add_line(ks_term term, size_t doc, ks_field field, uint32_t position) {
    lines[line_count++] = (line){term, (uint32_t)doc, position, field};
}

static void make_document(size_t doc, uint64_t *random) {
    ks_document *document = &documents[doc];
    int size = snprintf(ids[doc], sizeof ids[doc], "doc%zu", doc);
    *document = (ks_document){.id = {ids[doc], (uint32_t)size},
                              .hash = {doc, 1},
                              .order = 1000 - doc, /* so that this becomes its number */
                              .stored = {"{}", 2},
                              .values = values[doc],
                              .value_count = doc % (VALUES + 1)};
    make_occurrences(doc, random);
    for (size_t i = 0; i < document->value_count; i++) {
        ks_exact exact = i % 2 ? KS_EXACT_TAG : KS_EXACT_AUTHOR;
        size = snprintf(texts[doc][i], sizeof texts[doc][i], "%zu.%zu", i, ks_test_below(random, 5));
        values[doc][i] = (ks_exact_value){exact, {texts[doc][i], (uint32_t)size}};
    }
}

/* Documents whose numbers are those among the live ones, and the lines of these. */
static void make_all(bool drop, uint64_t *random) {
    size_t live = 0;
    occurrence_count = line_count = 0;
    make_words(random);
    for (size_t doc = 0; doc < DOCUMENTS; doc++) {
        make_document(doc, random);
        dropped[doc] = drop && (doc == 0 || ks_test_below(random, 4) == 0);
        if (dropped[doc]) continue;
        for (size_t i = 0; i < documents[doc].occurrence_count; i++) {
            const ks_occurrence *occurrence = &documents[doc].occurrences[i];
            add_line(occurrence->term, live, occurrence->field, occurrence->position);
        }
        for (size_t i = 0; i < documents[doc].value_count; i++) {
            const ks_exact_value *value = &values[doc][i];
            int size = snprintf(prefixed[doc][i], sizeof prefixed[doc][i], "%s%s",
                                ks_exact_prefix(value->exact), texts[doc][i]);
            add_line((ks_term){prefixed[doc][i], (uint32_t)size}, live, KS_FIELD_ANY,
                     value->exact == KS_EXACT_TAG ? ks_field_weight(KS_FIELD_TAGS) : 1);
        }
        live++;
    }
}

/* ---- The naive index ---- */

static int compare_terms(ks_term a, ks_term b) {
    uint32_t shorter = a.size < b.size ? a.size : b.size;
    int order = memcmp(a.text, b.text, shorter);
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

static int compare_lines(const void *left, const void *right) {
    const line *a = left, *b = right;
    int order = compare_terms(a->term, b->term);
    if (order) return order;
    if (a->doc != b->doc) return a->doc < b->doc ? -1 : 1;
    if (a->field != b->field) return a->field < b->field ? -1 : 1;
    return (a->position > b->position) - (a->position < b->position);
}

/* The posting under the cursor is that of these lines, all of one term and document; returns how many. */
static size_t check_posting(ks_cursor *cursor, const line *from, size_t left) {
    size_t count = 0, capacity = 0, here = 0;
    uint32_t *got = NULL, tf = 0, mask = 0;
    while (count < left && from[count].doc == from->doc && !compare_terms(from[count].term, from->term)) {
        ks_field field = from[count].field;
        tf += field == KS_FIELD_ANY ? from[count].position : ks_field_weight(field);
        if (field != KS_FIELD_ANY) mask |= 1u << field;
        count++;
    }
    assert_int_equal(cursor->doc, from->doc);
    assert_int_equal(ks_cursor_tf(cursor), tf);
    assert_int_equal(ks_cursor_mask(cursor), mask);
    for (ks_field field = 0; field < KS_FIELD_ANY && mask; field++) {
        size_t before = here;
        OK(ks_cursor_positions(cursor, field, &got, &capacity, &here, err));
        assert_true(here <= count);
        for (size_t i = before; i < here; i++) {
            assert_int_equal(from[i].field, field);
            assert_int_equal(got[i], from[i].position);
        }
    }
    assert_int_equal(here, mask ? count : 0);
    free(got);
    return count;
}

static void check_segment(const char *folder, uint64_t number) {
    ks_segment *segment = NULL;
    ks_cursor *cursor = malloc(sizeof *cursor);
    ks_dict_cursor term;
    size_t at = 0;
    assert_non_null(cursor);
    qsort(lines, line_count, sizeof *lines, compare_lines);
    OK(ks_segment_open(&segment, folder, number, err));
    OK(ks_dict_seek(&segment->dict, &term, (ks_term){"", 0}, err));
    while (term.valid) {
        ks_term text = {term.text, term.size};
        OK(ks_cursor_open(cursor, segment, &term.entry, ks_unpacker_best(), err));
        assert_true(at < line_count && !compare_terms(lines[at].term, text));
        while (cursor->doc != KS_NO_DOC) {
            assert_true(at < line_count && !compare_terms(lines[at].term, text));
            at += check_posting(cursor, &lines[at], line_count - at);
            ks_cursor_next(cursor);
        }
        assert_false(cursor->damaged);
        OK(ks_dict_next(&term, err));
    }
    assert_int_equal(at, line_count);
    ks_segment_close(segment);
    free(cursor);
}

/* ---- Flushing ---- */

static void flush(const char *folder, uint64_t number, size_t used, uint32_t most, bool parallel) {
    ks_inverter *inverters[INVERTERS] = {NULL};
    ks_flush run = {.inverters = inverters, .count = used, .most = most};
    for (size_t i = 0; i < used; i++) OK(ks_inverter_new(&inverters[i], err));
    for (size_t i = 0; i < DOCUMENTS; i++) {
        size_t doc = number % 2 ? i : DOCUMENTS - 1 - i; /* terms get other numbers */
        uint32_t given;
        OK(ks_inverter_add(inverters[doc % used], &documents[doc], &given, err));
        if (dropped[doc]) ks_inverter_drop(inverters[doc % used], given);
    }
    OK(ks_flush_run(&run, folder, number, parallel, err));
    for (size_t i = 0; i < used; i++) ks_inverter_free(inverters[i]);
}

static char *read_segment(const char *folder, uint64_t number, size_t *size) {
    char name[40], path[KS_TEST_PATH];
    snprintf(name, sizeof name, "seg-%016llx.ks", (unsigned long long)number);
    return ks_test_read(ks_test_path(path, folder, name), size);
}

static void the_same_whatever_the_room(void **state) {
    static const uint32_t most[] = {UINT32_MAX, 0, 63, 64, 500, 4000, 10000};
    uint64_t random = ks_test_seed(601), number = 0;
    for (int drop = 0; drop < 2; drop++) {
        size_t size, first_size;
        char *first;
        make_all(drop, &random);
        flush(*state, ++number, 1, KS_FLUSH_POSTINGS, false);
        check_segment(*state, number);
        first = read_segment(*state, number, &first_size);
        for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
            char *again;
            if (!most[i] && drop == 0) continue; /* every term by itself takes long: once */
            flush(*state, ++number, 1 + i % INVERTERS, most[i], i % 2);
            again = read_segment(*state, number, &size);
            assert_int_equal(size, first_size);
            assert_memory_equal(again, first, size);
            free(again);
        }
        free(first);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(
        the_same_whatever_the_room, ks_test_folder_setup, ks_test_folder_teardown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
