/* The model of unseen words: that its numbers are probabilities, and that what was learnt is likelier. */
#include "corpus/tag_spelling.h"

#include "support.h"

#include "tests/support/allocation.h"
#include "tests/support/random.h"

#include <math.h>

static ks_tag_spelling learnt(const char *words) {
    ks_tag_spelling spelling;
    assert_int_equal(ks_tag_spelling_init(&spelling, NULL), KS_OK);
    for (size_t size; *words; words += size) {
        words += strspn(words, " ");
        size = strcspn(words, " ");
        ks_tag_spelling_add(&spelling, words, size, true);
    }
    assert_int_equal(ks_tag_spelling_finish(&spelling, NULL), KS_OK);
    return spelling;
}

/* How likely the word is, by the two functions a reader of words uses. */
static double likelihood(const ks_tag_spelling *spelling, const char *word) {
    uint32_t context = KS_TAG_SPELLING_START;
    double product = 1;
    size_t size = strlen(word);
    for (size_t i = 0; i < size; i++) product *= ks_tag_spelling_step(spelling, &context, word[i]);
    return product * ks_tag_spelling_stop(spelling, context, size);
}

/* The kinds of bytes that are told apart: letters one by one, digits, the rest by what they begin. */
static const char bytes[] = "abcdefghijklmnopqrstuvwxyz0-\xC3\xA9";

static void steps_from_any_context_are_probabilities(void **state) {
    ks_tag_spelling spelling =
        learnt("policy gradients pong atari learning deep networks t-test 2014 caf\xC3\xA9");
    uint64_t random = ks_test_seed(921);
    (void)state;
    for (int round = 0; round < 2000; round++) {
        uint32_t context = KS_TAG_SPELLING_START;
        double sum = 0;
        for (size_t n = ks_test_below(&random, 6); n; n--) {
            double factor =
                ks_tag_spelling_step(&spelling, &context, bytes[ks_test_below(&random, sizeof bytes - 1)]);
            assert_true(factor > 0 && factor < 1.0001);
        }
        for (size_t i = 0; i + 1 < sizeof bytes; i++) {
            uint32_t next = context;
            sum += ks_tag_spelling_step(&spelling, &next, bytes[i]);
        }
        assert_true(sum > 0.5 && sum < 1.0001); /* a little is left for what no word has */
    }
    ks_tag_spelling_free(&spelling);
}

static void lengths_are_probabilities(void **state) {
    ks_tag_spelling spelling = learnt("a bb ccc dddd eeeee ffffff");
    double sum = 0, peak = 0;
    (void)state;
    for (size_t n = 1; n <= KS_TAG_WORD_LIMIT; n++) {
        sum += spelling.length[n];
        if (spelling.length[n] > peak) peak = spelling.length[n];
    }
    assert_true(fabs(sum - 1) < 1e-9);
    assert_true(fabs(spelling.length_peak - peak) < 1e-12);
    assert_true(spelling.end > 0 && spelling.end < 1);
    ks_tag_spelling_free(&spelling);
}

static void what_was_learnt_is_likelier(void **state) {
    static const char *const pairs[][2] = {{"learning", "gninrael"},
                                           {"gradient", "xqzjkwvb"},
                                           {"leading", "ldnngaei"},
                                           {"policing", "pqlicqng"}};
    ks_tag_spelling spelling =
        learnt("policy police gradients grading learning leading reading ceiling deep");
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (!(likelihood(&spelling, pairs[i][0]) > likelihood(&spelling, pairs[i][1])))
            fail_msg("%s is no likelier than %s", pairs[i][0], pairs[i][1]);
    ks_tag_spelling_free(&spelling);
}

