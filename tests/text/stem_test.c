/* Languages, and the stem cache against libstemmer itself. */
#include "tests/text/support.h"

#include "text/stem.h"

#include <libstemmer.h>
#include <stdio.h>

static void test_unknown_languages(void **state) {
    const char *unknown[] = {"klingon", "", "English", "en", "none ", NULL};
    (void)state;
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        ks_analyzer *analyzer = NULL;
        ks_stemmer *stemmer = NULL;
        ks_error err = {0};
        assert_int_equal(ks_analyzer_new(&analyzer, unknown[i], &err), KS_ERR_ARGUMENT);
        assert_null(analyzer);
        assert_int_equal(err.code, KS_ERR_ARGUMENT);
        assert_non_null(strstr(err.message, unknown[i] ? unknown[i] : "language"));
        assert_non_null(strstr(err.hint, "none arabic"));
        assert_non_null(strstr(err.hint, " german ")); /* what there is to choose from */
        assert_int_equal(ks_analyzer_new(&analyzer, unknown[i], NULL), KS_ERR_ARGUMENT);
        assert_int_equal(ks_stemmer_new(&stemmer, unknown[i], NULL), KS_ERR_ARGUMENT);
        assert_null(stemmer);
    }
}

static void check_terms(const char *language, const char *text, const char *wanted) {
    ks_analyzer *analyzer = analyzer_for(language);
    token_list list = analyse(analyzer, text, strlen(text), 0);
    ks_buffer got = {0};
    for (size_t i = 0; i < list.count; i++) ks_buffer_format(&got, i ? " %s" : "%s", list.tokens[i].text);
    assert_string_equal(got.data, wanted);
    ks_buffer_free(&got);
    free(list.tokens);
    ks_analyzer_free(analyzer);
}

static void test_languages(void **state) {
    (void)state;
    check_terms("none", "Running Networks CNNs", "running networks cnns");
    check_terms("english", "Running Networks generously", "run network generous");
    check_terms("porter", "generously", "gener");
    check_terms("german", "Häuser Häusern Straßen", "haus haus strass");
    check_terms("french", "continuellement continuait", "continuel continu");
    check_terms("russian", "книги книгами", "книг книг");
}

/* Numbers, spelled forms, characters and bigrams stay as they are, and so does the joined form with a digit.
 */
static void test_what_is_not_stemmed(void **state) {
    (void)state;
    check_terms("english", "runnings2", "run runnings2 2");
    check_terms("english", "Googles++", "googl googles++");
    check_terms("english", "Running-Models", "run runningmodel model");
    check_terms("english", "模型 ones1s", "模 模型 型 one ones1s 1 s");
}

static void test_all_algorithms(void **state) {
    (void)state;
    for (const char **name = sb_stemmer_list(); *name; name++) {
        ks_analyzer *analyzer = analyzer_for(*name);
        const char *text = "Gradients naïve Straße книгами كتاب हिन्दी βιβλία";
        token_list list = analyse(analyzer, text, strlen(text), 0);
        assert_int_equal(list.count, 7);
        free(list.tokens);
        ks_analyzer_free(analyzer);
    }
}

static void check_against_snowball(ks_stemmer *stemmer, struct sb_stemmer *snowball, const char *word,
                                   size_t size) {
    ks_form form = {0};
    const sb_symbol *stem = sb_stemmer_stem(snowball, (const sb_symbol *)word, (int)size);
    int wanted = sb_stemmer_length(snowball);
    ks_form_add(&form, word, size, KS_TOKEN_LIMIT);
    assert_int_equal(ks_stem(stemmer, &form, NULL), KS_OK);
    assert_true(wanted > 0);
    assert_int_equal(form.size, wanted);
    assert_memory_equal(form.text, stem, (size_t)wanted);
}

/* Words of two syllables and an ending: many hits, many collisions, some too long for the cache. */
static size_t random_word(uint64_t *random, char *word) {
    static const char *const syllables[] = {"ba",    "cei", "dy",   "gen", "hop",
                                            "luxur", "ski", "tran", "ze",  "um"};
    static const char *const endings[] = {"",        "s",       "ies",  "ing",   "ed",
                                          "ational", "ization", "iate", "iated", "fulness",
                                          "iveness", "ously",   "y",    "e"};
    size_t size = 0, parts = 1 + random_below(random, 3) + (random_below(random, 10) ? 0 : 12);
    for (size_t i = 0; i < parts; i++)
        size += (size_t)sprintf(word + size, "%s", syllables[random_below(random, 10)]);
    size +=
        (size_t)sprintf(word + size, "%s", endings[random_below(random, sizeof endings / sizeof *endings)]);
    return size > KS_TOKEN_LIMIT ? KS_TOKEN_LIMIT : size;
}

