/* The engine contract: describing what an index is made of, asking for a newer generation, checking, joining
 * segments. */
#include "tests/engines/contract.h"

enum { DOCUMENTS = 90 };

static void put_random(ks_writer *writer, int number, uint64_t *random) {
    char id[20];
    ks_document document;
    snprintf(id, sizeof id, "id%d", number);
    document = ks_test_random_document(&arena, id, random);
    OK(writer->ops->put(writer, &document, err));
}

/* Three commits, each of which also replaces some documents of the one before. */
static void make_index(void) {
    uint64_t random = 17;
    for (int commit = 0; commit < 3; commit++) {
        ks_writer *writer = write_index();
        for (int i = commit * 30 - (commit ? 3 : 0); i < commit * 30 + 30; i++)
            put_random(writer, i, &random);
        finish(writer);
    }
}

static ks_engine_info describe(void) {
    ks_engine_info info = {0};
    ks_reader *reader = read_index();
    OK(reader->ops->describe(reader, &info, err));
    close_reader(reader);
    return info;
}

static void check_sections(const ks_engine_info *info) {
    uint64_t bytes = 0;
    assert_true(info->section_count > 1 && info->section_count <= KS_ENGINE_SECTIONS);
    for (size_t i = 0; i < info->section_count; i++) {
        assert_non_null(info->sections[i].name);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(info->sections[i].name, info->sections[j].name);
        bytes += info->sections[i].bytes;
    }
    assert_int_equal(bytes, info->bytes);
}

static void describing(void **state) {
    bool has_segments = strcmp(engine->name, "native") == 0;
    ks_engine_info info;
    (void)state;
    make_index();
    info = describe();
    check_sections(&info);
    assert_int_equal(info.records, DOCUMENTS);
    assert_int_equal(info.segments, has_segments ? 3 : 1);
    assert_int_equal(info.deleted, has_segments ? 6 : 0);
}

static void describing_nothing(void **state) {
    ks_engine_info info;
    (void)state;
    finish(write_index());
    info = describe();
    check_sections(&info);
    assert_int_equal(info.records, 0);
    assert_int_equal(info.deleted, 0);
}

/* ---- A newer generation ---- */

static bool is_newer(ks_reader *reader) {
    bool newer = false;
    OK(reader->ops->newer(reader, &newer, err));
    return newer;
}

static void newer_generations(void **state) {
    ks_reader *reader, *other;
    ks_writer *writer;
    (void)state;
    make_index();
    reader = read_index();
    assert_false(is_newer(reader));
    writer = write_index();
    put(writer, &(ks_test_spec){.id = "x", .fields = {"word"}});
    assert_false(is_newer(reader)); /* nothing is committed yet */
    writer->ops->close(writer);
    assert_false(is_newer(reader)); /* nor will it be */
    writer = write_index();
    put(writer, &(ks_test_spec){.id = "x", .fields = {"word"}});
    finish(writer);
    assert_true(is_newer(reader));
    assert_true(is_newer(reader));
    other = read_index();
    assert_false(is_newer(other));
    assert_int_equal(records_of(other), DOCUMENTS + 1);
    close_reader(other);
    assert_int_equal(doc_of(reader, "x"), 0); /* asking has not moved it */
    close_reader(reader);
}

static void an_index_that_is_gone(void **state) {
    ks_engine_info info = {0};
    ks_reader *reader;
    bool newer = false;
    (void)state;
    make_index();
    reader = read_index();
    ks_test_folder_remove(place);
    assert_int_not_equal(reader->ops->newer(reader, &newer, NULL), KS_OK);
    assert_false(newer);
    OK(reader->ops->describe(reader, &info, err)); /* what was opened is there as before */
    assert_int_equal(info.records, DOCUMENTS);
    assert_int_equal(records_of(reader), DOCUMENTS);
    close_reader(reader);
}

static uint64_t commit_one(const char *id) {
    ks_writer *writer = write_index();
    put(writer, &(ks_test_spec){.id = id, .fields = {"word"}});
    finish(writer);
    return describe().generation;
}

/* Whoever keeps an index open must not go on with one that was removed because the new one has come as far.
 */
