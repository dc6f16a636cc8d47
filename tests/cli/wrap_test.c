/* Word wrapping: lines, indents, marks, wide characters, cuts. */
#include "tests/cli/support.h"

#include "cli/wrap.h"
#include "tests/support/random.h"

static void assert_wrapped(size_t width, size_t indent, const char *text, const char *expected) {
    sink out;
    cli_wrap wrap;
    sink_open(&out);
    cli_wrap_init(&wrap, out.out, width, indent, false);
    cli_wrap_text(&wrap, text, strlen(text), NULL, 0);
    cli_wrap_end(&wrap);
    assert_printed(&out, expected);
}

static void test_plain(void **state) {
    (void)state;
    assert_wrapped(20, 0, "", "");
    assert_wrapped(20, 0, " \n\t ", "");
    assert_wrapped(20, 0, "one", "one\n");
    assert_wrapped(20, 0, "  one \n two\t\tthree ", "one two three\n");
    assert_wrapped(10, 0, "one two three four", "one two\nthree four\n");
    assert_wrapped(16, 4, "one two three four", "    one two\n    three four\n");
    assert_wrapped(10, 0, "1234567890 x", "1234567890\nx\n");
    assert_wrapped(10, 0, "12345678901234567890123", "1234567890\n1234567890\n123\n");
    assert_wrapped(10, 0, "ab 12345678901", "ab\n1234567890\n1\n");
    assert_wrapped(3, 4, "one two three", "    one two\n    three\n");
    assert_wrapped(20, 0, "a\033[31mb", "a\uFFFD[31mb\n");
}

static void test_wide(void **state) {
    (void)state;
    assert_wrapped(10, 0, "策略梯度方法直接", "策略梯度方\n法直接\n");
    assert_wrapped(11, 0, "策略梯度方法直接", "策略梯度方\n法直接\n");
    assert_wrapped(10, 0, "abcdefg 策略", "abcdefg 策\n略\n");
    assert_wrapped(10, 0, "abcdefgh策略", "abcdefgh策\n略\n");
    assert_wrapped(10, 0, "策略\u0301策略策\u0301策略", "策略\u0301策略策\u0301\n策略\n");
    assert_wrapped(10, 0, "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301",
                   "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301\n");
}

static void assert_marked(size_t width, const char *text, const ks_span *spans, size_t count,
                          const char *expected) {
    sink out;
    cli_wrap wrap;
    sink_open(&out);
    cli_wrap_init(&wrap, out.out, width, 0, true);
    cli_wrap_text(&wrap, text, strlen(text), spans, count);
    cli_wrap_end(&wrap);
    assert_printed(&out, expected);
}

#define ON "\033[0;33m"
#define OFF "\033[0m"

static void test_marks(void **state) {
    (void)state;
    ks_span one[] = {{0, 3, 0, 3}};
    assert_marked(20, "one two", one, 1, ON "one" OFF " two\n");
    ks_span last[] = {{4, 7, 4, 7}};
    assert_marked(20, "one two", last, 1, "one " ON "two" OFF "\n");
    ks_span across[] = {{2, 6, 2, 6}};
    assert_marked(20, "one two", across, 1, "on" ON "e tw" OFF "o\n");
    ks_span beside[] = {{0, 3, 0, 3}, {4, 7, 4, 7}};
    assert_marked(20, "one two", beside, 2, ON "one" OFF " " ON "two" OFF "\n");
    ks_span all[] = {{0, 18, 0, 18}};
    assert_marked(10, "one two three four", all, 1, ON "one two" OFF "\n" ON "three four" OFF "\n");
    ks_span inner[] = {{2, 8, 2, 4}};
    assert_marked(10, "ab策略cd", inner, 1, "ab" ON "策略" OFF "cd\n");
    ks_span broken[] = {{5, 12, 5, 12}};
    assert_marked(10, "123456789012345", broken, 1, "12345" ON "67890" OFF "\n" ON "12" OFF "345\n");
    ks_span beyond[] = {{4, 100, 4, 100}};
    assert_marked(20, "one two", beyond, 1, "one " ON "two" OFF "\n");
}

static void test_marks_in_bold(void **state) {
    sink out;
    cli_wrap wrap;
    ks_span span = {0, 3, 0, 3};
    (void)state;
    sink_open(&out);
    cli_wrap_init(&wrap, out.out, 10, 0, true);
    wrap.paint = CLI_BOLD;
    wrap.lead = true;
    cli_wrap_text(&wrap, "one two three one", 17, &span, 1);
    cli_wrap_end(&wrap);
    assert_printed(&out, "\033[0;1;33mone\033[0;1m two\033[0m\nthree one\n");
}

