/* What must hold for any text: seeded random bytes and random Unicode. */
#include "tests/text/support.h"

#include "text/normalise.h"

#include <stdio.h>
#include <utf8proc.h>

enum { ROUNDS = 3000, MOST_BYTES = 400 };

static const uint64_t seeds[] = {UINT64_C(0x9E3779B97F4A7C15), 1, 20240229};

typedef struct range {
    uint32_t first, last;
} range;

/* Where text comes from, the more often used ones several times. */
static const range ranges[] = {
    {' ', ' '},         {' ', '~'},       {'a', 'z'},       {'A', 'Z'},         {'0', '9'},
    {'+', '/'},         {'#', '\''},      {0, 0x7F},        {0x80, 0x24F},      {0xC0, 0xFF},
    {0x250, 0x36F},     {0x300, 0x345},   {0x370, 0x3FF},   {0x400, 0x4FF},     {0x590, 0x5FF},
    {0x600, 0x6FF},     {0x900, 0x97F},   {0xB80, 0xBFF},   {0xE00, 0xEFF},     {0x1000, 0x109F},
    {0x1100, 0x11FF},   {0x1100, 0x1112}, {0x1161, 0x1175}, {0x11A8, 0x11C2},   {0x1780, 0x17FF},
    {0x1E00, 0x1FFF},   {0x200B, 0x2027}, {0x2070, 0x218F}, {0x2460, 0x24FF},   {0x3000, 0x30FF},
    {0x3099, 0x309A},   {0x3130, 0x318F}, {0x3200, 0x33FF}, {0x4E00, 0x4EFF},   {0xAC00, 0xD7A3},
    {0xFB00, 0xFDFF},   {0xFE00, 0xFE7F}, {0xFF00, 0xFFEF}, {0x1D400, 0x1D7FF}, {0x1F300, 0x1F6FF},
    {0x20000, 0x200FF}, {0, 0x10FFFF},
};

static size_t random_bytes(uint64_t *state, char *text) {
    size_t size = random_below(state, MOST_BYTES);
    for (size_t i = 0; i < size; i++) text[i] = (char)random_below(state, 256);
    return size;
}

/* Runs from one range each, so that words come about. */
static size_t random_unicode(uint64_t *state, char *text) {
    size_t wanted = random_below(state, MOST_BYTES - 8), size = 0;
    while (size < wanted) {
        const range *from = &ranges[random_below(state, sizeof ranges / sizeof *ranges)];
        for (size_t run = 1 + random_below(state, 5); run > 0 && size < wanted; run--) {
            uint32_t point = from->first + (uint32_t)random_below(state, from->last - from->first + 1);
            size += ks_utf8_encode(point, text + size);
        }
    }
    return size;
}

static size_t random_ascii(uint64_t *state, char *text) {
    static const char letters[] = "aaabcsssABCS0123459.,.,-_/'++##  (";
    size_t size = random_below(state, MOST_BYTES);
    for (size_t i = 0; i < size; i++) text[i] = letters[random_below(state, sizeof letters - 1)];
    return size;
}

typedef size_t (*source)(uint64_t *state, char *text);
static const source sources[] = {random_bytes, random_unicode, random_ascii};

typedef void (*check)(ks_analyzer *analyzer, const char *text, size_t size);

/* Runs a check on random texts from every source, each in memory of just its size. */
static void for_random_texts(const char *name, const char *language, check holds) {
    ks_analyzer *analyzer = analyzer_for(language);
    for (size_t s = 0; s < sizeof seeds / sizeof *seeds; s++) {
        uint64_t state = seeds[s];
        print_message("%s: seed %llu\n", name, (unsigned long long)seeds[s]);
        for (size_t round = 0; round < ROUNDS; round++) {
            char buffer[MOST_BYTES + 8];
            size_t size = sources[round % 3](&state, buffer);
            char *text = malloc(size ? size : 1);
            assert_non_null(text);
            memcpy(text, buffer, size);
            holds(analyzer, text, size);
            free(text);
        }
    }
    ks_analyzer_free(analyzer);
}

static bool takes_position(const copied_token *token) {
    return token->kind == KS_TOKEN_WORD || token->kind == KS_TOKEN_CHAR;
}

/* The slice is valid UTF-8, so it begins and ends at the edges of characters. */
static void check_bytes(const copied_token *token, const char *text, size_t size) {
    size_t length = token->end - token->start;
    assert_true(token->start < token->end && token->end <= size);
    assert_true(token->word_start <= token->start && token->word_end <= size);
    if (token->kind != KS_TOKEN_BIGRAM) assert_true(token->end <= token->word_end);
    assert_int_equal(ks_utf8_valid(text + token->start, length), length);
}

