/* What expansions found is found again in their order, near enough, and says what dictionaries say. */
#include "tests/native/searching.h"

#include "native/known.h"
#include "native/native.h"
#include "tests/support/allocation.h"

enum { LEAVES = 3, WORDS = 60, NEAR = 16, MOST = 1000 };

static ks_term word_at(size_t i) {
    char text[16];
    snprintf(text, sizeof text, "w%zu", i);
    return ks_test_term(ks_arena_copy(&arena, text, strlen(text)));
}

/* ---- By itself ---- */

static void add(ks_known *known, size_t i) {
    ks_dict_entry entries[2] = {{.documents = (uint32_t)i + 1, .postings = i}, {.positions = 7 * i}};
    OK(ks_known_add(known, word_at(i), entries, 2, err));
}

static void check_found(ks_known *known, size_t i) {
    const ks_dict_entry *entries = ks_known_find(known, word_at(i));
    assert_non_null(entries);
    assert_int_equal(entries[0].documents, i + 1);
    assert_int_equal(entries[0].postings, i);
    assert_int_equal(entries[1].documents, 0);
    assert_int_equal(entries[1].positions, 7 * i);
}

static void in_order(void **state) {
    ks_known known = {0};
    (void)state;
    assert_null(ks_known_find(&known, word_at(0)));
    for (size_t i = 0; i < WORDS; i++) add(&known, i);
    for (size_t i = 0; i < WORDS; i++) {
        assert_null(ks_known_find(&known, ks_test_term("v"))); /* leaves the others where they are */
        assert_null(ks_known_find(&known, ks_test_term("")));
        check_found(&known, i);
    }
    assert_null(ks_known_find(&known, word_at(WORDS - 1))); /* none is found twice */
    ks_known_free(&known);
    ks_known_free(&known);
}

/* Some may be left out, but not too many. */
static void with_gaps(void **state) {
    uint64_t random = ks_test_seed(171);
    (void)state;
    for (size_t round = 0; round < 50; round++) {
        ks_known known = {0};
        for (size_t i = 0; i < 500; i++) add(&known, i);
        for (size_t next = 0, skip;; next += skip + 1) {
            skip = ks_test_below(&random, NEAR);
            if (next + skip >= 500) break;
            check_found(&known, next + skip);
        }
        ks_known_forget(&known);
        for (size_t i = 0; i < 3 * NEAR; i++) add(&known, i);
        assert_null(ks_known_find(&known, word_at(NEAR)));
        check_found(&known, NEAR - 1);
        assert_null(ks_known_find(&known, word_at(NEAR - 2)));
        check_found(&known, 2 * NEAR - 1);
        ks_known_free(&known);
        ks_arena_reset(&arena);
    }
}

/* Expansions that no search follows take no more and more room. */
static void not_too_many(void **state) {
    ks_known known = {0};
    (void)state;
    for (size_t i = 0; i < MOST; i++) add(&known, i);
    assert_int_equal(known.count, MOST);
    check_found(&known, 0);
    add(&known, MOST);
    assert_int_equal(known.count, 1);
    assert_null(ks_known_find(&known, word_at(1)));
    check_found(&known, MOST);
    ks_known_free(&known);
}

static void every_allocation_may_fail(void **state) {
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    for (size_t n = 1;; n++) {
        ks_known known = {0};
        ks_dict_entry entries[2] = {{0}};
        ks_error error = {0};
        ks_term word = word_at(n);
        ks_status status;
        ks_test_fail_allocation(n);
        status = ks_known_add(&known, word, entries, 2, &error);
        if (!ks_test_allocation_failed()) {
            assert_int_equal(status, KS_OK);
            ks_known_free(&known);
            assert_true(n > 1);
            return;
        }
        assert_int_equal(status, KS_ERR_NOMEM);
        assert_int_equal(known.count, 0);
        ks_known_free(&known);
    }
}

/* ---- From an expansion to a search ---- */

/* Words of one letter or two in all leaves, some in none of a leaf. */
static void make_leaves(uint64_t *random) {
    for (size_t leaf = 0; leaf < LEAVES; leaf++) {
        ks_writer *writer = write_leaf();
        for (size_t n = 0; n < 40; n++) {
            char id[40], text[400] = "x";
            ks_test_spec spec = {.id = id};
            ks_document document;
            snprintf(id, sizeof id, "%zu-%zu", leaf, n);
            for (size_t k = ks_test_below(random, 30); k; k--)
                snprintf(text + strlen(text), 8, " w%zu",
                         ks_test_below(random, 1 + ks_test_below(random, WORDS)));
            spec.fields[KS_FIELD_BODY] = text;
            document = ks_test_document(&arena, &spec);
            put(writer, &document);
        }
        finish_leaf(writer);
    }
    open_view();
    assert_int_equal(view.count, LEAVES);
}

static bool is_same(const ks_dict_entry *a, const ks_dict_entry *b) {
    if (a->documents != b->documents || a->documents == 0) return a->documents == b->documents;
    return a->postings == b->postings && a->positions == b->positions && a->gaps == b->gaps &&
           a->gaps_size == b->gaps_size &&
           (a->documents > 1 || (a->doc == b->doc && a->shape.tf == b->shape.tf));
}

static void check_factors(const ks_factors *got, const ks_factors *want) {
    for (size_t i = 0; i < want->plan->score_count; i++) {
        assert_int_equal(got->documents[i], want->documents[i]);
        assert_true(fabs(got->values[i] - want->values[i]) <= 0);
    }
    for (size_t i = 0; i < want->plan->score_count * LEAVES; i++)
        assert_true(is_same(&got->entries[i], &want->entries[i]));
}

/* The terms of the expansion, most of them, with others between. */
static ks_plan some_plan(const ks_expansion *expansion, uint64_t *random) {
    static const char *const others[] = {"x", "y", "w1", "w2", "", "w"};
    ks_plan plan = plan_of(node_of(KS_PLAN_ALL));
    for (size_t i = 0; i < expansion->count; i++) {
        char *copy = ks_arena_copy(&arena, expansion->terms[i].text, expansion->terms[i].size);
        if (ks_test_below(random, 5) == 0) score(&plan, others[ks_test_below(random, 6)]);
        if (ks_test_below(random, 5)) score(&plan, copy);
    }
    return plan;
}

static void searches_know_what_was_expanded(void **state) {
    uint64_t random = ks_test_seed(172);
    size_t known = 0;
    (void)state;
    make_leaves(&random);
    for (uint32_t doc = 0; doc < 20; doc += 3) delete_document(1, doc);
    for (size_t round = 0; round < 100; round++) {
        const char *prefixes[] = {"w", "w1", "w5", "y", ""};
        ks_expansion expansion = {0};
        ks_factors got, want;
        ks_plan plan;
        OK(ks_view_expand(&view, ks_test_term(prefixes[round % 5]), 1 + ks_test_below(&random, 100),
                          &expansion, err));
        assert_int_equal(view.known->count, expansion.count);
        known += expansion.count;
        plan = some_plan(&expansion, &random);
        OK(ks_factors_make(&got, &arena, &view, &plan, err));
        assert_int_equal(view.known->count, 0);
        OK(ks_factors_make(&want, &arena, &view, &plan, err));
        check_factors(&got, &want);
        ks_expansion_free(&expansion);
    }
    assert_true(known > 500);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(in_order),
        IN_FOLDER(with_gaps),
        IN_FOLDER(not_too_many),
        IN_FOLDER(every_allocation_may_fail),
        IN_FOLDER(searches_know_what_was_expanded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
