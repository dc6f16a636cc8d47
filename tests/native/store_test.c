/* Stored records: round trips against the records themselves, damage of every kind, faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/store.h"

#include "native/bytes.h"
#include "tests/native/faults.h"
#include "tests/support/random.h"

#include <stdio.h>
#include <unistd.h>
#include <zlib.h>

enum { DATA = 5, INDEX = 9 };

struct records {
    ks_buffer bytes;
    size_t *starts; /* count + 1 */
    size_t count;
};

static void add_record(struct records *records, const void *bytes, size_t size) {
    records->starts = realloc(records->starts, (records->count + 2) * sizeof *records->starts);
    assert_non_null(records->starts);
    records->starts[0] = 0;
    ks_buffer_add(&records->bytes, bytes, size);
    assert_false(records->bytes.failed);
    records->starts[++records->count] = records->bytes.size;
}

static void free_records(struct records *records) {
    ks_buffer_free(&records->bytes);
    free(records->starts);
}

static const char *record(const struct records *records, size_t number, size_t *size) {
    *size = records->starts[number + 1] - records->starts[number];
    return records->bytes.data + records->starts[number];
}

/* Text of few words, so that it packs. */
static void add_random_record(struct records *records, size_t size, uint64_t *random) {
    static const char *const words[] = {
        "agent ", "memory ", "{\"title\": ", "reward ", "of the ", "policy\"}, "};
    ks_buffer text = {0};
    while (text.size < size) ks_buffer_str(&text, words[ks_test_below(random, 6)]);
    ks_buffer_add(&text, "", 0);
    ks_buffer_truncate(&text, size);
    add_record(records, text.data, size);
    ks_buffer_free(&text);
}

static ks_status add_all(ks_store_writer *writer, const struct records *records, ks_error *err) {
    ks_status status = KS_OK;
    for (size_t i = 0; !status && i < records->count; i++) {
        size_t size;
        const char *bytes = record(records, i, &size);
        status = ks_store_writer_add(writer, bytes, size, err);
    }
    return status ? status : ks_store_writer_finish(writer, err);
}

static ks_status write_store(const char *folder, const struct records *records, uint64_t *bytes,
                             ks_error *err) {
    ks_file_writer *file = NULL;
    ks_store_writer *writer = NULL;
    ks_status status = ks_file_writer_open(&file, folder, "store", err);
    if (!status) status = ks_file_writer_section(file, DATA, err);
    if (!status) status = ks_store_writer_new(&writer, file, INDEX, err);
    if (!status) status = add_all(writer, records, err);
    if (!status) status = ks_file_writer_finish(file, bytes, err);
    ks_store_writer_free(writer);
    ks_file_writer_free(file);
    return status;
}

static ks_status open_store(ks_mapped **file, ks_store **store, const char *folder, const char *name,
                            ks_error *err) {
    ks_status status = ks_mapped_open(file, folder, name, err);
    if (status) return status;
    status = ks_store_open(store, *file, DATA, INDEX, err);
    if (status) ks_mapped_close(*file);
    return status;
}

static void check_record(ks_store *store, const struct records *records, size_t number) {
    ks_buffer got = {0};
    size_t size;
    const char *bytes = record(records, number, &size);
    ks_buffer_str(&got, "before");
    assert_int_equal(ks_store_get(store, (uint32_t)number, &got, NULL), KS_OK);
    assert_int_equal(got.size, size + 6);
    assert_memory_equal(got.data, "before", 6);
    assert_memory_equal(got.data + 6, bytes, size);
    ks_buffer_free(&got);
}

static void check_all(const char *folder, const struct records *records, size_t gets, uint64_t *random) {
    ks_mapped *file;
    ks_store *store;
    assert_int_equal(open_store(&file, &store, folder, "store", NULL), KS_OK);
    assert_int_equal(ks_store_count(store), records->count);
    for (size_t i = 0; i < records->count; i++) check_record(store, records, i);
    for (size_t i = 0; i < gets; i++) check_record(store, records, ks_test_below(random, records->count));
    ks_store_close(store);
    ks_mapped_close(file);
}

static void remove_store(const char *folder) {
    char path[KS_TEST_PATH];
    assert_int_equal(unlink(ks_test_path(path, folder, "store")), 0);
}

