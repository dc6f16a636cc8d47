/* Runs of text: which compounds and parts there are, by hand; and what must hold of any text. */
#include "text/segment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "tests/support/random.h"
#include "text/classify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs as "part|part", parted by blanks; '=' behind a whole compound, "+n" for signs, 's' for a plural, '~'
 * in front of units, '&' behind those that have a neighbour. */
static void print_runs(ks_buffer *out, const char *text, size_t size) {
    ks_segmenter segmenter = {.text = text, .size = size};
    ks_run run;
    ks_buffer_str(out, "");
    while (ks_segment_next(&segmenter, &run)) {
        if (out->size) ks_buffer_char(out, ' ');
        if (run.unspaced) ks_buffer_char(out, '~');
        for (size_t i = 0; i < run.count; i++) {
            const ks_part *part = &run.parts[i];
            if (i) ks_buffer_char(out, '|');
            ks_buffer_add(out, text + part->start, part->end - part->start);
            if (part->plural && !run.unspaced) ks_buffer_str(out, "(s)");
        }
        if (run.unspaced && run.neighbour) ks_buffer_char(out, '&');
        if (!run.unspaced && run.whole) ks_buffer_char(out, '=');
        if (run.signs) ks_buffer_format(out, "+%zu", run.signs);
    }
}

static void expect(const char *text, const char *expected) {
    ks_buffer out = {0};
    print_runs(&out, text, strlen(text));
    if (strcmp(out.data, expected) != 0) fail_msg("%s: [%s], not [%s]", text, out.data, expected);
    ks_buffer_free(&out);
}

static void plain_words(void **state) {
    (void)state;
    expect("", "");
    expect(" \t\n", "");
    expect(".,;:!?()[]{}", "");
    expect("one", "one=");
    expect("one two,three", "one= two= three=");
    expect("(one)", "one=");
    expect("ONE Two", "ONE= Two=");
}

static void compounds(void **state) {
    (void)state;
    expect("t-SNE", "t|SNE=");
    expect("CIFAR-10", "CIFAR|10=");
    expect("cifar10", "cifar|10=");
    expect("10x", "10|x=");
    expect("camelCase", "camel|Case=");
    expect("HTMLParser", "HTML|Parser=");
    expect("a_b.c/d'e", "a|b|c|d|e=");
    expect("a--b", "a= b=");
    expect("a- b", "a= b=");
    expect("-a-", "a=");
    expect("don\xE2\x80\x99t", "don|t=");
    expect("a-1-b", "a|1|b=");
}

static void plurals_of_capitals(void **state) {
    (void)state;
    expect("LSTMs", "LSTMs(s)=");
    expect("CNNs,", "CNNs(s)=");
    expect("CNNst", "CN|Nst=");
    expect("As", "As=");
    expect("PDFs-2", "PDFs(s)|2=");
}

static void signs(void **state) {
    (void)state;
    expect("C++", "C=+2");
    expect("C#", "C=+1");
    expect("PixelCNN++", "Pixel|CNN=+2");
    expect("a+", "a=+1");
    expect("a+++", "a=");
    expect("a+b", "a= b=");
    expect("1+2", "1= 2=");
    expect("#tag", "tag=");
    expect("C++ and C#.", "C=+2 and= C=+1");
}

static void numbers(void **state) {
    (void)state;
    expect("162,000", "162,000=");
    expect("3.14 5.1%", "3.14= 5.1=");
    expect("1,2,3", "1= 2= 3=");
    expect("2014-06-01", "2014|06|01=");
    expect("v2.0.1", "v|2.0.1=");
}

static void unspaced_scripts(void **state) {
    (void)state;
    expect("\xE6\x96\x87", "~\xE6\x96\x87");
    expect("\xE6\x96\x87\xE5\xAD\x97", "~\xE6\x96\x87|\xE5\xAD\x97");
    expect("a\xE6\x96\x87"
           "b",
           "a= ~\xE6\x96\x87 b=");
}

/* KS_PARTS_LIMIT parts are a whole; one more comes in a second run, and neither is whole. */
static void limits_of_parts(void **state) {
    (void)state;
    expect("a-b-c-d-e-f-g-h", "a|b|c|d|e|f|g|h=");
    expect("a-b-c-d-e-f-g-h-i", "a|b|c|d|e|f|g|h i");
    expect("a-b-c-d-e-f-g-h-i-j++", "a|b|c|d|e|f|g|h i|j");
    expect("a-b-c-d-e-f-g-h++", "a|b|c|d|e|f|g|h=+2");
}

static void limits_of_units(void **state) {
    char text[3 * 20 + 1] = "", expected[200] = "~";
    (void)state;
    for (int i = 0; i < KS_PARTS_LIMIT; i++) {
        strcat(text, "\xE6\x96\x87");
        strcat(expected, i ? "|\xE6\x96\x87" : "\xE6\x96\x87");
    }
    expect(text, expected);
    strcat(text, "\xE6\x96\x87");
    strcat(expected, "& ~\xE6\x96\x87");
    expect(text, expected);
}