static void test_cache(void **state) {
    const char *languages[] = {"english", "german", "turkish", "finnish"};
    uint64_t random = 42;
    (void)state;
    print_message("cache: seed %llu\n", (unsigned long long)random);
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        struct sb_stemmer *snowball = sb_stemmer_new(languages[i], "UTF_8");
        ks_stemmer *stemmer = NULL;
        assert_non_null(snowball);
        assert_int_equal(ks_stemmer_new(&stemmer, languages[i], NULL), KS_OK);
        for (size_t round = 0; round < 100000; round++) {
            char word[160];
            size_t size = random_word(&random, word);
            check_against_snowball(stemmer, snowball, word, size);
        }
        ks_stemmer_free(stemmer);
        sb_stemmer_delete(snowball);
    }
}

/* More words than the cache has room for, so that it grows to its last size and beyond; those that come again
 * and again stay in it meanwhile, or do not. */
static void test_growing(void **state) {
    enum { MANY = 700000 };
    struct sb_stemmer *snowball = sb_stemmer_new("english", "UTF_8");
    ks_stemmer *stemmer = NULL;
    (void)state;
    assert_int_equal(ks_stemmer_new(&stemmer, "english", NULL), KS_OK);
    for (uint32_t i = 0; i < MANY; i++) {
        char word[32] = "x";
        size_t size = 1;
        for (uint32_t rest = i % 10 ? i : i % 1000; rest; rest /= 20) word[size++] = (char)('a' + rest % 20);
        size += (size_t)sprintf(word + size, "%s", i % 3 ? "ing" : "ies");
        check_against_snowball(stemmer, snowball, word, size);
    }
    ks_stemmer_free(stemmer);
    sb_stemmer_delete(snowball);
}

/* In two steps, many at a time, while the cache grows. */
static void test_prepared(void **state) {
    enum { WORDS = 40000, AT_ONCE = 16 };
    ks_stemmer *stemmer = NULL, *other = NULL;
    uint64_t random = 43;
    (void)state;
    print_message("prepared: seed %llu\n", (unsigned long long)random);
    assert_int_equal(ks_stemmer_new(&stemmer, "english", NULL), KS_OK);
    assert_int_equal(ks_stemmer_new(&other, "english", NULL), KS_OK);
    for (size_t i = 0; i < WORDS; i += AT_ONCE) {
        ks_form forms[AT_ONCE] = {{0}}, wanted;
        uint64_t hashes[AT_ONCE];
        for (size_t k = 0; k < AT_ONCE; k++) {
            char word[160];
            size_t size = random_word(&random, word);
            ks_form_add(&forms[k], word, size < KS_STEM_CACHED ? size : KS_STEM_CACHED, KS_TOKEN_LIMIT);
            hashes[k] = ks_stem_prepare(stemmer, &forms[k]);
        }
        for (size_t k = 0; k < AT_ONCE; k++) {
            wanted = forms[k];
            assert_int_equal(ks_stem(other, &wanted, NULL), KS_OK);
            assert_int_equal(ks_stem_prepared(stemmer, &forms[k], hashes[k], NULL), KS_OK);
            assert_int_equal(forms[k].size, wanted.size);
            assert_memory_equal(forms[k].text, wanted.text, wanted.size);
        }
    }
    ks_stemmer_free(stemmer);
    ks_stemmer_free(other);
}

/* A stem that differs in more than its last six bytes cannot be cached, and one may be longer than the
 * word. */
static void test_long_endings(void **state) {
    const char *words[] = {"skies",  "dying", "luxuriated", "hopping", "generously",
                           "gently", "ugly",  "idly",       "a"};
    struct sb_stemmer *snowball = sb_stemmer_new("english", "UTF_8");
    ks_stemmer *stemmer = NULL;
    (void)state;
    assert_int_equal(ks_stemmer_new(&stemmer, "english", NULL), KS_OK);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            check_against_snowball(stemmer, snowball, words[i], strlen(words[i]));
    }
    ks_stemmer_free(stemmer);
    ks_stemmer_free(NULL);
    sb_stemmer_delete(snowball);
}

