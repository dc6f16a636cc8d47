/* Checking an index: one that is right passes, and each kind of fault in what is written is found and named.
 * Faulty indexes are written by the writers themselves, from a model in which one thing is made wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/check.h"
#include "native/folder.h"
#include "native/manifest.h"
#include "native/native.h"
#include "native/segment_writer.h"
#include "tests/native/faults.h"
#include "tests/support/sections.h"
#include "tests/support/tempdir.h"

#include <stdio.h>
#include <unistd.h>

enum { DOCUMENTS = 300, TERMS = 4, EVERY_THIRD = DOCUMENTS / 3 };

/* ---- The model: terms in the order of bytes ---- */

enum { TAG, SOURCE, NET, WORD };

struct model_document {
    char id[16];
    uint64_t order;
    uint32_t day, length, sources[2];
    size_t source_count;
    const char *record;
};

struct model_term {
    const char *text;
    ks_posting postings[DOCUMENTS];
    uint8_t positions[DOCUMENTS][8];
    size_t count;
};

static struct model {
    struct model_document documents[DOCUMENTS];
    struct model_term terms[TERMS];
} model;

static const char *folder;

static int set_up(void **state) {
    if (ks_test_folder_setup(state)) return -1;
    folder = *state;
    return 0;
}

static void add_posting(int term, uint32_t doc, uint32_t tf, uint8_t mask, const uint8_t *bytes,
                        uint32_t size) {
    struct model_term *to = &model.terms[term];
    if (size) memcpy(to->positions[to->count], bytes, size);
    to->postings[to->count] = (ks_posting){.doc = doc,
                                           .tf = tf,
                                           .length = 0,
                                           .mask = mask,
                                           .positions = to->positions[to->count],
                                           .positions_size = size};
    to->count++;
}

/* "word" stands in every summary, once or twice, "net" in every third title and claim, a tag in every third.
 */
static void add_terms_of(uint32_t doc) {
    static const uint8_t once[] = {7}, twice[] = {0, 4}, in_two_fields[] = {1, 3, 2, 0, 9};
    add_posting(SOURCE, doc, 1, 0, NULL, 0);
    if (doc % 2)
        add_posting(WORD, doc, 1, 1 << KS_FIELD_SUMMARY, once, sizeof once);
    else
        add_posting(WORD, doc, 2, 1 << KS_FIELD_SUMMARY, twice, sizeof twice);
    if (doc % 3) return;
    add_posting(TAG, doc, 3, 0, NULL, 0);
    add_posting(NET, doc, 4 + 2 * 2, 1 << KS_FIELD_TITLE | 1 << KS_FIELD_CLAIMS, in_two_fields,
                sizeof in_two_fields);
}

static void make_model(void) {
    memset(&model, 0, sizeof model);
    for (int i = 0; i < TERMS; i++)
        model.terms[i].text = (const char *const[]){"Kdeep-net", "XO7", "net", "word"}[i];
    for (uint32_t doc = 0; doc < DOCUMENTS; doc++) {
        struct model_document *to = &model.documents[doc];
        snprintf(to->id, sizeof to->id, "id%04u", doc);
        to->order = 1000 - doc / 2;
        to->day = doc % 5 ? 20240229 : 0;
        to->sources[0] = 7;
        to->source_count = 1;
        to->length = (doc % 2 ? 1U : 2U) + (doc % 3 ? 0 : 3 + 8);
        to->record = "{}";
        add_terms_of(doc);
    }
    for (int i = 0; i < TERMS; i++)
        for (size_t j = 0; j < model.terms[i].count; j++)
            model.terms[i].postings[j].length = model.documents[model.terms[i].postings[j].doc].length;
}

static void write_documents(ks_segment_writer *writer) {
    for (uint32_t doc = 0; doc < DOCUMENTS; doc++) {
        const struct model_document *from = &model.documents[doc];
        ks_segment_document document = {.id = {from->id, (uint32_t)strlen(from->id)},
                                        .order = from->order,
                                        .day = from->day,
                                        .length = from->length,
                                        .sources = from->sources,
                                        .source_count = from->source_count};
        assert_int_equal(
            ks_segment_writer_document(writer, &document, from->record, strlen(from->record), NULL), KS_OK);
    }
}

