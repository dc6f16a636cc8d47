/* New records by several threads, against a writer that watches them: what one thread makes of a feed, any
 * number makes; what goes wrong in a thread is the run's error. */
#include "tests/indexer/fake_writer.h"
#include "tests/indexer/made_words.h"

#include "corpus/record.h"
#include "indexer/report.h"
#include "indexer/transaction.h"
#include "tests/support/allocation.h"
#include "tests/support/threads.h"

#include <stdio.h>

/* ---- Feeds ---- */

typedef struct record_feed {
    char **records; /* as JSON */
    uint32_t *sources;
    size_t count;
} record_feed;

enum { FEED_SOURCES = 3 };

/* `ids`: so many different ones come; `states`: of so many states of each. */
static record_feed new_feed(uint64_t *random, size_t count, size_t ids, size_t states) {
    record_feed feed = {calloc(count, sizeof *feed.records), calloc(count, sizeof *feed.sources), count};
    assert_true(feed.records && feed.sources);
    for (size_t i = 0; i < count; i++) {
        size_t id = ids > count ? i : ks_test_below(random, ids);
        uint64_t content = id * 31 + ks_test_below(random, states);
        ks_buffer json = {0};
        ks_buffer_format(&json, "{\"id\":\"r%zu\",\"date\":\"2014-0%zu-10\",\"title\":\"", id, 1 + id % 9);
        add_words(&json, &content, 8);
        ks_buffer_str(&json, "\",\"tags\":[\"cs.LG\",\"");
        add_words(&json, &content, 1);
        ks_buffer_str(&json, "\"],\"body\":\"");
        add_words(&json, &content, ks_test_below(&content, 100));
        ks_buffer_str(&json, "\"}");
        feed.records[i] = ks_buffer_take(&json);
        assert_non_null(feed.records[i]);
        feed.sources[i] = (uint32_t)ks_test_below(random, FEED_SOURCES);
    }
    return feed;
}

static void free_feed(record_feed *feed) {
    for (size_t i = 0; i < feed->count; i++) free(feed->records[i]);
    free(feed->records);
    free(feed->sources);
}

/* ---- Runs ---- */

typedef struct run_counts {
    uint64_t fresh, changed, unchanged, duplicates;
} run_counts;

static ks_status take_all(ks_transaction *transaction, const record_feed *feed, ks_error *err) {
    ks_status status = KS_OK;
    for (size_t i = 0; i < feed->count && !status; i++) {
        ks_record *record = NULL;
        status = ks_record_parse(&record, feed->records[i], strlen(feed->records[i]), NULL, err);
        if (!status) status = ks_transaction_take(transaction, record, feed->sources[i], err);
    }
    return status ? status : ks_transaction_finish(transaction, err);
}

/* As ks_sync does it, without its sources and engines. */
static ks_status run_feed(fake_writer *fake, const record_feed *feed, unsigned threads, run_counts *out,
                          ks_error *err) {
    ks_sync_options options = {0};
    ks_transaction transaction = {.options = &options, .writer = &fake->base};
    ks_status status;
    fake_reopen(fake);
    if (!(status = ks_report_new(&transaction.report, err)) &&
        !(status = ks_document_builder_new(&transaction.builder, "english", err)) &&
        !(status =
              ks_intake_new(&transaction.intake, &fake->base, transaction.builder, "english", threads, err)))
        status = take_all(&transaction, feed, err);
    ks_intake_free(transaction.intake);
    if (!status)
        *out = (run_counts){transaction.report->fresh, transaction.report->changed,
                            transaction.report->unchanged, transaction.report->duplicates};
    ks_sync_report_free(transaction.report);
    ks_document_builder_free(transaction.builder);
    ks_batch_free(&transaction.postponed);
    ks_pending_free(&transaction.pending);
    ks_set_free(&transaction.ids);
    ks_set_free(&transaction.fresh);
    ks_set_free(&transaction.sightings);
    ks_set_free(&transaction.unreliable);
    return status;
}