/* ---- Any text ---- */

static size_t random_text(uint64_t *random, char *text, size_t most) {
    static const char *const pieces[] = {"a",
                                         "b",
                                         "Q",
                                         "XY",
                                         "s",
                                         "7",
                                         "42",
                                         "-",
                                         ".",
                                         ",",
                                         "_",
                                         "/",
                                         "'",
                                         "+",
                                         "#",
                                         " ",
                                         "(",
                                         "\xC3\xA9",
                                         "\xCC\x81",
                                         "\xE6\x96\x87",
                                         "\xE3\x81\x8B\xE3\x82\x99",
                                         "\xFF",
                                         "\xC2",
                                         "\xE2\x85\xA7"};
    size_t size = 0, count = ks_test_below(random, 30);
    for (size_t i = 0; i < count; i++) {
        const char *piece = pieces[ks_test_below(random, sizeof pieces / sizeof *pieces)];
        if (size + strlen(piece) > most) break;
        memcpy(text + size, piece, strlen(piece));
        size += strlen(piece);
    }
    return size;
}

static bool is_word_class(ks_class class) {
    return class >= KS_CLASS_UNSPACED;
}

/* What stands in words lies in some part, and all else but joiners within compounds in none. */
static void check_covered(const char *text, size_t size, const bool *covered) {
    size_t length;
    for (size_t at = 0; at < size; at += length) {
        ks_class class = ks_class_at(text, size, at, &length);
        if (is_word_class(class) && !covered[at]) fail_msg("[%.*s]: %zu is left out", (int)size, text, at);
        if ((class == KS_CLASS_NONE || class == KS_CLASS_SIGN) && covered[at] && text[at] != ',' &&
            text[at] != '.')
            fail_msg("[%.*s]: %zu is no word", (int)size, text, at);
    }
}

static void runs_are_sound(void **state) {
    uint64_t random = ks_test_seed(951);
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char bytes[128], *text;
        size_t size = random_text(&random, bytes, sizeof bytes), last = 0;
        bool covered[128] = {false};
        ks_segmenter segmenter = {.size = size};
        ks_run run;
        text = malloc(size ? size : 1);
        assert_non_null(text);
        memcpy(text, bytes, size);
        segmenter.text = text;
        while (ks_segment_next(&segmenter, &run)) {
            assert_in_range(run.count, 1, KS_PARTS_LIMIT);
            assert_true(segmenter.at <= size);
            if (run.unspaced) assert_int_equal(run.signs, 0);
            if (run.signs) assert_true(run.whole && run.signs <= 2);
            for (size_t i = 0; i < run.count; i++) {
                const ks_part *part = &run.parts[i];
                assert_true(part->start >= last && part->start < part->end && part->end <= size);
                for (size_t at = part->start; at < part->end; at++) {
                    covered[at] = true;
                    if (part->ascii && !run.unspaced) assert_true((unsigned char)text[at] < 0x80);
                }
                last = part->end;
            }
            if (run.unspaced && run.neighbour) {
                assert_int_equal(run.parts[run.count].start, last);
                assert_true(run.parts[run.count].end > last);
            }
        }
        assert_false(ks_segment_next(&segmenter, &run));
        check_covered(text, size, covered);
        free(text);
    }
}

/* A blank between two texts keeps their runs apart: together they give what each gives alone. */
static void blanks_keep_texts_apart(void **state) {
    uint64_t random = ks_test_seed(952);
    (void)state;
    for (int round = 0; round < 5000; round++) {
        char text[300];
        ks_buffer apart = {0}, second = {0}, together = {0};
        size_t first = random_text(&random, text, 120), rest;
        text[first] = ' ';
        rest = random_text(&random, text + first + 1, 120);
        print_runs(&apart, text, first);
        print_runs(&second, text + first + 1, rest);
        if (apart.size && second.size) ks_buffer_char(&apart, ' ');
        ks_buffer_add(&apart, second.data, second.size);
        print_runs(&together, text, first + 1 + rest);
        assert_int_equal(together.size, apart.size);
        assert_memory_equal(together.data, apart.data, apart.size);
        ks_buffer_free(&apart);
        ks_buffer_free(&second);
        ks_buffer_free(&together);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_words),
        cmocka_unit_test(compounds),
        cmocka_unit_test(plurals_of_capitals),
        cmocka_unit_test(signs),
        cmocka_unit_test(numbers),
        cmocka_unit_test(unspaced_scripts),
        cmocka_unit_test(limits_of_parts),
        cmocka_unit_test(limits_of_units),
        cmocka_unit_test(runs_are_sound),
        cmocka_unit_test(blanks_keep_texts_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
