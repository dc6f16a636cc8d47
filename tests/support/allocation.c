/* The wrappers that the linker puts before malloc and its kin; see allocation.h. */
#include "tests/support/allocation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>

#include <cmocka.h>

/* Weak, so that a program linked without --wrap still links; nothing calls the wrappers then. */
void *__real_malloc(size_t size) __attribute__((weak));
void *__real_calloc(size_t count, size_t size) __attribute__((weak));
void *__real_realloc(void *old, size_t size) __attribute__((weak));
void *__real_aligned_alloc(size_t alignment, size_t size) __attribute__((weak));
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

static atomic_size_t countdown; /* 0: off, and 1: the next one fails */
static atomic_bool failed;
static size_t limit = SIZE_MAX; /* of one request; SIZE_MAX: none, and nothing is counted */
static ks_test_requests requests;

static bool exceeds_limit(size_t size) {
    if (size > requests.largest) requests.largest = size;
    requests.sum = size > SIZE_MAX - requests.sum ? SIZE_MAX : requests.sum + size;
    return size > limit;
}

static bool must_fail(size_t size) {
    size_t left = countdown;
    if (limit < SIZE_MAX && exceeds_limit(size)) return true;
    while (left && !atomic_compare_exchange_weak(&countdown, &left, left - 1)) continue;
    if (left == 1) failed = true;
    return left == 1;
}

void *__wrap_malloc(size_t size) {
    return must_fail(size) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    size_t all = size && count > SIZE_MAX / size ? SIZE_MAX : count * size;
    return must_fail(all) ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size) {
    return must_fail(size) ? NULL : __real_realloc(old, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
    return must_fail(size) ? NULL : __real_aligned_alloc(alignment, size);
}

bool ks_test_can_fail_allocation(void) {
    return __real_malloc != NULL;
}

void ks_test_fail_allocation(size_t n) {
    countdown = n;
    failed = false;
}

bool ks_test_allocation_failed(void) {
    countdown = 0;
    return failed;
}

size_t ks_test_each_allocation(ks_test_operation *operation, void *context) {
    if (!ks_test_can_fail_allocation()) skip();
    return ks_test_each_failure(ks_test_fail_allocation, ks_test_allocation_failed, operation, context);
}

void ks_test_limit_allocation(size_t most) {
    limit = most;
    requests = (ks_test_requests){0};
}

ks_test_requests ks_test_allocation_requests(void) {
    return requests;
}