static run_counts run_well(fake_writer *fake, const record_feed *feed, unsigned threads) {
    run_counts counts = {0};
    ks_error error = {0};
    if (run_feed(fake, feed, threads, &counts, &error)) fail_msg("%s", error.message);
    assert_false(fake->broken);
    assert_false(fake->unjoined);
    for (size_t i = 0; i < fake->lane_count; i++) {
        assert_int_equal(fake->lanes[i].count, 0);
        assert_true(fake->lanes[i].flushes <= 1);
    }
    return counts;
}

/* Runs the feeds one after the other, with one thread and with several, and compares after each. */
static void compare_runs(const record_feed *feeds, size_t count) {
    static const unsigned threads[] = {1, 2, 3, 8};
    enum { RUNS = sizeof threads / sizeof *threads };
    fake_writer fakes[RUNS];
    for (size_t t = 0; t < RUNS; t++) fakes[t] = (fake_writer){.base = {.ops = &fake_ops}};
    for (size_t i = 0; i < count; i++) {
        run_counts expected = run_well(&fakes[0], &feeds[i], 1);
        assert_int_equal(fakes[0].lane_count, 0);
        for (size_t t = 1; t < RUNS; t++) {
            run_counts actual = run_well(&fakes[t], &feeds[i], threads[t]);
            assert_memory_equal(&expected, &actual, sizeof expected);
            fake_assert_same(&fakes[0], &fakes[t]);
        }
    }
    for (size_t t = 0; t < RUNS; t++) fake_free(&fakes[t]);
}

static void new_records(void **state) {
    uint64_t random = ks_test_seed(21);
    record_feed feed = new_feed(&random, 4000, SIZE_MAX, 1);
    (void)state;
    compare_runs(&feed, 1);
    free_feed(&feed);
}

static void everything_at_once(void **state) {
    uint64_t random = ks_test_seed(22);
    (void)state;
    for (int round = 0; round < 2; round++) {
        size_t ids = 1500 + ks_test_below(&random, 1500);
        record_feed feeds[] = {new_feed(&random, 2500, ids, 2), new_feed(&random, 3500, 2 * ids, 3),
                               new_feed(&random, 3500, 2 * ids, 3)};
        compare_runs(feeds, 3);
        for (size_t i = 0; i < 3; i++) free_feed(&feeds[i]);
    }
}

/* The lanes do the work, each of them some of it, where the writer has lanes. */
static void who_does_it(void **state) {
    uint64_t random = ks_test_seed(23);
    record_feed many = new_feed(&random, 6000, SIZE_MAX, 1), few = new_feed(&random, 900, SIZE_MAX, 1);
    fake_writer fake = {.base = {.ops = &fake_ops}};
    (void)state;
    ks_test_limit_threads(SIZE_MAX);
    run_well(&fake, &many, 4);
    assert_int_equal(ks_test_threads_started(), 3);
    assert_int_equal(fake.lane_count, 4);
    assert_int_equal(fake.puts_by_lanes, 6000);
    assert_true(fake.joins >= 1);
    for (size_t i = 0; i < 4; i++) assert_int_equal(fake.lanes[i].flushes, 1);
    ks_test_limit_threads(SIZE_MAX);
    run_well(&fake, &many, 4); /* nothing is new */
    assert_int_equal(fake.lane_count, 0);
    fake_free(&fake);
    run_well(&fake, &few, 4);
    assert_int_equal(fake.lane_count, 0);
    fake_free(&fake);
    run_well(&fake, &many, 1);
    assert_int_equal(fake.lane_count, 0);
    fake_free(&fake);
    fake.base.ops = &fake_plain_ops;
    run_well(&fake, &many, 4);
    assert_int_equal(ks_test_threads_started(), 0);
    fake_free(&fake);
    free_feed(&many);
    free_feed(&few);
}

