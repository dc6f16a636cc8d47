/* The stored records of a segment: packed in blocks of many by libdeflate, each a plain deflate stream. May
 * use base, libdeflate and native's files. Layout: store_layout.h. */
#ifndef KS_NATIVE_STORE_H
#define KS_NATIVE_STORE_H

#include "native/mapped.h"

/* A block holds records of about so many bytes; one larger record is a block of its own. */
enum { KS_STORE_BLOCK = 1 << 14 };

/* A block as it stands in a file: `packed` points into the mapping. */
typedef struct ks_store_block {
    const uint8_t *packed;
    size_t size;          /* in bytes, packed */
    uint32_t first, next; /* its first record, and the first one behind it */
    uint32_t unpacked;    /* bytes */
} ks_store_block;

typedef struct ks_store_writer ks_store_writer;

/* The file writer stands in the data section until _finish, which begins the index section. */
ks_status ks_store_writer_new(ks_store_writer **out, ks_file_writer *file, unsigned index_section,
                              ks_error *err);
/* Records come in document order and are numbered from 0. */
ks_status ks_store_writer_add(ks_store_writer *writer, const void *record, size_t size, ks_error *err);
/* Copies a block of another store, whose records are then the next ones, without unpacking it; *copied is
 * false, and nothing is done, where that would leave many small blocks: where this one is small, or the
 * records that wait make a small one and the `more` records that will be copied behind it are few. */
ks_status ks_store_writer_copy(ks_store_writer *writer, const ks_store_block *block, uint32_t more,
                               bool *copied, ks_error *err);
ks_status ks_store_writer_finish(ks_store_writer *writer, ks_error *err);
void ks_store_writer_free(ks_store_writer *writer);

typedef struct ks_store ks_store; /* keeps the few blocks used last unpacked; one thread at a time */

ks_status ks_store_open(ks_store **out, ks_mapped *file, unsigned data_section, unsigned index_section,
                        ks_error *err);
void ks_store_close(ks_store *store);
/* Number of records. */
uint32_t ks_store_count(const ks_store *store);
/* Appends record `number`. KS_ERR_CORRUPT for damage; memory is bounded by the sizes the index claims, which
 * are checked against KS_RECORD_LIMIT * 4 first. */
ks_status ks_store_get(ks_store *store, uint32_t number, ks_buffer *out, ks_error *err);

/* The block that has record `number`. Only its place is checked: copying damaged content is finding it later.
 */
ks_status ks_store_find(ks_store *store, uint32_t number, ks_store_block *out, ks_error *err);

#endif
