/* The files of a folder, kept in memory to be looked at, damaged, and put back. What goes wrong here fails
 * the test that runs. */
#ifndef KS_TESTS_SUPPORT_KEPT_FOLDER_H
#define KS_TESTS_SUPPORT_KEPT_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct ks_test_file {
    char name[64];
    unsigned char *bytes;
    size_t size;
} ks_test_file;

typedef struct ks_test_kept {
    ks_test_file files[256]; /* sorted by name */
    size_t count;
} ks_test_kept;

/* Reads every file of the folder. */
void ks_test_keep_folder(ks_test_kept *out, const char *folder);
void ks_test_kept_free(ks_test_kept *kept);

/* Makes the folder, where it is missing, hold just these files. */
void ks_test_put_back(const ks_test_kept *kept, const char *folder);

/* Whether the folder has just the files of these names, whatever is in them. */
bool ks_test_same_names(const ks_test_kept *kept, const char *folder);

#endif
