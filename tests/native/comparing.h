/* Every pass that is right for a plan, and a whole search, against the exhaustive pass. */
#ifndef KS_TESTS_NATIVE_COMPARING_H
#define KS_TESTS_NATIVE_COMPARING_H

#include "tests/native/searching.h"

enum { EVERYTHING = 100000 };

/* ---- Comparing ---- */

static const char *const way_names[WAYS] = {"exhaustive", "conjunction", "disjunction", "gather"};

static inline void compare_rank(const struct course *course, enum way way, const ks_pass *want,
                                const ks_pass *got, size_t rank) {
    const ks_scored *a = &want->ranking.heap[rank], *b = &got->ranking.heap[rank];
    if (a->leaf == b->leaf && a->doc == b->doc && fabs(a->score - b->score) <= 1e-9) return;
    say_plan(course->plan);
    fail_msg("%s, %zu wanted, match %d: rank %zu is %u of leaf %td (%.12f), not %u of %td (%.12f)",
             way_names[way], got->ranking.capacity, (int)course->match, rank, b->doc, b->leaf - view.leaves,
             b->score, a->doc, a->leaf - view.leaves, a->score);
}

static inline void compare_count(const struct course *course, enum way way, const ks_pass *want,
                                 const ks_pass *got, bool counting) {
    uint64_t limit = course->plan->count_limit;
    bool good = !counting                ? got->counted == 0
                : want->counted <= limit ? got->counted == want->counted
                                         : got->counted > limit && got->counted <= want->counted;
    if (good) return;
    say_plan(course->plan);
    fail_msg("%s, counting to %llu: %llu counted of %llu", way_names[way], (unsigned long long)limit,
             (unsigned long long)got->counted, (unsigned long long)want->counted);
}

/* `want` ranks and counts everything. */
static inline void compare_pass(struct course *course, enum way way, const ks_pass *want, size_t capacity,
                                bool counting) {
    ks_pass got = run_pass(course, way, capacity, counting, want);
    size_t count = want->ranking.count < capacity ? want->ranking.count : capacity;
    if (got.ranking.count != count) {
        say_plan(course->plan);
        fail_msg("%s, %zu wanted: %zu ranked, not %zu", way_names[way], capacity, got.ranking.count, count);
    }
    for (size_t i = 0; i < count; i++) compare_rank(course, way, want, &got, i);
    compare_count(course, way, want, &got, counting);
    ks_ranking_free(&got.ranking);
}

/* Every pass that is right for the plan, with many limits; returns how many kinds of pass were compared, of
 * which gathering is none by itself: it is right for some disjunctions. */
static inline size_t compare_ways(ks_plan *plan, ks_match match, const ks_pass *ranked) {
    static const size_t capacities[] = {1, 10, 1000, 0};
    static const uint64_t limits[] = {0, 5, 1000, UINT64_MAX};
    struct course *course;
    ks_pass want;
    size_t compared = 0;
    plan->count_limit = UINT64_MAX;
    course = course_of(plan, match);
    want = run_pass(course, EXHAUSTIVE, EVERYTHING, true, ranked);
    if (ranked) want.ranked = ranked->ranked, want.ranked_count = ranked->ranked_count;
    for (enum way way = EXHAUSTIVE; way < WAYS; way++) {
        if (!is_right(course, way)) continue;
        for (size_t i = 0; i < 4; i++) {
            for (size_t j = 0; j < 4; j++) {
                plan->count_limit = limits[j];
                compare_pass(course, way, &want, capacities[i], true);
            }
            compare_pass(course, way, &want, capacities[i], false);
        }
        compared += way == CONJUNCTION || way == DISJUNCTION;
    }
    ks_ranking_free(&want.ranking);
    return compared;
}

static inline int compare_documents(const void *left, const void *right) {
    const ks_scored *a = left, *b = right;
    if (a->leaf != b->leaf) return a->leaf < b->leaf ? -1 : 1;
    return (a->doc > b->doc) - (a->doc < b->doc);
}

/* Some of what matches, the best first among them, for a pass to leave out. */
static inline ks_pass some_ranked(const ks_plan *plan, ks_match match, uint64_t *random) {
    ks_plan all = *plan;
    ks_pass pass = {0}, found;
    all.count_limit = UINT64_MAX;
    found = run_pass(course_of(&all, match), EXHAUSTIVE, EVERYTHING, true, NULL);
    pass.ranked = room((found.ranking.count + 1) * sizeof *pass.ranked);
    for (size_t i = 0; i < found.ranking.count; i++)
        if (i < 5 || ks_test_below(random, 3) == 0) pass.ranked[pass.ranked_count++] = found.ranking.heap[i];
    qsort(pass.ranked, pass.ranked_count, sizeof *pass.ranked, compare_documents);
    ks_ranking_free(&found.ranking);
    return pass;
}

/* ---- A search: tiers and pages ---- */

/* What the plan's answer is made of, by exhaustive passes: all the words first, then some. */
struct answer {
    ks_pass all, some;
    size_t count;
};

