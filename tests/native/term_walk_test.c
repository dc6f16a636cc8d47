/* Walking dictionaries together, and expanding prefixes, against the sorted set of all their terms. */
#include "tests/native/searching.h"

#include "native/native.h"
#include "native/term_order.h"
#include "native/term_walk.h"
#include "tests/support/allocation.h"

enum { LEAVES = 4, MOST_TERMS = 400, WORD = 12 };

/* The model: each distinct word, by leaf how many documents hold it. */
typedef struct word {
    char text[WORD];
    uint32_t documents[LEAVES];
} word;

static word words[MOST_TERMS];
static size_t word_count;

static word *word_named(const char *text) {
    for (size_t i = 0; i < word_count; i++)
        if (strcmp(words[i].text, text) == 0) return &words[i];
    assert_true(word_count < MOST_TERMS);
    words[word_count] = (word){{0}, {0}};
    strcpy(words[word_count].text, text);
    return &words[word_count++];
}

static int by_bytes(const void *left, const void *right) {
    return strcmp(((const word *)left)->text, ((const word *)right)->text);
}

/* Short words of few letters, so that leaves share many and many begin others. */
static void random_word(uint64_t *random, char out[WORD]) {
    static const char letters[] = "abc\xC3";
    size_t size = 1 + ks_test_below(random, 1 + ks_test_below(random, WORD - 2));
    for (size_t i = 0; i < size; i++) out[i] = letters[ks_test_below(random, 4)];
    out[size] = '\0';
}

static void make_leaves(uint64_t *random) {
    word_count = 0;
    for (size_t leaf = 0; leaf < LEAVES; leaf++) {
        ks_writer *writer = write_leaf();
        for (size_t n = 1 + ks_test_below(random, 8); n; n--) {
            ks_buffer text = {0};
            char id[40], one[WORD];
            uint32_t seen[MOST_TERMS] = {0};
            ks_test_spec spec = {.id = id};
            ks_document document;
            snprintf(id, sizeof id, "leaf%zu-%zu", leaf, n);
            for (size_t k = ks_test_below(random, 12); k; k--) {
                word *it;
                random_word(random, one);
                it = word_named(one);
                if (!seen[it - words]++) it->documents[leaf]++;
                ks_buffer_format(&text, "%s ", one);
            }
            spec.fields[KS_FIELD_BODY] = text.data;
            document = ks_test_document(&arena, &spec);
            put(writer, &document);
            ks_buffer_free(&text);
        }
        finish_leaf(writer);
    }
    qsort(words, word_count, sizeof *words, by_bytes);
    open_view();
    assert_int_equal(view.count, LEAVES);
}

/* The view's leaves are in the manifest's order, which is that of their making. */
static void check_here(const ks_term_walk *walk, const word *it) {
    assert_int_equal(walk->size, strlen(it->text));
    assert_memory_equal(walk->text, it->text, walk->size);
    for (size_t leaf = 0; leaf < LEAVES; leaf++) {
        assert_int_equal(walk->here[leaf], it->documents[leaf] > 0);
        if (walk->here[leaf]) assert_int_equal(walk->cursors[leaf].entry.documents, it->documents[leaf]);
    }
}

static void check_walk(const char *from) {
    const ks_leaf *leaves[LEAVES];
    ks_term_walk walk;
    size_t i = 0;
    for (size_t leaf = 0; leaf < LEAVES; leaf++) leaves[leaf] = &view.leaves[leaf];
    while (i < word_count && strcmp(words[i].text, from) < 0) i++;
    OK(ks_term_walk_start(&walk, leaves, LEAVES, ks_test_term(from), err));
    for (; walk.valid; i++) {
        assert_true(i < word_count);
        check_here(&walk, &words[i]);
        OK(ks_term_walk_next(&walk, err));
    }
    assert_int_equal(i, word_count);
    OK(ks_term_walk_next(&walk, err)); /* behind the last nothing changes */
    assert_false(walk.valid);
    ks_term_walk_free(&walk);
    assert_null(walk.cursors);
}

static void walks(void **state) {
    uint64_t random = ks_test_seed(981);
    (void)state;
    make_leaves(&random);
    check_walk("");
    for (int i = 0; i < 200; i++) {
        char from[WORD];
        random_word(&random, from);
        check_walk(from);
    }
    check_walk("\xFF");
    for (size_t i = 0; i < word_count; i++) check_walk(words[i].text);
}

static void no_leaves(void **state) {
    ks_term_walk walk;
    (void)state;
    OK(ks_term_walk_start(&walk, NULL, 0, ks_test_term(""), err));
    assert_false(walk.valid);
    ks_term_walk_free(&walk);
    ks_term_walk_free(&walk);
}