static void random_round_trips(void **state) {
    static const size_t limits[] = {1, 30, 400, 3000, 3 * KS_STORE_BLOCK};
    uint64_t random = ks_test_seed(31);
    for (unsigned round = 0; round < 15; round++) {
        struct records records = {0};
        size_t limit = limits[round % 5], count = 1 + ks_test_below(&random, limit > 3000 ? 30 : 400);
        for (size_t i = 0; i < count; i++)
            add_random_record(&records, ks_test_below(&random, limit), &random);
        assert_int_equal(write_store(*state, &records, NULL, NULL), KS_OK);
        check_all(*state, &records, 200, &random);
        remove_store(*state);
        free_records(&records);
    }
}

/* Many blocks of very different numbers of records, so that most are not where they would be if all had as
 * many: the crowded ones stand in front, behind, and in the middle. */
static void crowded_blocks(void **state) {
    enum { CROWDED = 30000, SPARSE = 120 };
    uint64_t random = ks_test_seed(36);
    for (unsigned place = 0; place < 3; place++) {
        struct records records = {0};
        for (size_t part = 0; part < 3; part++) {
            bool crowded = part == place;
            for (size_t i = 0; i < (crowded ? CROWDED : SPARSE); i++)
                add_random_record(&records, crowded ? ks_test_below(&random, 60) : KS_STORE_BLOCK, &random);
        }
        assert_int_equal(write_store(*state, &records, NULL, NULL), KS_OK);
        check_all(*state, &records, 300, &random);
        remove_store(*state);
        free_records(&records);
    }
}

static void records_that_do_not_pack(void **state) {
    uint64_t random = ks_test_seed(32);
    struct records records = {0};
    char *bytes = malloc(200000);
    assert_non_null(bytes);
    ks_test_random_bytes(&random, bytes, 200000);
    add_record(&records, bytes, 200000);
    for (size_t i = 0; i < 20; i++) add_record(&records, bytes + i * 5000, 5000);
    assert_int_equal(write_store(*state, &records, NULL, NULL), KS_OK);
    check_all(*state, &records, 50, &random);
    free_records(&records);
    free(bytes);
}

/* Records that fill a block exactly, and by one byte less and more. */
static void block_borders(void **state) {
    uint64_t random = ks_test_seed(33);
    for (size_t more = 0; more < 12; more++) {
        struct records records = {0};
        for (size_t i = 0; i < 5; i++) {
            add_random_record(&records, KS_STORE_BLOCK / 2 - 10 + more, &random);
            add_random_record(&records, 0, &random);
        }
        add_random_record(&records, KS_STORE_BLOCK - 6 + more, &random);
        add_random_record(&records, 1, &random);
        assert_int_equal(write_store(*state, &records, NULL, NULL), KS_OK);
        check_all(*state, &records, 20, &random);
        remove_store(*state);
        free_records(&records);
    }
}

static void a_record_of_the_largest_size(void **state) {
    uint64_t random = 1;
    struct records records = {0};
    char *bytes = calloc(1, KS_RECORD_LIMIT);
    assert_non_null(bytes);
    add_record(&records, "first", 5);
    add_record(&records, bytes, KS_RECORD_LIMIT);
    add_record(&records, "last", 4);
    assert_int_equal(write_store(*state, &records, NULL, NULL), KS_OK);
    check_all(*state, &records, 4, &random);
    free_records(&records);
    free(bytes);
}

static void no_records(void **state) {
    struct records records = {0};
    ks_mapped *file;
    ks_store *store;
    ks_buffer out = {0};
    assert_int_equal(write_store(*state, &records, NULL, NULL), KS_OK);
    assert_int_equal(open_store(&file, &store, *state, "store", NULL), KS_OK);
    assert_int_equal(ks_store_count(store), 0);
    assert_int_equal(ks_store_get(store, 0, &out, NULL), KS_ERR_CORRUPT);
    assert_int_equal(out.size, 0);
    ks_store_close(store);
    ks_store_close(NULL);
    ks_store_writer_free(NULL);
    ks_mapped_close(file);
}

