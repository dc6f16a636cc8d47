/* Growing arrays and the arena; see memory.h. */
#include "base/memory.h"

#include "base/pages.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

/* With its header, a first block is within the sizes (up to 1,032 bytes) that glibc's malloc keeps ready for
 * each thread, so it is cheap to get and to free. Most queries need a few arenas. */
enum { FIRST_BLOCK = 1008, LARGEST_BLOCK = 1 << 20 };

/* From this size on a block is a huge page. Getting one costs as much as getting 55 small pages. */
enum { HUGE_BLOCK = 1 << 18 };

struct ks_arena_block {
    struct ks_arena_block *next;
    max_align_t data[];
};

ks_status ks_array_reserve(void *array, size_t *capacity, size_t need, size_t size, ks_error *err) {
    void *old, *grown;
    size_t wanted = *capacity < 8 ? 8 : *capacity;
    if (need <= *capacity) return KS_OK;
    while (wanted < need) {
        if (wanted > SIZE_MAX / 2) return ks_error_nomem(err);
        wanted *= 2;
    }
    if (wanted > SIZE_MAX / size) return ks_error_nomem(err);
    memcpy(&old, array, sizeof old); /* *array may be a T * for any T: memcpy respects aliasing */
    grown = realloc(old, wanted * size);
    if (!grown) return ks_error_nomem(err);
    memcpy(array, &grown, sizeof grown);
    *capacity = wanted;
    return KS_OK;
}

/* Blocks double in size, up to LARGEST_BLOCK. */
static bool add_block(ks_arena *arena, size_t least) {
    size_t size = arena->block ? arena->size * 2 : arena->min_block ? arena->min_block : FIRST_BLOCK;
    struct ks_arena_block *block;
    if (size > LARGEST_BLOCK) size = LARGEST_BLOCK;
    if (size < arena->min_block) size = arena->min_block;
    if (size < least) size = least;
    if (size > SIZE_MAX - sizeof *block) return false;
    if (size >= HUGE_BLOCK && size <= KS_HUGE_PAGE - sizeof *block) {
        block = ks_huge_page();
        size = KS_HUGE_PAGE - sizeof *block;
    } else {
        block = malloc(sizeof *block + size);
    }
    if (!block) return false;
    block->next = arena->block;
    arena->block = block;
    arena->older += arena->size;
    arena->used = 0;
    arena->size = size;
    return true;
}

void *ks_arena_alloc(ks_arena *arena, size_t size) {
    size_t align = alignof(max_align_t);
    void *piece;
    if (size > SIZE_MAX - align) return NULL;
    size = (size + align - 1) / align * align;
    if ((!arena->block || arena->size - arena->used < size) && !add_block(arena, size)) return NULL;
    piece = (char *)arena->block->data + arena->used;
    arena->used += size;
    return piece;
}

char *ks_arena_copy(ks_arena *arena, const char *text, size_t size) {
    char *copy = size < SIZE_MAX ? ks_arena_alloc(arena, size + 1) : NULL;
    if (!copy) return NULL;
    if (size) memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

static void free_blocks(struct ks_arena_block *block) {
    while (block) {
        struct ks_arena_block *next = block->next;
        free(block);
        block = next;
    }
}

void ks_arena_reset(ks_arena *arena) {
    size_t total = arena->older + arena->size;
    arena->used = 0;
    if (!arena->block || !arena->block->next) return;
    free_blocks(arena->block->next); /* the newest stays: it is the largest, or nearly */
    arena->block->next = NULL;
    arena->older = 0;
    arena->min_block = total; /* a further block will have room for everything */
}

void ks_arena_free(ks_arena *arena) {
    free_blocks(arena->block);
    *arena = (ks_arena){0};
}
