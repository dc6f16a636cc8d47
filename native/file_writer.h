/* Writing an immutable file: sections one after the other, then a checksum for each chunk of bytes, a
 * checksum for each group of these checksums, and a table of the sections. May use base. The format in prose:
 * docs/index-format.md.
 *
 * Layout, all integers little-endian:
 *   "KSFILE2\n"                        8 bytes
 *   the sections, each starting at a multiple of 64
 *   the checksums: u64 XXH3-64 of each KS_CHUNK bytes so far (the last chunk may be shorter)
 *   the groups: u64 XXH3-64 of each KS_CHUNK_GROUP checksums (the last group may be smaller)
 *   the table: for each section u32 number, u32 0, u64 offset, u64 size
 *   the tail: u32 sections, u32 chunks, u64 offset of the checksums, u64 checksum of the groups, the table
 *     and the tail so far, "KSFILE2\n"
 */
#ifndef KS_NATIVE_FILE_WRITER_H
#define KS_NATIVE_FILE_WRITER_H

#include "base/buffer.h"

#define KS_FILE_MAGIC "KSFILE2\n"
enum { KS_FILE_MAGIC_SIZE = 8, KS_SECTIONS = 32, KS_SECTION_ALIGN = 64 };

/* A process that answers one query reads little here and there. Of each chunk it reads from it verifies all,
 * and of each group of checksums: both are small. */
enum { KS_CHUNK = 1 << 13, KS_CHUNK_GROUP = 128 };

/* Bytes that are written at a time, as many as a huge page has: what comes to a file system in pieces of that
 * size it may keep in memory in pieces of that size, which takes readers a small part of the time to map. */
enum { KS_PIECE = 1 << 21 };

typedef struct ks_file_writer ks_file_writer;

/* Creates FOLDER/NAME, which must not exist. */
ks_status ks_file_writer_open(ks_file_writer **out, const char *folder, const char *name, ks_error *err);

/* Ends the current section and begins this one. Each number below KS_SECTIONS may be used once. */
ks_status ks_file_writer_section(ks_file_writer *writer, unsigned section, ks_error *err);

/* Appends to the current section. */
ks_status ks_file_writer_add(ks_file_writer *writer, const void *bytes, size_t size, ks_error *err);

/* The size of the current section so far, which is the offset of the next byte. */
uint64_t ks_file_writer_offset(const ks_file_writer *writer);

/* Writes what follows the sections, fsyncs and closes the file; *bytes (may be NULL) gets its size. The
 * writer can then only be freed. */
ks_status ks_file_writer_finish(ks_file_writer *writer, uint64_t *bytes, ks_error *err);

/* Removes the file, unless it was finished. */
void ks_file_writer_free(ks_file_writer *writer);

#endif
