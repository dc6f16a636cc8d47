/* What of a segment is verified when: opening it reads next to nothing, and damage is told, with its section
 * and its place, by whatever would have used the damaged bytes, and by nothing else. */
#include "tests/native/searching.h"

#include "native/native.h"
#include "native/segment_writer.h"
#include "tests/support/sections.h"

#include <unistd.h>

/* Columns of two bytes a document take three chunks. */
enum { DOCUMENTS = 90000 };

/* One is so long that lengths take two bytes. */
static void put_number(ks_writer *writer, unsigned number) {
    char id[24], text[1300] = "all";
    ks_arena mine = {0};
    ks_test_spec spec = {.id = id, .order = (uint64_t)number << 20, .day = 20000101 + number % 28};
    ks_document document;
    snprintf(id, sizeof id, "%.*sd%u", (int)(number % 5), "abcde", number);
    if (number == 7) strcat(text, " seven");
    for (int i = 0; number == 3 && i < 300; i++) strcat(text, " all");
    spec.fields[KS_FIELD_BODY] = text;
    spec.sources[0] = number % 20000;
    spec.source_count = 1;
    document = ks_test_document(&mine, &spec);
    put(writer, &document);
    ks_arena_free(&mine);
}

/* Made once, and copied for each test, which damages it. */
static char model_place[KS_TEST_PATH], segment_name[64];
static char *model_bytes;
static size_t model_size;

static int make_model(void **state) {
    ks_writer *writer;
    if (ks_test_folder_setup(state)) return -1;
    ks_test_path(place, *state, "index");
    writer = write_leaf();
    for (unsigned number = 0; number < DOCUMENTS; number++) put_number(writer, number);
    finish_leaf(writer);
    open_view();
    snprintf(segment_name, sizeof segment_name, "%s", ks_mapped_name(view.leaves[0].segment->file));
    ks_view_close(&view);
    strcpy(model_place, place);
    char path[KS_TEST_PATH];
    model_bytes = ks_test_read(ks_test_path(path, model_place, segment_name), &model_size);
    return 0;
}

static int free_model(void **state) {
    free(model_bytes);
    return ks_test_folder_teardown(state);
}

/* Where a section stands in the file: found by its bytes. */
static size_t section_start(unsigned section, size_t *size) {
    ks_test_section sections[KS_TEST_SECTIONS];
    const unsigned char *table;
    size_t count = ks_test_sections(sections, (unsigned char *)model_bytes, model_size);
    table = (unsigned char *)model_bytes + sections[count - 2].offset;
    for (size_t i = 0; i + 3 < count; i++)
        if (ks_get_u32(table + i * 24) == section) {
            *size = sections[i].size;
            return sections[i].offset;
        }
    fail();
    return 0;
}

/* Writes the segment with one bit changed, at this byte of the section; the place in the file. */
static size_t damage(unsigned section, size_t at) {
    char path[KS_TEST_PATH];
    size_t size, start = section_start(section, &size);
    assert_true(at < size);
    unlink(ks_test_path(path, model_place, segment_name));
    model_bytes[start + at] ^= 4;
    ks_test_write(path, model_bytes, model_size);
    model_bytes[start + at] ^= 4;
    return start + at;
}

static void repair(void) {
    char path[KS_TEST_PATH];
    unlink(ks_test_path(path, model_place, segment_name));
    ks_test_write(path, model_bytes, model_size);
}

static int open_model(void **state) {
    (void)state;
    strcpy(place, model_place);
    repair();
    return 0;
}

static int close_model(void **state) {
    (void)state;
    ks_view_close(&view);
    ks_arena_free(&arena);
    return 0;
}

static const ks_segment *the_segment(void) {
    if (!view.count) open_view();
    return view.leaves[0].segment;
}

/* The error names the file, the section, and the chunk with the place. */
static void assert_told(const ks_error *err, size_t at, unsigned section) {
    char chunk[64];
    snprintf(chunk, sizeof chunk, "wrong checksum of a chunk at byte %zu ", at / KS_CHUNK * KS_CHUNK);
    assert_int_equal(err->code, KS_ERR_CORRUPT);
    if (!strstr(err->message, segment_name) || !strstr(err->message, chunk) ||
        !strstr(err->message, ks_segment_section_name(section)))
        fail_msg("%s: not \"%s\" of %s", err->message, chunk, ks_segment_section_name(section));
    assert_int_equal(err->position, at / KS_CHUNK * KS_CHUNK);
}

