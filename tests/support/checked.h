/* The native engine's own check of an index. */
#ifndef KS_TESTS_SUPPORT_CHECKED_H
#define KS_TESTS_SUPPORT_CHECKED_H

#include "engine/engine.h"

/* Checks the whole index at `path`, structure only: records are not compared with what they are indexed by.
 */
ks_status ks_test_check(const char *path, ks_error *err);

#endif
