/* Reading a file that file_writer.h wrote: mapped into memory, every byte checked against its chunk's
 * checksum before it is first handed out. May use base and native/file_writer.h. One thread at a time. */
#ifndef KS_NATIVE_MAPPED_H
#define KS_NATIVE_MAPPED_H

#include "native/file_writer.h"

typedef struct ks_mapped ks_mapped;

/* KS_ERR_CORRUPT when it is not whole (the message names the file and the place), KS_ERR_NOT_FOUND,
 * KS_ERR_IO. */
ks_status ks_mapped_open(ks_mapped **out, const char *folder, const char *name, ks_error *err);
void ks_mapped_close(ks_mapped *mapped);

/* Size of a section; 0 where there is none. */
uint64_t ks_mapped_size(const ks_mapped *mapped, unsigned section);

/* Size of the file. */
uint64_t ks_mapped_bytes(const ks_mapped *mapped);

/* *out points to bytes offset..offset + size of the section, valid until the file is closed. KS_ERR_CORRUPT
 * when they do not lie inside it or when their checksum is wrong. */
ks_status ks_mapped_span(ks_mapped *mapped, unsigned section, uint64_t offset, uint64_t size,
                         const uint8_t **out, ks_error *err);

/* ---- For readers that verify a little at a time and cannot stop at an error ---- */

/* Like ks_mapped_span, but nothing is verified: the bytes may be read where ks_mapped_touch has verified
 * them, or *ks_mapped_whole is true. */
ks_status ks_mapped_span_unverified(const ks_mapped *mapped, unsigned section, uint64_t offset, uint64_t size,
                                    const uint8_t **out, ks_error *err);

/* Whether all of the section (less than KS_SECTIONS) is verified, valid until the file is closed. */
const bool *ks_mapped_whole(const ks_mapped *mapped, unsigned section);

/* Verifies these bytes of the section. False where they are damaged: they must not be read then, and
 * ks_mapped_fault tells the error from now on. False as well once it has told of another. Many calls for one
 * section verify all of it. */
bool ks_mapped_touch(ks_mapped *mapped, unsigned section, uint64_t offset, uint64_t size);

/* The first error that was met so; KS_OK: none. */
ks_status ks_mapped_fault(const ks_mapped *mapped, ks_error *err);

/* Makes ks_mapped_fault tell this error, if it has none before. */
void ks_mapped_set_fault(ks_mapped *mapped, const ks_error *fault);

/* ---- The whole file ---- */

/* Verifies every checksum of the file, and that nothing but zeros stands outside of the sections. */
ks_status ks_mapped_verify(ks_mapped *mapped, ks_error *err);

/* Names for errors to call the sections 0 to count - 1 by; the array outlives the file. Without: numbers. */
void ks_mapped_name_sections(ks_mapped *mapped, const char *const *names, unsigned count);

const char *ks_mapped_name(const ks_mapped *mapped);

/* KS_ERR_CORRUPT naming file, section and offset; for structures whose content makes no sense. */
ks_status ks_mapped_corrupt(const ks_mapped *mapped, unsigned section, uint64_t offset, const char *what,
                            ks_error *err);

#endif