/* A letter, perhaps one that is not ASCII, and a word. */
static size_t random_beginning(uint64_t *random, char *word) {
    static const char *const others[] = {"", "", "é", "ß", "ø", "ж", "ă", "ı"};
    size_t size = 1 + (size_t)sprintf(word + 1, "%s", others[random_below(random, 8)]);
    word[0] = (char)('a' + random_below(random, 26));
    return size + random_word(random, word + size);
}

/* All words of up to three letters, and many longer ones. */
static void check_first_letters(ks_stemmer *stemmer, uint64_t *random) {
    enum { SHORT = 26 * 27 * 27, LONGER = 20000 };
    for (size_t i = 0; i < SHORT + LONGER; i++) {
        char word[160] = {(char)('a' + i % 26)};
        size_t size = 1;
        ks_form form = {0};
        for (size_t rest = i / 26; rest; rest /= 27)
            if (rest % 27) word[size++] = (char)('a' + rest % 27 - 1);
        if (i >= SHORT) size = random_beginning(random, word);
        if (size > KS_TOKEN_LIMIT) continue;
        ks_form_add(&form, word, size, KS_TOKEN_LIMIT);
        assert_int_equal(ks_stem(stemmer, &form, NULL), KS_OK);
        if (form.text[0] != word[0])
            fail_msg("%.*s begins otherwise than %s", (int)form.size, form.text, word);
    }
}

/* What an algorithm is said to keep it keeps, and most are said to; these change some first letter. */
static void test_first_letters(void **state) {
    static const struct {
        const char *language, *word;
    } changing[] = {{"indonesian", "keaa"}, {"irish", "mb"}, {"serbian", "dj"}, {"turkish", "buma"}};
    uint64_t random = 44;
    size_t keeping = 0;
    (void)state;
    print_message("first letters: seed %llu\n", (unsigned long long)random);
    for (const char **name = sb_stemmer_list(); *name; name++) {
        ks_stemmer *stemmer = NULL;
        assert_int_equal(ks_stemmer_new(&stemmer, *name, NULL), KS_OK);
        keeping += ks_stemmer_keeps_first(stemmer);
        if (ks_stemmer_keeps_first(stemmer)) check_first_letters(stemmer, &random);
        ks_stemmer_free(stemmer);
    }
    assert_true(keeping > 10);
    for (size_t i = 0; i < sizeof changing / sizeof *changing; i++) {
        ks_stemmer *stemmer = NULL;
        ks_form form = {0};
        assert_int_equal(ks_stemmer_new(&stemmer, changing[i].language, NULL), KS_OK);
        assert_false(ks_stemmer_keeps_first(stemmer));
        ks_form_add(&form, changing[i].word, strlen(changing[i].word), KS_TOKEN_LIMIT);
        assert_int_equal(ks_stem(stemmer, &form, NULL), KS_OK);
        assert_true(form.text[0] != changing[i].word[0]);
        ks_stemmer_free(stemmer);
    }
}

/* Every word of a part of the corpus, in its order. */
static void test_corpus(void **state) {
    FILE *file = fopen(KS_SHARED_DIR "/corpus/arxiv.jsonl", "r");
    struct sb_stemmer *snowball;
    ks_stemmer *stemmer = NULL;
    char *text;
    size_t size;
    (void)state;
    if (!file) skip();
    text = malloc(1 << 20);
    assert_non_null(text);
    size = fread(text, 1, 1 << 20, file);
    fclose(file);
    snowball = sb_stemmer_new("english", "UTF_8");
    assert_int_equal(ks_stemmer_new(&stemmer, "english", NULL), KS_OK);
    for (size_t at = 0, end; at < size; at = end + 1) {
        for (end = at; end < size && text[end] >= 'a' && text[end] <= 'z';) end++;
        if (end > at && end - at <= KS_TOKEN_LIMIT)
            check_against_snowball(stemmer, snowball, text + at, end - at);
    }
    ks_stemmer_free(stemmer);
    sb_stemmer_delete(snowball);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unknown_languages),
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_what_is_not_stemmed),
        cmocka_unit_test(test_all_algorithms),
        cmocka_unit_test(test_cache),
        cmocka_unit_test(test_growing),
        cmocka_unit_test(test_prepared),
        cmocka_unit_test(test_long_endings),
        cmocka_unit_test(test_first_letters),
        cmocka_unit_test(test_corpus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
