/* Open addressing with linear probing, at most three quarters full; see map.h. */
#include "base/map.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

static ks_map_slot *probe(const ks_map *map, const char *key, size_t size, uint64_t hash) {
    size_t at = (size_t)hash & (map->capacity - 1);
    for (;; at = (at + 1) & (map->capacity - 1)) {
        ks_map_slot *slot = &map->slots[at];
        if (!slot->key) return slot;
        if (slot->hash == hash && slot->size == size && memcmp(slot->key, key, size) == 0) return slot;
    }
}

uint32_t *ks_map_find(const ks_map *map, const char *key, size_t size) {
    ks_map_slot *slot;
    if (!map->used) return NULL;
    slot = probe(map, key, size, ks_hash64(key, size, 0));
    return slot->key ? &slot->value : NULL;
}

static ks_status grow(ks_map *map, ks_error *err) {
    ks_map bigger = {.capacity = map->capacity ? map->capacity * 2 : 64};
    bigger.slots = calloc(bigger.capacity, sizeof *bigger.slots);
    if (!bigger.slots) return ks_error_nomem(err);
    for (size_t i = 0; i < map->capacity; i++) {
        const ks_map_slot *slot = &map->slots[i];
        if (slot->key) *probe(&bigger, slot->key, slot->size, slot->hash) = *slot;
    }
    free(map->slots);
    map->slots = bigger.slots;
    map->capacity = bigger.capacity;
    return KS_OK;
}

ks_status ks_map_insert(ks_map *map, const char *key, size_t size, uint32_t value, uint32_t **out,
                        bool *added, ks_error *err) {
    uint64_t hash;
    ks_map_slot *slot;
    ks_status status;
    if (size > UINT32_MAX) return ks_error_set(err, KS_ERR_TOO_LARGE, "a key of %zu bytes", size);
    hash = ks_hash64(key, size, 0);
    if (map->used >= map->capacity / 4 * 3 && (status = grow(map, err))) return status;
    slot = probe(map, key, size, hash);
    if (added) *added = !slot->key;
    if (!slot->key) {
        const char *copy = ks_arena_copy(&map->keys, key, size);
        if (!copy) return ks_error_nomem(err);
        *slot = (ks_map_slot){.key = copy, .size = (uint32_t)size, .value = value, .hash = hash};
        map->used++;
    }
    if (out) *out = &slot->value;
    return KS_OK;
}

const ks_map_slot *ks_map_next(const ks_map *map, size_t *at) {
    while (*at < map->capacity) {
        const ks_map_slot *slot = &map->slots[(*at)++];
        if (slot->key) return slot;
    }
    return NULL;
}

void ks_map_clear(ks_map *map) {
    if (map->slots) memset(map->slots, 0, map->capacity * sizeof *map->slots);
    map->used = 0;
    ks_arena_reset(&map->keys);
}

void ks_map_free(ks_map *map) {
    free(map->slots);
    ks_arena_free(&map->keys);
    *map = (ks_map){0};
}
