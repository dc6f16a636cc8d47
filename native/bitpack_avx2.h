/* The unpacker for x86 processors with AVX2; for bitpack.c. May use native/bitpack.h. */
#ifndef KS_NATIVE_BITPACK_AVX2_H
#define KS_NATIVE_BITPACK_AVX2_H

#include "native/bitpack.h"

/* NULL if the processor has no AVX2, or the library is compiled for another architecture. */
const ks_unpacker *ks_unpacker_avx2(void);

#endif
