/* Every allocation and every system call of an index's life failing in turn: an error that says what
 * happened, the old state intact or, where the commit was reported, the new one; nothing leaks. */
#include "tests/faults/life.h"

/* ---- Kinds of failure ---- */

typedef struct kind {
    const char *name;
    void (*arm)(size_t n);
    bool (*failed)(void);
    ks_status expected;
} kind;

static void no_memory(size_t n) {
    ks_test_fail_allocation(n);
}

static void io_error(size_t n) {
    ks_test_fail_io(n, EIO);
}

static void full_disk(size_t n) {
    ks_test_fail_io(n, ENOSPC);
}

/* From the nth write on there is no room. */
static void disk_stays_full(size_t n) {
    ks_test_fail_call(KS_TEST_WRITE, n, ENOSPC, true);
}

static void half_written(size_t n) {
    ks_test_fail_half_written(n, ENOSPC);
}

static void cannot_sync(size_t n) {
    ks_test_fail_call(KS_TEST_FSYNC, n, EIO, false);
}

static void cannot_look(size_t n) {
    ks_test_fail_call(KS_TEST_FSTAT, n, EIO, false);
}

static void cannot_list(size_t n) {
    ks_test_fail_call(KS_TEST_OPENDIR, n, EIO, false);
}

static void cannot_remove(size_t n) {
    ks_test_fail_call(KS_TEST_UNLINK, n, EIO, false);
}

static void cannot_remove_anything(size_t n) {
    ks_test_fail_call(KS_TEST_UNLINK, n, EACCES, true);
}

static bool io_failed(void) {
    return ks_test_io_failed(NULL);
}

static const kind allocations = {"out of memory", no_memory, ks_test_allocation_failed, KS_ERR_NOMEM};
static const kind calls[] = {
    {"an I/O error", io_error, io_failed, KS_ERR_IO},
    {"a full disk", full_disk, io_failed, KS_ERR_NO_SPACE},
    {"a disk that stays full", disk_stays_full, io_failed, KS_ERR_NO_SPACE},
    {"half a write", half_written, io_failed, KS_ERR_NO_SPACE},
    {"a failing fsync", cannot_sync, io_failed, KS_ERR_IO},
    {"a file that cannot be looked at", cannot_look, io_failed, KS_ERR_IO},
    {"a folder that cannot be listed", cannot_list, io_failed, KS_ERR_IO},
    {"a file that cannot be removed", cannot_remove, io_failed, KS_ERR_IO},
    {"files that cannot be removed", cannot_remove_anything, io_failed, KS_ERR_IO},
};

/* ---- Failing ---- */

typedef struct outcome {
    ks_status status;
    bool committed, failed;
    ks_error err;
} outcome;

static outcome run_with_fault(const life *how, const kind *fault, size_t n) {
    outcome got = {0};
    fault->arm(n);
    got.status = run_life(how, &got.committed, &got.err);
    got.failed = fault->failed();
    return got;
}

static void check_error(const life *how, const kind *fault, size_t n, const outcome *got) {
    if (got->status != fault->expected || got->err.code != fault->expected || !got->err.message[0])
        fail_msg("%s, %s, the %zuth: status %d, error %d: %s", how->name, fault->name, n, (int)got->status,
                 (int)got->err.code, got->err.message);
}

/* The nth failure. False where the run makes fewer calls than that. */
static bool fail_once(const life *how, const kind *fault, const states *known, size_t n) {
    size_t open_files = ks_test_open_files();
    outcome got = run_with_fault(how, fault, n);
    bool new;
    if (got.status) check_error(how, fault, n, &got);
    assert_int_equal(ks_test_open_files(), open_files);
    new = is_new(known, how);
    if (new != got.committed)
        fail_msg("%s, %s, the %zuth: the commit said %s", how->name, fault->name, n,
                 got.committed ? "yes, and the old state is there" : "no, and the new state is there");
    assert_tidy(known, new);
    if (new) start_again(known);
    return got.failed;
}

/* Every nth failure, or a seeded share of one in `stride`; then the run passes. */
static size_t fail_each(const life *how, const kind *fault, const states *known, size_t stride,
                        uint64_t *random) {
    size_t n = 1, count = 0;
    while (fail_once(how, fault, known, n)) {
        n += stride > 1 ? 1 + ks_test_below(random, 2 * stride - 1) : 1;
        count++;
    }
    return count;
}

