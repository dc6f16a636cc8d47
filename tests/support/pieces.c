/* The wrappers that the linker puts before the arena's functions; see pieces.h. */
#include "tests/support/pieces.h"

#include "base/memory.h"

/* Weak, so that a program linked without --wrap still links; nothing calls the wrappers then. */
void *__real_ks_arena_alloc(ks_arena *arena, size_t size) __attribute__((weak));
char *__real_ks_arena_copy(ks_arena *arena, const char *text, size_t size) __attribute__((weak));
void *__wrap_ks_arena_alloc(ks_arena *arena, size_t size);
char *__wrap_ks_arena_copy(ks_arena *arena, const char *text, size_t size);

static size_t countdown; /* 0: off, and 1: the next one fails */
static bool failed;

static bool must_fail(void) {
    if (countdown == 0 || --countdown > 0) return false;
    failed = true;
    return true;
}

void *__wrap_ks_arena_alloc(ks_arena *arena, size_t size) {
    return must_fail() ? NULL : __real_ks_arena_alloc(arena, size);
}

char *__wrap_ks_arena_copy(ks_arena *arena, const char *text, size_t size) {
    return must_fail() ? NULL : __real_ks_arena_copy(arena, text, size);
}

bool ks_test_can_fail_piece(void) {
    return __real_ks_arena_alloc != NULL;
}

void ks_test_fail_piece(size_t n) {
    countdown = n;
    failed = false;
}

bool ks_test_piece_failed(void) {
    countdown = 0;
    return failed;
}

size_t ks_test_each_piece(ks_test_operation *operation, void *context) {
    return ks_test_each_failure(ks_test_fail_piece, ks_test_piece_failed, operation, context);
}