/* False, and nothing is left, where the writers refuse to write such lists. */
static bool try_segment(uint64_t number) {
    ks_segment_writer *writer = NULL;
    ks_status status = KS_OK;
    assert_int_equal(ks_segment_writer_open(&writer, folder, number, NULL), KS_OK);
    write_documents(writer);
    ks_segment_writer_set_documents(writer, DOCUMENTS);
    for (int i = 0; i < TERMS && !status; i++) {
        const struct model_term *term = &model.terms[i];
        if (term->count)
            status = ks_segment_writer_term(writer, (ks_term){term->text, (uint32_t)strlen(term->text)},
                                            term->postings, term->count, NULL);
    }
    if (!status) status = ks_segment_writer_finish(writer, NULL);
    ks_segment_writer_free(writer);
    if (status) assert_int_equal(status, KS_ERR_ARGUMENT);
    return status == KS_OK;
}

static void write_segment(uint64_t number) {
    assert_true(try_segment(number));
}

static void write_manifest(const ks_manifest_segment *segments, size_t count, uint64_t generation) {
    ks_manifest manifest;
    ks_manifest_init(&manifest);
    manifest.generation = generation;
    manifest.next_number = 100;
    assert_int_equal(ks_manifest_set_segments(&manifest, segments, count, NULL), KS_OK);
    assert_int_equal(ks_manifest_store(&manifest, folder, NULL), KS_OK);
    ks_manifest_free(&manifest);
}

static bool try_index(void) {
    if (!try_segment(1)) return false;
    write_manifest(&(ks_manifest_segment){.number = 1, .documents = DOCUMENTS}, 1, 1);
    return true;
}

static void write_index(void) {
    assert_true(try_index());
}

/* ---- What a check says ---- */

static ks_error said;

static ks_status check(void) {
    ks_checked checked;
    ks_status status = ks_native_check(folder, NULL, NULL, &checked, &said);
    if (!status) {
        assert_int_equal(checked.terms, TERMS);
        assert_int_equal(checked.records, DOCUMENTS);
    } else {
        assert_int_equal(said.code, status);
        assert_int_equal(ks_native_check(folder, NULL, NULL, &checked, NULL), status); /* no error wanted */
    }
    return status;
}

/* The index is damaged, and the message has all of these. */
static void is_damaged(const char *file, const char *what, const char *term) {
    char named[64];
    ks_status status = check();
    if (status != KS_ERR_CORRUPT) fail_msg("%s: status %d, %s", what, (int)status, said.message);
    snprintf(named, sizeof named, "at the term \"%s\"", term ? term : "");
    if (!strstr(said.message, file) || !strstr(said.message, what) ||
        (strstr(said.message, named) != NULL) != (term != NULL))
        fail_msg("wanted: %s … %s … %s, got: %s", file, what, term ? named : "no term", said.message);
}

static void test_a_right_index(void **state) {
    ks_checked checked = {0};
    (void)state;
    make_model();
    write_index();
    assert_int_equal(ks_native_check(folder, NULL, NULL, &checked, NULL), KS_OK);
    assert_int_equal(checked.generation, 1);
    assert_int_equal(checked.records, DOCUMENTS);
    assert_int_equal(checked.segments, 1);
    assert_int_equal(checked.terms, TERMS);
    assert_int_equal(checked.postings, 2 * DOCUMENTS + 2 * EVERY_THIRD);
    assert_true(checked.bytes > 1000);
}

static void test_no_index(void **state) {
    ks_checked checked;
    (void)state;
    assert_int_equal(ks_native_check(folder, NULL, NULL, &checked, &said), KS_ERR_NO_INDEX);
}

/* ---- One thing wrong in the model ---- */

