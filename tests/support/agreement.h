/* Comparing indexes over the same records. */
#ifndef KS_TESTS_SUPPORT_AGREEMENT_H
#define KS_TESTS_SUPPORT_AGREEMENT_H

#include <ksearch/ksearch.h>

#include <stddef.h>

/* An index that is to answer as another does. */
typedef struct ks_compared {
    const char *name; /* for messages */
    ks_index *index;
    size_t queries; /* how many it is asked */
} ks_compared;

/* Opens the index for being asked so many queries. With `portable`, an index of the native engine reads its
 * lists as on a processor without AVX2. Fails the test where that does not work. */
ks_compared ks_test_compared(const char *name, const char *path, size_t queries, bool portable);

/* Asks `queries` random queries made from the records of `path`, and fails
 * the cmocka test that runs unless all give the same ids in the same order with the same scores and tiers as
 * `expected`, and count the same. Records whose scores lie within 1e-6 of each other may change places.
 * Returns how many queries had hits. */
size_t ks_assert_same_answers(ks_index *expected, const ks_compared *compared, size_t count, const char *path,
                              size_t queries, uint64_t seed);

#endif
