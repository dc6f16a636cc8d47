/* The engines' answers are those of the oracle after a random history too: additions, replacements and
 * removals in many commits, which leave segments with deletions behind; and again when those are one segment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "corpus/reader.h"
#include "corpus/record.h"
#include "indexer/document.h"
#include "tests/support/agreement.h"
#include "tests/support/oracle.h"
#include "tests/support/random.h"
#include "tests/support/soak.h"
#include "tests/support/tempdir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COMMITS = 60, QUERIES = 2000 };

#define OK(call)                                                                                             \
    do {                                                                                                     \
        ks_error error_ = {0}, *err = &error_;                                                               \
        if (call) fail_msg("%s: %s", #call, error_.message);                                                 \
    } while (0)

/* ---- The records ---- */

/* What may be in the index: each has an id, under which the content of any may stand. */
struct pool {
    ks_record **records;
    size_t count, capacity;
};

static void read_pool(struct pool *pool, const char *path, size_t most) {
    ks_reader_options options = {0};
    ks_source_reader *reader = NULL;
    ks_source_item item = {.event = KS_SOURCE_RECORD};
    OK(ks_source_open(&reader, path, &options, err));
    while (pool->count < most) {
        OK(ks_source_next(reader, &item, err));
        if (item.event == KS_SOURCE_END) break;
        if (item.event != KS_SOURCE_RECORD) continue;
        OK(ks_array_reserve(&pool->records, &pool->capacity, pool->count + 1, sizeof(ks_record *), err));
        pool->records[pool->count++] = item.record;
    }
    ks_source_close(reader);
    assert_true(pool->count > 0);
}

static void free_pool(struct pool *pool) {
    for (size_t i = 0; i < pool->count; i++) ks_record_free(pool->records[i]);
    free(pool->records);
}

static void write_pool(const struct pool *pool, const char *path) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (size_t i = 0; i < pool->count; i++) fprintf(file, "%s\n", pool->records[i]->json);
    assert_int_equal(fclose(file), 0);
}

/* The content of one record under the id of another: of members that come twice the last one counts. */
static ks_record *under_id(const ks_record *content, const char *id) {
    ks_buffer text = {0};
    ks_record *record = NULL;
    ks_buffer_add(&text, content->json, strlen(content->json) - 1);
    ks_buffer_format(&text, ", \"id\": \"%s\"}", id);
    assert_false(text.failed);
    OK(ks_record_parse(&record, text.data, text.size, NULL, err));
    assert_string_equal(record->id, id);
    ks_buffer_free(&text);
    return record;
}

/* ---- The history ---- */

enum { NATIVE, XAPIAN, ENGINES };

struct history {
    struct pool pool;
    char folder[KS_TEST_PATH], places[ENGINES][KS_TEST_PATH];
    const ks_engine *engines[ENGINES];
    ks_writer *writers[ENGINES];
    ks_oracle *oracle;
    ks_document_builder *builder;
    uint64_t random;
};

static void put_somewhere(struct history *h, const char *id) {
    const ks_record *content = h->pool.records[ks_test_below(&h->random, h->pool.count)];
    ks_record *record = under_id(content, id);
    ks_document document;
    OK(ks_document_build(h->builder, &document, record, err));
    for (size_t i = 0; i < ENGINES; i++) OK(h->writers[i]->ops->put(h->writers[i], &document, err));
    ks_oracle_put(h->oracle, &document);
    ks_record_free(record);
}

static void change(struct history *h) {
    const char *id = h->pool.records[ks_test_below(&h->random, h->pool.count)]->id;
    if (ks_test_below(&h->random, 3)) {
        put_somewhere(h, id);
        return;
    }
    for (size_t i = 0; i < ENGINES; i++)
        OK(h->writers[i]->ops->remove(h->writers[i], (ks_term){id, (uint32_t)strlen(id)}, err));
    ks_oracle_remove(h->oracle, id);
}

static void run_commit(struct history *h, size_t changes) {
    uint64_t generation;
    for (size_t i = 0; i < ENGINES; i++) {
        OK(h->engines[i]->write(&h->writers[i], h->places[i], NULL, err));
        OK(h->writers[i]->ops->set_meta(h->writers[i], "language", (ks_term){"english", 7}, err));
    }
    while (changes--) change(h);
    for (size_t i = 0; i < ENGINES; i++) {
        OK(h->writers[i]->ops->commit(h->writers[i], &generation, err));
        h->writers[i]->ops->close(h->writers[i]);
    }
}