static void order_up(void) {
    model.documents[5].order++; /* more than the pair before it has */
    model.documents[5].order++;
}
static void ids_swapped(void) {
    strcpy(model.documents[10].id, "id0011");
    strcpy(model.documents[11].id, "id0010");
}
static void id_twice(void) {
    strcpy(model.documents[201].id, model.documents[12].id);
}
static void id_empty(void) {
    model.documents[10].id[0] = '\0';
}
static void day_of_no_month(void) {
    model.documents[3].day = 20241301;
}
static void day_of_no_leap_year(void) {
    model.documents[3].day = 19000229;
}
static void day_too_late(void) {
    model.documents[3].day = 20240431;
}
static void day_zero(void) {
    model.documents[3].day = 20240100;
}
static void length_off(void) {
    model.documents[4].length++;
    model.terms[WORD].postings[4].length++;
}
static void length_of_tag_missing(void) {
    model.terms[TAG].count = 0;
}
static void sources_descend(void) {
    model.documents[8].sources[0] = 8;
    model.documents[8].sources[1] = 7;
    model.documents[8].source_count = 2;
}
static void source_without_posting(void) {
    model.documents[8].sources[1] = 9;
    model.documents[8].source_count = 2;
}
static void posting_without_source(void) {
    model.documents[8].source_count = 0;
}
static void record_empty(void) {
    model.documents[77].record = "";
}
static void frequency_off(void) {
    model.terms[NET].postings[1].tf++;
    model.documents[3].length++;
}
static void positions_of_others(void) {
    model.terms[WORD].postings[20].tf++;
    model.documents[20].length++;
}
static void field_missing(void) {
    model.terms[NET].postings[1].mask = 1 << KS_FIELD_TITLE;
}
static void field_without_positions(void) {
    static const uint8_t bytes[] = {2, 3, 1, 0};
    model.terms[NET].postings[2].positions = bytes;
    model.terms[NET].postings[2].positions_size = sizeof bytes;
}
static void field_unknown(void) {
    for (size_t i = 0; i < model.terms[TAG].count; i++) model.terms[TAG].postings[i].mask = 1 << 6;
}
static void positions_cut(void) {
    model.terms[NET].postings[model.terms[NET].count - 1].positions_size--;
}
static void bound_of_block_too_low(void) {
    for (size_t i = 128; i < 256; i++) model.terms[WORD].postings[i].length += 50;
}
static void bound_of_list_too_low(void) {
    for (size_t i = 0; i < model.terms[TAG].count; i++) model.terms[TAG].postings[i].length += 50;
}

static void test_faults_of_the_model(void **state) {
    static const struct {
        void (*make)(void);
        const char *section, *what, *term;
    } faults[] = {
        {order_up, "section orders, ", "the documents are not in their order", NULL},
        {ids_swapped, "section orders, ", "the documents are not in their order", NULL},
        {id_twice, "section ", "", NULL},
        {id_empty, "section ", "", NULL},
        {day_of_no_month, "section days, offset 3", "a day that no calendar has", NULL},
        {day_of_no_leap_year, "section days, offset 3", "a day that no calendar has", NULL},
        {day_too_late, "section days, offset 3", "a day that no calendar has", NULL},
        {day_zero, "section days, offset 3", "a day that no calendar has", NULL},
        {length_off, "section lengths, offset 4", "a length that the terms do not add up to", NULL},
        {length_of_tag_missing, "section lengths, offset 0", "do not add up to", NULL},
        {sources_descend, "section sources, offset 8", "sources that do not ascend", NULL},
        {source_without_posting, "section sources, ", "sources that no posting list has", NULL},
        {posting_without_source, "section postings, ", "a source that the document does not have", "XO7"},
        {record_empty, "section store, offset 77", "an empty record", NULL},
        {frequency_off, "section postings, ", "a frequency that the positions do not add up to", "net"},
        {positions_of_others, "section postings, ", "positions", "word"},
        {field_missing, "section postings, ", "", "net"},
        {field_without_positions, "section postings, ", "a field without positions", "net"},
        {field_unknown, "section postings, ", "a field that there is not", "Kdeep-net"},
        {positions_cut, "section postings, ", "positions make no sense", "net"},
        {bound_of_block_too_low, "section postings, ", "the bound of a block does not bound", "word"},
        {bound_of_list_too_low, "section postings, ", "the bound of the list does not bound", "Kdeep-net"},
    };
    size_t written = 0;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        char file[KS_TEST_PATH];
        make_model();
        faults[i].make();
        if (!try_index()) continue;
        written++;
        is_damaged("/seg-0000000000000001.ks", faults[i].what, faults[i].term);
        if (!strstr(said.message, faults[i].section))
            fail_msg("wanted %s, got %s", faults[i].section, said.message);
        assert_int_equal(unlink(ks_test_path(file, folder, "seg-0000000000000001.ks")), 0);
    }
    assert_true(written >= 15); /* the others are faults that cannot even be written */
    (void)state;
}

/* ---- Segments that do not go together ---- */

static void test_a_document_in_two_segments(void **state) {
    const ks_manifest_segment two[] = {{.number = 1, .documents = DOCUMENTS},
                                       {.number = 2, .documents = DOCUMENTS}};
    (void)state;
    make_model();
    write_segment(1);
    write_segment(2);
    write_manifest(two, 2, 1);
    is_damaged("/seg-0000000000000002.ks", "section ids, offset 0: a document that another segment has too",
               NULL);
}