static void limits(void **state) {
    ks_file_writer *file;
    ks_store_writer *writer;
    ks_error err;
    assert_int_equal(ks_file_writer_open(&file, *state, "store", NULL), KS_OK);
    assert_int_equal(ks_file_writer_section(file, DATA, NULL), KS_OK);
    assert_int_equal(ks_store_writer_new(&writer, file, INDEX, NULL), KS_OK);
    assert_int_equal(ks_store_writer_add(writer, "x", KS_RECORD_LIMIT * 4 - 3, &err), KS_ERR_TOO_LARGE);
    assert_int_equal(ks_store_writer_add(writer, "x", SIZE_MAX, &err), KS_ERR_TOO_LARGE);
    ks_store_writer_free(writer);
    ks_file_writer_free(file);
}

static void numbers_behind_the_last(void **state) {
    static const uint32_t wrong[] = {3, 4, 1000, UINT32_MAX};
    struct records records = {0};
    ks_mapped *file;
    ks_store *store;
    ks_error err;
    ks_buffer out = {0};
    for (size_t i = 0; i < 3; i++) add_record(&records, "record", 6);
    assert_int_equal(write_store(*state, &records, NULL, NULL), KS_OK);
    assert_int_equal(open_store(&file, &store, *state, "store", NULL), KS_OK);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(ks_store_get(store, wrong[i], &out, &err), KS_ERR_CORRUPT);
        assert_non_null(strstr(err.message, "/store: section 9"));
    }
    check_record(store, &records, 2);
    assert_int_equal(out.size, 0);
    ks_store_close(store);
    ks_mapped_close(file);
    free_records(&records);
}

/* ---- Damage ---- */

/* Whatever the changed file gives is right, or KS_ERR_CORRUPT. */
static void check_damaged(const char *folder, const struct records *records) {
    ks_mapped *file;
    ks_store *store;
    ks_status status = open_store(&file, &store, folder, "damaged", NULL);
    if (status) {
        assert_int_equal(status, KS_ERR_CORRUPT);
        return;
    }
    for (size_t i = 0; i < records->count; i++) {
        ks_buffer got = {0};
        size_t size;
        const char *bytes = record(records, i, &size);
        status = ks_store_get(store, (uint32_t)i, &got, NULL);
        if (status) {
            assert_int_equal(status, KS_ERR_CORRUPT);
            assert_int_equal(got.size, 0);
        } else {
            assert_int_equal(got.size, size);
            assert_memory_equal(got.data, bytes, size);
        }
        ks_buffer_free(&got);
    }
    ks_store_close(store);
    ks_mapped_close(file);
}

static void every_truncation_and_flipped_bit(void **state) {
    struct records records = {0};
    char path[KS_TEST_PATH], *bytes;
    size_t size;
    add_record(&records, "{\"title\": \"one\"}", 16);
    add_record(&records, "{\"title\": \"two\"}", 16);
    assert_int_equal(write_store(*state, &records, NULL, NULL), KS_OK);
    bytes = ks_test_read(ks_test_path(path, *state, "store"), &size);
    ks_test_path(path, *state, "damaged");
    for (size_t cut = 0; cut < size; cut++) {
        unlink(path); /* some file systems are slow in overwriting */
        ks_test_write(path, bytes, cut);
        check_damaged(*state, &records);
    }
    for (size_t bit = 0; bit < size * 8; bit++) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        unlink(path);
        ks_test_write(path, bytes, size);
        check_damaged(*state, &records);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
    free(bytes);
    free_records(&records);
}

/* A file of the two sections as given, all checksums right. */
static void write_sections(const char *folder, const void *data, size_t data_size, const void *index,
                           size_t index_size) {
    ks_file_writer *file;
    char path[KS_TEST_PATH];
    unlink(ks_test_path(path, folder, "damaged"));
    assert_int_equal(ks_file_writer_open(&file, folder, "damaged", NULL), KS_OK);
    assert_int_equal(ks_file_writer_section(file, DATA, NULL), KS_OK);
    assert_int_equal(ks_file_writer_add(file, data, data_size, NULL), KS_OK);
    assert_int_equal(ks_file_writer_section(file, INDEX, NULL), KS_OK);
    assert_int_equal(ks_file_writer_add(file, index, index_size, NULL), KS_OK);
    assert_int_equal(ks_file_writer_finish(file, NULL, NULL), KS_OK);
    ks_file_writer_free(file);
}

static size_t deflate_raw(void *out, size_t room, const void *bytes, size_t size) {
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (Bytef *)(uintptr_t)bytes;
    stream.avail_in = (uInt)size;
    stream.next_out = out;
    stream.avail_out = (uInt)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(deflateEnd(&stream), Z_OK);
    return room - stream.avail_out;
}

