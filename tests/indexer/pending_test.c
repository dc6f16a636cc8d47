/* What waits in a run - replacements, batches, rejects - and who owns it when something fails. */
#include "indexer/pending.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "corpus/record.h"
#include "indexer/batch.h"
#include "indexer/report.h"
#include "tests/support/allocation.h"
#include "tests/support/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ks_record *record_of(const char *id, int version) {
    char text[200];
    ks_record *record = NULL;
    int size =
        snprintf(text, sizeof text, "{\"id\":\"%s\",\"title\":\"%0*d\"}", id, 1 + version % 20, version);
    assert_int_equal(ks_record_parse(&record, text, (size_t)size, NULL, NULL), KS_OK);
    return record;
}

static uint32_t *one_source(uint32_t number) {
    uint32_t *sources = malloc(sizeof *sources);
    assert_non_null(sources);
    *sources = number;
    return sources;
}

static void set(ks_pending *pending, const char *id, int version, uint32_t source) {
    assert_int_equal(ks_pending_set(pending, record_of(id, version), one_source(source), 1, NULL), KS_OK);
}

static void one_after_the_other(void **state) {
    ks_pending pending = {0};
    ks_replacement *it;
    (void)state;
    assert_null(ks_pending_find(&pending, "a"));
    set(&pending, "a", 1, 5);
    it = ks_pending_find(&pending, "a");
    assert_non_null(it);
    assert_string_equal(it->record->title, "01");
    assert_int_equal(it->sources[0], 5);
    assert_int_equal(pending.bytes, it->record->json_size + KS_PENDING_EACH);
    set(&pending, "a", 2, 6); /* in place of what waited */
    it = ks_pending_find(&pending, "a");
    assert_string_equal(it->record->title, "002");
    assert_int_equal(it->sources[0], 6);
    assert_int_equal(pending.count, 1);
    assert_int_equal(pending.bytes, it->record->json_size + KS_PENDING_EACH);
    ks_pending_drop(&pending, it);
    it = ks_pending_find(&pending, "a"); /* it is known still, but nothing waits */
    assert_non_null(it);
    assert_null(it->record);
    assert_int_equal(it->source_count, 0);
    assert_int_equal(pending.bytes, 0);
    ks_pending_drop(&pending, it);
    assert_int_equal(pending.bytes, 0);
    ks_pending_free(&pending);
    ks_pending_free(&pending);
}

/* Dropping keeps what is noted of it. */
static void what_was_written_is_remembered(void **state) {
    ks_pending pending = {0};
    (void)state;
    set(&pending, "a", 1, 1);
    ks_pending_find(&pending, "a")->written = true;
    ks_pending_drop(&pending, ks_pending_find(&pending, "a"));
    set(&pending, "a", 2, 1);
    assert_true(ks_pending_find(&pending, "a")->written);
    ks_pending_free(&pending);
}

static void random_histories(void **state) {
    enum { IDS = 40 };
    uint64_t random = ks_test_seed(1021);
    ks_pending pending = {0};
    int versions[IDS];
    bool known[IDS] = {false};
    (void)state;
    for (size_t i = 0; i < IDS; i++) versions[i] = -1;
    for (int step = 0; step < 4000; step++) {
        size_t id = ks_test_below(&random, IDS), bytes = 0;
        char name[8];
        ks_replacement *it;
        snprintf(name, sizeof name, "id%zu", id);
        if (ks_test_below(&random, 3)) {
            versions[id] = (int)ks_test_below(&random, 1000);
            known[id] = true;
            set(&pending, name, versions[id], (uint32_t)id);
        } else if ((it = ks_pending_find(&pending, name))) {
            ks_pending_drop(&pending, it);
            versions[id] = -1;
        }
        for (size_t i = 0; i < IDS; i++) {
            snprintf(name, sizeof name, "id%zu", i);
            it = ks_pending_find(&pending, name);
            assert_int_equal(it != NULL, known[i]);
            if (!it) continue;
            assert_int_equal(it->record != NULL, versions[i] >= 0);
            if (!it->record) continue;
            assert_int_equal(atoi(it->record->title), versions[i]);
            assert_int_equal(it->sources[0], i);
            bytes += it->record->json_size + KS_PENDING_EACH;
        }
        assert_int_equal(pending.bytes, bytes);
    }
    ks_pending_free(&pending);
}

/* Record and sources are taken over on failure too: a leak would show. */
static void pending_without_memory(void **state) {
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    for (size_t n = 1;; n++) {
        ks_pending pending = {0};
        ks_record *record = record_of("a", 1);
        uint32_t *sources = one_source(1);
        ks_status status;
        ks_test_fail_allocation(n);
        status = ks_pending_set(&pending, record, sources, 1, NULL);
        if (!ks_test_allocation_failed()) {
            assert_int_equal(status, KS_OK);
            ks_pending_free(&pending);
            break;
        }
        assert_int_equal(status, KS_ERR_NOMEM);
        assert_int_equal(pending.bytes, 0);
        ks_pending_free(&pending);
    }
}

/* ---- Batches ---- */

typedef struct seen {
    char ids[100];
    size_t count, fail_at;
} seen;

