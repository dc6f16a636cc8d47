/* Text of made-up records: words of the kinds that an analyzer treats differently. */
#ifndef KS_TESTS_INDEXER_MADE_WORDS_H
#define KS_TESTS_INDEXER_MADE_WORDS_H

#include "base/buffer.h"
#include "tests/support/random.h"

static inline void add_words(ks_buffer *out, uint64_t *random, size_t count) {
    static const char *const words[] = {"policy", "gradients", "Pong",  "CIFAR-10", "networks", "trained",
                                        "C++",    "LSTMs",     "naïve", "策略梯度", "e.g.",     "162,000"};
    for (size_t i = 0; i < count; i++) {
        ks_buffer_str(out, i ? " " : "");
        ks_buffer_str(out, words[ks_test_below(random, sizeof words / sizeof *words)]);
    }
}

#endif