static void fail_lives(const kind *kinds, size_t kind_count, size_t stride) {
    uint64_t random = ks_test_seed(3);
    if (!ks_test_can_fail_io() || !ks_test_can_fail_allocation()) skip();
    for (size_t i = 0; i < LIVES; i++) {
        states known;
        make_states(&known, &lives[i]);
        for (size_t j = 0; j < kind_count; j++) {
            size_t count = fail_each(&lives[i], &kinds[j], &known, stride, &random);
            print_message("%s, %s: %zu failures\n", lives[i].name, kinds[j].name, count);
            assert_true(count > 0);
        }
        free_states(&known);
        ks_test_folder_remove(place);
    }
}

static void every_allocation(void **state) {
    (void)state;
    fail_lives(&allocations, 1, ks_test_share(1, 3, 12));
}

static void every_system_call(void **state) {
    (void)state;
    fail_lives(calls, sizeof calls / sizeof calls[0], ks_test_share(1, 1, 4));
}

/* ---- The order of things ---- */

/* Before the manifest is renamed into its place all that it speaks of is synced, and after it the folder. */
static void commits_are_durable(void **state) {
    (void)state;
    if (!ks_test_can_fail_io()) skip();
    for (size_t i = 0; i < LIVES; i++) {
        ks_test_sync_order order;
        ks_error err = {0};
        bool committed;
        if (!lives[i].fresh) make_base();
        ks_test_watch_syncs();
        must(run_life(&lives[i], &committed, &err), &err);
        order = ks_test_syncs_watched();
        assert_true(order.renames > 0);
        assert_int_equal(order.early, 0);
        assert_int_equal(order.unsynced, 0);
        ks_test_folder_remove(place);
    }
}

/* ---- Reading ---- */

/* A digest with the nth call failing: the error or, where the call did not matter, the answer. */
static bool read_with_fault(const kind *fault, const states *known, size_t n) {
    ks_buffer got = {0};
    size_t open_files = ks_test_open_files();
    ks_status status;
    bool failed, right;
    fault->arm(n);
    status = digest(&got);
    failed = fault->failed();
    right = status == KS_OK && same(&got, &known->old);
    if (!right && !(failed && status == fault->expected))
        fail_msg("reading, %s, the %zuth: status %d", fault->name, n, (int)status);
    ks_buffer_free(&got);
    assert_int_equal(ks_test_open_files(), open_files);
    return failed;
}

static void reading_with_failing_calls(void **state) {
    states known;
    (void)state;
    if (!ks_test_can_fail_io()) skip();
    make_states(&known, &lives[0]);
    for (size_t i = 0; i < 2; i++) {
        size_t n = 1;
        while (read_with_fault(&calls[i], &known, n)) n++;
        print_message("reading, %s: %zu failures\n", calls[i].name, n - 1);
        assert_true(n > 1);
    }
    free_states(&known);
}

/* Opens, searches, closes; *total is how many were found. */
static ks_status search(const ks_plan *plan, uint64_t *total, ks_error *err) {
    ks_reader *reader = NULL;
    ks_topk found;
    ks_status status = ks_native_engine.open(&reader, place, err);
    if (status) return status;
    status = reader->ops->search(reader, plan, &found, err);
    if (!status) {
        *total = found.total;
        ks_topk_free(&found);
    }
    reader->ops->close(reader);
    return status;
}

/* Returns how many allocations the search makes. */
static size_t search_with_failing_allocations(const ks_plan *plan) {
    uint64_t right = 0;
    assert_int_equal(search(plan, &right, NULL), KS_OK);
    for (size_t n = 1;; n++) {
        uint64_t total = right;
        ks_error err = {0};
        ks_status status;
        ks_test_fail_allocation(n);
        status = search(plan, &total, &err);
        if (!ks_test_allocation_failed()) {
            assert_int_equal(status, KS_OK);
            return n - 1;
        }
        assert_int_equal(status, KS_ERR_NOMEM);
        assert_int_equal(err.code, KS_ERR_NOMEM);
    }
}

static void reading_with_failing_allocations(void **state) {
    uint64_t random = ks_test_seed(17);
    size_t plans = ks_test_share(200, 40, 15), count = 0;
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    make_base();
    for (size_t i = 0; i < plans; i++) {
        ks_plan plan = ks_test_random_plan(&arena, &random, NULL, 0);
        plan.want_stored = true;
        count += search_with_failing_allocations(&plan);
    }
    print_message("%zu searches: %zu failures\n", plans, count);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(every_allocation),
        IN_FOLDER(every_system_call),
        IN_FOLDER(commits_are_durable),
        IN_FOLDER(reading_with_failing_calls),
        IN_FOLDER(reading_with_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
