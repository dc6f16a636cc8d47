/* A folder of a test's own, and files in it. What goes wrong here fails the test that runs. */
#ifndef KS_TESTS_SUPPORT_TEMPDIR_H
#define KS_TESTS_SUPPORT_TEMPDIR_H

#include <stddef.h>

enum { KS_TEST_PATH = 1024 }; /* room for a path with its NUL */

/* Makes a new empty folder in $TMPDIR, or /tmp, and writes its path. */
void ks_test_folder_make(char path[KS_TEST_PATH]);

/* Removes the folder with all that is in it. */
void ks_test_folder_remove(const char *path);

/* The same as set-up and tear-down of a cmocka test or group: *state is the path (const char *). */
int ks_test_folder_setup(void **state);
int ks_test_folder_teardown(void **state);

/* Writes FOLDER/NAME into out and returns it. */
const char *ks_test_path(char out[KS_TEST_PATH], const char *folder, const char *name);

/* Writes the bytes into the file, over what was there. */
void ks_test_write(const char *path, const void *bytes, size_t size);
void ks_test_write_text(const char *path, const char *text);

/* Copies the first lines of a file. */
void ks_test_copy_lines(const char *from, const char *to, size_t lines);

/* The file's bytes with a NUL behind them; free() them. size may be NULL. */
char *ks_test_read(const char *path, size_t *size);

#endif
