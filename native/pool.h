/* A bump allocator that knows how much it holds: many small pieces, freed all at once. May use base. */
#ifndef KS_NATIVE_POOL_H
#define KS_NATIVE_POOL_H

#include <stddef.h>

/* Zero-initialise before use. */
typedef struct ks_pool {
    struct ks_pool_block *block; /* newest first, but for pieces with a block of their own */
    size_t used, size;           /* of the newest */
    size_t bytes;                /* of all pieces; what is left of a block was never touched */
} ks_pool;

/* `size` bytes aligned for pointers and 64-bit integers, uninitialised; NULL when out of memory. */
void *ks_pool_alloc(ks_pool *pool, size_t size);

/* Frees all pieces; the pool can be used on. */
void ks_pool_free(ks_pool *pool);

#endif