/* A store of two blocks, made by hand: records "ab" and "cde", then "f". */
struct by_hand {
    uint8_t data[200];
    size_t data_size;
    uint8_t index[56];
};

enum { RECORDS = 0, BLOCKS = 4, ENTRY = 8 }; /* offsets in its index */

static void make_by_hand(struct by_hand *store) {
    size_t first, second;
    memset(store, 0, sizeof *store);
    first = deflate_raw(store->data, 100, "\2\0\0\0\3\0\0\0abcde", 13);
    second = deflate_raw(store->data + first, 100, "\1\0\0\0f", 5);
    store->data_size = first + second;
    ks_put_u32(store->index + RECORDS, 3);
    ks_put_u32(store->index + BLOCKS, 2);
    ks_put_u32(store->index + ENTRY + 12, 13);
    ks_put_u64(store->index + ENTRY + 16, first);
    ks_put_u32(store->index + ENTRY + 24, 2);
    ks_put_u32(store->index + ENTRY + 28, 5);
    ks_put_u64(store->index + ENTRY + 32, store->data_size);
    ks_put_u32(store->index + ENTRY + 40, 3);
}

static void write_by_hand(const char *folder, const struct by_hand *store) {
    write_sections(folder, store->data, store->data_size, store->index, sizeof store->index);
}

static void the_layout_is_as_written_down(void **state) {
    struct records records = {0};
    struct by_hand by_hand;
    ks_mapped *file;
    ks_store *store;
    make_by_hand(&by_hand);
    write_by_hand(*state, &by_hand);
    add_record(&records, "ab", 2);
    add_record(&records, "cde", 3);
    add_record(&records, "f", 1);
    assert_int_equal(open_store(&file, &store, *state, "damaged", NULL), KS_OK);
    for (size_t i = 0; i < 9; i++) check_record(store, &records, i * 2 % 3);
    ks_store_close(store);
    ks_mapped_close(file);
    free_records(&records);
}

static void heads_that_lie(void **state) {
    static const struct {
        size_t at;
        uint32_t value;
    } lies[] = {{RECORDS, 1}, {RECORDS, 0}, {BLOCKS, 0}, {BLOCKS, 1}, {BLOCKS, 3}, {BLOCKS, UINT32_MAX}};
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        struct by_hand by_hand;
        ks_mapped *file;
        ks_store *store = NULL;
        ks_error err;
        make_by_hand(&by_hand);
        ks_put_u32(by_hand.index + lies[i].at, lies[i].value);
        write_by_hand(*state, &by_hand);
        assert_int_equal(open_store(&file, &store, *state, "damaged", &err), KS_ERR_CORRUPT);
        assert_null(store);
        assert_non_null(strstr(err.message, "/damaged: section 9"));
    }
}

static void an_index_of_a_wrong_size(void **state) {
    uint8_t index[57] = {0};
    ks_mapped *file;
    ks_store *store;
    for (size_t size = 0; size < sizeof index; size++) {
        ks_status expected = size == 24 ? KS_OK : KS_ERR_CORRUPT; /* no records and one entry */
        write_sections(*state, "", 0, index, size);
        assert_int_equal(open_store(&file, &store, *state, "damaged", NULL), expected);
        if (expected) continue;
        ks_store_close(store);
        ks_mapped_close(file);
    }
}

/* Asks for a record of a store by hand; KS_ERR_CORRUPT is to come, and the other block still to be right. */
static void assert_block_corrupt(const char *folder, const struct by_hand *by_hand, uint32_t bad, int good,
                                 const char *what) {
    ks_mapped *file;
    ks_store *store;
    ks_error err = {0};
    ks_buffer out = {0};
    write_by_hand(folder, by_hand);
    assert_int_equal(open_store(&file, &store, folder, "damaged", NULL), KS_OK);
    for (int again = 0; again < 2; again++) {
        ks_status status = ks_store_get(store, bad, &out, &err);
        if (status != KS_ERR_CORRUPT) fail_msg("%s: status %d", what, (int)status);
        if (!strstr(err.message, what)) fail_msg("expected %s: %s", what, err.message);
        assert_int_equal(out.size, 0);
        if (good < 0) continue;
        assert_int_equal(ks_store_get(store, (uint32_t)good, &out, NULL), KS_OK);
        assert_memory_equal(out.data, good == 2 ? "f" : "ab", out.size);
        ks_buffer_truncate(&out, 0);
    }
    ks_buffer_free(&out);
    ks_store_close(store);
    ks_mapped_close(file);
}