/* A place in the middle of a section, in a chunk that no other section has a part of. */
static size_t middle(unsigned section) {
    size_t size, start = section_start(section, &size);
    size_t chunk = (start + KS_CHUNK - 1) / KS_CHUNK * KS_CHUNK;
    assert_true(size >= 2 * KS_CHUNK && chunk + KS_CHUNK <= start + size);
    return chunk + KS_CHUNK / 2 - start;
}

/* ---- Columns ---- */

static void lengths_are_verified_one_by_one(void **state) {
    ks_error fault = {0};
    size_t at = middle(KS_SECTION_LENGTHS), file_at = damage(KS_SECTION_LENGTHS, at);
    const ks_segment *segment = the_segment();
    uint32_t bad = (uint32_t)((at - KS_COLUMN_HEAD) / segment->lengths.width);
    (void)state;
    assert_true(ks_segment_length(segment, 0) > 0);
    assert_true(ks_segment_length(segment, DOCUMENTS - 1) > 0);
    assert_int_equal(ks_segment_fault(segment, &fault), KS_OK);
    assert_int_equal(ks_segment_length(segment, bad), 0);
    assert_int_equal(ks_segment_fault(segment, &fault), KS_ERR_CORRUPT);
    assert_told(&fault, file_at, KS_SECTION_LENGTHS);
    assert_int_equal(ks_view_fault(&view, &fault), KS_ERR_CORRUPT);
    assert_int_equal(ks_column_verify(&segment->lengths, bad, 1, &fault), KS_ERR_CORRUPT);
    assert_told(&fault, file_at, KS_SECTION_LENGTHS);
    assert_int_equal(ks_column_verify(&segment->lengths, 0, 1, NULL), KS_OK);
    assert_int_equal(ks_segment_verify_columns(segment, &fault), KS_ERR_CORRUPT);
    assert_told(&fault, file_at, KS_SECTION_LENGTHS);
}

static void orders_are_not_looked_at_before(void **state) {
    ks_error fault = {0};
    size_t file_at = damage(KS_SECTION_ORDERS, middle(KS_SECTION_ORDERS));
    const ks_segment *segment = the_segment();
    ks_term id;
    size_t wrong = 0;
    (void)state;
    OK(ks_segment_id(segment, 9, &id, err));
    assert_int_equal(ks_segment_fault(segment, NULL), KS_OK);
    assert_int_equal(ks_segment_verify_columns(segment, &fault), KS_ERR_CORRUPT);
    assert_told(&fault, file_at, KS_SECTION_ORDERS);
    for (uint32_t doc = 0; doc < DOCUMENTS; doc++)
        wrong += ks_segment_order(segment, doc) != (uint64_t)(DOCUMENTS - 1 - doc) << 20;
    assert_true(wrong > 0);
    assert_int_equal(ks_segment_fault(segment, &fault), KS_ERR_CORRUPT);
    assert_told(&fault, file_at, KS_SECTION_ORDERS);
}

static void days_belong_to_the_orders(void **state) {
    ks_error fault = {0};
    size_t file_at = damage(KS_SECTION_DAYS, 20);
    const ks_segment *segment = the_segment();
    (void)state;
    assert_true(ks_segment_length(segment, 5) > 0);
    assert_int_equal(ks_segment_fault(segment, NULL), KS_OK);
    assert_int_equal(ks_segment_day(segment, 5), 0);
    assert_int_equal(ks_segment_order(segment, 5), 0);
    assert_int_equal(ks_segment_fault(segment, &fault), KS_ERR_CORRUPT);
    assert_told(&fault, file_at, KS_SECTION_DAYS);
}

static void ids_are_read_where_they_stand(void **state) {
    ks_error fault = {0};
    size_t at = middle(KS_SECTION_IDS), file_at = damage(KS_SECTION_IDS, at), good = 0, bad = 0;
    const ks_segment *segment = the_segment();
    (void)state;
    for (uint32_t doc = 0; doc < DOCUMENTS; doc += 97) {
        ks_term id = {"untouched", 9};
        ks_status status;
        ks_segment_prefetch_id_offset(segment, doc); /* hints that do not mind damage */
        ks_segment_prefetch_id(segment, doc);
        status = ks_segment_id(segment, doc, &id, &fault);
        good += status == KS_OK;
        bad += status == KS_ERR_CORRUPT;
        if (!status) {
            char expected[24];
            unsigned number = DOCUMENTS - 1 - doc;
            snprintf(expected, sizeof expected, "%.*sd%u", (int)(number % 5), "abcde", number);
            assert_int_equal(id.size, strlen(expected));
            assert_memory_equal(id.text, expected, id.size);
        } else {
            assert_string_equal(id.text, "untouched");
            assert_told(&fault, file_at, KS_SECTION_IDS);
        }
    }
    assert_true(good > bad && bad > 0);
    assert_int_equal(ks_segment_fault(segment, NULL), KS_OK); /* whoever asked has been told */
}

