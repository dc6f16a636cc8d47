/* What the tests of gathering share, besides searching.h: one leaf, asked directly. */
#ifndef KS_TESTS_NATIVE_GATHERING_H
#define KS_TESTS_NATIVE_GATHERING_H

#include "tests/native/searching.h"

/* Whether the scores of the plan make gathering the fastest way for the first leaf. */
static inline bool suits(const ks_plan *plan, bool counting) {
    ks_pass pass = pass_of(course_of(plan, KS_MATCH_ANY), 10, counting);
    bool good = ks_gather_suits(&pass, &view.leaves[0]);
    ks_ranking_free(&pass.ranking);
    return good;
}

/* Gathers the first leaf for a page of ten. */
static inline ks_status gather_first(const struct course *course, bool counting, ks_error *error) {
    ks_pass pass = pass_of(course, 10, counting);
    ks_arena scratch = {0};
    ks_status status = ks_pass_gather(&pass, &view.leaves[0], &scratch, error);
    ks_arena_free(&scratch);
    ks_ranking_free(&pass.ranking);
    return status;
}

#endif
