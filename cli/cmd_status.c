/* ksearch status: describes the index. */
#include "cli/cli.h"
#include "cli/json_types.h"
#include "cli/message.h"
#include "cli/print_status.h"

#include <stdlib.h>

static void print(const cli_options *options, const char *path, const ks_index_info *info) {
    if (options->format != CLI_FORMAT_JSON) {
        cli_print_status(stdout, path, info);
        return;
    }
    cli_json json = cli_json_output();
    cli_json_info(&json, path, info);
    cli_json_finish(&json);
}

int cli_run_status(const cli_options *options) {
    ks_index_info info;
    ks_error error;
    ks_index *index = cli_open_index(options);
    if (!index) return CLI_EXIT_ERROR;
    char *path = cli_index_path(options);
    int result = CLI_EXIT_ERROR;
    if (path && ks_index_describe(&info, index, &error)) {
        cli_message_error(cli_message_is_json(options), &error);
    } else if (path) {
        print(options, path, &info);
        result = CLI_EXIT_OK;
    }
    free(path);
    ks_index_close(index);
    return result;
}
