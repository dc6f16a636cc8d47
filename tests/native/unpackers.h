/* What tests of packed blocks share: every unpacker that there is on this processor. */
#ifndef KS_TESTS_NATIVE_UNPACKERS_H
#define KS_TESTS_NATIVE_UNPACKERS_H

#include "native/bitpack.h"

static const ks_unpacker *unpackers[2];

static inline int find_unpackers(void **state) {
    (void)state;
    unpackers[0] = ks_unpacker_portable();
    unpackers[1] = ks_unpacker_best();
    return 0;
}

#endif
