/* Words near each other: whether a document has them within some positions in a row. May use base. */
#ifndef KS_ENGINE_NEAR_H
#define KS_ENGINE_NEAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* NEAR with more terms, or over more positions, is refused. */
enum { KS_NEAR_TERMS = 2048, KS_NEAR_WINDOW = 4096 };

/* A term's positions in one field of a document, ascending, which are walked once. */
typedef struct ks_near_positions {
    uint32_t *items;
    size_t count, capacity;
    size_t at; /* the next item to look at */
} ks_near_positions;

/* Moves to the next position that is not less than `target`. False where there is none. */
static inline bool ks_near_move_to(ks_near_positions *positions, uint64_t target) {
    while (positions->at < positions->count && positions->items[positions->at] < target) positions->at++;
    return positions->at < positions->count;
}

/* Whether some window of positions in a row holds each of `count` terms at a position of its own.
 * positions[alike[i]] are those of term i, where alike[i] is the first term that is the same, and their `at`
 * is 0; the call moves it. At most KS_NEAR_TERMS terms and a window of 1 to KS_NEAR_WINDOW. */
bool ks_near_holds(ks_near_positions *positions, const size_t *alike, size_t count, uint32_t window);

#endif
