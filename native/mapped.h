/* Reading a file that file_writer.h wrote. It is mapped into memory, and a chunk is verified against its
 * checksum before any of its bytes is handed out. May use base and native/file_writer.h. One thread at a
 * time. */
#ifndef KS_NATIVE_MAPPED_H
#define KS_NATIVE_MAPPED_H

#include "native/file_writer.h"

typedef struct ks_mapped ks_mapped;

/* KS_ERR_CORRUPT, with file and offset in the message, if the file is cut off or its table is damaged;
 * KS_ERR_NOT_FOUND, KS_ERR_IO. */
ks_status ks_mapped_open(ks_mapped **out, const char *folder, const char *name, ks_error *err);
void ks_mapped_close(ks_mapped *mapped);

/* The size of a section; 0 if there is none. */
uint64_t ks_mapped_size(const ks_mapped *mapped, unsigned section);

/* The size of the file. */
uint64_t ks_mapped_file_size(const ks_mapped *mapped);

/* Points *out to `size` bytes at `offset` in the section, valid until the file is closed. KS_ERR_CORRUPT if
 * they are not all inside the section, or a checksum is wrong. */
ks_status ks_mapped_span(ks_mapped *mapped, unsigned section, uint64_t offset, uint64_t size,
                         const uint8_t **out, ks_error *err);

/* ---- For inner loops, which verify a few bytes at a time and cannot stop at an error ---- */

/* Like ks_mapped_span, but verifies nothing: the bytes must not be read before ks_mapped_touch has verified
 * them or *ks_mapped_all_verified is true. */
ks_status ks_mapped_span_unverified(const ks_mapped *mapped, unsigned section, uint64_t offset, uint64_t size,
                                    const uint8_t **out, ks_error *err);

/* Whether all of the section (less than KS_SECTIONS) is verified; valid until the file is closed. */
const bool *ks_mapped_all_verified(const ks_mapped *mapped, unsigned section);

/* Verifies these bytes of the section. Returns false if they are damaged: they must not be read then, and
 * ks_mapped_fault has the error. Returns false, too, once it has any error. After many calls for one section
 * all of it is verified. */
bool ks_mapped_touch(ks_mapped *mapped, unsigned section, uint64_t offset, uint64_t size);

/* The first error that ks_mapped_touch has met, or KS_OK. */
ks_status ks_mapped_fault(const ks_mapped *mapped, ks_error *err);

/* Makes ks_mapped_fault report this error, unless it has one already. */
void ks_mapped_set_fault(ks_mapped *mapped, const ks_error *fault);

/* ---- The whole file ---- */

/* Verifies every checksum of the file, and that there are only padding zeros between the sections. */
ks_status ks_mapped_verify(ks_mapped *mapped, ks_error *err);

/* Sets names for sections 0 to count - 1 in errors, instead of numbers. The array must outlive the file. */
void ks_mapped_name_sections(ks_mapped *mapped, const char *const *names, unsigned count);

const char *ks_mapped_name(const ks_mapped *mapped);

/* Sets KS_ERR_CORRUPT with file, section and offset, for content that makes no sense although its checksum is
 * right. */
ks_status ks_mapped_corrupt(const ks_mapped *mapped, unsigned section, uint64_t offset, const char *what,
                            ks_error *err);

#endif
