/* One failure after the other; see each_failure.h. */
#include "tests/support/each_failure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

size_t ks_test_each_failure(void (*fail_nth)(size_t n), bool (*failed)(void), ks_test_operation *operation,
                            void *context) {
    for (size_t n = 1;; n++) {
        ks_error error = {0};
        ks_status status;
        fail_nth(n);
        status = operation(context, &error);
        if (!failed()) {
            if (status) fail_msg("without a failure: %s", error.message);
            return n - 1;
        }
        if (status != KS_ERR_NOMEM) fail_msg("failure %zu: %s: %s", n, ks_status_name(status), error.message);
        assert_int_equal(error.code, KS_ERR_NOMEM);
        assert_int_not_equal(error.message[0], '\0');
    }
}
