/* The table of an index's sources; see source_list.h. It is stored as one metadata value: the names in the
 * order of their numbers, each followed by a NUL. */
#include "indexer/source_list.h"

#include <stdlib.h>
#include <string.h>

static const char *const META_KEY = "sources";

static ks_status append(ks_source_table *table, const char *name, ks_error *err) {
    ks_status status =
        ks_array_reserve(&table->names, &table->capacity, table->count + 1, sizeof *table->names, err);
    if (!status)
        status = ks_map_insert(&table->numbers, name, strlen(name), (uint32_t)table->count, NULL, NULL, err);
    if (status) return status;
    if (!(table->names[table->count] = ks_arena_copy(&table->arena, name, strlen(name))))
        return ks_error_nomem(err);
    table->count++;
    return KS_OK;
}

ks_status ks_source_table_load(ks_source_table *table, ks_writer *writer, ks_error *err) {
    ks_buffer value = {0};
    ks_status status = writer->ops->get_meta(writer, META_KEY, &value, err);
    for (size_t at = 0; at < value.size && !status; at += strlen(value.data + at) + 1)
        status = append(table, value.data + at, err);
    ks_buffer_free(&value);
    return status;
}

ks_status ks_source_table_save(const ks_source_table *table, ks_writer *writer, ks_error *err) {
    ks_buffer value = {0};
    ks_status status;
    if (!table->changed) return KS_OK;
    for (size_t i = 0; i < table->count; i++)
        ks_buffer_add(&value, table->names[i], strlen(table->names[i]) + 1);
    status = ks_buffer_check(&value, err);
    if (!status && value.size > UINT32_MAX) status = ks_error_set(err, KS_ERR_TOO_LARGE, "too many sources");
    if (!status)
        status = writer->ops->set_meta(writer, META_KEY, (ks_term){value.data, (uint32_t)value.size}, err);
    ks_buffer_free(&value);
    return status;
}

ks_status ks_source_table_number(ks_source_table *table, uint32_t *out, const char *name, ks_error *err) {
    const uint32_t *known = ks_map_find(&table->numbers, name, strlen(name));
    ks_status status;
    if (known) {
        *out = *known;
        return KS_OK;
    }
    if ((status = append(table, name, err))) return status;
    table->changed = true;
    *out = (uint32_t)(table->count - 1);
    return KS_OK;
}

void ks_source_table_free(ks_source_table *table) {
    ks_arena_free(&table->arena);
    free(table->names);
    ks_map_free(&table->numbers);
    *table = (ks_source_table){0};
}
