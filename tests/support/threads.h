/* Refusing threads on purpose, and counting those that were started. Needs the linker's --wrap for
 * pthread_create. For one thread. */
#ifndef KS_TESTS_SUPPORT_THREADS_H
#define KS_TESTS_SUPPORT_THREADS_H

#include <stddef.h>

/* From now on `most` more threads can be started; those after them fail with EAGAIN. */
void ks_test_limit_threads(size_t most);

/* Ends that; how many were started since the limit was set. */
size_t ks_test_threads_started(void);

#endif
