/* The columns of a segment against the documents themselves; what they take; sections that lie; faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/segment_writer.h"

#include "native/folder.h"
#include "tests/native/faults.h"
#include "tests/support/random.h"

#include <stdio.h>
#include <unistd.h>

enum { ID = 40, NUMBER = 1 };

struct document {
    char id[ID];
    ks_segment_document is;
    uint32_t sources[3];
};

struct documents {
    struct document *items;
    uint32_t count;
};

static int newest_first(const void *left, const void *right) {
    const struct document *a = left, *b = right;
    return ks_segment_compare(a->is.order, a->is.id, b->is.order, b->is.id);
}

/* Pointers into the documents, once they stand where they stay. */
static void settle(struct documents *documents) {
    for (uint32_t i = 0; i < documents->count; i++) {
        struct document *document = &documents->items[i];
        document->is.id.text = document->id;
        document->is.sources = document->sources;
    }
}

static struct document random_document(uint32_t number, bool dated, uint64_t *random) {
    struct document document = {.is = {.length = (uint32_t)ks_test_below(random, 3000)}};
    uint32_t day = (uint32_t)(20000101 + ks_test_below(random, 260000));
    snprintf(document.id, sizeof document.id, "%.*s%u", (int)ks_test_below(random, 12), "arxiv:paper-",
             number);
    document.is.id.size = (uint32_t)strlen(document.id);
    ks_test_random_bytes(random, &document.is.hash, sizeof document.is.hash);
    document.is.day = dated || ks_test_below(random, 2) ? day : 0;
    document.is.order = dated ? (uint64_t)day << 32 | ks_test_below(random, 2) : ks_test_random(random);
    document.is.source_count = ks_test_below(random, 4);
    for (size_t i = 0; i < document.is.source_count; i++)
        document.sources[i] = (uint32_t)ks_test_below(random, 3);
    return document;
}

static struct documents make_documents(uint32_t count, bool dated, uint64_t *random) {
    struct documents documents = {calloc(count, sizeof *documents.items), count};
    assert_non_null(documents.items);
    for (uint32_t i = 0; i < count; i++) documents.items[i] = random_document(i, dated, random);
    settle(&documents);
    qsort(documents.items, count, sizeof *documents.items, newest_first);
    settle(&documents);
    return documents;
}

static ks_status write_segment(const char *folder, const struct documents *documents, ks_error *err) {
    ks_segment_writer *writer = NULL;
    ks_status status = ks_segment_writer_open(&writer, folder, NUMBER, err);
    for (uint32_t i = 0; i < documents->count && !status; i++)
        status = ks_segment_writer_document(writer, &documents->items[i].is, documents->items[i].id,
                                            documents->items[i].is.id.size, err);
    if (!status) status = ks_segment_writer_finish(writer, err);
    ks_segment_writer_free(writer);
    return status;
}

static void remove_segment(const char *folder) {
    char name[KS_FILE_NAME], path[KS_TEST_PATH];
    assert_int_equal(unlink(ks_test_path(path, folder, ks_folder_name(name, KS_FILE_SEGMENT, NUMBER))), 0);
}

static void check_document(const ks_segment *segment, uint32_t doc, const ks_segment_document *expected) {
    ks_hash128 hash;
    ks_term id;
    uint32_t *sources, found_at = UINT32_MAX;
    size_t count;
    bool found;
    assert_int_equal(ks_segment_hash(segment, doc, &hash, NULL), KS_OK);
    assert_int_equal(ks_segment_length(segment, doc), expected->length);
    assert_int_equal(ks_segment_order(segment, doc), expected->order);
    assert_int_equal(ks_segment_day(segment, doc), expected->day);
    assert_memory_equal(&hash, &expected->hash, sizeof hash);
    assert_int_equal(ks_segment_id(segment, doc, &id, NULL), KS_OK);
    assert_int_equal(id.size, expected->id.size);
    assert_memory_equal(id.text, expected->id.text, id.size);
    assert_int_equal(ks_segment_sources(segment, doc, &sources, &count, NULL), KS_OK);
    assert_int_equal(count, expected->source_count);
    assert_memory_equal(sources, expected->sources, count * sizeof *sources);
    free(sources);
    assert_int_equal(ks_segment_find(segment, expected->id, &found, &found_at, NULL), KS_OK);
    assert_true(found);
    assert_int_equal(found_at, doc);
}

