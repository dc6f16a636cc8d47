/* Blocks that double in size up to a limit; see pool.h. */
#include "native/pool.h"

#include <stdint.h>
#include <stdlib.h>

/* malloc maps the largest blocks on their own and returns them to the system when they are freed. Small
 * blocks would leave holes in the heap that add up from flush to flush. */
enum { FIRST = 1 << 12, LARGEST = 1 << 26, ALIGN = 8 };

struct ks_pool_block {
    struct ks_pool_block *next;
    uint64_t data[];
};

static struct ks_pool_block *new_block(size_t size) {
    struct ks_pool_block *block;
    return size > SIZE_MAX - sizeof *block ? NULL : malloc(sizeof *block + size);
}

/* A large piece gets a block of its own, linked behind the one being filled. */
static void *alloc_large(ks_pool *pool, size_t size) {
    struct ks_pool_block *block = new_block(size);
    if (!block) return NULL;
    pool->bytes += size;
    block->next = pool->block->next;
    pool->block->next = block;
    return block->data;
}

void *ks_pool_alloc(ks_pool *pool, size_t size) {
    void *piece;
    if (size > SIZE_MAX - ALIGN) return NULL;
    size = (size + ALIGN - 1) / ALIGN * ALIGN;
    if (!pool->block || pool->size - pool->used < size) {
        size_t wanted = !pool->block ? FIRST : pool->size < LARGEST ? pool->size * 2 : LARGEST;
        struct ks_pool_block *block;
        if (pool->block && size > wanted / 4) return alloc_large(pool, size);
        if (wanted < size) wanted = size;
        if (!(block = new_block(wanted))) return NULL;
        block->next = pool->block;
        pool->block = block;
        pool->used = 0;
        pool->size = wanted;
    }
    piece = (char *)pool->block->data + pool->used;
    pool->used += size;
    pool->bytes += size;
    return piece;
}

void ks_pool_free(ks_pool *pool) {
    struct ks_pool_block *block = pool->block;
    while (block) {
        struct ks_pool_block *next = block->next;
        free(block);
        block = next;
    }
    *pool = (ks_pool){0};
}