static void test_tail(void **state) {
    sink out;
    cli_wrap wrap;
    (void)state;
    sink_open(&out);
    cli_wrap_init(&wrap, out.out, 20, 2, false);
    wrap.tail = "12.31";
    cli_wrap_text(&wrap, "one two three four five", 23, NULL, 0);
    cli_wrap_end(&wrap);
    assert_printed(&out, "  one two      12.31\n  three four five\n");
    sink_open(&out);
    cli_wrap_init(&wrap, out.out, 20, 0, false);
    wrap.tail = "1.5";
    cli_wrap_text(&wrap, "one", 3, NULL, 0);
    cli_wrap_end(&wrap);
    assert_printed(&out, "one              1.5\n");
    sink_open(&out);
    cli_wrap_init(&wrap, out.out, 10, 0, false);
    wrap.tail = "a tail that is longer than the line";
    cli_wrap_text(&wrap, "one two", 7, NULL, 0);
    cli_wrap_end(&wrap);
    assert_printed(&out, "one twoa tail that is longer than the line\n");
}

static void assert_cut(size_t width, size_t lines, const char *text, const char *expected) {
    sink out;
    cli_wrap wrap;
    sink_open(&out);
    cli_wrap_init(&wrap, out.out, width, 0, false);
    wrap.max_lines = lines;
    cli_wrap_text(&wrap, text, strlen(text), NULL, 0);
    cli_wrap_text(&wrap, " more", 5, NULL, 0);
    cli_wrap_end(&wrap);
    assert_printed(&out, expected);
}

static void test_cut(void **state) {
    (void)state;
    assert_cut(10, 1, "one two three", "one two…\n");
    assert_cut(10, 2, "one two three four five", "one two\nthree…\n");
    assert_cut(10, 1, "123456789012", "123456789…\n");
    assert_cut(30, 1, "one", "one more\n");
    assert_cut(10, 3, "one two three", "one two\nthree more\n");
}

static void test_pieces(void **state) {
    sink out;
    cli_wrap wrap;
    (void)state;
    sink_open(&out);
    cli_wrap_init(&wrap, out.out, 16, 2, false);
    cli_wrap_word(&wrap, CLI_DIM, "first");
    cli_wrap_close(&wrap, ",");
    cli_wrap_word(&wrap, CLI_DIM, "second");
    cli_wrap_word(&wrap, CLI_DIM, "third one");
    cli_wrap_room(&wrap, 5, true);
    cli_wrap_puts(&wrap, CLI_PLAIN, "#");
    cli_wrap_puts(&wrap, CLI_PLAIN, "four");
    cli_wrap_end(&wrap);
    cli_wrap_end(&wrap);
    assert_printed(&out, "  first, second\n  third one\n  #four\n");
}

static void test_starts_in_a_line(void **state) {
    sink out;
    cli_wrap wrap;
    (void)state;
    sink_open(&out);
    fputs("12: ", out.out);
    cli_wrap_init(&wrap, out.out, 14, 6, false);
    wrap.column = 4;
    cli_wrap_text(&wrap, "one two three", 13, NULL, 0);
    cli_wrap_end(&wrap);
    assert_printed(&out, "12:   one two\n      three\n");
}

/* All but blanks and line ends. */
static void copy_visible(char *out, const char *text) {
    for (; *text; text++)
        if (*text != ' ' && *text != '\n') *out++ = *text;
    *out = '\0';
}

/* No line is too long, and the words come out as they went in. */
static void test_random_text(void **state) {
    uint64_t seed = ks_test_seed(21);
    (void)state;
    for (int round = 0; round < 1000; round++) {
        static const char *const bits[] = {"a", "word", " ", "\n", "策", "é", "longer-word", "🎉", "  ", "x"};
        char text[1024] = "", expected[1024] = "", got[4096] = "";
        for (size_t n = ks_test_below(&seed, 60); n > 0; n--) strcat(text, bits[ks_test_below(&seed, 10)]);
        size_t width = 10 + ks_test_below(&seed, 30), indent = ks_test_below(&seed, 5);
        ks_span span = {ks_test_below(&seed, 10), 10 + ks_test_below(&seed, 10), 0, 0};
        sink out;
        cli_wrap wrap;
        sink_open(&out);
        cli_wrap_init(&wrap, out.out, width, indent, false);
        cli_wrap_text(&wrap, text, strlen(text), &span, 1);
        cli_wrap_end(&wrap);
        char *lines = printed(&out), *rest = NULL;
        for (char *line = lines; *line; line = rest) {
            rest = strchr(line, '\n') + 1;
            size_t columns = cli_text_width(line, (size_t)(rest - line - 1));
            assert_true(columns <= (width < indent + 10 ? indent + 10 : width));
            assert_true(columns > indent);
        }
        copy_visible(got, lines);
        copy_visible(expected, text);
        assert_string_equal(got, expected);
        free(lines);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),       cmocka_unit_test(test_wide),
        cmocka_unit_test(test_marks),       cmocka_unit_test(test_marks_in_bold),
        cmocka_unit_test(test_tail),        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_pieces),      cmocka_unit_test(test_starts_in_a_line),
        cmocka_unit_test(test_random_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