static uint64_t all_documents(const word *it) {
    uint64_t sum = 0;
    for (size_t leaf = 0; leaf < LEAVES; leaf++) sum += it->documents[leaf];
    return sum;
}

/* Most documents first, ties in the order of bytes. */
static int by_documents(const void *left, const void *right) {
    uint64_t a = all_documents(left), b = all_documents(right);
    return a != b ? (a > b ? -1 : 1) : by_bytes(left, right);
}

static void check_expansion(const char *prefix, size_t limit) {
    word found[MOST_TERMS] = {{{0}, {0}}};
    ks_expansion expansion;
    size_t count = 0;
    for (size_t i = 0; i < word_count; i++)
        if (strncmp(words[i].text, prefix, strlen(prefix)) == 0) found[count++] = words[i];
    qsort(found, count, sizeof *found, by_documents);
    OK(ks_view_expand(&view, ks_test_term(prefix), limit, &expansion, err));
    assert_int_equal(expansion.count, count < limit ? count : limit);
    assert_int_equal(expansion.cut, count > limit);
    for (size_t i = 0; i < expansion.count; i++) {
        assert_int_equal(expansion.terms[i].size, strlen(found[i].text));
        assert_memory_equal(expansion.terms[i].text, found[i].text, expansion.terms[i].size);
    }
    ks_expansion_free(&expansion);
}

static void expansions(void **state) {
    static const size_t limits[] = {0, 1, 2, 3, 10, 1000, SIZE_MAX};
    uint64_t random = ks_test_seed(982);
    (void)state;
    make_leaves(&random);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        check_expansion("", limits[i]);
        check_expansion("a", limits[i]);
        check_expansion("zzz", limits[i]);
        for (int k = 0; k < 50; k++) {
            char prefix[WORD];
            random_word(&random, prefix);
            prefix[3] = '\0';
            check_expansion(prefix, limits[i]);
        }
    }
}

static void the_number_of_terms(void **state) {
    uint64_t random = ks_test_seed(983), count = 0;
    (void)state;
    make_leaves(&random);
    OK(ks_view_count_terms(&view, &count, err));
    assert_int_equal(count, word_count);
}

/* Terms that only deleted documents hold are not there. */
static void deleted_documents_hold_nothing(void **state) {
    uint64_t random = ks_test_seed(984), count = 77;
    (void)state;
    make_leaves(&random);
    for (size_t leaf = 0; leaf < LEAVES; leaf++) {
        for (uint32_t doc = 0; doc < view.leaves[leaf].segment->documents; doc++) delete_document(leaf, doc);
        for (size_t i = 0; i < word_count; i++) words[i].documents[leaf] = 0;
        for (size_t i = 0; i < word_count;)
            if (all_documents(&words[i]))
                i++;
            else
                memmove(&words[i], &words[i + 1], (--word_count - i) * sizeof *words);
        OK(ks_view_count_terms(&view, &count, err));
        assert_int_equal(count, word_count);
        check_expansion("", 1000);
    }
    assert_int_equal(word_count, 0);
}

static void comparing(void **state) {
    static const char *const ascending[] = {"",     "a",    "aa",       "ab",   "b",
                                            "\x7F", "\x80", "\xC3\xA9", "\xFF", "\xFFz"};
    (void)state;
    for (size_t i = 0; i < sizeof ascending / sizeof *ascending; i++)
        for (size_t k = 0; k < sizeof ascending / sizeof *ascending; k++) {
            int order = ks_term_compare(ks_test_term(ascending[i]), ks_test_term(ascending[k]));
            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
        }
}

static void every_allocation_may_fail(void **state) {
    uint64_t random = ks_test_seed(985);
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    make_leaves(&random);
    for (size_t n = 1;; n++) {
        ks_expansion expansion = {.count = 77};
        ks_error error = {0};
        ks_status status;
        ks_test_fail_allocation(n);
        status = ks_view_expand(&view, ks_test_term("a"), 10, &expansion, &error);
        if (!ks_test_allocation_failed()) {
            assert_int_equal(status, KS_OK);
            ks_expansion_free(&expansion);
            break;
        }
        assert_int_equal(status, KS_ERR_NOMEM);
        assert_int_equal(error.code, KS_ERR_NOMEM);
        assert_int_equal(expansion.count, 77);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(walks),
        cmocka_unit_test(no_leaves),
        IN_FOLDER(expansions),
        IN_FOLDER(the_number_of_terms),
        IN_FOLDER(deleted_documents_hold_nothing),
        cmocka_unit_test(comparing),
        IN_FOLDER(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
