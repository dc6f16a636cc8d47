/* Memory: growing arrays and an arena. May use base. */
#ifndef KS_BASE_MEMORY_H
#define KS_BASE_MEMORY_H

#include "base/error.h"

#include <stdbool.h>

/* Makes room for `need` elements of `size` bytes each. `array` points to the array's pointer, of whatever
 * type, which is reallocated; *capacity at least doubles, so that appending takes constant time on average.
 * On failure both are as they were. */
ks_status ks_array_reserve(void *array, size_t *capacity, size_t need, size_t size, ks_error *err);

/* A bump allocator: many small pieces, freed all at once. Zero-initialise before use. Not shared between
 * threads. */
typedef struct ks_arena {
    struct ks_arena_block *block; /* newest first */
    size_t used, size;            /* of the newest block */
    size_t older;                 /* bytes of all older blocks together */
    size_t min_block; /* bytes of a block at least; 0: the default. May be set before the first use */
} ks_arena;

/* `size` bytes aligned for any type, uninitialised; NULL when out of memory. */
void *ks_arena_alloc(ks_arena *arena, size_t size);

/* A copy of text[0..size) with a NUL behind it; NULL when out of memory. */
char *ks_arena_copy(ks_arena *arena, const char *text, size_t size);

/* Frees all pieces at once and keeps a block for reuse. If there were several, the next block to be allocated
 * will be as large as all of them together, so that a loop soon runs without allocating. */
void ks_arena_reset(ks_arena *arena);

void ks_arena_free(ks_arena *arena);

#endif
