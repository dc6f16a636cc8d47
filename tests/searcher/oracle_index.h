/* What the tests of planning and of passages share: an index of a few documents in memory, the oracle's. */
#ifndef KS_TESTS_SEARCHER_ORACLE_INDEX_H
#define KS_TESTS_SEARCHER_ORACLE_INDEX_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "searcher/index.h"
#include "tests/support/documents.h"
#include "tests/support/oracle.h"

static ks_oracle *oracle;
static ks_index *index_;

/* Begins without documents. */
static inline void open_oracle(void) {
    oracle = ks_oracle_new("english");
    index_ = ks_oracle_index(oracle);
}

static inline void put_spec(const ks_test_spec *spec) {
    ks_arena arena = {0};
    ks_document document = ks_test_document(&arena, spec);
    ks_oracle_put(oracle, &document);
    ks_arena_free(&arena);
}

static inline int close_oracle(void **state) {
    (void)state;
    ks_index_close(index_);
    ks_oracle_free(oracle);
    return 0;
}

#endif
