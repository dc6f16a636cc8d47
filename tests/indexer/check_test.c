/* Checking and optimizing through the public calls: good indexes pass, records that are not what they were
 * are found, and an index that passes answers as it should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "corpus/record.h"
#include "engine/engine.h"
#include "indexer/document.h"
#include "tests/support/allocation.h"
#include "tests/support/io_faults.h"
#include "tests/support/kept_folder.h"
#include "tests/support/random.h"
#include "tests/support/sections.h"
#include "tests/support/soak.h"
#include "tests/support/tempdir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char place[KS_TEST_PATH], source[KS_TEST_PATH];
static const char *engine_name; /* the one under test */

static int set_up(void **state) {
    if (ks_test_folder_setup(state)) return -1;
    ks_test_path(place, *state, "index");
    ks_test_path(source, *state, "more.jsonl");
    return 0;
}

static void sync_with(const char *path) {
    ks_sync_options options;
    ks_sync_report *report = NULL;
    ks_error error = {0};
    ks_sync_options_init(&options);
    options.engine = engine_name;
    if (ks_sync(&report, place, &path, 1, &options, &error)) fail_msg("%s", error.message);
    assert_int_equal(report->reject_count, 0);
    ks_sync_report_free(report);
}

/* Ten records, of which the first says this. */
static void write_source(const char *first) {
    ks_buffer text = {0};
    ks_buffer_format(&text, "{\"id\":\"second\",\"summary\":\"%s\",\"date\":\"2016-02-29\"}\n", first);
    ks_buffer_str(&text, "{\"id\":\"new\",\"title\":\"A new one\",\"tags\":[\"policy-gradients\"]}\n");
    for (int i = 0; i < 8; i++)
        ks_buffer_format(&text, "{\"id\":\"more%d\",\"body\":\"gradients and %d more\"}\n", i, i);
    assert_false(text.failed);
    ks_test_write(source, text.data, text.size);
    ks_buffer_free(&text);
}

/* The sample, and then other records, in two states, so that there are segments and deletions. */
static void make_index(void) {
    sync_with(KS_SOURCE_DIR "/corpus/sample");
    write_source("a policy");
    sync_with(source);
    write_source("two policies");
    sync_with(source);
}

/* ---- All answers as one text ---- */

static ks_status add_answer(ks_buffer *out, ks_index *index, const char *query, bool all) {
    ks_search_options options;
    ks_results *results = NULL;
    ks_status status;
    ks_search_options_init(&options);
    options.empty_is_all = all;
    options.limit = all ? 1000 : 20;
    options.detail = KS_DETAIL_RECORD;
    if ((status = ks_search(&results, index, query, strlen(query), &options, NULL))) return status;
    ks_buffer_format(out, "%s: %llu\n", query, (unsigned long long)results->total);
    for (size_t i = 0; i < results->hit_count; i++) {
        const ks_hit *hit = &results->hits[i];
        ks_buffer_format(out, "%.6f %s ", hit->score, hit->record->id);
        ks_buffer_add(out, hit->record->json, hit->record->json_size);
    }
    ks_results_free(results);
    return KS_OK;
}

static ks_status answers(ks_buffer *out) {
    static const char *const queries[] = {"policy gradients pong",
                                          "\"policy gradients\"",
                                          "tag:policy-gradients",
                                          "kind:blog neural",
                                          "kind:tweet",
                                          "title:attention",
                                          "reinforc*",
                                          "a the of -in",
                                          "after:2015 deep",
                                          "author:karpathy lstm",
                                          "claim:data summary:a",
                                          "is:failed"};
    ks_index *index = NULL;
    ks_status status = ks_index_open(&index, place, NULL);
    if (!status) status = add_answer(out, index, "", true);
    for (size_t i = 0; i < sizeof queries / sizeof *queries && !status; i++)
        status = add_answer(out, index, queries[i], false);
    ks_index_close(index);
    return status;
}

/* ---- Good indexes ---- */

