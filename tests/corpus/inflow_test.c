/* Bytes from files and descriptors, plain and gzip, whole, damaged and cut off. */
#include "corpus/inflow.h"

#include "support.h"

#include <fcntl.h>

/* Reads all there is in pieces of `step`; free() *out. */
static ks_status drain(ks_inflow *inflow, size_t step, char **out, size_t *size, ks_error *error) {
    ks_buffer bytes = {0};
    char piece[1000];
    size_t got = 0;
    ks_status status;
    assert_true(step <= sizeof piece);
    do {
        status = ks_inflow_read(inflow, piece, step, &got, error);
        if (!status) {
            assert_true(got <= step);
            ks_buffer_add(&bytes, piece, got);
        }
    } while (!status && got);
    *size = bytes.size;
    *out = ks_buffer_take(&bytes);
    return status;
}

static void check_file(const char *path, const char *expected, size_t size) {
    for (size_t step = 1; step < 1000; step = step * 3 + 1) {
        ks_inflow *inflow = NULL;
        struct stat info;
        char *bytes;
        size_t got;
        assert_int_equal(ks_inflow_open(&inflow, path, NULL), KS_OK);
        assert_int_equal(ks_inflow_bytes(inflow), 0);
        assert_int_equal(drain(inflow, step, &bytes, &got, NULL), KS_OK);
        assert_int_equal(got, size);
        assert_memory_equal(bytes, expected, size);
        assert_int_equal(stat(path, &info), 0);
        assert_int_equal(ks_inflow_bytes(inflow), info.st_size);
        free(bytes);
        ks_inflow_close(inflow);
    }
}

static void plain_files(void **state) {
    (void)state;
    check_file(write_file("f", BYTES("")), BYTES(""));
    check_file(write_file("f", BYTES("x")), BYTES("x"));
    check_file(write_file("f", BYTES("\x1F")), BYTES("\x1F"));
    check_file(write_file("f", BYTES("\x1Fx and more")), BYTES("\x1Fx and more"));
    check_file(write_file("f", BYTES("plain\0text\n")), BYTES("plain\0text\n"));
    unlink(path_of("f"));
}

static void gzip_files(void **state) {
    (void)state;
    check_file(write_gzip("f", "wb", BYTES("")), BYTES(""));
    check_file(write_gzip("f", "wb", BYTES("hello")), BYTES("hello"));
    write_gzip("f", "ab", BYTES(" and"));
    write_gzip("f", "ab", BYTES(""));
    check_file(write_gzip("f", "ab", BYTES(" more")), BYTES("hello and more"));
    unlink(path_of("f"));
}

/* Larger than the buffers, and hard to compress. */
static void large_files(void **state) {
    enum { SIZE = 1 << 20 };
    char *bytes = malloc(SIZE);
    uint64_t seed = 9;
    (void)state;
    assert_non_null(bytes);
    for (size_t i = 0; i < SIZE; i++) bytes[i] = (char)(next_random(&seed) % 64 + 32);
    for (int gzip = 0; gzip < 2; gzip++) {
        ks_inflow *inflow = NULL;
        char *read;
        size_t size;
        const char *path = gzip ? write_gzip("f", "wb", bytes, SIZE) : write_file("f", bytes, SIZE);
        assert_int_equal(ks_inflow_open(&inflow, path, NULL), KS_OK);
        assert_int_equal(drain(inflow, 997, &read, &size, NULL), KS_OK);
        assert_int_equal(size, SIZE);
        assert_memory_equal(read, bytes, SIZE);
        free(read);
        ks_inflow_close(inflow);
    }
    free(bytes);
    unlink(path_of("f"));
}

static ks_status read_status(const char *path, ks_error *error) {
    ks_inflow *inflow = NULL;
    char *bytes;
    size_t size;
    ks_status status = ks_inflow_open(&inflow, path, error);
    if (status) return status;
    status = drain(inflow, 100, &bytes, &size, error);
    free(bytes);
    ks_inflow_close(inflow);
    return status;
}

static void gzip_cut_off_at_every_byte(void **state) {
    char *whole;
    size_t size;
    ks_error error;
    (void)state;
    write_gzip("f", "wb", BYTES("some text, some text, some text"));
    whole = read_file(write_gzip("f", "ab", BYTES("more")), &size);
    assert_non_null(whole);
    for (size_t cut = 2; cut < size; cut++) {
        ks_status status = read_status(write_file("cut", whole, cut), &error);
        if (cut == size - 24) { /* just between the two members */
            assert_int_equal(status, KS_OK);
        } else {
            assert_int_equal(status, KS_ERR_FORMAT);
            assert_non_null(strstr(error.message, "/cut is cut off: its gzip data ends too early"));
        }
    }
    free(whole);
    unlink(path_of("f"));
    unlink(path_of("cut"));
}

/* A flipped bit gives an error or, in the header's unchecked fields, the same text; never less of it. */
static void gzip_with_every_bit_flipped(void **state) {
    static const char text[] = "some text, some text, some textmore";
    char *whole;
    size_t size, failed = 0;
    (void)state;
    write_gzip("f", "wb", BYTES("some text, some text, some text"));
    whole = read_file(write_gzip("f", "ab", BYTES("more")), &size);
    assert_non_null(whole);
    for (size_t bit = 16; bit < size * 8; bit++) {
        ks_inflow *inflow = NULL;
        char *bytes;
        size_t got;
        ks_error error;
        whole[bit / 8] = (char)(whole[bit / 8] ^ (1 << bit % 8));
        assert_int_equal(ks_inflow_open(&inflow, write_file("bad", whole, size), NULL), KS_OK);
        if (drain(inflow, 100, &bytes, &got, &error)) {
            assert_int_equal(error.code, KS_ERR_FORMAT);
            assert_non_null(strstr(error.message, "gzip data"));
            failed++;
        } else {
            assert_string_equal(bytes, text);
        }
        free(bytes);
        ks_inflow_close(inflow);
        whole[bit / 8] = (char)(whole[bit / 8] ^ (1 << bit % 8));
    }
    assert_true(failed > size * 8 / 2);
    free(whole);
    unlink(path_of("f"));
    unlink(path_of("bad"));
}