static void test_a_file_of_two_segments(void **state) {
    const ks_manifest_segment two[] = {{.number = 1, .documents = DOCUMENTS},
                                       {.number = 1, .documents = DOCUMENTS}};
    (void)state;
    make_model();
    write_segment(1);
    write_manifest(two, 2, 1);
    is_damaged("/manifest", "two segments share a file", NULL);
}

static void test_generation_zero(void **state) {
    (void)state;
    make_model();
    write_segment(1);
    write_manifest(&(ks_manifest_segment){.number = 1, .documents = DOCUMENTS}, 1, 0);
    is_damaged("/manifest", "the generation is 0", NULL);
}

static void test_a_key_twice(void **state) {
    ks_manifest_value values[] = {{{"k", 1}, {"a", 1}}, {{"k", 1}, {"b", 1}}};
    ks_manifest manifest;
    (void)state;
    ks_manifest_init(&manifest);
    manifest.generation = 1;
    manifest.values = values;
    manifest.value_count = 2;
    assert_int_equal(ks_manifest_store(&manifest, folder, NULL), KS_OK);
    is_damaged("/manifest", "two values have the same key", NULL);
}

static void write_deletions(const uint8_t *bits, size_t size, uint64_t number) {
    ks_file_writer *file = NULL;
    char name[KS_FILE_NAME];
    assert_int_equal(ks_file_writer_open(&file, folder, ks_folder_name(name, KS_FILE_DELETED, number), NULL),
                     KS_OK);
    assert_int_equal(ks_file_writer_section(file, 0, NULL), KS_OK);
    assert_int_equal(ks_file_writer_add(file, bits, size, NULL), KS_OK);
    assert_int_equal(ks_file_writer_finish(file, NULL, NULL), KS_OK);
    ks_file_writer_free(file);
}

static void test_deletions(void **state) {
    uint8_t bits[(DOCUMENTS + 7) / 8] = {1, 2}, fewer[(DOCUMENTS + 7) / 8] = {1};
    ks_manifest_segment segment = {.number = 1, .documents = DOCUMENTS, .deletions_number = 5, .deleted = 2};
    ks_checked checked = {0};
    (void)state;
    make_model();
    write_segment(1);
    write_deletions(bits, sizeof bits, 5);
    write_manifest(&segment, 1, 1);
    assert_int_equal(ks_native_check(folder, NULL, NULL, &checked, NULL), KS_OK);
    assert_int_equal(checked.records, DOCUMENTS - 2);
    write_deletions(fewer, sizeof fewer, 6);
    segment.deletions_number = 6;
    write_manifest(&segment, 1, 2);
    is_damaged("/del-0000000000000006.ks", "a wrong number of deletions", NULL);
    bits[sizeof bits - 1] = 0x80; /* of a document behind the last */
    write_deletions(bits, sizeof bits, 7);
    segment.deletions_number = 7;
    write_manifest(&segment, 1, 3);
    is_damaged("seg-0000000000000001.ks", "deletions of documents that are not there", NULL);
}

/* ---- Bytes changed, and the checksums made right ---- */

/* Changes a byte of the file, and repairs its checksums. */
static void poke(const char *name, size_t at, uint8_t change) {
    char path[KS_TEST_PATH];
    size_t size;
    unsigned char *bytes = (unsigned char *)ks_test_read(ks_test_path(path, folder, name), &size);
    assert_true(at < size);
    bytes[at] ^= change;
    assert_true(ks_test_repair(bytes, size));
    ks_test_write(path, bytes, size);
    free(bytes);
}

/* Where the section stands in the file: by the table at its end, see file_writer.h. */
static size_t offset_of(unsigned section) {
    char path[KS_TEST_PATH];
    size_t size, offset = 0;
    char *bytes = ks_test_read(ks_test_path(path, folder, "seg-0000000000000001.ks"), &size);
    const char *tail = bytes + size - 32, *entry = tail - (size_t)ks_get_u32(tail) * 24;
    for (; entry < tail; entry += 24)
        if (ks_get_u32(entry) == section) offset = (size_t)ks_get_u64(entry + 8);
    free(bytes);
    assert_true(offset > 0);
    return offset;
}

static void test_a_wrong_sum_of_lengths(void **state) {
    (void)state;
    make_model();
    write_index();
    poke("seg-0000000000000001.ks", offset_of(KS_SECTION_META) + 8, 1);
    is_damaged("section meta, ", "a wrong sum of lengths", NULL);
}

static void test_terms_out_of_order(void **state) {
    (void)state;
    make_model();
    write_index();
    poke("seg-0000000000000001.ks", offset_of(KS_SECTION_TERMS) + 1, 'K' ^ 'z');
    assert_int_equal(check(), KS_ERR_CORRUPT);
    assert_non_null(strstr(said.message, "section terms, "));
}

