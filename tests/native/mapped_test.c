/* Reading files of sections: round trips, every truncation, every flipped bit, tables that lie, faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/mapped.h"

#include "native/bytes.h"
#include "tests/native/faults.h"
#include "tests/support/random.h"

#include <stdio.h>
#include <unistd.h>

enum { SMALL_SECTIONS = 3 };

static const struct {
    unsigned number;
    const char *text;
} small_sections[SMALL_SECTIONS] = {
    {4, "the first section, long enough to need more than one line of sixty-four"},
    {0, ""},
    {31, "the last"}};

static void write_small(const char *folder, const char *name) {
    ks_file_writer *writer;
    assert_int_equal(ks_file_writer_open(&writer, folder, name, NULL), KS_OK);
    for (size_t i = 0; i < SMALL_SECTIONS; i++) {
        const char *text = small_sections[i].text;
        assert_int_equal(ks_file_writer_section(writer, small_sections[i].number, NULL), KS_OK);
        assert_int_equal(ks_file_writer_add(writer, text, strlen(text), NULL), KS_OK);
    }
    assert_int_equal(ks_file_writer_finish(writer, NULL, NULL), KS_OK);
    ks_file_writer_free(writer);
}

/* Writes the small file, reads its bytes back; free() them. */
static char *small_bytes(const char *folder, size_t *size) {
    char path[KS_TEST_PATH];
    write_small(folder, "small");
    return ks_test_read(ks_test_path(path, folder, "small"), size);
}

static ks_status open_bytes(ks_mapped **out, const char *folder, const char *bytes, size_t size,
                            ks_error *err) {
    char path[KS_TEST_PATH];
    unlink(ks_test_path(path, folder, "changed")); /* some file systems are slow in overwriting */
    ks_test_write(path, bytes, size);
    return ks_mapped_open(out, folder, "changed", err);
}

static void assert_corrupt(const char *folder, const char *bytes, size_t size, const char *what) {
    ks_mapped *mapped = NULL;
    ks_error err = {0};
    ks_status status = open_bytes(&mapped, folder, bytes, size, &err);
    if (status != KS_ERR_CORRUPT) fail_msg("%s: status %d", what, (int)status);
    assert_null(mapped);
    assert_non_null(strstr(err.message, "/changed: "));
    assert_true(err.position >= 0);
}

static void random_round_trips(void **state) {
    uint64_t random = ks_test_seed(21);
    size_t size = 500000;
    uint8_t *bytes = malloc(size);
    char path[KS_TEST_PATH];
    assert_non_null(bytes);
    ks_test_random_bytes(&random, bytes, size);
    for (unsigned round = 0; round < 20; round++) {
        ks_file_writer *writer;
        ks_mapped *mapped;
        size_t starts[KS_SECTIONS] = {0}, sizes[KS_SECTIONS] = {0};
        assert_int_equal(ks_file_writer_open(&writer, *state, "file", NULL), KS_OK);
        for (unsigned i = 0; i < 8; i++) {
            unsigned number = i * 3;
            starts[number] = ks_test_below(&random, size);
            sizes[number] = ks_test_below(&random, i % 2 ? 200 : size - starts[number] + 1);
            if (sizes[number] > size - starts[number]) sizes[number] = size - starts[number];
            assert_int_equal(ks_file_writer_section(writer, number, NULL), KS_OK);
            assert_int_equal(ks_file_writer_add(writer, bytes + starts[number], sizes[number], NULL), KS_OK);
        }
        assert_int_equal(ks_file_writer_finish(writer, NULL, NULL), KS_OK);
        ks_file_writer_free(writer);
        assert_int_equal(ks_mapped_open(&mapped, *state, "file", NULL), KS_OK);
        assert_string_equal(ks_mapped_name(mapped), "file");
        for (unsigned i = 0; i < 2000; i++) {
            unsigned number = (unsigned)ks_test_below(&random, KS_SECTIONS);
            size_t offset = ks_test_below(&random, sizes[number] + 1);
            size_t part = ks_test_below(&random, sizes[number] - offset + 1);
            const uint8_t *span = NULL;
            if (i % 4) part = part < 100 ? part : 100;
            assert_int_equal(ks_mapped_size(mapped, number), sizes[number]);
            assert_int_equal(ks_mapped_span(mapped, number, offset, part, &span, NULL), KS_OK);
            assert_non_null(span);
            assert_memory_equal(span, bytes + starts[number] + offset, part);
        }
        assert_int_equal(ks_mapped_verify(mapped, NULL), KS_OK);
        ks_mapped_close(mapped);
        assert_int_equal(unlink(ks_test_path(path, *state, "file")), 0);
    }
    free(bytes);
}

