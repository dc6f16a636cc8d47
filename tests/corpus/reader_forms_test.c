/* The same records in every form a file may have - lines, an array, with a mark, other line ends, blanks,
 * packed in one gzip member or many, from a pipe in small pieces - are read as the same records. */
#include "support.h"

#include "tests/support/random.h"

#include <sys/wait.h>

enum { MOST = 30 };

/* Records as JSON, some of them spread over the letters that matter to a reader. */
typedef struct texts {
    char *items[MOST];
    size_t count;
} texts;

static void make_texts(texts *out, uint64_t *random) {
    static const char *const odd[] = {"plain",
                                      "a ] b",
                                      "}, {",
                                      "\\\"",
                                      "\\\\",
                                      "\\n",
                                      "\xC3\xA9",
                                      "[",
                                      "\\u00e9",
                                      ",\\r",
                                      "\xF0\x9F\x98\x80",
                                      ""};
    out->count = ks_test_below(random, MOST + 1);
    for (size_t i = 0; i < out->count; i++) {
        ks_buffer text = {0};
        ks_buffer_format(&text, "{\"id\":\"r%zu\",\"title\":\"t\",\"summary\":\"", i);
        for (size_t n = ks_test_below(random, 200); n; n--)
            ks_buffer_str(&text, odd[ks_test_below(random, sizeof odd / sizeof *odd)]);
        ks_buffer_format(&text, "\",\"more\":{\"a\":[1,[2,{}]],\"b\":null},\"tags\":[\"x\",\"y\"]}");
        out->items[i] = ks_buffer_take(&text);
        assert_non_null(out->items[i]);
    }
}

static void free_texts(texts *them) {
    for (size_t i = 0; i < them->count; i++) free(them->items[i]);
}

/* What comes out: ids and stored JSON, one after the other. */
static char *read_records(ks_source_reader *reader) {
    ks_buffer out = {0};
    ks_source_item item;
    ks_error error;
    ks_buffer_str(&out, "");
    for (;;) {
        if (ks_source_next(reader, &item, &error)) fail_msg("%s", error.message);
        if (item.event == KS_SOURCE_END) break;
        if (item.event == KS_SOURCE_REJECT) fail_msg("line %d: %s", (int)item.line, item.reason);
        ks_buffer_format(&out, "%s|", item.record->id);
        ks_buffer_add(&out, item.record->json, item.record->json_size);
        ks_buffer_char(&out, '\n');
        ks_record_free(item.record);
    }
    return ks_buffer_take(&out);
}

static char *expected_of(const texts *them) {
    ks_buffer out = {0};
    ks_buffer_str(&out, "");
    for (size_t i = 0; i < them->count; i++) ks_buffer_format(&out, "r%zu|%s\n", i, them->items[i]);
    return ks_buffer_take(&out);
}

static void check_file(const char *path, const char *expected) {
    ks_source_reader *reader = NULL;
    ks_error error;
    char *found;
    if (ks_source_open(&reader, path, NULL, &error)) fail_msg("%s", error.message);
    found = read_records(reader);
    assert_string_equal(found, expected);
    free(found);
    ks_source_close(reader);
    assert_int_equal(unlink(path), 0);
}

/* ---- Forms ---- */

static const char *const blanks[] = {"", "", " ", "\n", "\r\n", "\t\n \n"};

static const char *blank(uint64_t *random) {
    return blanks[ks_test_below(random, sizeof blanks / sizeof *blanks)];
}

static void as_lines(ks_buffer *out, const texts *them, uint64_t *random) {
    static const char *const ends[] = {"\n", "\r\n", "\n\n", " \n", "\n \t\n"};
    bool mark = ks_test_below(random, 4) == 0;
    if (mark) ks_buffer_str(out, "\xEF\xBB\xBF");
    for (size_t i = 0; i < them->count; i++) {
        ks_buffer_str(out, them->items[i]);
        if (i + 1 < them->count || ks_test_below(random, 2))
            ks_buffer_str(out, ends[ks_test_below(random, 5)]);
    }
}

static void as_array(ks_buffer *out, const texts *them, uint64_t *random) {
    if (ks_test_below(random, 4) == 0) ks_buffer_str(out, "\xEF\xBB\xBF");
    ks_buffer_format(out, "%s[%s", blank(random), blank(random));
    for (size_t i = 0; i < them->count; i++)
        ks_buffer_format(out, "%s%s%s%s", i ? "," : "", blank(random), them->items[i], blank(random));
    ks_buffer_format(out, "]%s", blank(random));
}

static void every_form(void **state) {
    uint64_t random = ks_test_seed(1121);
    (void)state;
    for (int round = 0; round < 120; round++) {
        texts them;
        char *expected;
        ks_buffer lines = {0}, array = {0};
        make_texts(&them, &random);
        expected = expected_of(&them);
        ks_buffer_str(&lines, "");
        as_lines(&lines, &them, &random);
        as_array(&array, &them, &random);
        check_file(write_file("a.jsonl", lines.data, lines.size), expected);
        check_file(write_file("a.ndjson", lines.data, lines.size), expected);
        check_file(write_file("a.json", array.data, array.size), expected);
        check_file(write_gzip("a.jsonl.gz", "wb", lines.data, lines.size), expected);
        check_file(write_gzip("a.json.gz", "wb", array.data, array.size), expected);
        if (them.count) check_file(write_file("unknown", array.data, array.size), expected);
        if (them.count)
            check_file(write_file("unknown.gz", array.data, array.size), expected); /* not packed at all */
        free(expected);
        free_texts(&them);
        ks_buffer_free(&lines);
        ks_buffer_free(&array);
    }
}

