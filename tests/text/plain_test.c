/* Plain words against the segmenter and the normaliser, which know nothing of them. */
#include "tests/text/support.h"

#include "text/plain.h"

#include <stdio.h>

static void expect_word(const char *text, const char *word, size_t end) {
    ks_segmenter segmenter = {.text = text, .size = strlen(text)};
    ks_form form;
    size_t start = 99;
    if (!ks_plain_next(&segmenter, &start, &form)) fail_msg("no plain word in \"%s\"", text);
    assert_int_equal(form.size, strlen(word));
    assert_memory_equal(form.text, word, form.size);
    assert_false(form.number);
    assert_int_equal(segmenter.at, end);
    assert_int_equal(end - start, form.size);
}

static void plain_words(void **state) {
    (void)state;
    expect_word("networks", "networks", 8);
    expect_word("  (Networks)", "networks", 11);
    expect_word("CNN,", "cnn", 3);
    expect_word("A b", "a", 1);
    expect_word("+ end. Next", "end", 5);
    expect_word("end.- x", "end", 3);
    expect_word("end./", "end", 3);
    expect_word("end'", "end", 3);
    expect_word("a@b", "a", 1);
}

static void expect_none(const char *text, size_t at) {
    ks_segmenter segmenter = {.text = text, .size = strlen(text)};
    ks_form form;
    size_t start = 99;
    if (ks_plain_next(&segmenter, &start, &form)) fail_msg("a plain word in \"%s\"", text);
    assert_int_equal(segmenter.at, at);
    assert_int_equal(start, 99);
}

static void other_words(void **state) {
    (void)state;
    expect_none("", 0);
    expect_none(" ,.-", 4);
    expect_none(" CIFAR-10", 1);
    expect_none("state-of", 0);
    expect_none("don't", 0);
    expect_none("camelCase", 0);
    expect_none("LSTMs", 0);
    expect_none("HTMLParser", 0);
    expect_none("C++", 0);
    expect_none("C#", 0);
    expect_none("x2", 0);
    expect_none("2x", 0);
    expect_none("  naïve", 2);
    expect_none("cafe\xcc\x81", 0); /* a mark behind it */
    expect_none("a-\xc3\xa9", 0);   /* the other part of a compound */
    expect_none("\xc3\xa9 a", 0);
    expect_none("end-\xe2\x80\x94", 0); /* separate, but that must be decoded to know */
    expect_none("end\xff", 0);
}

static void a_compound_in_pieces_is_left_alone(void **state) {
    ks_segmenter segmenter = {.text = "rest", .size = 4, .resumed = true};
    ks_form form;
    size_t start;
    (void)state;
    assert_false(ks_plain_next(&segmenter, &start, &form));
    assert_int_equal(segmenter.at, 0);
}

/* The longest, and longer ones, which are left to the others. */
static void long_words(void **state) {
    (void)state;
    for (size_t size = KS_PLAIN_MOST - 9; size <= KS_TOKEN_LIMIT + 2; size++) {
        for (int upper = 0; upper < 2; upper++) {
            char text[KS_TOKEN_LIMIT + 3];
            memset(text, upper ? 'A' : 'a', size);
            text[size] = '\0';
            ks_segmenter segmenter = {.text = text, .size = size};
            ks_form form;
            size_t start;
            assert_int_equal(ks_plain_next(&segmenter, &start, &form), size <= KS_PLAIN_MOST);
        }
    }
}

/* Wherever a plain word is found, the segmenter finds the same one, and ends at the same place. */
static void check_against_segmenter(const char *text, size_t size, size_t *plain_words_seen) {
    ks_segmenter plain = {.text = text, .size = size}, other = plain;
    ks_run run;
    for (;;) {
        ks_form form, wanted;
        size_t start;
        bool found = ks_plain_next(&plain, &start, &form);
        bool more = ks_segment_next(&other, &run);
        if (!more) {
            assert_false(found);
            return;
        }
        if (!found) {
            assert_true(plain.at <= run.parts[0].start);
            plain = other;
            continue;
        }
        ++*plain_words_seen;
        assert_false(run.unspaced || run.parts[0].plural);
        assert_true(run.whole);
        assert_int_equal(run.count, 1);
        assert_int_equal(run.signs, 0);
        assert_int_equal(run.parts[0].start, start);
        assert_int_equal(run.parts[0].end, plain.at);
        assert_int_equal(other.at, plain.at);
        assert_false(other.resumed);
        ks_normalise_ascii(&wanted, text + start, plain.at - start);
        assert_int_equal(wanted.size, form.size);
        assert_int_equal(wanted.number, form.number);
        assert_memory_equal(wanted.text, form.text, form.size);
    }
}

static void random_text(void **state) {
    static const char *const pieces[] = {
        "a",    "b", "the", "net",         "A", "B", "CN", "1", "23",       " ",        " ",
        ".",    "-", "_",   "/",           "'", "+", "#",  ",", "\xc3\xa9", "\xcc\x81", "\xe6\xa8\xa1",
        "\xff", "(", "s",   "\xe2\x80\x94"};
    uint64_t random = 7;
    size_t seen = 0;
    (void)state;
    print_message("plain: seed %llu\n", (unsigned long long)random);
    for (int round = 0; round < 20000; round++) {
        char text[200];
        size_t size = 0, count = random_below(&random, 30);
        for (size_t i = 0; i < count; i++)
            size += (size_t)sprintf(text + size, "%s",
                                    pieces[random_below(&random, sizeof pieces / sizeof *pieces)]);
        check_against_segmenter(text, size, &seen);
    }
    assert_true(seen > 10000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_words),
        cmocka_unit_test(other_words),
        cmocka_unit_test(a_compound_in_pieces_is_left_alone),
        cmocka_unit_test(long_words),
        cmocka_unit_test(random_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
