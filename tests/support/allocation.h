/* Failing allocations on purpose. Needs the linker's --wrap for malloc, calloc, realloc and aligned_alloc;
 * then every allocation of the test program and of the library linked into it counts, those inside shared
 * libraries do not.
 *
 *     for (size_t n = 1;; n++) {
 *         ks_test_fail_allocation(n);
 *         status = operation();
 *         if (!ks_test_allocation_failed()) break;
 *         … it must have reported KS_ERR_NOMEM and changed nothing …
 *     }
 *
 * The allocations of all threads count; these functions are for one of them, while no other runs. */
#ifndef KS_TESTS_SUPPORT_ALLOCATION_H
#define KS_TESTS_SUPPORT_ALLOCATION_H

#include "tests/support/each_failure.h"

/* Whether the program was linked so that it works; a test skips itself otherwise. */
bool ks_test_can_fail_allocation(void);

/* Makes the nth allocation from now on fail, once. */
void ks_test_fail_allocation(size_t n);

/* Ends that; whether an allocation has failed. */
bool ks_test_allocation_failed(void);

/* ks_test_each_failure with the first, second, … allocation. Returns how many allocations the operation
 * makes; skips the test where the program was not linked so that it works. */
size_t ks_test_each_allocation(ks_test_operation *operation, void *context);

/* What a program asked for, failed requests included. */
typedef struct ks_test_requests {
    size_t largest, sum; /* bytes; the sum grows whatever is freed meanwhile */
} ks_test_requests;

/* From now on a request above `limit` bytes fails, and all are counted from 0; SIZE_MAX ends it. */
void ks_test_limit_allocation(size_t limit);

/* What was asked for since then. */
ks_test_requests ks_test_allocation_requests(void);

#endif
