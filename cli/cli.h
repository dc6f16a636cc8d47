/* What the files of the program share: exit statuses, the commands, and what several of them do. May use
 * ksearch.h and libc. */
#ifndef KS_CLI_CLI_H
#define KS_CLI_CLI_H

#include "cli/json.h"
#include "cli/options.h"

enum cli_exit {
    CLI_EXIT_OK = 0,    /* there are hits, or the work is done */
    CLI_EXIT_NONE = 1,  /* there are no hits */
    CLI_EXIT_ERROR = 2, /* nothing was done */
    CLI_EXIT_PART = 3   /* the work is done in part */
};

/* The word list that helps to find lost tag boundaries in capture feeds, used where it exists. */
#define CLI_WORD_LIST "/usr/share/dict/words"

/* Each runs one command: writes data to stdout and anything else to stderr, and returns an exit status.
 * Whether stdout took everything is checked once, by main. */
int cli_run_search(const cli_options *options);
int cli_run_batch(const cli_options *options);
int cli_run_feed(const cli_options *options);
int cli_run_index(const cli_options *options);
int cli_run_show(const cli_options *options);
int cli_run_explain(const cli_options *options);
int cli_run_status(const cli_options *options);
int cli_run_check(const cli_options *options);
int cli_run_optimize(const cli_options *options);
int cli_run_schema(const cli_options *options);

/* The path of the index that `options` or the environment names, to be freed; on failure reports the error
 * and returns NULL. */
char *cli_index_path(const cli_options *options);

/* Reports the error of a call that was given the path of an index. */
void cli_index_error(const cli_options *options, ks_error *error);

/* Opens that index; on failure reports the error and returns NULL. */
ks_index *cli_open_index(const cli_options *options);

/* The library's options for a search with these command-line options. */
ks_search_options cli_search_options(const cli_options *options);

/* A JSON writer to stdout, indented on a terminal. */
cli_json cli_json_output(void);

/* The positional arguments joined with blanks, to be freed; NULL when out of memory. */
char *cli_join_arguments(const cli_options *options);

#endif
