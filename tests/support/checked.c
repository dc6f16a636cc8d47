/* Asking the native engine to check an index; see checked.h. */
#include "tests/support/checked.h"

#ifdef KS_ENGINE_CHECKS
bool ks_test_can_check(void) {
    return ks_native_engine.check != NULL;
}

ks_status ks_test_check(const char *path, ks_error *err) {
    ks_checked checked;
    return ks_native_engine.check ? ks_native_engine.check(path, NULL, NULL, &checked, err) : KS_OK;
}
#else
bool ks_test_can_check(void) {
    return false;
}

ks_status ks_test_check(const char *path, ks_error *err) {
    (void)path;
    (void)err;
    return KS_OK;
}
#endif
