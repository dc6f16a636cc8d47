/* ksearch check: verifies the index and prints a line on what was checked. */
#include "cli/cli.h"
#include "cli/json_types.h"
#include "cli/text.h"

#include <inttypes.h>
#include <stdlib.h>

static void print_line(const ks_check_report *report) {
    char number[32];
    printf("checked: %s index, generation %" PRIu64 ", ", report->engine, report->generation);
    printf("%s record%s, ", cli_text_count(number, report->records), report->records == 1 ? "" : "s");
    printf("%s segment%s, ", cli_text_count(number, report->segments), report->segments == 1 ? "" : "s");
    printf("%s terms, ", cli_text_count(number, report->terms));
    printf("%s postings, ", cli_text_count(number, report->postings));
    printf("%s, ", cli_text_bytes(number, report->bytes));
    printf("no faults (%s)\n", cli_text_duration(number, report->took_us));
}

static void print(const cli_options *options, const char *path, const ks_check_report *report) {
    if (options->format != CLI_FORMAT_JSON) {
        if (!options->quiet) print_line(report);
        return;
    }
    cli_json json = cli_json_output();
    cli_json_check(&json, path, report);
    cli_json_finish(&json);
}

int cli_run_check(const cli_options *options) {
    ks_check_report report;
    ks_error error;
    int result = CLI_EXIT_ERROR;
    char *path = cli_index_path(options);
    if (!path) return result;
    if (ks_index_check(&report, path, &error)) {
        cli_index_error(options, &error);
    } else {
        print(options, path, &report);
        result = CLI_EXIT_OK;
    }
    free(path);
    return result;
}