static void entries_that_lie(void **state) {
    static const struct {
        size_t at;
        int size;
        uint64_t value;
        uint32_t bad;
        int good;
        const char *what;
    } lies[] = {
        {0, 8, 1000, 0, 2, "not in order"},              /* behind the next */
        {16, 8, 1000, 2, -1, "not in order"},            /* behind the data */
        {16, 8, 1000, 0, -1, "not in order"},            /* ends behind the data */
        {32, 8, UINT64_MAX, 2, 0, "not in order"},       /* the end of all */
        {40, 4, 2, 2, 0, "not in order"},                /* no records in the last */
        {40, 4, 4, 2, 0, "not in order"},                /* more records than there are */
        {8, 4, 1, 0, 2, "no block has"},                 /* the first record is in none */
        {12, 4, 7, 0, 2, "impossible size"},             /* too small for two sizes */
        {12, 4, (1 << 26) + 1, 0, 2, "impossible size"}, /* too large */
        {28, 4, 3, 2, 0, "impossible size"},
        {12, 4, 12, 0, 2, "cannot be unpacked"}, /* a byte less than it is */
        {12, 4, 14, 0, 2, "cannot be unpacked"}, /* and more */
        {0, 8, 1, 0, 2, "cannot be unpacked"},   /* not where it begins */
        {28, 4, 1 << 26, 2, 0, "cannot be unpacked"},
    };
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        struct by_hand by_hand;
        make_by_hand(&by_hand);
        if (lies[i].size == 4)
            ks_put_u32(by_hand.index + ENTRY + lies[i].at, (uint32_t)lies[i].value);
        else
            ks_put_u64(by_hand.index + ENTRY + lies[i].at, lies[i].value);
        assert_block_corrupt(*state, &by_hand, lies[i].bad, lies[i].good, lies[i].what);
    }
}

static void blocks_with_wrong_sizes(void **state) {
    static const char *const contents[] = {"\2\0\0\0\4\0\0\0abcde", "\1\0\0\0\3\0\0\0abcde",
                                           "\5\0\0\0\377\377\377\377abcde"};
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
        struct by_hand by_hand;
        size_t first;
        make_by_hand(&by_hand);
        first = deflate_raw(by_hand.data, 100, contents[i], 13);
        by_hand.data_size = first + deflate_raw(by_hand.data + first, 100, "\1\0\0\0f", 5);
        ks_put_u64(by_hand.index + ENTRY + 16, first);
        ks_put_u64(by_hand.index + ENTRY + 32, by_hand.data_size);
        assert_block_corrupt(*state, &by_hand, 0, 2, "wrong sizes of records");
    }
}

/* The records of the two blocks divided otherwise than they were packed. */
static void records_in_the_wrong_block(void **state) {
    struct by_hand by_hand;
    make_by_hand(&by_hand);
    ks_put_u32(by_hand.index + ENTRY + 24, 1);
    assert_block_corrupt(*state, &by_hand, 0, -1, "wrong sizes of records");
    assert_block_corrupt(*state, &by_hand, 1, -1, "impossible size of a block");
    ks_put_u32(by_hand.index + ENTRY + 24, 0);
    assert_block_corrupt(*state, &by_hand, 0, -1, "impossible size of a block");
    ks_put_u32(by_hand.index + ENTRY + 24, 3);
    assert_block_corrupt(*state, &by_hand, 0, -1, "wrong sizes of records");
}

static void bytes_that_are_no_stream(void **state) {
    struct by_hand by_hand;
    make_by_hand(&by_hand);
    by_hand.data[0] = 0xff;
    assert_block_corrupt(*state, &by_hand, 1, 2, "cannot be unpacked");
    make_by_hand(&by_hand);
    by_hand.data_size++; /* a byte behind the stream of the last block */
    ks_put_u64(by_hand.index + ENTRY + 32, by_hand.data_size);
    assert_block_corrupt(*state, &by_hand, 2, 0, "cannot be unpacked");
    make_by_hand(&by_hand);
    ks_put_u64(by_hand.index + ENTRY + 32, by_hand.data_size - 1);
    assert_block_corrupt(*state, &by_hand, 2, 0, "cannot be unpacked");
}

