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

#include <stdbool.h>
#include <stddef.h>

/* Whether the program was linked so that it works; a test skips itself otherwise. */
bool ks_test_can_fail_allocation(void);

/* Makes the nth allocation from now on fail, once. */
void ks_test_fail_allocation(size_t n);

/* Ends that; whether an allocation has failed. */
bool ks_test_allocation_failed(void);

/* What a program asked for, failed requests included. */
typedef struct ks_test_requests {
    size_t largest, sum; /* bytes; the sum grows whatever is freed meanwhile */
} ks_test_requests;

/* From now on a request above `limit` bytes fails, and all are counted from 0; SIZE_MAX ends it. */
void ks_test_limit_allocation(size_t limit);

/* What was asked for since then. */
ks_test_requests ks_test_allocation_requests(void);

#endif
