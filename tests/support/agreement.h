/* Comparing two indexes over the same records. */
#ifndef KS_TESTS_SUPPORT_AGREEMENT_H
#define KS_TESTS_SUPPORT_AGREEMENT_H

#include <ksearch/ksearch.h>

#include <stddef.h>

/* Fails the cmocka test that runs unless both give the same ids in the same order with the same scores and
 * tiers, and count the same. Returns whether there were hits. Records whose scores lie within 1e-6 of each
 * other may change places. */
bool ks_assert_same_answer(ks_index *expected, ks_index *actual, const char *query,
                           const ks_search_options *options);

/* The same for `count` random queries made from the records of `path`. Returns how many had hits. */
size_t ks_assert_same_answers(ks_index *expected, ks_index *actual, const char *path, size_t count,
                              uint64_t seed);

#endif
