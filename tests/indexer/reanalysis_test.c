/* Records whose documents were made by other rules of analysis: the next run makes them anew without being
 * asked, once; and documents that do not go with their hash are told by the check, not by a run. */
#include "tests/indexer/support.h"

#include "corpus/record.h"
#include "indexer/document.h"
#include "text/analyzer.h"

enum { RECORDS = 25, OTHER_VERSION = KS_ANALYSIS_VERSION + 41 };

static const char *source;

static void write_records(int version) {
    ks_buffer text = {0};
    for (int i = 0; i < RECORDS; i++)
        ks_buffer_format(&text, "{\"id\":\"r%d\",\"title\":\"word%d running\",\"v\":%d}\n", i, i % 5,
                         version);
    source = write_source("a.jsonl", text.data);
    ks_buffer_free(&text);
}

/* What the index holds of a record. */
static ks_record *stored_record(int number) {
    ks_index *index = open_index();
    ks_record *record = NULL;
    char id[16];
    snprintf(id, sizeof id, "r%d", number);
    assert_int_equal(ks_index_record(&record, index, id, NULL), KS_OK);
    ks_index_close(index);
    return record;
}

/* Puts the first `count` records again as another version would have: with its hash, and without any words.
 */
static void put_by_other_rules(int count) {
    const ks_engine *engine = NULL;
    ks_writer *writer = NULL;
    ks_document_builder *builder = NULL;
    uint64_t generation_;
    uint32_t zero = 0;
    assert_int_equal(ks_engine_by_name(&engine, engine_name, NULL), KS_OK);
    assert_int_equal(ks_document_builder_new(&builder, "english", NULL), KS_OK);
    for (int i = 0; i < count; i++) {
        ks_record *record = stored_record(i);
        ks_document document;
        if (!writer) assert_int_equal(engine->write(&writer, place, NULL, NULL), KS_OK);
        assert_int_equal(ks_document_build(builder, &document, record, NULL), KS_OK);
        document.hash = ks_hash128_of(record->json, record->json_size, OTHER_VERSION);
        document.occurrence_count = 0;
        document.sources = &zero;
        document.source_count = 1;
        assert_int_equal(writer->ops->put(writer, &document, NULL), KS_OK);
        ks_record_free(record);
    }
    assert_int_equal(writer->ops->commit(writer, &generation_, NULL), KS_OK);
    writer->ops->close(writer);
    ks_document_builder_free(builder);
}

static uint64_t hits_of(const char *query) {
    ks_index *index = open_index();
    ks_search_options all;
    ks_results *results = NULL;
    uint64_t total;
    ks_search_options_init(&all);
    assert_int_equal(ks_search(&results, index, query, strlen(query), &all, NULL), KS_OK);
    total = results->total;
    ks_results_free(results);
    ks_index_close(index);
    return total;
}

static void documents_by_other_rules_are_made_anew(void **state) {
    static const int counts[] = {1, 7, RECORDS};
    (void)state;
    write_records(1);
    sync_counts(source, NULL, NULL, "25 25 0 0 0");
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        char expected[60];
        uint64_t before;
        put_by_other_rules(counts[i]);
        assert_int_equal(hits_of("running"), (uint64_t)(RECORDS - counts[i]));
        before = generation();
        snprintf(expected, sizeof expected, "25 0 %d 0 %d", counts[i], RECORDS - counts[i]);
        sync_counts(source, NULL, NULL, expected);
        assert_int_equal(generation(), before + 1);
        assert_int_equal(hits_of("running"), RECORDS);
        sync_counts(source, NULL, NULL, "25 0 0 0 25");
        assert_int_equal(generation(), before + 1);
    }
}

/* Those that are gone meanwhile go out, whatever made them. */
static void and_removed_as_all_others(void **state) {
    (void)state;
    write_records(1);
    sync_counts(source, NULL, NULL, "25 25 0 0 0");
    put_by_other_rules(10);
    source = write_source("a.jsonl", "{\"id\":\"r0\",\"title\":\"word0 running\",\"v\":1}\n");
    sync_counts(source, NULL, NULL, "25 0 1 24 0");
    expect_ids("r0");
}

static void the_check_finds_them(void **state) {
    ks_check_report report;
    ks_error error = {0};
    (void)state;
    write_records(1);
    sync_counts(source, NULL, NULL, "25 25 0 0 0");
    assert_int_equal(ks_index_check(&report, place, &error), KS_OK);
    put_by_other_rules(1);
    assert_int_equal(ks_index_check(&report, place, &error), KS_ERR_CORRUPT);
    assert_non_null(strstr(error.message, "r0"));
    sync_counts(source, NULL, NULL, "25 0 1 0 24");
    assert_int_equal(ks_index_check(&report, place, &error), KS_OK);
    assert_int_equal(report.records, RECORDS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(documents_by_other_rules_are_made_anew),
        IN_FOLDER(and_removed_as_all_others),
        IN_FOLDER(the_check_finds_them),
    };
    RUN_FOR_EACH_ENGINE(tests);
}