static void spans_stay_in_their_section(void **state) {
    static const uint64_t wrong[][2] = {{9, 0},          {8, 1},          {0, 9},
                                        {UINT64_MAX, 1}, {1, UINT64_MAX}, {5, UINT64_MAX - 2}};
    ks_mapped *mapped;
    ks_error err;
    const uint8_t *span = NULL;
    write_small(*state, "small");
    assert_int_equal(ks_mapped_open(&mapped, *state, "small", NULL), KS_OK);
    assert_int_equal(ks_mapped_size(mapped, 31), 8);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(ks_mapped_span(mapped, 31, wrong[i][0], wrong[i][1], &span, &err), KS_ERR_CORRUPT);
        assert_non_null(strstr(err.message, "/small: section 31, offset"));
    }
    assert_int_equal(ks_mapped_span(mapped, 5, 0, 1, &span, &err), KS_ERR_CORRUPT);
    assert_int_equal(ks_mapped_span(mapped, KS_SECTIONS, 0, 1, &span, &err), KS_ERR_CORRUPT);
    assert_null(span);
    assert_int_equal(ks_mapped_size(mapped, 5), 0);
    assert_int_equal(ks_mapped_size(mapped, KS_SECTIONS), 0);
    for (unsigned section = 0; section <= KS_SECTIONS; section++)
        assert_int_equal(ks_mapped_span(mapped, section, 0, 0, &span, &err), KS_OK);
    assert_int_equal(ks_mapped_span(mapped, 31, 8, 0, &span, &err), KS_OK);
    ks_mapped_close(mapped);
    ks_mapped_close(NULL);
}

static void every_truncation_is_seen(void **state) {
    size_t size;
    char *bytes = small_bytes(*state, &size);
    for (size_t cut = 0; cut < size; cut++) {
        char what[32];
        snprintf(what, sizeof what, "cut to %zu", cut);
        assert_corrupt(*state, bytes, cut, what);
    }
    assert_corrupt(*state, bytes, size + 1, "a byte more"); /* the NUL behind it */
    free(bytes);
}

/* What a damaged file still gives is right. */
static void check_spans(ks_mapped *mapped) {
    for (size_t i = 0; i < SMALL_SECTIONS; i++) {
        const char *text = small_sections[i].text;
        const uint8_t *span;
        ks_status status = ks_mapped_span(mapped, small_sections[i].number, 0, strlen(text), &span, NULL);
        if (!status)
            assert_memory_equal(span, text, strlen(text));
        else
            assert_int_equal(status, KS_ERR_CORRUPT);
    }
}