/* Lengths of words that are not typical leave the lengths alone; typical ones move them. */
static void only_sized_words_teach_lengths(void **state) {
    ks_tag_spelling none, unsized, sized;
    (void)state;
    assert_int_equal(ks_tag_spelling_init(&none, NULL), KS_OK);
    assert_int_equal(ks_tag_spelling_init(&unsized, NULL), KS_OK);
    assert_int_equal(ks_tag_spelling_init(&sized, NULL), KS_OK);
    for (int i = 0; i < 100; i++) {
        ks_tag_spelling_add(&unsized, "ab", 2, false);
        ks_tag_spelling_add(&sized, "ab", 2, true);
    }
    assert_int_equal(ks_tag_spelling_finish(&none, NULL), KS_OK);
    assert_int_equal(ks_tag_spelling_finish(&unsized, NULL), KS_OK);
    assert_int_equal(ks_tag_spelling_finish(&sized, NULL), KS_OK);
    for (size_t n = 1; n <= KS_TAG_WORD_LIMIT; n++) assert_true(none.length[n] == unsized.length[n]);
    assert_true(sized.length[2] > 3 * none.length[2]);
    assert_true(likelihood(&unsized, "ab") > likelihood(&none, "ab"));
    ks_tag_spelling_free(&none);
    ks_tag_spelling_free(&unsized);
    ks_tag_spelling_free(&sized);
}

static void affixes_and_edges(void **state) {
    ks_tag_spelling plain, taught;
    (void)state;
    assert_int_equal(ks_tag_spelling_init(&plain, NULL), KS_OK);
    assert_int_equal(ks_tag_spelling_init(&taught, NULL), KS_OK);
    ks_tag_spelling_add_affix(&taught, "ization", 7, true);
    ks_tag_spelling_add_affix(&taught, "pseudo", 6, false);
    ks_tag_spelling_add_edges(&taught, "kwargs", 6);
    ks_tag_spelling_add_edges(&taught, "", 0);
    assert_int_equal(ks_tag_spelling_finish(&plain, NULL), KS_OK);
    assert_int_equal(ks_tag_spelling_finish(&taught, NULL), KS_OK);
    assert_true(likelihood(&taught, "qqization") > likelihood(&plain, "qqization"));
    assert_true(likelihood(&taught, "pseudoqq") > likelihood(&plain, "pseudoqq"));
    assert_true(likelihood(&taught, "kwaqqq") > likelihood(&plain, "kwaqqq"));
    ks_tag_spelling_free(&plain);
    ks_tag_spelling_free(&taught);
}

/* With nothing learnt every letter is as likely as another. */
static void an_untaught_model(void **state) {
    ks_tag_spelling spelling = learnt("");
    uint32_t context = KS_TAG_SPELLING_START, other = KS_TAG_SPELLING_START;
    double factor = ks_tag_spelling_step(&spelling, &context, 'a');
    (void)state;
    for (char c = 'b'; c <= 'z'; c++) {
        uint32_t next = KS_TAG_SPELLING_START;
        assert_true(fabs(ks_tag_spelling_step(&spelling, &next, c) - factor) < 1e-7);
    }
    assert_true(likelihood(&spelling, "abcdefg") > likelihood(&spelling, "abcdefghijklmnopqrstuvwxyzabcd"));
    ks_tag_spelling_step(&spelling, &other, 'b');
    assert_int_not_equal(context, other);
    ks_tag_spelling_free(&spelling);
    ks_tag_spelling_free(&spelling);
}

static void the_longest_word(void **state) {
    char word[KS_TAG_WORD_LIMIT + 1];
    ks_tag_spelling spelling;
    (void)state;
    memset(word, 'z', KS_TAG_WORD_LIMIT);
    word[KS_TAG_WORD_LIMIT] = '\0';
    assert_int_equal(ks_tag_spelling_init(&spelling, NULL), KS_OK);
    ks_tag_spelling_add(&spelling, word, KS_TAG_WORD_LIMIT, true);
    assert_int_equal(ks_tag_spelling_finish(&spelling, NULL), KS_OK);
    assert_true(likelihood(&spelling, word) > 0);
    ks_tag_spelling_free(&spelling);
}

static ks_status make_once(void *context, ks_error *err) {
    ks_tag_spelling spelling;
    ks_status status = ks_tag_spelling_init(&spelling, err);
    (void)context;
    if (!status) status = ks_tag_spelling_finish(&spelling, err);
    ks_tag_spelling_free(&spelling);
    return status;
}

static void every_allocation_may_fail(void **state) {
    (void)state;
    assert_int_equal(ks_test_each_allocation(make_once, NULL), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_from_any_context_are_probabilities),
        cmocka_unit_test(lengths_are_probabilities),
        cmocka_unit_test(what_was_learnt_is_likelier),
        cmocka_unit_test(only_sized_words_teach_lengths),
        cmocka_unit_test(affixes_and_edges),
        cmocka_unit_test(an_untaught_model),
        cmocka_unit_test(the_longest_word),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
