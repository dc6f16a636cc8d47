/* Dropping pages, and asking after that. posix_fadvise drops only pages that are clean and not mapped, so
 * files are synced first, and measuring begins with every handle closed. */
#include "bench/latency/cold.h"

#include "bench/latency/readers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_DEPTH = 8 };

static bool drop_file(const char *path) {
    int file = open(path, O_RDONLY | O_CLOEXEC), error = 0;
    if (file < 0) return false;
    if (fsync(file) != 0) error = errno;
    if (error == 0) error = posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    close(file);
    errno = error;
    return error == 0;
}

static bool drop_tree(const char *path, unsigned depth) { /* NOLINT(misc-no-recursion): to MAX_DEPTH */
    char inner[PATH_MAX];
    struct stat info;
    struct dirent *entry;
    bool good = true;
    if (stat(path, &info) != 0) return false;
    if (S_ISREG(info.st_mode)) return drop_file(path);
    if (!S_ISDIR(info.st_mode) || depth == MAX_DEPTH) return true;
    DIR *folder = opendir(path);
    if (!folder) return false;
    while (good && (entry = readdir(folder))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        good = snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name) < (int)sizeof inner &&
               drop_tree(inner, depth + 1);
    }
    closedir(folder);
    return good;
}

bool lat_cold_drop(const char *path, char *why, size_t size) {
    errno = 0;
    if (drop_tree(path, 0)) return true;
    snprintf(why, size, "pages cannot be given back: %s", strerror(errno));
    return false;
}

static bool ask_once(double *took, const char *path, const lat_query *query, size_t top) {
    ks_index *index = NULL;
    ks_results *results = NULL;
    double start = lat_clock_us();
    if (ks_index_open(&index, path, NULL) == KS_OK) results = lat_ask(index, query, top);
    *took = lat_clock_us() - start;
    bool good = results != NULL;
    ks_results_free(results);
    ks_index_close(index);
    return good;
}

bool lat_cold_run(lat_samples *out, const char *path, const lat_query *queries, size_t count, size_t top,
                  char *why, size_t size) {
    for (size_t i = 0; i < count; i++) {
        double *took = lat_samples_add(out, 1);
        if (!took || !lat_cold_drop(path, why, size)) return false;
        if (!ask_once(took, path, &queries[i], top)) {
            snprintf(why, size, "the index cannot be asked");
            return false;
        }
        out->elapsed += *took;
    }
    return true;
}