static void tokens_are_sound(ks_analyzer *analyzer, const char *text, size_t size) {
    token_list list = analyse(analyzer, text, size, 5);
    uint32_t position = 4; /* of the last token that takes one */
    size_t word_end = 0, word_start = 0;
    for (size_t i = 0; i < list.count; i++) {
        const copied_token *token = &list.tokens[i];
        if (takes_position(token)) position++;
        assert_int_equal(token->position, position);
        check_bytes(token, text, size);
        assert_int_equal(ks_utf8_valid(token->text, token->size), token->size);
        assert_true(token->word_start == word_start || token->word_start >= word_end);
        word_start = token->word_start;
        word_end = token->word_end;
    }
    assert_int_equal(list.position, position + 1);
    free(list.tokens);
}

static bool same_tokens(const token_list *a, const token_list *b) {
    if (a->count != b->count || a->position != b->position) return false;
    for (size_t i = 0; i < a->count; i++) {
        if (strcmp(a->tokens[i].text, b->tokens[i].text) != 0 || a->tokens[i].size != b->tokens[i].size ||
            a->tokens[i].kind != b->tokens[i].kind || a->tokens[i].position != b->tokens[i].position)
            return false;
    }
    return true;
}

static void twice_gives_the_same(ks_analyzer *analyzer, const char *text, size_t size) {
    token_list first = analyse(analyzer, text, size, 0), second = analyse(analyzer, text, size, 0);
    assert_true(same_tokens(&first, &second));
    free(first.tokens);
    free(second.tokens);
}

/* Letters that are taken for marks, because alone they mean nothing. */
static bool leans(uint32_t point) {
    static const range leaning[] = {{0x037A, 0x037A}, {0x0640, 0x0640}, {0x115F, 0x1160}, {0x3164, 0x3164},
                                    {0xFC5E, 0xFC63}, {0xFCF2, 0xFCF4}, {0xFE70, 0xFE7F}, {0xFF9E, 0xFFA0}};
    for (size_t i = 0; i < sizeof leaning / sizeof *leaning; i++) {
        if (point >= leaning[i].first && point <= leaning[i].last) return true;
    }
    return false;
}

static bool is_letter_or_number(uint32_t point) {
    const char *category = utf8proc_category_string((utf8proc_int32_t)point);
    return (category[0] == 'L' || category[0] == 'N') && !leans(point);
}

static void letters_lie_in_words(ks_analyzer *analyzer, const char *text, size_t size) {
    token_list list = analyse(analyzer, text, size, 0);
    size_t token = 0;
    for (size_t at = 0; at < size;) {
        uint32_t point;
        int step = ks_utf8_decode(text + at, size - at, &point);
        while (token < list.count && list.tokens[token].word_end <= at) token++;
        if (step > 0 && is_letter_or_number(point)) {
            if (token == list.count || list.tokens[token].word_start > at)
                print_message("U+%04X lies in no word\n", (unsigned)point);
            assert_true(token < list.count);
            assert_true(list.tokens[token].word_start <= at);
        }
        at += (size_t)(step < 0 ? -step : step);
    }
    free(list.tokens);
}

/* Pieces between spaces, analysed one by one, positions going on. */
static void pieces_give_the_same(ks_analyzer *analyzer, const char *text, size_t size) {
    token_list whole = analyse(analyzer, text, size, 0);
    size_t seen = 0;
    uint32_t position = 0;
    for (size_t at = 0; at <= size;) {
        const char *space = at < size ? memchr(text + at, ' ', size - at) : NULL;
        size_t end = space ? (size_t)(space - text) : size;
        token_list piece = analyse(analyzer, text + at, end - at, position);
        for (size_t i = 0; i < piece.count; i++, seen++) {
            assert_true(seen < whole.count);
            assert_string_equal(piece.tokens[i].text, whole.tokens[seen].text);
            assert_int_equal(piece.tokens[i].position, whole.tokens[seen].position);
            assert_int_equal(piece.tokens[i].start + at, whole.tokens[seen].start);
        }
        position = piece.position;
        at = end + 1;
        free(piece.tokens);
    }
    assert_int_equal(seen, whole.count);
    free(whole.tokens);
}

static bool has_token(const token_list *list, const copied_token *token) {
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->tokens[i].text, token->text) == 0) return true;
    }
    return false;
}

/* One or two characters of an unspaced script may fold to three or more, of which no bigram is made: U+309F
 * is two kana. */
