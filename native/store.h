/* The stored records of a segment: packed by zlib in blocks of many, with a dictionary taken from the first
 * records. May use base, zlib and native's files. Layout: store_layout.h. */
#ifndef KS_NATIVE_STORE_H
#define KS_NATIVE_STORE_H

#include "native/mapped.h"

/* A block holds records of about so many bytes; one larger record is a block of its own. */
enum { KS_STORE_BLOCK = 1 << 15 };

typedef struct ks_store_writer ks_store_writer;

/* The file writer stands in the data section until _finish, which begins the index section. `sample` (may be
 * empty) is what a zlib dictionary of at most 32 KiB is taken from: some records, the most typical last. */
ks_status ks_store_writer_new(ks_store_writer **out, ks_file_writer *file, unsigned index_section,
                              const void *sample, size_t sample_size, ks_error *err);
/* Records come in document order and are numbered from 0. */
ks_status ks_store_writer_add(ks_store_writer *writer, const void *record, size_t size, ks_error *err);
ks_status ks_store_writer_finish(ks_store_writer *writer, ks_error *err);
void ks_store_writer_free(ks_store_writer *writer);

typedef struct ks_store ks_store; /* keeps the block unpacked last */

ks_status ks_store_open(ks_store **out, ks_mapped *file, unsigned data_section, unsigned index_section,
                        ks_error *err);
void ks_store_close(ks_store *store);
/* Number of records. */
uint32_t ks_store_count(const ks_store *store);
/* Appends record `number`. KS_ERR_CORRUPT for damage; memory is bounded by the sizes the index claims, which
 * are checked against KS_RECORD_LIMIT * 4 first. */
ks_status ks_store_get(ks_store *store, uint32_t number, ks_buffer *out, ks_error *err);

#endif