static void check_absent(const ks_segment *segment, const char *id) {
    bool found = true;
    uint32_t doc = 4711;
    ks_term term = {id, (uint32_t)strlen(id)};
    assert_int_equal(ks_segment_find(segment, term, &found, &doc, NULL), KS_OK);
    assert_false(found);
    assert_int_equal(doc, 4711);
}

static void check_segment(const char *folder, const struct documents *documents, uint64_t *random) {
    uint64_t total = 0;
    ks_segment *segment;
    assert_int_equal(ks_segment_open(&segment, folder, NUMBER, NULL), KS_OK);
    assert_int_equal(segment->documents, documents->count);
    for (uint32_t i = 0; i < documents->count; i++) {
        check_document(segment, i, &documents->items[i].is);
        total += documents->items[i].is.length;
    }
    assert_int_equal(segment->total_length, total);
    for (int i = 0; i < 300; i++) {
        char id[ID];
        snprintf(id, sizeof id, "absent%u", (unsigned)ks_test_below(random, 1000000));
        check_absent(segment, id);
    }
    check_absent(segment, "");
    ks_segment_close(segment);
}

static void random_segments(void **state) {
    static const uint32_t counts[] = {1, 2, 3, 17, 400, 1500};
    uint64_t random = ks_test_seed(81);
    for (unsigned round = 0; round < 24; round++) {
        struct documents documents = make_documents(counts[round % 6], round / 6 % 2 == 0, &random);
        assert_int_equal(write_segment(*state, &documents, NULL), KS_OK);
        check_segment(*state, &documents, &random);
        remove_segment(*state);
        free(documents.items);
    }
}

/* ---- What the columns take ---- */

static void assert_section(const ks_segment *segment, unsigned section, uint64_t size) {
    assert_int_equal(ks_mapped_size(segment->file, section), size);
}

/* 100 alike documents of different days. */
static struct documents make_alike(void) {
    struct documents documents = {calloc(100, sizeof *documents.items), 100};
    assert_non_null(documents.items);
    for (uint32_t i = 0; i < 100; i++) {
        struct document *document = &documents.items[i];
        snprintf(document->id, sizeof document->id, "id%04u", i);
        document->sources[0] = 3;
        document->is = (ks_segment_document){.id = {NULL, 6},
                                             .day = 20260200 - i,
                                             .order = (uint64_t)(20260200 - i) << 32,
                                             .length = 200 + i,
                                             .source_count = 1};
    }
    settle(&documents);
    return documents;
}

static void columns_take_little(void **state) {
    struct documents documents = make_alike();
    uint64_t random = ks_test_seed(82);
    ks_segment *segment;
    assert_int_equal(write_segment(*state, &documents, NULL), KS_OK);
    check_segment(*state, &documents, &random);
    assert_int_equal(ks_segment_open(&segment, *state, NUMBER, NULL), KS_OK);
    assert_section(segment, KS_SECTION_LENGTHS, 12 + 100);
    assert_section(segment, KS_SECTION_ORDERS, 12 + 100 + 12);
    assert_section(segment, KS_SECTION_DAYS, 0);
    assert_section(segment, KS_SECTION_HASHES, 1600);
    assert_section(segment, KS_SECTION_IDS, 8 + 12 + 600);
    assert_section(segment, KS_SECTION_SOURCES, 8 + 8 + 4 + 12);
    assert_section(segment, KS_SECTION_ID_TABLE, 134 * 4);
    ks_segment_close(segment);
    free(documents.items);
}

