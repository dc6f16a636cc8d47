/* Posting lists and their cursors against plain arrays: every document, frequency, mask and position, jumps
 * of all sizes, bounds that bound; by both unpackers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/fields.h"
#include "native/segment_writer.h"
#include "native/varint.h"
#include "tests/support/random.h"
#include "tests/support/tempdir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DOCUMENTS = 3000, MOST_PLACES = 4 };

/* A posting as a person would write it down. */
struct plain {
    uint32_t doc, tf;
    uint8_t mask;
    uint32_t places[KS_TEXT_FIELDS][MOST_PLACES];
    size_t place_count[KS_TEXT_FIELDS];
    ks_buffer encoded;
};

static char folder[KS_TEST_PATH];
static uint32_t lengths[DOCUMENTS];
static struct plain list[DOCUMENTS];
static size_t list_count;

static int set_up(void **state) {
    (void)state;
    ks_test_folder_make(folder);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    for (size_t i = 0; i < DOCUMENTS; i++) ks_buffer_free(&list[i].encoded);
    memset(list, 0, sizeof list);
    ks_test_folder_remove(folder);
    return 0;
}

static bool has_many_fields(uint8_t mask) {
    return (mask & (mask - 1)) != 0;
}

/* Some fields with some positions each, as the inverter would encode them. */
static void make_posting(struct plain *out, uint32_t doc, uint64_t *random) {
    ks_buffer_free(&out->encoded);
    *out = (struct plain){.doc = doc};
    while (!out->mask)
        out->mask =
            (uint8_t)ks_test_below(random, 4) ? 1u << KS_FIELD_SUMMARY : (uint8_t)ks_test_below(random, 32);
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++) {
        uint32_t before = UINT32_MAX;
        if (!(out->mask & 1u << field)) continue;
        out->place_count[field] = 1 + ks_test_below(random, MOST_PLACES);
        out->tf += (uint32_t)out->place_count[field] * ks_field_weight((ks_field)field);
        if (has_many_fields(out->mask)) ks_varint_put(&out->encoded, out->place_count[field]);
        for (size_t i = 0; i < out->place_count[field]; i++) {
            uint32_t gap = (uint32_t)ks_test_below(random, ks_test_below(random, 10) ? 30 : 100000);
            ks_varint_put(&out->encoded, gap);
            before += gap + 1;
            out->places[field][i] = before;
        }
    }
}

/* A list in which one document of `spread` stands. */
static void make_list(uint64_t *random, size_t spread, size_t most) {
    list_count = 0;
    for (uint32_t doc = 0; doc < DOCUMENTS && list_count < most; doc++)
        if (ks_test_below(random, spread) == 0) make_posting(&list[list_count++], doc, random);
    if (list_count == 0) make_posting(&list[list_count++], 0, random);
}

static ks_segment *write_segment(uint64_t number, uint64_t *random) {
    ks_segment_writer *writer = NULL;
    ks_segment *segment = NULL;
    ks_posting *postings = calloc(list_count, sizeof *postings);
    assert_non_null(postings);
    assert_int_equal(ks_segment_writer_open(&writer, folder, number, NULL), KS_OK);
    ks_segment_writer_set_documents(writer, DOCUMENTS);
    for (uint32_t doc = 0; doc < DOCUMENTS; doc++) {
        char id[16];
        int size = snprintf(id, sizeof id, "%06u", doc);
        lengths[doc] = 1 + (uint32_t)ks_test_below(random, 500);
        ks_segment_document document = {
            .id = {id, (uint32_t)size}, .order = DOCUMENTS - doc, .length = lengths[doc]};
        assert_int_equal(ks_segment_writer_document(writer, &document, "{}", 2, NULL), KS_OK);
    }
    for (size_t i = 0; i < list_count; i++)
        postings[i] = (ks_posting){list[i].doc,
                                   list[i].tf,
                                   lengths[list[i].doc],
                                   list[i].mask,
                                   (const uint8_t *)list[i].encoded.data,
                                   (uint32_t)list[i].encoded.size};
    assert_int_equal(ks_segment_writer_term(writer, (ks_term){"term", 4}, postings, list_count, NULL), KS_OK);
    assert_int_equal(ks_segment_writer_finish(writer, NULL), KS_OK);
    ks_segment_writer_free(writer);
    free(postings);
    assert_int_equal(ks_segment_open(&segment, folder, number, NULL), KS_OK);
    return segment;
}

static void open_cursor(ks_cursor *cursor, ks_segment *segment, const ks_unpacker *unpacker) {
    ks_dict_entry entry;
    bool found = false;
    assert_int_equal(ks_dict_find(&segment->dict, (ks_term){"term", 4}, &found, &entry, NULL), KS_OK);
    assert_true(found);
    assert_int_equal(entry.documents, list_count);
    assert_int_equal(ks_cursor_open(cursor, segment, &entry, unpacker, NULL), KS_OK);
}

