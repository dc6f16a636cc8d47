/* How much of a long test is run: `./run soak` sets KS_SOAK and gets all of it, `./run test` a share. */
#ifndef KS_TESTS_SUPPORT_SOAK_H
#define KS_TESTS_SUPPORT_SOAK_H

#include <stdbool.h>
#include <stddef.h>

/* Whether KS_SOAK is set and not "0". */
bool ks_test_soak(void);

/* `all` in a soak, otherwise `release`, or `sanitized` in a build with sanitizers. */
size_t ks_test_share(size_t all, size_t release, size_t sanitized);

#endif
