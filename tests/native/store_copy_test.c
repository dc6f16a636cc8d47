/* Copying blocks of stored records as they are: whatever is added and copied in whichever order comes out
 * again; few small blocks; faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/store.h"
#include "tests/native/faults.h"
#include "tests/support/random.h"

#include <unistd.h>

enum { DATA = 5, INDEX = 9, RECORDS = 600, LONGEST = 3000 };

/* The records of the store that is copied from: number i has sizes[i] bytes of bytes[i]. */
static char bytes[RECORDS][LONGEST];
static size_t sizes[RECORDS];
/* The numbers of those that the other store has. */
static uint32_t expected[3 * RECORDS];
static size_t expected_count;

static void make_records(size_t longest, uint64_t *random) {
    for (size_t i = 0; i < RECORDS; i++) {
        sizes[i] = ks_test_below(random, longest);
        for (size_t at = 0; at < sizes[i]; at++) bytes[i][at] = "abcdef"[ks_test_below(random, 6)];
    }
}

struct stores {
    const char *folder;
    ks_mapped *file;
    ks_store *from;
    uint64_t seed;
};

static void open_from(struct stores *stores, const char *folder) {
    ks_file_writer *file = NULL;
    ks_store_writer *writer = NULL;
    char path[KS_TEST_PATH];
    stores->folder = folder;
    unlink(ks_test_path(path, folder, "from"));
    assert_int_equal(ks_file_writer_open(&file, folder, "from", NULL), KS_OK);
    assert_int_equal(ks_file_writer_section(file, DATA, NULL), KS_OK);
    assert_int_equal(ks_store_writer_new(&writer, file, INDEX, NULL), KS_OK);
    for (size_t i = 0; i < RECORDS; i++)
        assert_int_equal(ks_store_writer_add(writer, bytes[i], sizes[i], NULL), KS_OK);
    assert_int_equal(ks_store_writer_finish(writer, NULL), KS_OK);
    assert_int_equal(ks_file_writer_finish(file, NULL, NULL), KS_OK);
    ks_store_writer_free(writer);
    ks_file_writer_free(file);
    assert_int_equal(ks_mapped_open(&stores->file, folder, "from", NULL), KS_OK);
    assert_int_equal(ks_store_open(&stores->from, stores->file, DATA, INDEX, NULL), KS_OK);
}

static void close_from(const struct stores *stores) {
    ks_store_close(stores->from);
    ks_mapped_close(stores->file);
}

/* Single records, then as many blocks as there are, or fewer, in turn. */
static ks_status copy_some(ks_store_writer *writer, struct stores *stores, uint64_t *random, ks_error *err) {
    uint32_t number = (uint32_t)ks_test_below(random, RECORDS);
    ks_status status = KS_OK;
    for (size_t left = ks_test_below(random, 30); left > 0 && number < RECORDS && !status; left--, number++) {
        status = ks_store_writer_add(writer, bytes[number], sizes[number], err);
        expected[expected_count++] = number;
    }
    for (size_t left = ks_test_below(random, 4); left > 0 && number < RECORDS && !status; left--) {
        ks_store_block block;
        bool copied = false;
        if ((status = ks_store_find_block(stores->from, number, &block, err))) break;
        assert_true(block.first <= number && number < block.next);
        status = ks_store_writer_copy(writer, &block, (uint32_t)ks_test_below(random, 200), &copied, err);
        for (uint32_t i = block.first; copied && i < block.next; i++) expected[expected_count++] = i;
        number = block.next;
    }
    return status;
}

static ks_status write_mixture(void *context, ks_error *err) {
    struct stores *stores = context;
    ks_file_writer *file = NULL;
    ks_store_writer *writer = NULL;
    uint64_t random = stores->seed;
    ks_status status;
    expected_count = 0;
    if (!(status = ks_file_writer_open(&file, stores->folder, "to", err)) &&
        !(status = ks_file_writer_section(file, DATA, err)) &&
        !(status = ks_store_writer_new(&writer, file, INDEX, err)))
        while (expected_count < RECORDS && !status) status = copy_some(writer, stores, &random, err);
    if (!status && !(status = ks_store_writer_finish(writer, err)))
        status = ks_file_writer_finish(file, NULL, err);
    ks_store_writer_free(writer);
    ks_file_writer_free(file);
    return status;
}

static void check_to(const char *folder) {
    ks_mapped *file = NULL;
    ks_store *store = NULL;
    ks_buffer got = {0};
    assert_int_equal(ks_mapped_open(&file, folder, "to", NULL), KS_OK);
    assert_int_equal(ks_store_open(&store, file, DATA, INDEX, NULL), KS_OK);
    assert_int_equal(ks_store_count(store), expected_count);
    for (uint32_t i = 0; i < expected_count; i++) {
        ks_buffer_truncate(&got, 0);
        assert_int_equal(ks_store_get(store, i, &got, NULL), KS_OK);
        assert_int_equal(got.size, sizes[expected[i]]);
        if (got.size) assert_memory_equal(got.data, bytes[expected[i]], got.size);
    }
    ks_buffer_free(&got);
    ks_store_close(store);
    ks_mapped_close(file);
}

