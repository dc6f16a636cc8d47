/* Counting and numbering shapes; see shape_table.h. */
#include "native/shape_table.h"

#include <stdlib.h>
#include <string.h>

enum { COUNT_BITS = KS_SHAPE_COUNT_BITS, FIELDS_BITS = COUNT_BITS * KS_TEXT_FIELDS, LARGEST_EXACT = 255 };

/* A field's count is at bit COUNT_BITS * field. Above all fields is the frequency of an exact value. */
uint64_t ks_shape_key(const ks_shape *shape) {
    uint64_t key = 0;
    if (!shape->mask) return shape->tf > LARGEST_EXACT ? 0 : (uint64_t)shape->tf << FIELDS_BITS;
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++) {
        if (shape->counts[field] >> COUNT_BITS) return 0;
        key |= (uint64_t)shape->counts[field] << COUNT_BITS * field;
    }
    return key;
}

ks_shape ks_shape_of_key(uint64_t key) {
    ks_shape shape = {.tf = (uint32_t)(key >> FIELDS_BITS)};
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++) {
        shape.counts[field] = (uint32_t)(key >> COUNT_BITS * field) & ((1u << COUNT_BITS) - 1);
        shape.tf += shape.counts[field] * ks_field_weight((ks_field)field);
        if (shape.counts[field]) shape.mask |= (uint8_t)(1u << field);
    }
    return shape;
}

void ks_shape_table_clear(ks_shape_table *table) {
    memset(table, 0, sizeof *table);
}

/* The key's slot, or the free slot where it belongs: multiplicative hashing (Knuth), linear probing. Half of
 * the slots stay free. */
static size_t find_slot(const ks_shape_table *table, uint64_t key) {
    size_t at = (size_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 54);
    while (table->slots[at].key && table->slots[at].key != key) at = (at + 1) % KS_SHAPE_SLOTS;
    return at;
}

uint16_t ks_shape_table_add(ks_shape_table *table, uint64_t key) {
    size_t slot = key ? find_slot(table, key) : 0;
    struct ks_shape_seen *seen = &table->slots[slot];
    if (key == 0) return KS_SHAPE_UNSEEN;
    if (!seen->key) {
        if (table->seen == KS_SHAPES_SEEN) return KS_SHAPE_UNSEEN;
        table->seen++;
        seen->key = key;
    }
    seen->count++;
    return (uint16_t)slot;
}

static int compare_seen(const void *left, const void *right) {
    const struct ks_shape_seen *const *a = left, *const *b = right;
    if ((*a)->count != (*b)->count) return (*a)->count > (*b)->count ? -1 : 1;
    return ((*a)->key > (*b)->key) - ((*a)->key < (*b)->key);
}

void ks_shape_table_settle(ks_shape_table *table) {
    struct ks_shape_seen *seen[KS_SHAPES_SEEN];
    size_t count = 0;
    for (size_t i = 0; i < KS_SHAPE_SLOTS; i++)
        if (table->slots[i].key) seen[count++] = &table->slots[i];
    if (count) qsort(seen, count, sizeof *seen, compare_seen);
    table->count = count < KS_SHAPES ? count : KS_SHAPES;
    for (size_t i = 0; i < count; i++) {
        seen[i]->number = (uint32_t)(i < table->count ? i : table->count);
        if (i < table->count) table->keys[i] = seen[i]->key;
    }
}