static void every_flipped_bit_is_seen(void **state) {
    size_t size;
    char *bytes = small_bytes(*state, &size);
    for (size_t bit = 0; bit < size * 8; bit++) {
        ks_mapped *mapped = NULL;
        ks_status status;
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        status = open_bytes(&mapped, *state, bytes, size, NULL);
        if (!status) {
            check_spans(mapped);
            assert_int_equal(ks_mapped_verify(mapped, NULL), KS_ERR_CORRUPT);
            ks_mapped_close(mapped);
        } else {
            assert_int_equal(status, KS_ERR_CORRUPT);
        }
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
    free(bytes);
}

/* Makes the checksum of the checksums, of which there are not many, and that of the end right again. */
static void sign(char *bytes, size_t size, size_t content) {
    size_t chunks = (content + KS_CHUNK - 1) / KS_CHUNK, groups = content + 8 * chunks;
    assert_in_range(chunks, 1, KS_CHUNK_GROUP);
    ks_put_u64(bytes + groups, ks_hash64(bytes + content, 8 * chunks, 0));
    ks_put_u64(bytes + size - 16, ks_hash64(bytes + groups, size - 16 - groups, 0));
}

static void tables_that_lie_are_seen(void **state) {
    enum { NUMBER = 0, ZERO = 4, OFFSET = 8, SIZE = 16, COUNT = 72, CHUNKS = 76, CONTENT = 80 };
    static const struct {
        const char *what;
        size_t at; /* in the table of three entries, or behind it in the tail */
        int size;
        uint64_t value;
    } lies[] = {
        {"number too large", NUMBER, 4, KS_SECTIONS},
        {"number huge", NUMBER + 24, 4, UINT32_MAX},
        {"number twice", NUMBER + 48, 4, 4},
        {"not zero", ZERO + 24, 4, 1},
        {"not aligned", OFFSET, 8, 72},
        {"in the magic", OFFSET, 8, 0},
        {"overlap", OFFSET + 48, 8, 64},
        {"far away", OFFSET + 48, 8, UINT64_C(1) << 40},
        {"at the end of numbers", OFFSET + 48, 8, UINT64_MAX - 63},
        {"longer than the content", SIZE + 48, 8, 9},
        {"longer than numbers", SIZE + 48, 8, UINT64_MAX},
        {"into the next", SIZE, 8, 150},
        {"more sections", COUNT, 4, 4},
        {"fewer sections", COUNT, 4, 2},
        {"very many sections", COUNT, 4, UINT32_MAX},
        {"more chunks", CHUNKS, 4, 2},
        {"no chunks", CHUNKS, 4, 0},
        {"very many chunks", CHUNKS, 4, UINT32_MAX},
        {"content too long", CONTENT, 8, UINT64_MAX},
        {"content too short", CONTENT, 8, 8},
    };
    size_t size, table, content;
    char *bytes = small_bytes(*state, &size), *lying = malloc(size);
    assert_non_null(lying);
    table = size - 32 - 72;
    content = table - 16;
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        memcpy(lying, bytes, size);
        if (lies[i].size == 4)
            ks_put_u32(lying + table + lies[i].at, (uint32_t)lies[i].value);
        else
            ks_put_u64(lying + table + lies[i].at, lies[i].value);
        sign(lying, size, content);
        assert_corrupt(*state, lying, size, lies[i].what);
    }
    sign(bytes, size, content);
    ks_mapped *mapped;
    assert_int_equal(open_bytes(&mapped, *state, bytes, size, NULL), KS_OK);
    ks_mapped_close(mapped);
    free(lying);
    free(bytes);
}

/* 33 sections are refused even where everything else fits. */
static void too_many_sections(void **state) {
    enum {
        COUNT = KS_SECTIONS + 1,
        CONTENT = 8,
        TABLE = CONTENT + 16,
        TAIL = TABLE + COUNT * 24,
        SIZE = TAIL + 32
    };
    char bytes[SIZE] = "KSFILE2\n";
    ks_put_u64(bytes + CONTENT, ks_hash64(bytes, CONTENT, 0));
    ks_put_u32(bytes + TAIL, COUNT);
    ks_put_u32(bytes + TAIL + 4, 1);
    ks_put_u64(bytes + TAIL + 8, CONTENT);
    memcpy(bytes + SIZE - 8, "KSFILE2\n", 8);
    sign(bytes, SIZE, CONTENT);
    assert_corrupt(*state, bytes, SIZE, "33 sections");
}

static void write_large(const char *folder, const char *name, size_t size) {
    ks_file_writer *writer;
    char *bytes = calloc(1, size);
    assert_non_null(bytes);
    assert_int_equal(ks_file_writer_open(&writer, folder, name, NULL), KS_OK);
    assert_int_equal(ks_file_writer_section(writer, 1, NULL), KS_OK);
    assert_int_equal(ks_file_writer_add(writer, bytes, size, NULL), KS_OK);
    assert_int_equal(ks_file_writer_finish(writer, NULL, NULL), KS_OK);
    ks_file_writer_free(writer);
    free(bytes);
}

static void change_byte(const char *path, long at, char byte) {
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    assert_int_equal(fputc(byte, file), byte);
    assert_int_equal(fclose(file), 0);
}

