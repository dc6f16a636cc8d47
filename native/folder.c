/* The folder of an index and the names in it; see folder.h. */
#include "native/folder.h"

#include "native/io.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const prefixes[] = {[KS_FILE_SEGMENT] = "seg-", [KS_FILE_DELETED] = "del-"};

const char *ks_folder_name(char out[KS_FILE_NAME], ks_file_kind kind, uint64_t number) {
    snprintf(out, KS_FILE_NAME, "%s%016" PRIx64 ".ks", prefixes[kind], number);
    return out;
}

bool ks_folder_parse_name(const char *name, ks_file_kind *kind, uint64_t *number) {
    char again[KS_FILE_NAME];
    ks_file_kind is = strncmp(name, prefixes[KS_FILE_DELETED], 4) == 0 ? KS_FILE_DELETED : KS_FILE_SEGMENT;
    uint64_t value;
    if (strlen(name) < 4) return false;
    value = strtoull(name + 4, NULL, 16);
    if (strcmp(name, ks_folder_name(again, is, value)) != 0) return false;
    *kind = is;
    *number = value;
    return true;
}

ks_status ks_folder_path(char **out, const char *folder, const char *name, ks_error *err) {
    size_t folder_size = strlen(folder), name_size = strlen(name);
    char *path = malloc(folder_size + name_size + 2);
    if (!path) return ks_error_nomem(err);
    memcpy(path, folder, folder_size);
    path[folder_size] = '/';
    memcpy(path + folder_size + 1, name, name_size + 1);
    *out = path;
    return KS_OK;
}

ks_status ks_folder_sync(const char *folder, ks_error *err) {
    int fd;
    ks_status status = ks_io_open(&fd, folder, O_RDONLY | O_DIRECTORY, err), closed;
    if (status) return status;
    status = ks_io_sync(fd, folder, err);
    closed = ks_io_close(fd, folder, status ? NULL : err);
    return status ? status : closed;
}

static bool is_folder(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static ks_status make_one(const char *folder, bool *made, ks_error *err) {
    *made = false;
    if (is_folder(folder)) return KS_OK;
    if (mkdir(folder, 0777) == 0)
        *made = true;
    else if (errno != EEXIST || !is_folder(folder))
        return ks_error_errno(err, errno, "cannot make", folder);
    return KS_OK; /* or another process was faster */
}

/* Syncs the folder path[0..size); size 0 stands for the current folder. */
static ks_status sync_part(char *path, size_t size, ks_error *err) {
    char kept = path[size];
    ks_status status;
    if (size == 0) return ks_folder_sync(".", err);
    path[size] = '\0';
    status = ks_folder_sync(path, err);
    path[size] = kept;
    return status;
}

/* Makes the folders below path[0..size), which exists already. Each is synced into its parent before the next
 * is made. */
static ks_status make_rest(char *path, size_t size, ks_error *err) {
    size_t name = size + strspn(path + size, "/");
    size_t end = name + strcspn(path + name, "/");
    char kept = path[end];
    bool made;
    ks_status status;
    if (end == name) return KS_OK;
    path[end] = '\0';
    status = make_one(path, &made, err);
    path[end] = kept;
    if (status || !made) return status ? status : make_rest(path, end, err);
    status = sync_part(path, size > 0 ? size : name, err);
    if (!status) status = make_rest(path, end, err);
    if (status) {
        path[end] = '\0';
        rmdir(path);
    }
    return status;
}

ks_status ks_folder_make(const char *folder, ks_error *err) {
    size_t room = strlen(folder) + 1;
    char *path;
    ks_status status;
    if (folder[0] == '\0') return ks_error_errno(err, ENOENT, "cannot make", folder);
    path = malloc(room);
    if (!path) return ks_error_nomem(err);
    memcpy(path, folder, room);
    status = make_rest(path, 0, err);
    free(path);
    return status;
}

ks_status ks_folder_remove(const char *folder, const char *name, ks_error *err) {
    char *path = NULL;
    ks_status status = ks_folder_path(&path, folder, name, err);
    if (!path) return status;
    if (unlink(path) != 0 && errno != ENOENT) status = ks_error_errno(err, errno, "cannot remove", path);
    free(path);
    return status;
}
