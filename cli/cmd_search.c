/* ksearch search, and ksearch feed, which is built on it: one query, one answer. */
#include "cli/cli.h"
#include "cli/message.h"
#include "cli/pager.h"
#include "cli/printer.h"
#include "cli/text.h"

#include <stdlib.h>
#include <string.h>

static void tell_no_hits(const ks_results *results) {
    char total[32];
    if (results->total == 1) {
        cli_message_line("there is only 1 record that matches");
    } else if (!results->total_is_exact) {
        cli_message_line("fewer records match than --offset leaves out");
    } else if (results->total > 0) {
        cli_message_line("there are only %s records that match", cli_text_count(total, results->total));
    } else {
        cli_message_line("no records match");
        if (results->records == 0)
            cli_message_line("hint: the index is empty; fill it with ksearch index SOURCE…");
        else if (results->match == KS_MATCH_ALL)
            cli_message_line("hint: --match any also finds records that hold only some of the words");
        else
            cli_message_line("hint: try other words, or a prefix such as reinforc*; see ksearch explain");
    }
}

static void print(const cli_options *options, const ks_results *results) {
    cli_printer printer = cli_printer_of(options, stdout);
    cli_pager pager;
    bool text = options->format == CLI_FORMAT_TEXT;
    cli_pager_begin(&pager, text && printer.term.terminal && !options->no_pager && results->hit_count > 0);
    printer.out = pager.out;
    cli_printer_print(&printer, results);
    cli_pager_end(&pager);
}

int cli_run_search(const cli_options *options) {
    ks_error error;
    ks_results *results = NULL;
    int status = CLI_EXIT_ERROR;
    ks_index *index = NULL;
    bool json = cli_message_is_json(options);
    ks_search_options search = cli_search_options(options);
    char *query = cli_join_arguments(options);
    if (!query) {
        cli_message_nomem(&error);
        cli_message_error(json, &error);
        goto done;
    }
    index = cli_open_index(options);
    if (!index) goto done;
    if (ks_search(&results, index, query, strlen(query), &search, &error)) {
        cli_message_error(json, &error);
        goto done;
    }
    if (!json) cli_message_warnings(results->warnings);
    print(options, results);
    if (results->hit_count == 0 && options->format == CLI_FORMAT_TEXT && options->limit > 0)
        tell_no_hits(results);
    status = results->hit_count > 0 ? CLI_EXIT_OK : CLI_EXIT_NONE;
done:
    ks_results_free(results);
    ks_index_close(index);
    free(query);
    return status;
}
