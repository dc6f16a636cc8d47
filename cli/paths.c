/* Where the index is; see paths.h. */
#include "cli/paths.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *setting(const char *name) {
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static char *join(const char *folder, const char *rest) {
    size_t size = strlen(folder) + strlen(rest) + 1;
    char *path = malloc(size);
    if (path) snprintf(path, size, "%s%s", folder, rest);
    return path;
}

char *cli_paths_index(const char *given, bool *is_default) {
    const char *data = setting("XDG_DATA_HOME"), *home = setting("HOME");
    *is_default = false;
    if (!given) given = setting("KSEARCH_INDEX");
    if (given) return join(given, "");
    *is_default = true;
    if (data && *data == '/')
        return join(data, "/ksearch/index"); /* relative paths are to be ignored, by the XDG specification */
    if (home) return join(home, "/.local/share/ksearch/index");
    errno = ENOENT;
    return NULL;
}

int cli_paths_make_parents(const char *path) {
    char *copy = join(path, "");
    int result = 0;
    if (!copy) return ENOMEM;
    for (char *slash = *copy ? strchr(copy + 1, '/') : NULL; slash && !result;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(copy, 0700) != 0 && errno != EEXIST) result = errno;
        *slash = '/';
    }
    free(copy);
    return result;
}