static void as_many_threads_as_processors(void **state) {
    uint64_t random = ks_test_seed(24);
    record_feed feed = new_feed(&random, 3000, SIZE_MAX, 1);
    fake_writer one = {.base = {.ops = &fake_ops}}, fake = {.base = {.ops = &fake_ops}};
    (void)state;
    run_well(&one, &feed, 1);
    ks_test_limit_threads(FAKE_LANES - 1);
    run_well(&fake, &feed, 0);
    assert_true(ks_test_threads_started() < FAKE_LANES);
    fake_assert_same(&one, &fake);
    fake_free(&fake);
    fake_free(&one);
    free_feed(&feed);
}

static void threads_that_cannot_start(void **state) {
    uint64_t random = ks_test_seed(25);
    record_feed feed = new_feed(&random, 4000, 4000, 2);
    fake_writer one = {.base = {.ops = &fake_ops}};
    run_counts expected = run_well(&one, &feed, 1);
    (void)state;
    for (size_t most = 0; most < 3; most++) {
        fake_writer fake = {.base = {.ops = &fake_ops}};
        run_counts actual;
        ks_test_limit_threads(most);
        actual = run_well(&fake, &feed, 6);
        assert_int_equal(ks_test_threads_started(), most);
        assert_memory_equal(&expected, &actual, sizeof expected);
        fake_assert_same(&one, &fake);
        fake_free(&fake);
    }
    fake_free(&one);
    free_feed(&feed);
}

/* A record of so many bytes, nearly all of them in a member that is stored but not analysed. */
static char *large_record(size_t id, size_t content, size_t size) {
    char *json = malloc(size + 200);
    int used;
    assert_non_null(json);
    used = snprintf(json, 200, "{\"id\":\"r%zu\",\"title\":\"%zu\",\"page\":\"", id, content);
    memset(json + used, '.', size);
    memcpy(json + (size_t)used + size, "\"}", 3);
    return json;
}

/* More than may wait in memory of what comes twice: it is settled on the way. */
static void many_duplicates(void **state) {
    enum { LARGE = 8 << 20, IDS = 2, COUNT = 12 };
    record_feed feed = {calloc(COUNT, sizeof *feed.records), calloc(COUNT, sizeof *feed.sources), COUNT};
    fake_writer one = {.base = {.ops = &fake_ops}}, many = {.base = {.ops = &fake_ops}};
    run_counts expected, actual;
    (void)state;
    assert_true(feed.records && feed.sources);
    for (size_t i = 0; i < COUNT; i++) {
        feed.records[i] = large_record(i % IDS, i, LARGE);
        feed.sources[i] = (uint32_t)(i / IDS % FEED_SOURCES);
    }
    expected = run_well(&one, &feed, 1);
    actual = run_well(&many, &feed, 2);
    assert_int_equal(actual.duplicates, COUNT - IDS);
    assert_memory_equal(&expected, &actual, sizeof expected);
    assert_true(many.joins >= 2);
    fake_assert_same(&one, &many);
    fake_free(&one);
    fake_free(&many);
    free_feed(&feed);
}

/* Lanes that the calling thread fills are flushed by others, and hold what they held. Whether it fills any is
 * up to how fast the others are: it nearly always does. */
static void full_lanes(void **state) {
    uint64_t random = ks_test_seed(28);
    record_feed feed = new_feed(&random, 9000, 8500, 2);
    fake_writer one = {.base = {.ops = &fake_ops}};
    run_counts expected = run_well(&one, &feed, 1);
    size_t splits = 0;
    (void)state;
    for (int round = 0; round < 3 || (splits == 0 && round < 100); round++) {
        fake_writer many = {.base = {.ops = &fake_ops}, .full = 300};
        run_counts actual = run_well(&many, &feed, round == 0 ? 2 : 3);
        assert_memory_equal(&expected, &actual, sizeof expected);
        fake_assert_same(&one, &many);
        splits += many.splits;
        fake_free(&many);
    }
    assert_true(splits > 0);
    fake_free(&one);
    free_feed(&feed);
}

