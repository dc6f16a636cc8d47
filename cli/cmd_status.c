/* ksearch status: what the index is. */
#include "cli/cli.h"
#include "cli/json_types.h"
#include "cli/message.h"
#include "cli/paths.h"
#include "cli/term.h"
#include "cli/text.h"

#include <inttypes.h>
#include <stdlib.h>

static void print_text(const char *path, const ks_index_info *info) {
    char number[32];
    fputs("index      ", stdout);
    cli_text_puts(stdout, path);
    printf("\nengine     %s\n", info->engine);
    printf("language   %s\n", info->language);
    printf("records    %s\n", cli_text_count(number, info->records));
    printf("terms      %s\n", cli_text_count(number, info->terms));
    printf("size       %s\n", cli_text_bytes(number, info->bytes));
    printf("length     %.1f weighted terms in a record\n", info->average_length);
    printf("generation %" PRIu64 "\n", info->generation);
}

static void print(const cli_options *options, const char *path, const ks_index_info *info) {
    if (options->format != CLI_FORMAT_JSON) {
        print_text(path, info);
        return;
    }
    cli_json json;
    cli_json_init(&json, stdout, cli_term_of(stdout, CLI_COLOR_NEVER).terminal);
    cli_json_info(&json, path, info);
    cli_json_finish(&json);
}

int cli_run_status(const cli_options *options) {
    ks_index_info info;
    ks_error error;
    bool is_default;
    ks_index *index = cli_open_index(options);
    if (!index) return CLI_EXIT_ERROR;
    char *path = cli_paths_index(options->index, &is_default);
    int result = CLI_EXIT_ERROR;
    if (!path) {
        cli_message_path_error(&error);
        cli_message_error(cli_message_is_json(options), &error);
    } else if (ks_index_describe(&info, index, &error)) {
        cli_message_error(cli_message_is_json(options), &error);
    } else {
        print(options, path, &info);
        result = CLI_EXIT_OK;
    }
    free(path);
    ks_index_close(index);
    return result;
}
