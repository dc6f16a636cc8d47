/* Memory: growing arrays and an arena. May use base only. */
#ifndef KS_BASE_MEMORY_H
#define KS_BASE_MEMORY_H

#include "base/error.h"

#include <stdbool.h>

/* Makes room for `need` elements of `size` bytes in *array (realloc), at least doubling *capacity.
 * On failure *array and *capacity are as they were. */
ks_status ks_array_reserve(void *array, size_t *capacity, size_t need, size_t size, ks_error *err);

/* A bump allocator: many small pieces, freed all at once. Zero-initialise before use. Not shared between
 * threads. */
typedef struct ks_arena {
    struct ks_arena_block *block; /* newest first */
    size_t used, size;            /* of the newest block */
    size_t before;                /* bytes of the other blocks */
    size_t wanted;                /* least size of a block; 0: the default. May be set at first */
} ks_arena;

/* `size` bytes aligned for any type, uninitialised; NULL when out of memory. */
void *ks_arena_alloc(ks_arena *arena, size_t size);

/* A copy of text[0..size) with a NUL behind it; NULL when out of memory. */
char *ks_arena_copy(ks_arena *arena, const char *text, size_t size);

/* Forgets all pieces, for reuse in a loop. Where there were several blocks, the next one will be as large as
 * all of them, so that a loop soon needs no new memory. */
void ks_arena_reset(ks_arena *arena);

void ks_arena_free(ks_arena *arena);

#endif
