/* Keeping a folder's files; see kept_folder.h. */
#include "tests/support/kept_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/tempdir.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_file(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

/* The names in the folder, sorted; -1 where it is missing. */
static int list(const char *folder, struct dirent ***entries) {
    return scandir(folder, entries, is_file, alphasort);
}

static void free_list(struct dirent **entries, int count) {
    for (int i = 0; i < count; i++) free(entries[i]);
    free(entries);
}

void ks_test_keep_folder(ks_test_kept *out, const char *folder) {
    struct dirent **entries = NULL;
    char path[KS_TEST_PATH];
    int count = list(folder, &entries);
    assert_in_range(count, 0, sizeof out->files / sizeof out->files[0]);
    out->count = (size_t)count;
    for (int i = 0; i < count; i++) {
        ks_test_file *file = &out->files[i];
        size_t size = strlen(entries[i]->d_name) + 1;
        assert_true(size <= sizeof file->name);
        memcpy(file->name, entries[i]->d_name, size);
        file->bytes = (unsigned char *)ks_test_read(ks_test_path(path, folder, file->name), &file->size);
    }
    free_list(entries, count);
}

void ks_test_kept_free(ks_test_kept *kept) {
    for (size_t i = 0; i < kept->count; i++) free(kept->files[i].bytes);
    kept->count = 0;
}

static bool has(const ks_test_kept *kept, const char *name) {
    for (size_t i = 0; i < kept->count; i++)
        if (strcmp(kept->files[i].name, name) == 0) return true;
    return false;
}

void ks_test_put_back(const ks_test_kept *kept, const char *folder) {
    struct dirent **entries = NULL;
    char path[KS_TEST_PATH];
    int count = list(folder, &entries);
    if (count < 0) assert_int_equal(mkdir(folder, 0777), 0);
    for (int i = 0; i < count; i++)
        if (!has(kept, entries[i]->d_name))
            assert_int_equal(unlink(ks_test_path(path, folder, entries[i]->d_name)), 0);
    if (count >= 0) free_list(entries, count);
    for (size_t i = 0; i < kept->count; i++)
        ks_test_write(ks_test_path(path, folder, kept->files[i].name), kept->files[i].bytes,
                      kept->files[i].size);
}

bool ks_test_same_names(const ks_test_kept *kept, const char *folder) {
    struct dirent **entries = NULL;
    int count = list(folder, &entries);
    bool same = count >= 0 && (size_t)count == kept->count;
    for (int i = 0; i < count && same; i++) same = strcmp(entries[i]->d_name, kept->files[i].name) == 0;
    if (count >= 0) free_list(entries, count);
    return same;
}