/* Members that end anywhere, some of them empty. */
static void many_members(void **state) {
    uint64_t random = ks_test_seed(1122);
    (void)state;
    for (int round = 0; round < 60; round++) {
        texts them;
        char *expected;
        ks_buffer lines = {0};
        const char *path = NULL;
        size_t at = 0;
        make_texts(&them, &random);
        expected = expected_of(&them);
        ks_buffer_str(&lines, "");
        as_lines(&lines, &them, &random);
        for (bool first = true; first || at < lines.size; first = false) {
            size_t size = ks_test_below(&random, lines.size - at + 1);
            path = write_gzip("a.jsonl.gz", first ? "wb" : "ab", lines.data + at, size);
            at += size;
        }
        check_file(path, expected);
        free(expected);
        free_texts(&them);
        ks_buffer_free(&lines);
    }
}

/* One object is a file of one record. */
static void a_single_object(void **state) {
    uint64_t random = ks_test_seed(1123);
    (void)state;
    for (int round = 0; round < 60; round++) {
        texts them = {{NULL}, 0};
        ks_buffer text = {0};
        char *expected;
        while (!them.count) make_texts(&them, &random);
        for (size_t i = 1; i < them.count; i++) free(them.items[i]);
        them.count = 1;
        expected = expected_of(&them);
        ks_buffer_format(&text, "%s%s%s", blank(&random), them.items[0], blank(&random));
        check_file(write_file("a.json", text.data, text.size), expected);
        check_file(write_file("a.jsonl", text.data, text.size), expected);
        free(expected);
        free_texts(&them);
        ks_buffer_free(&text);
    }
}

/* From a pipe that gives a few bytes at a time. */
static void from_a_pipe(void **state) {
    uint64_t random = ks_test_seed(1124);
    (void)state;
    for (int round = 0; round < 15; round++) {
        texts them;
        ks_buffer lines = {0};
        ks_source_reader *reader = NULL;
        char *expected, *found;
        int ends[2];
        pid_t child;
        make_texts(&them, &random);
        expected = expected_of(&them);
        ks_buffer_str(&lines, "");
        as_lines(&lines, &them, &random);
        assert_int_equal(pipe(ends), 0);
        child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            close(ends[0]);
            for (size_t at = 0; at < lines.size;) {
                size_t size = 1 + ks_test_below(&random, 300), rest = lines.size - at;
                ssize_t put = write(ends[1], lines.data + at, size < rest ? size : rest);
                if (put < 0) _exit(1);
                at += (size_t)put;
            }
            _exit(0);
        }
        close(ends[1]);
        assert_int_equal(ks_source_open_fd(&reader, ends[0], "-", NULL, NULL), KS_OK);
        found = read_records(reader);
        assert_string_equal(found, expected);
        assert_int_equal(ks_source_bytes(reader), lines.size);
        ks_source_close(reader);
        assert_int_equal(close(ends[0]), 0); /* it stayed ours */
        free(found);
        free(expected);
        free_texts(&them);
        ks_buffer_free(&lines);
        assert_int_equal(waitpid(child, NULL, 0), child);
    }
}

/* A record that cannot be read, anywhere among the others: they all come, and it is named. */
static void one_that_is_broken(void **state) {
    static const char *const broken[] = {
        "{\"id\":\"x\"}", "{\"title\":5}", "5", "\"text\"", "[]", "{\"title\":\"a\",\"date\":\"1\"}"};
    uint64_t random = ks_test_seed(1125);
    (void)state;
    for (int round = 0; round < 80; round++) {
        for (int array = 0; array < 2; array++) {
            size_t place = ks_test_below(&random, 6), rejects = 0, records = 0;
            ks_buffer text = {0};
            ks_source_reader *reader = NULL;
            ks_source_item item;
            const char *path;
            if (array) ks_buffer_char(&text, '[');
            for (size_t i = 0; i < 6; i++) {
                if (i) ks_buffer_str(&text, array ? ",\n" : "\n");
                if (i == place)
                    ks_buffer_str(&text, broken[ks_test_below(&random, 6)]);
                else
                    ks_buffer_format(&text, "{\"id\":\"r%zu\",\"title\":\"t\"}", i);
            }
            if (array) ks_buffer_char(&text, ']');
            path = write_file(array ? "a.json" : "a.jsonl", text.data, text.size);
            assert_int_equal(ks_source_open(&reader, path, NULL, NULL), KS_OK);
            for (;;) {
                assert_int_equal(ks_source_next(reader, &item, NULL), KS_OK);
                if (item.event == KS_SOURCE_END) break;
                assert_int_equal(item.line, 1 + records + rejects);
                if (item.event == KS_SOURCE_REJECT) {
                    assert_int_equal(records + rejects, place);
                    assert_true(item.reason[0] != '\0');
                    rejects++;
                } else {
                    ks_record_free(item.record);
                    records++;
                }
            }
            assert_int_equal(rejects, 1);
            assert_int_equal(records, 5);
            ks_source_close(reader);
            assert_int_equal(unlink(path), 0);
            ks_buffer_free(&text);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form),         cmocka_unit_test(many_members),
        cmocka_unit_test(a_single_object),    cmocka_unit_test(from_a_pipe),
        cmocka_unit_test(one_that_is_broken),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
