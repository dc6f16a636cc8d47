/* Looking for some tokens of a text, against analysing all of it. */
#include "tests/text/support.h"

/* Words of few letters, so that stems and first letters repeat, some of them no plain ones. */
static void make_words(ks_buffer *text, uint64_t *random) {
    static const char *const others[] = {"a-b",   "CIFAR-10",  "C++",      "naïve",     "模型",
                                         "42",    "iPhone",    "bs'",      "abs-kings", "книгами",
                                         "bøger", "dæmonerne", "kabs/das", "ABBies-d"};
    static const char *const endings[] = {"", "s", "ing", "ies", "ed", "Ly", "YING"};
    ks_buffer_truncate(text, 0);
    for (size_t words = random_below(random, 60); words; words--) {
        if (random_below(random, 6) == 0) {
            ks_buffer_str(text, others[random_below(random, sizeof others / sizeof *others)]);
        } else {
            for (size_t letters = 1 + random_below(random, 5); letters; letters--)
                ks_buffer_format(text, "%c", (char)("abcdkB"[random_below(random, 6)]));
            ks_buffer_str(text, endings[random_below(random, sizeof endings / sizeof *endings)]);
        }
        ks_buffer_str(text, random_below(random, 5) ? " " : ", ");
    }
    ks_buffer_add(text, "", 0);
}

static bool is_wanted(const ks_token *token, const bool *firsts) {
    return firsts[(unsigned char)token->text[0]];
}

static bool has_wanted(const ks_word *word, const bool *firsts) {
    for (size_t i = 0; i < word->count; i++)
        if (is_wanted(&word->tokens[i], firsts)) return true;
    return false;
}

/* The next token from *at on that is wanted, or NULL. */
static const ks_token *next_wanted(const ks_word *word, size_t *at, const bool *firsts) {
    while (*at < word->count)
        if (is_wanted(&word->tokens[(*at)++], firsts)) return &word->tokens[*at - 1];
    return NULL;
}

/* The tokens that are wanted are the same; the others may be anything that is not wanted. */
static void check_wanted(const ks_word *got, const ks_word *whole, const bool *firsts) {
    size_t at = 0, there = 0;
    for (;;) {
        const ks_token *token = next_wanted(got, &at, firsts), *same = next_wanted(whole, &there, firsts);
        assert_true(!token == !same);
        if (!token) return;
        assert_int_equal(token->start, same->start);
        assert_int_equal(token->end, same->end);
        assert_int_equal(token->kind, same->kind);
        assert_int_equal(token->size, same->size);
        assert_memory_equal(token->text, same->text, token->size);
    }
}

static void next_word(ks_analyzer *analyzer, ks_word *word, bool *more) {
    assert_int_equal(ks_analyzer_next(analyzer, word, more, NULL), KS_OK);
}

/* Whoever looks for some tokens is given these as they are given without that, in order, and fewer others.
 * Returns how many words were left out. */
static size_t check_look_for(ks_analyzer *analyzer, ks_analyzer *all, const ks_buffer *text,
                             const bool *firsts) {
    size_t left_out = 0;
    ks_word word, wanted;
    bool more, more_wanted;
    ks_analyzer_start(analyzer, text->data, text->size, 0);
    ks_analyzer_look_for(analyzer, firsts);
    ks_analyzer_start(all, text->data, text->size, 0);
    next_word(analyzer, &word, &more);
    for (next_word(all, &wanted, &more_wanted); more_wanted; next_word(all, &wanted, &more_wanted)) {
        if (!more || word.start != wanted.start) {
            assert_false(has_wanted(&wanted, firsts));
            left_out++;
            continue;
        }
        assert_int_equal(word.end, wanted.end);
        check_wanted(&word, &wanted, firsts);
        next_word(analyzer, &word, &more);
    }
    assert_false(more);
    return left_out;
}

static void test_look_for(void **state) {
    static const struct {
        const char *language;
        bool leaves_out;
    } cases[] = {
        {"english", true}, {"german", true}, {"none", true}, {"indonesian", false}, {"turkish", false}};
    uint64_t random = 45;
    (void)state;
    print_message("look for: seed %llu\n", (unsigned long long)random);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ks_analyzer *analyzer = analyzer_for(cases[i].language), *all = analyzer_for(cases[i].language);
        ks_buffer text = {0};
        size_t left_out = 0;
        for (size_t round = 0; round < 2000; round++) {
            bool firsts[256] = {false};
            for (size_t k = random_below(&random, 4); k; k--)
                firsts[(unsigned char)"abcdk4"[random_below(&random, 6)]] = true;
            make_words(&text, &random);
            left_out += check_look_for(analyzer, all, &text, firsts);
        }
        assert_true((left_out > 0) == cases[i].leaves_out);
        ks_buffer_free(&text);
        ks_analyzer_free(analyzer);
        ks_analyzer_free(all);
    }
}

/* What is looked for is forgotten with the text. */
static void test_look_for_ends_with_the_text(void **state) {
    static const bool nothing[256] = {false};
    ks_analyzer *analyzer = analyzer_for("english");
    token_list list;
    ks_word word;
    bool more = true;
    (void)state;
    ks_analyzer_start(analyzer, "three plain words", 17, 0);
    ks_analyzer_look_for(analyzer, nothing);
    next_word(analyzer, &word, &more);
    assert_false(more);
    list = analyse(analyzer, "three plain words", 17, 0);
    assert_int_equal(list.count, 3);
    free(list.tokens);
    ks_analyzer_free(analyzer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_look_for),
        cmocka_unit_test(test_look_for_ends_with_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
