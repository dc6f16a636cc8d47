/* Unpacking with the vectors of x86 processors; for bitpack.c. May use native/bitpack.h. */
#ifndef KS_NATIVE_BITPACK_AVX2_H
#define KS_NATIVE_BITPACK_AVX2_H

#include "native/bitpack.h"

/* NULL where this processor, or the one compiled for, has no AVX2. */
const ks_unpacker *ks_unpacker_avx2(void);

#endif
