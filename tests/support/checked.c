/* Asking the native engine to check an index; see checked.h. */
#include "tests/support/checked.h"

ks_status ks_test_check(const char *path, ks_error *err) {
    ks_checked checked;
    return ks_native_engine.check(path, NULL, NULL, &checked, err);
}
