/* Files of sections: their bytes against the layout read naively, misuse, and every fault. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/file_writer.h"

#include "tests/native/faults.h"
#include "tests/support/random.h"

#include <unistd.h>

static uint64_t number_at(const char *bytes, size_t at, int size) {
    uint64_t value = 0;
    for (int i = size - 1; i >= 0; i--) value = value * 256 + (uint8_t)bytes[at + (size_t)i];
    return value;
}

/* Sections in the order they are written, all bytes one after the other. */
struct plan {
    unsigned count, numbers[KS_SECTIONS];
    size_t sizes[KS_SECTIONS];
    char *bytes;
};

static ks_status write_pieces(ks_file_writer *writer, const char *bytes, size_t size, uint64_t *random,
                              ks_error *err) {
    size_t done = 0;
    while (done < size) {
        size_t piece = 1 + ks_test_below(random, 3000);
        ks_status status;
        if (piece > size - done) piece = size - done;
        assert_int_equal(ks_file_writer_offset(writer), done);
        status = ks_file_writer_add(writer, bytes + done, piece, err);
        if (status) return status;
        done += piece;
    }
    assert_int_equal(ks_file_writer_offset(writer), size);
    return KS_OK;
}

static ks_status write_plan(const char *folder, const char *name, const struct plan *plan, uint64_t *bytes,
                            ks_error *err) {
    ks_file_writer *writer = NULL;
    uint64_t random = 1;
    size_t at = 0;
    ks_status status = ks_file_writer_open(&writer, folder, name, err);
    if (status) return status;
    assert_int_equal(ks_file_writer_offset(writer), 0);
    for (unsigned i = 0; !status && i < plan->count; at += plan->sizes[i++]) {
        status = ks_file_writer_section(writer, plan->numbers[i], err);
        if (!status) status = write_pieces(writer, plan->bytes + at, plan->sizes[i], &random, err);
    }
    if (!status) status = ks_file_writer_finish(writer, bytes, err);
    ks_file_writer_free(writer);
    return status;
}

static void check_layout(const char *path, const struct plan *plan, uint64_t size_told) {
    size_t size, tail, content, chunks, groups, table, expected_at = 8, at = 0;
    char *file = ks_test_read(path, &size);
    assert_int_equal(size, size_told);
    tail = size - 32;
    assert_memory_equal(file, "KSFILE2\n", 8);
    assert_memory_equal(file + size - 8, "KSFILE2\n", 8);
    assert_int_equal(number_at(file, tail, 4), plan->count);
    chunks = number_at(file, tail + 4, 4);
    content = number_at(file, tail + 8, 8);
    assert_int_equal(chunks, (content + 8191) / 8192);
    groups = content + 8 * chunks;
    assert_int_equal(number_at(file, tail + 16, 8), ks_hash64(file + groups, tail + 16 - groups, 0));
    table = groups + 8 * ((chunks + 127) / 128);
    assert_int_equal(table + 24 * plan->count, tail);
    for (size_t i = 0; i < chunks; i++) {
        size_t from = i * 8192, to = from + 8192 < content ? from + 8192 : content;
        assert_int_equal(number_at(file, content + 8 * i, 8), ks_hash64(file + from, to - from, 0));
    }
    for (size_t i = 0; i < (chunks + 127) / 128; i++) {
        size_t from = content + i * 1024, to = from + 1024 < groups ? from + 1024 : groups;
        assert_int_equal(number_at(file, groups + 8 * i, 8), ks_hash64(file + from, to - from, 0));
    }
    for (unsigned i = 0; i < plan->count; i++) {
        while (expected_at % 64) assert_int_equal(file[expected_at++], 0);
        assert_int_equal(number_at(file, table + 24 * i, 4), plan->numbers[i]);
        assert_int_equal(number_at(file, table + 24 * i + 4, 4), 0);
        assert_int_equal(number_at(file, table + 24 * i + 8, 8), expected_at);
        assert_int_equal(number_at(file, table + 24 * i + 16, 8), plan->sizes[i]);
        assert_memory_equal(file + expected_at, plan->bytes + at, plan->sizes[i]);
        expected_at += plan->sizes[i];
        at += plan->sizes[i];
    }
    assert_int_equal(expected_at, content);
    free(file);
}

static void make_plan(struct plan *plan, unsigned count, size_t limit, uint64_t *random) {
    size_t sum = 0;
    unsigned first = (unsigned)ks_test_below(random, KS_SECTIONS);
    plan->count = count;
    for (unsigned i = 0; i < count; i++) {
        plan->numbers[i] = (first + 7 * i) % KS_SECTIONS; /* 7 and 32 have no common factor */
        plan->sizes[i] = ks_test_below(random, 4) ? ks_test_below(random, limit) : 0;
        sum += plan->sizes[i];
    }
    plan->bytes = malloc(sum + 1);
    assert_non_null(plan->bytes);
    ks_test_random_bytes(random, plan->bytes, sum);
}

