/* Letting one thing after the other fail until an operation passes. allocation.h and pieces.h have it for
 * allocations and for pieces of arenas. */
#ifndef KS_TESTS_SUPPORT_EACH_FAILURE_H
#define KS_TESTS_SUPPORT_EACH_FAILURE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* What is tried. It cleans up behind itself, and may look at what its failure has left. */
typedef ks_status ks_test_operation(void *context, ks_error *err);

/* Runs the operation after fail_nth(1), fail_nth(2), … until failed() says that nothing has failed. Fails the
 * test unless each failure is reported as KS_ERR_NOMEM with a message, and the last run succeeds. Returns how
 * many failures there were. */
size_t ks_test_each_failure(void (*fail_nth)(size_t n), bool (*failed)(void), ks_test_operation *operation,
                            void *context);

#endif
