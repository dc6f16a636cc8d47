/* Opening sources: by name, by content, from a descriptor; what cannot be opened or read to its end. */
#include "support.h"

#include <fcntl.h>

#define A "{\"id\":\"a\",\"title\":\"A\"}"
#define B "{\"id\":\"b\",\"title\":\"B\"}"
#define FEED "Heading\nblog / ann / Jun 11\nSome text.\n"
#define FEED_RECORD "record 2:8 344e794f7057f03a\n"

static void names(void **state) {
    static const char *const known[] = {"a.jsonl",    "a.ndjson", "a.json",      "a.txt",  "a.feed",
                                        "a.jsonl.gz", "a.txt.gz", "x/y.feed.gz", "..json", "a.b.ndjson.gz"};
    static const char *const unknown[] = {"",       "a",          "a.gz",   "a.md",
                                          "jsonl",  ".jsonl",     "x/.txt", ".json.gz",
                                          "a.JSON", "a.json.bz2", "a.txt~", "a.jsonl.gz.gz"};
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!ks_source_is_known(known[i])) fail_msg("%s", known[i]);
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        if (ks_source_is_known(unknown[i])) fail_msg("%s", unknown[i]);
}

/* A file without a telling name, by what is in it. */
static void contents(void **state) {
    ks_buffer text = {0};
    (void)state;
    expect_transcript("f", BYTES(A "\n" B), "record 1:0 a\nrecord 2:23 b\n");
    expect_transcript("f", BYTES("\xEF\xBB\xBF\n " A), "record 2:4 a\n");
    expect_transcript("f.md", BYTES(" [" A "]"), "record 1:2 a\n");
    expect_transcript("f.gz", BYTES(FEED), FEED_RECORD);
    expect_transcript("f", BYTES(""), "open format\n");
    expect_transcript("f", BYTES(" \n"), "open format\n");
    expect_transcript("f", BYTES("Just text.\n"), "open format\n");
    expect_transcript("f", BYTES("12"), "open format\n");
    for (int i = 0; i < 64 << 10; i++) ks_buffer_char(&text, '\n');
    ks_buffer_str(&text, A); /* not in the first 64 KiB, so it does not count */
    expect_transcript("f", text.data, text.size, "open format\n");
    ks_buffer_free(&text);
}

static void check_gzip(const char *name, const char *bytes, size_t size, const char *expected) {
    char *text = transcribe_file(write_gzip(name, "wb", bytes, size), NULL);
    assert_string_equal(text, expected);
    free(text);
    unlink(path_of(name));
}

static void compressed_files(void **state) {
    (void)state;
    check_gzip("f.jsonl.gz", BYTES(A "\n" B), "record 1:0 a\nrecord 2:23 b\n");
    check_gzip("f.jsonl", BYTES(A "\n" B), "record 1:0 a\nrecord 2:23 b\n");
    check_gzip("f.json.gz", BYTES("[" A "]"), "record 1:1 a\n");
    check_gzip("f.txt.gz", BYTES(FEED), FEED_RECORD);
    check_gzip("f.gz", BYTES(FEED), FEED_RECORD);
    check_gzip("f", BYTES("\xEF\xBB\xBF[]"), "");
    expect_transcript("plain.jsonl.gz", BYTES(A), "record 1:0 a\n");
}

/* Damage is an error of the call, never a silent end; what was whole before it has come out. */
static void check_cut(const char *name, const char *bytes, size_t size) {
    size_t whole_size;
    char *whole = read_file(write_gzip(name, "wb", bytes, size), &whole_size);
    assert_non_null(whole);
    for (size_t cut = 2; cut < whole_size; cut++) {
        char *text = transcribe_file(write_file(name, whole, cut), NULL);
        if (!strstr(text, "error format\n") && strcmp(text, "open format\n") != 0) fail_msg("%s", text);
        free(text);
    }
    free(whole);
    unlink(path_of(name));
}

static void damaged_gzip(void **state) {
    (void)state;
    check_cut("f.jsonl.gz", BYTES(A "\n" B "\n"));
    check_cut("f.json.gz", BYTES("[" A "," B "]"));
    check_cut("f.txt.gz", BYTES(FEED));
    check_cut("f.gz", BYTES(A "\n" B "\n"));
    expect_transcript("f.jsonl.gz", BYTES("\x1F\x8B garbage"), "open format\n");
}

