/* Failing pieces of arenas on purpose: an arena takes memory for many pieces at once, so that failing
 * allocations (allocation.h) reaches few of the places where a piece is asked for. Needs the linker's --wrap
 * for ks_arena_alloc and ks_arena_copy. For one thread. */
#ifndef KS_TESTS_SUPPORT_PIECES_H
#define KS_TESTS_SUPPORT_PIECES_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether the program was linked so that it works; a test skips itself otherwise. */
bool ks_test_can_fail_piece(void);

/* Makes the nth piece from now on fail, once; 0 ends it. */
void ks_test_fail_piece(size_t n);

/* Ends that; whether a piece has failed. */
bool ks_test_piece_failed(void);

/* Runs the operation with the first, second, … piece failing until none does. Fails the test unless each
 * failure is reported as KS_ERR_NOMEM with a message, and the last run succeeds. Returns how many pieces the
 * operation takes. */
size_t ks_test_each_piece(ks_status (*operation)(void *context, ks_error *err), void *context);

#endif