/* One document's day that is not its order's: all days in a column of their own. */
static void days_that_differ(void **state) {
    struct documents documents = make_alike();
    uint64_t random = ks_test_seed(83);
    ks_segment *segment;
    documents.items[70].is.day = 0;
    assert_int_equal(write_segment(*state, &documents, NULL), KS_OK);
    check_segment(*state, &documents, &random);
    assert_int_equal(ks_segment_open(&segment, *state, NUMBER, NULL), KS_OK);
    assert_section(segment, KS_SECTION_DAYS, 12 + 4 * 100);
    ks_segment_close(segment);
    free(documents.items);
}

static void extreme_values(void **state) {
    struct documents documents = make_alike();
    ks_segment *segment;
    documents.items[0].is.order = UINT64_MAX;
    documents.items[99].is.order = 0;
    documents.items[5].is.length = UINT32_MAX;
    documents.items[6].is.day = UINT32_MAX;
    documents.items[7].is.hash = (ks_hash128){UINT64_MAX, UINT64_MAX};
    documents.items[8].is.id.size = 0;
    documents.items[9].is.source_count = 0;
    assert_int_equal(write_segment(*state, &documents, NULL), KS_OK);
    assert_int_equal(ks_segment_open(&segment, *state, NUMBER, NULL), KS_OK);
    for (uint32_t i = 0; i < 100; i++) check_document(segment, i, &documents.items[i].is);
    ks_segment_close(segment);
    free(documents.items);
}

/* ---- Sections that lie ---- */

/* Copies the segment with `bytes` in place of one section; all checksums are right. */
static void replace_section(const char *folder, unsigned section, const void *bytes, size_t size) {
    char name[KS_FILE_NAME], path[KS_TEST_PATH];
    ks_mapped *from;
    ks_file_writer *to;
    ks_folder_name(name, KS_FILE_SEGMENT, NUMBER);
    assert_int_equal(ks_mapped_open(&from, folder, name, NULL), KS_OK);
    assert_int_equal(unlink(ks_test_path(path, folder, name)), 0);
    assert_int_equal(ks_file_writer_open(&to, folder, name, NULL), KS_OK);
    for (unsigned i = 0; i <= KS_SECTION_TERM_INDEX; i++) {
        const uint8_t *old;
        size_t old_size = (size_t)ks_mapped_size(from, i);
        assert_int_equal(ks_mapped_span(from, i, 0, old_size, &old, NULL), KS_OK);
        assert_int_equal(ks_file_writer_section(to, i, NULL), KS_OK);
        assert_int_equal(
            ks_file_writer_add(to, i == section ? bytes : old, i == section ? size : old_size, NULL), KS_OK);
    }
    assert_int_equal(ks_file_writer_finish(to, NULL, NULL), KS_OK);
    ks_file_writer_free(to);
    ks_mapped_close(from);
}

/* A copy of a section's bytes: free(). */
static char *section_bytes(const char *folder, unsigned section, size_t *size) {
    char name[KS_FILE_NAME], *copy;
    const uint8_t *bytes;
    ks_mapped *file;
    assert_int_equal(ks_mapped_open(&file, folder, ks_folder_name(name, KS_FILE_SEGMENT, NUMBER), NULL),
                     KS_OK);
    *size = (size_t)ks_mapped_size(file, section);
    assert_int_equal(ks_mapped_span(file, section, 0, *size, &bytes, NULL), KS_OK);
    copy = malloc(*size + 8);
    assert_non_null(copy);
    memcpy(copy, bytes, *size);
    memset(copy + *size, 0, 8);
    ks_mapped_close(file);
    return copy;
}

/* Opens all of it. */
static ks_status open_whole(ks_segment **out, const char *folder, ks_error *err) {
    ks_segment *segment = NULL;
    ks_status status = ks_segment_open(&segment, folder, NUMBER, err);
    if (!status && (status = ks_segment_verify_columns(segment, err))) {
        ks_segment_close(segment);
        segment = NULL;
    }
    *out = segment;
    return status;
}

static void write_alike(const char *folder) {
    struct documents documents = make_alike();
    assert_int_equal(write_segment(folder, &documents, NULL), KS_OK);
    free(documents.items);
}

