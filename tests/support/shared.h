/* Memory that a test shares with the processes it forks. */
#ifndef KS_TESTS_SUPPORT_SHARED_H
#define KS_TESTS_SUPPORT_SHARED_H

#include <stddef.h>

/* Zeros. What goes wrong fails the test that runs. */
void *ks_test_share_memory(size_t size);
void ks_test_unshare_memory(void *memory, size_t size);

#endif