static ks_check_report check_good(void) {
    ks_check_report report = {0};
    ks_error error = {0};
    if (ks_index_check(&report, place, &error)) fail_msg("%s", error.message);
    return report;
}

static void good_indexes(void **state) {
    ks_index *index = NULL;
    ks_index_info info;
    ks_check_report report;
    uint64_t bytes = 0;
    (void)state;
    make_index();
    report = check_good();
    assert_int_equal(ks_index_open(&index, place, NULL), KS_OK);
    assert_int_equal(ks_index_describe(&info, index, NULL), KS_OK);
    assert_string_equal(report.engine, engine_name);
    assert_int_equal(report.generation, 3);
    assert_int_equal(report.records, info.records);
    assert_int_equal(report.terms, info.terms);
    assert_int_equal(report.segments, info.segments);
    assert_int_equal(report.bytes, info.bytes);
    assert_true(report.postings > report.terms);
    for (size_t i = 0; i < info.section_count; i++) bytes += info.sections[i].bytes;
    assert_int_equal(bytes, info.bytes);
    ks_index_close(index);
}

static void arguments(void **state) {
    ks_check_report checked;
    ks_optimize_report optimized;
    bool newer;
    ks_error error = {0};
    (void)state;
    assert_int_equal(ks_index_check(NULL, place, &error), KS_ERR_ARGUMENT);
    assert_int_equal(ks_index_check(&checked, NULL, &error), KS_ERR_ARGUMENT);
    assert_int_equal(ks_index_check(&checked, "", &error), KS_ERR_ARGUMENT);
    assert_int_equal(ks_index_optimize(NULL, place, &error), KS_ERR_ARGUMENT);
    assert_int_equal(ks_index_optimize(&optimized, NULL, &error), KS_ERR_ARGUMENT);
    assert_int_equal(ks_index_optimize(&optimized, "", &error), KS_ERR_ARGUMENT);
    assert_int_equal(ks_index_newer(&newer, NULL, &error), KS_ERR_ARGUMENT);
    assert_int_equal(ks_index_newer(NULL, NULL, &error), KS_ERR_ARGUMENT);
    assert_int_equal(ks_index_check(&checked, place, &error), KS_ERR_NO_INDEX);
    assert_int_equal(ks_index_optimize(&optimized, place, &error), KS_ERR_NO_INDEX);
    assert_true(strlen(error.hint) > 5);
}

/* ---- Records that are not what they were ---- */

static ks_writer *open_writer(void) {
    const ks_engine *engine = NULL;
    ks_writer *writer = NULL;
    assert_int_equal(ks_engine_by_name(&engine, engine_name, NULL), KS_OK);
    assert_int_equal(engine->write(&writer, place, NULL, NULL), KS_OK);
    return writer;
}

/* Puts the document that a record makes, changed by `change`. */
static void put_changed(const char *json, void (*change)(ks_document *document)) {
    ks_document_builder *builder = NULL;
    ks_record *record = NULL;
    ks_document document;
    ks_writer *writer = open_writer();
    uint64_t generation;
    assert_int_equal(ks_document_builder_new(&builder, "english", NULL), KS_OK);
    assert_int_equal(ks_record_parse(&record, json, strlen(json), NULL, NULL), KS_OK);
    assert_int_equal(ks_document_build(builder, &document, record, NULL), KS_OK);
    change(&document);
    assert_int_equal(writer->ops->put(writer, &document, NULL), KS_OK);
    assert_int_equal(writer->ops->commit(writer, &generation, NULL), KS_OK);
    writer->ops->close(writer);
    ks_document_builder_free(builder);
    ks_record_free(record);
}

static void nothing(ks_document *document) {
    (void)document;
}
static void other_hash(ks_document *document) {
    document->hash.low++;
}
static void other_id(ks_document *document) {
    document->id = (ks_term){"other", 5};
}
static void other_day(ks_document *document) {
    document->day = 20160228;
}
static void other_order(ks_document *document) {
    document->order++;
}
static void a_word_less(ks_document *document) {
    document->occurrence_count--;
}
static void a_value_less(ks_document *document) {
    document->value_count--;
}