static void remove_to(const char *folder) {
    char path[KS_TEST_PATH];
    assert_int_equal(unlink(ks_test_path(path, folder, "to")), 0);
}

static void whatever_comes(void **state) {
    static const size_t longest[] = {1, 40, 700, LONGEST};
    uint64_t random = ks_test_seed(41);
    for (size_t round = 0; round < 40; round++) {
        struct stores stores = {.seed = ks_test_random(&random)};
        make_records(longest[round % 4], &random);
        open_from(&stores, *state);
        assert_int_equal(write_mixture(&stores, NULL), KS_OK);
        check_to(*state);
        remove_to(*state);
        close_from(&stores);
    }
}

/* ---- Which blocks are copied ---- */

static void assert_copied(ks_store_writer *writer, const ks_store_block *block, uint32_t more, bool expects) {
    bool copied = !expects;
    assert_int_equal(ks_store_writer_copy(writer, block, more, &copied, NULL), KS_OK);
    assert_int_equal(copied, expects);
}

static void small_blocks_are_few(void **state) {
    struct stores stores = {0};
    ks_store_block block, last;
    ks_file_writer *file = NULL;
    ks_store_writer *writer = NULL;
    uint32_t count;
    for (size_t i = 0; i < RECORDS; i++) sizes[i] = 110;
    open_from(&stores, *state);
    assert_int_equal(ks_store_find_block(stores.from, 0, &block, NULL), KS_OK);
    assert_int_equal(ks_store_find_block(stores.from, RECORDS - 1, &last, NULL), KS_OK);
    assert_true(block.unpacked > KS_STORE_BLOCK / 2 && last.unpacked < KS_STORE_BLOCK / 2);
    count = block.next - block.first;
    assert_int_equal(ks_file_writer_open(&file, *state, "to", NULL), KS_OK);
    assert_int_equal(ks_file_writer_section(file, DATA, NULL), KS_OK);
    assert_int_equal(ks_store_writer_new(&writer, file, INDEX, NULL), KS_OK);
    assert_copied(writer, &last, RECORDS, false); /* small itself */
    assert_copied(writer, &block, 0, true);       /* nothing waits */
    assert_copied(writer, &block, 0, true);
    assert_int_equal(ks_store_writer_add(writer, bytes[0], 110, NULL), KS_OK);
    assert_copied(writer, &block, 3 * count - 1, false); /* one record waits */
    assert_copied(writer, &block, 3 * count, true);
    for (size_t i = 0; i < count / 2; i++) {
        assert_int_equal(ks_store_writer_add(writer, bytes[0], 110, NULL), KS_OK);
        if (i < count / 2 - 2) assert_copied(writer, &block, 0, false);
    }
    assert_int_equal(ks_store_writer_add(writer, bytes[0], 110, NULL), KS_OK);
    assert_copied(writer, &block, 0, true); /* those that wait are a block of their own */
    block.next = UINT32_MAX;
    {
        bool copied;
        assert_int_equal(ks_store_writer_copy(writer, &block, 0, &copied, NULL), KS_ERR_TOO_LARGE);
    }
    ks_store_writer_free(writer);
    ks_file_writer_free(file);
    close_from(&stores);
}

static void records_that_are_not_there(void **state) {
    struct stores stores = {0};
    ks_store_block block;
    open_from(&stores, *state);
    assert_int_equal(ks_store_find_block(stores.from, RECORDS, &block, NULL), KS_ERR_CORRUPT);
    assert_int_equal(ks_store_find_block(stores.from, UINT32_MAX, &block, NULL), KS_ERR_CORRUPT);
    close_from(&stores);
}

static void calls_that_fail(void **state) {
    uint64_t random = ks_test_seed(43);
    struct stores stores = {.seed = ks_test_random(&random)};
    make_records(700, &random);
    open_from(&stores, *state);
    assert_true(each_io_fault(*state, write_mixture, &stores, EIO, KS_ERR_IO) > 3);
    check_to(*state);
    remove_to(*state);
    assert_true(each_allocation_fault(*state, write_mixture, &stores) > 5);
    check_to(*state);
    close_from(&stores);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ks_test_folder_setup, ks_test_folder_teardown)

int main(void) {
    static const struct CMUnitTest tests[] = {
        TEST(whatever_comes),
        TEST(small_blocks_are_few),
        TEST(records_that_are_not_there),
        TEST(calls_that_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
