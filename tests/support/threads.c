/* The wrappers that the linker puts before functions of threads; see threads.h. */
#include "tests/support/threads.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>

typedef void *start_routine(void *context);

/* Weak, so that a program linked without --wrap still links; nothing calls the wrappers then. */
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, start_routine *start,
                          void *context) __attribute__((weak));
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, start_routine *start,
                          void *context);

int __real_pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
    __attribute__((weak));
int __wrap_pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes);
int __real_pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes)
    __attribute__((weak));
int __wrap_pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes);
int __real_pthread_sigmask(int how, const sigset_t *set, sigset_t *before) __attribute__((weak));
int __wrap_pthread_sigmask(int how, const sigset_t *set, sigset_t *before);

static size_t limit = SIZE_MAX;
static atomic_size_t started;   /* threads may start threads */
static atomic_size_t countdown; /* of preparations; 0: off, and 1: the next one fails */
static int failure;             /* with this errno */
static atomic_bool failed;

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

/* The errno that this preparation fails with, or 0. */
static int next_failure(void) {
    size_t left = countdown;
    while (left && !atomic_compare_exchange_weak(&countdown, &left, left - 1)) continue;
    if (left != 1) return 0;
    failed = true;
    return failure;
}

int __wrap_pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes) {
    int fault = next_failure();
    return fault ? fault : __real_pthread_mutex_init(mutex, attributes);
}

int __wrap_pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes) {
    int fault = next_failure();
    return fault ? fault : __real_pthread_cond_init(condition, attributes);
}

int __wrap_pthread_sigmask(int how, const sigset_t *set, sigset_t *before) {
    int fault = next_failure();
    return fault ? fault : __real_pthread_sigmask(how, set, before);
}

void ks_test_fail_thread_setup(size_t n, int errnum) {
    countdown = n;
    failure = errnum;
    failed = false;
}

bool ks_test_thread_setup_failed(void) {
    countdown = 0;
    return failed;
}