static void store(ks_document *document, const char *text) {
    document->stored = (ks_term){text, (uint32_t)strlen(text)};
    document->hash = ks_hash128_of(text, strlen(text), 1);
}
static void no_json(ks_document *document) {
    store(document, "{\"id\":\"x\"");
}
static void other_text(ks_document *document) {
    store(document, "{\"id\":\"x\",\"title\":\"one three\",\"date\":\"2016-02-29\"}");
}

static void changed_records(void **state) {
    static const struct {
        void (*change)(ks_document *document);
        const char *what;
        bool native; /* only this engine can tell */
    } changes[] = {
        {other_hash, "a stored record has changed: x", false},
        {no_json, "a stored record is damaged: x", false},
        {other_id, "another record is stored under this id: other", false},
        {other_day, "a record is not filed under its date: x", true},
        {other_order, "a record is not filed under its date: x", true},
        {a_word_less, "a record is not indexed by what it says: x", true},
        {a_value_less, "a record is not indexed by what it says: x", true},
        {other_text, "a record is not indexed by what it says: x", true},
    };
    const char *json = "{\"id\":\"x\",\"title\":\"one two\",\"date\":\"2016-02-29\",\"kind\":\"blog\"}";
    bool native = strcmp(engine_name, "native") == 0;
    (void)state;
    make_index();
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        ks_check_report report;
        ks_error error = {0};
        ks_writer *writer;
        uint64_t generation;
        put_changed(json, changes[i].change);
        if (native || !changes[i].native) {
            assert_int_equal(ks_index_check(&report, place, &error), KS_ERR_CORRUPT);
            assert_string_equal(error.message, changes[i].what);
        }
        writer = open_writer();
        assert_int_equal(writer->ops->remove(writer, (ks_term){"other", 5}, NULL), KS_OK);
        assert_int_equal(writer->ops->commit(writer, &generation, NULL), KS_OK);
        writer->ops->close(writer);
        put_changed(json, nothing);
        check_good();
    }
}

static void settings(void **state) {
    static const char *const languages[] = {"", "klingon"};
    (void)state;
    make_index();
    for (size_t i = 0; i < 2; i++) {
        ks_check_report report;
        ks_error error = {0};
        ks_writer *writer = open_writer();
        uint64_t generation;
        assert_int_equal(writer->ops->set_meta(writer, "language",
                                               (ks_term){languages[i], (uint32_t)strlen(languages[i])}, NULL),
                         KS_OK);
        assert_int_equal(writer->ops->commit(writer, &generation, NULL), KS_OK);
        writer->ops->close(writer);
        assert_int_equal(ks_index_check(&report, place, &error), KS_ERR_CORRUPT);
        assert_non_null(strstr(error.message, "language"));
    }
}

/* A language that is asked for and unknown is the call's fault, one that the index has is the index's. */
static void unknown_languages(void **state) {
    const char *path = KS_SOURCE_DIR "/corpus/sample";
    ks_sync_options options;
    ks_sync_report *report = NULL;
    ks_error error = {0};
    ks_writer *writer;
    uint64_t generation;
    (void)state;
    make_index();
    ks_sync_options_init(&options);
    options.language = "klingon";
    assert_int_equal(ks_sync(&report, place, &path, 1, &options, &error), KS_ERR_ARGUMENT);
    options.language = NULL;
    writer = open_writer();
    assert_int_equal(writer->ops->set_meta(writer, "language", (ks_term){"klingon", 7}, NULL), KS_OK);
    assert_int_equal(writer->ops->commit(writer, &generation, NULL), KS_OK);
    writer->ops->close(writer);
    assert_int_equal(ks_sync(&report, place, &path, 1, &options, &error), KS_ERR_CORRUPT);
    assert_non_null(strstr(error.message, place));
    assert_non_null(strstr(error.message, "unknown language"));
    assert_null(report);
}

/* ---- Optimizing ---- */