/* ---- Failures ---- */

static void expect_failure(const record_feed *feed, fake_writer *fake, const char *message) {
    run_counts counts;
    ks_error error = {0};
    assert_int_equal(run_feed(fake, feed, 3, &counts, &error), KS_ERR_NO_SPACE);
    assert_int_equal(error.code, KS_ERR_NO_SPACE);
    assert_string_equal(error.message, message);
    assert_string_equal(error.hint, "make room");
    assert_false(fake->broken);
    fake_free(fake);
}

static void engine_failures(void **state) {
    uint64_t random = ks_test_seed(26);
    record_feed feed = new_feed(&random, 5000, 4500, 2);
    fake_writer fake = {.base = {.ops = &fake_ops}};
    (void)state;
    for (size_t n = 1; n <= 3; n++) {
        fake.fail.lane = n;
        expect_failure(&feed, &fake, "no room: lane");
        fake.fail.lane_flush = n;
        expect_failure(&feed, &fake, "no room: lane_flush");
    }
    for (size_t n = 1; n <= 2500; n += 1 + ks_test_below(&random, 500)) {
        fake.fail.lane_put = n;
        expect_failure(&feed, &fake, "no room: lane_put");
    }
    fake.fail.join = 1;
    expect_failure(&feed, &fake, "no room: join");
    fake.fail.put = 1; /* of one that was postponed */
    expect_failure(&feed, &fake, "no room: put");
    free_feed(&feed);
}

static void lanes_that_cannot_be_split(void **state) {
    uint64_t random = ks_test_seed(29);
    record_feed feed = new_feed(&random, 9000, SIZE_MAX, 1);
    ks_status status = KS_OK;
    (void)state;
    for (int round = 0; !status && round < 100; round++) {
        fake_writer fake = {.base = {.ops = &fake_ops}, .full = 300};
        run_counts counts;
        ks_error error = {0};
        fake.fail.lane_split = 1;
        status = run_feed(&fake, &feed, 2, &counts, &error);
        if (status) assert_string_equal(error.message, "no room: lane_split");
        assert_false(fake.broken);
        fake_free(&fake);
    }
    assert_int_equal(status, KS_ERR_NO_SPACE);
    free_feed(&feed);
}

static void failed_allocations(void **state) {
    uint64_t random = ks_test_seed(27);
    record_feed feed = new_feed(&random, 2500, 2300, 2);
    size_t reached = 0;
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    for (size_t n = 1;; n += 1 + ks_test_below(&random, 1 + n / 2)) {
        fake_writer fake = {.base = {.ops = &fake_ops}, .full = 300};
        run_counts counts;
        ks_error error = {0};
        ks_status status;
        ks_test_fail_allocation(n);
        status = run_feed(&fake, &feed, 3, &counts, &error);
        if (!ks_test_allocation_failed()) {
            assert_int_equal(status, KS_OK);
            assert_true(reached > 10);
            fake_free(&fake);
            break;
        }
        assert_int_equal(status, KS_ERR_NOMEM);
        assert_int_equal(error.code, KS_ERR_NOMEM);
        assert_false(fake.broken);
        fake_free(&fake);
        reached++;
    }
    free_feed(&feed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_records),
        cmocka_unit_test(everything_at_once),
        cmocka_unit_test(who_does_it),
        cmocka_unit_test(as_many_threads_as_processors),
        cmocka_unit_test(threads_that_cannot_start),
        cmocka_unit_test(many_duplicates),
        cmocka_unit_test(full_lanes),
        cmocka_unit_test(engine_failures),
        cmocka_unit_test(lanes_that_cannot_be_split),
        cmocka_unit_test(failed_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
