/* Terms that begin alike, over several segments with deletions, against a list of all terms: whether there is
 * one, which of them are in most documents, and where a dictionary's cursor finds the first of them. */
#include "tests/native/searching.h"

#include "native/native.h"

enum { TERMS = 400, LONGEST = 12, LEAVES = 4, DOCUMENTS = 60, MOST_WORDS = 25 };

static char terms[TERMS][LONGEST + 1]; /* sorted, each once */
static bool held[LEAVES][DOCUMENTS][TERMS];
static size_t sizes[LEAVES];
static size_t term_count;

/* ---- Terms of few letters, so that many begin alike ---- */

static int compare_texts(const void *left, const void *right) {
    return strcmp(left, right);
}

static void make_terms(uint64_t *random) {
    size_t kept = 0;
    for (size_t i = 0; i < TERMS; i++) {
        size_t size = 1 + ks_test_below(random, LONGEST);
        for (size_t j = 0; j < size; j++) terms[i][j] = "abz\xC3\xA9"[ks_test_below(random, 5)];
        terms[i][size] = '\0';
    }
    qsort(terms, TERMS, sizeof *terms, compare_texts);
    for (size_t i = 0; i < TERMS; i++)
        if (i == 0 || strcmp(terms[i], terms[kept - 1]) != 0) memmove(terms[kept++], terms[i], sizeof *terms);
    term_count = kept;
    assert_true(term_count > TERMS / 2);
}

static void put_document(ks_writer *writer, size_t leaf, size_t number, uint64_t *random) {
    char id[60], body[MOST_WORDS * (LONGEST + 1) + 1] = "";
    ks_test_spec spec = {.id = id, .fields = {[KS_FIELD_BODY] = body}, .order = 1000 - number};
    ks_document document;
    snprintf(id, sizeof id, "d%zu.%zu", leaf, number);
    for (size_t n = ks_test_below(random, MOST_WORDS); n > 0; n--) {
        size_t term = ks_test_below(random, ks_test_below(random, term_count) + 1);
        held[leaf][number][term] = true;
        strcat(strcat(body, terms[term]), " ");
    }
    document = ks_test_document(&arena, &spec);
    put(writer, &document);
}

/* Documents are numbered in a segment as they are here: the newest first. */
static void make_index(uint64_t *random) {
    memset(held, 0, sizeof held);
    make_terms(random);
    for (size_t leaf = 0; leaf < LEAVES; leaf++) {
        ks_writer *writer = write_leaf();
        sizes[leaf] = 1 + ks_test_below(random, DOCUMENTS);
        for (size_t i = 0; i < sizes[leaf]; i++) put_document(writer, leaf, i, random);
        finish_leaf(writer);
    }
    open_view();
    assert_int_equal(view.count, LEAVES);
}

/* ---- The naive side ---- */

static bool begins(size_t term, const char *prefix) {
    return strncmp(terms[term], prefix, strlen(prefix)) == 0;
}

/* Documents with the term; deleted ones only with `all`. */
static size_t documents_of(size_t term, bool all) {
    size_t count = 0;
    for (size_t leaf = 0; leaf < LEAVES; leaf++)
        for (uint32_t i = 0; i < sizes[leaf]; i++)
            count += held[leaf][i][term] && (all || !ks_leaf_is_deleted(&view.leaves[leaf], i));
    return count;
}

/* The numbers of the terms that begin so and are in live documents: those of most documents first. */
static size_t expected_terms(const char *prefix, size_t *out) {
    size_t count = 0;
    for (size_t term = 0; term < term_count; term++) {
        size_t documents = begins(term, prefix) ? documents_of(term, false) : 0, at = count;
        if (!documents) continue;
        for (; at > 0 && documents_of(out[at - 1], false) < documents; at--) out[at] = out[at - 1];
        out[at] = term;
        count++;
    }
    return count;
}

/* ---- Checks ---- */

static void random_prefix(char *out, uint64_t *random) {
    size_t size;
    strcpy(out, terms[ks_test_below(random, term_count)]);
    size = ks_test_below(random, strlen(out) + 1);
    out[size] = '\0';
    if (ks_test_below(random, 4) == 0) strcat(out, ks_test_below(random, 2) ? "b" : "q");
}

