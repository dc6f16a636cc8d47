/* The hash table of ids; see id_table.h. */
#include "native/id_table.h"

/* The table is three quarters full: looking up an id that is not there visits some 8 slots, mostly in one
 * cache line. */
ks_id_table ks_id_table_of(uint32_t documents) {
    ks_id_table table = {.count = (uint64_t)documents + documents / 3 + 1};
    while (table.number_mask < documents) table.number_mask = table.number_mask << 1 | 1;
    return table;
}

/* The slot where probing begins. 31 bits times the count's 33 do not overflow. */
static uint64_t home(const ks_id_table *table, uint64_t hash) {
    return (hash >> 33) * table->count >> 31;
}

void ks_id_table_add(const ks_id_table *table, uint8_t *slots, uint64_t hash, uint32_t doc) {
    uint64_t at = home(table, hash);
    while (ks_get_u32(slots + at * 4) != 0)
        if (++at == table->count) at = 0;
    ks_put_u32(slots + at * 4, ((uint32_t)hash & ~table->number_mask) | (doc + 1));
}

ks_id_probe ks_id_probe_start(const ks_id_table *table, uint64_t hash) {
    return (ks_id_probe){home(table, hash), table->count, (uint32_t)hash & ~table->number_mask};
}

bool ks_id_probe_next(const ks_id_table *table, ks_id_probe *probe, uint32_t *doc) {
    for (; probe->left > 0; probe->left--) {
        uint32_t slot = ks_get_u32(table->slots + probe->at * 4);
        if (slot == 0) return false;
        if (++probe->at == table->count) probe->at = 0;
        if ((slot & ~table->number_mask) != probe->tag) continue;
        probe->left--;
        *doc = (slot & table->number_mask) - 1;
        return true;
    }
    return false;
}
