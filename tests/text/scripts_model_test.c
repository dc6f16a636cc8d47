/* Text of many scripts against what it is made of: compounds and runs of unspaced scripts are put together
 * from parts whose normal forms are known, and the analyzer must give just their tokens, at their bytes. */
#include "tests/text/support.h"

#include "tests/support/random.h"

#include <stdio.h>

enum { ROUNDS = 6000, MOST_TOKENS = 400, MOST_TEXT = 8192, RUN = 8 };

/* How a part is written, and its normal form. */
typedef struct part {
    const char *written, *form;
    bool number;
} part;

static const part parts[] = {
    {"word", "word", false},
    {"x", "x", false},
    {"\u00DCnit\u00E9", "unite", false},
    {"STRASSE", "strasse", false},
    {"stra\u00DFe", "strasse", false},
    {"слово", "слово", false},
    {"СЛОВО", "слово", false},
    {"λόγος", "λογοσ", false},
    {"ΛΟΓΟΣ", "λογοσ", false},
    {"ᾠδῇ", "ωδη", false},
    {"كتاب", "كتاب", false},
    {"كِتَاب", "كتاب", false},
    {"שלום", "שלום", false},
    {"Łódź", "lodz", false},
    {"e\u0301te\u0301", "ete", false},
    {"\uFB01le", "file", false},
    {"ｆｕｌｌ", "full", false},
    {"so\u00ADft", "soft", false},
    {"Å", "a", false},
    {"ünïçödé", "unicode", false},
    {"հայ", "հայ", false},
    {"интернационализация", "интернационализация", false},
    {"Νεφελοκοκκυγία", "νεφελοκοκκυγια", false},
    {"հայհայհայհայհայ", "հայհայհայհայհայ", false},
    {"10", "10", true},
    {"3.14", "3.14", true},
    {"1,234,567", "1234567", true},
    {"٤٢", "42", true},
    {"５６", "56", true},
    {"१२३", "123", true},
    {"²", "2", true},
    {"Ⅳ", "iv", true},
};

/* One each: the character with its marks, or the letters of a syllable. */
static const part units[] = {
    {"策", "策", false},
    {"略", "略", false},
    {"策\u0301", "策", false},
    {"か", "か", false},
    {"が", "が", false},
    {"か\u3099", "が", false},
    {"ｶﾞ", "ガ", false},
    {"カ", "カ", false},
    {"한", "한", false},
    {"\u1112\u1161\u11AB", "한", false},
    {"하", "하", false},
    {"ก", "ก", false},
    {"\uF9D1", "\u516D", false},
    {"策\u200D", "策", false},
    {"\U00020000", "\U00020000", false},
};

#define PICK(table, random) (&(table)[ks_test_below(random, sizeof(table) / sizeof *(table))])

typedef struct made {
    char text[MOST_TEXT];
    size_t size;
    copied_token tokens[MOST_TOKENS];
    size_t count, words;
    uint32_t position;
} made;

static void put(made *it, const char *text) {
    assert_true(it->size + strlen(text) < MOST_TEXT);
    strcpy(it->text + it->size, text);
    it->size += strlen(text);
}

/* Cut where 64 bytes are full, between two characters and not behind a number's point. A joined form that is
 * cut has what a shorter part behind the cut leaves room for, so only its beginning is compared. */
static void expect(made *it, const char *form, ks_token_kind kind, size_t start, size_t end) {
    size_t size = strlen(form);
    assert_true(it->count < MOST_TOKENS);
    copied_token *token = &it->tokens[it->count++];
    memset(token, 0, sizeof *token);
    if (size > KS_TOKEN_LIMIT) {
        for (size = KS_TOKEN_LIMIT; ((unsigned char)form[size] & 0xC0) == 0x80;) size--;
        if (form[size - 1] == '.') size--;
    }
    memcpy(token->text, form, size);
    token->size = (uint32_t)size;
    token->kind = kind;
    token->position = it->position;
    token->start = start;
    token->end = end;
    token->word = it->words;
}

/* Of up to ten parts, each behind one joiner; nine are too many to be joined. */
static void add_compound(made *it, uint64_t *random) {
    static const char *const joiners[] = {"-", "_", "/", "'", "·", "‐", "‑", "–", "’", "."};
    const part *of[RUN + 2];
    size_t starts[RUN + 2], ends[RUN + 2], count = 1 + ks_test_below(random, RUN + 2);
    char joined[512] = "";
    if (ks_test_below(random, 2)) count = 1 + count % 3;
    for (size_t i = 0; i < count; i++) {
        of[i] = PICK(parts, random);
        if (i) { /* a point beside digits is the number's */
            size_t most = of[i]->number || of[i - 1]->number ? 9 : 10;
            put(it, joiners[ks_test_below(random, most)]);
        }
        starts[i] = it->size;
        put(it, of[i]->written);
        ends[i] = it->size;
        strcat(joined, of[i]->form);
    }
    for (size_t i = 0; i < count; i++) {
        expect(it, of[i]->form, KS_TOKEN_WORD, starts[i], ends[i]);
        if (i == 0 && count > 1 && count <= RUN)
            expect(it, joined, KS_TOKEN_JOINED, starts[0], ends[count - 1]);
        it->position++;
        if (i + 1 == count || (i + 1) % RUN == 0) it->words++;
    }
}