static void append(const char *path, const char *text) {
    FILE *file = fopen(path, "ab");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void garbage_behind_gzip(void **state) {
    ks_error error;
    (void)state;
    append(write_gzip("f", "wb", BYTES("text")), "garbage");
    assert_int_equal(read_status(path_of("f"), &error), KS_ERR_FORMAT);
    assert_non_null(strstr(error.message, "/f has damaged gzip data: "));
    unlink(path_of("f"));
}

static void append_zeros(const char *name, size_t count) {
    FILE *file = fopen(path_of(name), "ab");
    assert_non_null(file);
    while (count--) fputc(0, file);
    assert_int_equal(fclose(file), 0);
}

/* As gzip(1) takes it: zeros behind a member, also more than a buffer holds. What follows them still counts.
 */
static void zeros_behind_gzip(void **state) {
    static const size_t counts[] = {1, 511, 700 << 10};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        ks_error error;
        write_gzip("f", "wb", BYTES("hello"));
        append_zeros("f", counts[i]);
        check_file(path_of("f"), BYTES("hello"));
        check_file(write_gzip("f", "ab", BYTES(" and more")), BYTES("hello and more"));
        append_zeros("f", counts[i]);
        append(path_of("f"), "garbage");
        assert_int_equal(read_status(path_of("f"), &error), KS_ERR_FORMAT);
    }
    unlink(path_of("f"));
}

static void what_cannot_be_opened(void **state) {
    ks_inflow *inflow = NULL;
    ks_error error;
    (void)state;
    assert_int_equal(ks_inflow_open(&inflow, path_of("none"), &error), KS_ERR_NOT_FOUND);
    assert_non_null(strstr(error.message, "/none: No such file or directory"));
    assert_int_equal(ks_inflow_open(&inflow, "/dev/null/x", &error), KS_ERR_NOT_FOUND);
    assert_int_equal(ks_inflow_open(&inflow, folder, &error), KS_ERR_FORMAT);
    assert_non_null(strstr(error.message, " is a directory"));
    assert_int_equal(ks_inflow_open_fd(&inflow, -1, "a name", &error), KS_ERR_IO);
    assert_string_equal(error.message, "cannot read a name: Bad file descriptor");
    assert_null(inflow);
    ks_inflow_close(NULL);
}

static void what_must_not_be_read(void **state) {
    ks_inflow *inflow = NULL;
    ks_error error;
    (void)state;
    if (geteuid() == 0) skip(); /* whom no permission stops */
    chmod(write_file("f", BYTES("x")), 0);
    assert_int_equal(ks_inflow_open(&inflow, path_of("f"), &error), KS_ERR_IO);
    unlink(path_of("f"));
}

static void what_cannot_be_read(void **state) {
    ks_inflow *inflow = NULL;
    ks_error error;
    char *bytes;
    size_t size;
    int fd = open(write_file("f", BYTES("x")), O_WRONLY);
    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(ks_inflow_open_fd(&inflow, fd, "a name", &error), KS_OK);
    assert_int_equal(drain(inflow, 10, &bytes, &size, &error), KS_ERR_IO);
    assert_string_equal(error.message, "cannot read a name: Bad file descriptor");
    free(bytes);
    ks_inflow_close(inflow);
    assert_int_equal(close(fd), 0); /* it was left open */
    unlink(path_of("f"));
}

/* A pipe gives its bytes a few at a time. */
static void pipes(void **state) {
    int ends[2];
    size_t size;
    char *gzip = read_file(write_gzip("f", "wb", BYTES("hello")), &size);
    (void)state;
    assert_non_null(gzip);
    for (size_t first = 0; first <= size; first++) {
        ks_inflow *inflow = NULL;
        char piece[10];
        size_t got = 0;
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(ks_inflow_open_fd(&inflow, ends[0], "pipe", NULL), KS_OK);
        assert_int_equal(write(ends[1], gzip, first), first);
        if (first > 20) { /* all of the deflated bytes: the text can come before the check sum does */
            assert_int_equal(ks_inflow_read(inflow, piece, sizeof piece, &got, NULL), KS_OK);
            assert_int_equal(got, 5);
        }
        assert_int_equal(write(ends[1], gzip + first, size - first), size - first);
        close(ends[1]);
        if (first <= 20) assert_int_equal(ks_inflow_read(inflow, piece, sizeof piece, &got, NULL), KS_OK);
        assert_memory_equal(piece, "hello", 5);
        assert_int_equal(ks_inflow_read(inflow, piece, sizeof piece, &got, NULL), KS_OK);
        assert_int_equal(got, 0);
        ks_inflow_close(inflow);
        close(ends[0]);
    }
    free(gzip);
    unlink(path_of("f"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_files),
        cmocka_unit_test(gzip_files),
        cmocka_unit_test(large_files),
        cmocka_unit_test(gzip_cut_off_at_every_byte),
        cmocka_unit_test(gzip_with_every_bit_flipped),
        cmocka_unit_test(garbage_behind_gzip),
        cmocka_unit_test(zeros_behind_gzip),
        cmocka_unit_test(what_cannot_be_opened),
        cmocka_unit_test(what_must_not_be_read),
        cmocka_unit_test(what_cannot_be_read),
        cmocka_unit_test(pipes),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
