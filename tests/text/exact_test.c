/* Exact values and the normal form for prefix queries. */
#include "tests/text/support.h"

typedef ks_status (*form)(ks_analyzer *, const char *, size_t, ks_buffer *, ks_error *);

typedef struct example {
    const char *text, *wanted;
} example;

static void check(form make, ks_analyzer *analyzer, const char *text, size_t size, const char *wanted) {
    ks_buffer out = {0};
    ks_error err;
    assert_int_equal(make(analyzer, text, size, &out, &err), KS_OK);
    assert_non_null(out.data);
    if (strcmp(out.data, wanted) != 0) print_message("of \"%.*s\"\n", (int)size, text);
    assert_string_equal(out.data, wanted);
    assert_int_equal(out.size, strlen(wanted));
    ks_buffer_free(&out);
}

static void check_all(form make, const example *examples, size_t count) {
    ks_analyzer *analyzer = analyzer_for("english");
    for (size_t i = 0; i < count; i++)
        check(make, analyzer, examples[i].text, strlen(examples[i].text), examples[i].wanted);
    ks_analyzer_free(analyzer);
}

static const example exact_values[] = {
    {"", ""},
    {" ", ""},
    {"-_ \t", ""},
    {"Policy Gradients", "policy-gradients"},
    {"policy-gradients", "policy-gradients"},
    {"policy_gradients", "policy-gradients"},
    {"  policy \t\r\n gradients  ", "policy-gradients"},
    {"--policy - _ gradients--", "policy-gradients"},
    {"policy\xc2\xa0gradients\xe3\x80\x80now", "policy-gradients-now"},
    {"policy\xe2\x80\x90gradients\xe2\x80\x91now", "policy-gradients-now"},
    {"C++", "c++"},
    {"C#", "c#"},
    {"cs.CV", "cs.cv"},
    {"t-SNE", "t-sne"},
    {"AT&T / Bell", "at&t-/-bell"},
    {"Running", "running"},
    {"camelCase", "camelcase"},
    {"1,234.5%", "1,234.5%"},
    {"GPT-4 (2023)", "gpt-4-(2023)"},
    {"Łukasz Müller", "lukasz-muller"},
    {"Stra\xc3\x9f\x65", "strasse"},
    {"Andrej Karpathy", "andrej-karpathy"},
    {"https://arxiv.org/abs/1706.03762", "https://arxiv.org/abs/1706.03762"},
    {"ＧＰＴ－４", "gpt-4"},
    {"ﬁne—tuning", "fine—tuning"},
    {"強化学習", "強化学習"},
    {"か\xe3\x82\x99", "が"},
    {"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "한"},
    {"🤖 robot", "🤖-robot"},
    {"٣", "3"},
    {"co\xc2\xad-op", "co-op"},
    {"a\xff\x62", "a-b"},
    {"\xc3", ""},
    {"x\x01y", "x-y"},
};

static void test_exact(void **state) {
    (void)state;
    check_all(ks_analyzer_exact, exact_values, sizeof exact_values / sizeof *exact_values);
}

/* An exact value is its own exact value. */
static void test_exact_twice(void **state) {
    ks_analyzer *analyzer = analyzer_for("none");
    (void)state;
    for (size_t i = 0; i < sizeof exact_values / sizeof *exact_values; i++) {
        const char *value = exact_values[i].wanted;
        check(ks_analyzer_exact, analyzer, value, strlen(value), value);
    }
    ks_analyzer_free(analyzer);
}

static const example normal_forms[] = {
    {"", ""},          {"+-", ""},          {"Reinforc", "reinforc"}, {"Running", "running"},
    {"GPT-4", "gpt4"}, {"C++", "c"},        {"5.1", "5.1"},           {"5.", "5"},
    {".5", "5"},       {"U.S", "us"},       {"162,000", "162000"},    {"1..2", "1.2"},
    {"Müll", "mull"},  {"Łu", "lu"},        {"ＧＰ", "gp"},           {"強化", "強化"},
    {"٣.٤", "3.4"},    {"a\xff\x62", "ab"}, {"v2.0-", "v2.0"},        {"two words", "twowords"},
    {"\xcc\x81", ""},  {"が", "が"},
};

static void test_normalise(void **state) {
    (void)state;
    check_all(ks_analyzer_normalise, normal_forms, sizeof normal_forms / sizeof *normal_forms);
}

static void test_nul(void **state) {
    ks_analyzer *analyzer = analyzer_for("none");
    (void)state;
    check(ks_analyzer_exact, analyzer, "a\0b\0", 4, "a-b");
    check(ks_analyzer_normalise, analyzer, "a\0b\0", 4, "ab");
    ks_analyzer_free(analyzer);
}

static size_t repeat(char *text, const char *piece, size_t times) {
    size_t size = strlen(piece);
    for (size_t i = 0; i < times; i++) memcpy(text + i * size, piece, size);
    return size * times;
}

static void check_cut(form make, const char *piece, size_t wanted) {
    ks_analyzer *analyzer = analyzer_for("none");
    char text[5000];
    ks_buffer out = {0};
    size_t size = repeat(text, piece, sizeof text / strlen(piece));
    assert_int_equal(make(analyzer, text, size, &out, NULL), KS_OK);
    assert_int_equal(out.size, wanted);
    assert_int_equal(ks_utf8_valid(out.data, out.size), out.size);
    assert_memory_equal(out.data, text, wanted);
    ks_buffer_free(&out);
    ks_analyzer_free(analyzer);
}

static void test_cuts(void **state) {
    (void)state;
    check_cut(ks_analyzer_exact, "a", 192);
    check_cut(ks_analyzer_exact, "λ", 192);
    check_cut(ks_analyzer_exact, "模", 192);
    check_cut(ks_analyzer_exact, "한", 192);
    check_cut(ks_analyzer_exact, "𠀁a", 190); /* the next character takes 4 bytes */
    check_cut(ks_analyzer_exact, "ab-", 191); /* not to end in a hyphen */
    check_cut(ks_analyzer_normalise, "a", 64);
    check_cut(ks_analyzer_normalise, "λ", 64);
    check_cut(ks_analyzer_normalise, "模", 63);
    check_cut(ks_analyzer_normalise, "한", 63);
    check_cut(ks_analyzer_normalise, "𠀁", 64);
    check_cut(ks_analyzer_normalise, "0.", 63); /* not to end in a point */
}

/* What was in the buffer stays; a buffer that has failed says so. */
static void test_buffers(void **state) {
    static const form forms[] = {ks_analyzer_exact, ks_analyzer_normalise};
    ks_analyzer *analyzer = analyzer_for("none");
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        ks_buffer out = {0};
        ks_error err;
        ks_buffer_str(&out, "tag:");
        assert_int_equal(forms[i](analyzer, "X", 1, &out, &err), KS_OK);
        assert_string_equal(out.data, "tag:x");
        out.failed = true;
        assert_int_equal(forms[i](analyzer, "X", 1, &out, &err), KS_ERR_NOMEM);
        assert_int_equal(err.code, KS_ERR_NOMEM);
        ks_buffer_free(&out);
    }
    ks_analyzer_free(analyzer);
}

