/* Random numbers for tests: seeded, the same on every machine. */
#ifndef KS_TESTS_SUPPORT_RANDOM_H
#define KS_TESTS_SUPPORT_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* KS_TEST_SEED of the environment where it is a number, else `fallback`. Prints what it returns, so that a
 * failure can be run again. */
uint64_t ks_test_seed(uint64_t fallback);

/* The next 64 bits; *state may start as anything. */
uint64_t ks_test_random(uint64_t *state);

/* A number from 0 to limit - 1, limit > 0. */
size_t ks_test_below(uint64_t *state, size_t limit);

/* Fills bytes[0..size). */
void ks_test_random_bytes(uint64_t *state, void *bytes, size_t size);

#endif
