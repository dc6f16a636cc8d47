/* Comparing two readers; see documents.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/documents.h"

#include <math.h>
#include <string.h>

#define CHECK(call)                                                                                          \
    do {                                                                                                     \
        ks_error error_ = {0}, *err = &error_;                                                               \
        if (call) fail_msg("%s: %s", #call, error_.message);                                                 \
    } while (0)

static bool same_term(ks_term a, ks_term b) {
    return a.size == b.size && memcmp(a.text, b.text, a.size) == 0;
}

static void say_plan(const ks_plan *plan) {
    ks_buffer text = {0};
    ks_plan_print(&text, plan->root, 1);
    print_error("match %d, sort %d, offset %zu, limit %zu, counting to %llu, %zu scores:\n%s",
                (int)plan->match, (int)plan->sort, plan->offset, plan->limit,
                (unsigned long long)plan->count_limit, plan->score_count, text.data);
    for (size_t i = 0; i < plan->score_count; i++)
        print_error("  score %.*s in %d times %g\n", (int)plan->scores[i].term.size,
                    plan->scores[i].term.text, (int)plan->scores[i].field, plan->scores[i].weight);
    ks_buffer_free(&text);
}

static const ks_found *find_hit(const ks_topk *answer, ks_term id) {
    for (size_t i = 0; i < answer->count; i++)
        if (same_term(answer->items[i].id, id)) return &answer->items[i];
    return NULL;
}

/* What is wrong with the hit at `rank` of the page; NULL: nothing. `whole` is the expected answer without
 * a limit. Hits of the same score to 1e-6 may change places. */
static const char *fault(const ks_topk *whole, const ks_plan *plan, const ks_found *hit, size_t rank) {
    const ks_found *same = find_hit(whole, hit->id), *there = &whole->items[rank];
    if (!same) return "a hit that is none";
    if (same->tier != hit->tier) return "a wrong tier";
    if (fabs(same->score - hit->score) > 1e-6) return "a wrong score";
    if (same_term(there->id, hit->id)) return NULL;
    if (plan->sort != KS_SORT_SCORE || fabs(there->score - same->score) > 1e-6) return "a wrong order";
    return NULL;
}

static void check_hit(const ks_topk *whole, const ks_plan *plan, const ks_found *hit, size_t rank) {
    const char *what = fault(whole, plan, hit, rank);
    const ks_found *same;
    if (what) {
        say_plan(plan);
        fail_msg("rank %zu, %.*s (%.9f): %s; expected %.*s (%.9f)", rank, (int)hit->id.size, hit->id.text,
                 hit->score, what, (int)whole->items[rank].id.size, whole->items[rank].id.text,
                 whole->items[rank].score);
    }
    same = find_hit(whole, hit->id);
    assert_int_not_equal(hit->doc, 0);
    assert_int_equal(hit->id.text[hit->id.size], '\0');
    if (plan->want_stored)
        assert_true(same_term(same->stored, hit->stored));
    else
        assert_null(hit->stored.text);
}

void ks_assert_same_topk(ks_reader *expected, ks_reader *actual, const ks_plan *plan) {
    ks_plan all = *plan;
    ks_topk whole, got;
    uint64_t total;
    size_t count;
    all.offset = 0;
    all.limit = SIZE_MAX / 2;
    all.count_limit = UINT64_MAX;
    CHECK(expected->ops->search(expected, &all, &whole, err));
    CHECK(actual->ops->search(actual, plan, &got, err));
    total = whole.count <= plan->count_limit ? whole.count : plan->count_limit;
    count = plan->offset < whole.count ? whole.count - plan->offset : 0;
    if (count > plan->limit) count = plan->limit;
    if (got.total != total || got.total_is_exact != (whole.count <= plan->count_limit) ||
        got.count != count) {
        say_plan(plan);
        fail_msg("%zu hits of %s%llu, not %zu of %llu", got.count, got.total_is_exact ? "" : "at least ",
                 (unsigned long long)got.total, count, (unsigned long long)total);
    }
    assert_int_equal(got.records, whole.records);
    for (size_t i = 0; i < got.count; i++) check_hit(&whole, plan, &got.items[i], plan->offset + i);
    ks_topk_free(&whole);
    ks_topk_free(&got);
}

