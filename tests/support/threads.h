/* Refusing threads on purpose, and what they need, and counting those that were started. Needs the linker's
 * --wrap for pthread_create, pthread_mutex_init, pthread_cond_init and pthread_sigmask. The calls of
 * all threads count; these functions are for one of them, while no other runs. */
#ifndef KS_TESTS_SUPPORT_THREADS_H
#define KS_TESTS_SUPPORT_THREADS_H

#include <stdbool.h>
#include <stddef.h>

/* From now on `most` more threads can be started; those after them fail with EAGAIN. */
void ks_test_limit_threads(size_t most);

/* Ends that; how many were started since the limit was set. */
size_t ks_test_threads_started(void);

/* Makes the nth preparation of a mutex, a condition or a mask of signals from now on fail with this errno,
 * once. */
void ks_test_fail_thread_setup(size_t n, int errnum);

/* Ends that; whether one has failed. */
bool ks_test_thread_setup_failed(void);

#endif
