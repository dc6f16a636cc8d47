/* A bump allocator that knows how much it holds: many small pieces, freed all at once. May use base. */
#ifndef KS_NATIVE_POOL_H
#define KS_NATIVE_POOL_H

#include <stddef.h>

/* Zero-initialise before use. */
typedef struct ks_pool {
    struct ks_pool_block *block; /* a list, the block being filled first */
    size_t used, size;           /* of that block */
    size_t bytes; /* of all pieces; the rest of a block was never touched, so it costs nothing */
} ks_pool;

/* `size` bytes aligned for pointers and 64-bit integers, uninitialised; NULL when out of memory. */
void *ks_pool_alloc(ks_pool *pool, size_t size);

/* Frees all pieces; the pool can be used again. */
void ks_pool_free(ks_pool *pool);

#endif