static void sections_of_wrong_sizes(void **state) {
    static const unsigned sections[] = {KS_SECTION_META,   KS_SECTION_LENGTHS, KS_SECTION_ORDERS,
                                        KS_SECTION_HASHES, KS_SECTION_SOURCES, KS_SECTION_ID_TABLE};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        char *bytes, where[32];
        size_t size;
        write_alike(*state);
        bytes = section_bytes(*state, sections[i], &size);
        snprintf(where, sizeof where, "section %s,", ks_segment_section_name(sections[i]));
        for (int step = -2; step <= 2; step++) {
            ks_segment *segment = NULL;
            ks_error err = {0};
            size_t changed = step == -2 ? 0 : (size_t)((ptrdiff_t)size + step);
            if (step == 0) continue;
            replace_section(*state, sections[i], bytes, changed);
            assert_int_equal(open_whole(&segment, *state, &err), KS_ERR_CORRUPT);
            assert_null(segment);
            if (!strstr(err.message, where)) fail_msg("%s not in %s", where, err.message);
        }
        free(bytes);
        remove_segment(*state);
    }
}

static void heads_that_lie(void **state) {
    static const struct {
        unsigned section;
        size_t at;
        uint32_t value;
    } lies[] = {{KS_SECTION_META, 0, 0},   {KS_SECTION_META, 0, UINT32_MAX}, {KS_SECTION_META, 0, 99},
                {KS_SECTION_META, 0, 101}, {KS_SECTION_LENGTHS, 4, 5},       {KS_SECTION_LENGTHS, 4, 0},
                {KS_SECTION_ORDERS, 4, 2}, {KS_SECTION_ORDERS, 4, 1 << 16},  {KS_SECTION_IDS, 4, 1},
                {KS_SECTION_IDS, 12, 5}};
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        ks_segment *segment = NULL;
        ks_error err = {0};
        size_t size;
        char *bytes;
        write_alike(*state);
        bytes = section_bytes(*state, lies[i].section, &size);
        ks_put_u32(bytes + lies[i].at, lies[i].value);
        replace_section(*state, lies[i].section, bytes, size);
        assert_int_equal(open_whole(&segment, *state, &err), KS_ERR_CORRUPT);
        assert_null(segment);
        free(bytes);
        remove_segment(*state);
    }
}

static void days_of_a_wrong_size(void **state) {
    ks_segment *segment = NULL;
    write_alike(*state);
    replace_section(*state, KS_SECTION_DAYS, "\0", 1);
    assert_int_equal(open_whole(&segment, *state, NULL), KS_ERR_CORRUPT);
    assert_null(segment);
}

/* Offsets of ids that go backwards or leave the ids. */
static void ids_outside_of_the_ids(void **state) {
    static const uint32_t steps[] = {7, 1000, UINT32_MAX};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        ks_segment *segment;
        ks_error err = {0};
        ks_term id;
        size_t size, wrong = 0;
        char *bytes;
        bool found;
        uint32_t doc;
        write_alike(*state);
        bytes = section_bytes(*state, KS_SECTION_IDS, &size);
        ks_put_u32(bytes, steps[i]);
        replace_section(*state, KS_SECTION_IDS, bytes, size);
        free(bytes);
        assert_int_equal(ks_segment_open(&segment, *state, NUMBER, NULL), KS_OK);
        for (uint32_t at = 0; at < 100; at++) {
            ks_status status = ks_segment_id(segment, at, &id, &err);
            assert_true(status == KS_OK || status == KS_ERR_CORRUPT);
            wrong += status == KS_ERR_CORRUPT;
        }
        assert_true(wrong > 10);
        assert_int_equal(ks_segment_id(segment, 99, &id, &err), KS_ERR_CORRUPT);
        assert_non_null(strstr(err.message, "outside of the ids"));
        assert_int_equal(ks_segment_find(segment, (ks_term){"id0099", 6}, &found, &doc, NULL),
                         KS_ERR_CORRUPT);
        ks_segment_close(segment);
        remove_segment(*state);
    }
}

