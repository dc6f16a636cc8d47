/* What is printed is read back as the same tree, whatever the query: random tokens, bytes, mutations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/searcher/query_dump.h"

#include "base/utf8.h"

#include <stdio.h>

enum { LONGEST = 4096 };

/* xorshift64*: the same numbers everywhere. */
static uint64_t random_next(uint64_t *state) {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 2685821657736338717u;
}

static size_t random_below(uint64_t *state, size_t limit) {
    return (size_t)(random_next(state) >> 33) % limit;
}

static void fail_on(const char *what, const char *text, size_t size, const char *printed, uint64_t seed) {
    print_error("seed %llu: %s\nquery: %.*s\nbytes:", (unsigned long long)seed, what, (int)size, text);
    for (size_t i = 0; i < size; i++) print_error(" %02x", (unsigned char)text[i]);
    print_error("\nprinted: %s\n", printed ? printed : "");
    fail();
}

/* Parses, checks the tree's rules and limits, prints, parses again and compares; then prints again. */
static void check_round_trip(const char *text, size_t size, uint64_t seed) {
    ks_query first, second;
    tree_size counted = {0};
    const char *fault;
    char *tree, *printed, *tree_again, *printed_again;
    assert_int_equal(ks_query_parse(&first, text, size, NULL), KS_OK);
    fault = tree_fault(&first, first.root, &counted);
    tree = dump_tree(first.root);
    printed = print_tree(first.root);
    assert_int_equal(ks_query_parse(&second, printed, strlen(printed), NULL), KS_OK);
    tree_again = dump_tree(second.root);
    printed_again = print_tree(second.root);
    if (fault) fail_on(fault, text, size, printed, seed);
    if (counted.leaves > KS_QUERY_LEAVES) fail_on("too many leaves", text, size, printed, seed);
    if (strcmp(tree, tree_again) != 0) fail_on("another tree", text, size, printed, seed);
    if (strcmp(printed, printed_again) != 0) fail_on("printed in another way", text, size, printed, seed);
    if (ks_utf8_valid(printed, strlen(printed)) != strlen(printed))
        fail_on("not UTF-8", text, size, printed, seed);
    free(tree);
    free(printed);
    free(tree_again);
    free(printed_again);
    ks_query_free(&first);
    ks_query_free(&second);
}

static const char *const pieces[] = {"word",
                                     "policy",
                                     "C++",
                                     "CIFAR-10",
                                     "a",
                                     "x",
                                     "\xC3\xA9t\xC3\xA9",
                                     "\xE6\x97\xA5\xE6\x9C\xAC",
                                     "e\xCC\x81",
                                     "12:30",
                                     "162,000",
                                     "5.1%",
                                     "OR",
                                     "AND",
                                     "NOT",
                                     "or",
                                     " OR ",
                                     " AND ",
                                     " NOT ",
                                     "-",
                                     "+",
                                     "--",
                                     "-a",
                                     "+b",
                                     "(",
                                     ")",
                                     "(",
                                     ")",
                                     " (",
                                     ") ",
                                     "-(",
                                     "()",
                                     "\"",
                                     "\"",
                                     "\"a b\"",
                                     "\"one\"",
                                     "\"\"",
                                     "\" \"",
                                     "\"!\"",
                                     "~",
                                     "~3",
                                     "~0",
                                     "~99",
                                     "\"a b\"~4",
                                     "\xE2\x80\x9C",
                                     "\xE2\x80\x9D",
                                     "*",
                                     "**",
                                     "b*",
                                     "pre*",
                                     ":",
                                     "::",
                                     "://",
                                     "/",
                                     "//",
                                     ",",
                                     ",,",
                                     ".",
                                     "..",
                                     "title:",
                                     "summary:",
                                     "claim:",
                                     "claims:",
                                     "body:",
                                     "Title:",
                                     "tag:",
                                     "tags:",
                                     "kind:",
                                     "author:",
                                     "status:",
                                     "id:",
                                     "lang:",
                                     "is:",
                                     "has:",
                                     "date:",
                                     "after:",
                                     "before:",
                                     "unknown:",
                                     "title:(",
                                     "-title:",
                                     "tag:a*",
                                     "kind:a,b",
                                     "author:\"A B\",c",
                                     "id:arxiv:1706.03762",
                                     "id:a(b)c",
                                     "has:url",
                                     "has:claim,tags",
                                     "date:2014",
                                     "date:2014-05..2016",
                                     "2014-02-28",
                                     "2016",
                                     "after:2015-06-07",
                                     "before:2014",
                                     "date:..2016",
                                     "date:9999..",
                                     "date:2016..2014",
                                     "https://a.b/c",
                                     "std::move",
                                     " ",
                                     " ",
                                     " ",
                                     "  ",
                                     "\t",
                                     "\n",
                                     "\xC2\xA0",
                                     "\xE2\x80\x8B",
                                     "\xE3\x80\x80",
                                     "&",
                                     "\xE2\x80\xA6",
                                     "\xF0\x9F\x98\x80",
                                     "'",
                                     "#",
                                     "\xFF",
                                     "\xE2\x80",
                                     "\xCC\x81",
                                     "\\",
                                     "|",
                                     "^",
                                     "[",
                                     "]",
                                     "{",
                                     "}",
                                     "<",
                                     ">",
                                     "=",
                                     "_",
                                     "@",
                                     "!",
                                     "?",
                                     ";"};

