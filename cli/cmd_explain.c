/* ksearch explain: how a query is understood, and how a record comes to its score. */
#include "cli/cli.h"
#include "cli/json_types.h"
#include "cli/message.h"
#include "cli/print_explanation.h"

#include <string.h>

static void print(const cli_options *options, const ks_explanation *explanation) {
    cli_term term = cli_term_of(stdout, (cli_color)options->color);
    cli_json json;
    if (options->format != CLI_FORMAT_JSON) {
        cli_message_warnings(explanation->warnings);
        cli_print_explanation(stdout, &term, explanation);
        return;
    }
    cli_json_init(&json, stdout, term.terminal);
    cli_json_explanation(&json, explanation);
    cli_json_finish(&json);
}

int cli_run_explain(const cli_options *options) {
    ks_error error;
    ks_explanation *explanation = NULL;
    const char *query = options->arguments[0];
    const char *id = options->argument_count > 1 ? options->arguments[1] : NULL;
    ks_search_options search = cli_search_options(options);
    ks_index *index = cli_open_index(options);
    if (!index) return CLI_EXIT_ERROR;
    ks_status status = ks_explain(&explanation, index, query, strlen(query), id, &search, &error);
    if (status)
        cli_message_error(cli_message_is_json(options), &error);
    else
        print(options, explanation);
    ks_explanation_free(explanation);
    ks_index_close(index);
    return status ? CLI_EXIT_ERROR : CLI_EXIT_OK;
}