/* Each unit, and each with its neighbour. */
static void add_units(made *it, uint64_t *random) {
    enum { MOST = 20 };
    const part *of[MOST];
    size_t edges[MOST + 1], count = 1 + ks_test_below(random, MOST);
    edges[0] = it->size;
    for (size_t i = 0; i < count; i++) {
        of[i] = PICK(units, random);
        put(it, of[i]->written);
        edges[i + 1] = it->size;
    }
    for (size_t i = 0; i < count; i++) {
        expect(it, of[i]->form, KS_TOKEN_CHAR, edges[i], edges[i + 1]);
        if (i + 1 < count) {
            char both[32];
            snprintf(both, sizeof both, "%s%s", of[i]->form, of[i + 1]->form);
            expect(it, both, KS_TOKEN_BIGRAM, edges[i], edges[i + 2]);
        }
        it->position++;
        if (i + 1 == count || (i + 1) % RUN == 0) it->words++;
    }
}

/* Runs of the two kinds need nothing between them; two of the same kind do. */
static void make(made *it, uint64_t *random) {
    static const char *const separators[] = {" ", ", ",   "、",     " — ", " (", ")\n",
                                             "…", "\xFF", "\u200B", "。",  " #", " -"};
    bool unspaced = false;
    memset(it, 0, sizeof *it);
    it->position = 7;
    for (size_t n = ks_test_below(random, 8), i = 0; i < n; i++) {
        bool next = ks_test_below(random, 2);
        if (i && (next == unspaced || ks_test_below(random, 2)))
            put(it, separators[ks_test_below(random, sizeof separators / sizeof *separators)]);
        unspaced = next;
        if (next)
            add_units(it, random);
        else
            add_compound(it, random);
    }
}

static void same_token(const copied_token *got, const copied_token *wanted, const char *text) {
    bool cut = wanted->size > KS_TOKEN_LIMIT - 4;
    if (got->size < wanted->size || memcmp(got->text, wanted->text, wanted->size) != 0 ||
        (!cut && got->size > wanted->size))
        fail_msg("%s: %s is not %s", text, got->text, wanted->text);
    assert_int_equal(ks_utf8_valid(got->text, got->size), got->size);
    assert_int_equal(got->kind, wanted->kind);
    assert_int_equal(got->position, wanted->position);
    assert_int_equal(got->start, wanted->start);
    assert_int_equal(got->end, wanted->end);
    assert_int_equal(got->word, wanted->word);
}

static void made_texts(void **state) {
    uint64_t random = ks_test_seed(4460);
    ks_analyzer *analyzer = analyzer_for("none");
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        static made it;
        make(&it, &random);
        token_list list = analyse(analyzer, it.text, it.size, 7);
        for (size_t i = 0; i < list.count && i < it.count; i++)
            same_token(&list.tokens[i], &it.tokens[i], it.text);
        assert_int_equal(list.count, it.count);
        assert_int_equal(list.position, it.position);
        free(list.tokens);
    }
    ks_analyzer_free(analyzer);
}

/* What a query for the start of a part is compared with. */
static void forms_of_parts(void **state) {
    ks_analyzer *analyzer = analyzer_for("english");
    ks_error err;
    (void)state;
    for (size_t i = 0; i < (sizeof parts + sizeof units) / sizeof *parts; i++) {
        size_t known = sizeof parts / sizeof *parts;
        const part *one = i < known ? &parts[i] : &units[i - known];
        ks_buffer form = {0};
        assert_int_equal(ks_analyzer_normalise(analyzer, one->written, strlen(one->written), &form, &err),
                         KS_OK);
        ks_buffer_add(&form, "", 1);
        if (!strchr(one->written, ',')) assert_string_equal(form.data, one->form);
        ks_buffer_truncate(&form, 0);
        assert_int_equal(ks_analyzer_exact(analyzer, one->written, strlen(one->written), &form, &err), KS_OK);
        ks_buffer_add(&form, "", 1);
        if (!one->number) assert_string_equal(form.data, one->form);
        ks_buffer_free(&form);
    }
    ks_analyzer_free(analyzer);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(made_texts), cmocka_unit_test(forms_of_parts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