static bool is_longer_than_two(const copied_token *token) {
    size_t starters = 0;
    if (token->kind != KS_TOKEN_CHAR && token->kind != KS_TOKEN_BIGRAM) return false;
    for (size_t at = 0; at < token->size;) {
        uint32_t point;
        at += (size_t)ks_utf8_decode(token->text + at, token->size - at, &point);
        if (utf8proc_category_string((utf8proc_int32_t)point)[0] != 'M') starters++;
    }
    return starters > 2;
}

/* Numerals of several kinds are one part, but may be written with ASCII digits and letters when folded, so
 * that a joined form can have too many parts to be joined again. */
static bool has_too_many_parts(const copied_token *token, const token_list *again) {
    return (token->kind == KS_TOKEN_JOINED || token->kind == KS_TOKEN_SPELLED) && again->position > 8;
}

static void a_term_gives_itself(ks_analyzer *analyzer, const char *text, size_t size) {
    token_list list = analyse(analyzer, text, size, 0);
    for (size_t i = 0; i < list.count; i++) {
        const copied_token *token = &list.tokens[i];
        token_list again = analyse(analyzer, token->text, token->size, 0);
        bool gives =
            has_token(&again, token) || is_longer_than_two(token) || has_too_many_parts(token, &again);
        if (!gives) print_message("%s (kind %d) does not give itself\n", token->text, (int)token->kind);
        assert_true(gives);
        free(again.tokens);
    }
    free(list.tokens);
}

static char *repaired(const char *text, size_t size) {
    ks_buffer out = {0};
    ks_utf8_repair(&out, text, size);
    for (size_t i = 0; i < out.size; i++) {
        if (!out.data[i]) out.data[i] = ' '; /* utf8proc's normal forms end at NUL */
    }
    ks_buffer_add(&out, "", 0);
    return ks_buffer_take(&out);
}

/* Composed and decomposed text are the same text. */
static void normal_forms_give_the_same(ks_analyzer *analyzer, const char *text, size_t size) {
    char *clean = repaired(text, size), *composed, *decomposed, *lost;
    token_list a, b;
    while ((lost = strstr(clean, "\xe1\x86\xa7")) != NULL)
        memset(lost, ' ', 3); /* U+11A7: utf8proc loses it */
    composed = (char *)utf8proc_NFC((const utf8proc_uint8_t *)clean);
    decomposed = (char *)utf8proc_NFD((const utf8proc_uint8_t *)clean);
    assert_non_null(composed);
    assert_non_null(decomposed);
    a = analyse(analyzer, composed, strlen(composed), 0);
    b = analyse(analyzer, decomposed, strlen(decomposed), 0);
    if (!same_tokens(&a, &b)) print_message("NFC and NFD differ: %s\n", composed);
    assert_true(same_tokens(&a, &b));
    free(a.tokens);
    free(b.tokens);
    free(composed);
    free(decomposed);
    free(clean);
}

static void test_tokens_are_sound(void **state) {
    (void)state;
    for_random_texts("tokens are sound", "english", tokens_are_sound);
    for_random_texts("tokens are sound", "turkish", tokens_are_sound);
}

static void test_twice(void **state) {
    (void)state;
    for_random_texts("twice", "english", twice_gives_the_same);
}

static void test_letters_lie_in_words(void **state) {
    (void)state;
    for_random_texts("letters lie in words", "none", letters_lie_in_words);
}

static void test_pieces(void **state) {
    (void)state;
    for_random_texts("pieces", "english", pieces_give_the_same);
}

static void test_idempotence(void **state) {
    (void)state;
    for_random_texts("idempotence", "none", a_term_gives_itself);
}

static void test_normal_forms(void **state) {
    (void)state;
    for_random_texts("normal forms", "none", normal_forms_give_the_same);
}

static void test_fast_path(void **state) {
    uint64_t random = seeds[0];
    (void)state;
    print_message("fast path: seed %llu\n", (unsigned long long)random);
    for (size_t round = 0; round < 20000; round++) {
        char text[MOST_BYTES];
        size_t size = random_below(&random, 100);
        ks_form fast, general;
        for (size_t i = 0; i < size; i++) text[i] = (char)random_below(&random, 128);
        ks_normalise_ascii(&fast, text, size);
        ks_normalise_unicode(&general, text, size);
        assert_int_equal(fast.size, general.size);
        assert_memory_equal(fast.text, general.text, fast.size);
        if (size <= KS_TOKEN_LIMIT) assert_int_equal(fast.number, general.number);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tokens_are_sound),
        cmocka_unit_test(test_twice),
        cmocka_unit_test(test_letters_lie_in_words),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_idempotence),
        cmocka_unit_test(test_normal_forms),
        cmocka_unit_test(test_fast_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
