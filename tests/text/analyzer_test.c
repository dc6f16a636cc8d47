/* The table of tests/data/text/analyzer.tsv, and what the header promises about positions, bytes and calls.
 */
#include "tests/text/support.h"

#include <stdio.h>

static int hex(char c) {
    const char *digits = "0123456789abcdef", *at = strchr(digits, c);
    assert_non_null(at);
    return (int)(at - digits);
}

/* Undoes \xHH and \\ in place and returns the bytes that are left. */
static size_t unescape(char *text) {
    size_t size = 0;
    for (const char *at = text; *at; at++) {
        if (at[0] == '\\' && at[1] == 'x') {
            text[size++] = (char)(hex(at[2]) * 16 + hex(at[3]));
            at += 3;
        } else {
            if (at[0] == '\\') at++;
            text[size++] = *at;
        }
    }
    return size;
}

static const char *kind_letter(ks_token_kind kind) {
    switch (kind) {
    case KS_TOKEN_WORD: return "";
    case KS_TOKEN_CHAR: return "c";
    case KS_TOKEN_JOINED: return "j";
    case KS_TOKEN_SPELLED: return "s";
    case KS_TOKEN_BIGRAM: return "b";
    }
    return "?";
}

static void print_tokens(ks_buffer *out, const token_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        const copied_token *token = &list->tokens[i];
        if (i) ks_buffer_str(out, token->word != token[-1].word ? " | " : " ");
        ks_buffer_format(out, "%s@%u%s", token->text, (unsigned)token->position, kind_letter(token->kind));
    }
    ks_buffer_add(out, "", 0);
}

static bool check_line(ks_analyzer *analyzer, char *line, size_t number) {
    char *tab = strchr(line, '\t');
    ks_buffer got = {0};
    token_list list;
    size_t size;
    bool right;
    *tab = '\0';
    tab[1 + strcspn(tab + 1, "\n")] = '\0';
    size = unescape(line);
    list = analyse(analyzer, line, size, 0);
    print_tokens(&got, &list);
    right = strcmp(got.data, tab + 1) == 0;
    if (!right) print_message("line %zu:\n  wanted %s\n  got    %s\n", number, tab + 1, got.data);
    free(list.tokens);
    ks_buffer_free(&got);
    return right;
}

static void test_table(void **state) {
    FILE *file = fopen(KS_SOURCE_DIR "/tests/data/text/analyzer.tsv", "r");
    ks_analyzer *analyzer = analyzer_for("english");
    char line[1024];
    size_t number = 0, cases = 0, wrong = 0;
    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        number++;
        if (!strchr(line, '\t')) continue;
        cases++;
        if (!check_line(analyzer, line, number)) wrong++;
    }
    fclose(file);
    ks_analyzer_free(analyzer);
    assert_int_equal(wrong, 0);
    assert_true(cases >= 200);
}

typedef struct expected {
    const char *text;
    ks_token_kind kind;
    uint32_t position;
    size_t start, end;
} expected;

static void check_tokens(const char *text, const expected *wanted, size_t count) {
    ks_analyzer *analyzer = analyzer_for("english");
    token_list list = analyse(analyzer, text, strlen(text), 100);
    assert_int_equal(list.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(list.tokens[i].text, wanted[i].text);
        assert_int_equal(list.tokens[i].kind, wanted[i].kind);
        assert_int_equal(list.tokens[i].position, wanted[i].position);
        assert_int_equal(list.tokens[i].start, wanted[i].start);
        assert_int_equal(list.tokens[i].end, wanted[i].end);
    }
    free(list.tokens);
    ks_analyzer_free(analyzer);
}