/* A long line, an element and blanks that the file's damage cuts off. */
static void damage_inside_a_record(void **state) {
    static const char *const starts[][2] = {{"f.jsonl.gz", "{\"title\":\""},
                                            {"f.json.gz", "[{\"title\":\""},
                                            {"b.json.gz", "[ "},
                                            {"f.txt.gz", "blog / ann / Jun 11\n"}};
    enum { SIZE = 20 << 20 };
    char *text = malloc(SIZE);
    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        const char *name = starts[i][0];
        struct stat info;
        char *result;
        memset(text, *name == 'b' ? ' ' : 'x', SIZE);
        memcpy(text, starts[i][1], strlen(starts[i][1]));
        write_gzip(name, "wb", text, SIZE);
        assert_int_equal(stat(path_of(name), &info), 0);
        assert_int_equal(truncate(path_of(name), info.st_size - 1000), 0);
        result = transcribe_file(path_of(name), NULL);
        assert_string_equal(result, *name == 'f' && strstr(name, "txt") ? "open format\n" : "error format\n");
        free(result);
        unlink(path_of(name));
    }
    free(text);
}

static void descriptors(void **state) {
    ks_source_reader *reader = NULL;
    ks_error error;
    char *text;
    int fd = open(write_gzip("f", "wb", BYTES(A "\nx\n" B)), O_RDONLY);
    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(ks_source_open_fd(&reader, fd, "standard input", NULL, &error), KS_OK);
    text = transcribe(reader);
    assert_string_equal(text, "record 1:0 a\nreject 2:23 not valid JSON: unexpected text\nrecord 3:25 b\n");
    free(text);
    ks_source_close(reader);
    assert_int_equal(close(fd), 0); /* it was left open */
    reader = NULL;
    fd = open(path_of("f"), O_WRONLY);
    assert_int_equal(ks_source_open_fd(&reader, fd, "standard input", NULL, &error), KS_ERR_IO);
    assert_string_equal(error.message, "cannot read standard input: Bad file descriptor");
    close(fd);
    assert_int_equal(ks_source_open_fd(&reader, -1, "standard input", NULL, &error), KS_ERR_IO);
    fd = open(folder, O_RDONLY);
    assert_int_equal(ks_source_open_fd(&reader, fd, "standard input", NULL, &error), KS_ERR_FORMAT);
    close(fd);
    assert_null(reader);
    unlink(path_of("f"));
}

static void what_cannot_be_opened(void **state) {
    ks_source_reader *reader = NULL;
    ks_error error;
    (void)state;
    assert_int_equal(ks_source_open(&reader, path_of("none.jsonl"), NULL, &error), KS_ERR_NOT_FOUND);
    assert_non_null(strstr(error.message, "none.jsonl: No such file or directory"));
    assert_int_equal(ks_source_open(&reader, folder, NULL, &error), KS_ERR_FORMAT);
    assert_non_null(strstr(error.message, "is a directory"));
    assert_int_equal(ks_source_open(&reader, folder, NULL, NULL), KS_ERR_FORMAT);
    assert_null(reader);
    ks_source_close(NULL);
}

static void years_out_of_range(void **state) {
    static const int bad[] = {-1, 10000, -2147483647};
    ks_source_reader *reader = NULL;
    ks_error error;
    (void)state;
    write_file("f.jsonl", BYTES(A));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const ks_reader_options options = {.year = bad[i]};
        assert_int_equal(ks_source_open(&reader, path_of("f.jsonl"), &options, &error), KS_ERR_ARGUMENT);
        assert_int_equal(ks_source_open_fd(&reader, 0, "-", &options, &error), KS_ERR_ARGUMENT);
    }
    unlink(path_of("f.jsonl"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(contents),
        cmocka_unit_test(compressed_files),
        cmocka_unit_test(damaged_gzip),
        cmocka_unit_test(damage_inside_a_record),
        cmocka_unit_test(descriptors),
        cmocka_unit_test(what_cannot_be_opened),
        cmocka_unit_test(years_out_of_range),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
