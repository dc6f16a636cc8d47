/* The engine contract, lanes: what several threads put into one writer is what one would have put. Engines
 * without lanes have nothing to show here. */
#include "tests/engines/contract.h"

#include "tests/support/allocation.h"
#include "tests/support/io_faults.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>

enum { LANES = 3 };

static ks_writer *write_with(size_t memory) {
    ks_writer *writer = NULL;
    OK(engine->write(&writer, place, &(ks_writer_options){.memory = memory}, err));
    if (writer->ops->lane) return writer;
    writer->ops->close(writer);
    skip();
    return NULL;
}

static ks_lane *new_lane(ks_writer *writer) {
    ks_lane *lane = NULL;
    OK(writer->ops->lane(writer, &lane, err));
    assert_non_null(lane);
    return lane;
}

static void lane_put(ks_writer *writer, ks_lane *lane, const ks_test_spec *spec) {
    ks_document document = ks_test_document(&arena, spec);
    OK(writer->ops->lane_put(lane, &document, err));
}

static bool has(ks_writer *writer, const char *id) {
    ks_document_state state = {0};
    OK(writer->ops->find(writer, ks_test_term(id), &state, err));
    free(state.sources);
    return state.found;
}

/* Files of the index beside what an empty one has. */
static size_t files_in_place(void) {
    DIR *folder = opendir(place);
    const struct dirent *entry;
    size_t count = 0;
    assert_non_null(folder);
    while ((entry = readdir(folder))) count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

/* From memory that holds nothing, over some that holds a little, to all. */
static const size_t memories[] = {1, 20000, 0};
enum { MEMORIES = sizeof memories / sizeof memories[0] };

/* ---- One after the other ---- */

static ks_status count_id(void *context, ks_term id, ks_error *err) {
    (void)id;
    (void)err;
    ++*(size_t *)context;
    return KS_OK;
}

static size_t count_each(ks_writer *writer, uint32_t source) {
    size_t count = 0;
    OK(writer->ops->each(writer, source, count_id, &count, err));
    return count;
}

static void check_after_join(ks_writer *writer) {
    ks_buffer stored = {0};
    ks_document_state state = {0};
    assert_true(has(writer, "a"));
    assert_true(has(writer, "b"));
    assert_int_equal(count_each(writer, 7), 2);
    OK(writer->ops->stored(writer, ks_test_term("b"), &stored, err));
    assert_string_equal(stored.data, "[b]");
    ks_buffer_free(&stored);
    OK(writer->ops->find(writer, ks_test_term("a"), &state, err));
    assert_int_equal(state.source_count, 1);
    assert_int_equal(state.sources[0], 7);
    free(state.sources);
}

static void a_join_makes_it_known(void **state) {
    (void)state;
    for (size_t i = 0; i < MEMORIES; i++) {
        ks_writer *writer = write_with(memories[i]);
        ks_lane *first = new_lane(writer), *second = new_lane(writer);
        ks_reader *reader;
        lane_put(writer, first,
                 &(ks_test_spec){.id = "a", .fields = {"x"}, .sources = {7}, .source_count = 1});
        lane_put(writer, second,
                 &(ks_test_spec){.id = "b", .fields = {"x"}, .sources = {7}, .source_count = 1});
        lane_put(writer, second, &(ks_test_spec){.id = "c", .fields = {"x y"}});
        put(writer, &(ks_test_spec){.id = "d", .fields = {"x"}});
        OK(writer->ops->join(writer, err));
        check_after_join(writer);
        remove_id(writer, "a");
        put(writer, &(ks_test_spec){.id = "b", .fields = {"z"}});
        assert_false(has(writer, "a"));
        assert_int_equal(count_each(writer, 7), 0);
        finish(writer);
        reader = read_index();
        assert_int_equal(records_of(reader), 3);
        assert_int_equal(frequency_of_term(reader, "x"), 2);
        assert_int_equal(frequency_of_term(reader, "z"), 1);
        assert_string_equal(stored_of(reader, "c"), "[c]");
        close_reader(reader);
        writer = write_with(0);
        remove_id(writer, "b");
        remove_id(writer, "c");
        remove_id(writer, "d");
        finish(writer);
    }
}

static void lanes_go_on_after_a_join(void **state) {
    (void)state;
    for (size_t i = 0; i < MEMORIES; i++) {
        ks_writer *writer = write_with(memories[i]);
        ks_lane *lane = new_lane(writer), *idle = new_lane(writer);
        ks_reader *reader;
        char id[32];
        for (int round = 0; round < 4; round++) {
            for (int at = 0; at < 5; at++) {
                snprintf(id, sizeof id, "%zu-%d-%d", i, round, at);
                lane_put(writer, lane, &(ks_test_spec){.id = id, .fields = {"x"}});
            }
            OK(writer->ops->lane_flush(lane, err));
            OK(writer->ops->lane_flush(lane, err));
            OK(writer->ops->lane_flush(idle, err));
            OK(writer->ops->join(writer, err));
            OK(writer->ops->join(writer, err));
            assert_true(has(writer, id));
            remove_id(writer, id);
        }
        OK(writer->ops->optimize(writer, err));
        finish(writer);
        reader = read_index();
        assert_int_equal(records_of(reader), 16 * (i + 1));
        assert_int_equal(frequency_of_term(reader, "x"), 16 * (i + 1));
        close_reader(reader);
    }
}

/* Puts documents, with large records, until the lane is split; returns how many it took. */
static int fill_lane(ks_writer *writer, ks_lane *lane, const char *name, ks_lane **full) {
    static char record[20000];
    int count = 0;
    memset(record, '.', sizeof record - 1);
    for (*full = NULL; !*full && count < 10000; count++) {
        char id[32];
        snprintf(id, sizeof id, "%s-%d", name, count);
        lane_put(writer, lane, &(ks_test_spec){.id = id, .fields = {"x"}, .stored = record});
        OK(writer->ops->lane_split(lane, full, err));
    }
    assert_non_null(*full);
    return count;
}

/* What is split off counts like what was left, whether it was flushed or not. */
static void full_lanes_are_split(void **state) {
    uint64_t before = 0;
    (void)state;
    for (int flushed = 0; flushed < 2; flushed++) {
        ks_writer *writer = write_with((size_t)48 << 20);
        ks_lane *lane = new_lane(writer), *other = new_lane(writer), *full;
        const char *const names[] = {"first", "second"};
        ks_reader *reader;
        int count;
        OK(writer->ops->lane_split(other, &full, err)); /* it is empty */
        assert_null(full);
        count = fill_lane(writer, lane, names[flushed], &full);
        assert_true(count > 100);
        OK(writer->ops->lane_split(lane, &other, err));
        assert_null(other);
        if (flushed) OK(writer->ops->lane_flush(full, err));
        lane_put(writer, lane, &(ks_test_spec){.id = flushed ? "b" : "a", .fields = {"x"}});
        OK(writer->ops->join(writer, err));
        assert_true(has(writer, flushed ? "second-0" : "first-0"));
        if (!flushed) OK(writer->ops->lane_flush(full, err)); /* there is nothing left in it */
        finish(writer);
        reader = read_index();
        assert_int_equal(records_of(reader), before + (uint64_t)count + 1);
        before += (uint64_t)count + 1;
        close_reader(reader);
    }
}

static void lanes_without_a_commit(void **state) {
    ks_writer *writer = write_with(0);
    size_t files;
    (void)state;
    put(writer, &(ks_test_spec){.id = "a"});
    finish(writer);
    files = files_in_place();
    for (int joined = 0; joined < 2; joined++) {
        for (size_t i = 0; i < MEMORIES; i++) {
            ks_lane *lane, *full;
            ks_reader *reader;
            char id[32];
            writer = write_with(memories[i]);
            lane = new_lane(writer);
            for (int at = 0; at < 30; at++) {
                snprintf(id, sizeof id, "n%d", at);
                lane_put(writer, lane, &(ks_test_spec){.id = id, .fields = {"x"}});
                if (at == 20) OK(writer->ops->lane_split(lane, &full, err));
            }
            if (joined) OK(writer->ops->join(writer, err));
            writer->ops->close(writer);
            assert_int_equal(files_in_place(), files);
            reader = read_index();
            assert_int_equal(records_of(reader), 1);
            close_reader(reader);
        }
    }
}

/* ---- On threads ---- */

struct history {
    const char *ids[400];
    ks_document documents[400];
    size_t count;
};

struct work {
    ks_writer *writer;
    ks_lane *lane;
    const struct history *history;
    size_t first, step, end;
    ks_status status;
};

static void *put_all(void *context) {
    struct work *work = context;
    for (size_t i = work->first; i < work->end && !work->status; i += work->step)
        work->status = work->writer->ops->lane_put(work->lane, &work->history->documents[i], NULL);
    if (!work->status) work->status = work->writer->ops->lane_flush(work->lane, NULL);
    return NULL;
}

static void make_history(struct history *history, size_t count, uint64_t *random) {
    for (size_t i = 0; i < count; i++) {
        char id[32];
        snprintf(id, sizeof id, "id%zu", i);
        history->ids[i] = ks_arena_copy(&arena, id, strlen(id));
        history->documents[i] = ks_test_random_document(&arena, history->ids[i], random);
    }
    history->count = count;
}

/* Puts documents from..end through threads; meanwhile those before `from` are put again by the writer itself,
 * which moves them behind. */
static void put_with_threads(ks_writer *writer, ks_lane *const *lanes, size_t lane_count,
                             const struct history *history, size_t from, size_t end) {
    pthread_t threads[LANES];
    struct work works[LANES];
    for (size_t i = 0; i < lane_count; i++) {
        works[i] = (struct work){writer, lanes[i], history, from + i, lane_count, end, KS_OK};
        assert_int_equal(pthread_create(&threads[i], NULL, put_all, &works[i]), 0);
    }
    for (size_t i = 0; i < from; i += 7) {
        assert_true(has(writer, history->ids[i]));
        OK(writer->ops->put(writer, &history->documents[i], err));
    }
    for (size_t i = 0; i < lane_count; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(works[i].status, KS_OK);
    }
    OK(writer->ops->join(writer, err));
    for (size_t i = 0; i < end; i++) assert_true(has(writer, history->ids[i]));
}

static void compare_readers(ks_reader *expected, ks_reader *actual, const struct history *history,
                            uint64_t *random) {
    ks_arena plans = {0};
    ks_assert_same_content(expected, actual, history->ids, history->count);
    for (int i = 0; i < 40; i++) {
        ks_plan plan = ks_test_random_plan(&plans, random, history->ids, history->count);
        ks_assert_same_topk(expected, actual, &plan);
    }
    ks_arena_free(&plans);
}

/* The same documents, put singly into an index beside; every tenth removed, between the rounds. */
static void put_singly(const struct history *history, const char *beside) {
    ks_writer *writer = NULL;
    OK(engine->write(&writer, beside, NULL, err));
    for (size_t i = 0; i < history->count; i++) OK(writer->ops->put(writer, &history->documents[i], err));
    for (size_t i = 0; i < history->count; i += 10) remove_id(writer, history->ids[i]);
    finish(writer);
}

static void run_history(size_t lane_count, size_t memory, size_t count, uint64_t *random) {
    static struct history history;
    char beside[KS_TEST_PATH];
    ks_writer *writer = write_with(memory);
    ks_lane *lanes[LANES];
    ks_reader *expected = NULL, *actual;
    snprintf(beside, sizeof beside, "%.900s-beside", place);
    make_history(&history, count, random);
    put_singly(&history, beside);
    for (size_t i = 0; i < lane_count; i++) lanes[i] = new_lane(writer);
    put_with_threads(writer, lanes, lane_count, &history, 0, count / 2);
    put_with_threads(writer, lanes, lane_count, &history, count / 2, count);
    for (size_t i = 0; i < count; i += 10) remove_id(writer, history.ids[i]);
    finish(writer);
    OK(engine->open(&expected, beside, err));
    actual = read_index();
    compare_readers(expected, actual, &history, random);
    close_reader(expected);
    close_reader(actual);
    ks_test_folder_remove(beside);
    ks_test_folder_remove(place);
}

static void histories_on_threads(void **state) {
    uint64_t random = ks_test_seed(21);
    (void)state;
    for (size_t lanes = 1; lanes <= LANES; lanes++) {
        run_history(lanes, 0, 150, &random);
        run_history(lanes, 400000, 400, &random);
        run_history(lanes, 1, 40, &random); /* each document a segment, and many merges meanwhile */
    }
}

/* ---- When something fails ---- */

enum { FEW = 4 }; /* fewer segments than are merged in the background: then this is the only thread */

static void make_few(ks_document *documents) {
    uint64_t random = 5;
    for (int i = 0; i < FEW; i++) {
        char id[32];
        snprintf(id, sizeof id, "n%d", i);
        documents[i] = ks_test_random_document(&arena, id, &random);
    }
}

static ks_status put_and_commit(const ks_document *documents, size_t memory) {
    ks_writer *writer = NULL;
    ks_lane *lane = NULL;
    uint64_t generation;
    ks_status status = engine->write(&writer, place, &(ks_writer_options){.memory = memory}, NULL);
    if (!status) status = writer->ops->lane(writer, &lane, NULL);
    for (int i = 0; i < FEW && !status; i++) status = writer->ops->lane_put(lane, &documents[i], NULL);
    if (!status) status = writer->ops->lane_flush(lane, NULL);
    if (!status) status = writer->ops->join(writer, NULL);
    if (!status) status = writer->ops->remove(writer, documents[0].id, NULL);
    if (!status) status = writer->ops->commit(writer, &generation, NULL);
    if (writer) writer->ops->close(writer);
    return status;
}

static void assert_old_state(size_t files) {
    ks_reader *reader = read_index();
    assert_int_equal(records_of(reader), 1);
    assert_int_equal(doc_of(reader, "n0"), 0);
    close_reader(reader);
    assert_int_equal(files_in_place(), files);
}

/* An index of one document; returns how many files it has. */
static size_t make_old_state(void) {
    ks_writer *writer = write_with(0);
    put(writer, &(ks_test_spec){.id = "a"});
    finish(writer);
    return files_in_place();
}

static void remove_all(const ks_document *documents) {
    ks_writer *writer = write_with(0);
    for (int i = 0; i < FEW; i++) OK(writer->ops->remove(writer, documents[i].id, err));
    OK(writer->ops->optimize(writer, err));
    finish(writer);
}

static void writes_that_fail(void **state) {
    size_t files = make_old_state(), open_files = ks_test_open_files();
    ks_document documents[FEW];
    (void)state;
    make_few(documents);
    if (!ks_test_can_fail_io()) skip();
    for (size_t n = 1;; n++) {
        ks_status status;
        ks_test_fail_call(KS_TEST_WRITE, n, ENOSPC, false);
        status = put_and_commit(documents, n % 2 ? 1 : 0);
        if (!ks_test_io_failed(NULL) && n % 2) break;
        if (status == KS_OK) { /* with more memory there is less to write */
            remove_all(documents);
            continue;
        }
        assert_old_state(files);
        assert_int_equal(ks_test_open_files(), open_files);
    }
}

static void allocations_that_fail(void **state) {
    static const size_t some[] = {1, 0};
    size_t files = make_old_state(), open_files = ks_test_open_files();
    ks_document documents[FEW];
    (void)state;
    make_few(documents);
    if (!ks_test_can_fail_allocation()) skip();
    for (int i = 0; i < 2; i++) {
        for (size_t n = 1;; n++) {
            ks_status status;
            ks_test_fail_allocation(n);
            status = put_and_commit(documents, some[i]);
            if (!ks_test_allocation_failed()) break;
            if (status == KS_OK) { /* only clearing up has failed, which is made up for the next time */
                remove_all(documents);
                continue;
            }
            assert_int_equal(status, KS_ERR_NOMEM);
            finish(write_with(0)); /* sweeps what could not be */
            assert_old_state(files);
            assert_int_equal(ks_test_open_files(), open_files);
        }
        remove_all(documents);
    }
}

static const struct CMUnitTest tests[] = {
    IN_FOLDER(a_join_makes_it_known),  IN_FOLDER(lanes_go_on_after_a_join), IN_FOLDER(full_lanes_are_split),
    IN_FOLDER(lanes_without_a_commit), IN_FOLDER(histories_on_threads),     IN_FOLDER(writes_that_fail),
    IN_FOLDER(allocations_that_fail),
};

RUN_FOR_EACH_ENGINE(tests)
