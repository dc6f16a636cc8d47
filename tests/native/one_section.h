/* A file of one section with the bytes given, all checksums right. */
#ifndef KS_TESTS_NATIVE_ONE_SECTION_H
#define KS_TESTS_NATIVE_ONE_SECTION_H

#include "native/mapped.h"
#include "tests/support/tempdir.h"

#include <unistd.h>

enum { ONE_SECTION = 7 };

static inline ks_mapped *open_one_section(const char *folder, const void *bytes, size_t size) {
    char path[KS_TEST_PATH];
    ks_file_writer *writer = NULL;
    ks_mapped *file = NULL;
    unlink(ks_test_path(path, folder, "one"));
    assert_int_equal(ks_file_writer_open(&writer, folder, "one", NULL), KS_OK);
    assert_int_equal(ks_file_writer_section(writer, ONE_SECTION, NULL), KS_OK);
    assert_int_equal(ks_file_writer_add(writer, bytes, size, NULL), KS_OK);
    assert_int_equal(ks_file_writer_finish(writer, NULL, NULL), KS_OK);
    ks_file_writer_free(writer);
    assert_int_equal(ks_mapped_open(&file, folder, "one", NULL), KS_OK);
    return file;
}

#endif