static void records_are_read_block_by_block(void **state) {
    ks_error fault = {0};
    size_t file_at = damage(KS_SECTION_STORE, middle(KS_SECTION_STORE)), good = 0, bad = 0;
    const ks_segment *segment = the_segment();
    (void)state;
    for (uint32_t doc = 0; doc < DOCUMENTS; doc += 501) {
        ks_buffer record = {0};
        ks_store_block block = {0};
        ks_status status = ks_segment_record(segment, doc, &record, &fault);
        assert_int_equal(ks_segment_find_block(segment, doc, &block, NULL), status);
        good += status == KS_OK;
        bad += status == KS_ERR_CORRUPT;
        if (status)
            assert_told(&fault, file_at, KS_SECTION_STORE);
        else
            assert_true(record.size > 2 && doc >= block.first && doc < block.next);
        ks_buffer_free(&record);
    }
    assert_true(good > 0 && bad > 0);
    OK(ks_segment_verify_columns(segment, err)); /* records are no column */
}

static void sources_are_read_where_they_stand(void **state) {
    ks_error fault = {0};
    size_t size, good = 0, bad = 0, file_at;
    const ks_segment *segment;
    (void)state;
    section_start(KS_SECTION_SOURCES, &size);
    file_at = damage(KS_SECTION_SOURCES, size - KS_CHUNK - 100); /* in the column */
    segment = the_segment();
    for (uint32_t doc = 0; doc < DOCUMENTS; doc += 97) {
        uint32_t *sources = NULL, list;
        size_t count = 0;
        ks_status status = ks_segment_sources(segment, doc, &sources, &count, &fault);
        assert_int_equal(ks_segment_source_list(segment, doc, &list, NULL), status);
        good += status == KS_OK;
        bad += status == KS_ERR_CORRUPT;
        if (status)
            assert_told(&fault, file_at, KS_SECTION_SOURCES);
        else
            assert_true(count == 1 && sources[0] == (DOCUMENTS - 1 - doc) % 20000);
        free(sources);
    }
    assert_true(good > 0 && bad > 0);
    assert_int_equal(ks_segment_verify_columns(segment, &fault), KS_ERR_CORRUPT);
    assert_told(&fault, file_at, KS_SECTION_SOURCES);
}

/* ---- Whoever uses them ---- */

static ks_plan_score score_of(const char *word) {
    return (ks_plan_score){ks_test_term(word), KS_FIELD_ANY, 1};
}

static ks_status search_for(ks_reader *reader, const char *word, ks_sort sort, uint64_t *total,
                            ks_error *err) {
    ks_plan_score score = score_of(word);
    ks_plan plan = plan_of(term_of(word));
    ks_topk topk = {0};
    ks_status status;
    plan.sort = sort;
    plan.limit = 10;
    plan.scores = &score;
    plan.score_count = sort == KS_SORT_SCORE;
    status = reader->ops->search(reader, &plan, &topk, err);
    *total = topk.total;
    ks_topk_free(&topk);
    return status;
}

/* A search tells of the damage that it met, and answers where it met none. */
static void searches_that_meet_damage(void **state) {
    ks_error fault = {0};
    ks_reader *reader;
    uint64_t total = 0, length = 0;
    ks_docid doc = 0;
    size_t at = middle(KS_SECTION_LENGTHS), file_at = damage(KS_SECTION_LENGTHS, at);
    (void)state;
    OK(ks_native_open_reader(&reader, place, err));
    OK(search_for(reader, "seven", KS_SORT_SCORE, &total, err));
    assert_int_equal(total, 1);
    OK(reader->ops->find(reader, ks_test_term("abd7"), &doc, err));
    OK(reader->ops->length(reader, doc, &length, err));
    assert_true(length > 0);
    total = 4711;
    assert_int_equal(search_for(reader, "all", KS_SORT_SCORE, &total, &fault), KS_ERR_CORRUPT);
    assert_told(&fault, file_at, KS_SECTION_LENGTHS);
    assert_int_equal(total, 0);
    assert_int_equal(reader->ops->length(reader, at / 2 + 1, &length, &fault), KS_ERR_CORRUPT);
    assert_told(&fault, file_at, KS_SECTION_LENGTHS);
    reader->ops->close(reader);
}

