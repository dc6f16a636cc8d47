/* Where the index is. Reads the environment. May use libc. */
#ifndef KS_CLI_PATHS_H
#define KS_CLI_PATHS_H

#include <stdbool.h>

/* The index's path, to be freed: `given` where it is not NULL, else $KSEARCH_INDEX, else
 * $XDG_DATA_HOME/ksearch/index, else $HOME/.local/share/ksearch/index. NULL with errno ENOENT when none of
 * these is set, ENOMEM when out of memory. *is_default tells whether the path is one of the last two. */
char *cli_paths_index(const char *given, bool *is_default);

/* Makes the folders above `path` that are not there. Returns 0, or an errno. */
int cli_paths_make_parents(const char *path);

#endif
