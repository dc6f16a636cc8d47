/* Asking for huge pages; see pages.h. */
#define _DEFAULT_SOURCE /* madvise */
#include "base/pages.h"

#include <stdlib.h>
#include <sys/mman.h>

void *ks_huge_page(void) {
    void *page = aligned_alloc(KS_HUGE_PAGE, KS_HUGE_PAGE);
#ifdef MADV_HUGEPAGE
    if (page) madvise(page, KS_HUGE_PAGE, MADV_HUGEPAGE); /* advice: nothing depends on it */
#endif
    return page;
}