static void offsets_of_ids_that_go_backwards(void **state) {
    struct documents documents = make_alike();
    ks_segment *segment;
    ks_term id;
    size_t size;
    char *bytes;
    documents.items[50].is.id.size = 5; /* so that there are offsets */
    assert_int_equal(write_segment(*state, &documents, NULL), KS_OK);
    bytes = section_bytes(*state, KS_SECTION_IDS, &size);
    bytes[8 + 8 + 20] = (char)200; /* where document 20 begins */
    replace_section(*state, KS_SECTION_IDS, bytes, size);
    assert_int_equal(ks_segment_open(&segment, *state, NUMBER, NULL), KS_OK);
    assert_int_equal(ks_segment_id(segment, 18, &id, NULL), KS_OK);
    assert_int_equal(ks_segment_id(segment, 20, &id, NULL), KS_ERR_CORRUPT);
    ks_segment_close(segment);
    free(bytes);
    free(documents.items);
}

/* Every slot the same: no slot is free, and what is there is no document or always the same one. */
static void tables_that_lie(void **state) {
    static const struct {
        uint32_t numbers; /* which of a slot's low bits are set, the others being the hash's */
        const char *what;
    } lies[] = {{0, "impossible document"},
                {101, "impossible document"},
                {127, "impossible document"},
                {1, "without a free slot"}};
    ks_term absent = {"absent", 6};
    uint32_t tag = (uint32_t)ks_hash64(absent.text, absent.size, 0) & ~127U;
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        uint8_t slots[134 * 4];
        ks_segment *segment;
        ks_error err = {0};
        bool found = true;
        uint32_t doc = 0;
        write_alike(*state);
        for (size_t at = 0; at < sizeof slots; at += 4) ks_put_u32(slots + at, tag | lies[i].numbers);
        replace_section(*state, KS_SECTION_ID_TABLE, slots, sizeof slots);
        assert_int_equal(ks_segment_open(&segment, *state, NUMBER, NULL), KS_OK);
        assert_int_equal(ks_segment_find(segment, absent, &found, &doc, &err), KS_ERR_CORRUPT);
        assert_non_null(strstr(err.message, lies[i].what));
        assert_false(found);
        ks_segment_close(segment);
        remove_segment(*state);
    }
}

/* Sections of random bytes in place of one: nothing but errors of damage, or answers. */
static void random_sections_are_survived(void **state) {
    uint64_t random = ks_test_seed(85);
    for (int round = 0; round < 400; round++) {
        unsigned section = (unsigned)ks_test_below(&random, KS_SECTION_ID_TABLE + 1);
        ks_segment *segment = NULL;
        size_t size;
        char *bytes;
        write_alike(*state);
        bytes = section_bytes(*state, section, &size);
        for (size_t changes = 1 + ks_test_below(&random, 4); changes > 0 && size > 0; changes--) {
            size_t near = ks_test_below(&random, 2) && size > 32 ? 32 : size;
            bytes[ks_test_below(&random, near)] = (char)ks_test_random(&random);
        }
        replace_section(*state, section, bytes, size);
        free(bytes);
        if (!ks_segment_open(&segment, *state, NUMBER, NULL)) {
            for (uint32_t doc = 0; doc < segment->documents; doc++) {
                uint32_t *sources = NULL, at;
                size_t count;
                bool found;
                ks_term id = {"id0050", 6};
                ks_status status = ks_segment_id(segment, doc, &id, NULL);
                assert_true(status == KS_OK || status == KS_ERR_CORRUPT);
                status = ks_segment_sources(segment, doc, &sources, &count, NULL);
                assert_true(status == KS_OK || status == KS_ERR_CORRUPT);
                free(sources);
                status = ks_segment_find(segment, id, &found, &at, NULL);
                assert_true(status == KS_OK || status == KS_ERR_CORRUPT);
            }
            ks_segment_close(segment);
        }
        remove_segment(*state);
    }
}

/* ---- Faults ---- */

struct attempt {
    const char *folder;
    struct documents documents;
};

static ks_status write_attempt(void *context, ks_error *err) {
    const struct attempt *attempt = context;
    ks_status status = write_segment(attempt->folder, &attempt->documents, err);
    if (!status) remove_segment(attempt->folder);
    return status;
}

