/* Expanding the caller's sources into files; see source_list.h. */
#include "indexer/source_list.h"

#include "corpus/reader.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEEPEST_FOLDER = 32 };

void ks_source_list_free(ks_source_list *list) {
    ks_arena_free(&list->arena);
    free(list->files);
    free(list->folders);
    ks_map_free(&list->seen);
    *list = (ks_source_list){0};
}

static ks_status canonical(ks_source_list *list, const char **out, const char *path, ks_error *err) {
    char *resolved = realpath(path, NULL);
    if (!resolved) return ks_error_errno(err, errno, "cannot read", path);
    *out = ks_arena_copy(&list->arena, resolved, strlen(resolved));
    free(resolved);
    return *out ? KS_OK : ks_error_nomem(err);
}

static ks_status append_file(ks_source_list *list, ks_source_file file, ks_error *err) {
    ks_status status;
    bool added;
    if ((status = ks_map_insert(&list->seen, file.name, strlen(file.name), 0, NULL, &added, err)) || !added)
        return status;
    if (!(file.path = ks_arena_copy(&list->arena, file.path, strlen(file.path)))) return ks_error_nomem(err);
    if ((status = ks_array_reserve(&list->files, &list->file_capacity, list->file_count + 1,
                                   sizeof *list->files, err)))
        return status;
    list->files[list->file_count++] = file;
    list->bytes += file.bytes;
    return KS_OK;
}

/* The canonical path of the folder, and the file's own name as it is: a link to a file is a source of its
 * own, which can vanish although the file stays. */
static ks_status canonical_file(ks_source_list *list, const char **out, const char *path, ks_error *err) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *folder = ".";
    ks_buffer joined = {0};
    ks_status status;
    if (slash && !(folder = slash == path ? "/" : ks_arena_copy(&list->arena, path, (size_t)(slash - path))))
        return ks_error_nomem(err);
    if ((status = canonical(list, &folder, folder, err))) return status;
    ks_buffer_format(&joined, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, name);
    if (!(status = ks_buffer_check(&joined, err)) &&
        !(*out = ks_arena_copy(&list->arena, joined.data, joined.size)))
        status = ks_error_nomem(err);
    ks_buffer_free(&joined);
    return status;
}

static ks_status add_file(ks_source_list *list, ks_source_file file, ks_error *err) {
    ks_status status = canonical_file(list, &file.name, file.path, err);
    return status ? status : append_file(list, file, err);
}

static int no_hidden(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

/* alphasort's order would be that of the caller's locale. */
static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* Linked folders are skipped: they could lead around in circles. */
static bool is_link(const char *path) {
    struct stat info;
    return lstat(path, &info) == 0 && S_ISLNK(info.st_mode);
}

/* Whether stat has failed at a link to nothing. Anything else could hide records. */
static bool leads_nowhere(int reason) {
    return reason == ENOENT || reason == ENOTDIR || reason == ELOOP;
}

static ks_status add_folder(ks_source_list *list, const char *path, int depth, ks_error *err);

static ks_status add_entry(ks_source_list *list, const char *folder, const char *name, int depth,
                           ks_error *err) {
    char path[PATH_MAX];
    struct stat info;
    int size = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (size < 0 || (size_t)size >= sizeof path)
        return ks_error_set(err, KS_ERR_IO, "the path %.80s… is too long", path);
    if (stat(path, &info) != 0)
        return leads_nowhere(errno) ? KS_OK : ks_error_errno(err, errno, "cannot read", path);
    if (S_ISDIR(info.st_mode)) return is_link(path) ? KS_OK : add_folder(list, path, depth + 1, err);
    if (!S_ISREG(info.st_mode) || !ks_source_is_known(name)) return KS_OK;
    return add_file(list, (ks_source_file){.path = path, .bytes = (uint64_t)info.st_size, .in_folder = true},
                    err);
}

static ks_status add_folder(ks_source_list *list, const char *path, int depth, ks_error *err) {
    struct dirent **entries = NULL;
    ks_status status = KS_OK;
    int count;
    if (depth > DEEPEST_FOLDER)
        return ks_error_set(err, KS_ERR_IO, "%s: folders are nested deeper than %d", path, DEEPEST_FOLDER);
    count = scandir(path, &entries, no_hidden, by_name);
    if (count < 0) return ks_error_errno(err, errno, "cannot read", path);
    for (int i = 0; i < count && !status; i++) status = add_entry(list, path, entries[i]->d_name, depth, err);
    for (int i = 0; i < count; i++) free(entries[i]);
    free(entries);
    return status;
}

static ks_status remember_folder(ks_source_list *list, const char *path, ks_error *err) {
    ks_status status = ks_array_reserve(&list->folders, &list->folder_capacity, list->folder_count + 1,
                                        sizeof *list->folders, err);
    if (!status) status = canonical(list, &list->folders[list->folder_count], path, err);
    if (!status) list->folder_count++;
    return status;
}

static ks_status add_source(ks_source_list *list, const char *source, ks_error *err) {
    struct stat info;
    ks_status status;
    if (!source || !*source) return ks_error_set(err, KS_ERR_ARGUMENT, "the name of a source is empty");
    if (strcmp(source, "-") == 0) return append_file(list, (ks_source_file){.path = "-", .name = "-"}, err);
    if (stat(source, &info) != 0) return ks_error_errno(err, errno, "cannot read", source);
    if (!S_ISDIR(info.st_mode))
        return add_file(list, (ks_source_file){.path = source, .bytes = (uint64_t)info.st_size}, err);
    status = remember_folder(list, source, err);
    return status ? status : add_folder(list, source, 0, err);
}

ks_status ks_source_list_expand(ks_source_list *list, const char *const *sources, size_t count,
                                ks_error *err) {
    ks_status status = KS_OK;
    for (size_t i = 0; i < count && !status; i++) status = add_source(list, sources[i], err);
    return status;
}

bool ks_source_list_covers(const ks_source_list *list, const char *name) {
    for (size_t i = 0; i < list->folder_count; i++) {
        size_t size = strlen(list->folders[i]);
        if (strncmp(list->folders[i], name, size) == 0 &&
            (name[size] == '/' || (size == 1 && name[0] == '/')))
            return true;
    }
    return false;
}
