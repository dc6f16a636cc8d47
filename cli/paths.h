/* Where the index is: --index and the environment. May use libc. */
#ifndef KS_CLI_PATHS_H
#define KS_CLI_PATHS_H

#include <stdbool.h>

/* The path of the index, to be freed: `given` unless it is NULL, else $KSEARCH_INDEX, else
 * $XDG_DATA_HOME/ksearch/index, else $HOME/.local/share/ksearch/index. *is_default tells whether it is one of
 * the last two. NULL with errno ENOENT if none of these is set, or ENOMEM. */
char *cli_paths_index(const char *given, bool *is_default);

/* Makes the folders above `path` that are missing. Returns 0 or an errno. */
int cli_paths_make_parents(const char *path);

#endif