static ks_status read_attempt(void *context, ks_error *err) {
    const struct attempt *attempt = context;
    ks_segment *segment;
    ks_status status = ks_segment_open(&segment, attempt->folder, NUMBER, err);
    uint32_t *sources = NULL;
    size_t count;
    if (status) return status;
    status = ks_segment_sources(segment, 0, &sources, &count, err);
    free(sources);
    ks_segment_close(segment);
    return status;
}

static void every_call_may_fail(void **state) {
    uint64_t random = 5;
    struct attempt attempt = {*state, make_documents(150, false, &random)};
    assert_true(each_io_fault(*state, write_attempt, &attempt, ENOSPC, KS_ERR_NO_SPACE) >= 4);
    assert_int_equal(write_segment(*state, &attempt.documents, NULL), KS_OK);
    assert_true(each_io_fault(*state, read_attempt, &attempt, EIO, KS_ERR_IO) >= 3);
    free(attempt.documents.items);
}

static void every_allocation_may_fail(void **state) {
    uint64_t random = 5;
    struct attempt attempt = {*state, make_documents(150, false, &random)};
    assert_true(each_allocation_fault(*state, write_attempt, &attempt) >= 20);
    assert_int_equal(write_segment(*state, &attempt.documents, NULL), KS_OK);
    assert_true(each_allocation_fault(*state, read_attempt, &attempt) >= 5);
    free(attempt.documents.items);
}

static void too_many_bytes_of_ids(void **state) {
    ks_segment_writer *writer;
    ks_segment_document document = {.id = {"x", UINT32_MAX}};
    ks_segment_document first = {.id = {"x", 1}};
    assert_int_equal(ks_segment_writer_open(&writer, *state, NUMBER, NULL), KS_OK);
    assert_int_equal(ks_segment_writer_document(writer, &first, "", 0, NULL), KS_OK);
    assert_int_equal(ks_segment_writer_document(writer, &document, "", 0, NULL), KS_ERR_TOO_LARGE);
    ks_segment_writer_free(writer);
    ks_segment_writer_free(NULL);
    ks_segment_close(NULL);
}

/* Terms are for so many documents as there are. */
static void documents_that_were_not_expected(void **state) {
    const ks_posting posting = {.doc = 0, .tf = 1, .length = 1, .positions = (const uint8_t *)""};
    for (uint32_t expected = 0; expected <= 2; expected++) {
        ks_segment_writer *writer;
        ks_segment_document document = {.id = {"x", 1}};
        char path[KS_TEST_PATH], name[KS_FILE_NAME];
        assert_int_equal(ks_segment_writer_open(&writer, *state, NUMBER, NULL), KS_OK);
        ks_segment_writer_set_documents(writer, expected);
        assert_int_equal(ks_segment_writer_term(writer, (ks_term){"t", 1}, &posting, 1, NULL), KS_OK);
        assert_int_equal(ks_segment_writer_document(writer, &document, "", 0, NULL), KS_OK);
        if (expected == 1) assert_int_equal(ks_segment_writer_end_documents(writer, NULL), KS_OK);
        assert_int_equal(ks_segment_writer_finish(writer, NULL), expected == 1 ? KS_OK : KS_ERR_ARGUMENT);
        ks_segment_writer_free(writer);
        ks_test_path(path, *state, ks_folder_name(name, KS_FILE_SEGMENT, NUMBER));
        assert_int_equal(access(path, F_OK) == 0, expected == 1);
        unlink(path);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ks_test_folder_setup, ks_test_folder_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(random_segments),
        TEST(columns_take_little),
        TEST(days_that_differ),
        TEST(extreme_values),
        TEST(sections_of_wrong_sizes),
        TEST(heads_that_lie),
        TEST(days_of_a_wrong_size),
        TEST(ids_outside_of_the_ids),
        TEST(offsets_of_ids_that_go_backwards),
        TEST(tables_that_lie),
        TEST(random_sections_are_survived),
        TEST(every_call_may_fail),
        TEST(every_allocation_may_fail),
        TEST(too_many_bytes_of_ids),
        TEST(documents_that_were_not_expected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
