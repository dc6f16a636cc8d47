/* Writing an immutable file: sections one after the other, a checksum for each chunk of bytes, a table at the
 * end. May use base. The format in prose: docs/index-format.md.
 *
 * Layout, all integers little-endian:
 *   "KSFILE1\n"                        8 bytes
 *   the sections' bytes, each section starting at a multiple of 64
 *   a checksum for every KS_CHUNK bytes before this point (the last chunk may be shorter): u64 each, XXH3-64
 *   the table: for each section its number u32, 0 u32, offset u64, size u64
 *   the tail: sections u32, chunks u32, offset of the checksums u64,
 *     checksum over checksums, table and the tail before this field u64,
 *     "KSFILE1\n"
 */
#ifndef KS_NATIVE_FILE_WRITER_H
#define KS_NATIVE_FILE_WRITER_H

#include "base/buffer.h"

#define KS_FILE_MAGIC "KSFILE1\n"
enum { KS_FILE_MAGIC_SIZE = 8, KS_CHUNK = 1 << 16, KS_SECTIONS = 32, KS_SECTION_ALIGN = 64 };

typedef struct ks_file_writer ks_file_writer;

/* Creates FOLDER/NAME, which must not exist. */
ks_status ks_file_writer_open(ks_file_writer **out, const char *folder, const char *name, ks_error *err);

/* Ends the section before and begins this one; a number may be used once, 0 <= section < KS_SECTIONS. */
ks_status ks_file_writer_section(ks_file_writer *writer, unsigned section, ks_error *err);

/* Appends to the present section. */
ks_status ks_file_writer_add(ks_file_writer *writer, const void *bytes, size_t size, ks_error *err);

/* Bytes in the present section so far: the offset at which the next byte will stand. */
uint64_t ks_file_writer_offset(const ks_file_writer *writer);

/* Writes table and tail, flushes, fsyncs and closes the file; *bytes (may be NULL) gets its size. The writer
 * can then only be freed. */
ks_status ks_file_writer_finish(ks_file_writer *writer, uint64_t *bytes, ks_error *err);

/* Without a finish before: removes the file. */
void ks_file_writer_free(ks_file_writer *writer);

#endif
