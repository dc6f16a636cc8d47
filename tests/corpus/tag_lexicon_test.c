/* The words that the tag splitter knows: which ones a text and a word list teach, and how their sources
 * weigh. */
#include "corpus/tag_letters.h"
#include "corpus/tag_lexicon.h"

#include "support.h"

#include "tests/support/allocation.h"
#include "tests/support/random.h"

typedef struct taught {
    ks_tag_lexicon lexicon;
    ks_tag_spelling spelling;
} taught;

static taught teach(const char *text, const char *words) {
    taught it;
    assert_int_equal(ks_tag_lexicon_init(&it.lexicon, NULL), KS_OK);
    assert_int_equal(ks_tag_spelling_init(&it.spelling, NULL), KS_OK);
    assert_int_equal(ks_tag_lexicon_add_text(&it.lexicon, text, strlen(text), NULL), KS_OK);
    assert_int_equal(ks_tag_lexicon_add_words(&it.lexicon, words, strlen(words), NULL), KS_OK);
    assert_int_equal(ks_tag_lexicon_finish(&it.lexicon, &it.spelling, NULL), KS_OK);
    return it;
}

static void forget(taught *it) {
    ks_tag_lexicon_free(&it->lexicon);
    ks_tag_spelling_free(&it->spelling);
}

static double share(const taught *it, const char *word, ks_tag_source source) {
    double out[KS_TAG_KNOWN];
    ks_tag_lexicon_sources(&it->lexicon, word, strlen(word), out);
    return out[source];
}

static void words_of_a_text(void **state) {
    static const char *const known[] = {"policy", "gradients", "t",  "test", "caf\xC3\xA9", "2014",
                                        "3",      "x1",        "re", "used", "reused"};
    static const char *const unknown[] = {"a", "of", "polic", "olicy", "policygradients", "", "-", "re-used"};
    taught it = teach("Policy gradients, a t-test; CAF\xC3\x89 2014 (3) x1 re-used.", "");
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!(share(&it, known[i], KS_TAG_TEXT) > 0)) fail_msg("%s is not known", known[i]);
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        if (share(&it, unknown[i], KS_TAG_TEXT) > 0) fail_msg("%s is known", unknown[i]);
    forget(&it);
}

/* Frequent words are likelier, though less than in proportion; all words together are certain. */
static void frequent_words_weigh_more(void **state) {
    taught it = teach("deep deep deep deep net net pong", "");
    double deep = share(&it, "deep", KS_TAG_TEXT), net = share(&it, "net", KS_TAG_TEXT);
    double pong = share(&it, "pong", KS_TAG_TEXT);
    (void)state;
    assert_true(deep > net && net > pong && pong > 0);
    assert_true(deep < 4 * pong);
    assert_true(deep + net + pong > 0.999999 && deep + net + pong < 1.000001);
    forget(&it);
}

static void a_joined_word_weighs_less(void **state) {
    taught it = teach("re-used and written", "");
    (void)state;
    assert_true(share(&it, "reused", KS_TAG_TEXT) > 0);
    assert_true(share(&it, "reused", KS_TAG_TEXT) < share(&it, "written", KS_TAG_TEXT));
    forget(&it);
}

static void words_of_a_list(void **state) {
    taught it = teach("", "apple\nBanana\r\nab\ntwo words\nit's\n\nlast");
    double each = share(&it, "apple", KS_TAG_LISTED);
    (void)state;
    assert_true(each > 0.33 && each < 0.34); /* three words count: ab is too short, the others are no words */
    assert_true(share(&it, "banana", KS_TAG_LISTED) > 0.33);
    assert_true(share(&it, "last", KS_TAG_LISTED) > 0.33);
    assert_true(share(&it, "ab", KS_TAG_LISTED) <= 0);
    assert_true(share(&it, "two", KS_TAG_LISTED) <= 0);
    assert_true(share(&it, "it", KS_TAG_LISTED) <= 0);
    assert_true(share(&it, "apple", KS_TAG_TEXT) <= 0);
    forget(&it);
}

static void a_word_listed_twice_is_one(void **state) {
    taught it = teach("", "apple\napple\nAPPLE\npear");
    (void)state;
    assert_int_equal(it.lexicon.listed_count, 2);
    assert_true(share(&it, "apple", KS_TAG_LISTED) > 0.49);
    forget(&it);
}