static void sections_have_names(void **state) {
    static const char *const names[] = {NULL, "large", "other"};
    ks_mapped *mapped;
    ks_error err;
    const uint8_t *span;
    char path[KS_TEST_PATH];
    write_large(*state, "large", 4 * KS_CHUNK);
    assert_int_equal(ks_mapped_open(&mapped, *state, "large", NULL), KS_OK);
    ks_mapped_corrupt(mapped, 1, 5, "no sense", &err);
    assert_non_null(strstr(err.message, "/large: section 1, offset 5: no sense"));
    ks_mapped_name_sections(mapped, names, 3);
    ks_mapped_corrupt(mapped, 1, 5, "no sense", &err);
    assert_non_null(strstr(err.message, "/large: section large, offset 5: no sense"));
    ks_mapped_corrupt(mapped, 0, 5, "no sense", &err); /* that has none, */
    assert_non_null(strstr(err.message, "/large: section 0, offset"));
    ks_mapped_corrupt(mapped, 3, 5, "no sense", &err); /* and one behind the names */
    assert_non_null(strstr(err.message, "/large: section 3, offset"));
    change_byte(ks_test_path(path, *state, "large"), KS_CHUNK + 1, 1);
    assert_int_equal(ks_mapped_span(mapped, 1, KS_CHUNK, 10, &span, &err), KS_ERR_CORRUPT);
    assert_non_null(strstr(err.message, "wrong checksum of a chunk at byte 8192 (section large)"));
    assert_true(ks_mapped_file_size(mapped) > 4 * KS_CHUNK);
    ks_mapped_close(mapped);
}

static void chunks_are_checked_when_first_touched(void **state) {
    enum { BAD = 2 * KS_CHUNK + 100 };
    ks_mapped *mapped;
    ks_error err;
    const uint8_t *span;
    char path[KS_TEST_PATH];
    write_large(*state, "large", 4 * KS_CHUNK);
    change_byte(ks_test_path(path, *state, "large"), BAD, 1);
    assert_int_equal(ks_mapped_open(&mapped, *state, "large", NULL), KS_OK);
    assert_int_equal(ks_mapped_span(mapped, 1, 0, 2 * KS_CHUNK - 64, &span, NULL), KS_OK);
    assert_int_equal(ks_mapped_span(mapped, 1, 2 * KS_CHUNK - 65, 2, &span, &err), KS_ERR_CORRUPT);
    assert_int_equal(err.position, 2 * KS_CHUNK);
    assert_non_null(strstr(err.message, "large: wrong checksum of a chunk at byte 16384"));
    assert_int_equal(ks_mapped_span(mapped, 1, 0, 4 * KS_CHUNK, &span, NULL), KS_ERR_CORRUPT);
    assert_int_equal(ks_mapped_span(mapped, 1, 3 * KS_CHUNK - 64, KS_CHUNK, &span, NULL), KS_OK);
    assert_int_equal(ks_mapped_verify(mapped, NULL), KS_ERR_CORRUPT);
    change_byte(path, BAD, 0);
    assert_int_equal(ks_mapped_span(mapped, 1, 0, 4 * KS_CHUNK, &span, NULL), KS_OK);
    change_byte(path, BAD, 1); /* after it was checked */
    assert_int_equal(ks_mapped_span(mapped, 1, 0, 4 * KS_CHUNK, &span, NULL), KS_OK);
    assert_int_equal(ks_mapped_verify(mapped, NULL), KS_ERR_CORRUPT);
    ks_mapped_close(mapped);
}

/* A changed checksum makes no other one believed: all of its group are refused, and those of others are not.
 */
static void checksums_are_checked_in_groups(void **state) {
    enum { CHUNKS = 2 * KS_CHUNK_GROUP + 3 };
    static const size_t damaged[] = {0, KS_CHUNK_GROUP - 1, KS_CHUNK_GROUP, CHUNKS - 1};
    char path[KS_TEST_PATH], *bytes;
    size_t size, content;
    write_large(*state, "large", CHUNKS * KS_CHUNK - KS_SECTION_ALIGN);
    bytes = ks_test_read(ks_test_path(path, *state, "large"), &size);
    content = (size_t)ks_get_u64(bytes + size - 24);
    assert_int_equal(content, CHUNKS * KS_CHUNK);
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        size_t group = damaged[i] / KS_CHUNK_GROUP, at = content + damaged[i] * 8;
        ks_mapped *mapped;
        ks_error err;
        const uint8_t *span;
        bytes[at] ^= 1;
        assert_int_equal(open_bytes(&mapped, *state, bytes, size, NULL), KS_OK);
        bytes[at] ^= 1;
        for (size_t chunk = 0; chunk < CHUNKS; chunk++) {
            ks_status status = ks_mapped_span(mapped, 1, chunk * KS_CHUNK, 1, &span, &err);
            assert_int_equal(status, chunk / KS_CHUNK_GROUP == group ? KS_ERR_CORRUPT : KS_OK);
        }
        assert_non_null(strstr(err.message, "/changed: wrong checksum of checksums at byte"));
        assert_int_equal(err.position, content + group * KS_CHUNK_GROUP * 8);
        assert_int_equal(ks_mapped_verify(mapped, NULL), KS_ERR_CORRUPT);
        ks_mapped_close(mapped);
    }
    for (size_t at = content + CHUNKS * 8; at < size;
         at++) { /* the groups' checksums and what follows them */
        bytes[at] ^= 1;
        assert_corrupt(*state, bytes, size, "behind the checksums");
        bytes[at] ^= 1;
    }
    free(bytes);
}