static ks_status note(void *to, const ks_document *document, ks_error *err) {
    seen *it = to;
    if (++it->count == it->fail_at) return ks_error_set(err, KS_ERR_NO_SPACE, "no room");
    snprintf(it->ids + strlen(it->ids), sizeof it->ids - strlen(it->ids), "%.*s:%u ", (int)document->id.size,
             document->id.text, (unsigned)document->sources[0]);
    assert_int_equal(document->source_count, 1);
    return KS_OK;
}

static ks_batch batch_of(const char *ids) {
    ks_batch batch = {0};
    uint32_t source = 7;
    for (; *ids; ids++, source++) {
        char id[2] = {*ids, '\0'};
        assert_int_equal(ks_batch_add(&batch, record_of(id, 1), source, NULL), KS_OK);
    }
    return batch;
}

static void batches_are_written_in_order(void **state) {
    ks_document_builder *builder = NULL;
    ks_batch batch = batch_of("abc");
    seen it = {.count = 0};
    (void)state;
    assert_int_equal(ks_document_builder_new(&builder, "english", NULL), KS_OK);
    assert_int_equal(batch.count, 3);
    assert_true(batch.bytes > 3 * 15);
    assert_int_equal(ks_batch_write(&batch, builder, note, &it, NULL), KS_OK);
    assert_string_equal(it.ids, "a:7 b:8 c:9 ");
    assert_int_equal(batch.count, 0);
    assert_int_equal(batch.bytes, 0);
    assert_int_equal(ks_batch_write(&batch, builder, note, &it, NULL), KS_OK); /* of nothing */
    assert_int_equal(it.count, 3);
    ks_batch_free(&batch);
    ks_document_builder_free(builder);
}

/* The first failure ends it, and no record stays. */
static void a_batch_that_cannot_be_written(void **state) {
    ks_document_builder *builder = NULL;
    (void)state;
    assert_int_equal(ks_document_builder_new(&builder, "english", NULL), KS_OK);
    for (size_t fail_at = 1; fail_at <= 3; fail_at++) {
        ks_batch batch = batch_of("abc");
        seen it = {.fail_at = fail_at};
        ks_error error = {0};
        assert_int_equal(ks_batch_write(&batch, builder, note, &it, &error), KS_ERR_NO_SPACE);
        assert_string_equal(error.message, "no room");
        assert_int_equal(it.count, fail_at);
        assert_int_equal(batch.count, 0);
        ks_batch_free(&batch);
    }
    ks_document_builder_free(builder);
}

static void batches_without_memory(void **state) {
    ks_batch batch = {0};
    ks_record *record = record_of("a", 1);
    (void)state;
    if (!ks_test_can_fail_allocation()) {
        ks_record_free(record);
        skip();
    }
    ks_test_fail_allocation(1);
    assert_int_equal(ks_batch_add(&batch, record, 1, NULL), KS_ERR_NOMEM);
    assert_true(ks_test_allocation_failed());
    assert_int_equal(batch.count, 0);
    assert_int_equal(batch.bytes, 0);
    ks_batch_free(&batch);
    ks_batch_free(&batch);
}

/* ---- Reports ---- */

static void rejects_are_copied(void **state) {
    enum { MANY = 1000 };
    ks_sync_report *report = NULL;
    (void)state;
    assert_int_equal(ks_report_new(&report, NULL), KS_OK);
    assert_int_equal(report->reject_count, 0);
    for (uint64_t i = 0; i < MANY; i++) {
        char source[20], reason[20];
        snprintf(source, sizeof source, "source%d", (int)i);
        snprintf(reason, sizeof reason, "reason%d", (int)i);
        assert_int_equal(ks_report_reject(report, source, i, UINT64_MAX - i, reason, NULL), KS_OK);
        memset(source, '?', sizeof source);
        memset(reason, '?', sizeof reason);
    }
    assert_int_equal(report->reject_count, MANY);
    for (uint64_t i = 0; i < MANY; i++) {
        char source[20];
        snprintf(source, sizeof source, "source%d", (int)i);
        assert_string_equal(report->rejects[i].source, source);
        assert_string_equal(report->rejects[i].reason + 6, source + 6);
        assert_int_equal(report->rejects[i].line, i);
        assert_int_equal(report->rejects[i].byte, UINT64_MAX - i);
    }
    ks_sync_report_free(report);
    ks_sync_report_free(NULL);
}

static ks_status report_once(void *context, ks_error *err) {
    ks_sync_report *report = NULL;
    ks_status status = ks_report_new(&report, err);
    (void)context;
    if (!status) status = ks_report_reject(report, "source", 1, 2, "reason", err);
    if (report) assert_int_equal(report->reject_count, status == KS_OK);
    ks_sync_report_free(report);
    return status;
}

static void reports_without_memory(void **state) {
    (void)state;
    assert_true(ks_test_each_allocation(report_once, NULL) > 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_after_the_other),
        cmocka_unit_test(what_was_written_is_remembered),
        cmocka_unit_test(random_histories),
        cmocka_unit_test(pending_without_memory),
        cmocka_unit_test(batches_are_written_in_order),
        cmocka_unit_test(a_batch_that_cannot_be_written),
        cmocka_unit_test(batches_without_memory),
        cmocka_unit_test(rejects_are_copied),
        cmocka_unit_test(reports_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