static void test_bytes_of_a_compound(void **state) {
    const expected wanted[] = {
        {"see", KS_TOKEN_WORD, 100, 0, 3},         {"pixel", KS_TOKEN_WORD, 101, 5, 10},
        {"pixelcnn", KS_TOKEN_JOINED, 101, 5, 13}, {"pixelcnn++", KS_TOKEN_SPELLED, 101, 5, 15},
        {"cnn", KS_TOKEN_WORD, 102, 10, 13},       {"162000", KS_TOKEN_WORD, 103, 16, 23},
        {"muller", KS_TOKEN_WORD, 104, 24, 31},    {"mullernet", KS_TOKEN_JOINED, 104, 24, 35},
        {"net", KS_TOKEN_WORD, 105, 32, 35},
    };
    (void)state;
    check_tokens("see (PixelCNN++ 162,000 Müller-Net)", wanted, sizeof wanted / sizeof *wanted);
}

static void test_bytes_of_units(void **state) {
    const expected wanted[] = {
        {"gpt", KS_TOKEN_WORD, 100, 0, 3},    {"模", KS_TOKEN_CHAR, 101, 3, 6},
        {"模型", KS_TOKEN_BIGRAM, 101, 3, 9}, {"型", KS_TOKEN_CHAR, 102, 6, 9},
        {"が", KS_TOKEN_CHAR, 103, 10, 16},
    };
    (void)state;
    check_tokens("GPT模型 か\xe3\x82\x99", wanted, sizeof wanted / sizeof *wanted);
}

/* The last bigram of a piece ends in the next piece. */
static void test_run_in_pieces(void **state) {
    char text[3 * 1000 + 1] = "";
    ks_analyzer *analyzer = analyzer_for("none");
    token_list list;
    (void)state;
    for (size_t i = 0; i < 1000; i++) ks_utf8_encode((uint32_t)(0x4E00 + i), text + 3 * i);
    list = analyse(analyzer, text, sizeof text - 1, 0);
    assert_int_equal(list.count, 1999);
    assert_int_equal(list.position, 1000);
    for (size_t i = 0; i < list.count; i++) {
        const copied_token *token = &list.tokens[i];
        bool bigram = i % 2 == 1;
        assert_int_equal(token->kind, bigram ? KS_TOKEN_BIGRAM : KS_TOKEN_CHAR);
        assert_int_equal(token->position, i / 2);
        assert_int_equal(token->start, i / 2 * 3);
        assert_int_equal(token->end, i / 2 * 3 + (bigram ? 6 : 3));
        assert_memory_equal(token->text, text + token->start, token->size);
        assert_int_equal(token->size, token->end - token->start);
    }
    free(list.tokens);
    ks_analyzer_free(analyzer);
}

/* No joined form, whatever the length, and positions go on. */
static void test_long_compound(void **state) {
    char text[2 * 5000];
    ks_analyzer *analyzer = analyzer_for("english");
    token_list list;
    (void)state;
    for (size_t i = 0; i < sizeof text; i++) text[i] = i % 2 ? '.' : 'q';
    list = analyse(analyzer, text, sizeof text, 7);
    assert_int_equal(list.count, 5000);
    assert_int_equal(list.position, 5007);
    for (size_t i = 0; i < list.count; i++) {
        assert_int_equal(list.tokens[i].kind, KS_TOKEN_WORD);
        assert_int_equal(list.tokens[i].position, 7 + i);
        assert_int_equal(list.tokens[i].start, 2 * i);
    }
    free(list.tokens);
    ks_analyzer_free(analyzer);
}

static void test_one_giant_word(void **state) {
    size_t size = 1 << 20;
    char *text = malloc(size);
    ks_analyzer *analyzer = analyzer_for("english");
    token_list list;
    (void)state;
    assert_non_null(text);
    memset(text, 'b', size);
    list = analyse(analyzer, text, size, 0);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.tokens[0].size, KS_TOKEN_LIMIT);
    assert_int_equal(list.tokens[0].end, size);
    free(list.tokens);
    for (size_t i = 1; i + 1 < size; i += 2) memcpy(text + i, i % 4 == 1 ? "\xcc\x81" : "\xcc\xa3", 2);
    list = analyse(analyzer, text, size, 0);
    assert_int_equal(list.count, 1);
    free(list.tokens);
    free(text);
    ks_analyzer_free(analyzer);
}

