/* The outside of the native engine's files: where their sections are, and making their checksums right again
 * after bytes were changed, so that what stands behind the checksums is tested too. The layout is that at the
 * heads of native/file_writer.h and native/manifest_file.c, read a second time. */
#ifndef KS_TESTS_SUPPORT_SECTIONS_H
#define KS_TESTS_SUPPORT_SECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A stretch of a file. */
typedef struct ks_test_section {
    size_t offset, size;
} ks_test_section;

enum { KS_TEST_SECTIONS = 40 };

/* The sections, then the checksums, the table and the tail; a file that is none of file_writer.h's is one
 * section. Returns how many. */
size_t ks_test_sections(ks_test_section out[KS_TEST_SECTIONS], const unsigned char *bytes, size_t size);

/* Makes the checksums of the file right, as far as its sizes allow. False where nothing was to be done. */
bool ks_test_repair(unsigned char *bytes, size_t size);

#endif
