/* The documents' sources: each distinct list is stored once, and for each document the number of its list.
 * May use base and native's files.
 *
 * The section, all integers little-endian: u32 lists, u32 numbers in all lists; lists + 1 times u32, the
 * index of each list's first number, and the end of the last list; the numbers, u32 each; a column (column.h)
 * with the list of each document. */
#ifndef KS_NATIVE_SOURCE_LISTS_H
#define KS_NATIVE_SOURCE_LISTS_H

#include "base/map.h"
#include "native/column.h"

/* An open section; points into the mapped file. */
typedef struct ks_source_lists {
    ks_mapped *file;
    unsigned section;
    const uint8_t *offsets, *numbers;
    uint32_t lists, number_count;
    ks_column list_of; /* by document */
} ks_source_lists;

ks_status ks_source_lists_open(ks_source_lists *out, ks_mapped *file, unsigned section, uint32_t documents,
                               ks_error *err);

/* The number of a document's list. Documents with the same number have the same sources. */
ks_status ks_source_lists_number(const ks_source_lists *lists, uint32_t doc, uint32_t *out, ks_error *err);

/* A document's sources in a new array; free() it. */
ks_status ks_source_lists_get(const ks_source_lists *lists, uint32_t doc, uint32_t **out, size_t *count,
                              ks_error *err);

/* Zero-initialise before use. */
typedef struct ks_source_lists_writer {
    ks_map numbers; /* from a list's bytes to its number */
    ks_buffer offsets, sources, list_of;
} ks_source_lists_writer;

/* Adds the sources of the next document. */
ks_status ks_source_lists_add(ks_source_lists_writer *writer, const uint32_t *sources, size_t count,
                              ks_error *err);

/* Appends the section's bytes. */
void ks_source_lists_put(ks_buffer *out, const ks_source_lists_writer *writer);

void ks_source_lists_free(ks_source_lists_writer *writer);

#endif