static uint64_t documents_of(ks_reader *reader, ks_term term) {
    uint64_t documents = UINT64_MAX;
    CHECK(reader->ops->documents(reader, term, &documents, err));
    return documents;
}

static void check_expansion(ks_reader *expected, ks_reader *actual, ks_term prefix, size_t limit) {
    ks_expansion want, got;
    bool begins = false;
    CHECK(expected->ops->expand(expected, prefix, limit, &want, err));
    CHECK(actual->ops->expand(actual, prefix, limit, &got, err));
    assert_int_equal(want.count, got.count);
    assert_int_equal(want.cut, got.cut);
    for (size_t i = 0; i < want.count; i++)
        if (!same_term(want.terms[i], got.terms[i]))
            fail_msg("expansion %zu of %.*s: %.*s, not %.*s", i, (int)prefix.size, prefix.text,
                     (int)got.terms[i].size, got.terms[i].text, (int)want.terms[i].size, want.terms[i].text);
    CHECK(actual->ops->begins(actual, prefix, &begins, err));
    assert_true(begins || want.count == 0); /* terms of deleted documents may count */
    for (size_t i = 0; i < got.count; i++)
        assert_int_equal(documents_of(actual, got.terms[i]), documents_of(expected, got.terms[i]));
    ks_expansion_free(&want);
    ks_expansion_free(&got);
}

static void check_frequencies(ks_reader *expected, ks_docid left, ks_reader *actual, ks_docid right) {
    ks_expansion words;
    CHECK(expected->ops->expand(expected, ks_test_term(""), SIZE_MAX / 2, &words, err));
    for (size_t i = 0; i < words.count; i++) {
        bool is_word = words.terms[i].text[0] < 'A' || words.terms[i].text[0] > 'Z';
        for (int field = is_word ? 0 : KS_FIELD_ANY; field <= KS_FIELD_ANY; field++) {
            uint64_t want, got;
            CHECK(expected->ops->frequency(expected, left, words.terms[i], (ks_field)field, &want, err));
            CHECK(actual->ops->frequency(actual, right, words.terms[i], (ks_field)field, &got, err));
            if (want != got)
                fail_msg("%.*s in field %d: frequency %llu, not %llu", (int)words.terms[i].size,
                         words.terms[i].text, field, (unsigned long long)got, (unsigned long long)want);
        }
    }
    ks_expansion_free(&words);
}

static void check_document(ks_reader *expected, ks_reader *actual, const char *id) {
    ks_docid left = 0, right = 0;
    ks_buffer want = {0}, got = {0};
    uint64_t want_length, got_length;
    CHECK(expected->ops->find(expected, ks_test_term(id), &left, err));
    CHECK(actual->ops->find(actual, ks_test_term(id), &right, err));
    assert_int_equal(left != 0, right != 0);
    if (!left) return;
    CHECK(expected->ops->stored(expected, left, &want, err));
    CHECK(actual->ops->stored(actual, right, &got, err));
    assert_int_equal(want.size, got.size);
    assert_memory_equal(want.data, got.data, want.size);
    CHECK(expected->ops->length(expected, left, &want_length, err));
    CHECK(actual->ops->length(actual, right, &got_length, err));
    assert_int_equal(want_length, got_length);
    check_frequencies(expected, left, actual, right);
    ks_buffer_free(&want);
    ks_buffer_free(&got);
}

void ks_assert_same_content(ks_reader *expected, ks_reader *actual, const char *const *ids, size_t id_count) {
    static const char *const prefixes[] = {"a", "deep",  "n",  "p", "\xC3", "x",  "z",    "never", "c+",
                                           "K", "Kdeep", "XK", "A", "XS",   "XH", "XHur", "L"};
    ks_engine_info want, got;
    CHECK(expected->ops->describe(expected, &want, err));
    CHECK(actual->ops->describe(actual, &got, err));
    assert_int_equal(want.records, got.records);
    assert_true(fabs(want.average_length - got.average_length) < 1e-9);
    for (size_t i = 0; i < id_count; i++) check_document(expected, actual, ids[i]);
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        check_expansion(expected, actual, ks_test_term(prefixes[i]), 100);
        check_expansion(expected, actual, ks_test_term(prefixes[i]), 1);
        check_expansion(expected, actual, ks_test_term(prefixes[i]), 0);
    }
}
