/* The oracle: an engine that keeps documents in memory and answers by looking at every one of them, with the
 * ranking formula written out a second time. Slow, simple, and independent of the real engines. */
#ifndef KS_TESTS_SUPPORT_ORACLE_H
#define KS_TESTS_SUPPORT_ORACLE_H

#include "engine/engine.h"

typedef struct ks_oracle ks_oracle;

/* Everything in here asserts instead of returning errors. */
ks_oracle *ks_oracle_new(const char *language);
void ks_oracle_free(ks_oracle *oracle);

void ks_oracle_put(ks_oracle *oracle, const ks_document *document);
void ks_oracle_remove(ks_oracle *oracle, const char *id);

/* Indexes every record of a file that the corpus readers can read. */
void ks_oracle_put_file(ks_oracle *oracle, const char *path);

/* A reader over the oracle, which must outlive it. Closing it is optional. */
ks_reader *ks_oracle_reader(ks_oracle *oracle);

/* An index that searches the oracle; close it with ks_index_close before the oracle is freed. */
ks_index *ks_oracle_index(ks_oracle *oracle);

#endif