static void deletions_that_meet_damage(void **state) {
    ks_error fault = {0};
    size_t at = middle(KS_SECTION_LENGTHS), file_at = damage(KS_SECTION_LENGTHS, at);
    uint32_t bad = (uint32_t)(at - KS_COLUMN_HEAD);
    ks_leaf *leaf;
    (void)state;
    leaf = (open_view(), &view.leaves[0]);
    bad /= leaf->segment->lengths.width;
    OK(ks_leaf_delete(leaf, 0, err));
    assert_int_equal(ks_leaf_delete(leaf, bad, &fault), KS_ERR_CORRUPT);
    assert_told(&fault, file_at, KS_SECTION_LENGTHS);
    assert_int_equal(leaf->deleted_count, 1);
    assert_false(ks_leaf_is_deleted(leaf, bad));
}

/* Merging and checking read everything: nothing damaged comes into a new segment. */
static void merges_and_checks_meet_all_damage(void **state) {
    static const unsigned sections[] = {KS_SECTION_LENGTHS, KS_SECTION_ORDERS, KS_SECTION_IDS,
                                        KS_SECTION_ID_TABLE, KS_SECTION_HASHES};
    (void)state;
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        size_t file_at = damage(sections[i], middle(sections[i]));
        ks_error fault = {0};
        ks_checked checked;
        ks_writer *writer;
        ks_document document;
        ks_test_spec spec = {.id = "new", .fields = {"word"}};
        ks_status status;
        assert_int_equal(ks_native_check(place, NULL, NULL, &checked, &fault), KS_ERR_CORRUPT);
        assert_told(&fault, file_at, sections[i]);
        if (sections[i] == KS_SECTION_ID_TABLE) continue; /* merging makes a new one */
        fault = (ks_error){0};
        writer = write_leaf();
        document = ks_test_document(&arena, &spec);
        status = writer->ops->put(writer, &document, &fault);
        if (!status) status = writer->ops->optimize(writer, &fault);
        assert_int_equal(status, KS_ERR_CORRUPT);
        assert_told(&fault, file_at, sections[i]);
        writer->ops->close(writer);
    }
}

/* Every answer of a reader whose columns were never verified as wholes is that of one whose were. */
static void parts_give_the_same_as_the_whole(void **state) {
    const ks_segment *segment = the_segment();
    ks_view other = {0};
    uint64_t random = ks_test_seed(71);
    (void)state;
    OK(ks_view_open(&other, place, err));
    OK(ks_segment_verify_columns(other.leaves[0].segment, err));
    assert_true(*other.leaves[0].segment->lengths.verified);
    assert_false(*segment->lengths.verified);
    for (int i = 0; i < 3000; i++) {
        uint32_t doc = (uint32_t)ks_test_below(&random, DOCUMENTS), begin, end, other_begin, other_end;
        const ks_segment *whole = other.leaves[0].segment;
        assert_int_equal(ks_segment_length(segment, doc), ks_segment_length(whole, doc));
        assert_int_equal(ks_segment_day(segment, doc), ks_segment_day(whole, doc));
        assert_true(ks_segment_order(segment, doc) == ks_segment_order(whole, doc));
        ks_segment_days(segment, 1, doc, &begin, &end);
        ks_segment_days(whole, 1, doc, &other_begin, &other_end);
        assert_int_equal(begin, other_begin);
        assert_int_equal(end, other_end);
    }
    assert_int_equal(ks_view_fault(&view, NULL), KS_OK);
    ks_view_close(&other);
}

#define ON_MODEL(test) cmocka_unit_test_setup_teardown(test, open_model, close_model)

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_MODEL(lengths_are_verified_one_by_one),   ON_MODEL(orders_are_not_looked_at_before),
        ON_MODEL(days_belong_to_the_orders),         ON_MODEL(ids_are_read_where_they_stand),
        ON_MODEL(records_are_read_block_by_block),   ON_MODEL(sources_are_read_where_they_stand),
        ON_MODEL(searches_that_meet_damage),         ON_MODEL(deletions_that_meet_damage),
        ON_MODEL(merges_and_checks_meet_all_damage), ON_MODEL(parts_give_the_same_as_the_whole),
    };
    return cmocka_run_group_tests(tests, make_model, free_model);
}
