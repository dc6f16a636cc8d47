/* Counts the shapes of a long posting list while it is written, to choose those that its blocks can refer to
 * by a number. May use base and native's files. Private to list writing. */
#ifndef KS_NATIVE_SHAPE_TABLE_H
#define KS_NATIVE_SHAPE_TABLE_H

#include "native/postings.h"

enum { KS_SHAPE_COUNT_BITS = 11 }; /* of a field's count in a key */

/* Slots of the hash table; shapes that are counted, later ones are not; what stands for a slot then. */
enum { KS_SHAPE_SLOTS = 1024, KS_SHAPES_SEEN = 512, KS_SHAPE_UNSEEN = UINT16_MAX };

struct ks_shape_seen {
    uint64_t key;    /* of the shape, see ks_shape_key; 0: a free slot */
    uint32_t count;  /* postings with this shape */
    uint32_t number; /* set by ks_shape_table_settle; table->count if the shape got none */
};

typedef struct ks_shape_table {
    struct ks_shape_seen slots[KS_SHAPE_SLOTS]; /* by hash */
    size_t seen;                                /* slots in use */
    size_t count;                               /* of shapes that got a number */
    uint64_t keys[KS_SHAPES];                   /* of these shapes, by number */
} ks_shape_table;

/* A shape packed into 64 bits: different shapes have different keys. 0 for a shape with a count too large to
 * fit, which never gets a number. */
uint64_t ks_shape_key(const ks_shape *shape);
ks_shape ks_shape_of_key(uint64_t key);

/* The key of a posting with a single position. */
static inline uint64_t ks_shape_key_single(ks_field field) {
    return UINT64_C(1) << KS_SHAPE_COUNT_BITS * field;
}

void ks_shape_table_clear(ks_shape_table *table);
/* Counts the shape and returns its slot, or KS_SHAPE_UNSEEN if its key is 0 or the table is full. */
uint16_t ks_shape_table_add(ks_shape_table *table, uint64_t key);
/* Numbers the KS_SHAPES most frequent shapes, starting with the most frequent one. */
void ks_shape_table_settle(ks_shape_table *table);

#endif