static size_t add_piece(uint64_t *state, char *text, size_t size) {
    const char *piece = pieces[random_below(state, sizeof pieces / sizeof *pieces)];
    if (size + strlen(piece) > LONGEST) return size;
    memcpy(text + size, piece, strlen(piece));
    return size + strlen(piece);
}

static size_t make_tokens(uint64_t *state, char *text) {
    size_t size = 0, count = random_below(state, random_below(state, 8) ? 12 : 60) + 1;
    bool spaced = random_below(state, 2);
    for (size_t i = 0; i < count; i++) {
        size = add_piece(state, text, size);
        if (spaced && size < LONGEST && random_below(state, 4)) text[size++] = ' ';
    }
    return size;
}

static size_t make_bytes(uint64_t *state, char *text) {
    size_t size = random_below(state, 80);
    for (size_t i = 0; i < size; i++) text[i] = (char)random_below(state, 256);
    return size;
}

static size_t make_ascii(uint64_t *state, char *text) {
    static const char set[] = "ab1 \"():*-+~,./\tORNTAND";
    size_t size = random_below(state, 40);
    for (size_t i = 0; i < size; i++) text[i] = set[random_below(state, sizeof set - 1)];
    return size;
}

/* Removes, doubles, swaps or replaces some bytes. */
static size_t mutate(uint64_t *state, char *text, size_t size) {
    for (size_t edits = random_below(state, 4) + 1; edits && size > 1; edits--) {
        size_t at = random_below(state, size - 1);
        switch (random_below(state, 4)) {
        case 0: memmove(text + at, text + at + 1, --size - at); break;
        case 1:
            if (size == LONGEST) break;
            memmove(text + at + 1, text + at, size++ - at);
            break;
        case 2: {
            char kept = text[at];
            text[at] = text[at + 1];
            text[at + 1] = kept;
            break;
        }
        default: text[at] = "\"()*:- ~,\xE2"[random_below(state, 10)]; break;
        }
    }
    return size;
}

typedef size_t (*maker)(uint64_t *state, char *text);

static void run(maker make, bool mutated, size_t rounds, uint64_t seed) {
    char text[LONGEST];
    print_message("seed %llu\n", (unsigned long long)seed);
    for (size_t i = 0; i < rounds; i++) {
        uint64_t one = seed + i * 0x9E3779B97F4A7C15u, state = one ? one : 1;
        size_t size = make(&state, text);
        if (mutated) size = mutate(&state, text, size);
        check_round_trip(text, size, one);
    }
}

static void random_tokens_come_back(void **state) {
    (void)state;
    run(make_tokens, false, 12000, 20140531);
}

static void mutated_tokens_come_back(void **state) {
    (void)state;
    run(make_tokens, true, 6000, 20160229);
}

static void random_bytes_come_back(void **state) {
    (void)state;
    run(make_bytes, false, 4000, 19991231);
}

static void random_signs_come_back(void **state) {
    (void)state;
    run(make_ascii, false, 12000, 20201010);
}

/* Every pair of pieces, side by side and in a row. */
static void all_pairs_come_back(void **state) {
    size_t count = sizeof pieces / sizeof *pieces;
    (void)state;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            char text[128];
            int size = snprintf(text, sizeof text, "%s%s", pieces[i], pieces[j]);
            check_round_trip(text, (size_t)size, i * count + j);
            size = snprintf(text, sizeof text, "x -%s %s) y", pieces[i], pieces[j]);
            check_round_trip(text, (size_t)size, i * count + j);
            size = snprintf(text, sizeof text, "title:(%s%s OR c)", pieces[i], pieces[j]);
            check_round_trip(text, (size_t)size, i * count + j);
        }
    }
}

/* Near the limits of depth and length, where printing must not need more than was there. */
static size_t make_deep(uint64_t *state, char *text) {
    size_t size = 0, depth = KS_QUERY_DEPTH - 4 + random_below(state, 8);
    for (size_t i = 0; i < depth; i++) {
        static const char *const openings[] = {"(",        "-(",         "a (",    "a OR (",
                                               "a OR b (", "-f(x) OR (", "title:("};
        const char *opening = openings[random_below(state, 7)];
        memcpy(text + size, opening, strlen(opening));
        size += strlen(opening);
    }
    for (size_t i = 0; i < 8; i++) size = add_piece(state, text, size);
    memcpy(text + size, " a b OR -f(x)", 13);
    size += 13;
    for (size_t i = 0; i < depth; i++) {
        static const char *const closings[] = {")", ") b", " OR c)", ") d OR e"};
        const char *closing = closings[random_below(state, 4)];
        memcpy(text + size, closing, strlen(closing));
        size += strlen(closing);
    }
    return size;
}

static void deep_queries_come_back(void **state) {
    (void)state;
    run(make_deep, false, 3000, 7);
}

static void long_queries_come_back(void **state) {
    uint64_t random = 11;
    char *text = malloc(64 * LONGEST);
    (void)state;
    assert_non_null(text);
    for (size_t round = 0; round < 12; round++) {
        size_t size = 0;
        while (size < 10000 + round * 2000) size += make_tokens(&random, text + size);
        check_round_trip(text, size, round);
    }
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_tokens_come_back), cmocka_unit_test(mutated_tokens_come_back),
        cmocka_unit_test(random_bytes_come_back),  cmocka_unit_test(random_signs_come_back),
        cmocka_unit_test(all_pairs_come_back),     cmocka_unit_test(deep_queries_come_back),
        cmocka_unit_test(long_queries_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