/* In the midst of a text: its words go on as if nothing had happened. */
static void test_between_words(void **state) {
    ks_analyzer *analyzer = analyzer_for("none");
    ks_buffer out = {0};
    ks_word word;
    bool more;
    (void)state;
    ks_analyzer_start(analyzer, "one two", 7, 0);
    assert_int_equal(ks_analyzer_next(analyzer, &word, &more, NULL), KS_OK);
    assert_int_equal(ks_analyzer_exact(analyzer, "X Y", 3, &out, NULL), KS_OK);
    assert_int_equal(ks_analyzer_normalise(analyzer, "Z", 1, &out, NULL), KS_OK);
    assert_int_equal(ks_analyzer_next(analyzer, &word, &more, NULL), KS_OK);
    assert_true(more);
    assert_memory_equal(word.tokens[0].text, "two", 3);
    assert_int_equal(word.tokens[0].position, 1);
    assert_string_equal(out.data, "x-yz");
    ks_buffer_free(&out);
    ks_analyzer_free(analyzer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact),         cmocka_unit_test(test_exact_twice),
        cmocka_unit_test(test_normalise),     cmocka_unit_test(test_nul),
        cmocka_unit_test(test_cuts),          cmocka_unit_test(test_buffers),
        cmocka_unit_test(test_between_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