static void start(struct history *h, const char *path, size_t records, uint64_t seed) {
    static const char *const names[ENGINES] = {"native", "xapian"};
    *h = (struct history){.oracle = ks_oracle_new("english"), .random = seed};
    read_pool(&h->pool, path, records);
    ks_test_folder_make(h->folder);
    for (size_t i = 0; i < ENGINES; i++) {
        ks_test_path(h->places[i], h->folder, names[i]);
        OK(ks_engine_by_name(&h->engines[i], names[i], err));
    }
    OK(ks_document_builder_new(&h->builder, "english", err));
}

/* Whether there is something to optimize. */
static bool is_in_pieces(const char *path) {
    ks_index *index = NULL;
    ks_index_info info;
    OK(ks_index_open(&index, path, err));
    OK(ks_index_describe(&info, index, err));
    ks_index_close(index);
    return info.segments > 2 && info.deleted > 0;
}

/* A big commit in front, then many of very different sizes; some more where the last one has merged what the
 * others left. */
static void run_history(struct history *h) {
    run_commit(h, h->pool.count);
    for (size_t i = 1; i < COMMITS || !is_in_pieces(h->places[NATIVE]); i++)
        run_commit(h, 1 + ks_test_below(&h->random, h->pool.count / (1 + ks_test_below(&h->random, 40)) + 1));
}

static void end(struct history *h) {
    ks_document_builder_free(h->builder);
    ks_oracle_free(h->oracle);
    ks_test_folder_remove(h->folder);
    free_pool(&h->pool);
}

static void optimize(const char *path) {
    ks_optimize_report report;
    OK(ks_index_optimize(&report, path, err));
    assert_true(report.changed);
    assert_true(report.segments_before > 2);
    assert_true(report.deleted_before > 0);
    assert_int_equal(report.segments_after, 1);
    assert_int_equal(report.deleted_after, 0);
}

/* What was opened before optimizing is still there to be asked, so all are compared at once. */
static void compare(struct history *h, size_t queries, size_t xapian_queries) {
    enum { COMPARED = 5 };
    const char *native = h->places[NATIVE];
    char records[KS_TEST_PATH];
    ks_compared compared[COMPARED];
    ks_index *expected = ks_oracle_index(h->oracle);
    size_t with_hits;
    write_pool(&h->pool, ks_test_path(records, h->folder, "records.jsonl"));
    compared[0] = ks_test_compared("native", native, queries, false);
    compared[1] = ks_test_compared("portable native", native, queries, true);
    optimize(native);
    compared[2] = ks_test_compared("native, optimized", native, queries, false);
    compared[3] = ks_test_compared("portable native, optimized", native, queries, true);
    compared[4] = ks_test_compared("xapian", h->places[XAPIAN], xapian_queries, false);
    with_hits = ks_assert_same_answers(expected, compared, COMPARED, records, queries, h->random);
    assert_true(with_hits > queries / 2);
    for (size_t i = 0; i < COMPARED; i++) ks_index_close(compared[i].index);
    ks_index_close(expected);
}

static void test_sample(void **state) {
    struct history history;
    size_t queries = ks_test_share(QUERIES, QUERIES, 250);
    (void)state;
    start(&history, KS_SOURCE_DIR "/corpus/sample/papers.jsonl", SIZE_MAX, ks_test_seed(6));
    run_history(&history);
    compare(&history, queries, queries / 4);
    end(&history);
}

static void test_arxiv(void **state) {
    static const char path[] = KS_SHARED_DIR "/corpus/arxiv.jsonl";
    struct history history;
    (void)state;
    if (access(path, R_OK) != 0) skip();
    start(&history, path, ks_test_share(10000, 1500, 200), ks_test_seed(7));
    run_history(&history);
    compare(&history, ks_test_share(QUERIES, QUERIES, 250), ks_test_share(QUERIES, 250, 50));
    end(&history);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sample), cmocka_unit_test(test_arxiv)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