static void check_positions(ks_cursor *cursor, const struct plain *posting) {
    uint32_t *places = NULL;
    size_t capacity = 0, count;
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++) {
        count = 0;
        assert_int_equal(ks_cursor_positions(cursor, (ks_field)field, &places, &capacity, &count, NULL),
                         KS_OK);
        assert_int_equal(count, posting->place_count[field]);
        if (count) assert_memory_equal(places, posting->places[field], count * sizeof *places);
    }
    free(places);
}

static void check_here(ks_cursor *cursor, const struct plain *posting) {
    assert_int_equal(cursor->doc, posting->doc);
    assert_int_equal(ks_cursor_tf(cursor), posting->tf);
    assert_int_equal(ks_cursor_mask(cursor), posting->mask);
}

static void check_walk(ks_segment *segment, const ks_unpacker *unpacker) {
    ks_cursor cursor;
    open_cursor(&cursor, segment, unpacker);
    for (size_t i = 0; i < list_count; i++, ks_cursor_next(&cursor)) {
        check_here(&cursor, &list[i]);
        if (i % 7 == 0) check_positions(&cursor, &list[i]);
    }
    assert_int_equal(cursor.doc, KS_NO_DOC);
    assert_false(cursor.damaged);
}

/* Jumps ahead; the first document not less than the target must be there. */
static void check_jumps(ks_segment *segment, const ks_unpacker *unpacker, uint32_t longest,
                        uint64_t *random) {
    ks_cursor cursor;
    size_t at = 0;
    open_cursor(&cursor, segment, unpacker);
    for (uint32_t target = 0; target < DOCUMENTS + 2;
         target += (uint32_t)ks_test_below(random, longest) + 1) {
        while (at < list_count && list[at].doc < target) at++;
        ks_cursor_advance(&cursor, target);
        if (at == list_count) break;
        check_here(&cursor, &list[at]);
        if (ks_test_below(random, 4) == 0) check_positions(&cursor, &list[at]);
    }
    if (at == list_count) assert_int_equal(cursor.doc, KS_NO_DOC);
    assert_false(cursor.damaged);
}

/* No document of a block, or of the list, gets more than its pairs promise; whatever the average length. */
static void check_bounds(ks_segment *segment, double average) {
    const ks_norm norm = {.base = 0.3, .slope = 0.9 / average, .least = average / 2};
    ks_cursor cursor;
    open_cursor(&cursor, segment, ks_unpacker_portable());
    for (size_t i = 0; i < list_count; i++) {
        double share = (double)list[i].tf / ((double)list[i].tf + ks_norm_of(&norm, lengths[list[i].doc]));
        uint32_t block;
        assert_true(ks_cursor_block_of(&cursor, cursor.block, list[i].doc, &block) >= list[i].doc);
        assert_true(share <= ks_cursor_bound(&cursor, block, &norm) + 1e-12);
        assert_true(share <= ks_cursor_bound(&cursor, KS_NO_DOC, &norm) + 1e-12);
        ks_cursor_next(&cursor);
    }
}

static void check_list(uint64_t number, uint64_t *random) {
    ks_segment *segment = write_segment(number, random);
    const ks_unpacker *unpackers[] = {ks_unpacker_portable(), ks_unpacker_best()};
    for (size_t i = 0; i < 2; i++) {
        check_walk(segment, unpackers[i]);
        check_jumps(segment, unpackers[i], 3, random);
        check_jumps(segment, unpackers[i], 200, random);
        check_jumps(segment, unpackers[i], 2000, random);
    }
    check_bounds(segment, 250);
    check_bounds(segment, 3);
    check_bounds(segment, 100000);
    ks_segment_close(segment);
}

static void test_lists_of_every_kind(void **state) {
    static const size_t spreads[] = {1, 2, 10, 300, 3000};
    uint64_t random = ks_test_seed(128);
    uint64_t number = 1;
    (void)state;
    for (size_t i = 0; i < sizeof spreads / sizeof *spreads; i++) {
        make_list(&random, spreads[i], DOCUMENTS);
        check_list(number++, &random);
    }
}

/* Around the sizes where the form of a list changes. */
static void test_lists_at_the_edges(void **state) {
    static const size_t sizes[] = {1, 2, 7, 8, 9, 127, 128, 129, 255, 256, 257, 1000};
    uint64_t random = ks_test_seed(129);
    uint64_t number = 1;
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        make_list(&random, 2, sizes[i]);
        assert_int_equal(list_count, sizes[i]);
        check_list(number++, &random);
    }
}

#define ALONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {ALONE(test_lists_of_every_kind), ALONE(test_lists_at_the_edges)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
