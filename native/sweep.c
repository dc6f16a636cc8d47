/* Removing unused files; see sweep.h. */
#include "native/sweep.h"

#include "native/folder.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

static bool is_live(const ks_manifest *manifest, ks_file_kind kind, uint64_t number) {
    if (number == 0) return false; /* means no deletions, and names no file */
    for (size_t i = 0; i < manifest->segment_count; i++) {
        const ks_manifest_segment *segment = &manifest->segments[i];
        if (number == (kind == KS_FILE_SEGMENT ? segment->number : segment->deletions_number)) return true;
    }
    return false;
}

static bool is_dead(const ks_manifest *manifest, const char *name) {
    ks_file_kind kind;
    uint64_t number;
    if (strcmp(name, KS_MANIFEST_NAME ".new") == 0 || strcmp(name, KS_MANIFEST_NAME ".old") == 0) return true;
    return ks_folder_parse_name(name, &kind, &number) && !is_live(manifest, kind, number);
}

/* Sets *name to the next dead file's name, or to NULL after the last. */
static ks_status next_dead(DIR *open, const char *folder, const ks_manifest *manifest, const char **name,
                           ks_error *err) {
    for (;;) {
        const struct dirent *entry;
        errno = 0;
        entry = readdir(open);
        if (!entry && errno != 0) return ks_error_errno(err, errno, "cannot list", folder);
        if (entry && !is_dead(manifest, entry->d_name)) continue;
        *name = entry ? entry->d_name : NULL;
        return KS_OK;
    }
}

ks_status ks_sweep_folder(const char *folder, const ks_manifest *manifest, size_t *removed, ks_error *err) {
    DIR *open = opendir(folder);
    const char *name = NULL;
    size_t count = 0;
    ks_status status;
    if (!open) return ks_error_errno(err, errno, "cannot list", folder);
    status = next_dead(open, folder, manifest, &name, err);
    while (!status && name) {
        status = ks_folder_remove(folder, name, err);
        if (status) break;
        count++;
        status = next_dead(open, folder, manifest, &name, err);
    }
    if (closedir(open) != 0 && !status) status = ks_error_errno(err, errno, "cannot close", folder);
    if (!status && removed) *removed = count;
    return status;
}
