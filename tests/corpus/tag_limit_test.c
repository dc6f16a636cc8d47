/* How long a tag can be: eight words are one, nine never are; and hyphens at the ends of lines. */
#include "corpus/tag_split.h"

#include "support.h"

/* A splitter that has seen the line three times among others, and its words in running text. */
static ks_tag_splitter *taught(const char *line) {
    static const char text[] = "One two three four five six seven eight nine ten words of the feed. "
                               "Seven and eight are numbers; one, two and three are numbers too.";
    static const char *const others[] = {"one-two", "three-four", "five", "six-seven", "eight", "nine-ten"};
    ks_tag_splitter *splitter = NULL;
    assert_int_equal(ks_tag_splitter_new(&splitter, NULL), KS_OK);
    assert_int_equal(ks_tag_splitter_add_text(splitter, BYTES(text), NULL), KS_OK);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(ks_tag_splitter_add_tags(splitter, others[i], strlen(others[i]), NULL), KS_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(ks_tag_splitter_add_tags(splitter, line, strlen(line), NULL), KS_OK);
    assert_int_equal(ks_tag_splitter_learn(splitter, NULL), KS_OK);
    return splitter;
}

/* How many tags the line is cut into; each has some words and at most eight. */
static size_t cut(const char *line) {
    ks_tag_splitter *splitter = taught(line);
    size_t ends[200], count = 0, from = 0;
    assert_true(strlen(line) <= 200);
    assert_int_equal(ks_tag_splitter_split(splitter, line, strlen(line), ends, 200, &count, NULL), KS_OK);
    assert_true(count > 0 && ends[count - 1] == strlen(line));
    for (size_t i = 0; i < count; i++) {
        size_t words = 1;
        assert_true(ends[i] > from);
        for (size_t at = from; at < ends[i]; at++) words += line[at] == '-';
        if (words > 8) fail_msg("[%.*s] has %zu words", (int)(ends[i] - from), line + from, words);
        from = ends[i];
    }
    ks_tag_splitter_free(splitter);
    return count;
}

static void up_to_eight_words(void **state) {
    (void)state;
    assert_int_equal(cut("one"), 1);
    assert_int_equal(cut("one-two-three-four"), 1);
    assert_int_equal(cut("one-two-three-four-five-six-seven"), 1);
    assert_int_equal(cut("one-two-three-four-five-six-seven-eight"), 1);
}

static void more_than_eight_words(void **state) {
    (void)state;
    assert_true(cut("one-two-three-four-five-six-seven-eight-nine") > 1);
    assert_true(cut("one-two-three-four-five-six-seven-eight-nine-ten") > 1);
    assert_true(cut("one-two-three-four-five-six-seven-eight-nine-ten-one-two-three-four-five-six-seven") >
                2);
}

/* Hyphens where no word is: whatever comes out, it is the whole line. */
static void hyphens_in_odd_places(void **state) {
    static const char *const lines[] = {"-", "--", "one-", "-one", "one--two", "--one-two--", "one---two"};
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) assert_true(cut(lines[i]) >= 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(up_to_eight_words),
        cmocka_unit_test(more_than_eight_words),
        cmocka_unit_test(hyphens_in_odd_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