static inline struct answer answer_of(const ks_plan *plan) {
    ks_plan *whole = room(sizeof *whole);
    struct answer answer = {0};
    ks_pass *all = &answer.all;
    *whole = *plan;
    whole->count_limit = UINT64_MAX;
    *all = run_pass(course_of(whole, KS_MATCH_ALL), EXHAUSTIVE, EVERYTHING, true, NULL);
    all->ranked = room((all->ranking.count + 1) * sizeof *all->ranked);
    if (all->ranking.count) memcpy(all->ranked, all->ranking.heap, all->ranking.count * sizeof *all->ranked);
    all->ranked_count = all->ranking.count;
    qsort(all->ranked, all->ranked_count, sizeof *all->ranked, compare_documents);
    answer.some = run_pass(course_of(whole, KS_MATCH_ANY), EXHAUSTIVE, EVERYTHING, true,
                           plan->match == KS_MATCH_AUTO ? all : NULL);
    answer.count = plan->match == KS_MATCH_ALL ? all->ranking.count : (size_t)answer.some.counted;
    return answer;
}

static const ks_scored *rank_of(const struct answer *answer, const ks_plan *plan, size_t rank) {
    size_t first = plan->match == KS_MATCH_ANY ? 0 : answer->all.ranking.count;
    return rank < first ? &answer->all.ranking.heap[rank] : &answer->some.ranking.heap[rank - first];
}

static inline bool is_full(const struct answer *answer, const ks_scored *hit) {
    return answer->all.ranked_count &&
           bsearch(hit, answer->all.ranked, answer->all.ranked_count, sizeof *hit, compare_documents);
}

static inline void check_hit(const struct answer *answer, const ks_plan *plan, const ks_found *hit,
                             size_t rank) {
    const ks_scored *want = rank_of(answer, plan, rank);
    uint64_t doc = ((uint64_t)(want->leaf - view.leaves) << 32 | want->doc) + 1;
    if (hit->doc == doc && fabs(hit->score - want->score) <= 1e-9 &&
        (hit->tier == KS_TIER_ALL) == is_full(answer, want))
        return;
    say_plan(plan);
    fail_msg("offset %zu, limit %zu: rank %zu is %llx (%.12f, tier %d), not %llx (%.12f)", plan->offset,
             plan->limit, rank, (unsigned long long)hit->doc, hit->score, (int)hit->tier,
             (unsigned long long)doc, want->score);
}

static inline void compare_search(const ks_plan *plan) {
    struct answer answer = answer_of(plan);
    size_t left = answer.count > plan->offset ? answer.count - plan->offset : 0;
    ks_search_memory memory = {0};
    ks_topk got;
    OK(ks_native_search(&view, plan, &memory, &got, err));
    if (got.count != (left < plan->limit ? left : plan->limit)) say_plan(plan);
    assert_int_equal(got.count, left < plan->limit ? left : plan->limit);
    for (size_t i = 0; i < got.count; i++) check_hit(&answer, plan, &got.items[i], plan->offset + i);
    assert_int_equal(got.total_is_exact, answer.count <= plan->count_limit);
    assert_int_equal(got.total, got.total_is_exact ? answer.count : plan->count_limit);
    ks_topk_free(&got);
    ks_search_memory_free(&memory);
    ks_ranking_free(&answer.all.ranking);
    ks_ranking_free(&answer.some.ranking);
}

/* Everything above with one plan. */
static inline size_t compare(ks_plan *plan, uint64_t *random) {
    static const uint64_t limits[] = {0, 5, 1000, UINT64_MAX};
    ks_match match = ks_test_below(random, 2) ? KS_MATCH_ALL : KS_MATCH_ANY;
    ks_sort sort = plan->sort;
    size_t compared;
    ks_pass ranked;
    view.unpacker = ks_test_below(random, 2) ? ks_unpacker_portable() : ks_unpacker_best();
    plan->sort = KS_SORT_SCORE;
    /* A tag may add to scores without being asked for as long as the words match as the plan says. */
    if (plan->match != KS_MATCH_AUTO) match = plan->match;
    compared = compare_ways(plan, match, NULL);
    if (ks_test_below(random, 3) == 0) {
        ranked = some_ranked(plan, match, random);
        compare_ways(plan, match, &ranked);
    }
    plan->sort = sort;
    for (int i = 0; i < 3; i++) {
        plan->offset = ks_test_below(random, 2) ? 0 : ks_test_below(random, 60);
        plan->limit = ks_test_below(random, 40);
        plan->count_limit = limits[ks_test_below(random, 4)];
        compare_search(plan);
    }
    return compared;
}

/* The plan by every pass that is right, `ways` of them clever. */
static inline void compare_plan(ks_plan plan, ks_match match, size_t ways) {
    const ks_unpacker *unpackers[] = {ks_unpacker_portable(), ks_unpacker_best()};
    uint64_t random = 5;
    for (size_t i = 0; i < 2; i++) {
        ks_pass ranked;
        view.unpacker = unpackers[i];
        ranked = some_ranked(&plan, match, &random);
        assert_int_equal(compare_ways(&plan, match, NULL), ways);
        assert_int_equal(compare_ways(&plan, match, &ranked), ways);
    }
}

#endif