/* ---- Reading without stopping at an error ---- */

enum { WHOLES = 6 };

static void write_sections(const char *folder, const size_t sizes[WHOLES]) {
    ks_file_writer *writer;
    assert_int_equal(ks_file_writer_open(&writer, folder, "file", NULL), KS_OK);
    for (unsigned i = 0; i < WHOLES; i++) {
        char *bytes = calloc(1, sizes[i] + 1);
        assert_non_null(bytes);
        assert_int_equal(ks_file_writer_section(writer, i, NULL), KS_OK);
        assert_int_equal(ks_file_writer_add(writer, bytes, sizes[i], NULL), KS_OK);
        free(bytes);
    }
    assert_int_equal(ks_file_writer_finish(writer, NULL, NULL), KS_OK);
    ks_file_writer_free(writer);
}

static void assert_wholes(const ks_mapped *mapped, const size_t starts[WHOLES], const size_t sizes[WHOLES],
                          const bool *touched) {
    for (unsigned i = 0; i < WHOLES; i++) {
        size_t end = sizes[i] ? (starts[i] + sizes[i] - 1) / KS_CHUNK + 1 : 0;
        bool all = true;
        for (size_t chunk = starts[i] / KS_CHUNK; chunk < end; chunk++) all = all && touched[chunk];
        assert_int_equal(*ks_mapped_all_verified(mapped, i), all);
    }
}

/* Which chunks have been touched, against what is said of the sections. */
static void sections_become_whole(void **state) {
    uint64_t random = ks_test_seed(22);
    for (unsigned round = 0; round < 30; round++) {
        size_t starts[WHOLES], sizes[WHOLES], at = KS_FILE_MAGIC_SIZE;
        bool touched[64] = {false};
        ks_mapped *mapped;
        char path[KS_TEST_PATH];
        for (unsigned i = 0; i < WHOLES; i++) {
            sizes[i] = ks_test_below(&random, 4) ? ks_test_below(&random, 3 * KS_CHUNK) : 0;
            starts[i] = (at + KS_SECTION_ALIGN - 1) / KS_SECTION_ALIGN * KS_SECTION_ALIGN;
            at = starts[i] + sizes[i];
        }
        write_sections(*state, sizes);
        assert_int_equal(ks_mapped_open(&mapped, *state, "file", NULL), KS_OK);
        for (unsigned step = 0; step < 60; step++) {
            unsigned number = (unsigned)ks_test_below(&random, WHOLES);
            size_t from = ks_test_below(&random, sizes[number] + 1);
            size_t size = ks_test_below(&random, sizes[number] - from + 1) / (1 + step % 7);
            const uint8_t *span;
            if (step % 2)
                assert_true(ks_mapped_touch(mapped, number, from, size));
            else
                assert_int_equal(ks_mapped_span(mapped, number, from, size, &span, NULL), KS_OK);
            for (size_t i = 0; i < size; i++) touched[(starts[number] + from + i) / KS_CHUNK] = true;
            assert_wholes(mapped, starts, sizes, touched);
        }
        assert_int_equal(ks_mapped_verify(mapped, NULL), KS_OK);
        for (unsigned i = 0; i < WHOLES; i++) assert_true(*ks_mapped_all_verified(mapped, i));
        assert_int_equal(ks_mapped_fault(mapped, NULL), KS_OK);
        ks_mapped_close(mapped);
        unlink(ks_test_path(path, *state, "file"));
    }
}