static void optimizing(void **state) {
    ks_optimize_report report = {0}, again = {0};
    ks_buffer before = {0}, after = {0};
    ks_error error = {0};
    bool native = strcmp(engine_name, "native") == 0;
    (void)state;
    make_index();
    assert_int_equal(answers(&before), KS_OK);
    if (ks_index_optimize(&report, place, &error)) fail_msg("%s", error.message);
    assert_string_equal(report.engine, engine_name);
    assert_int_equal(report.changed, native);
    assert_int_equal(report.generation, native ? 4 : 3);
    assert_true(!native || (report.segments_before > 1 && report.deleted_before > 0));
    assert_int_equal(report.segments_after, 1);
    assert_int_equal(report.deleted_after, 0);
    assert_true(report.bytes_after > 0 && report.bytes_after <= report.bytes_before);
    assert_int_equal(answers(&after), KS_OK);
    assert_int_equal(after.size, before.size);
    assert_memory_equal(after.data, before.data, before.size);
    assert_int_equal(check_good().generation, report.generation);
    assert_int_equal(ks_index_optimize(&again, place, NULL), KS_OK); /* nothing left to do */
    assert_false(again.changed);
    assert_int_equal(again.generation, report.generation);
    assert_int_equal(again.bytes_before, report.bytes_after);
    assert_int_equal(again.bytes_after, report.bytes_after);
    ks_buffer_free(&before);
    ks_buffer_free(&after);
}

static void a_locked_index(void **state) {
    ks_optimize_report report;
    ks_error error = {0};
    ks_writer *writer;
    (void)state;
    make_index();
    writer = open_writer();
    assert_int_equal(ks_index_optimize(&report, place, &error), KS_ERR_LOCKED);
    check_good(); /* which needs no lock */
    writer->ops->close(writer);
    assert_int_equal(ks_index_optimize(&report, place, &error), KS_OK);
}

static void newer(void **state) {
    ks_index *index = NULL;
    bool is_newer = true;
    (void)state;
    make_index();
    assert_int_equal(ks_index_open(&index, place, NULL), KS_OK);
    assert_int_equal(ks_index_newer(&is_newer, index, NULL), KS_OK);
    assert_false(is_newer);
    sync_with(source); /* which changes nothing */
    assert_int_equal(ks_index_newer(&is_newer, index, NULL), KS_OK);
    assert_false(is_newer);
    write_source("no policy");
    sync_with(source);
    assert_int_equal(ks_index_newer(&is_newer, index, NULL), KS_OK);
    assert_true(is_newer);
    ks_index_close(index);
    assert_int_equal(ks_index_open(&index, place, NULL), KS_OK);
    assert_int_equal(ks_index_newer(&is_newer, index, NULL), KS_OK);
    assert_false(is_newer);
    ks_index_close(index);
}

/* ---- Out of memory, at every single allocation ---- */

static ks_status check_it(ks_error *error) {
    ks_check_report report;
    return ks_index_check(&report, place, error);
}

static ks_status optimize_it(ks_error *error) {
    ks_optimize_report report;
    return ks_index_optimize(&report, place, error);
}

static ks_status newer_it(ks_error *error) {
    ks_index *index = NULL;
    bool is_newer;
    ks_status status = ks_index_open(&index, place, error);
    if (!status) status = ks_index_newer(&is_newer, index, error);
    ks_index_close(index);
    return status;
}

/* `lenient`: an allocation that fails may also do no harm, as when old files are to be swept away. */
static void fail_each(ks_status (*operation)(ks_error *error), bool lenient) {
    for (size_t n = 1;; n++) {
        ks_error error = {0};
        ks_status status;
        ks_test_fail_allocation(n);
        status = operation(&error);
        if (!ks_test_allocation_failed()) {
            assert_int_equal(status, KS_OK);
            return;
        }
        if (lenient && status == KS_OK) return;
        if (status != KS_ERR_NOMEM) fail_msg("allocation %zu: %d, %s", n, (int)status, error.message);
        assert_int_equal(error.code, KS_ERR_NOMEM);
    }
}