static void test_end_leaves_word_alone(void **state) {
    ks_analyzer *analyzer = analyzer_for("none");
    ks_word word = {.start = 11, .end = 12, .count = 13};
    bool more = true;
    (void)state;
    assert_int_equal(ks_analyzer_next(analyzer, &word, &more, NULL), KS_OK);
    assert_false(more); /* nothing was started yet */
    ks_analyzer_start(analyzer, "...", 3, 5);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ks_analyzer_next(analyzer, &word, &more, NULL), KS_OK);
        assert_false(more);
    }
    assert_int_equal(word.start, 11);
    assert_int_equal(word.end, 12);
    assert_int_equal(word.count, 13);
    assert_int_equal(ks_analyzer_position(analyzer), 5);
    ks_analyzer_free(analyzer);
}

static void test_position_and_restart(void **state) {
    ks_analyzer *analyzer = analyzer_for("none");
    ks_word word;
    bool more;
    (void)state;
    ks_analyzer_start(analyzer, "a-b-c d", 7, 3);
    assert_int_equal(ks_analyzer_position(analyzer), 3);
    assert_int_equal(ks_analyzer_next(analyzer, &word, &more, NULL), KS_OK);
    assert_int_equal(word.start, 0);
    assert_int_equal(word.end, 5);
    assert_int_equal(word.count, 4);
    assert_int_equal(ks_analyzer_position(analyzer), 6);
    ks_analyzer_start(analyzer, "C++ x", 5, 40); /* in the midst of the other text */
    assert_int_equal(ks_analyzer_next(analyzer, &word, &more, NULL), KS_OK);
    assert_true(more);
    assert_int_equal(word.end, 3);
    assert_int_equal(word.tokens[1].position, 40);
    assert_int_equal(ks_analyzer_position(analyzer), 41);
    ks_analyzer_free(analyzer);
}

/* A text left within a long compound must not leak into the next one. */
static void test_restart_within_long_compound(void **state) {
    ks_analyzer *analyzer = analyzer_for("none");
    ks_word word;
    bool more;
    token_list list;
    (void)state;
    ks_analyzer_start(analyzer, "a.b.c.d.e.f.g.h.i", 17, 0);
    assert_int_equal(ks_analyzer_next(analyzer, &word, &more, NULL), KS_OK);
    assert_int_equal(word.count, 8);
    list = analyse(analyzer, "x-y", 3, 0);
    assert_int_equal(list.count, 3);
    free(list.tokens);
    ks_analyzer_free(analyzer);
}

static void test_text_is_not_read_beyond_its_size(void **state) {
    const char *texts[] = {"C++", "1,234", "1.5", "a-b", "LSTMs", "é", "模型", "か\xe3\x82\x99"};
    ks_analyzer *analyzer = analyzer_for("english");
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        for (size_t size = 0; size <= strlen(texts[i]); size++) {
            char *exact = malloc(size ? size : 1); /* for valgrind and the sanitizers */
            token_list list;
            assert_non_null(exact);
            memcpy(exact, texts[i], size);
            list = analyse(analyzer, exact, size, 0);
            free(list.tokens);
            free(exact);
        }
    }
    ks_analyzer_free(analyzer);
}

static void test_free_null(void **state) {
    (void)state;
    ks_analyzer_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_bytes_of_a_compound),
        cmocka_unit_test(test_bytes_of_units),
        cmocka_unit_test(test_run_in_pieces),
        cmocka_unit_test(test_long_compound),
        cmocka_unit_test(test_one_giant_word),
        cmocka_unit_test(test_end_leaves_word_alone),
        cmocka_unit_test(test_position_and_restart),
        cmocka_unit_test(test_restart_within_long_compound),
        cmocka_unit_test(test_text_is_not_read_beyond_its_size),
        cmocka_unit_test(test_free_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
