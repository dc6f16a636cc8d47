/* The stored records of a segment, compressed by libdeflate in blocks of many, each a plain deflate stream.
 * May use base, libdeflate and native's files. Layout: store_layout.h. */
#ifndef KS_NATIVE_STORE_H
#define KS_NATIVE_STORE_H

#include "native/mapped.h"

/* A block holds records of about this many bytes in all; a larger record has a block of its own. */
enum { KS_STORE_BLOCK = 1 << 13 };

/* A block as it stands in a file: `packed` points into the mapping. */
typedef struct ks_store_block {
    const uint8_t *packed;
    size_t size;          /* in bytes, packed */
    uint32_t first, next; /* its first record, and the first record of the next block */
    uint32_t unpacked;    /* bytes */
} ks_store_block;

typedef struct ks_store_writer ks_store_writer;

/* The file's current section must be the data section until _finish, which begins the index section. */
ks_status ks_store_writer_new(ks_store_writer **out, ks_file_writer *file, unsigned index_section,
                              ks_error *err);
/* Records come in document order and are numbered from 0. */
ks_status ks_store_writer_add(ks_store_writer *writer, const void *record, size_t size, ks_error *err);
/* Copies a block of another store without unpacking it; its records are the next ones. To avoid many small
 * blocks nothing is done, and *copied is false, if this block is small, or if it would cut short a small
 * block of waiting records while only a few more records (`more`) follow that could be copied. */
ks_status ks_store_writer_copy(ks_store_writer *writer, const ks_store_block *block, uint32_t more,
                               bool *copied, ks_error *err);
ks_status ks_store_writer_finish(ks_store_writer *writer, ks_error *err);
void ks_store_writer_free(ks_store_writer *writer);

typedef struct ks_store ks_store; /* keeps the few blocks used last unpacked; one thread at a time */

ks_status ks_store_open(ks_store **out, ks_mapped *file, unsigned data_section, unsigned index_section,
                        ks_error *err);
void ks_store_close(ks_store *store);
/* The number of records. */
uint32_t ks_store_count(const ks_store *store);
/* Appends record `number`. KS_ERR_CORRUPT for damage. Memory is bounded: no block may claim to have more than
 * KS_RECORD_LIMIT * 4 bytes. */
ks_status ks_store_get(ks_store *store, uint32_t number, ks_buffer *out, ks_error *err);

/* Finds the block that holds record `number`. Its content is not checked: a copy of damaged bytes is found
 * when it is read. */
ks_status ks_store_find_block(ks_store *store, uint32_t number, ks_store_block *out, ks_error *err);

#endif