/* Words that nobody has seen, but others of their stem. */
static void derived_words(void **state) {
    static const char *const derived[] = {"gradient", "learned", "networks", "trainings", "policies"};
    static const char *const others[] = {"gradients", "xyzzy", "learning", "net"};
    taught it = teach("gradients learning network training policy", "");
    (void)state;
    for (size_t i = 0; i < sizeof derived / sizeof *derived; i++)
        if (!(share(&it, derived[i], KS_TAG_DERIVED) > 0)) fail_msg("%s is not derived", derived[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) /* known themselves, or of no known stem */
        if (share(&it, others[i], KS_TAG_DERIVED) > 0) fail_msg("%s is derived", others[i]);
    assert_true(share(&it, "gradient", KS_TAG_DERIVED) < share(&it, "gradients", KS_TAG_TEXT));
    forget(&it);
}

static void derived_from_a_list(void **state) {
    taught it = teach("", "gradients\nlearning\n");
    (void)state;
    assert_true(share(&it, "learned", KS_TAG_DERIVED) > 0);
    assert_true(share(&it, "learning", KS_TAG_DERIVED) <= 0); /* listed itself */
    assert_true(share(&it, "xyzzy", KS_TAG_DERIVED) <= 0);
    forget(&it);
}

static void affixes(void **state) {
    static const struct {
        const char *text;
        uint32_t flags;
    } cases[] = {{"ization", KS_TAG_SUFFIX},
                 {"s", KS_TAG_SUFFIX},
                 {"un", KS_TAG_PREFIX},
                 {"hyper", KS_TAG_PREFIX},
                 {"the", KS_TAG_SMALL},
                 {"of", KS_TAG_SMALL},
                 {"pong", 0},
                 {"", 0},
                 {"izationization", 0},
                 {"S", 0}};
    taught it = teach("", "");
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (ks_tag_lexicon_affix(&it.lexicon, cases[i].text, strlen(cases[i].text)) != cases[i].flags)
            fail_msg("%s", cases[i].text);
    forget(&it);
}

/* No word is longer than KS_TAG_WORD_LIMIT bytes. */
static void the_longest_word(void **state) {
    char text[2 * KS_TAG_WORD_LIMIT + 10];
    taught it;
    (void)state;
    memset(text, 'w', sizeof text);
    text[KS_TAG_WORD_LIMIT] = '\0';
    it = teach(text, text);
    assert_true(share(&it, text, KS_TAG_TEXT) > 0);
    assert_true(share(&it, text, KS_TAG_LISTED) > 0);
    forget(&it);
    text[KS_TAG_WORD_LIMIT] = 'w';
    text[KS_TAG_WORD_LIMIT + 1] = '\0';
    it = teach(text, text);
    assert_true(share(&it, text, KS_TAG_TEXT) <= 0);
    assert_int_equal(it.lexicon.listed_count, 0);
    forget(&it);
}

static void an_empty_lexicon(void **state) {
    static const char *const asked[] = {"a", "abc", "learning", "s"};
    taught it = teach("", "");
    (void)state;
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        for (int source = 0; source < KS_TAG_KNOWN; source++)
            assert_true(share(&it, asked[i], (ks_tag_source)source) <= 0);
    forget(&it);
}

static void expect_lower(const char *text, const char *expected) {
    char out[64] = "";
    ks_tag_lower(out, text, strlen(text));
    assert_string_equal(out, expected);
}

static void small_letters(void **state) {
    (void)state;
    expect_lower("", "");
    expect_lower("Policy-9", "policy-9");
    expect_lower("\xC3\x84\xC3\x96\xC3\x9C\xC3\xA9", "\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA9"); /* Latin-1 */
    expect_lower("\xC3\x97", "\xC3\x97");                                                 /* the times sign */
    expect_lower("\xCE\x91\xCE\xA9", "\xCE\xB1\xCF\x89");                                 /* Greek */
    expect_lower("\xD0\x81\xD0\x96\xD0\xAF", "\xD1\x91\xD0\xB6\xD1\x8F");                 /* Cyrillic */
    expect_lower("\xE6\x96\x87", "\xE6\x96\x87");
    expect_lower("A\xFF"
                 "B",
                 "a\xFF"
                 "b");
}

/* Byte for byte: the size stays, and small text is left alone. */
static void small_letters_of_anything(void **state) {
    uint64_t random = ks_test_seed(1051);
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char text[24], once[24], twice[24];
        size_t size = ks_test_below(&random, sizeof text);
        ks_test_random_bytes(&random, text, size);
        ks_tag_lower(once, text, size);
        ks_tag_lower(twice, once, size);
        assert_memory_equal(once, twice, size);
        for (size_t i = 0; i < size; i++)
            if (!(text[i] & 0x80))
                assert_int_equal(once[i], text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i]);
    }
}

static ks_status learn_once(void *spelling, ks_error *err) {
    static const char text[] = "re-used words and others of the same text", words[] = "apple\npear\n";
    ks_tag_lexicon lexicon;
    ks_status status = ks_tag_lexicon_init(&lexicon, err);
    if (!status) status = ks_tag_lexicon_add_text(&lexicon, BYTES(text), err);
    if (!status) status = ks_tag_lexicon_add_words(&lexicon, BYTES(words), err);
    if (!status) status = ks_tag_lexicon_finish(&lexicon, spelling, err);
    ks_tag_lexicon_free(&lexicon);
    return status;
}

static void every_allocation_may_fail(void **state) {
    ks_tag_spelling spelling;
    (void)state;
    assert_int_equal(ks_tag_spelling_init(&spelling, NULL), KS_OK);
    assert_true(ks_test_each_allocation(learn_once, &spelling) > 4);
    ks_tag_spelling_free(&spelling);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_a_text),
        cmocka_unit_test(frequent_words_weigh_more),
        cmocka_unit_test(a_joined_word_weighs_less),
        cmocka_unit_test(words_of_a_list),
        cmocka_unit_test(a_word_listed_twice_is_one),
        cmocka_unit_test(derived_words),
        cmocka_unit_test(derived_from_a_list),
        cmocka_unit_test(affixes),
        cmocka_unit_test(the_longest_word),
        cmocka_unit_test(an_empty_lexicon),
        cmocka_unit_test(small_letters),
        cmocka_unit_test(small_letters_of_anything),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