static void random_files_have_the_layout(void **state) {
    uint64_t random = ks_test_seed(11);
    char path[KS_TEST_PATH];
    ks_test_path(path, *state, "file");
    for (unsigned round = 0; round < 60; round++) {
        struct plan plan;
        uint64_t bytes = 0;
        make_plan(&plan, round % (KS_SECTIONS + 1), round % 3 ? 500 : 100000, &random);
        assert_int_equal(write_plan(*state, "file", &plan, &bytes, NULL), KS_OK);
        check_layout(path, &plan, bytes);
        assert_int_equal(unlink(path), 0);
        free(plan.bytes);
    }
}

/* Content that ends on, before and behind the end of a chunk, of a group of chunks, or of a piece. */
static void borders(void **state) {
    static const size_t ends[] = {KS_CHUNK, 2 * KS_CHUNK, KS_CHUNK_GROUP * KS_CHUNK, KS_PIECE - KS_CHUNK,
                                  KS_PIECE, 2 * KS_PIECE};
    char path[KS_TEST_PATH], *bytes = malloc(2 * KS_PIECE + 1);
    uint64_t random = ks_test_seed(12);
    assert_non_null(bytes);
    ks_test_random_bytes(&random, bytes, 2 * KS_PIECE + 1);
    ks_test_path(path, *state, "file");
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        for (size_t more = 0; more <= 2; more++) {
            struct plan plan = {1, {3}, {ends[i] - KS_SECTION_ALIGN + more - 1}, bytes};
            uint64_t size;
            assert_int_equal(write_plan(*state, "file", &plan, &size, NULL), KS_OK);
            check_layout(path, &plan, size);
            assert_int_equal(unlink(path), 0);
        }
    free(bytes);
}

static void no_sections_at_all(void **state) {
    struct plan plan = {.bytes = ""};
    char path[KS_TEST_PATH];
    uint64_t bytes;
    assert_int_equal(write_plan(*state, "file", &plan, &bytes, NULL), KS_OK);
    check_layout(ks_test_path(path, *state, "file"), &plan, bytes);
    assert_int_equal(bytes, 8 + 8 + 8 + 32);
}

static void sections_are_used_once(void **state) {
    ks_file_writer *writer;
    ks_error err;
    assert_int_equal(ks_file_writer_open(&writer, *state, "file", &err), KS_OK);
    assert_int_equal(ks_file_writer_add(writer, "x", 1, &err), KS_ERR_ARGUMENT);
    assert_int_equal(ks_file_writer_section(writer, KS_SECTIONS, &err), KS_ERR_ARGUMENT);
    assert_int_equal(ks_file_writer_section(writer, KS_SECTIONS - 1, &err), KS_OK);
    assert_int_equal(ks_file_writer_section(writer, 0, &err), KS_OK);
    assert_int_equal(ks_file_writer_section(writer, KS_SECTIONS - 1, &err), KS_ERR_ARGUMENT);
    assert_int_equal(ks_file_writer_section(writer, 0, &err), KS_ERR_ARGUMENT);
    assert_non_null(strstr(err.message, "file"));
    assert_int_equal(ks_file_writer_finish(writer, NULL, &err), KS_OK);
    assert_int_equal(ks_file_writer_section(writer, 1, &err), KS_ERR_ARGUMENT);
    assert_int_equal(ks_file_writer_add(writer, "x", 1, &err), KS_ERR_ARGUMENT);
    assert_int_equal(ks_file_writer_finish(writer, NULL, &err), KS_ERR_ARGUMENT);
    ks_file_writer_free(writer);
}

static void a_file_that_is_there_is_left_alone(void **state) {
    ks_file_writer *writer = NULL;
    ks_error err;
    char path[KS_TEST_PATH], *text;
    ks_test_write_text(ks_test_path(path, *state, "file"), "old");
    assert_int_equal(ks_file_writer_open(&writer, *state, "file", &err), KS_ERR_IO);
    assert_null(writer);
    assert_non_null(strstr(err.message, path));
    text = ks_test_read(path, NULL);
    assert_string_equal(text, "old");
    free(text);
}

static void the_folder_must_be_there(void **state) {
    ks_file_writer *writer = NULL;
    char path[KS_TEST_PATH];
    ks_test_path(path, *state, "missing");
    assert_int_equal(ks_file_writer_open(&writer, path, "file", NULL), KS_ERR_NOT_FOUND);
    assert_null(writer);
}