/* Content of no sense whose checksums are right: no crash, nothing but KS_ERR_CORRUPT. */
static void random_content_is_survived(void **state) {
    uint64_t random = ks_test_seed(34);
    for (unsigned round = 0; round < 3000; round++) {
        struct by_hand by_hand;
        ks_mapped *file;
        ks_store *store;
        make_by_hand(&by_hand);
        for (size_t changes = 1 + ks_test_below(&random, 3); changes > 0; changes--) {
            size_t at = ks_test_below(&random, by_hand.data_size + sizeof by_hand.index);
            uint8_t *byte =
                at < by_hand.data_size ? by_hand.data + at : by_hand.index + (at - by_hand.data_size);
            *byte = (uint8_t)(ks_test_below(&random, 2) ? ks_test_random(&random) : *byte + 1U);
        }
        write_by_hand(*state, &by_hand);
        if (open_store(&file, &store, *state, "damaged", NULL)) continue;
        for (uint32_t number = 0; number < 4; number++) {
            ks_buffer out = {0};
            ks_status status = ks_store_get(store, number, &out, NULL);
            assert_true(status == KS_OK || status == KS_ERR_CORRUPT);
            ks_buffer_free(&out);
        }
        ks_store_close(store);
        ks_mapped_close(file);
    }
}

/* ---- Faults and figures ---- */

struct attempt {
    const char *folder;
    struct records records;
};

static void make_attempt(struct attempt *attempt, const char *folder) {
    uint64_t random = 6;
    *attempt = (struct attempt){.folder = folder};
    for (size_t i = 0; i < 120; i++) add_random_record(&attempt->records, 2000, &random);
}

static ks_status write_attempt(void *context, ks_error *err) {
    const struct attempt *attempt = context;
    return write_store(attempt->folder, &attempt->records, NULL, err);
}

static ks_status read_attempt(void *context, ks_error *err) {
    const struct attempt *attempt = context;
    ks_mapped *file;
    ks_store *store;
    ks_buffer out = {0};
    ks_status status = open_store(&file, &store, attempt->folder, "store", err);
    if (status) return status;
    status = ks_store_get(store, 1, &out, err);
    if (!status) status = ks_store_get(store, 100, &out, err);
    ks_buffer_free(&out);
    ks_store_close(store);
    ks_mapped_close(file);
    return status;
}

static void every_call_may_fail(void **state) {
    struct attempt attempt;
    make_attempt(&attempt, *state);
    assert_true(each_io_fault(*state, write_attempt, &attempt, ENOSPC, KS_ERR_NO_SPACE) >= 4);
    assert_int_equal(each_io_fault(*state, read_attempt, &attempt, EIO, KS_ERR_IO), 3);
    assert_int_equal(each_call_fault(*state, read_attempt, &attempt, KS_TEST_FSTAT, EIO, KS_ERR_IO), 1);
    free_records(&attempt.records);
}

static void every_allocation_may_fail(void **state) {
    struct attempt attempt;
    make_attempt(&attempt, *state);
    assert_true(each_allocation_fault(*state, write_attempt, &attempt) >= 8);
    assert_true(each_allocation_fault(*state, read_attempt, &attempt) >= 6);
    free_records(&attempt.records);
}

/* ---- What is kept, and other readers of the format ---- */

/* Records of a block each, asked for again and again: what is kept must not be taken for another. */
static void blocks_are_kept_and_replaced(void **state) {
    uint64_t random = ks_test_seed(35);
    struct records records = {0};
    ks_mapped *file;
    ks_store *store;
    for (size_t i = 0; i < 9; i++)
        add_random_record(&records, KS_STORE_BLOCK + ks_test_below(&random, 3 * KS_STORE_BLOCK), &random);
    assert_int_equal(write_store(*state, &records, NULL, NULL), KS_OK);
    assert_int_equal(open_store(&file, &store, *state, "store", NULL), KS_OK);
    for (size_t few = 1; few <= 9; few++) /* fewer than are kept, as many, more */
        for (size_t i = 0; i < 40; i++) check_record(store, &records, ks_test_below(&random, few));
    ks_store_close(store);
    ks_mapped_close(file);
    free_records(&records);
}