static ks_mapped *open_large(const char *folder) {
    ks_mapped *mapped;
    assert_int_equal(ks_mapped_open(&mapped, folder, "large", NULL), KS_OK);
    return mapped;
}

static void faults_are_kept(void **state) {
    ks_mapped *mapped;
    ks_error err = {0}, other = {0};
    const uint8_t *span = NULL;
    char path[KS_TEST_PATH];
    write_large(*state, "large", 6 * KS_CHUNK);
    change_byte(ks_test_path(path, *state, "large"), 3 * KS_CHUNK, 1);
    mapped = open_large(*state);
    assert_int_equal(ks_mapped_span_unverified(mapped, 1, 0, 6 * KS_CHUNK, &span, NULL),
                     KS_OK); /* not looked at */
    assert_non_null(span);
    assert_int_equal(ks_mapped_span_unverified(mapped, 1, 1, 6 * KS_CHUNK, &span, NULL), KS_ERR_CORRUPT);
    assert_true(ks_mapped_touch(mapped, 1, KS_CHUNK, 10));
    assert_int_equal(ks_mapped_fault(mapped, &err), KS_OK);
    assert_int_equal(err.code, KS_OK);
    assert_false(ks_mapped_touch(mapped, 1, 3 * KS_CHUNK, 10));
    assert_int_equal(ks_mapped_fault(mapped, NULL), KS_ERR_CORRUPT);
    assert_int_equal(ks_mapped_fault(mapped, &err), KS_ERR_CORRUPT);
    assert_non_null(strstr(err.message, "/large: wrong checksum of a chunk at byte 24576 (section 1)"));
    assert_int_equal(err.position, 3 * KS_CHUNK);
    assert_false(ks_mapped_touch(mapped, 1, 0, 10)); /* now nothing counts */
    assert_int_equal(ks_mapped_span(mapped, 1, 0, 10, &span, NULL), KS_OK);
    ks_error_set(&other, KS_ERR_FORMAT, "another");
    ks_mapped_set_fault(mapped, &other);
    assert_int_equal(ks_mapped_fault(mapped, &other), KS_ERR_CORRUPT);
    assert_string_equal(other.message, err.message);
    ks_mapped_close(mapped);
}

static void faults_of_other_kinds(void **state) {
    ks_mapped *mapped;
    ks_error err = {0}, other = {0};
    write_large(*state, "large", KS_CHUNK);
    mapped = open_large(*state);
    ks_error_set(&other, KS_ERR_FORMAT, "another");
    ks_mapped_set_fault(mapped, &other);
    assert_int_equal(ks_mapped_fault(mapped, &err), KS_ERR_FORMAT);
    assert_string_equal(err.message, "another");
    ks_mapped_close(mapped);
    mapped = open_large(*state);
    assert_false(ks_mapped_touch(mapped, 1, KS_CHUNK, 1)); /* no such bytes */
    assert_int_equal(ks_mapped_fault(mapped, &err), KS_ERR_CORRUPT);
    assert_non_null(strstr(err.message, "behind the section's end"));
    ks_mapped_close(mapped);
    mapped = open_large(*state);
    assert_false(ks_mapped_touch(mapped, KS_SECTIONS, 0, 1));
    ks_mapped_close(mapped);
}

/* What is touched again and again is verified as a whole in the end, damage included. */
static void many_touches_verify_all(void **state) {
    char path[KS_TEST_PATH];
    write_large(*state, "large", 6 * KS_CHUNK);
    for (int damaged = 0; damaged < 2; damaged++) {
        size_t touches = 0;
        ks_mapped *mapped;
        if (damaged) change_byte(ks_test_path(path, *state, "large"), 3 * KS_CHUNK, 1);
        mapped = open_large(*state);
        while (!*ks_mapped_all_verified(mapped, 1) && ks_mapped_touch(mapped, 1, 7, 1)) touches++;
        assert_in_range(touches, 100, 10000);
        assert_int_equal(*ks_mapped_all_verified(mapped, 1), !damaged);
        assert_int_equal(ks_mapped_fault(mapped, NULL), damaged ? KS_ERR_CORRUPT : KS_OK);
        ks_mapped_close(mapped);
    }
}

