/* The engine's own check of an index, where it has one. */
#ifndef KS_TESTS_SUPPORT_CHECKED_H
#define KS_TESTS_SUPPORT_CHECKED_H

#include "engine/engine.h"

/* Whether the native engine can check. */
bool ks_test_can_check(void);

/* Checks the whole index of the native engine; KS_OK where it cannot. */
ks_status ks_test_check(const char *path, ks_error *err);

#endif