static void check_expansion(const char *prefix, size_t limit) {
    size_t expected[TERMS], count = expected_terms(prefix, expected);
    ks_expansion expansion = {0};
    OK(ks_view_expand(&view, ks_test_term(prefix), limit, &expansion, err));
    assert_int_equal(expansion.count, count < limit ? count : limit);
    assert_int_equal(expansion.cut, count > limit);
    for (size_t i = 0; i < expansion.count; i++) {
        const char *term = terms[expected[i]];
        if (expansion.terms[i].size != strlen(term) ||
            memcmp(expansion.terms[i].text, term, strlen(term)) != 0)
            fail_msg("[%s*] %zu: %.*s, not %s", prefix, i, (int)expansion.terms[i].size,
                     expansion.terms[i].text, term);
    }
    ks_expansion_free(&expansion);
}

/* A term of deleted documents alone may count or not. */
static void check_begins(const char *prefix) {
    bool live = false, ever = false, found = false;
    for (size_t term = 0; term < term_count; term++) {
        if (!begins(term, prefix)) continue;
        live = live || documents_of(term, false);
        ever = ever || documents_of(term, true);
    }
    OK(ks_view_begins(&view, ks_test_term(prefix), &found, err));
    if (live) assert_true(found);
    if (!ever && *prefix) assert_false(found);
}

/* In each leaf's dictionary: the terms from the prefix on, as they come. */
static void check_cursor(size_t leaf, const char *from) {
    ks_dict *dict = &view.leaves[leaf].segment->dict;
    ks_dict_cursor cursor;
    OK(ks_dict_seek(dict, &cursor, ks_test_term(from), err));
    for (size_t term = 0; term < term_count; term++) {
        size_t documents = 0;
        for (size_t i = 0; i < sizes[leaf]; i++) documents += held[leaf][i][term];
        if (strcmp(terms[term], from) < 0 || !documents) continue;
        while (cursor.valid && cursor.text[0] >= 'A' && cursor.text[0] <= 'Z') OK(ks_dict_next(&cursor, err));
        assert_true(cursor.valid);
        if (cursor.size != strlen(terms[term]) || memcmp(cursor.text, terms[term], cursor.size) != 0)
            fail_msg("from [%s]: %.*s, not %s", from, (int)cursor.size, cursor.text, terms[term]);
        assert_int_equal(cursor.entry.documents, documents);
        OK(ks_dict_next(&cursor, err));
    }
    while (cursor.valid && cursor.text[0] >= 'A' && cursor.text[0] <= 'Z') OK(ks_dict_next(&cursor, err));
    assert_false(cursor.valid);
}

static void check_prefixes(size_t rounds, uint64_t *random) {
    for (size_t i = 0; i < rounds; i++) {
        char prefix[LONGEST + 3];
        random_prefix(prefix, random);
        check_expansion(prefix, ks_test_below(random, 8));
        check_expansion(prefix, 1 + ks_test_below(random, TERMS));
        check_begins(prefix);
        check_cursor(i % LEAVES, prefix);
    }
}

static void terms_that_begin_alike(void **state) {
    uint64_t random = ks_test_seed(851);
    (void)state;
    make_index(&random);
    check_prefixes(60, &random);
    for (int i = 0; i < 3; i++) {
        delete_at_random(&random);
        check_prefixes(30, &random);
    }
}

/* Every term, and each of its beginnings. */
static void every_beginning(void **state) {
    uint64_t random = ks_test_seed(852);
    (void)state;
    make_index(&random);
    for (size_t term = 0; term < term_count; term += 3)
        for (size_t size = 1; size <= strlen(terms[term]); size++) {
            char prefix[LONGEST + 1];
            snprintf(prefix, sizeof prefix, "%.*s", (int)size, terms[term]);
            check_begins(prefix);
            check_cursor(term % LEAVES, prefix);
        }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        IN_FOLDER(terms_that_begin_alike),
        IN_FOLDER(every_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
