/* The window over a file: growing, stepping, places. */
#include "corpus/stream.h"

#include "support.h"

static ks_stream *open_bytes(const char *bytes, size_t size) {
    ks_stream *stream = NULL;
    assert_int_equal(ks_stream_open(&stream, write_file("f", bytes, size), NULL), KS_OK);
    unlink(path_of("f"));
    return stream;
}

static void assert_place(ks_place place, uint64_t line, uint64_t column, uint64_t byte) {
    assert_int_equal(place.line, line);
    assert_int_equal(place.column, column);
    assert_int_equal(place.byte, byte);
}

static void places(void **state) {
    static const char text[] = "ab\n\ncd\r\ne";
    ks_place start = {.line = 5, .column = 3, .byte = 100};
    (void)state;
    assert_place(ks_place_after(start, text, 0), 5, 3, 100);
    assert_place(ks_place_after(start, text, 2), 5, 5, 102);
    assert_place(ks_place_after(start, text, 3), 6, 1, 103);
    assert_place(ks_place_after(start, text, 4), 7, 1, 104);
    assert_place(ks_place_after(start, text, 9), 8, 2, 109);
}

static void an_empty_file(void **state) {
    ks_stream *stream = open_bytes(BYTES(""));
    size_t size = 1;
    bool more = true, at_end = false;
    (void)state;
    ks_stream_window(stream, &size);
    assert_int_equal(size, 0);
    assert_int_equal(ks_stream_more(stream, &more, NULL), KS_OK);
    assert_false(more);
    assert_int_equal(ks_stream_fill(stream, 10, NULL), KS_OK);
    assert_int_equal(ks_stream_skip_blank(stream, &at_end, NULL), KS_OK);
    assert_true(at_end);
    assert_int_equal(ks_stream_skip_mark(stream, NULL), KS_OK);
    ks_stream_skip(stream, 0);
    assert_place(ks_stream_place(stream), 1, 1, 0);
    ks_stream_close(stream);
    ks_stream_close(NULL);
}

static void stepping(void **state) {
    ks_stream *stream = open_bytes(BYTES("\xEF\xBB\xBF \t\r\n  x\n \n"));
    size_t size = 0;
    bool at_end = true;
    (void)state;
    assert_int_equal(ks_stream_skip_mark(stream, NULL), KS_OK);
    assert_place(ks_stream_place(stream), 1, 1, 3);
    assert_int_equal(ks_stream_skip_blank(stream, &at_end, NULL), KS_OK);
    assert_false(at_end);
    assert_place(ks_stream_place(stream), 2, 3, 9);
    assert_int_equal(*ks_stream_window(stream, &size), 'x');
    assert_int_equal(size, 4);
    ks_stream_skip(stream, 1);
    assert_int_equal(ks_stream_skip_blank(stream, &at_end, NULL), KS_OK);
    assert_true(at_end);
    assert_place(ks_stream_place(stream), 4, 1, 13);
    assert_int_equal(ks_stream_bytes(stream), 13);
    ks_stream_close(stream);
}

/* A shadow of the file, and random steps on both. */
static void random_steps(void **state) {
    enum { SIZE = 3 << 20 };
    uint64_t seed = 77;
    char *bytes = malloc(SIZE);
    ks_stream *stream;
    size_t at = 0, size;
    (void)state;
    print_message("seed %" PRIu64 "\n", seed);
    assert_non_null(bytes);
    for (size_t i = 0; i < SIZE; i++) bytes[i] = (char)(next_random(&seed) % 32 ? next_random(&seed) : '\n');
    stream = open_bytes(bytes, SIZE);
    while (at < SIZE) {
        ks_place start = {.line = 1, .column = 1};
        bool more = true;
        const char *window;
        if (next_random(&seed) % 3)
            assert_int_equal(ks_stream_more(stream, &more, NULL), KS_OK);
        else
            assert_int_equal(ks_stream_fill(stream, next_random(&seed) % (1 << 20), NULL), KS_OK);
        window = ks_stream_window(stream, &size);
        assert_true(size <= SIZE - at);
        assert_memory_equal(window, bytes + at, size);
        size = size ? next_random(&seed) % (size + 1) : 0;
        ks_stream_skip(stream, size);
        at += size;
        start = ks_place_after(start, bytes, at);
        assert_place(ks_stream_place(stream), start.line, start.column, start.byte);
    }
    ks_stream_close(stream);
    free(bytes);
}

static void errors_pass_through(void **state) {
    ks_stream *stream = NULL;
    ks_error error;
    bool more = true;
    char *gzip;
    size_t size;
    (void)state;
    assert_int_equal(ks_stream_open(&stream, path_of("none"), &error), KS_ERR_NOT_FOUND);
    assert_int_equal(ks_stream_open_fd(&stream, -1, "name", &error), KS_ERR_IO);
    assert_null(stream);
    gzip = read_file(write_gzip("f", "wb", BYTES("hello")), &size);
    assert_non_null(gzip);
    stream = open_bytes(gzip, size - 1);
    assert_int_equal(ks_stream_fill(stream, 100, &error), KS_ERR_FORMAT);
    assert_int_equal(ks_stream_more(stream, &more, &error), KS_ERR_FORMAT);
    assert_memory_equal(ks_stream_window(stream, &size), "hello", 5);
    assert_int_equal(size, 5);
    ks_stream_close(stream);
    free(gzip);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places),       cmocka_unit_test(an_empty_file),       cmocka_unit_test(stepping),
        cmocka_unit_test(random_steps), cmocka_unit_test(errors_pass_through),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