static void an_index_made_anew(void **state) {
    ks_reader *reader;
    (void)state;
    assert_int_equal(commit_one("old"), 1);
    reader = read_index();
    assert_false(is_newer(reader));
    ks_test_folder_remove(place);
    assert_int_equal(commit_one("new"), 1);
    assert_true(is_newer(reader));
    close_reader(reader);
    reader = read_index();
    assert_false(is_newer(reader));
    close_reader(reader);
}

/* ---- Checking ---- */

struct seen {
    size_t count;
    ks_status answer;
};

static ks_status see(void *context, const ks_checked_document *document, ks_error *err) {
    struct seen *seen = context;
    assert_true(document->id.size > 2 && memcmp(document->id.text, "id", 2) == 0);
    assert_true(document->stored.size > 4 && document->stored.text[0] == '{');
    seen->count++;
    return seen->answer ? ks_error_set(err, seen->answer, "seen enough") : KS_OK;
}

static void checking(void **state) {
    struct seen seen = {0};
    ks_checked checked = {0};
    ks_engine_info info;
    (void)state;
    make_index();
    info = describe();
    OK(engine->check(place, see, &seen, &checked, err));
    assert_int_equal(seen.count, DOCUMENTS);
    assert_int_equal(checked.generation, 3);
    assert_int_equal(checked.records, DOCUMENTS);
    assert_int_equal(checked.segments, info.segments);
    assert_int_equal(checked.terms, info.terms);
    assert_int_equal(checked.bytes, info.bytes);
    assert_true(checked.postings > checked.terms);
    OK(engine->check(place, NULL, NULL, &checked, err));
    seen = (struct seen){.answer = KS_ERR_FORMAT};
    FAILS(KS_ERR_FORMAT, engine->check(place, see, &seen, &checked, err));
    assert_int_equal(seen.count, 2); /* once with an error to fill, once without */
}

/* While a writer is at work, and also an index without a document. */
static void checking_beside_a_writer(void **state) {
    ks_checked checked = {0};
    ks_writer *writer;
    (void)state;
    finish(write_index());
    OK(engine->check(place, NULL, NULL, &checked, err));
    assert_int_equal(checked.records, 0);
    assert_int_equal(checked.postings, 0);
    writer = write_index();
    put(writer, &(ks_test_spec){.id = "x", .fields = {"word"}});
    OK(engine->check(place, NULL, NULL, &checked, err));
    assert_int_equal(checked.generation, 1);
    finish(writer);
    OK(engine->check(place, NULL, NULL, &checked, err));
    assert_int_equal(checked.generation, 2);
    assert_int_equal(checked.records, 1);
}

static void checking_no_index(void **state) {
    ks_checked checked;
    ks_writer *writer;
    (void)state;
    FAILS(KS_ERR_NO_INDEX, engine->check(place, NULL, NULL, &checked, err));
    writer = write_index(); /* one that is never committed */
    writer->ops->close(writer);
    FAILS(KS_ERR_NO_INDEX, engine->check(place, NULL, NULL, &checked, err));
}

/* ---- One segment ---- */

static void joining(void **state) {
    ks_writer *writer;
    ks_reader *before;
    ks_engine_info info;
    ks_checked checked;
    (void)state;
    make_index();
    before = read_index();
    writer = write_index();
    OK(writer->ops->optimize(writer, err));
    assert_int_equal(finish(writer), 4);
    info = describe();
    check_sections(&info);
    assert_int_equal(info.segments, 1);
    assert_int_equal(info.deleted, 0);
    assert_int_equal(info.records, DOCUMENTS);
    OK(engine->check(place, NULL, NULL, &checked, err));
    assert_int_equal(checked.records, DOCUMENTS);
    assert_true(is_newer(before));
    close_reader(before);
}

static const struct CMUnitTest tests[] = {
    IN_FOLDER(describing),
    IN_FOLDER(describing_nothing),
    IN_FOLDER(newer_generations),
    IN_FOLDER(an_index_that_is_gone),
    IN_FOLDER(an_index_made_anew),
    IN_FOLDER(checking),
    IN_FOLDER(checking_beside_a_writer),
    IN_FOLDER(checking_no_index),
    IN_FOLDER(joining),
};

RUN_FOR_EACH_ENGINE(tests)
