/* A hash map from byte strings to 32-bit values; keys are copied. May use base. */
#ifndef KS_BASE_MAP_H
#define KS_BASE_MAP_H

#include "base/memory.h"

typedef struct ks_map_slot {
    const char *key; /* NULL: free */
    uint32_t size;
    uint32_t value;
    uint64_t hash;
} ks_map_slot;

/* Zero-initialise before use. Keys may hold any byte, at most 4 GiB each. */
typedef struct ks_map {
    ks_map_slot *slots;
    size_t capacity, used; /* capacity is 0 or a power of two */
    ks_arena keys;
} ks_map;

/* A pointer to the key's value, or NULL. It may be written through, and is valid until the next insertion. */
uint32_t *ks_map_find(const ks_map *map, const char *key, size_t size);

/* Finds the key, or adds it with `value`. *out points to its value, and *added tells whether the key is new;
 * both may be NULL. */
ks_status ks_map_insert(ks_map *map, const char *key, size_t size, uint32_t value, uint32_t **out,
                        bool *added, ks_error *err);

/* Iterates: the first used slot from index *at on, or NULL; moves *at behind it. Start with *at = 0. */
const ks_map_slot *ks_map_next(const ks_map *map, size_t *at);

/* Removes all keys, keeps the memory. */
void ks_map_clear(ks_map *map);

void ks_map_free(ks_map *map);

#endif