static void no_memory(void **state) {
    ks_buffer before = {0}, after = {0};
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    ks_test_lazy_sync(true);
    for (int i = 0; i < 2; i++) { /* only a small index: each allocation is a run */
        write_source(i ? "a policy" : "two policies");
        sync_with(source);
    }
    assert_int_equal(answers(&before), KS_OK);
    fail_each(check_it, false);
    fail_each(newer_it, false);
    fail_each(optimize_it, true);
    assert_int_equal(answers(&after), KS_OK);
    assert_int_equal(after.size, before.size);
    assert_memory_equal(after.data, before.data, before.size);
    check_good();
    ks_test_lazy_sync(false);
    ks_buffer_free(&before);
    ks_buffer_free(&after);
}

/* ---- Damage behind right checksums: found, or without effect ---- */

static const ks_test_file *some_segment(const ks_test_kept *kept, uint64_t *random) {
    for (;;) {
        const ks_test_file *file = &kept->files[ks_test_below(random, kept->count)];
        if (strncmp(file->name, "seg-", 4) == 0 || strncmp(file->name, "del-", 4) == 0) return file;
    }
}

static size_t write_flipped(const ks_test_file *file, const char *path, uint64_t *random) {
    ks_test_section sections[KS_TEST_SECTIONS], *section;
    size_t count = ks_test_sections(sections, file->bytes, file->size), at;
    unsigned char *bytes = malloc(file->size);
    assert_non_null(bytes);
    memcpy(bytes, file->bytes, file->size);
    section = &sections[ks_test_below(random, count)];
    at = ks_test_below(random, file->size);
    if (section->size && ks_test_below(random, 2))
        at = section->offset + ks_test_below(random, section->size);
    bytes[at] ^= (unsigned char)(1u << ks_test_below(random, 8));
    ks_test_repair(bytes, file->size);
    ks_test_write(path, bytes, file->size);
    free(bytes);
    return at;
}

static void flips(void **state) {
    uint64_t random = ks_test_seed(61);
    size_t count = ks_test_share(10000, 500, 200), found = 0;
    ks_test_kept kept;
    ks_buffer right = {0};
    (void)state;
    if (strcmp(engine_name, "native") != 0) skip();
    make_index();
    ks_test_keep_folder(&kept, place);
    assert_int_equal(answers(&right), KS_OK);
    for (size_t i = 0; i < count; i++) {
        char path[KS_TEST_PATH];
        const ks_test_file *file = some_segment(&kept, &random);
        size_t at = write_flipped(file, ks_test_path(path, place, file->name), &random);
        ks_check_report report;
        ks_error error = {0};
        ks_status status = ks_index_check(&report, place, &error);
        if (status) {
            found++;
            if (status != KS_ERR_CORRUPT)
                fail_msg("%s, byte %zu: %d, %s", file->name, at, (int)status, error.message);
        } else {
            ks_buffer got = {0};
            status = answers(&got);
            if (status || got.size != right.size || memcmp(got.data, right.data, right.size) != 0)
                fail_msg("%s, byte %zu: the check found nothing, but answers differ", file->name, at);
            ks_buffer_free(&got);
        }
        ks_test_write(path, file->bytes, file->size);
    }
    print_message("%zu of %zu found\n", found, count);
    assert_true(found > count / 2);
    check_good();
    ks_buffer_free(&right);
    ks_test_kept_free(&kept);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, ks_test_folder_teardown)

int main(void) {
    static const char *const names[] = {"xapian", "native"};
    const struct CMUnitTest tests[] = {
        IN_FOLDER(good_indexes),
        IN_FOLDER(arguments),
        IN_FOLDER(changed_records),
        IN_FOLDER(settings),
        IN_FOLDER(unknown_languages),
        IN_FOLDER(optimizing),
        IN_FOLDER(a_locked_index),
        IN_FOLDER(newer),
        IN_FOLDER(flips),
        IN_FOLDER(no_memory),
    };
    int failed = 0;
    for (size_t i = 0; i < 2; i++) {
        engine_name = names[i];
        failed += cmocka_run_group_tests_name(names[i], tests, NULL, NULL);
    }
    return failed;
}
