/* Everything that a reader can be asked, as one text: two indexes of the same documents give the same text,
 * and an index that is damaged gives an error or the right one. */
#ifndef KS_TESTS_SUPPORT_DIGEST_H
#define KS_TESTS_SUPPORT_DIGEST_H

#include "engine/engine.h"

/* What is asked: `plans` random plans with their first 20 hits, every `step`th of the documents "id0" to
 * "id<documents - 1>", and some expansions. */
typedef struct ks_test_questions {
    int plans, documents, step;
} ks_test_questions;

/* Appends the answers; the same questions each time. The first error, after asking on, or KS_OK. */
ks_status ks_test_digest(ks_buffer *out, const ks_engine *engine, const char *path,
                         ks_test_questions questions);

/* Whether a damaged index may give this error. */
bool ks_test_is_damage(ks_status status);

#endif
