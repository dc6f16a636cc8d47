/* What several commands do: finding and opening the index, search options, JSON output, joining arguments. */
#include "cli/cli.h"
#include "cli/message.h"
#include "cli/paths.h"
#include "cli/term.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

char *cli_index_path(const cli_options *options) {
    ks_error error;
    bool is_default;
    char *path = cli_paths_index(options->index, &is_default);
    if (path) return path;
    cli_message_path_error(&error);
    cli_message_error(cli_message_is_json(options), &error);
    return NULL;
}

void cli_index_error(const cli_options *options, ks_error *error) {
    if (error->code == KS_ERR_NO_INDEX && !*error->hint)
        snprintf(error->hint, sizeof error->hint,
                 "make one with ksearch index SOURCE…, or name one with --index");
    cli_message_error(cli_message_is_json(options), error);
}

ks_index *cli_open_index(const cli_options *options) {
    ks_error error;
    ks_index *index = NULL;
    char *path = cli_index_path(options);
    if (!path) return NULL;
    ks_status status = ks_index_open(&index, path, &error);
    free(path);
    if (!status) return index;
    cli_index_error(options, &error);
    return NULL;
}

ks_search_options cli_search_options(const cli_options *options) {
    enum { ONLY_IN_PASSAGES = CLI_FIELD_MATCHED | CLI_FIELD_PASSAGES };
    ks_search_options search;
    ks_search_options_init(&search);
    search.match = (ks_match)options->match;
    search.sort = options->command == CLI_FEED ? KS_SORT_NEW : (ks_sort)options->sort;
    search.limit = options->limit;
    search.offset = options->offset;
    search.tag_boost = options->tag_boost;
    search.count_exact = options->count == 1;
    search.empty_is_all = options->command == CLI_FEED;
    search.detail = KS_DETAIL_PASSAGES;
    if (!(options->fields & ONLY_IN_PASSAGES)) search.detail = KS_DETAIL_RECORD;
    if (!(options->fields & ~(unsigned)CLI_FIELD_ID)) search.detail = KS_DETAIL_ID;
    if (options->format == CLI_FORMAT_IDS || options->format == CLI_FORMAT_TREC) search.detail = KS_DETAIL_ID;
    return search;
}

cli_json cli_json_output(void) {
    cli_json json;
    cli_json_init(&json, stdout, cli_term_of(stdout, CLI_COLOR_NEVER).terminal);
    return json;
}

char *cli_join_arguments(const cli_options *options) {
    size_t size = 1;
    for (size_t i = 0; i < options->argument_count; i++) size += strlen(options->arguments[i]) + 1;
    char *joined = malloc(size), *to = joined;
    if (!joined) return NULL;
    for (size_t i = 0; i < options->argument_count; i++) {
        size_t length = strlen(options->arguments[i]);
        if (i) *to++ = ' ';
        memcpy(to, options->arguments[i], length);
        to += length;
    }
    *to = '\0';
    return joined;
}
