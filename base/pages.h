/* Memory in huge pages where the system has them: one page to be made and cleared in place of 512, which
 * costs an eighth. May use nothing. */
#ifndef KS_BASE_PAGES_H
#define KS_BASE_PAGES_H

#include <stddef.h>

enum { KS_HUGE_PAGE = 1 << 21 };

/* KS_HUGE_PAGE bytes, uninitialised: free(). They are one page where the system has one, and pages as any
 * others where it has none. NULL when out of memory. */
void *ks_huge_page(void);

#endif