/* The magic number at the front belongs to the first chunk, be that chunk's checksum right or wrong. */
static void the_front_is_looked_at_with_the_first_chunk(void **state) {
    for (int repaired = 0; repaired < 2; repaired++) {
        ks_mapped *mapped;
        ks_error err = {0};
        const uint8_t *span;
        char path[KS_TEST_PATH], *bytes;
        size_t size;
        write_large(*state, repaired ? "again" : "large", 3 * KS_CHUNK);
        bytes = ks_test_read(ks_test_path(path, *state, repaired ? "again" : "large"), &size);
        bytes[2] = 'X';
        if (repaired) {
            size_t content = (size_t)ks_get_u64(bytes + size - 24);
            ks_put_u64(bytes + content, ks_hash64(bytes, KS_CHUNK, 0));
            sign(bytes, size, content);
        }
        assert_int_equal(open_bytes(&mapped, *state, bytes, size, NULL), KS_OK);
        assert_int_equal(ks_mapped_span(mapped, 1, KS_CHUNK, 5, &span, NULL), KS_OK);
        assert_int_equal(ks_mapped_span(mapped, 1, 5, 5, &span, &err), KS_ERR_CORRUPT);
        assert_non_null(strstr(err.message, "/changed: wrong magic number at byte 0"));
        assert_int_equal(ks_mapped_verify(mapped, NULL), KS_ERR_CORRUPT);
        ks_mapped_close(mapped);
        free(bytes);
    }
}

static void what_cannot_be_opened(void **state) {
    ks_mapped *mapped = NULL;
    ks_error err;
    assert_int_equal(ks_mapped_open(&mapped, *state, "missing", &err), KS_ERR_NOT_FOUND);
    assert_non_null(strstr(err.message, "/missing"));
    assert_int_equal(ks_mapped_open(&mapped, *state, ".", &err), KS_ERR_CORRUPT);
    assert_null(mapped);
}

static void content_without_sense_is_named(void **state) {
    ks_mapped *mapped;
    ks_error err;
    write_small(*state, "small");
    assert_int_equal(ks_mapped_open(&mapped, *state, "small", NULL), KS_OK);
    assert_int_equal(ks_mapped_corrupt(mapped, 7, UINT64_MAX, "no sense", &err), KS_ERR_CORRUPT);
    assert_non_null(strstr(err.message, "/small: section 7, offset 18446744073709551615: no sense"));
    assert_int_equal(ks_mapped_corrupt(mapped, 7, 1, "no sense", NULL), KS_ERR_CORRUPT);
    ks_mapped_close(mapped);
}

static ks_status open_and_verify(void *context, ks_error *err) {
    ks_mapped *mapped = NULL;
    ks_status status = ks_mapped_open(&mapped, context, "small", err);
    if (!status) status = ks_mapped_verify(mapped, err);
    ks_mapped_close(mapped);
    return status;
}

static void every_call_may_fail(void **state) {
    write_small(*state, "small");
    assert_int_equal(each_io_fault(*state, open_and_verify, *state, EIO, KS_ERR_IO),
                     3); /* open, mmap, close */
    assert_int_equal(each_call_fault(*state, open_and_verify, *state, KS_TEST_FSTAT, EIO, KS_ERR_IO), 1);
    each_io_fault(*state, open_and_verify, *state, ENOMEM, KS_ERR_NOMEM);
}

static void every_allocation_may_fail(void **state) {
    write_small(*state, "small");
    assert_true(each_allocation_fault(*state, open_and_verify, *state) >= 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ks_test_folder_setup, ks_test_folder_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(random_round_trips),
        TEST(spans_stay_in_their_section),
        TEST(every_truncation_is_seen),
        TEST(every_flipped_bit_is_seen),
        TEST(tables_that_lie_are_seen),
        TEST(too_many_sections),
        TEST(sections_have_names),
        TEST(chunks_are_checked_when_first_touched),
        TEST(checksums_are_checked_in_groups),
        TEST(sections_become_whole),
        TEST(faults_are_kept),
        TEST(faults_of_other_kinds),
        TEST(many_touches_verify_all),
        TEST(the_front_is_looked_at_with_the_first_chunk),
        TEST(what_cannot_be_opened),
        TEST(content_without_sense_is_named),
        TEST(every_call_may_fail),
        TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
