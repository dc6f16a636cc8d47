/* Several short lists read together: which lead, how far the blocks looked at go, what they can add, and the
 * documents that they hold. */
#include "native/lead.h"

#include "tests/native/sifting.h"

enum { MOST_LEADS = 16 };

/* ---- Which lead ---- */

static bool leads_to(uint64_t leads, size_t spot) {
    return spot < 64 && (leads >> spot & 1);
}

/* The leads stand in front, none is lost, and those behind keep nothing but their being there. */
static void check_lead(const ks_lead *lead, ks_list *lists, size_t count, uint64_t leads, uint64_t all) {
    uint64_t documents = 0, seen = 0;
    size_t wanted = 0;
    assert_ptr_equal(lead->lists, lists);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(i < lead->count, leads_to(leads, lists[i].score_index));
        wanted += leads_to(leads, lists[i].score_index);
        if (i < lead->count) documents += lists[i].cursor->documents;
        seen |= UINT64_C(1) << lists[i].score_index % 64;
    }
    assert_int_equal(lead->count, wanted);
    assert_int_equal(lead->documents, documents);
    assert_true(seen == all);
}

static void test_make(void **state) {
    uint64_t random = ks_test_seed(92);
    (void)state;
    for (int round = 0; round < 300; round++) {
        ks_plan plan = frequent_plan(&random, 1 + ks_test_below(&random, FREQUENT), 30);
        struct sifting *s = start(&plan, 10);
        uint64_t leads = ks_test_random(&random), all = 0;
        ks_lead lead;
        for (size_t i = 0; i < s->count; i++) all |= UINT64_C(1) << s->lists[i].score_index;
        if (round % 3 == 0) leads = 0;
        ks_lead_make(&lead, s->lists, s->count, leads);
        check_lead(&lead, s->lists, s->count, leads, all);
        end(s);
    }
}

/* Scores without a bit lead nothing, whatever the bits are. */
static void test_make_of_late_scores(void **state) {
    static const size_t late[] = {63, 64, 65, 127, 128};
    uint64_t random = ks_test_seed(93);
    ks_plan plan = frequent_plan(&random, 5, 0);
    struct sifting *s = start(&plan, 10);
    ks_lead lead;
    (void)state;
    for (size_t i = 0; i < 5; i++) s->lists[i].score_index = late[i];
    ks_lead_make(&lead, s->lists, 5, UINT64_MAX);
    assert_int_equal(lead.count, 1);
    assert_int_equal(lead.lists[0].score_index, 63);
    ks_lead_make(&lead, s->lists, 0, UINT64_MAX);
    assert_int_equal(lead.count + lead.documents, 0);
    for (size_t i = 0; i < 5; i++) s->lists[i].score_index = i;
    end(s);
}

/* ---- Looking ahead ---- */

/* The same lists, with cursors of their own that stand at the beginning. */
static ks_list *copy_of(const struct sifting *s, const ks_lead *lead) {
    ks_list *copy = room((lead->count + 1) * sizeof *copy);
    for (size_t i = 0; i < lead->count; i++)
        OK(ks_list_open(&copy[i], &arena, &s->course->factors, &view.leaves[0],
                        &s->course->factors.entries[lead->lists[i].score_index], lead->lists[i].score_index,
                        lead->lists[i].field, err));
    return copy;
}

/* The blocks that hold what is not before `low`: the first end among them, and their bounds. */
static uint32_t look_naively(ks_list *copy, size_t count, uint32_t low, const ks_norm *norm, double *bound) {
    uint32_t end = KS_NO_DOC;
    *bound = 0;
    for (size_t i = 0; i < count; i++) {
        ks_cursor *cursor = copy[i].cursor;
        ks_cursor_advance(cursor, low);
        if (cursor->doc == KS_NO_DOC) continue;
        if (cursor->docs[cursor->block_size - 1] < end) end = cursor->docs[cursor->block_size - 1];
        *bound += copy[i].factor * ks_cursor_bound(cursor, cursor->block, norm);
    }
    return end;
}

/* ---- Reading ---- */

/* Whether one of the lists holds the document in its field. */
static bool is_in(ks_list *copy, size_t count, uint32_t doc) {
    bool in = false;
    for (size_t i = 0; i < count; i++) in = ks_list_holds(&copy[i], doc) || in;
    return in;
}