static void test_bytes_between_sections(void **state) {
    (void)state;
    make_model();
    write_index();
    poke("seg-0000000000000001.ks", KS_FILE_MAGIC_SIZE + 3, 1);
    is_damaged("seg-0000000000000001.ks", "bytes that no section has at byte 11", NULL);
}

/* A checksum that is wrong names the chunk, and the sections in it. */
static void test_a_wrong_checksum(void **state) {
    char path[KS_TEST_PATH], what[100], *bytes;
    size_t size, at;
    (void)state;
    make_model();
    write_index();
    at = offset_of(KS_SECTION_POSTINGS);
    bytes = ks_test_read(ks_test_path(path, folder, "seg-0000000000000001.ks"), &size);
    bytes[at] ^= 1;
    ks_test_write(path, bytes, size);
    free(bytes);
    snprintf(what, sizeof what, "wrong checksum of a chunk at byte %zu (section id_table to positions)",
             at / KS_CHUNK * KS_CHUNK);
    is_damaged("seg-0000000000000001.ks", what, NULL);
}

/* ---- What a visitor sees, and memory that runs out ---- */

static ks_status count_documents(void *context, const ks_checked_document *document, ks_error *err) {
    (void)err;
    assert_true(document->has_content);
    assert_string_equal(document->stored.text, "{}");
    assert_memory_equal(document->id.text, model.documents[*(size_t *)context].id, document->id.size);
    assert_int_equal(document->order, model.documents[*(size_t *)context].order);
    assert_int_equal(document->day, model.documents[*(size_t *)context].day);
    ++*(size_t *)context;
    return KS_OK;
}

static ks_status refuse(void *context, const ks_checked_document *document, ks_error *err) {
    (void)document;
    return ++*(size_t *)context < 3 ? KS_OK : ks_error_set(err, KS_ERR_FORMAT, "refused");
}

static void test_visitors(void **state) {
    size_t seen = 0;
    ks_checked checked;
    (void)state;
    make_model();
    write_index();
    assert_int_equal(ks_native_check(folder, count_documents, &seen, &checked, NULL), KS_OK);
    assert_int_equal(seen, DOCUMENTS);
    seen = 0;
    assert_int_equal(ks_native_check(folder, refuse, &seen, &checked, &said), KS_ERR_FORMAT);
    assert_int_equal(seen, 3);
    assert_string_equal(said.message, "refused");
}

static ks_status check_it(void *context, ks_error *err) {
    ks_checked checked;
    (void)context;
    return ks_native_check(folder, NULL, NULL, &checked, err);
}

static void test_no_memory(void **state) {
    (void)state;
    make_model();
    write_index();
    assert_true(each_allocation_fault(folder, check_it, NULL) > 10);
}

/* A term that no terminal should see, and one too long for the message. */
static void test_terms_in_messages(void **state) {
    static char longest[256];
    (void)state;
    make_model();
    model.terms[WORD].text = "wo\x1B[1m";
    bound_of_block_too_low();
    write_index();
    is_damaged("seg-", "", "wo\\x1B[1m");
    assert_int_equal(unlink(ks_test_path((char[KS_TEST_PATH]){0}, folder, "seg-0000000000000001.ks")), 0);
    memset(longest, 'x', 255);
    model.terms[WORD].text = longest;
    write_index();
    assert_int_equal(check(), KS_ERR_CORRUPT);
    assert_true(strlen(said.message) < sizeof said.message);
    assert_non_null(strstr(said.message, "at the term \"xxxx"));
    assert_int_equal(said.message[strlen(said.message) - 1], '"');
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, ks_test_folder_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_a_right_index),
        IN_FOLDER(test_no_index),
        IN_FOLDER(test_faults_of_the_model),
        IN_FOLDER(test_a_document_in_two_segments),
        IN_FOLDER(test_a_file_of_two_segments),
        IN_FOLDER(test_generation_zero),
        IN_FOLDER(test_a_key_twice),
        IN_FOLDER(test_deletions),
        IN_FOLDER(test_a_wrong_sum_of_lengths),
        IN_FOLDER(test_terms_out_of_order),
        IN_FOLDER(test_bytes_between_sections),
        IN_FOLDER(test_a_wrong_checksum),
        IN_FOLDER(test_visitors),
        IN_FOLDER(test_no_memory),
        IN_FOLDER(test_terms_in_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
