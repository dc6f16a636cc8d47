/* The environment's word on long tests; see soak.h. */
#include "tests/support/soak.h"

#include <stdlib.h>
#include <string.h>

#ifdef __SANITIZE_ADDRESS__
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

bool ks_test_soak(void) {
    const char *text = getenv("KS_SOAK");
    return text && *text && strcmp(text, "0") != 0;
}

size_t ks_test_share(size_t all, size_t release, size_t sanitized) {
    if (ks_test_soak()) return all;
    return SANITIZED ? sanitized : release;
}