static void an_unfinished_file_is_removed(void **state) {
    char *before = snapshot(*state);
    ks_file_writer *writer;
    assert_int_equal(ks_file_writer_open(&writer, *state, "file", NULL), KS_OK);
    assert_int_equal(ks_file_writer_section(writer, 1, NULL), KS_OK);
    assert_int_equal(ks_file_writer_add(writer, "abc", 3, NULL), KS_OK);
    ks_file_writer_free(writer);
    assert_unchanged(*state, before);
    ks_file_writer_free(NULL);
    free(before);
}

struct attempt {
    const char *folder;
    struct plan plan;
};

static ks_status write_attempt(void *context, ks_error *err) {
    const struct attempt *attempt = context;
    return write_plan(attempt->folder, "file", &attempt->plan, NULL, err);
}

static void make_attempt(struct attempt *attempt, const char *folder) {
    uint64_t random = 5;
    attempt->folder = folder;
    make_plan(&attempt->plan, 6, KS_PIECE, &random);
}

static void every_call_may_fail(void **state) {
    static const struct {
        int errnum;
        ks_status status;
    } cases[] = {
        {EIO, KS_ERR_IO}, {ENOSPC, KS_ERR_NO_SPACE}, {EDQUOT, KS_ERR_NO_SPACE}, {EFBIG, KS_ERR_NO_SPACE}};
    struct attempt attempt;
    char path[KS_TEST_PATH];
    make_attempt(&attempt, *state);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t calls = each_io_fault(*state, write_attempt, &attempt, cases[i].errnum, cases[i].status);
        assert_true(calls >= 5); /* open, two writes at least, fsync, close */
        assert_int_equal(unlink(ks_test_path(path, *state, "file")), 0);
    }
    free(attempt.plan.bytes);
}

static void every_allocation_may_fail(void **state) {
    struct attempt attempt;
    make_attempt(&attempt, *state);
    assert_true(each_allocation_fault(*state, write_attempt, &attempt) >= 3);
    free(attempt.plan.bytes);
}

static void interrupted_and_short_writes_go_on(void **state) {
    struct attempt attempt;
    char path[KS_TEST_PATH];
    ks_status status = KS_OK;
    bool interrupted = true;
    make_attempt(&attempt, *state);
    ks_test_path(path, *state, "file");
    for (size_t n = 1; interrupted && !status; n++) {
        uint64_t bytes = 0;
        ks_test_short_io(n * 1000 + 1);
        ks_test_fail_io(n, EINTR);
        status = write_plan(*state, "file", &attempt.plan, &bytes, NULL);
        interrupted = ks_test_io_failed(NULL);
        ks_test_short_io(0);
        assert_int_equal(status, KS_OK);
        check_layout(path, &attempt.plan, bytes);
        assert_int_equal(unlink(path), 0);
    }
    free(attempt.plan.bytes);
}

static void nothing_goes_on_after_a_failed_write(void **state) {
    ks_file_writer *writer;
    ks_error err;
    char *before = snapshot(*state), *bytes = calloc(1, KS_PIECE);
    if (!ks_test_can_fail_io()) skip();
    assert_non_null(bytes);
    assert_int_equal(ks_file_writer_open(&writer, *state, "file", NULL), KS_OK);
    assert_int_equal(ks_file_writer_section(writer, 1, NULL), KS_OK);
    ks_test_fail_call(KS_TEST_WRITE, 1, ENOSPC, false);
    assert_int_equal(ks_file_writer_add(writer, bytes, KS_PIECE, &err), KS_ERR_NO_SPACE);
    assert_non_null(strstr(err.hint, "make room"));
    assert_true(ks_test_io_failed(NULL));
    assert_int_equal(ks_file_writer_add(writer, "x", 1, &err), KS_ERR_IO);
    assert_int_equal(ks_file_writer_section(writer, 2, &err), KS_ERR_IO);
    assert_int_equal(ks_file_writer_finish(writer, NULL, &err), KS_ERR_IO);
    ks_file_writer_free(writer);
    assert_unchanged(*state, before);
    free(before);
    free(bytes);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ks_test_folder_setup, ks_test_folder_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(random_files_have_the_layout),
        TEST(borders),
        TEST(no_sections_at_all),
        TEST(sections_are_used_once),
        TEST(a_file_that_is_there_is_left_alone),
        TEST(the_folder_must_be_there),
        TEST(an_unfinished_file_is_removed),
        TEST(every_call_may_fail),
        TEST(every_allocation_may_fail),
        TEST(interrupted_and_short_writes_go_on),
        TEST(nothing_goes_on_after_a_failed_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
