/* Huge pages: what one gets is aligned, all there, one's own, and may fail. */
#include "base/pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/allocation.h"

#include <stdlib.h>
#include <string.h>

enum { PAGES = 5 };

static void pages_hold_every_byte(void **state) {
    unsigned char *pages[PAGES];
    (void)state;
    for (int i = 0; i < PAGES; i++) {
        assert_non_null(pages[i] = ks_huge_page());
        assert_int_equal((uintptr_t)pages[i] % KS_HUGE_PAGE, 0);
        memset(pages[i], i + 1, KS_HUGE_PAGE);
    }
    for (int i = 0; i < PAGES; i++) {
        size_t wrong = 0;
        for (size_t at = 0; at < KS_HUGE_PAGE; at++) wrong += pages[i][at] != i + 1;
        assert_int_equal(wrong, 0);
        free(pages[i]);
    }
}

static void no_page_without_memory(void **state) {
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    ks_test_fail_allocation(1);
    assert_null(ks_huge_page());
    assert_true(ks_test_allocation_failed());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_hold_every_byte),
        cmocka_unit_test(no_page_without_memory),
    };
    return cmocka_run_group_tests_name("pages", tests, NULL, NULL);
}