static void check_read(const struct sifting *s, const ks_lead *lead, ks_list *copy, uint32_t low,
                       uint32_t high) {
    const ks_candidates *c = &s->sift.candidates;
    uint32_t got = 0;
    for (uint32_t doc = low; doc <= high && doc < SOME; doc++) {
        if (!is_in(copy, lead->count, doc)) continue;
        assert_true(got < c->count);
        assert_int_equal(c->docs[got], doc);
        assert_true(c->scores[got] == 0);
        assert_close((double)c->norms[got++], ks_list_norm(&s->course->factors, &view.leaves[0], doc));
    }
    assert_int_equal(got, c->count);
    for (size_t i = 0; i < lead->count; i++) /* they stand where they can be joined */
        assert_true(lead->lists[i].cursor->doc >= low);
}

/* What all leads give to a document is not more than they are said to. */
static void check_bound(const double *exact, size_t leads, uint32_t low, uint32_t high, double bound) {
    for (uint32_t doc = low; doc <= high && doc < SOME; doc++) {
        double sum = 0;
        for (size_t i = 0; i < leads; i++) sum += fmax(exact[i * SOME + doc], 0);
        if (sum > bound * (1 + 1e-9)) fail_msg("%u gets %.9f, more than %.9f", doc, sum, bound);
    }
}

/* From window to window, which at times end before the blocks do. */
static size_t run_leads(struct sifting *s, uint64_t leads, uint64_t *random) {
    size_t windows = 0;
    ks_list *looked, *read;
    const double *exact;
    ks_lead lead;
    uint32_t last, high;
    double bound, want_bound;
    ks_lead_make(&lead, s->lists, s->count, leads);
    looked = copy_of(s, &lead);
    read = copy_of(s, &lead);
    exact = exact_parts(s);
    for (uint32_t low = (uint32_t)ks_test_below(random, 50);; low = high + 1, windows++) {
        last = ks_lead_look(&lead, low, &s->course->factors.norm, &bound);
        assert_int_equal(last, look_naively(looked, lead.count, low, &s->course->factors.norm, &want_bound));
        assert_close(bound, want_bound);
        if (last == KS_NO_DOC) break;
        high = ks_test_below(random, 3) ? last : low + (uint32_t)ks_test_below(random, last - low + 1);
        check_bound(exact, lead.count, low, high, bound);
        if (ks_test_below(random, 4) == 0) continue; /* its bound was too low, say */
        ks_lead_read(&lead, &s->sift, low, high);
        check_read(s, &lead, read, low, high);
    }
    assert_true(bound == 0);
    return windows;
}

static void test_windows(void **state) {
    uint64_t random = ks_test_seed(94);
    size_t windows = 0;
    (void)state;
    for (int round = 0; round < 120; round++) {
        ks_plan plan = frequent_plan(&random, 1 + ks_test_below(&random, MOST_LEADS), 30);
        struct sifting *s = start(&plan, 10);
        windows += run_leads(s, round % 4 ? ks_test_random(&random) : UINT64_MAX, &random);
        end(s);
    }
    assert_true(windows > 500);
}

/* All lists the same: each document comes but once. And a list that has but a few documents. */
static void test_same_lists(void **state) {
    uint64_t random = ks_test_seed(95);
    ks_plan plan = plan_of(node_of(KS_PLAN_ALL));
    struct sifting *s;
    (void)state;
    for (size_t i = 0; i < MOST_LEADS; i++)
        ((ks_plan_score *)(uintptr_t)plan.scores)[i] =
            (ks_plan_score){ks_test_term(i % 4 ? "all" : "f11"), KS_FIELD_ANY, 1};
    plan.score_count = MOST_LEADS;
    s = start(&plan, 10);
    assert_int_equal(s->count, MOST_LEADS);
    assert_true(run_leads(s, UINT64_MAX, &random) > SOME / KS_BLOCK);
    end(s);
}

/* Without leads there is nothing, as far as one looks. */
static void test_no_leads(void **state) {
    uint64_t random = ks_test_seed(96);
    ks_plan plan = frequent_plan(&random, 3, 0);
    struct sifting *s = start(&plan, 10);
    (void)state;
    assert_int_equal(run_leads(s, 0, &random), 0);
    end(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_FREQUENT(test_make), ON_FREQUENT(test_make_of_late_scores),
                                       ON_FREQUENT(test_windows), ON_FREQUENT(test_same_lists),
                                       ON_FREQUENT(test_no_leads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