/* Unpacks with zlib what stands at `block` of the store, and compares. Returns the block's first record. */
static uint32_t zlib_reads_block(ks_mapped *file, uint32_t block, const struct records *records) {
    const uint8_t *entry, *packed;
    uint64_t offset, end;
    uint32_t first, next, size;
    z_stream stream = {0};
    uint8_t *bytes;
    assert_int_equal(ks_mapped_span(file, INDEX, 8 + (uint64_t)block * 16, 32, &entry, NULL), KS_OK);
    offset = ks_get_u64(entry);
    first = ks_get_u32(entry + 8);
    size = ks_get_u32(entry + 12);
    end = ks_get_u64(entry + 16);
    next = ks_get_u32(entry + 24);
    assert_int_equal(ks_mapped_span(file, DATA, offset, end - offset, &packed, NULL), KS_OK);
    bytes = malloc(size);
    assert_non_null(bytes);
    assert_int_equal(inflateInit2(&stream, -15), Z_OK);
    stream.next_in = (Bytef *)(uintptr_t)packed;
    stream.avail_in = (uInt)(end - offset);
    stream.next_out = bytes;
    stream.avail_out = size;
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(stream.avail_in, 0);
    assert_int_equal(stream.avail_out, 0);
    assert_int_equal(inflateEnd(&stream), Z_OK);
    for (uint32_t i = first; i < next; i++)
        assert_int_equal(ks_get_u32(bytes + (size_t)(i - first) * 4),
                         records->starts[i + 1] - records->starts[i]);
    assert_memory_equal(bytes + (size_t)(next - first) * 4, records->bytes.data + records->starts[first],
                        size - (size_t)(next - first) * 4);
    free(bytes);
    return first;
}

static void zlib_reads_the_blocks(void **state) {
    uint64_t random = ks_test_seed(36);
    struct records records = {0};
    ks_mapped *file;
    const uint8_t *head;
    uint32_t blocks, before = 0;
    for (size_t i = 0; i < 400; i++) add_random_record(&records, ks_test_below(&random, 3000), &random);
    assert_int_equal(write_store(*state, &records, NULL, NULL), KS_OK);
    assert_int_equal(ks_mapped_open(&file, *state, "store", NULL), KS_OK);
    assert_int_equal(ks_mapped_span(file, INDEX, 0, 8, &head, NULL), KS_OK);
    assert_int_equal(ks_get_u32(head), 400);
    blocks = ks_get_u32(head + 4);
    assert_true(blocks >= 5);
    for (uint32_t block = 0; block < blocks; block++) {
        uint32_t first = zlib_reads_block(file, block, &records);
        assert_true(block == 0 ? first == 0 : first > before);
        before = first;
    }
    ks_mapped_close(file);
    free_records(&records);
}

static void real_records_pack_well(void **state) {
    FILE *corpus = fopen(KS_SHARED_DIR "/corpus/arxiv.jsonl", "rb");
    struct records records = {0};
    uint64_t random = 7, bytes = 0;
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    if (!corpus) skip();
    while (records.count < 2000 && (size = getline(&line, &room, corpus)) > 1)
        add_record(&records, line, (size_t)size - 1);
    fclose(corpus);
    free(line);
    assert_int_equal(write_store(*state, &records, &bytes, NULL), KS_OK);
    check_all(*state, &records, 100, &random);
    assert_true(bytes * 100 <= records.bytes.size * 45);
    free_records(&records);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ks_test_folder_setup, ks_test_folder_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(random_round_trips),
        TEST(crowded_blocks),
        TEST(records_that_do_not_pack),
        TEST(block_borders),
        TEST(a_record_of_the_largest_size),
        TEST(no_records),
        TEST(limits),
        TEST(numbers_behind_the_last),
        TEST(every_truncation_and_flipped_bit),
        TEST(the_layout_is_as_written_down),
        TEST(heads_that_lie),
        TEST(an_index_of_a_wrong_size),
        TEST(entries_that_lie),
        TEST(blocks_with_wrong_sizes),
        TEST(records_in_the_wrong_block),
        TEST(bytes_that_are_no_stream),
        TEST(random_content_is_survived),
        TEST(every_call_may_fail),
        TEST(every_allocation_may_fail),
        TEST(blocks_are_kept_and_replaced),
        TEST(zlib_reads_the_blocks),
        TEST(real_records_pack_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
