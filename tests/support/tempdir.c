/* The test's own folder; see tempdir.h. */
#include "tests/support/tempdir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void ks_test_folder_make(char path[KS_TEST_PATH]) {
    const char *parent = getenv("TMPDIR");
    ks_test_path(path, parent && *parent ? parent : "/tmp", "ksearch-test-XXXXXX");
    if (!mkdtemp(path)) fail_msg("cannot make %s: %s", path, strerror(errno));
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *place) {
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

void ks_test_folder_remove(const char *path) {
    if (nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS))
        fail_msg("cannot remove %s: %s", path, strerror(errno));
}

int ks_test_folder_setup(void **state) {
    char *path = malloc(KS_TEST_PATH);
    if (!path) return -1;
    ks_test_folder_make(path);
    *state = path;
    return 0;
}

int ks_test_folder_teardown(void **state) {
    ks_test_folder_remove(*state);
    free(*state);
    return 0;
}

const char *ks_test_path(char out[KS_TEST_PATH], const char *folder, const char *name) {
    int size = snprintf(out, KS_TEST_PATH, "%s/%s", folder, name);
    assert_in_range(size, 1, KS_TEST_PATH - 1);
    return out;
}

static FILE *open_file(const char *path, const char *mode) {
    FILE *file = fopen(path, mode);
    if (!file) fail_msg("cannot open %s: %s", path, strerror(errno));
    return file;
}

void ks_test_write(const char *path, const void *bytes, size_t size) {
    FILE *file = open_file(path, "wb");
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

void ks_test_write_text(const char *path, const char *text) {
    ks_test_write(path, text, strlen(text));
}

void ks_test_copy_lines(const char *from, const char *to, size_t lines) {
    FILE *in = open_file(from, "rb"), *out = open_file(to, "wb");
    int c;
    while (lines && (c = getc(in)) != EOF) {
        lines -= c == '\n';
        putc(c, out);
    }
    assert_int_equal(fclose(in), 0);
    assert_int_equal(fclose(out), 0);
}

char *ks_test_read(const char *path, size_t *size) {
    FILE *file = open_file(path, "rb");
    char *bytes;
    long end;
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    end = ftell(file);
    assert_true(end >= 0);
    rewind(file);
    bytes = malloc((size_t)end + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, (size_t)end, file), end);
    bytes[end] = '\0';
    fclose(file);
    if (size) *size = (size_t)end;
    return bytes;
}
