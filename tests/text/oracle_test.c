/* ASCII text against a second analyzer, written naively: every rule looks at single characters. */
#include "tests/text/support.h"

#include <ctype.h>
#include <stdio.h>

enum { ROUNDS = 60000, MOST_BYTES = 40 };

/* A text with a NUL before and behind it, so that rules can look around without asking for the edges. */
typedef struct padded {
    char bytes[MOST_BYTES + 8];
    const char *text; /* bytes + 4 */
    size_t size;
    bool inner[MOST_BYTES + 8]; /* a point or comma that is part of a number */
} padded;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

/* The length of a text like 12,345,678 with nothing like it on either side, or 0. */
static size_t grouped(const char *text) {
    size_t digits = 0, at;
    if (is_digit(text[-1])) return 0;
    if ((text[-1] == ',' || text[-1] == '.') && is_digit(text[-2])) return 0;
    while (is_digit(text[digits])) digits++;
    if (digits < 1 || digits > 3) return 0;
    for (at = digits; text[at] == ',' && is_digit(text[at + 1]); at += 4) {
        if (!is_digit(text[at + 2]) || !is_digit(text[at + 3]) || is_digit(text[at + 4])) return 0;
    }
    return at;
}

static void mark_inner(padded *in) {
    memset(in->inner, 0, sizeof in->inner);
    for (size_t i = 0; i < in->size; i++) {
        size_t length = grouped(in->text + i);
        if (in->text[i] == '.' && is_digit(in->text[(int)i - 1]) && is_digit(in->text[i + 1]))
            in->inner[i] = true;
        for (size_t k = i; k < i + length; k++) {
            if (in->text[k] == ',') in->inner[k] = true;
        }
    }
}

static bool in_word(const padded *in, size_t at) {
    return at < in->size && (is_letter(in->text[at]) || is_digit(in->text[at]) || in->inner[at]);
}

/* Whether a part ends before text[at], both sides being in a word. */
static bool is_boundary(const char *text) {
    if (is_letter(text[-1]) != is_letter(text[0])) return true;
    if (is_lower(text[-1]) && is_upper(text[0])) return true;
    if (is_upper(text[-1]) && is_upper(text[0]) && is_lower(text[1]))
        return !(text[1] == 's' && !is_letter(text[2]));
    return false;
}

static size_t part_end(const padded *in, size_t at) {
    for (at++; in_word(in, at) && !is_boundary(in->text + at);) at++;
    return at;
}

static size_t next_part(const padded *in, size_t at) {
    if (in_word(in, at)) return at;
    if (at < in->size && memchr("-_./'", in->text[at], 5) && in_word(in, at + 1)) return at + 1;
    return SIZE_MAX;
}

static size_t trailing_signs(const char *text) {
    size_t count = strspn(text, "+#");
    if (count == 0 || count > 2 || is_letter(text[count])) return 0;
    return count == 1 && text[0] == '+' && is_digit(text[1]) ? 0 : count;
}

typedef struct wanted {
    copied_token tokens[2 * MOST_BYTES];
    size_t count;
} wanted;

static void want(wanted *list, const char *text, ks_token_kind kind, uint32_t position) {
    copied_token *token = &list->tokens[list->count++];
    snprintf(token->text, sizeof token->text, "%s", text);
    token->kind = kind;
    token->position = position;
}

static void lower_part(const padded *in, size_t start, size_t end, char *out) {
    for (; start < end; start++) {
        if (in->text[start] != ',') *out++ = (char)tolower(in->text[start]);
    }
    *out = '\0';
}

/* Wants all tokens of the compound that begins at `at`; returns its end. */
static size_t want_compound(const padded *in, size_t at, wanted *list, uint32_t *position) {
    char parts[MOST_BYTES][MOST_BYTES + 1], joined[MOST_BYTES + 3] = "";
    size_t count = 0, end = at, signs;
    for (; at != SIZE_MAX; at = next_part(in, end)) {
        end = part_end(in, at);
        lower_part(in, at, end, parts[count]);
        strcat(joined, parts[count++]);
    }
    signs = count > 8 ? 0 : trailing_signs(in->text + end);
    for (size_t i = 0; i < count; i++) {
        want(list, parts[i], KS_TOKEN_WORD, (*position)++);
        if (i > 0 || count > 8) continue;
        if (count > 1) want(list, joined, KS_TOKEN_JOINED, *position - 1);
        if (signs) want(list, strncat(joined, in->text + end, signs), KS_TOKEN_SPELLED, *position - 1);
    }
    return end + signs;
}

static void want_all(padded *in, wanted *list) {
    uint32_t position = 0;
    list->count = 0;
    mark_inner(in);
    for (size_t at = 0; at < in->size;) {
        if (in_word(in, at)) {
            at = want_compound(in, at, list, &position);
        } else {
            at++;
        }
    }
}

static void compare(ks_analyzer *analyzer, padded *in) {
    token_list got = analyse(analyzer, in->text, in->size, 0);
    wanted list;
    bool equal;
    want_all(in, &list);
    equal = got.count == list.count;
    for (size_t i = 0; equal && i < got.count; i++) {
        const copied_token *a = &got.tokens[i], *b = &list.tokens[i];
        equal = strcmp(a->text, b->text) == 0 && a->kind == b->kind && a->position == b->position;
    }
    if (!equal) print_message("differs from the oracle: \"%s\"\n", in->text);
    free(got.tokens);
    assert_true(equal);
}

static void random_rounds(const char *alphabet, uint64_t seed) {
    ks_analyzer *analyzer = analyzer_for("none");
    uint64_t random = seed;
    print_message("oracle: seed %llu, alphabet \"%s\"\n", (unsigned long long)seed, alphabet);
    for (size_t round = 0; round < ROUNDS; round++) {
        padded in = {.size = random_below(&random, MOST_BYTES)};
        in.text = in.bytes + 4;
        for (size_t i = 0; i < in.size; i++)
            in.bytes[4 + i] = alphabet[random_below(&random, strlen(alphabet))];
        compare(analyzer, &in);
    }
    ks_analyzer_free(analyzer);
}

static void test_compounds(void **state) {
    (void)state;
    random_rounds("aabcABCss12-_./' ", 1);
    random_rounds("asSA", 2);
    random_rounds("Az9-", 3);
}

static void test_numbers(void **state) {
    (void)state;
    random_rounds("0123,", 4);
    random_rounds("01234567,,.x ", 5);
    random_rounds("1,.", 6);
}

static void test_signs(void **state) {
    (void)state;
    random_rounds("aB1++# ", 7);
    random_rounds("cC+#-", 8);
}

static void test_everything(void **state) {
    char alphabet[96] = "";
    (void)state;
    for (int i = 0; i < 95; i++) alphabet[i] = (char)(' ' + i);
    random_rounds(alphabet, 9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compounds),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_signs),
        cmocka_unit_test(test_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
