/* A native index made to be damaged: several segments with deletions, lists of several blocks, every kind of
 * term; small enough to be read whole in a few milliseconds. Asserts instead of returning errors while it is
 * made. */
#ifndef KS_TESTS_SUPPORT_VICTIM_H
#define KS_TESTS_SUPPORT_VICTIM_H

#include "base/buffer.h"

/* Makes the index, by several commits. */
void ks_test_victim_make(const char *path);

/* The same documents in one segment, and none deleted. */
void ks_test_victim_make_single(const char *path);

/* Reads it: `plans` random plans, some documents, some expansions. The first error or KS_OK. */
ks_status ks_test_victim_read(ks_buffer *out, const char *path, int plans);

/* Writes to it: walks a source, replaces and removes so much that segments must be merged, commits. */
ks_status ks_test_victim_write(const char *path);

#endif
