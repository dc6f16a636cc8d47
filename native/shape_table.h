/* The shapes of a long list while it is written: which of them the list numbers. May use base and native's
 * files. Private to list writing. */
#ifndef KS_NATIVE_SHAPE_TABLE_H
#define KS_NATIVE_SHAPE_TABLE_H

#include "native/postings.h"

enum { KS_SHAPE_COUNT_BITS = 11 }; /* of a count in a key */

enum { KS_SHAPE_SLOTS = 1024, KS_SHAPES_SEEN = 512, KS_SHAPE_UNSEEN = UINT16_MAX };

struct ks_shape_seen {
    uint64_t key;           /* of the shape, see ks_shape_key; 0: a free slot */
    uint32_t count, number; /* the number: once settled; table->count where it has none */
};

typedef struct ks_shape_table {
    struct ks_shape_seen slots[KS_SHAPE_SLOTS]; /* by hash */
    size_t seen;
    size_t count; /* of shapes that have a number */
    uint64_t keys[KS_SHAPES];
} ks_shape_table;

/* Different for different shapes; 0 for a shape that never gets a number, because it has a count that is too
 * large. */
uint64_t ks_shape_key(const ks_shape *shape);
ks_shape ks_shape_of_key(uint64_t key);

/* That of a posting of one slot. */
static inline uint64_t ks_shape_key_single(ks_field field) {
    return UINT64_C(1) << KS_SHAPE_COUNT_BITS * field;
}

void ks_shape_table_clear(ks_shape_table *table);
/* Counts the shape; its slot in the table, or KS_SHAPE_UNSEEN where it gets none. */
uint16_t ks_shape_table_add(ks_shape_table *table, uint64_t key);
/* Numbers the shapes that were added, the most frequent first, at most KS_SHAPES of them. */
void ks_shape_table_settle(ks_shape_table *table);

#endif
