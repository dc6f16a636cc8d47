/* Failing pieces of arenas on purpose: an arena takes memory for many pieces at once, so that failing
 * allocations (allocation.h) reaches few of the places where a piece is asked for. Needs the linker's --wrap
 * for ks_arena_alloc and ks_arena_copy. For one thread. */
#ifndef KS_TESTS_SUPPORT_PIECES_H
#define KS_TESTS_SUPPORT_PIECES_H

#include "tests/support/each_failure.h"

/* Whether the program was linked so that it works; a test skips itself otherwise. */
bool ks_test_can_fail_piece(void);

/* Makes the nth piece from now on fail, once; 0 ends it. */
void ks_test_fail_piece(size_t n);

/* Ends that; whether a piece has failed. */
bool ks_test_piece_failed(void);

/* ks_test_each_failure with the first, second, … piece. Returns how many pieces the operation takes. */
size_t ks_test_each_piece(ks_test_operation *operation, void *context);

#endif
