/* The wrapper that the linker puts before pthread_create; see threads.h. */
#include "tests/support/threads.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>

typedef void *start_routine(void *context);

/* Weak, so that a program linked without --wrap still links; nothing calls the wrapper then. */
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, start_routine *start,
                          void *context) __attribute__((weak));
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, start_routine *start,
                          void *context);

static size_t limit = SIZE_MAX, started;

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, start_routine *start,
                          void *context) {
    if (started >= limit) return EAGAIN;
    started++;
    return __real_pthread_create(thread, attributes, start, context);
}

void ks_test_limit_threads(size_t most) {
    limit = most;
    started = 0;
}

size_t ks_test_threads_started(void) {
    limit = SIZE_MAX;
    return started;
}
